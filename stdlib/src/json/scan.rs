//! `_json.make_scanner`: JSON text to objects, by recursive descent.

use super::strings::{self, decode_error, position};
use crate::support::NativeType;
use pyre_object::str::{self, Data};
use pyre_object::{
    Body, Builtin, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, dict,
    float, heap_body, int, list, raise, tuple,
};

heap_body! {
    /// `_json.Scanner`
    struct Scanner "Scanner" {
        slots { object_hook, object_pairs_hook, parse_float, parse_int, parse_constant }
        data { strict: bool }
    }
}

pub(super) static SCANNER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_json.Scanner",
    doc: "JSON scanner object",
    layout: Some(Scanner::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        new: Some(|vm, class, args| crate::support::construct(vm, &NEW, class, args)),
        call: Some(|vm, o, args| CALL.call_with(vm, o, args)),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::readonly("strict", |_, o| Ok(Obj::bool(o.body::<Scanner>().strict))),
        GetSetDef::readonly("object_hook", |_, o| Ok(o.body::<Scanner>().object_hook.get())),
        GetSetDef::readonly("object_pairs_hook", |_, o| Ok(o.body::<Scanner>().object_pairs_hook.get())),
        GetSetDef::readonly("parse_float", |_, o| Ok(o.body::<Scanner>().parse_float.get())),
        GetSetDef::readonly("parse_int", |_, o| Ok(o.body::<Scanner>().parse_int.get())),
        GetSetDef::readonly("parse_constant", |_, o| Ok(o.body::<Scanner>().parse_constant.get())),
    ],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef = NativeDef::class_method("make_scanner", "(cls, context)", |vm, a| {
    let get = |name| vm.getattr_str(&a[1], name);
    let body = Scanner {
        strict: vm.truth(&get("strict")?)?,
        object_hook: Slot::new(get("object_hook")?),
        object_pairs_hook: Slot::new(get("object_pairs_hook")?),
        parse_float: Slot::new(get("parse_float")?),
        parse_int: Slot::new(get("parse_int")?),
        parse_constant: Slot::new(get("parse_constant")?),
    };
    Ok(crate::support::instance_of(&a[0], body))
});

static CALL: NativeDef = NativeDef::method("scan_once", "(self, string, idx)", |vm, a| {
    let Some(text) = str::get(&a[1]) else {
        raise!(vm, TypeError, "first argument must be a string, not {}", a[1].type_name())
    };
    let Ok(start) = usize::try_from(vm.to_isize(&a[2])?) else {
        raise!(vm, ValueError, "idx cannot be negative")
    };
    let how: &Scanner = a[0].body();
    let (value, end) = match text.data() {
        Data::One(units) => Scan::new(vm, &a[1], units, how).value(start)?,
        Data::Two(units) => Scan::new(vm, &a[1], units, how).value(start)?,
        Data::Four(units) => Scan::new(vm, &a[1], units, how).value(start)?,
    };
    Ok(tuple::pair(value, position(end)))
});

/// One text while it is read.
struct Scan<'a, U> {
    vm: &'a Vm,
    s: &'a Obj,
    units: &'a [U],
    how: &'a Scanner,
    /// One object for each key.
    memo: Obj,
    /// Keys that were read lately, by their length and ends.
    keys: [Option<Obj>; RECENT],
}

/// How many keys are found again without making them anew.
const RECENT: usize = 32;

impl<'a, U: Copy + Into<u32>> Scan<'a, U> {
    fn new(vm: &'a Vm, s: &'a Obj, units: &'a [U], how: &'a Scanner) -> Scan<'a, U> {
        Scan { vm, s, units, how, memo: dict::new_dict(), keys: Default::default() }
    }

    #[inline(always)]
    fn at(&self, i: usize) -> Option<u8> {
        self.units.get(i).map(|u| u8::try_from((*u).into()).unwrap_or(0xff))
    }

    fn data(&self) -> Data<'_> {
        str::expect(self.s).data()
    }

    fn skip(&self, mut i: usize) -> usize {
        while matches!(self.at(i), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            i += 1;
        }
        i
    }

    fn digits(&self, mut i: usize) -> usize {
        while self.at(i).is_some_and(|c| c.is_ascii_digit()) {
            i += 1;
        }
        i
    }

    fn looking_at(&self, i: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(k, c)| self.at(i + k) == Some(c))
    }

    /// The value that begins at an index, and the index behind it.
    fn value(&mut self, i: usize) -> PyResult<(Obj, usize)> {
        let vm = self.vm;
        match self.at(i) {
            Some(b'"') => return strings::scan(vm, self.s, self.data(), i + 1, self.how.strict),
            Some(b'{') => {
                return vm
                    .nested(" while decoding a JSON object from a unicode string", || self.object(i + 1));
            }
            Some(b'[') => {
                return vm.nested(" while decoding a JSON array from a unicode string", || self.array(i + 1));
            }
            Some(b'n') if self.looking_at(i, "null") => return Ok((Obj::NONE, i + 4)),
            Some(b't') if self.looking_at(i, "true") => return Ok((Obj::bool(true), i + 4)),
            Some(b'f') if self.looking_at(i, "false") => return Ok((Obj::bool(false), i + 5)),
            _ => {}
        }
        for name in ["NaN", "Infinity", "-Infinity"] {
            if self.looking_at(i, name) {
                let value = vm.call1(self.how.parse_constant.get_fixed(), &str::new_str(name))?;
                return Ok((value, i + name.len()));
            }
        }
        self.number(i)
    }

    fn number(&mut self, start: usize) -> PyResult<(Obj, usize)> {
        let vm = self.vm;
        let first = if self.at(start) == Some(b'-') { start + 1 } else { start };
        let mut end = match self.at(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => self.digits(first),
            _ => return Err(vm.error_with(Exc::StopIteration, &[position(start)])),
        };
        let mut real = false;
        if self.at(end) == Some(b'.') {
            let after = self.digits(end + 1);
            if after > end + 1 {
                (end, real) = (after, true);
            }
        }
        if matches!(self.at(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.at(end + 1), Some(b'+' | b'-')));
            let after = self.digits(end + 1 + sign);
            if after > end + 1 + sign {
                (end, real) = (after, true);
            }
        }
        let (parse, builtin) = match real {
            true => (self.how.parse_float.get_fixed(), Builtin::Float),
            false => (self.how.parse_int.get_fixed(), Builtin::Int),
        };
        if parse.is(builtin.ty())
            && let Some(value) = self.builtin_number(start, end, real)
        {
            return Ok((value, end));
        }
        Ok((vm.call1(parse, &str::slice(self.s, start, end))?, end))
    }

    /// What `int` or `float` make of the digits in a range, unless they are too many.
    fn builtin_number(&self, start: usize, end: usize, real: bool) -> Option<Obj> {
        let mut text = [0; 32];
        let text = text.get_mut(..end - start)?;
        for (i, to) in text.iter_mut().enumerate() {
            *to = self.at(start + i)?;
        }
        let text = std::str::from_utf8(text).ok()?;
        if real {
            return text.parse::<f64>().ok().map(float::new_float);
        }
        text.parse::<i64>().ok().map(int::new_int)
    }

    fn array(&mut self, i: usize) -> PyResult<(Obj, usize)> {
        let vm = self.vm;
        let values = list::with_capacity(0);
        let mut i = self.skip(i);
        if self.at(i) == Some(b']') {
            return Ok((values, i + 1));
        }
        loop {
            let (value, after) = self.value(i)?;
            list::append(&values, value);
            i = self.skip(after);
            match self.at(i) {
                Some(b']') => return Ok((values, i + 1)),
                Some(b',') => {}
                _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.s, i)),
            }
            let comma = i;
            i = self.skip(i + 1);
            if self.at(i) == Some(b']') {
                return Err(decode_error(vm, "Illegal trailing comma before end of array", self.s, comma));
            }
            vm.poll()?;
        }
    }

    fn object(&mut self, i: usize) -> PyResult<(Obj, usize)> {
        let vm = self.vm;
        let pairs_hook = self.how.object_pairs_hook.get_fixed().not_none();
        let found = if pairs_hook.is_some() { list::with_capacity(0) } else { dict::new_dict() };
        let mut i = self.skip(i);
        if self.at(i) != Some(b'}') {
            loop {
                let (key, value, after) = self.pair(i)?;
                match pairs_hook {
                    Some(_) => list::append(&found, tuple::pair(key, value)),
                    None => dict::set_item(vm, &found, &key, value)?,
                }
                i = self.skip(after);
                match self.at(i) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.s, i)),
                }
                let comma = i;
                i = self.skip(i + 1);
                if self.at(i) == Some(b'}') {
                    let text = "Illegal trailing comma before end of object";
                    return Err(decode_error(vm, text, self.s, comma));
                }
                vm.poll()?;
            }
        }
        let value = match (pairs_hook, self.how.object_hook.get_fixed().not_none()) {
            (Some(hook), _) | (None, Some(hook)) => vm.call1(hook, &found)?,
            (None, None) => found,
        };
        Ok((value, i + 1))
    }

    /// The key that begins behind its quote, and the index behind it.
    fn key(&mut self, start: usize) -> PyResult<(Obj, usize)> {
        let mut end = start;
        while self.at(end).is_some_and(|c| c.is_ascii_alphanumeric() || c == b'_') {
            end += 1;
        }
        if self.at(end) != Some(b'"') || end == start {
            return self.any_key(start);
        }
        let n = end - start;
        let ends = usize::from(self.at(start).unwrap_or(0)) * 5 + usize::from(self.at(end - 1).unwrap_or(0));
        let place = (ends + n * 11) % RECENT;
        if let Some(recent) = &self.keys[place]
            && let Some(text) = str::as_ascii(recent)
            && text.len() == n
            && text.bytes().zip(&self.units[start..end]).all(|(b, u)| u32::from(b) == (*u).into())
        {
            return Ok((recent.clone(), end + 1));
        }
        let (key, after) = self.any_key(start)?;
        self.keys[place] = Some(key.clone());
        Ok((key, after))
    }

    fn any_key(&self, start: usize) -> PyResult<(Obj, usize)> {
        let (key, after) = strings::scan(self.vm, self.s, self.data(), start, self.how.strict)?;
        Ok((dict::set_default(self.vm, &self.memo, &key, &key)?, after))
    }

    /// A key, its value, and the index behind them.
    fn pair(&mut self, i: usize) -> PyResult<(Obj, Obj, usize)> {
        let vm = self.vm;
        if self.at(i) != Some(b'"') {
            let text = "Expecting property name enclosed in double quotes";
            return Err(decode_error(vm, text, self.s, i));
        }
        let (key, after) = self.key(i + 1)?;
        let colon = self.skip(after);
        if self.at(colon) != Some(b':') {
            return Err(decode_error(vm, "Expecting ':' delimiter", self.s, colon));
        }
        let (value, after) = self.value(self.skip(colon + 1))?;
        Ok((key, value, after))
    }
}
