//! Pickling: the type code, a code for the machine's representation, and the bytes.

use super::kind::Kind;
use super::{array, content, make, methods};
use crate::support::instance_dict_or_none;
use pyre_number::BigInt;
use pyre_number::int::bytes::ByteOrder;
use pyre_object::typeobj::is_type;
use pyre_object::{Obj, PyResult, Vm, bytes, float, int, list, raise, str, tuple};

pub(super) fn reduce_ex(vm: &Vm, a: &[Obj]) -> PyResult {
    let protocol = vm.to_isize(&a[1])?;
    let (class, kind) = (a[0].ty().clone(), array(&a[0]).kind);
    let code = str::from_code_point(u32::from(kind.code));
    let state = instance_dict_or_none(&a[0]);
    if protocol < 3 {
        let items = if kind.is_text() { methods::to_text(&a[0]) } else { methods::to_list(&a[0]) };
        return Ok(tuple::new_tuple([class, tuple::pair(code, items), state]));
    }
    let module = vm.import("array")?;
    let reconstruct = vm.getattr_str(&module, "_array_reconstructor")?;
    let format = Obj::from_len(kind.machine_format());
    let args = tuple::new_tuple([class, code, format, bytes::new_bytes(&content(&a[0]))]);
    Ok(tuple::new_tuple([reconstruct, args, state]))
}

/// A representation of items: bytes of one, the order of its bytes, and how they are read.
struct Machine {
    size: usize,
    big_endian: bool,
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Unsigned,
    Signed,
    Float,
    Text,
}

fn machine(code: i64) -> Option<Machine> {
    let big_endian = code >= 2 && code % 2 == 1;
    let (size, reading) = match code {
        0 => (1, Reading::Unsigned),
        1 => (1, Reading::Signed),
        2 | 3 => (2, Reading::Unsigned),
        4 | 5 => (2, Reading::Signed),
        6 | 7 => (4, Reading::Unsigned),
        8 | 9 => (4, Reading::Signed),
        10 | 11 => (8, Reading::Unsigned),
        12 | 13 => (8, Reading::Signed),
        14 | 15 => (4, Reading::Float),
        16 | 17 => (8, Reading::Float),
        18 | 19 => (2, Reading::Text),
        20 | 21 => (4, Reading::Text),
        _ => return None,
    };
    Some(Machine { size, big_endian, reading })
}

impl Machine {
    fn value(&self, raw: &[u8]) -> Obj {
        let order = if self.big_endian { ByteOrder::Big } else { ByteOrder::Little };
        let n = BigInt::from_bytes(raw, order, self.reading == Reading::Signed);
        match (self.reading, self.size) {
            (Reading::Float, 4) => float::new_float(f64::from(f32::from_bits(n.wrapping_u64() as u32))),
            (Reading::Float, _) => float::new_float(f64::from_bits(n.wrapping_u64())),
            _ => int::from_bigint(n),
        }
    }
}

/// The type code with items of this size that are ints of this sign; the given one if it fits.
fn fitting(kind: Kind, m: &Machine) -> Kind {
    let signed = m.reading == Reading::Signed;
    let fits = |k: &Kind| k.size == m.size && k.code.is_ascii_lowercase() == signed && !k.is_text();
    if fits(&kind) && !matches!(kind.code, b'f' | b'd') {
        return kind;
    }
    let all: &[u8] = if signed { b"bhilq" } else { b"BHILQ" };
    all.iter().filter_map(|c| Kind::of(u32::from(*c))).find(fits).unwrap_or(kind)
}

/// `_array_reconstructor(arraytype, typecode, mformat_code, items)`
pub(super) fn reconstruct(vm: &Vm, a: &[Obj]) -> PyResult {
    let [class, code, format, items] = a else {
        raise!(vm, TypeError, "_array_reconstructor expected 4 arguments");
    };
    if !is_type(class) {
        raise!(vm, TypeError, "first argument must be a type object, not {}", class.type_name());
    }
    let base = super::ARRAY.get(vm);
    if !pyre_object::typeobj::is_subtype(class, base) {
        let name = pyre_object::typeobj::type_name(class);
        raise!(vm, TypeError, "{name} is not a subtype of array.array");
    }
    let kind = match str::get(code) {
        Some(s) if s.len() == 1 => Kind::of(s.char_at(0)),
        _ => raise!(
            vm,
            TypeError,
            "_array_reconstructor() argument 2 must be a unicode character, not {}",
            code.type_name()
        ),
    };
    let Some(kind) = kind else { raise!(vm, ValueError, "second argument must be a valid type code") };
    let format = i64::from(vm.to_i32(format)?);
    let Some(m) = machine(format) else {
        raise!(vm, ValueError, "third argument must be a valid machine format code.");
    };
    let Some(raw) = bytes::get(items) else {
        raise!(vm, TypeError, "fourth argument should be bytes, not {}", items.type_name());
    };
    if !raw.len().is_multiple_of(m.size) {
        raise!(vm, ValueError, "bytes length not a multiple of item size");
    }
    if format as usize == kind.machine_format() {
        return Ok(make(class, kind, raw));
    }
    if m.reading == Reading::Text {
        let encoding = match (m.size, m.big_endian) {
            (2, false) => "utf-16-le",
            (2, true) => "utf-16-be",
            (_, false) => "utf-32-le",
            (_, true) => "utf-32-be",
        };
        let text = vm.call_method_str(items, "decode", &[str::new_str(encoding)])?;
        return vm.call2(class, code, &text);
    }
    let kind = if m.reading == Reading::Float { kind } else { fitting(kind, &m) };
    let values = list::new_list(raw.chunks_exact(m.size).map(|c| m.value(c)));
    vm.call2(class, &str::from_code_point(u32::from(kind.code)), &values)
}
