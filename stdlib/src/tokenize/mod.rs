//! `_tokenize`: the iterator behind the module `tokenize`.

mod fstring;
mod lexer;
mod operators;

use crate::support::{NativeType, construct, instance_of, new_module, self_iter};
use lexer::{ErrorKind, Failure, Lexer, Token, kind};
use pyre_object::{
    Args, Body, Exc, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeSpec, Vm, bytes, heap_body, int,
    raise, str, tuple,
};
use pyre_threads::sync::Mutex;

heap_body! {
    /// `_tokenize.TokenizerIter`
    struct IterBody "TokenizerIter" {
        slots {
            readline,
            /// a str, or `None` if the lines are text
            encoding,
        }
        data {
            extra: bool,
            /// The state between two tokens; empty while a thread works on the next one, and after the end.
            state: Mutex<State>,
        }
    }
}

enum State {
    Ready(Box<Lexer>),
    Busy,
    Finished,
}

static ITERATOR: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_tokenize.TokenizerIter",
    layout: Some(IterBody::layout),
    slots: Slots {
        new: Some(|vm, class, args: Args<'_>| construct(vm, &NEW, class, args)),
        iter: Some(self_iter),
        next: Some(next),
        ..Slots::NONE
    },
    ..TypeSpec::EMPTY
};

static NEW: NativeDef =
    NativeDef::class_method("TokenizerIter", "(cls, readline, /, *, encoding=None, extra_tokens)", new);

fn new(vm: &Vm, a: &[Obj]) -> PyResult {
    if let Some(e) = a[2].not_none()
        && !str::is_str(e)
    {
        raise!(
            vm,
            TypeError,
            "TokenizerIter() argument 'encoding' must be str or None, not {}",
            e.type_name()
        );
    }
    let body = IterBody {
        readline: Slot::new(a[1].clone()),
        encoding: Slot::new(a[2].not_none().cloned().unwrap_or(Obj::NONE)),
        extra: vm.truth(&a[3])?,
        state: Mutex::new(State::Ready(Box::new(Lexer::new()))),
    };
    Ok(instance_of(&a[0], body))
}

/// The next line, `None` at the end.
fn read_line(vm: &Vm, b: &IterBody) -> PyResult<Option<String>> {
    let line = match vm.call0(b.readline.get_fixed()) {
        Ok(line) => line,
        Err(e) if vm.matches(&e, Exc::StopIteration) => return Ok(None),
        Err(e) => return Err(e),
    };
    let encoding = b.encoding.get();
    let text = if encoding.is_none() {
        if !str::is_str(&line) {
            raise!(vm, TypeError, "readline() returned a non-string object");
        }
        line
    } else {
        if !bytes::is_bytes(&line) {
            raise!(vm, TypeError, "readline() returned a non-bytes object");
        }
        let errors = str::new_str("replace");
        vm.call_method_str(&line, "decode", &[encoding, errors])?
    };
    match str::to_utf8(&text) {
        Some(t) => Ok(Some(t.into_owned())),
        None => {
            pyre_types::codecs::encode(vm, &text, "utf-8", "strict")?;
            Ok(None)
        }
    }
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &IterBody = o.body();
    let state = std::mem::replace(&mut *b.state.lock(), State::Busy);
    let mut lexer = match state {
        State::Ready(lexer) => lexer,
        State::Finished => {
            *b.state.lock() = State::Finished;
            return Ok(None);
        }
        State::Busy => raise!(vm, ValueError, "tokenizer already executing"),
    };
    let mut read = || read_line(vm, b);
    // Comments and blank lines are left out if they are not wanted.
    let found = loop {
        match lexer.next(&mut read) {
            Ok(t) if !b.extra && matches!(t.kind, kind::COMMENT | kind::NL) => {}
            found => break found,
        }
    };
    let (result, ended) = match found {
        Ok(token) => (Ok(Some(describe(&lexer, &token, b.extra))), token.kind == kind::ENDMARKER),
        Err(Failure::Read(e)) => (Err(e), true),
        Err(Failure::Wrong { kind, message, line, offset }) => {
            (Err(syntax_error(vm, &lexer, kind, &message, line, offset)), true)
        }
    };
    *b.state.lock() = if ended { State::Finished } else { State::Ready(lexer) };
    result
}

fn text(chars: &[char]) -> Obj {
    str::new_str(&chars.iter().collect::<String>())
}

fn position(line: usize, column: usize) -> Obj {
    tuple::pair(int::from_usize(line), int::from_usize(column))
}

fn column(lexer: &Lexer, place: usize, line: usize) -> usize {
    place - lexer.lines.get(line).copied().unwrap_or(0)
}

/// The tuple `(kind, text, start, end, line)`.
fn describe(lexer: &Lexer, t: &Token, extra: bool) -> Obj {
    let at_end = t.start >= lexer.text.len() && matches!(t.kind, kind::ENDMARKER | kind::DEDENT);
    if at_end {
        let place = position(lexer.lines.len() + 1, 0);
        let empty = str::new_str("");
        let k = int::from_usize(usize::from(t.kind));
        return tuple::new_tuple([k, empty.clone(), place.clone(), place, empty]);
    }
    let first = lexer.line_of(t.start);
    let last = lexer.line_of(t.end);
    let in_string = t.kind == kind::STRING || (kind::FSTRING_START..kind::COMMENT).contains(&t.kind);
    let line_start = lexer.lines.get(if in_string { first } else { last }).copied().unwrap_or(0);
    let read = lexer.text.len();
    let added = lexer.implicit_newline;
    let line = text(&lexer.text[line_start..read - usize::from(added && read > line_start)]);
    let content = &lexer.text[t.start..t.end];
    let mut end_column = column(lexer, t.end, last);
    let is_newline = matches!(t.kind, kind::NEWLINE | kind::NL);
    let added_here = added && t.end + 1 == read;
    let shown = if !is_newline {
        text(content)
    } else {
        end_column += 1;
        match content {
            _ if added_here => str::new_str(""),
            ['\r', ..] => str::new_str("\r\n"),
            _ => str::new_str("\n"),
        }
    };
    let k = if t.kind == kind::OP && !extra { operators::exact_kind(content) } else { t.kind };
    tuple::new_tuple([
        int::from_usize(usize::from(k)),
        shown,
        position(first + 1, column(lexer, t.start, first)),
        position(last + 1, end_column),
        line,
    ])
}

fn syntax_error(
    vm: &Vm,
    lexer: &Lexer,
    kind: ErrorKind,
    message: &str,
    line: usize,
    offset: usize,
) -> Raised {
    let class = match kind {
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
    };
    let start = lexer.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
    let end = lexer.lines.get(line).copied().unwrap_or(lexer.text.len());
    let mut shown = &lexer.text[start.min(end)..end];
    while let [rest @ .., '\n' | '\r'] = shown {
        shown = rest;
    }
    let details = tuple::new_tuple([
        str::new_str("<string>"),
        int::from_usize(line),
        int::from_usize(offset),
        text(shown),
        Obj::NONE,
        Obj::NONE,
    ]);
    match vm.call(class.ty(), &[str::new_str(message), details]) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_tokenize", "", &[]);
    ITERATOR.add_to(vm, &m);
    Ok(m)
}
