//! `_csv.reader`

use super::dialect::{Format, format};
use super::{
    FIELD_LIMIT, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS, csv_error, with_dialect,
};
use crate::support::{NativeType, self_iter};
use pyre_object::{
    Args, Body, Builtin, GetSetDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body, int,
    list, str, type_new,
};
use pyre_threads::sync::{AtomicI64, Ordering};

heap_body! {
    /// `_csv.reader`
    struct Reader "reader" { slots { input, dialect } data { line: AtomicI64 } }
}

pub(super) static READER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_csv.reader",
    doc: "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
    layout: Some(Reader::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(self_iter), next: Some(next), ..Slots::NONE },
    getset: &[
        GetSetDef::readonly("dialect", |_, o| Ok(o.body::<Reader>().dialect.get())),
        GetSetDef::readonly("line_num", |_, o| {
            Ok(int::new_int(o.body::<Reader>().line.load(Ordering::Relaxed)))
        }),
    ],
    ..TypeSpec::EMPTY
};

/// `reader(iterable, dialect='excel', **fmtparams)`
pub(super) fn reader(vm: &Vm, args: Args<'_>) -> PyResult {
    let (source, dialect) = with_dialect(vm, args)?;
    let input = vm.iter(&source)?;
    let body = Reader { input: Slot::new(input), dialect: Slot::new(dialect), line: AtomicI64::new(0) };
    Ok(READER.instance(vm, body))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

const CR: u32 = 13;
const LF: u32 = 10;
/// Comes after the last code point of every line; no code point.
const END: u32 = u32::MAX;

/// One record while it is read.
struct Record<'a> {
    format: &'a Format,
    state: State,
    field: Vec<u32>,
    /// Whether no quote opened the field.
    unquoted: bool,
    fields: Vec<Obj>,
    limit: usize,
}

impl Record<'_> {
    fn add(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        if self.field.len() >= self.limit {
            return Err(csv_error(vm, &format!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, vm: &Vm) -> PyResult<()> {
        let (quoting, empty) = (self.format.quoting, self.field.is_empty());
        let mut value = if self.unquoted && empty && matches!(quoting, QUOTE_NOTNULL | QUOTE_STRINGS) {
            Obj::NONE
        } else {
            str::from_ucs4(&self.field)
        };
        self.field.clear();
        if self.unquoted && !empty && matches!(quoting, QUOTE_NONNUMERIC | QUOTE_STRINGS) {
            value = vm.call1(Builtin::Float.ty(), &value)?;
        }
        self.unquoted = true;
        self.fields.push(value);
        Ok(())
    }

    /// Ends the field and the record.
    fn end(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        self.save(vm)?;
        self.state = if c == END { State::StartRecord } else { State::EatNewline };
        Ok(())
    }

    fn quotes(&self, c: u32) -> bool {
        self.format.quoting != QUOTE_NONE && self.format.quotechar == Some(c)
    }

    fn step(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        match self.state {
            State::StartRecord => match c {
                END => Ok(()),
                CR | LF => {
                    self.state = State::EatNewline;
                    Ok(())
                }
                _ => self.start_field(vm, c),
            },
            State::StartField => self.start_field(vm, c),
            State::Escaped => {
                self.state = if matches!(c, CR | LF) { State::AfterEscapedNewline } else { State::InField };
                self.add(vm, if c == END { LF } else { c })
            }
            State::AfterEscapedNewline if c == END => Ok(()),
            State::AfterEscapedNewline | State::InField => self.in_field(vm, c),
            State::InQuoted => self.in_quoted(vm, c),
            State::EscapeInQuoted => {
                self.state = State::InQuoted;
                self.add(vm, if c == END { LF } else { c })
            }
            State::QuoteInQuoted => self.after_quote(vm, c),
            State::EatNewline => match c {
                CR | LF => Ok(()),
                END => {
                    self.state = State::StartRecord;
                    Ok(())
                }
                _ => Err(csv_error(
                    vm,
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                )),
            },
        }
    }

    fn start_field(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        self.state = State::StartField;
        if matches!(c, CR | LF | END) {
            return self.end(vm, c);
        }
        if self.quotes(c) {
            self.unquoted = false;
            self.state = State::InQuoted;
        } else if self.format.escapechar == Some(c) {
            self.state = State::Escaped;
        } else if c == u32::from(' ') && self.format.skipinitialspace {
            // Between the delimiter and the field.
        } else if c == self.format.delimiter {
            return self.save(vm);
        } else {
            self.state = State::InField;
            return self.add(vm, c);
        }
        Ok(())
    }

    fn in_field(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        if matches!(c, CR | LF | END) {
            self.end(vm, c)
        } else if self.format.escapechar == Some(c) {
            self.state = State::Escaped;
            Ok(())
        } else if c == self.format.delimiter {
            self.state = State::StartField;
            self.save(vm)
        } else {
            self.state = State::InField;
            self.add(vm, c)
        }
    }

    fn in_quoted(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        if c == END {
            return Ok(());
        }
        if self.format.escapechar == Some(c) {
            self.state = State::EscapeInQuoted;
        } else if self.quotes(c) {
            self.state = if self.format.doublequote { State::QuoteInQuoted } else { State::InField };
        } else {
            return self.add(vm, c);
        }
        Ok(())
    }

    fn after_quote(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        if self.quotes(c) {
            self.state = State::InQuoted;
            self.add(vm, c)
        } else if c == self.format.delimiter {
            self.state = State::StartField;
            self.save(vm)
        } else if matches!(c, CR | LF | END) {
            self.end(vm, c)
        } else if !self.format.strict {
            self.state = State::InField;
            self.add(vm, c)
        } else {
            let shown = [self.format.delimiter, self.format.quotechar.unwrap_or_default()]
                .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            Err(csv_error(vm, &format!("'{}' expected after '{}'", shown[0], shown[1])))
        }
    }
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Reader = o.body();
    let mut record = Record {
        format: format(b.dialect.get_fixed()),
        state: State::StartRecord,
        field: Vec::new(),
        unquoted: true,
        fields: Vec::new(),
        limit: usize::try_from(FIELD_LIMIT.load(Ordering::Relaxed)).unwrap_or(0),
    };
    loop {
        let Some(line) = vm.next(b.input.get_fixed())? else {
            if record.field.is_empty() && record.state != State::InQuoted {
                return Ok(None);
            }
            if record.format.strict {
                return Err(csv_error(vm, "unexpected end of data"));
            }
            record.save(vm)?;
            break;
        };
        let Some(text) = str::get(&line) else {
            let ty = type_new::full_name(line.ty());
            let ty = ty.rsplit('.').next().unwrap_or(&ty);
            return Err(csv_error(
                vm,
                &format!("iterator should return strings, not {ty} (the file should be opened in text mode)"),
            ));
        };
        b.line.fetch_add(1, Ordering::Relaxed);
        for c in text.data().iter() {
            record.step(vm, c)?;
        }
        record.step(vm, END)?;
        if record.state == State::StartRecord {
            break;
        }
        vm.poll()?;
    }
    Ok(Some(list::from_vec(record.fields)))
}
