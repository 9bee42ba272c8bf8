//! `BytesIO`: a binary stream in memory, and the object that lends its memory to `getbuffer()`.

use super::guarded::{Guarded, Section};
use super::support::{offset, optional_size};
use super::types;
use pyre_object::buffer::Buffer;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm,
    alloc, attr, bytes, dict, heap_body, int, list, raise, tuple,
};
use pyre_types::arguments::bind_optional;

struct State {
    content: Vec<u8>,
    position: usize,
    closed: bool,
    /// How often the memory is lent out.
    exports: usize,
}

impl State {
    fn rest(&self) -> &[u8] {
        self.content.get(self.position..).unwrap_or_default()
    }
}

heap_body! {
    /// The body of a `BytesIO`.
    pub struct BytesIoBody "BytesIO" { slots {} data { state: Guarded<State> } }
}

heap_body! {
    /// The body of what `getbuffer()` makes views of.
    pub struct BytesIoBufferBody "_BytesIOBuffer" { slots { source } data {} }
}

/// `BytesIO`
pub static BYTES_IO: TypeSpec = TypeSpec {
    name: "_io.BytesIO",
    doc: "Buffered I/O implementation using an in-memory bytes buffer.",
    base: Some(|_| types::BUFFERED_IO_BASE.get().clone()),
    layout: Some(BytesIoBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), init: Some(init), next: Some(next), ..Slots::NONE },
    methods: &METHODS,
    getset: &[GetSetDef::readonly("closed", |vm, o| {
        Ok(Obj::bool(o.body::<BytesIoBody>().state.enter_again(vm)?.with(|s| s.closed)))
    })],
};

/// `_BytesIOBuffer`
pub static BYTES_IO_BUFFER: TypeSpec = TypeSpec {
    name: "_io._BytesIOBuffer",
    layout: Some(BytesIoBufferBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { buffer: Some(lend), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 22] = [
    NativeDef::method("readable", "($self, /)", yes),
    NativeDef::method("writable", "($self, /)", yes),
    NativeDef::method("seekable", "($self, /)", yes),
    NativeDef::method("isatty", "($self, /)", |vm, a| open(vm, &a[0]).map(|_| Obj::FALSE)),
    NativeDef::method("flush", "($self, /)", |vm, a| open(vm, &a[0]).map(|_| Obj::NONE)),
    NativeDef::method("getvalue", "($self, /)", |vm, a| {
        Ok(open(vm, &a[0])?.with(|s| bytes::new_bytes(&s.content)))
    }),
    NativeDef::method("getbuffer", "($self, /)", |vm, a| {
        drop(open(vm, &a[0])?);
        let body = BytesIoBufferBody { source: Slot::new(a[0].clone()) };
        let lender = alloc::new_shaped(type_body(types::BYTES_IO_BUFFER.get()).root_shape(), body);
        vm.call1(Builtin::MemoryView.ty(), &lender)
    }),
    NativeDef::method("read", "($self, size=-1, /)", read),
    NativeDef::method("read1", "($self, size=-1, /)", read),
    NativeDef::method("peek", "($self, size=1, /)", |vm, a| {
        let n = optional_size(vm, &a[1])?.unwrap_or(usize::MAX);
        Ok(open(vm, &a[0])?.with(|s| {
            let rest = s.rest();
            bytes::new_bytes(&rest[..rest.len().min(n)])
        }))
    }),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| {
        let mut memory = vm.writable_buffer(&a[1])?;
        let inside = open(vm, &a[0])?;
        let to = memory.as_mut_slice().unwrap_or_default();
        Ok(Obj::from_len(inside.with(|s| {
            let n = to.len().min(s.rest().len());
            to[..n].copy_from_slice(&s.rest()[..n]);
            s.position += n;
            n
        })))
    }),
    NativeDef::method("readline", "($self, size=-1, /)", |vm, a| {
        let limit = optional_size(vm, &a[1])?;
        Ok(open(vm, &a[0])?.with(|s| line(s, limit)))
    }),
    NativeDef::method("readlines", "($self, size=None, /)", |vm, a| {
        let hint = optional_size(vm, &a[1])?.filter(|n| *n > 0);
        let (lines, mut length) = (list::new_list([]), 0);
        loop {
            let l = open(vm, &a[0])?.with(|s| line(s, None));
            let n = bytes::as_bytes(&l).len();
            if n == 0 {
                return Ok(lines);
            }
            list::append(&lines, l);
            length += n;
            if hint.is_some_and(|h| length >= h) {
                return Ok(lines);
            }
        }
    }),
    NativeDef::method("write", "($self, b, /)", |vm, a| write(vm, &a[0], &a[1])),
    NativeDef::method("writelines", "($self, lines, /)", |vm, a| {
        drop(open(vm, &a[0])?);
        vm.for_each(&a[1], |l| write(vm, &a[0], &l).map(drop))?;
        Ok(Obj::NONE)
    }),
    NativeDef::method("seek", "($self, pos, whence=0, /)", seek),
    NativeDef::method("tell", "($self, /)", |vm, a| {
        Ok(int::from_usize(open(vm, &a[0])?.with(|s| s.position)))
    }),
    NativeDef::method("truncate", "($self, size=None, /)", truncate),
    NativeDef::method("close", "($self, /)", |vm, a| {
        let inside = a[0].body::<BytesIoBody>().state.enter_again(vm)?;
        check_exports(vm, &inside)?;
        inside.with(|s| {
            s.closed = true;
            s.content = Vec::new();
        });
        Ok(Obj::NONE)
    }),
    NativeDef::method("__getstate__", "($self, /)", |vm, a| {
        let (content, position) =
            open(vm, &a[0])?.with(|s| (bytes::new_bytes(&s.content), int::from_usize(s.position)));
        let d = attr::instance_dict(&a[0]).filter(|d| dict::len(d) > 0).map(|d| dict::copy(&d));
        Ok(tuple::new_tuple([content, position, d.unwrap_or(Obj::NONE)]))
    }),
    NativeDef::method("__setstate__", "($self, state, /)", set_state),
    NativeDef::method("__sizeof__", "($self, /)", |vm, a| {
        Ok(Obj::from_len(96 + open(vm, &a[0])?.with(|s| s.content.capacity())))
    }),
];

type Inside<'a> = Section<'a, State>;

fn open<'a>(vm: &Vm, o: &'a Obj) -> PyResult<Inside<'a>> {
    let inside = o.body::<BytesIoBody>().state.enter_again(vm)?;
    if inside.with(|s| s.closed) {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(inside)
}

fn yes(vm: &Vm, a: &[Obj]) -> PyResult {
    open(vm, &a[0]).map(|_| Obj::TRUE)
}

fn check_exports(vm: &Vm, inside: &Inside<'_>) -> PyResult<()> {
    if inside.with(|s| s.exports) > 0 {
        return Err(vm.error(Exc::BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    let state = State { content: Vec::new(), position: 0, closed: false, exports: 0 };
    Ok(alloc::new_shaped(type_body(cls).root_shape(), BytesIoBody { state: Guarded::new(state) }))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [initial] = bind_optional(vm, "BytesIO", ["initial_bytes"], args)?;
    let content = match initial.and_then(Obj::not_none) {
        Some(i) => vm.contiguous_buffer(i)?.to_bytes().into_owned(),
        None => Vec::new(),
    };
    let inside = o.body::<BytesIoBody>().state.enter_again(vm)?;
    check_exports(vm, &inside)?;
    inside.with(|s| {
        s.content = content;
        s.position = 0;
    });
    Ok(())
}

fn read(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = optional_size(vm, &a[1])?.unwrap_or(usize::MAX);
    Ok(open(vm, &a[0])?.with(|s| {
        let n = n.min(s.rest().len());
        let out = bytes::new_bytes(&s.rest()[..n]);
        s.position += n;
        out
    }))
}

fn line(s: &mut State, limit: Option<usize>) -> Obj {
    let rest = s.rest();
    let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1).min(limit.unwrap_or(usize::MAX));
    let out = bytes::new_bytes(&rest[..n]);
    s.position += n;
    out
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let l = if o.ty().is(types::BYTES_IO.get()) {
        open(vm, o)?.with(|s| line(s, None))
    } else {
        super::support::call(vm, o, crate::name!("readline"), &[])?
    };
    Ok(if vm.len(&l)? == 0 { None } else { Some(l) })
}

fn write(vm: &Vm, o: &Obj, data: &Obj) -> PyResult {
    let memory = vm.contiguous_buffer(data)?;
    let data = memory.to_bytes();
    let inside = open(vm, o)?;
    check_exports(vm, &inside)?;
    if data.is_empty() {
        return Ok(Obj::from_len(0));
    }
    let fits = inside.with(|s| {
        let end = s.position.checked_add(data.len()).filter(|n| *n <= bytes::MAX_LEN)?;
        if s.content.len() < end {
            s.content.try_reserve(end - s.content.len()).ok()?;
        }
        if s.position == s.content.len() {
            s.content.extend_from_slice(&data);
        } else {
            if s.content.len() < end {
                s.content.resize(end, 0);
            }
            s.content[s.position..end].copy_from_slice(&data);
        }
        s.position = end;
        Some(())
    });
    fits.ok_or_else(|| vm.memory_error())?;
    Ok(Obj::from_len(data.len()))
}

fn seek(vm: &Vm, a: &[Obj]) -> PyResult {
    let to = offset(vm, &a[1])?;
    let whence = a[2].given().map_or(Ok(0), |w| vm.to_i32(w))?;
    let inside = open(vm, &a[0])?;
    let (here, end) = inside.with(|s| (s.position as i64, s.content.len() as i64));
    let at = match whence {
        0 if to < 0 => raise!(vm, ValueError, "negative seek value {to}"),
        0 => Some(to),
        1 => here.checked_add(to),
        2 => end.checked_add(to),
        _ => raise!(vm, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
    };
    let Some(at) = at else { return Err(vm.overflow_error("new position too large")) };
    let at = at.max(0) as usize;
    inside.with(|s| s.position = at);
    Ok(int::from_usize(at))
}

fn truncate(vm: &Vm, a: &[Obj]) -> PyResult {
    let size = match a[1].not_none() {
        Some(_) => {
            let n = offset(vm, &a[1])?;
            if n < 0 {
                raise!(vm, ValueError, "negative size value {n}");
            }
            Some(n as usize)
        }
        None => None,
    };
    let inside = open(vm, &a[0])?;
    check_exports(vm, &inside)?;
    Ok(int::from_usize(inside.with(|s| {
        let size = size.unwrap_or(s.position);
        s.content.truncate(size);
        size
    })))
}

fn set_state(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some([content, position, d]) = tuple::get(&a[1]) else {
        raise!(
            vm,
            TypeError,
            "{}.__setstate__ argument should be 3-tuple, got {}",
            a[0].type_name(),
            a[1].type_name()
        )
    };
    let content = vm.contiguous_buffer(content)?.to_bytes().into_owned();
    if !int::is_int(position) {
        raise!(vm, TypeError, "second item of state must be an integer, not {}", position.type_name());
    }
    let position = vm.to_isize(position)?;
    if position < 0 {
        raise!(vm, ValueError, "position value cannot be negative");
    }
    {
        let inside = open(vm, &a[0])?;
        check_exports(vm, &inside)?;
        inside.with(|s| {
            s.content = content;
            s.position = position as usize;
        });
    }
    super::stringio::restore_dict(vm, &a[0], d)?;
    Ok(Obj::NONE)
}

fn lend(vm: &Vm, o: &Obj) -> PyResult<Buffer> {
    let source = o.body::<BytesIoBufferBody>().source.get();
    let (ptr, len) = {
        let inside = source.body::<BytesIoBody>().state.enter_again(vm)?;
        inside.with(|s| {
            s.exports += 1;
            (s.content.as_mut_ptr(), s.content.len())
        })
    };
    Ok(Buffer::simple(o.clone(), ptr, len, false, Some(end_loan)))
}

fn end_loan(o: &Obj) {
    let source = o.body::<BytesIoBufferBody>().source.get();
    let vm = Vm::current();
    // Waiting can only fail because of a signal: then the loan must end all the same.
    loop {
        match source.body::<BytesIoBody>().state.enter_again(vm) {
            Ok(inside) => return inside.with(|s| s.exports -= 1),
            Err(e) => vm.unraisable(&e, "Exception ignored while releasing a buffer", None),
        }
    }
}
