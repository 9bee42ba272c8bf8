//! `marshal`: values and code objects as bytes, in a format of our own (the documentation promises none). Version 4 of
//! CPython's format is neither read nor written.
//!
//! A value is one tag byte and its content; lengths are little-endian `u32`.

use pyre_object::code::{CodeBody, new_code};
use pyre_object::{
    Builtin, Exc, NativeDef, Obj, PyResult, Vm, bytes, dict, float, int, list, module, set, str, tuple,
};

const MAX_DEPTH: usize = 2000;

fn length(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn blob(out: &mut Vec<u8>, tag: u8, data: &[u8]) {
    out.push(tag);
    length(out, data.len());
    out.extend(data);
}

fn sequence(vm: &Vm, out: &mut Vec<u8>, tag: u8, items: &[Obj], depth: usize) -> PyResult<()> {
    out.push(tag);
    length(out, items.len());
    items.iter().try_for_each(|o| write(vm, out, o, depth + 1))
}

fn write(vm: &Vm, out: &mut Vec<u8>, o: &Obj, depth: usize) -> PyResult<()> {
    if depth > MAX_DEPTH {
        return Err(vm.value_error("object too deeply nested to marshal"));
    }
    if let Some(c) = o.downcast::<CodeBody>() {
        blob(out, b'c', &pyre_bytecode::serialize::write(&c.unit));
        return Ok(());
    }
    let is = |b: Builtin| o.is_exactly(b);
    if o.is_none() {
        out.push(b'N');
    } else if o.is(&Obj::TRUE) || o.is(&Obj::FALSE) {
        out.push(if o.is(&Obj::TRUE) { b'T' } else { b'F' });
    } else if o.is(&Obj::ELLIPSIS) {
        out.push(b'.');
    } else if is(Builtin::Int) {
        blob(out, b'i', str::to_wtf8(&vm.repr(o)?).as_ref());
    } else if is(Builtin::Float) {
        blob(out, b'g', &float::as_float(o).unwrap_or(0.0).to_le_bytes());
    } else if is(Builtin::Complex) {
        blob(out, b'y', str::to_wtf8(&vm.repr(o)?).as_ref());
    } else if is(Builtin::Str) {
        blob(out, b'u', &str::to_wtf8(o));
    } else if is(Builtin::Bytes) {
        blob(out, b's', bytes::as_bytes(o));
    } else if is(Builtin::Tuple) {
        sequence(vm, out, b'(', tuple::items(o), depth)?;
    } else if is(Builtin::List) {
        sequence(vm, out, b'[', &list::snapshot(o), depth)?;
    } else if is(Builtin::Set) || is(Builtin::FrozenSet) {
        sequence(vm, out, if is(Builtin::Set) { b'<' } else { b'>' }, &set::snapshot(o), depth)?;
    } else if is(Builtin::Dict) {
        let flat: Vec<Obj> = dict::items_snapshot(o).into_iter().flat_map(|(k, v)| [k, v]).collect();
        sequence(vm, out, b'{', &flat, depth)?;
    } else {
        return Err(vm.value_error("unmarshallable object"));
    }
    Ok(())
}

struct Reader<'b> {
    data: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, vm: &Vm, n: usize) -> PyResult<&'b [u8]> {
        match self.at.checked_add(n).and_then(|end| self.data.get(self.at..end)) {
            Some(s) => {
                self.at += n;
                Ok(s)
            }
            None => Err(vm.error(Exc::EOFError, "marshal data too short")),
        }
    }

    fn length(&mut self, vm: &Vm) -> PyResult<usize> {
        let mut b = [0; 4];
        b.copy_from_slice(self.take(vm, 4)?);
        Ok(u32::from_le_bytes(b) as usize)
    }

    fn blob(&mut self, vm: &Vm) -> PyResult<&'b [u8]> {
        let n = self.length(vm)?;
        self.take(vm, n)
    }

    fn items(&mut self, vm: &Vm, depth: usize) -> PyResult<Vec<Obj>> {
        let n = self.length(vm)?;
        // Every item takes at least a byte: a wrong length cannot ask for much memory.
        if n > self.data.len() - self.at {
            return Err(vm.error(Exc::EOFError, "marshal data too short"));
        }
        (0..n).map(|_| self.value(vm, depth + 1)).collect()
    }

    fn number(&mut self, vm: &Vm, ty: Builtin) -> PyResult {
        let text = str::from_wtf8(self.blob(vm)?);
        vm.call1(ty.ty(), &text)
    }

    fn value(&mut self, vm: &Vm, depth: usize) -> PyResult {
        if depth > MAX_DEPTH {
            return Err(vm.value_error("bad marshal data (too deeply nested)"));
        }
        Ok(match self.take(vm, 1)?[0] {
            b'N' => Obj::NONE,
            b'T' => Obj::TRUE,
            b'F' => Obj::FALSE,
            b'.' => Obj::ELLIPSIS,
            b'i' => self.number(vm, Builtin::Int)?,
            b'y' => self.number(vm, Builtin::Complex)?,
            b'g' => match <[u8; 8]>::try_from(self.blob(vm)?) {
                Ok(b) => float::new_float(f64::from_le_bytes(b)),
                Err(_) => return Err(vm.value_error("bad marshal data (float)")),
            },
            b'u' => str::from_wtf8(self.blob(vm)?),
            b's' => bytes::new_bytes(self.blob(vm)?),
            b'(' => tuple::from_vec(self.items(vm, depth)?),
            b'[' => list::from_vec(self.items(vm, depth)?),
            b'<' => set::set_of(vm, self.items(vm, depth)?)?,
            b'>' => set::frozenset_of(vm, self.items(vm, depth)?)?,
            b'{' => {
                let d = dict::new_dict();
                let flat = self.items(vm, depth)?;
                for pair in flat.chunks_exact(2) {
                    dict::set_item(vm, &d, &pair[0], pair[1].clone())?;
                }
                d
            }
            b'c' => match pyre_bytecode::serialize::read(self.blob(vm)?) {
                Ok(unit) => new_code(unit.into()),
                Err(e) => return Err(vm.value_error(format!("bad marshal data ({e})"))),
            },
            _ => return Err(vm.value_error("bad marshal data (unknown type code)")),
        })
    }
}

fn dumps(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut out = Vec::new();
    write(vm, &mut out, &a[0], 0)?;
    Ok(bytes::new_bytes(&out))
}

fn loads(vm: &Vm, a: &[Obj]) -> PyResult {
    let data = vm.buffer(&a[0])?.to_bytes().into_owned();
    Reader { data: &data, at: 0 }.value(vm, 0)
}

fn dump(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = dumps(vm, a)?;
    vm.call_method_str(&a[1], "write", &[b])
}

fn load(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = vm.call_method_str(&a[0], "read", &[])?;
    loads(vm, &[b])
}

static FUNCTIONS: [NativeDef; 4] = [
    NativeDef::function("dump", "(value, file, version=5, /, *, allow_code=True)", dump),
    NativeDef::function("dumps", "(value, version=5, /, *, allow_code=True)", dumps),
    NativeDef::function("load", "(file, /, *, allow_code=True)", load),
    NativeDef::function("loads", "(bytes, /, *, allow_code=True)", loads),
];

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    let m = module::new_module("marshal");
    module::add_functions(&m, &FUNCTIONS);
    module::set(&m, "version", int::new_int(5));
    Ok(m)
}
