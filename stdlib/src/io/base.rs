//! The abstract bases `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what streams have in common, written in
//! terms of the methods that a stream overrides.

use super::support::{call, check_closed, optional_size, unsupported};
use super::types;
use crate::name;
use pyre_object::{
    Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Value, Vm, attr, bytes, int, list,
    raise,
};

/// `_IOBase`
pub static IO_BASE: TypeSpec = TypeSpec {
    name: "_io._IOBase",
    doc: "The abstract base class for all I/O classes.",
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { iter: Some(iterate), next: Some(next), finalize: Some(finalize), ..Slots::NONE },
    methods: &IO_METHODS,
    getset: &[GetSetDef::readonly("closed", |_, o| Ok(Obj::bool(is_marked_closed(o))))],
    ..TypeSpec::EMPTY
};

static IO_METHODS: [NativeDef; 20] = [
    NativeDef::method("seek", "($self, offset, whence=0, /)", |vm, _| Err(unsupported(vm, "seek"))),
    NativeDef::method("tell", "($self, /)", |vm, a| {
        call(vm, &a[0], name!("seek"), &[Obj::from_len(0), Obj::from_len(1)])
    }),
    NativeDef::method("truncate", "($self, size=None, /)", |vm, _| Err(unsupported(vm, "truncate"))),
    NativeDef::method("flush", "($self, /)", flush),
    NativeDef::method("close", "($self, /)", close),
    NativeDef::method("seekable", "($self, /)", |_, _| Ok(Obj::FALSE)),
    NativeDef::method("readable", "($self, /)", |_, _| Ok(Obj::FALSE)),
    NativeDef::method("writable", "($self, /)", |_, _| Ok(Obj::FALSE)),
    NativeDef::method("_checkClosed", "($self, msg=None, /)", |vm, a| {
        check_closed(vm, &a[0])?;
        Ok(Obj::NONE)
    }),
    NativeDef::method("_checkSeekable", "($self, /)", |vm, a| {
        check_can(vm, &a[0], name!("seekable"), "File or stream is not seekable.")
    }),
    NativeDef::method("_checkReadable", "($self, /)", |vm, a| {
        check_can(vm, &a[0], name!("readable"), "File or stream is not readable.")
    }),
    NativeDef::method("_checkWritable", "($self, /)", |vm, a| {
        check_can(vm, &a[0], name!("writable"), "File or stream is not writable.")
    }),
    NativeDef::method("fileno", "($self, /)", |vm, _| Err(unsupported(vm, "fileno"))),
    NativeDef::method("isatty", "($self, /)", |vm, a| {
        check_closed(vm, &a[0])?;
        Ok(Obj::FALSE)
    }),
    NativeDef::method("__enter__", "($self, /)", |vm, a| {
        check_closed(vm, &a[0])?;
        Ok(a[0].clone())
    }),
    NativeDef::method("__exit__", "($self, /, *args)", |vm, a| call(vm, &a[0], name!("close"), &[])),
    NativeDef::method("readline", "($self, size=-1, /)", readline),
    NativeDef::method("readlines", "($self, hint=-1, /)", readlines),
    NativeDef::method("writelines", "($self, lines, /)", writelines),
    NativeDef::method("_isatty_open_only", "($self, /)", |vm, a| call(vm, &a[0], name!("isatty"), &[])),
];

fn is_marked_closed(o: &Obj) -> bool {
    attr::instance_get(o, name!("__IOBase_closed")).is_some()
}

fn flush(vm: &Vm, a: &[Obj]) -> PyResult {
    if is_marked_closed(&a[0]) {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(Obj::NONE)
}

fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    if is_marked_closed(&a[0]) {
        return Ok(Obj::NONE);
    }
    let r = call(vm, &a[0], name!("flush"), &[]);
    vm.setattr(&a[0], name!("__IOBase_closed"), Some(&Obj::TRUE))?;
    r.map(|_| Obj::NONE)
}

fn check_can(vm: &Vm, o: &Obj, question: &Obj, message: &str) -> PyResult {
    let r = call(vm, o, question, &[])?;
    if r.raw() == Value::TRUE { Ok(r) } else { Err(unsupported(vm, message)) }
}

/// `__del__`: a stream that nobody closed is closed.
pub fn finalize(vm: &Vm, o: &Obj) {
    // There is nothing to do for memory.
    if o.ty().is(types::BYTES_IO.get()) || o.ty().is(types::STRING_IO.get()) {
        return;
    }
    let closed = match vm.getattr_opt(o, name!("closed")) {
        Ok(Some(c)) => vm.truth(&c).unwrap_or(true),
        Ok(None) => return,
        // An object that was never initialised cannot say.
        Err(_) => true,
    };
    if closed {
        return;
    }
    let _ = vm.setattr(o, name!("_finalizing"), Some(&Obj::TRUE));
    if let Err(e) = call(vm, o, name!("close"), &[]) {
        let shown = vm.repr_text(o).unwrap_or_else(|_| "<file>".to_owned());
        vm.unraisable(&e, &format!("Exception ignored while finalizing file {shown}"), None);
    }
}

fn iterate(vm: &Vm, o: &Obj) -> PyResult {
    check_closed(vm, o)?;
    Ok(o.clone())
}

/// `__next__`: a line, as `readline` gives it.
pub fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let line = call(vm, o, name!("readline"), &[])?;
    Ok(if vm.len(&line)? == 0 { None } else { Some(line) })
}

/// `readline` in terms of `read` and, if there is one, `peek`.
fn readline(vm: &Vm, a: &[Obj]) -> PyResult {
    let limit = optional_size(vm, &a[1])?;
    let o = &a[0];
    let peek = vm.getattr_opt(o, name!("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit.is_none_or(|n| line.len() < n) {
        let mut want = 1;
        if let Some(peek) = &peek {
            let ahead = vm.call1(peek, &Obj::from_len(1))?;
            let Some(b) = bytes::get(&ahead) else {
                raise!(vm, OSError, "peek() should have returned a bytes object, not '{}'", ahead.type_name())
            };
            if !b.is_empty() {
                let b = &b[..b.len().min(limit.map_or(usize::MAX, |n| n - line.len()))];
                want = memchr::memchr(b'\n', b).map_or(b.len(), |i| i + 1);
            }
        }
        let got = call(vm, o, name!("read"), &[Obj::from_len(want)])?;
        let Some(b) = bytes::get(&got) else {
            raise!(vm, OSError, "read() should have returned a bytes object, not '{}'", got.type_name())
        };
        if b.is_empty() {
            break;
        }
        line.extend_from_slice(b);
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(bytes::new_bytes(&line))
}

fn readlines(vm: &Vm, a: &[Obj]) -> PyResult {
    let hint = optional_size(vm, &a[1])?.filter(|n| *n > 0);
    let lines = list::new_list([]);
    let it = vm.iter(&a[0])?;
    let mut length = 0;
    while let Some(line) = vm.next(&it)? {
        let n = vm.len(&line)?;
        list::append(&lines, line);
        length += n;
        if hint.is_some_and(|h| length >= h) {
            break;
        }
    }
    Ok(lines)
}

fn writelines(vm: &Vm, a: &[Obj]) -> PyResult {
    check_closed(vm, &a[0])?;
    let write = vm.getattr(&a[0], name!("write"))?;
    vm.for_each(&a[1], |line| vm.call1(&write, &line).map(drop))?;
    Ok(Obj::NONE)
}

/// `_RawIOBase`
pub static RAW_IO_BASE: TypeSpec = TypeSpec {
    name: "_io._RawIOBase",
    doc: "Base class for raw binary I/O.",
    base: Some(|_| types::IO_BASE.get().clone()),
    flags: TypeFlags::BASE,
    methods: &RAW_METHODS,
    ..TypeSpec::EMPTY
};

static RAW_METHODS: [NativeDef; 4] = [
    NativeDef::method("read", "($self, size=-1, /)", raw_read),
    NativeDef::method("readall", "($self, /)", raw_readall),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, _| {
        Err(vm.error_with(Exc::NotImplementedError, &[]))
    }),
    NativeDef::method("write", "($self, b, /)", |vm, _| Err(vm.error_with(Exc::NotImplementedError, &[]))),
];

fn raw_read(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = match a[1].given() {
        Some(n) => vm.to_isize(n)?,
        None => -1,
    };
    let Ok(n) = usize::try_from(n) else { return call(vm, &a[0], name!("readall"), &[]) };
    if n > bytes::MAX_LEN {
        return Err(vm.memory_error());
    }
    let memory = bytes::new_bytearray(&vec![0; n]);
    let got = call(vm, &a[0], name!("readinto"), std::slice::from_ref(&memory))?;
    if got.is_none() {
        return Ok(got);
    }
    let got = vm.to_isize(&got)?;
    if got < 0 || got as usize > n {
        raise!(vm, ValueError, "readinto returned {got} outside buffer size {n}");
    }
    Ok(bytes::with_bytearray(&memory, |b| bytes::new_bytes(&b[..b.len().min(got as usize)])))
}

fn raw_readall(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let got = call(vm, &a[0], name!("read"), &[Obj::from_len(super::DEFAULT_BUFFER_SIZE)])?;
        if got.is_none() {
            return Ok(if all.is_empty() { got } else { bytes::new_bytes(&all) });
        }
        let Some(b) = bytes::get(&got) else { raise!(vm, TypeError, "read() should return bytes") };
        if b.is_empty() {
            return Ok(bytes::new_bytes(&all));
        }
        all.extend_from_slice(b);
    }
}

/// `_BufferedIOBase`
pub static BUFFERED_IO_BASE: TypeSpec = TypeSpec {
    name: "_io._BufferedIOBase",
    doc: "Base class for buffered IO objects.",
    base: Some(|_| types::IO_BASE.get().clone()),
    flags: TypeFlags::BASE,
    methods: &BUFFERED_METHODS,
    ..TypeSpec::EMPTY
};

static BUFFERED_METHODS: [NativeDef; 6] = [
    NativeDef::method("detach", "($self, /)", |vm, _| Err(unsupported(vm, "detach"))),
    NativeDef::method("read", "($self, size=-1, /)", |vm, _| Err(unsupported(vm, "read"))),
    NativeDef::method("read1", "($self, size=-1, /)", |vm, _| Err(unsupported(vm, "read1"))),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| read_into(vm, a, name!("read"))),
    NativeDef::method("readinto1", "($self, buffer, /)", |vm, a| read_into(vm, a, name!("read1"))),
    NativeDef::method("write", "($self, b, /)", |vm, _| Err(unsupported(vm, "write"))),
];

fn read_into(vm: &Vm, a: &[Obj], read: &Obj) -> PyResult {
    let mut memory = vm.writable_buffer(&a[1])?;
    let got = call(vm, &a[0], read, &[int::from_usize(memory.len)])?;
    let Some(b) = bytes::get(&got) else { raise!(vm, TypeError, "read() should return bytes") };
    let room = memory.len;
    match memory.as_mut_slice().and_then(|m| m.get_mut(..b.len())) {
        Some(m) => m.copy_from_slice(b),
        None => raise!(
            vm,
            ValueError,
            "read() returned too much data: {room} bytes requested, {} returned",
            b.len()
        ),
    }
    Ok(Obj::from_len(b.len()))
}

/// `_TextIOBase`
pub static TEXT_IO_BASE: TypeSpec = TypeSpec {
    name: "_io._TextIOBase",
    doc: "Base class for text I/O.",
    base: Some(|_| types::IO_BASE.get().clone()),
    flags: TypeFlags::BASE,
    methods: &TEXT_METHODS,
    getset: &[
        GetSetDef::readonly("encoding", |_, _| Ok(Obj::NONE)),
        GetSetDef::readonly("newlines", |_, _| Ok(Obj::NONE)),
        GetSetDef::readonly("errors", |_, _| Ok(Obj::NONE)),
    ],
    ..TypeSpec::EMPTY
};

static TEXT_METHODS: [NativeDef; 4] = [
    NativeDef::method("detach", "($self, /)", |vm, _| Err(unsupported(vm, "detach"))),
    NativeDef::method("read", "($self, size=-1, /)", |vm, _| Err(unsupported(vm, "read"))),
    NativeDef::method("readline", "($self, size=-1, /)", |vm, _| Err(unsupported(vm, "readline"))),
    NativeDef::method("write", "($self, s, /)", |vm, _| Err(unsupported(vm, "write"))),
];
