//! `_struct`: Python values as C structures in bytes.

mod format;
mod values;

use crate::support::{
    NativeType, construct, exception_class, instance_of, native_table, new_module, self_iter,
};
use format::Compiled;
use pyre_object::{
    Args, Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Vm,
    bytes, heap_body, int, module, raise, str,
};
use pyre_threads::sync::{AtomicUsize, Mutex, Ordering};
use std::sync::{Arc, OnceLock};

heap_body! {
    /// `struct.Struct`: the format, a str, and what it was compiled to.
    struct Struct "Struct" { slots { format } data { compiled: Mutex<Option<Arc<Compiled>>> } }
}

heap_body! {
    /// Unpacks piece by piece. The memory is asked for again for every piece.
    struct Unpacker "unpack_iterator" { slots { source } data { compiled: Arc<Compiled>, at: AtomicUsize } }
}

static STRUCT: NativeType = NativeType::new(&STRUCT_SPEC);
static UNPACKER: NativeType = NativeType::new(&UNPACKER_SPEC);

static STRUCT_SPEC: TypeSpec = TypeSpec {
    name: "_struct.Struct",
    doc: "Struct(fmt) --> compiled struct object\n\n",
    layout: Some(Struct::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots {
        new: Some(|_, class, _| {
            Ok(instance_of(class, Struct { format: Slot::empty(), compiled: Mutex::new(None) }))
        }),
        init: Some(|vm, o, args| construct(vm, &INIT, o, args).map(|_| ())),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::raw_method("pack", "(self, /, *values)", |vm, args| {
            let (c, values) = bound(vm, "pack", args)?;
            pack(vm, &c, "pack", values)
        })
        .doc("S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.  See help(struct) for more on format\nstrings."),
        NativeDef::raw_method("pack_into", "(self, /, buffer, offset, *values)", |vm, args| {
            let (c, rest) = bound(vm, "pack_into", args)?;
            pack_into(vm, &c, rest)
        })
        .doc("S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf starting at\noffset.  Note that the offset is a required argument.  See\nhelp(struct) for more on format strings."),
        NativeDef::method("unpack", "(self, buffer, /)", |vm, a| unpack(vm, &*compiled(vm, &a[0])?, &a[1]))
            .doc("Return a tuple containing unpacked values.\n\nUnpack according to the format string Struct.format. The buffer's size\nin bytes must be Struct.size.\n\nSee help(struct) for more on format strings."),
        NativeDef::method("unpack_from", "(self, /, buffer, offset=0)", |vm, a| {
            unpack_from(vm, &*compiled(vm, &a[0])?, &a[1], &a[2])
        })
        .doc("Return a tuple containing unpacked values.\n\nValues are unpacked according to the format string Struct.format.\n\nThe buffer's size in bytes, starting at position offset, must be\nat least Struct.size.\n\nSee help(struct) for more on format strings."),
        NativeDef::method("iter_unpack", "(self, buffer, /)", |vm, a| {
            iter_unpack(vm, compiled(vm, &a[0])?, &a[1])
        })
        .doc("Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size."),
        NativeDef::method("__sizeof__", "(self, /)", |_, a| {
            let fields = a[0].body::<Struct>().compiled.lock().as_ref().map_or(0, |c| c.fields.len());
            Ok(Obj::from_len(size_of::<Struct>() + 16 + fields * size_of::<format::Field>()))
        })
        .doc("S.__sizeof__() -> size of S in memory, in bytes"),
    ],
    getset: &[
        GetSetDef::readonly("format", |vm, o| {
            compiled(vm, o)?;
            Ok(o.body::<Struct>().format.get())
        }),
        GetSetDef::readonly("size", |_, o| {
            let size = o.body::<Struct>().compiled.lock().as_ref().map_or(-1, |c| c.size as i64);
            Ok(int::new_int(size))
        }),
    ],
    ..TypeSpec::EMPTY
};

static INIT: NativeDef = NativeDef::class_method("Struct", "(self, format)", |vm, a| {
    let text = format::text_of(vm, &a[1])?;
    let fresh = format::compile(vm, &text)?;
    let b: &Struct = a[0].body();
    b.format.set(text);
    *b.compiled.lock() = Some(fresh);
    Ok(Obj::NONE)
});

static UNPACKER_SPEC: TypeSpec = TypeSpec {
    name: "_struct.unpack_iterator",
    layout: Some(Unpacker::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(self_iter), next: Some(next), ..Slots::NONE },
    methods: native_table![NativeDef::method("__length_hint__", "(self, /)", |vm, a| {
        let b: &Unpacker = a[0].body();
        let left = vm.buffer(b.source.get_fixed())?.len.saturating_sub(b.at.load(Ordering::Relaxed));
        Ok(Obj::from_len(left / b.compiled.size))
    })],
    ..TypeSpec::EMPTY
};

/// `struct.error`
fn error_type(vm: &Vm) -> PyResult<&'static Obj> {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    exception_class(vm, &TYPE, "struct", "error", Exc::Exception.ty())
}

/// `struct.error(message)`
#[cold]
fn struct_error(vm: &Vm, message: &str) -> Raised {
    match error_type(vm).and_then(|ty| vm.call1(ty, &str::new_str(message))) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// The compiled format of a `Struct`.
fn compiled(vm: &Vm, o: &Obj) -> PyResult<Arc<Compiled>> {
    let found = o.body::<Struct>().compiled.lock().clone();
    found.ok_or_else(|| vm.runtime_error("Struct object is not initialized"))
}

/// The receiver of a method that takes any number of arguments, and the arguments.
fn bound<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<(Arc<Compiled>, &'a [Obj])> {
    if args.has_keywords() {
        raise!(vm, TypeError, "Struct.{name}() takes no keyword arguments");
    }
    match args.pos().split_first() {
        Some((o, rest)) if o.downcast::<Struct>().is_some() => Ok((compiled(vm, o)?, rest)),
        _ => raise!(vm, TypeError, "unbound method Struct.{name}() needs an argument"),
    }
}

/// The format and the arguments of a function that takes any number of them.
fn formatted<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<(Arc<Compiled>, &'a [Obj])> {
    if args.has_keywords() {
        raise!(vm, TypeError, "_struct.{name}() takes no keyword arguments");
    }
    let Some((f, rest)) = args.pos().split_first() else { raise!(vm, TypeError, "missing format argument") };
    Ok((format::compile_cached(vm, f)?, rest))
}

fn check_count(vm: &Vm, c: &Compiled, name: &str, values: &[Obj]) -> PyResult<()> {
    if values.len() != c.values {
        let (want, got) = (c.values, values.len());
        return Err(struct_error(vm, &format!("{name} expected {want} items for packing (got {got})")));
    }
    Ok(())
}

fn pack(vm: &Vm, c: &Compiled, name: &str, values: &[Obj]) -> PyResult {
    check_count(vm, c, name, values)?;
    if c.size <= 64 {
        let mut out = [0; 64];
        values::pack(vm, c, values, &mut out[..c.size])?;
        return Ok(bytes::new_bytes(&out[..c.size]));
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(c.size).is_err() {
        return Err(vm.memory_error());
    }
    out.resize(c.size, 0);
    values::pack(vm, c, values, &mut out)?;
    Ok(bytes::new_bytes(&out))
}

/// Where an offset, from the end if negative, lies in a buffer.
fn place(vm: &Vm, c: &Compiled, offset: isize, len: usize, packing: bool) -> PyResult<usize> {
    let size = c.size;
    let mut at = offset;
    if offset < 0 {
        if offset + size as isize > 0 {
            let what = if packing { "no space to pack" } else { "not enough data to unpack" };
            return Err(struct_error(vm, &format!("{what} {size} bytes at offset {offset}")));
        }
        if offset + (len as isize) < 0 {
            return Err(struct_error(vm, &format!("offset {offset} out of range for {len}-byte buffer")));
        }
        at += len as isize;
    }
    let at = at as usize;
    if len < at || len - at < size {
        let (name, verb) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        let total = size as u64 + at as u64;
        let m = format!(
            "{name} requires a buffer of at least {total} bytes for {verb} {size} bytes at offset {at} (actual buffer size is {len})"
        );
        return Err(struct_error(vm, &m));
    }
    Ok(at)
}

fn pack_into(vm: &Vm, c: &Compiled, args: &[Obj]) -> PyResult {
    let [buffer, offset, values @ ..] = args else {
        let what = if args.is_empty() { "buffer" } else { "offset" };
        return Err(struct_error(vm, &format!("pack_into expected {what} argument")));
    };
    check_count(vm, c, "pack_into", values)?;
    let mut b = match vm.writable_buffer(buffer) {
        Err(e) if vm.matches(&e, Exc::TypeError) => {
            raise!(
                vm,
                TypeError,
                "argument must be read-write bytes-like object, not {}",
                buffer.type_name()
            );
        }
        other => other?,
    };
    let at = place(vm, c, vm.to_isize(offset)?, b.len, true)?;
    // Converting values may run Python code, so the bytes are put together first.
    let mut out = vec![0; c.size];
    values::pack(vm, c, values, &mut out)?;
    if let Some(target) = b.as_mut_slice() {
        target[at..at + c.size].copy_from_slice(&out);
    }
    Ok(Obj::NONE)
}

fn unpack(vm: &Vm, c: &Compiled, buffer: &Obj) -> PyResult {
    let b = vm.contiguous_buffer(buffer)?;
    let raw = b.as_slice().unwrap_or_default();
    if raw.len() != c.size {
        return Err(struct_error(vm, &format!("unpack requires a buffer of {} bytes", c.size)));
    }
    Ok(values::unpack(c, raw))
}

fn unpack_from(vm: &Vm, c: &Compiled, buffer: &Obj, offset: &Obj) -> PyResult {
    let offset = offset.given().map_or(Ok(0), |o| vm.to_isize(o))?;
    let b = vm.contiguous_buffer(buffer)?;
    let at = place(vm, c, offset, b.len, false)?;
    let raw = b.as_slice().unwrap_or_default();
    Ok(values::unpack(c, &raw[at..at + c.size]))
}

fn iter_unpack(vm: &Vm, compiled: Arc<Compiled>, buffer: &Obj) -> PyResult {
    if compiled.size == 0 {
        return Err(struct_error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let len = vm.contiguous_buffer(buffer)?.len;
    if !len.is_multiple_of(compiled.size) {
        let size = compiled.size;
        let m = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
        return Err(struct_error(vm, &m));
    }
    let body = Unpacker { source: Slot::new(buffer.clone()), compiled, at: AtomicUsize::new(0) };
    Ok(UNPACKER.instance(vm, body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let u: &Unpacker = o.body();
    let b = vm.contiguous_buffer(u.source.get_fixed())?;
    let at = u.at.load(Ordering::Relaxed);
    let Some(raw) = b.as_slice().and_then(|s| s.get(at..at + u.compiled.size)) else { return Ok(None) };
    u.at.store(at + u.compiled.size, Ordering::Relaxed);
    Ok(Some(values::unpack(&u.compiled, raw)))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    compiled(vm, o)?;
    let format = vm.repr_text(&o.body::<Struct>().format.get())?;
    Ok(str::new_str(&format!("{}({format})", pyre_object::typeobj::type_name(o.ty()))))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("_clearcache", "()", |_, _| {
        format::clear_cache();
        Ok(Obj::NONE)
    })
    .doc("Clear the internal cache."),
    NativeDef::function("calcsize", "(format, /)", |vm, a| {
        Ok(Obj::from_len(format::compile_cached(vm, &a[0])?.size))
    })
    .doc("Return size in bytes of the struct described by the format string."),
    NativeDef::raw_function("pack", "(format, /, *values)", |vm, args| {
        let (c, values) = formatted(vm, "pack", args)?;
        pack(vm, &c, "pack", values)
    })
    .doc("pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings."),
    NativeDef::raw_function("pack_into", "(format, buffer, offset, /, *values)", |vm, args| {
        let (c, rest) = formatted(vm, "pack_into", args)?;
        pack_into(vm, &c, rest)
    })
    .doc("pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  A negative offset counts from\nthe end of the buffer.  See help(struct) for more on format strings."),
    NativeDef::function("unpack", "(format, buffer, /)", |vm, a| {
        unpack(vm, &*format::compile_cached(vm, &a[0])?, &a[1])
    })
    .doc("Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings."),
    NativeDef::function("unpack_from", "(format, /, buffer, offset=0)", |vm, a| {
        unpack_from(vm, &*format::compile_cached(vm, &a[0])?, &a[1], &a[2])
    })
    .doc("Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\nA negative offset counts from the end of the buffer.\n\nSee help(struct) for more on format strings."),
    NativeDef::function("iter_unpack", "(format, buffer, /)", |vm, a| {
        iter_unpack(vm, format::compile_cached(vm, &a[0])?, &a[1])
    })
    .doc("Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the format struct size."),
];

/// The module.
///
/// # Errors
/// None in practice: what making a class raises.
pub fn module(vm: &Vm) -> PyResult {
    let doc = "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct.";
    let m = new_module("_struct", doc, FUNCTIONS);
    STRUCT.add_to(vm, &m);
    module::set(&m, "error", error_type(vm)?.clone());
    Ok(m)
}
