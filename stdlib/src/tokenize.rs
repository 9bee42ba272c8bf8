//! `_tokenize`: the compiler's tokens for the `tokenize` module.
//!
//! Limit: all lines are read before the first token is given.

use crate::support::{NativeType, new_module};
use pyre_compiler::Source;
use pyre_compiler::tokens::{OP, Token, is_operator, tokens};
use pyre_object::{
    Args, Body, Exc, Obj, PyResult, Raised, Slot, Slots, TypeSpec, Vm, bytes, heap_body, int, list, module,
    raise, str, tuple,
};
use pyre_threads::sync::Mutex;

heap_body! {
    /// `_tokenize.TokenizerIter`: where the lines come from until the first token is asked for, then an iterator of the
    /// tokens; an error that comes after them.
    struct TokenizerBody "TokenizerIter" {
        slots { readline, encoding, made, error }
        data { extra: bool, starting: Mutex<()> }
    }
}

static TOKENIZER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_tokenize.TokenizerIter",
    layout: Some(TokenizerBody::layout),
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_tokenize", "", &[]);
    TOKENIZER.add_to(vm, &m);
    module::set(&m, "__doc__", Obj::NONE);
    Ok(m)
}

fn new(vm: &Vm, _: &Obj, args: Args<'_>) -> PyResult {
    let [readline] = args.pos() else {
        raise!(
            vm,
            TypeError,
            "TokenizerIter() takes exactly 1 positional argument ({} given)",
            args.pos().len()
        );
    };
    let (mut encoding, mut extra) = (Obj::NONE, None);
    for (name, value) in args.keywords() {
        match str::to_string_lossy(name).as_str() {
            "encoding" => encoding = value.clone(),
            "extra_tokens" => extra = Some(vm.truth(value)?),
            other => {
                raise!(vm, TypeError, "TokenizerIter() got an unexpected keyword argument '{other}'")
            }
        }
    }
    let Some(extra) = extra else {
        raise!(vm, TypeError, "TokenizerIter() missing required argument 'extra_tokens' (pos 2)");
    };
    let body = TokenizerBody {
        readline: Slot::new(readline.clone()),
        encoding: Slot::new(encoding),
        made: Slot::empty(),
        error: Slot::empty(),
        extra,
        starting: Mutex::new(()),
    };
    Ok(TOKENIZER.instance(vm, body))
}

/// Everything that the callable returns until an empty line or `StopIteration`.
fn read_all(vm: &Vm, b: &TokenizerBody) -> PyResult<String> {
    let (readline, encoding) = (b.readline.get(), b.encoding.get());
    let mut text = String::new();
    loop {
        let line = match vm.call(&readline, &[]) {
            Ok(line) => line,
            Err(e) if vm.matches(&e, Exc::StopIteration) => break,
            Err(e) => return Err(e),
        };
        let line = if bytes::is_bytes(&line) {
            let name = if encoding.is_none() { "utf-8".to_owned() } else { vm.str_text(&encoding)? };
            pyre_types::codecs::decode(vm, bytes::as_bytes(&line), &name, "replace")?
        } else {
            line
        };
        if !str::is_str(&line) {
            raise!(vm, TypeError, "readline() returned a non-string object");
        }
        if str::len(&line) == 0 {
            break;
        }
        text.push_str(&str::to_string_lossy(&line));
    }
    Ok(text)
}

fn token(text: &str, t: &Token, extra: bool) -> Obj {
    let kind = if extra && is_operator(t.kind) { OP } else { t.kind };
    let place = |(line, column): (u32, u32)| {
        tuple::pair(int::new_int(i64::from(line)), int::new_int(i64::from(column)))
    };
    tuple::new_tuple([
        int::new_int(i64::from(kind)),
        str::new_str(&text[t.text.clone()]),
        place(t.start),
        place(t.end),
        str::new_str(&text[t.lines.clone()]),
    ])
}

/// Comments and line breaks inside statements, which only come with `extra_tokens`.
fn is_extra(t: &Token) -> bool {
    t.kind >= 65
}

fn start(vm: &Vm, b: &TokenizerBody) -> PyResult<()> {
    let source = Source::from_text(read_all(vm, b)?);
    let (all, error) = pyre_threads::without_attachment(|| tokens(&source));
    let text = source.text();
    let wanted = all.iter().filter(|t| b.extra || !is_extra(t)).map(|t| token(text, t, b.extra)).collect();
    if let Some(e) = error {
        b.error.set(pyre_vm::compiling::syntax_error(vm, &e, "<string>").0);
    }
    let made = vm.iter(&list::from_vec(wanted))?;
    let _starting = b.starting.lock();
    if b.made.peek().is_unbound() {
        b.made.set(made);
    }
    Ok(())
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &TokenizerBody = o.body();
    if b.made.peek().is_unbound() {
        start(vm, b)?;
    }
    if let Some(t) = vm.next(&b.made.get())? {
        return Ok(Some(t));
    }
    match b.error.replace(Obj::UNBOUND) {
        none if none.is_unbound() => Ok(None),
        e => Err(Raised(e)),
    }
}
