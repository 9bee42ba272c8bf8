//! `StringIO`: a text stream in memory.

use super::guarded::{Guarded, Section};
use super::newline::{self, Newline, Translator};
use super::support::optional_size;
use super::types;
use pyre_object::str::{self, StrBuilder};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, alloc, attr, dict,
    heap_body, int, raise, tuple,
};
use pyre_types::arguments::{argument_type, bind_optional};

struct State {
    content: StrBuilder,
    position: usize,
    closed: bool,
    ready: bool,
    newline: Newline,
    translator: Translator,
}

heap_body! {
    /// The body of a `StringIO`.
    pub struct StringIoBody "StringIO" { slots {} data { state: Guarded<State> } }
}

/// `StringIO`
pub static STRING_IO: TypeSpec = TypeSpec {
    name: "_io.StringIO",
    doc: "Text I/O implementation using an in-memory buffer.",
    base: Some(|_| types::TEXT_IO_BASE.get().clone()),
    layout: Some(StringIoBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), init: Some(init), next: Some(next), ..Slots::NONE },
    methods: &METHODS,
    getset: &[
        GetSetDef::readonly("closed", |vm, o| {
            let inside = o.body::<StringIoBody>().state.enter_again(vm)?;
            if !inside.with(|s| s.ready) {
                return Err(vm.value_error("I/O operation on uninitialized object"));
            }
            Ok(Obj::bool(inside.with(|s| s.closed)))
        }),
        GetSetDef::readonly("newlines", |vm, o| {
            let seen = open(vm, o)?.with(|s| s.translator.seen);
            Ok(newline::newlines(seen))
        }),
        GetSetDef::readonly("line_buffering", |vm, o| open(vm, o).map(|_| Obj::FALSE)),
    ],
};

static METHODS: [NativeDef; 13] = [
    NativeDef::method("readable", "($self, /)", yes),
    NativeDef::method("writable", "($self, /)", yes),
    NativeDef::method("seekable", "($self, /)", yes),
    NativeDef::method("getvalue", "($self, /)", |vm, a| Ok(open(vm, &a[0])?.with(|s| s.content.finish()))),
    NativeDef::method("read", "($self, size=-1, /)", |vm, a| {
        let n = optional_size(vm, &a[1])?.unwrap_or(usize::MAX);
        Ok(open(vm, &a[0])?.with(|s| {
            let start = s.position.min(s.content.len());
            let end = start.saturating_add(n).min(s.content.len());
            if end > start {
                s.position = end;
            }
            s.content.data().slice(start, end).to_obj()
        }))
    }),
    NativeDef::method("readline", "($self, size=-1, /)", |vm, a| {
        let limit = optional_size(vm, &a[1])?;
        Ok(open(vm, &a[0])?.with(|s| line(s, limit)))
    }),
    NativeDef::method("write", "($self, s, /)", |vm, a| {
        if !str::is_str(&a[1]) {
            raise!(vm, TypeError, "string argument expected, got '{}'", a[1].type_name());
        }
        let inside = open(vm, &a[0])?;
        inside.with(|s| put(s, &a[1]));
        Ok(Obj::from_len(str::len(&a[1])))
    }),
    NativeDef::method("seek", "($self, pos, whence=0, /)", seek),
    NativeDef::method("tell", "($self, /)", |vm, a| {
        Ok(int::from_usize(open(vm, &a[0])?.with(|s| s.position)))
    }),
    NativeDef::method("truncate", "($self, pos=None, /)", truncate),
    NativeDef::method("close", "($self, /)", |vm, a| {
        a[0].body::<StringIoBody>().state.enter_again(vm)?.with(|s| {
            s.closed = true;
            s.content = StrBuilder::new();
        });
        Ok(Obj::NONE)
    }),
    NativeDef::method("__getstate__", "($self, /)", |vm, a| {
        let (content, newline, position) =
            open(vm, &a[0])?.with(|s| (s.content.finish(), s.newline, int::from_usize(s.position)));
        let newline = match newline {
            Newline::Translated => Obj::NONE,
            Newline::Universal => str::empty(),
            Newline::Lf => str::new_str("\n"),
            Newline::Cr => str::new_str("\r"),
            Newline::CrLf => str::new_str("\r\n"),
        };
        let d = attr::instance_dict(&a[0]).filter(|d| dict::len(d) > 0).map(|d| dict::copy(&d));
        Ok(tuple::new_tuple([content, newline, position, d.unwrap_or(Obj::NONE)]))
    }),
    NativeDef::method("__setstate__", "($self, state, /)", set_state),
];

type Inside<'a> = Section<'a, State>;

fn open<'a>(vm: &Vm, o: &'a Obj) -> PyResult<Inside<'a>> {
    let inside = o.body::<StringIoBody>().state.enter_again(vm)?;
    match inside.with(|s| (s.ready, s.closed)) {
        (false, _) => Err(vm.value_error("I/O operation on uninitialized object")),
        (_, true) => Err(vm.value_error("I/O operation on closed file")),
        _ => Ok(inside),
    }
}

fn yes(vm: &Vm, a: &[Obj]) -> PyResult {
    open(vm, &a[0]).map(|_| Obj::TRUE)
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    let state = State {
        content: StrBuilder::new(),
        position: 0,
        closed: false,
        ready: false,
        newline: Newline::Lf,
        translator: Translator::default(),
    };
    Ok(alloc::new_shaped(type_body(cls).root_shape(), StringIoBody { state: Guarded::new(state) }))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [value, newline] = bind_optional(vm, "StringIO", ["initial_value", "newline"], args)?;
    let newline = match newline {
        None => Newline::Lf,
        n => Newline::from_argument(vm, n, "StringIO() argument 'newline'")?,
    };
    let value = match value.and_then(Obj::not_none) {
        None => None,
        Some(v) if str::is_str(v) => Some(v),
        Some(v) => {
            raise!(vm, TypeError, "initial_value must be str or None, not {}", argument_type(v))
        }
    };
    start(vm, o, value, newline)
}

fn start(vm: &Vm, o: &Obj, value: Option<&Obj>, newline: Newline) -> PyResult<()> {
    let inside = o.body::<StringIoBody>().state.enter_again(vm)?;
    inside.with(|s| {
        *s = State {
            content: StrBuilder::new(),
            position: 0,
            closed: false,
            ready: true,
            newline,
            translator: Translator { translate: newline == Newline::Translated, ..Translator::default() },
        };
        if let Some(v) = value {
            put(s, v);
        }
        s.position = 0;
    });
    Ok(())
}

/// Writes at the position.
fn put(s: &mut State, text: &Obj) {
    let text = match s.newline {
        n if n.is_universal() => s.translator.push(text.clone(), true),
        n => match n.written() {
            Some(e) => super::text::with_line_ends(text, e),
            None => text.clone(),
        },
    };
    let text = str::expect(&text);
    let (at, len) = (s.position, s.content.len());
    if text.is_empty() {
        return;
    }
    if at >= len {
        s.content.push_n(0, at - len);
        s.content.push_ref(text);
    } else {
        let mut all = StrBuilder::with_capacity(len.max(at + text.len()));
        all.push_data(s.content.data().slice(0, at));
        all.push_ref(text);
        let behind = at + text.len();
        if behind < len {
            all.push_data(s.content.data().slice(behind, len));
        }
        s.content = all;
    }
    s.position = at + text.len();
}

fn line(s: &mut State, limit: Option<usize>) -> Obj {
    let data = s.content.data();
    if s.position >= data.len() {
        return str::empty();
    }
    let end = s.newline.line_end(data, s.position).unwrap_or(data.len());
    let end = end.min(s.position.saturating_add(limit.unwrap_or(usize::MAX)));
    let out = data.slice(s.position, end).to_obj();
    s.position = end;
    out
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let l = if o.ty().is(types::STRING_IO.get()) {
        open(vm, o)?.with(|s| line(s, None))
    } else {
        super::support::call(vm, o, crate::name!("readline"), &[])?
    };
    Ok(if vm.len(&l)? == 0 { None } else { Some(l) })
}

fn seek(vm: &Vm, a: &[Obj]) -> PyResult {
    let whence = a[2].given().map_or(Ok(0), |w| vm.to_i32(w))?;
    let to = vm.to_isize(&a[1])?;
    let inside = open(vm, &a[0])?;
    if !(0..=2).contains(&whence) {
        raise!(vm, ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)");
    }
    if whence == 0 && to < 0 {
        raise!(vm, ValueError, "Negative seek position {to}");
    }
    if whence != 0 && to != 0 {
        return Err(vm.error(pyre_object::Exc::OSError, "Can't do nonzero cur-relative seeks"));
    }
    Ok(int::from_usize(inside.with(|s| {
        s.position = match whence {
            0 => to as usize,
            1 => s.position,
            _ => s.content.len(),
        };
        s.position
    })))
}

fn truncate(vm: &Vm, a: &[Obj]) -> PyResult {
    let size = match a[1].not_none() {
        Some(_) => match optional_size(vm, &a[1])? {
            Some(n) => Some(n),
            None => raise!(vm, ValueError, "Negative size value {}", vm.to_isize(&a[1])?),
        },
        None => None,
    };
    let inside = open(vm, &a[0])?;
    Ok(int::from_usize(inside.with(|s| {
        let size = size.unwrap_or(s.position);
        if size < s.content.len() {
            s.content.truncate(size);
        }
        size
    })))
}

fn set_state(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some([content, newline, position, d]) = tuple::get(&a[1]) else {
        raise!(
            vm,
            TypeError,
            "{}.__setstate__ argument should be 4-tuple, got {}",
            a[0].type_name(),
            a[1].type_name()
        )
    };
    if !str::is_str(content) {
        raise!(vm, TypeError, "initial_value must be str or None, not {}", argument_type(content));
    }
    let newline = Newline::from_argument(vm, Some(newline), "StringIO() argument 'newline'")?;
    if !int::is_int(position) {
        raise!(vm, TypeError, "third item of state must be an integer, got '{}'", position.type_name());
    }
    let position = vm.to_isize(position)?;
    if position < 0 {
        raise!(vm, ValueError, "position value cannot be negative");
    }
    start(vm, &a[0], None, newline)?;
    // The content was translated when it was written.
    open(vm, &a[0])?.with(|s| {
        s.content.push_obj(content);
        s.position = position as usize;
    });
    restore_dict(vm, &a[0], d)?;
    Ok(Obj::NONE)
}

/// The last part of a pickled stream: its attributes.
///
/// # Errors
/// `TypeError` if it is no dict.
pub fn restore_dict(vm: &Vm, o: &Obj, d: &Obj) -> PyResult<()> {
    if d.is_none() {
        return Ok(());
    }
    if !dict::is_dict(d) {
        raise!(vm, TypeError, "last item of state should be a dict, got a {}", d.type_name());
    }
    for (k, v) in dict::items_snapshot(d) {
        vm.setattr(o, &k, Some(&v))?;
    }
    Ok(())
}
