//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one body with a buffer for reading and one for writing.
//!
//! At most one of the two holds something at a time. The raw stream stands behind the bytes that were read ahead, and
//! before the bytes that wait to be written. The state is behind a gate, so that threads take turns; coming back to it
//! from the raw stream's own code (or a signal handler) raises `RuntimeError`.

mod position;
mod raw;
mod read;
mod rwpair;
mod write;

pub use position::both;
pub use raw::RawStream;
pub use read::{read_all_into, read_chunk};
pub use rwpair::{BUFFERED_RW_PAIR, RwPairBody};
pub use write::write_bytes;

use super::fileio;
use super::guarded::{Guarded, Section};
use super::support::{call, unsupported};
use super::types;
use super::unwritten::Place;
use crate::name;
use pyre_object::typeobj::{is_instance_exact_mro, type_body};
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    raise, str, type_new,
};
use pyre_threads::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use pyre_types::arguments::bind_optional;

/// The buffers.
pub struct State {
    /// Bytes that were read ahead; those before `at` are used up.
    ahead: Vec<u8>,
    at: usize,
    /// Bytes that wait to be written.
    pending: Vec<u8>,
    /// How much either buffer holds.
    size: usize,
    /// Where the raw stream stands, if that is known.
    raw_position: Option<i64>,
}

impl State {
    fn unread(&self) -> usize {
        self.ahead.len() - self.at
    }

    fn moved(&mut self, n: usize) {
        self.raw_position = self.raw_position.map(|p| p + n as i64);
    }

    fn discard_ahead(&mut self) {
        self.ahead.clear();
        self.at = 0;
    }
}

const UNINITIALIZED: u8 = 0;
const READY: u8 = 1;
const DETACHED: u8 = 2;

heap_body! {
    /// The body of the three types.
    pub struct BufferedBody "Buffered" {
        slots {
            /// The raw stream.
            raw,
        }
        data {
            status: AtomicU8,
            /// Whether the finalizer closes it.
            finalizing: AtomicBool,
            state: Guarded<State>,
            /// Where it is listed, if it writes.
            place: Place,
        }
    }
}

impl BufferedBody {
    fn new() -> BufferedBody {
        let state = State { ahead: Vec::new(), at: 0, pending: Vec::new(), size: 0, raw_position: None };
        BufferedBody {
            raw: Slot::empty(),
            status: AtomicU8::new(UNINITIALIZED),
            finalizing: AtomicBool::new(false),
            state: Guarded::new(state),
            place: Place::none(),
        }
    }

    /// The raw stream.
    fn raw(&self, vm: &Vm) -> PyResult {
        match self.status.load(Ordering::Acquire) {
            READY => Ok(self.raw.get()),
            DETACHED => Err(vm.value_error("raw stream has been detached")),
            _ => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }
}

type Inside<'a> = Section<'a, State>;

/// The raw stream, if it is open.
fn open_raw(vm: &Vm, o: &Obj, message: &str) -> PyResult {
    let raw = o.body::<BufferedBody>().raw(vm)?;
    if is_raw_closed(vm, &raw)? { Err(vm.value_error(message)) } else { Ok(raw) }
}

fn is_raw_closed(vm: &Vm, raw: &Obj) -> PyResult<bool> {
    if fileio::is_plain(raw) {
        return Ok(fileio::is_closed(raw));
    }
    let closed = vm.getattr(raw, name!("closed"))?;
    vm.truth(&closed)
}

fn reader_base(_: &Vm) -> Obj {
    types::BUFFERED_IO_BASE.get().clone()
}

const FLAGS: TypeFlags = TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF);

/// `BufferedReader`
pub static BUFFERED_READER: TypeSpec = TypeSpec {
    name: "_io.BufferedReader",
    doc: "Create a new buffered reader using the given readable raw IO object.",
    base: Some(reader_base),
    layout: Some(BufferedBody::layout),
    flags: FLAGS,
    slots: Slots {
        new: Some(new),
        init: Some(init_reader),
        repr: Some(repr),
        next: Some(read::next),
        ..Slots::NONE
    },
    methods: &READER_METHODS,
    getset: &COMMON_MEMBERS,
};

/// `BufferedWriter`
pub static BUFFERED_WRITER: TypeSpec = TypeSpec {
    name: "_io.BufferedWriter",
    doc: "A buffer for a writeable sequential RawIO object.",
    base: Some(reader_base),
    layout: Some(BufferedBody::layout),
    flags: FLAGS,
    slots: Slots { new: Some(new), init: Some(init_writer), repr: Some(repr), ..Slots::NONE },
    methods: &WRITER_METHODS,
    getset: &COMMON_MEMBERS,
};

/// `BufferedRandom`
pub static BUFFERED_RANDOM: TypeSpec = TypeSpec {
    name: "_io.BufferedRandom",
    doc: "A buffered interface to random access streams.",
    base: Some(reader_base),
    layout: Some(BufferedBody::layout),
    flags: FLAGS,
    slots: Slots {
        new: Some(new),
        init: Some(init_random),
        repr: Some(repr),
        next: Some(read::next),
        ..Slots::NONE
    },
    methods: &RANDOM_METHODS,
    getset: &COMMON_MEMBERS,
};

static COMMON_MEMBERS: [GetSetDef; 5] = [
    GetSetDef::readonly("raw", |vm, o| o.body::<BufferedBody>().raw(vm)),
    GetSetDef::readonly("closed", |vm, o| {
        let raw = o.body::<BufferedBody>().raw(vm)?;
        Ok(Obj::bool(is_raw_closed(vm, &raw)?))
    }),
    GetSetDef::readonly("name", |vm, o| vm.getattr(&o.body::<BufferedBody>().raw(vm)?, name!("name"))),
    GetSetDef::readonly("mode", |vm, o| vm.getattr(&o.body::<BufferedBody>().raw(vm)?, name!("mode"))),
    GetSetDef::new("_finalizing", |_, o| Ok(Obj::bool(fileio::is_finalizing(o))), fileio::set_finalizing),
];

macro_rules! methods {
    ($name:ident: $n:literal; $($own:expr,)*) => {
        static $name: [NativeDef; $n] = [
            NativeDef::method("detach", "($self, /)", position::detach),
            NativeDef::method("close", "($self, /)", position::close),
            NativeDef::method("seekable", "($self, /)", |vm, a| ask(vm, &a[0], name!("seekable"))),
            NativeDef::method("fileno", "($self, /)", |vm, a| ask(vm, &a[0], name!("fileno"))),
            NativeDef::method("isatty", "($self, /)", |vm, a| ask(vm, &a[0], name!("isatty"))),
            NativeDef::method("_dealloc_warn", "($self, source, /)", |vm, a| {
                if let Ok(raw) = a[0].body::<BufferedBody>().raw(vm) {
                    let _ = call(vm, &raw, name!("_dealloc_warn"), &a[1..2]);
                }
                Ok(Obj::NONE)
            }),
            NativeDef::method("seek", "($self, target, whence=0, /)", position::seek),
            NativeDef::method("tell", "($self, /)", position::tell),
            NativeDef::method("truncate", "($self, pos=None, /)", position::truncate),
            NativeDef::method("__getstate__", "($self, /)", |vm, a| {
                Err(vm.type_error(format!("cannot pickle '{}' instances", a[0].type_name())))
            }),
            $($own,)*
        ];
    };
}

methods! { READER_METHODS: 18;
    NativeDef::method("flush", "($self, /)", position::flush_reader),
    NativeDef::method("readable", "($self, /)", |vm, a| ask(vm, &a[0], name!("readable"))),
    NativeDef::method("read", "($self, size=-1, /)", read::read),
    NativeDef::method("peek", "($self, size=0, /)", read::peek),
    NativeDef::method("read1", "($self, size=-1, /)", read::read1),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| read::readinto(vm, a, false)),
    NativeDef::method("readinto1", "($self, buffer, /)", |vm, a| read::readinto(vm, a, true)),
    NativeDef::method("readline", "($self, size=-1, /)", read::readline),
}

methods! { WRITER_METHODS: 13;
    NativeDef::method("flush", "($self, /)", position::flush),
    NativeDef::method("writable", "($self, /)", |vm, a| ask(vm, &a[0], name!("writable"))),
    NativeDef::method("write", "($self, buffer, /)", write::write),
}

methods! { RANDOM_METHODS: 20;
    NativeDef::method("flush", "($self, /)", position::flush),
    NativeDef::method("readable", "($self, /)", |vm, a| ask(vm, &a[0], name!("readable"))),
    NativeDef::method("writable", "($self, /)", |vm, a| ask(vm, &a[0], name!("writable"))),
    NativeDef::method("read", "($self, size=-1, /)", read::read),
    NativeDef::method("peek", "($self, size=0, /)", read::peek),
    NativeDef::method("read1", "($self, size=-1, /)", read::read1),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| read::readinto(vm, a, false)),
    NativeDef::method("readinto1", "($self, buffer, /)", |vm, a| read::readinto(vm, a, true)),
    NativeDef::method("readline", "($self, size=-1, /)", read::readline),
    NativeDef::method("write", "($self, buffer, /)", write::write),
}

fn ask(vm: &Vm, o: &Obj, question: &Obj) -> PyResult {
    let raw = o.body::<BufferedBody>().raw(vm)?;
    call(vm, &raw, question, &[])
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(alloc::new_shaped(type_body(cls).root_shape(), BufferedBody::new()))
}

fn init_reader(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    init(vm, o, args, "BufferedReader", &[(name!("readable"), "File or stream is not readable.")])
}

fn init_writer(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    init(vm, o, args, "BufferedWriter", &[(name!("writable"), "File or stream is not writable.")])
}

fn init_random(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let needed = [
        (name!("seekable"), "File or stream is not seekable."),
        (name!("readable"), "File or stream is not readable."),
        (name!("writable"), "File or stream is not writable."),
    ];
    init(vm, o, args, "BufferedRandom", &needed)
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>, function: &str, needed: &[(&Obj, &str)]) -> PyResult<()> {
    let [raw, size] = bind_optional(vm, function, ["raw", "buffer_size"], args)?;
    let Some(raw) = raw else {
        raise!(vm, TypeError, "{function}() missing required argument 'raw' (pos 1)")
    };
    let size = size.map_or(Ok(super::DEFAULT_BUFFER_SIZE as isize), |s| vm.to_isize(s))?;
    o.body::<BufferedBody>().status.store(UNINITIALIZED, Ordering::Release);
    for (question, message) in needed {
        let r = call(vm, raw, question, &[])?;
        if !vm.truth(&r)? {
            return Err(unsupported(vm, message));
        }
    }
    if size <= 0 {
        return Err(vm.value_error("buffer size must be strictly positive"));
    }
    setup(vm, o, raw, size as usize)
}

fn setup(vm: &Vm, o: &Obj, raw: &Obj, size: usize) -> PyResult<()> {
    let b: &BufferedBody = o.body();
    b.raw.set(raw.clone());
    {
        let inside = b.state.enter(vm, o)?;
        inside.with(|s| {
            *s = State { ahead: Vec::new(), at: 0, pending: Vec::new(), size, raw_position: None };
        });
    }
    b.status.store(READY, Ordering::Release);
    if !is_instance_exact_mro(o, types::BUFFERED_READER.get()) {
        b.place.enter(o);
    }
    Ok(())
}

/// A buffered stream around a raw stream that was opened for it; `class` is one of the three types.
///
/// # Errors
/// None in practice.
pub fn open(vm: &Vm, class: &Obj, raw: &Obj, size: usize) -> PyResult {
    let o = new(vm, class, Args::EMPTY)?;
    setup(vm, &o, raw, size)?;
    Ok(o)
}

/// Whether the object is exactly a reader (or a random access stream), so that it can be read natively.
#[inline]
pub fn is_plain_reader(o: &Obj) -> bool {
    o.ty().is(types::BUFFERED_READER.get()) || o.ty().is(types::BUFFERED_RANDOM.get())
}

/// Whether the object is exactly a writer (or a random access stream), so that it can be written natively.
#[inline]
pub fn is_plain_writer(o: &Obj) -> bool {
    o.ty().is(types::BUFFERED_WRITER.get()) || o.ty().is(types::BUFFERED_RANDOM.get())
}

/// `closed`, for instances of these types.
///
/// # Errors
/// `ValueError` when there is no raw stream; what its `closed` raises.
pub fn is_closed(vm: &Vm, o: &Obj) -> PyResult<bool> {
    is_raw_closed(vm, &o.body::<BufferedBody>().raw(vm)?)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let full = type_new::full_name(o.ty());
    let name = match vm.getattr_opt(o, name!("name")) {
        Ok(n) => n,
        Err(e) if vm.matches(&e, pyre_object::Exc::ValueError) => None,
        Err(e) => return Err(e),
    };
    let Some(name) = name else { return Ok(str::new_str(&format!("<{full}>"))) };
    if !vm.repr_enter(o) {
        raise!(vm, RuntimeError, "reentrant call inside {full}.__repr__");
    }
    let shown = vm.repr_text(&name);
    vm.repr_leave(o);
    Ok(str::new_str(&format!("<{full} name={}>", shown?)))
}
