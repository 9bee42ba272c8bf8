//! `str.format` and `str.format_map`: templates with replacement fields.

use pyre_object::protocol::format_quickly;
use pyre_object::str::{self, StrBuilder};
use pyre_object::{Args, Builtin, Obj, PyResult, Vm, intern};
use pyre_text::Body;
use pyre_text::quick::Line;
use pyre_text::str_format::{
    Access, AutoNumber, Field, FieldName, Key, MAX_DEPTH, Parser, TOO_DEEP, unknown_conversion,
};
use std::ops::Range;

/// Where fields find their values.
#[derive(Clone, Copy)]
enum Values<'a> {
    Arguments(Args<'a>),
    Mapping(&'a Obj),
}

impl Values<'_> {
    fn at(self, vm: &Vm, i: usize) -> PyResult {
        match self {
            Values::Arguments(a) => a.pos().get(i).cloned().ok_or_else(|| {
                vm.index_error(format!("Replacement index {i} out of range for positional args tuple"))
            }),
            Values::Mapping(_) => Err(vm.value_error("Format string contains positional fields")),
        }
    }

    fn named(self, vm: &Vm, name: Body<'_>) -> PyResult {
        let key = str::from_body(name);
        match self {
            Values::Arguments(a) => a
                .keywords()
                .find(|(k, _)| str::eq(k, &key))
                .map(|(_, v)| v.clone())
                .ok_or_else(|| vm.key_error(&key)),
            Values::Mapping(m) => vm.getitem(m, &key),
        }
    }
}

/// `self.format(*args, **kwargs)`
pub fn format_method(vm: &Vm, args: Args<'_>) -> PyResult {
    match args.pos().first() {
        Some(template) if str::is_str(template) => format_with(vm, template, Values::Arguments(args.skip(1))),
        Some(other) => Err(vm.type_error(format!(
            "descriptor 'format' for 'str' objects doesn't apply to a '{}' object",
            other.type_name()
        ))),
        None => Err(vm.type_error("unbound method str.format() needs an argument")),
    }
}

/// `self.format_map(mapping)`
pub fn format_map_method(vm: &Vm, a: &[Obj]) -> PyResult {
    format_with(vm, &a[0], Values::Mapping(&a[1]))
}

fn format_with(vm: &Vm, template: &Obj, values: Values<'_>) -> PyResult {
    let body = str::expect(template).text();
    let mut out = StrBuilder::with_capacity(body.len() + 16);
    render(vm, body, values, &mut AutoNumber::default(), MAX_DEPTH, &mut out)?;
    Ok(out.finish())
}

fn push_body(out: &mut StrBuilder, body: Body<'_>) {
    out.push_data(match body {
        Body::Latin1(d) => str::Data::One(d),
        Body::Ucs2(d) => str::Data::Two(d),
        Body::Ucs4(d) => str::Data::Four(d),
    });
}

fn part(body: Body<'_>, range: Range<usize>) -> Body<'_> {
    body.slice(range.start, range.end)
}

fn render(
    vm: &Vm,
    template: Body<'_>,
    values: Values<'_>,
    numbers: &mut AutoNumber,
    depth: usize,
    out: &mut StrBuilder,
) -> PyResult<()> {
    if depth == 0 {
        return Err(vm.value_error(TOO_DEEP));
    }
    for piece in Parser::new(template) {
        let piece = piece.map_err(|e| vm.value_error(e))?;
        push_body(out, part(template, piece.literal));
        if let Some(field) = piece.field {
            render_field(vm, template, field, values, numbers, depth, out)?;
        }
    }
    Ok(())
}

fn render_field(
    vm: &Vm,
    template: Body<'_>,
    field: Field,
    values: Values<'_>,
    numbers: &mut AutoNumber,
    depth: usize,
    out: &mut StrBuilder,
) -> PyResult<()> {
    let mut value = find_value(vm, part(template, field.name), values, numbers)?;
    if let Some(c) = field.conversion {
        value = match char::from_u32(c) {
            Some('r') => vm.repr(&value)?,
            Some('s') => vm.str(&value)?,
            Some('a') => crate::str::ascii(vm, &value)?,
            _ => return Err(vm.value_error(unknown_conversion(c))),
        };
    }
    let spec = part(template, field.spec);
    if let (false, Body::Latin1(spec)) = (field.is_nested, spec) {
        let mut line = Line::new();
        if format_quickly(&value, spec, &mut line) {
            out.push_data(str::Data::One(line.as_bytes()));
            return Ok(());
        }
    }
    if spec.is_empty() && value.is_exactly(Builtin::Str) {
        out.push_obj(&value);
        return Ok(());
    }
    let spec = if field.is_nested {
        let mut inner = StrBuilder::new();
        render(vm, spec, values, numbers, depth - 1, &mut inner)?;
        inner.finish()
    } else {
        str::from_body(spec)
    };
    out.push_obj(&vm.format(&value, &spec)?);
    Ok(())
}

fn find_value(vm: &Vm, name: Body<'_>, values: Values<'_>, numbers: &mut AutoNumber) -> PyResult {
    let fail = |e: &'static str| vm.value_error(e);
    let (first, rest) = FieldName::split(name).map_err(fail)?;
    let mapped = matches!(values, Values::Mapping(_));
    let mut value = match first {
        // Without positional values, any number is wrong for another reason.
        Key::Empty if mapped => values.at(vm, 0)?,
        Key::Empty => values.at(vm, numbers.automatic().map_err(fail)?)?,
        Key::Index(i) => {
            if !mapped {
                numbers.manual().map_err(fail)?;
            }
            values.at(vm, i)?
        }
        Key::Name(range) => values.named(vm, part(name, range))?,
    };
    for access in rest {
        value = match access.map_err(fail)? {
            Access::Attribute(range) => {
                vm.getattr(&value, &intern::intern(&str::from_body(part(name, range))))?
            }
            Access::Item(Key::Index(i)) => vm.getitem(&value, &pyre_object::int::from_usize(i))?,
            Access::Item(Key::Name(range)) => vm.getitem(&value, &str::from_body(part(name, range)))?,
            Access::Item(Key::Empty) => return Err(fail("Empty attribute in format string")),
        };
    }
    Ok(value)
}
