//! Line ends: how they are found and translated, and `IncrementalNewlineDecoder`.

use super::support::call;
use super::types;
use crate::name;
use pyre_object::str::{self, Data, StrBuilder};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, bytes,
    heap_body, int, raise, tuple,
};
use pyre_threads::sync::Mutex;
use pyre_types::arguments::bind_optional;

/// `\r` was seen.
pub const CR: u8 = 1;
/// `\n` was seen.
pub const LF: u8 = 2;
/// `\r\n` was seen.
pub const CRLF: u8 = 4;

/// What ends a line, the `newline` argument of text streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newline {
    /// `None`: all three forms, translated to `\n`.
    Translated,
    /// `""`: all three forms, as they are.
    Universal,
    /// `"\n"`
    Lf,
    /// `"\r"`
    Cr,
    /// `"\r\n"`
    CrLf,
}

impl Newline {
    /// From the argument.
    ///
    /// # Errors
    /// `TypeError`; `ValueError: illegal newline value: ...`.
    pub fn from_argument(vm: &Vm, o: Option<&Obj>, what: &str) -> PyResult<Newline> {
        let Some(o) = o.and_then(Obj::not_none) else { return Ok(Newline::Translated) };
        if !str::is_str(o) {
            raise!(vm, TypeError, "{what} must be str or None, not {}", o.type_name());
        }
        Ok(match str::to_string_lossy(o).as_str() {
            "" => Newline::Universal,
            "\n" => Newline::Lf,
            "\r" => Newline::Cr,
            "\r\n" => Newline::CrLf,
            other => raise!(vm, ValueError, "illegal newline value: {other}"),
        })
    }

    /// Whether all three forms end lines.
    pub fn is_universal(self) -> bool {
        matches!(self, Newline::Translated | Newline::Universal)
    }

    /// What `\n` is written as, if not as itself.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
            _ => None,
        }
    }

    /// The end of the line that begins at `start`, the line end included; `None` if it does not end.
    #[inline]
    pub fn line_end(self, text: Data<'_>, start: usize) -> Option<usize> {
        match self {
            Newline::Translated | Newline::Lf => find(text, start, b'\n').map(|i| i + 1),
            Newline::Cr => find(text, start, b'\r').map(|i| i + 1),
            Newline::CrLf => {
                let mut at = start;
                loop {
                    let i = find(text, at, b'\r')?;
                    if i + 1 >= text.len() {
                        return None;
                    }
                    if text.at(i + 1) == u32::from(b'\n') {
                        return Some(i + 2);
                    }
                    at = i + 1;
                }
            }
            Newline::Universal => {
                let i = find_either(text, start)?;
                let pair = text.at(i) == u32::from(b'\r')
                    && i + 1 < text.len()
                    && text.at(i + 1) == u32::from(b'\n');
                Some(i + 1 + usize::from(pair))
            }
        }
    }
}

/// The first place of an ASCII character from `start` on.
#[inline]
pub fn find(text: Data<'_>, start: usize, c: u8) -> Option<usize> {
    match text {
        Data::One(d) => memchr::memchr(c, &d[start..]).map(|i| i + start),
        Data::Two(d) => d[start..].iter().position(|u| *u == u16::from(c)).map(|i| i + start),
        Data::Four(d) => d[start..].iter().position(|u| *u == u32::from(c)).map(|i| i + start),
    }
}

fn find_either(text: Data<'_>, start: usize) -> Option<usize> {
    match text {
        Data::One(d) => memchr::memchr2(b'\n', b'\r', &d[start..]).map(|i| i + start),
        _ => text.slice(start, text.len()).iter().position(|c| c == 10 || c == 13).map(|i| i + start),
    }
}

/// Translation of line ends in a text that comes piece by piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct Translator {
    /// Whether line ends become `\n`.
    pub translate: bool,
    /// Whether the text so far ended with `\r`, which is held back.
    pub pending_cr: bool,
    /// Forms seen so far.
    pub seen: u8,
}

impl Translator {
    /// The next piece, translated.
    pub fn push(&mut self, text: Obj, is_final: bool) -> Obj {
        let data = str::expect(&text).data();
        if !self.pending_cr && find(data, 0, b'\r').is_none() {
            if self.seen & LF == 0 && find(data, 0, b'\n').is_some() {
                self.seen |= LF;
            }
            return text;
        }
        if data.is_empty() && !is_final {
            return text;
        }
        let mut all = StrBuilder::with_capacity(data.len() + 1);
        if std::mem::take(&mut self.pending_cr) {
            all.push(u32::from(b'\r'));
        }
        all.push_data(data);
        if !is_final && all.data().at(all.len() - 1) == u32::from(b'\r') {
            all.truncate(all.len() - 1);
            self.pending_cr = true;
        }
        self.scan(&all)
    }

    fn scan(&mut self, all: &StrBuilder) -> Obj {
        let data = all.data();
        let mut out = StrBuilder::with_capacity(data.len());
        let mut at = 0;
        while let Some(i) = find_either(data, at) {
            let is_cr = data.at(i) == u32::from(b'\r');
            let pair = is_cr && i + 1 < data.len() && data.at(i + 1) == u32::from(b'\n');
            self.seen |= if pair {
                CRLF
            } else if is_cr {
                CR
            } else {
                LF
            };
            let next = i + 1 + usize::from(pair);
            if self.translate {
                out.push_data(data.slice(at, i));
                out.push(u32::from(b'\n'));
            }
            at = next;
        }
        if !self.translate {
            return all.finish();
        }
        out.push_data(data.slice(at, data.len()));
        out.finish()
    }

    /// `newlines`: the forms seen, `None`, one or a tuple.
    pub fn newlines(&self) -> Obj {
        newlines(self.seen)
    }
}

/// The forms in a set, as `newlines` shows them.
pub fn newlines(seen: u8) -> Obj {
    let forms = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
    let mut found: Vec<Obj> =
        forms.iter().filter(|(bit, _)| seen & bit != 0).map(|(_, text)| str::new_str(text)).collect();
    match found.len() {
        0 => Obj::NONE,
        1 => found.remove(0),
        _ => tuple::from_vec(found),
    }
}

heap_body! {
    /// The body of an `IncrementalNewlineDecoder`.
    pub struct NewlineDecoderBody "IncrementalNewlineDecoder" {
        slots {
            /// The decoder below, or `None`.
            decoder,
            errors,
        }
        data { state: Mutex<Translator> }
    }
}

/// `IncrementalNewlineDecoder`
pub static INCREMENTAL_NEWLINE_DECODER: TypeSpec = TypeSpec {
    name: "_io.IncrementalNewlineDecoder",
    doc: "Codec used when reading a file in universal newlines mode.",
    layout: Some(NewlineDecoderBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &METHODS,
    getset: &[GetSetDef::readonly("newlines", |_, o| {
        let state = *o.body::<NewlineDecoderBody>().state.lock();
        Ok(state.newlines())
    })],
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 4] = [
    NativeDef::method("decode", "($self, /, input, final=False)", decode),
    NativeDef::method("getstate", "($self, /)", |vm, a| {
        let b: &NewlineDecoderBody = a[0].body();
        let decoder = below(vm, b)?;
        let (input, flags) = match decoder.not_none() {
            Some(d) => split_state(vm, &call(vm, d, name!("getstate"), &[])?)?,
            None => (bytes::empty(), Obj::from_len(0)),
        };
        let cr = Obj::from_len(usize::from(b.state.lock().pending_cr));
        let doubled = int::mul(&flags, &Obj::from_len(2));
        Ok(tuple::pair(input, int::add(&doubled, &cr)))
    }),
    NativeDef::method("setstate", "($self, state, /)", |vm, a| {
        let b: &NewlineDecoderBody = a[0].body();
        let (input, flags) = split_state(vm, &a[1])?;
        let flags = vm.to_i64(&flags)?;
        b.state.lock().pending_cr = flags & 1 != 0;
        if let Some(d) = below(vm, b)?.not_none() {
            let state = tuple::pair(input, int::new_int(flags >> 1));
            call(vm, d, name!("setstate"), &[state])?;
        }
        Ok(Obj::NONE)
    }),
    NativeDef::method("reset", "($self, /)", |vm, a| {
        let b: &NewlineDecoderBody = a[0].body();
        {
            let mut state = b.state.lock();
            state.seen = 0;
            state.pending_cr = false;
        }
        match below(vm, b)?.not_none() {
            Some(d) => call(vm, d, name!("reset"), &[]),
            None => Ok(Obj::NONE),
        }
    }),
];

fn below(vm: &Vm, b: &NewlineDecoderBody) -> PyResult {
    let d = b.decoder.get();
    if d.is_unbound() {
        return Err(vm.value_error("IncrementalNewlineDecoder.__init__() not called"));
    }
    Ok(d)
}

/// The parts of a decoder's state: pending bytes and flags.
///
/// # Errors
/// `TypeError`
pub fn split_state(vm: &Vm, state: &Obj) -> PyResult<(Obj, Obj)> {
    match tuple::get(state) {
        Some([input, flags]) if int::is_int(flags) => Ok((input.clone(), flags.clone())),
        Some(_) => Err(vm.type_error("illegal decoder state")),
        None => Err(vm.type_error("state argument must be a tuple")),
    }
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    let body = NewlineDecoderBody {
        decoder: Slot::empty(),
        errors: Slot::empty(),
        state: Mutex::new(Translator::default()),
    };
    Ok(alloc::new_shaped(type_body(cls).root_shape(), body))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [decoder, translate, errors] =
        bind_optional(vm, "IncrementalNewlineDecoder", ["decoder", "translate", "errors"], args)?;
    let (Some(decoder), Some(translate)) = (decoder, translate) else {
        let (name, n) = if decoder.is_none() { ("decoder", 1) } else { ("translate", 2) };
        raise!(vm, TypeError, "IncrementalNewlineDecoder() missing required argument '{name}' (pos {n})")
    };
    let translate = vm.truth(translate)?;
    let b: &NewlineDecoderBody = o.body();
    b.decoder.set(decoder.clone());
    b.errors.set(errors.cloned().unwrap_or_else(|| str::new_str("strict")));
    *b.state.lock() = Translator { translate, ..Translator::default() };
    Ok(())
}

fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &NewlineDecoderBody = a[0].body();
    let is_final = a[2].given().map_or(Ok(false), |f| vm.truth(f))?;
    let text = match below(vm, b)?.not_none() {
        Some(d) => call(vm, d, name!("decode"), &[a[1].clone(), Obj::bool(is_final)])?,
        None => a[1].clone(),
    };
    if !str::is_str(&text) {
        raise!(vm, TypeError, "decoder should return a string result, not '{}'", text.type_name());
    }
    let mut state = *b.state.lock();
    let out = state.push(text, is_final);
    *b.state.lock() = state;
    Ok(out)
}

/// Makes the type.
pub fn make_type(vm: &Vm, module: &Obj) {
    types::INCREMENTAL_NEWLINE_DECODER.keep(pyre_object::type_new::new_native_type(
        vm,
        &INCREMENTAL_NEWLINE_DECODER,
        module,
    ));
}
