//! `_json.make_encoder`: objects to JSON text, all of it into one builder.
//!
//! The containers being written are remembered by address, which finds circular references.

use super::strings;
use crate::support::{NativeType, construct, instance_of};
use pyre_object::str::{self, StrBuilder};
use pyre_object::{
    Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Value, Vm,
    dict, float, heap_body, int, list, model, raise, tuple, typeobj,
};
use pyre_text::quick::Line;
use std::sync::OnceLock;

heap_body! {
    /// `_json.Encoder`
    struct Encoder "Encoder" {
        slots { markers, default, encoder, indent, key_separator, item_separator }
        data { sort_keys: bool, skipkeys: bool, allow_nan: bool }
    }
}

pub(super) static ENCODER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_json.Encoder",
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    layout: Some(Encoder::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        new: Some(|vm, class, args| construct(vm, &NEW, class, args)),
        call: Some(|vm, o, args| CALL.call_with(vm, o, args)),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::readonly("markers", |_, o| Ok(o.body::<Encoder>().markers.get())),
        GetSetDef::readonly("default", |_, o| Ok(o.body::<Encoder>().default.get())),
        GetSetDef::readonly("encoder", |_, o| Ok(o.body::<Encoder>().encoder.get())),
        GetSetDef::readonly("indent", |_, o| Ok(o.body::<Encoder>().indent.get())),
        GetSetDef::readonly("key_separator", |_, o| Ok(o.body::<Encoder>().key_separator.get())),
        GetSetDef::readonly("item_separator", |_, o| Ok(o.body::<Encoder>().item_separator.get())),
        GetSetDef::readonly("sort_keys", |_, o| Ok(Obj::bool(o.body::<Encoder>().sort_keys))),
        GetSetDef::readonly("skipkeys", |_, o| Ok(Obj::bool(o.body::<Encoder>().skipkeys))),
    ],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef = NativeDef::class_method(
    "make_encoder",
    "(cls, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    |vm, a| {
        if !a[1].is_none() && !dict::is_dict(&a[1]) {
            let ty = a[1].type_name();
            raise!(vm, TypeError, "make_encoder() argument 1 must be dict or None, not {ty}");
        }
        for (i, name) in [(5, "key_separator"), (6, "item_separator")] {
            if !str::is_str(&a[i]) {
                raise!(
                    vm,
                    TypeError,
                    "make_encoder() argument {i} must be str, not {} ({name})",
                    a[i].type_name()
                );
            }
        }
        if !a[4].is_none() && !str::is_str(&a[4]) {
            raise!(vm, TypeError, "make_encoder() argument 4 must be str or None, not {}", a[4].type_name());
        }
        let slot = |i: usize| Slot::new(a[i].clone());
        let body = Encoder {
            markers: slot(1),
            default: slot(2),
            encoder: slot(3),
            indent: slot(4),
            key_separator: slot(5),
            item_separator: slot(6),
            sort_keys: vm.truth(&a[7])?,
            skipkeys: vm.truth(&a[8])?,
            allow_nan: vm.truth(&a[9])?,
        };
        Ok(instance_of(&a[0], body))
    },
);

static CALL: NativeDef = NativeDef::method("_iterencode", "(self, obj, _current_indent_level)", |vm, a| {
    let how: &Encoder = a[0].body();
    let level = usize::try_from(vm.to_isize(&a[2])?).unwrap_or(0);
    let mut writer = Writer {
        vm,
        how,
        quoting: quoting(how),
        out: StrBuilder::new(),
        open: Vec::new(),
        level,
        digits: String::new(),
    };
    writer.value(&a[1])?;
    Ok(tuple::new_tuple([writer.out.finish()]))
});

static ASCII: OnceLock<&'static Obj> = OnceLock::new();
static PLAIN: OnceLock<&'static Obj> = OnceLock::new();

/// Remembers the module's own string encoders, which need not be called.
pub(super) fn remember(vm: &Vm, m: &Obj) -> PyResult<()> {
    for (cell, name) in [(&ASCII, "encode_basestring_ascii"), (&PLAIN, "encode_basestring")] {
        let f = vm.getattr_str(m, name)?;
        cell.get_or_init(|| model::immortal(f));
    }
    Ok(())
}

/// Whether strings are quoted as ASCII; `None` where a function has to be asked.
fn quoting(how: &Encoder) -> Option<bool> {
    let f = how.encoder.get_fixed();
    let is = |cell: &OnceLock<&'static Obj>| cell.get().is_some_and(|g| g.is(f));
    if is(&ASCII) { Some(true) } else { is(&PLAIN).then_some(false) }
}

/// One text while it is written.
struct Writer<'a> {
    vm: &'a Vm,
    how: &'a Encoder,
    quoting: Option<bool>,
    out: StrBuilder,
    open: Vec<Obj>,
    level: usize,
    /// Room for the text of a float.
    digits: String,
}

/// The text of a constant.
fn constant(o: &Obj) -> Option<&'static str> {
    match o.raw() {
        Value::NONE => Some("null"),
        Value::TRUE => Some("true"),
        Value::FALSE => Some("false"),
        _ => None,
    }
}

impl Writer<'_> {
    fn value(&mut self, o: &Obj) -> PyResult<()> {
        let vm = self.vm;
        if str::is_str(o) {
            return self.string(o);
        }
        if let Some(text) = constant(o) {
            self.out.push_latin1(text.as_bytes());
            return Ok(());
        }
        if self.number(o)? {
            return Ok(());
        }
        vm.nested(" while encoding a JSON object", || {
            if list::is_list(o) || tuple::is_tuple(o) {
                self.sequence(o)
            } else if dict::is_dict(o) {
                self.mapping(o)
            } else {
                self.enter(o)?;
                let other = vm.call1(self.how.default.get_fixed(), o)?;
                let done = self.value(&other);
                done.map_err(|e| noted(vm, e, &format!("when serializing {} object", name_of(o))))?;
                self.open.pop();
                Ok(())
            }
        })
    }

    /// Writes a number; false if the object is none.
    fn number(&mut self, o: &Obj) -> PyResult<bool> {
        let vm = self.vm;
        match int::get(o) {
            Some(int::IntRef::Small(i)) => {
                let mut line = Line::new();
                line.push_int(i);
                self.out.push_latin1(line.as_bytes());
                return Ok(true);
            }
            Some(big) => {
                self.out.push_str(&vm.repr_text(&big.to_obj())?);
                return Ok(true);
            }
            None => {}
        }
        let Some(f) = float::as_float(o) else { return Ok(false) };
        if f.is_finite() {
            self.digits.clear();
            pyre_number::float::write_repr(f, &mut self.digits);
            self.out.push_latin1(self.digits.as_bytes());
            return Ok(true);
        }
        if !self.how.allow_nan {
            let shown = vm.repr_text(o)?;
            raise!(vm, ValueError, "Out of range float values are not JSON compliant: {shown}");
        }
        self.out.push_str(match f {
            f if f.is_nan() => "NaN",
            f if f > 0.0 => "Infinity",
            _ => "-Infinity",
        });
        Ok(true)
    }

    /// The text of a key that is no str; `None` if it is no constant or number either.
    fn key_text(&mut self, key: &Obj) -> PyResult<Option<Obj>> {
        if let Some(text) = constant(key) {
            return Ok(Some(str::new_str(text)));
        }
        let start = self.out.len();
        if !self.number(key)? {
            return Ok(None);
        }
        let text = self.out.data().slice(start, self.out.len()).to_obj();
        self.out.truncate(start);
        Ok(Some(text))
    }

    fn string(&mut self, s: &Obj) -> PyResult<()> {
        if let Some(ascii) = self.quoting {
            strings::quote(&mut self.out, str::expect(s).data(), ascii);
            return Ok(());
        }
        let vm = self.vm;
        let quoted = vm.call1(self.how.encoder.get_fixed(), s)?;
        if !str::is_str(&quoted) {
            raise!(vm, TypeError, "encoder() must return a string, not {}", quoted.type_name());
        }
        self.out.push_obj(&quoted);
        Ok(())
    }

    fn enter(&mut self, o: &Obj) -> PyResult<()> {
        if !self.how.markers.get_fixed().is_none() {
            if self.open.iter().any(|x| x.is(o)) {
                return Err(self.vm.value_error("Circular reference detected"));
            }
            self.open.push(o.clone());
        }
        Ok(())
    }

    fn new_line(&mut self) {
        if let Some(indent) = self.how.indent.get_fixed().not_none() {
            self.out.push_char('\n');
            for _ in 0..self.level {
                self.out.push_obj(indent);
            }
        }
    }

    fn sequence(&mut self, o: &Obj) -> PyResult<()> {
        let vm = self.vm;
        let get = |i: usize| match tuple::get(o) {
            Some(items) => items.get(i).cloned(),
            None => list::get(o, i),
        };
        let Some(mut item) = get(0) else {
            self.out.push_str("[]");
            return Ok(());
        };
        self.enter(o)?;
        self.out.push_char('[');
        self.level += 1;
        for i in 1.. {
            self.new_line();
            let done = self.value(&item);
            done.map_err(|e| noted(vm, e, &format!("when serializing {} item {}", name_of(o), i - 1)))?;
            vm.poll()?;
            let Some(following) = get(i) else { break };
            item = following;
            self.out.push_obj(self.how.item_separator.get_fixed());
        }
        self.level -= 1;
        self.new_line();
        self.out.push_char(']');
        self.open.pop();
        Ok(())
    }

    fn mapping(&mut self, o: &Obj) -> PyResult<()> {
        let vm = self.vm;
        if dict::len(o) == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        self.enter(o)?;
        let mut items = vm.mapping_items(o)?;
        if self.how.sort_keys {
            let pairs = list::new_list(items.drain(..).map(|(k, v)| tuple::pair(k, v)));
            vm.call_method_str(&pairs, "sort", &[])?;
            items.extend(list::snapshot(&pairs).iter().filter_map(|p| match tuple::items(p) {
                [k, v] => Some((k.clone(), v.clone())),
                _ => None,
            }));
        }
        self.out.push_char('{');
        self.level += 1;
        let mut first = true;
        for (key, value) in items {
            let text = if str::is_str(&key) { None } else { self.key_text(&key)? };
            if text.is_none() && !str::is_str(&key) {
                if self.how.skipkeys {
                    continue;
                }
                let ty = key.type_name();
                raise!(vm, TypeError, "keys must be str, int, float, bool or None, not {ty}");
            }
            if !first {
                self.out.push_obj(self.how.item_separator.get_fixed());
            }
            first = false;
            self.new_line();
            match text {
                Some(text) => self.string(&text)?,
                None => self.string(&key)?,
            }
            self.out.push_obj(self.how.key_separator.get_fixed());
            if let Err(e) = self.value(&value) {
                let shown = vm.repr_text(&key)?;
                return Err(noted(vm, e, &format!("when serializing {} item {shown}", name_of(o))));
            }
            vm.poll()?;
        }
        self.level -= 1;
        if !first {
            self.new_line();
        }
        self.out.push_char('}');
        self.open.pop();
        Ok(())
    }
}

fn name_of(o: &Obj) -> String {
    typeobj::type_name(o.ty())
}

/// The exception with a note that says where it happened.
#[cold]
fn noted(vm: &Vm, e: Raised, note: &str) -> Raised {
    if !vm.matches(&e, Exc::Exception) {
        return e;
    }
    match vm.call_method_str(&e.0, "add_note", &[str::new_str(note)]) {
        Ok(_) => e,
        Err(other) => other,
    }
}
