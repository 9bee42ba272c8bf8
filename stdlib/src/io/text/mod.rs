//! `TextIOWrapper`: text over a binary stream.
//!
//! Text that is written is encoded at once and waits as bytes ([`State::pending`]) until there is a chunk of it. Bytes
//! are read in chunks and decoded; lines are cut out of the decoded text. UTF-8, ASCII and Latin-1 are done natively,
//! other encodings by the incremental codecs of the `codecs` module.
//!
//! The state is behind a gate: threads take turns. A thread may come back to the object from code that it called (a
//! signal handler that prints, a stream's method), so nothing is kept across such calls that may have changed.

mod coding;
mod members;
mod position;
mod read;
mod setup;
mod write;

use super::guarded::{Guarded, Section};
use super::newline::{Newline, Translator};
use super::support::call;
use super::unwritten::Place;
use super::{buffered, types};
use crate::name;
use pyre_object::{
    Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body, int, str,
};
use pyre_threads::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use pyre_types::codecs::Codec;

pub use coding::with_line_ends;
pub use setup::open;

/// Everything about the stream that is no Python object.
pub struct State {
    /// The native codec, if the encoding has one.
    codec: Option<Codec>,
    /// The error handler's name.
    errors: Box<str>,
    /// What ends lines when reading.
    newline: Newline,
    /// What `\n` is written as.
    write_newline: Option<&'static str>,
    line_buffering: bool,
    write_through: bool,
    can_read: bool,
    can_write: bool,
    seekable: bool,
    /// Whether `tell` may be used: not during iteration.
    telling: bool,
    /// Whether the binary stream has `read1`.
    has_read1: bool,
    /// Bytes to read, and to collect, at a time.
    chunk_size: usize,
    /// Encoded text that the binary stream has not got yet.
    pending: Vec<u8>,
    /// Bytes at the end of the last chunk that are no whole character (native codecs).
    leftover: Vec<u8>,
    translator: Translator,
    /// How much of the decoded text was given out.
    used: usize,
    /// The decoder's flags before the last chunk, and the bytes that were decoded then.
    snapshot: Option<(i64, Vec<u8>)>,
}

impl State {
    fn new() -> State {
        State {
            codec: None,
            errors: "strict".into(),
            newline: Newline::Translated,
            write_newline: None,
            line_buffering: false,
            write_through: false,
            can_read: false,
            can_write: false,
            seekable: false,
            telling: false,
            has_read1: false,
            chunk_size: 8192,
            pending: Vec::new(),
            leftover: Vec::new(),
            translator: Translator::default(),
            used: 0,
            snapshot: None,
        }
    }
}

const UNINITIALIZED: u8 = 0;
const READY: u8 = 1;
const DETACHED: u8 = 2;

heap_body! {
    /// The body of a `TextIOWrapper`.
    pub struct TextBody "TextIOWrapper" {
        slots {
            /// The binary stream.
            buffer,
            /// Name of the encoding.
            encoding,
            /// Name of the error handler.
            errors,
            /// The incremental decoder, if the codec is not native.
            decoder,
            /// The incremental encoder, if the codec is not native.
            encoder,
            /// The text of the last chunk, or nothing.
            decoded,
        }
        data {
            status: AtomicU8,
            /// Whether the finalizer closes it.
            finalizing: AtomicBool,
            state: Guarded<State>,
            /// Where it is listed.
            place: Place,
        }
    }
}

impl TextBody {
    fn new() -> TextBody {
        TextBody {
            buffer: Slot::empty(),
            encoding: Slot::empty(),
            errors: Slot::empty(),
            decoder: Slot::empty(),
            encoder: Slot::empty(),
            decoded: Slot::empty(),
            status: AtomicU8::new(UNINITIALIZED),
            finalizing: AtomicBool::new(false),
            state: Guarded::new(State::new()),
            place: Place::none(),
        }
    }

    fn check_ready(&self, vm: &Vm) -> PyResult<()> {
        match self.status.load(Ordering::Acquire) {
            READY => Ok(()),
            DETACHED => Err(vm.value_error("underlying buffer has been detached")),
            _ => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }

    /// The binary stream.
    fn buffer(&self, vm: &Vm) -> PyResult {
        self.check_ready(vm)?;
        Ok(self.buffer.get())
    }

    /// The binary stream, if it is open.
    #[inline]
    fn open_buffer(&self, vm: &Vm) -> PyResult {
        let buffer = self.buffer(vm)?;
        let closed = if buffered::is_plain_reader(&buffer) || buffered::is_plain_writer(&buffer) {
            buffered::is_closed(vm, &buffer)?
        } else {
            let c = vm.getattr(&buffer, name!("closed"))?;
            vm.truth(&c)?
        };
        if closed { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(buffer) }
    }
}

type Inside<'a> = Section<'a, State>;

/// `TextIOWrapper`
pub static TEXT_IO_WRAPPER: TypeSpec = TypeSpec {
    name: "_io.TextIOWrapper",
    doc: "Character and line based layer over a BufferedIOBase object, buffer.",
    base: Some(|_| types::TEXT_IO_BASE.get().clone()),
    layout: Some(TextBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots {
        new: Some(setup::new),
        init: Some(setup::init),
        repr: Some(members::repr),
        next: Some(read::next),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: &MEMBERS,
};

static METHODS: [NativeDef; 17] = [
    NativeDef::method("write", "($self, text, /)", write::write),
    NativeDef::method("read", "($self, size=-1, /)", read::read),
    NativeDef::method("readline", "($self, size=-1, /)", read::readline),
    NativeDef::method("flush", "($self, /)", write::flush),
    NativeDef::method("close", "($self, /)", members::close),
    NativeDef::method("detach", "($self, /)", members::detach),
    NativeDef::method(
        "reconfigure",
        "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        setup::reconfigure,
    ),
    NativeDef::method("fileno", "($self, /)", |vm, a| ask(vm, &a[0], name!("fileno"))),
    NativeDef::method("seekable", "($self, /)", |vm, a| ask(vm, &a[0], name!("seekable"))),
    NativeDef::method("readable", "($self, /)", |vm, a| ask(vm, &a[0], name!("readable"))),
    NativeDef::method("writable", "($self, /)", |vm, a| ask(vm, &a[0], name!("writable"))),
    NativeDef::method("isatty", "($self, /)", |vm, a| ask(vm, &a[0], name!("isatty"))),
    NativeDef::method("seek", "($self, cookie, whence=0, /)", position::seek),
    NativeDef::method("tell", "($self, /)", position::tell),
    NativeDef::method("truncate", "($self, pos=None, /)", members::truncate),
    NativeDef::method("__getstate__", "($self, /)", members::no_pickle),
    NativeDef::method("__reduce_ex__", "($self, protocol, /)", members::no_pickle),
];

static MEMBERS: [GetSetDef; 11] = [
    GetSetDef::readonly("encoding", |vm, o| {
        let b: &TextBody = o.body();
        b.check_ready(vm).or_else(|e| if b.encoding.get().is_unbound() { Err(e) } else { Ok(()) })?;
        Ok(b.encoding.get())
    }),
    GetSetDef::readonly("errors", |vm, o| {
        let b: &TextBody = o.body();
        b.check_ready(vm).or_else(|e| if b.errors.get().is_unbound() { Err(e) } else { Ok(()) })?;
        Ok(b.errors.get())
    }),
    GetSetDef::readonly("buffer", |vm, o| o.body::<TextBody>().buffer(vm)),
    GetSetDef::readonly("closed", |vm, o| vm.getattr(&o.body::<TextBody>().buffer(vm)?, name!("closed"))),
    GetSetDef::readonly("name", |vm, o| vm.getattr(&o.body::<TextBody>().buffer(vm)?, name!("name"))),
    GetSetDef::readonly("newlines", |vm, o| {
        let b: &TextBody = o.body();
        b.check_ready(vm)?;
        let seen = b.state.enter_again(vm)?.with(|s| s.translator.seen);
        Ok(super::newline::newlines(seen))
    }),
    GetSetDef::readonly("line_buffering", |vm, o| flag(vm, o, |s| s.line_buffering)),
    GetSetDef::readonly("write_through", |vm, o| flag(vm, o, |s| s.write_through)),
    GetSetDef::new("_CHUNK_SIZE", members::chunk_size, members::set_chunk_size),
    GetSetDef::new(
        "_finalizing",
        |_, o| Ok(Obj::bool(super::fileio::is_finalizing(o))),
        super::fileio::set_finalizing,
    ),
    GetSetDef::readonly("_seekable", |vm, o| flag(vm, o, |s| s.seekable)),
];

fn flag(vm: &Vm, o: &Obj, which: fn(&State) -> bool) -> PyResult {
    let b: &TextBody = o.body();
    b.check_ready(vm)?;
    Ok(Obj::bool(b.state.enter_again(vm)?.with(|s| which(s))))
}

fn ask(vm: &Vm, o: &Obj, question: &Obj) -> PyResult {
    let buffer = o.body::<TextBody>().buffer(vm)?;
    call(vm, &buffer, question, &[])
}

/// Forgets the decoded text.
fn forget_decoded(b: &TextBody, inside: &Inside<'_>) {
    inside.with(|s| {
        s.used = 0;
        s.snapshot = None;
    });
    b.decoded.set(Obj::UNBOUND);
}

/// Number of characters of a text that a decoder gave.
fn text_len(vm: &Vm, text: &Obj) -> PyResult<usize> {
    match str::get(text) {
        Some(s) => Ok(s.len()),
        None => {
            Err(vm.type_error(format!("decoder should return a string result, not '{}'", text.type_name())))
        }
    }
}

/// A position that a binary stream gave.
fn position_value(vm: &Vm, o: &Obj) -> PyResult<i64> {
    if !int::is_int(o) {
        return Err(vm.type_error("tell() should have returned an integer"));
    }
    vm.to_i64(o)
}
