//! `_csv.writer`

use super::dialect::{Format, format};
use super::{QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS, csv_error, with_dialect};
use crate::support::{NativeType, native_table};
use pyre_object::{
    Args, Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, TypeFlags, TypeSpec, Vm, heap_body, intern,
    raise, str, type_new,
};

heap_body! {
    /// `_csv.writer`; `write` is the bound method of the file.
    struct Writer "writer" { slots { write, dialect } data {} }
}

pub(super) static WRITER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_csv.writer",
    doc: "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.",
    layout: Some(Writer::layout),
    flags: TypeFlags::NO_NEW,
    methods: native_table![
        NativeDef::method("writerow", "($self, row, /)", |vm, a| write_row(vm, &a[0], &a[1]))
            .doc("Construct and write a CSV record from an iterable of fields."),
        NativeDef::method("writerows", "($self, rows, /)", |vm, a| {
            vm.for_each(&a[1], |row| write_row(vm, &a[0], &row).map(|_| ()))?;
            Ok(Obj::NONE)
        })
        .doc("Construct and write a series of iterables to a csv file."),
    ],
    getset: &[GetSetDef::readonly("dialect", |_, o| Ok(o.body::<Writer>().dialect.get()))],
    ..TypeSpec::EMPTY
};

/// `writer(fileobj, dialect='excel', **fmtparams)`
pub(super) fn writer(vm: &Vm, args: Args<'_>) -> PyResult {
    let (file, dialect) = with_dialect(vm, args)?;
    match vm.getattr_opt(&file, &intern::intern_str("write"))? {
        Some(write) if vm.is_callable(&write) => {
            Ok(WRITER.instance(vm, Writer { write: Slot::new(write), dialect: Slot::new(dialect) }))
        }
        _ => raise!(vm, TypeError, "argument 1 must have a \"write\" method"),
    }
}

/// One line while it is put together.
struct Line<'a> {
    format: &'a Format,
    text: Vec<u32>,
    fields: usize,
}

impl Line<'_> {
    /// Adds a field; `None` is written as nothing.
    fn add(&mut self, vm: &Vm, field: Option<&Obj>, mut quoted: bool) -> PyResult<()> {
        let f = self.format;
        let data = field.map(|s| str::expect(s).data());
        if data.is_none_or(|d| d.is_empty()) && f.delimiter == u32::from(' ') && f.skipinitialspace {
            if f.quoting == QUOTE_NONE
                || (field.is_none() && matches!(f.quoting, QUOTE_STRINGS | QUOTE_NOTNULL))
            {
                let text = "empty field must be quoted if delimiter is a space and skipinitialspace is true";
                return Err(csv_error(vm, text));
            }
            quoted = true;
        }
        if self.fields > 0 {
            self.text.push(f.delimiter);
        }
        self.fields += 1;
        let start = self.text.len();
        for c in data.into_iter().flat_map(|d| d.iter()) {
            let special = c == f.delimiter
                || c == 10
                || c == 13
                || f.escapechar == Some(c)
                || f.quotechar == Some(c)
                || f.lineterminator.contains(&c);
            if special {
                let mut escape = f.quoting == QUOTE_NONE;
                if !escape {
                    if f.quotechar == Some(c) {
                        if f.doublequote {
                            self.text.push(c);
                        } else {
                            escape = true;
                        }
                    } else if f.escapechar == Some(c) {
                        escape = true;
                    }
                    quoted |= !escape;
                }
                if escape {
                    let Some(e) = f.escapechar else {
                        return Err(csv_error(vm, "need to escape, but no escapechar set"));
                    };
                    self.text.push(e);
                }
            }
            self.text.push(c);
        }
        if quoted && let Some(q) = f.quotechar {
            self.text.insert(start, q);
            self.text.push(q);
        }
        Ok(())
    }
}

fn write_row(vm: &Vm, o: &Obj, row: &Obj) -> PyResult {
    let b: &Writer = o.body();
    let f = format(b.dialect.get_fixed());
    let Some(fields) = vm.catch(vm.iter(row), Exc::TypeError)? else {
        let ty = type_new::full_name(row.ty());
        let ty = ty.rsplit('.').next().unwrap_or(&ty);
        return Err(csv_error(vm, &format!("iterable expected, not {ty}")));
    };
    let mut line = Line { format: f, text: Vec::new(), fields: 0 };
    let mut last_is_none = false;
    vm.for_each(&fields, |field| {
        let quoted = match f.quoting {
            QUOTE_ALL => true,
            QUOTE_NONNUMERIC => !is_number(vm, &field)?,
            QUOTE_STRINGS => str::is_str(&field),
            QUOTE_NOTNULL => !field.is_none(),
            _ => false,
        };
        last_is_none = field.is_none();
        if last_is_none {
            line.add(vm, None, quoted)
        } else if str::is_str(&field) {
            line.add(vm, Some(&field), quoted)
        } else {
            line.add(vm, Some(&vm.str(&field)?), quoted)
        }
    })?;
    if line.fields > 0 && line.text.is_empty() {
        if f.quoting == QUOTE_NONE || (last_is_none && matches!(f.quoting, QUOTE_STRINGS | QUOTE_NOTNULL)) {
            return Err(csv_error(vm, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.add(vm, None, true)?;
    }
    line.text.extend_from_slice(&f.lineterminator);
    vm.call1(b.write.get_fixed(), &str::from_ucs4(&line.text))
}

/// Whether the object is a number in the sense of `QUOTE_NONNUMERIC`.
fn is_number(vm: &Vm, o: &Obj) -> PyResult<bool> {
    for name in ["__float__", "__index__", "__int__", "__complex__"] {
        if vm.special(o, &intern::intern_str(name))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
