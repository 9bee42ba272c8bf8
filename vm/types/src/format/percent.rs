//! `%` formatting of `str` and `bytes`.

use crate::bytes::view;
use pyre_object::int::{self, IntRef};
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, bytes, names, str, tuple};
use pyre_text::format_spec::Integer;
use pyre_text::percent::{
    Amount, Conversion, Layout, Parser, PercentError, Piece, push_float, push_int, push_text, unsupported,
};
use pyre_text::{Body, Buffer};

/// `template % args` for a str.
///
/// # Errors
/// `TypeError`, `ValueError`, `OverflowError`, and what the values raise.
pub fn percent_str(vm: &Vm, template: &Obj, args: &Obj) -> PyResult {
    let out = Renderer::new(vm, args, false).render(str::expect(template).text())?;
    Ok(str::from_buffer(&out))
}

/// `template % args` for bytes.
///
/// # Errors
/// As [`percent_str`].
pub fn percent_bytes(vm: &Vm, template: &[u8], args: &Obj) -> PyResult<Vec<u8>> {
    match Renderer::new(vm, args, true).render(Body::Latin1(template))? {
        Buffer::Latin1(out) => Ok(out),
        // Everything that is pushed consists of bytes.
        wide => Ok(wide.as_body().iter().map(|c| c as u8).collect()),
    }
}

struct Renderer<'a> {
    vm: &'a Vm,
    args: &'a Obj,
    /// The arguments, if they are a tuple.
    items: Option<&'a [Obj]>,
    next: usize,
    is_mapping: bool,
    is_bytes: bool,
    /// The value that the last mapping key selected: it then is the only argument.
    selected: Option<Obj>,
}

impl<'a> Renderer<'a> {
    fn new(vm: &'a Vm, args: &'a Obj, is_bytes: bool) -> Renderer<'a> {
        let items = tuple::get(args);
        let is_text = str::is_str(args) || (is_bytes && (bytes::is_bytes(args) || bytes::is_bytearray(args)));
        let is_mapping = items.is_none() && !is_text && args.slots().getitem.addr() != 0;
        Renderer { vm, args, items, next: 0, is_mapping, is_bytes, selected: None }
    }

    fn render(mut self, template: Body<'_>) -> PyResult<Buffer> {
        let mut out = Buffer::with_capacity(template.len() + 16);
        for piece in Parser::new(template, self.is_mapping) {
            match piece.map_err(|e| self.malformed(e))? {
                Piece::Literal(r) => out.push_body(template.slice(r.start, r.end)),
                Piece::Conversion(c) => self.conversion(template, &c, &mut out)?,
            }
        }
        let left = match self.items {
            Some(items) => self.next < items.len(),
            None => self.next == 0,
        };
        if left && !self.is_mapping && self.selected.is_none() {
            let what = if self.is_bytes { "bytes" } else { "string" };
            return Err(self.vm.type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(out)
    }

    #[cold]
    fn malformed(&self, e: PercentError) -> Raised {
        let exc = if matches!(e, PercentError::NeedsMapping) { Exc::TypeError } else { Exc::ValueError };
        self.vm.error(exc, e.message(self.is_bytes))
    }

    fn argument(&mut self) -> PyResult {
        let i = self.next;
        self.next += 1;
        let found = match (&self.selected, self.items) {
            (Some(v), _) => (i == 0).then(|| v.clone()),
            (None, Some(items)) => items.get(i).cloned(),
            (None, None) => (i == 0).then(|| self.args.clone()),
        };
        found.ok_or_else(|| self.vm.type_error("not enough arguments for format string"))
    }

    fn push(&self, text: Body<'_>, layout: &Layout, out: &mut Buffer) -> PyResult<()> {
        push_text(text, layout, out).map_err(|e| self.vm.num_error(e))
    }

    /// The argument for a `*`.
    fn star(&mut self, amount: Option<Amount>, what: &str) -> PyResult<i64> {
        if amount != Some(Amount::Argument) {
            return Ok(0);
        }
        let v = self.argument()?;
        match int::get(&v) {
            Some(IntRef::Small(i)) => Ok(i),
            Some(IntRef::Big(_)) => Err(self.vm.overflow_error(format!("{what} too big"))),
            None => Err(self.vm.type_error("* wants int")),
        }
    }

    fn conversion(&mut self, template: Body<'_>, c: &Conversion, out: &mut Buffer) -> PyResult<()> {
        if let Some(r) = &c.key {
            let key = template.slice(r.start, r.end);
            let key = match key {
                Body::Latin1(b) if self.is_bytes => bytes::new_bytes(b),
                key => str::from_body(key),
            };
            self.selected = Some(self.vm.getitem(self.args, &key)?);
            self.next = 0;
        }
        let width = self.star(c.width, "width")?;
        let precision = self.star(c.precision, "precision")?;
        let layout = Layout::new(c, width, precision);
        let limit = crate::MAX_NATIVE_BYTES;
        if layout.width > limit || layout.precision.is_some_and(|p| p > limit) {
            return Err(self.vm.memory_error());
        }
        let v = self.argument()?;
        if c.kind == u32::from(b's')
            && !self.is_bytes
            && let Some(text) = str::get(&v).filter(|_| str::is_exact(&v))
        {
            return self.push(text.text(), &layout, out);
        }
        match char::from_u32(c.kind) {
            Some('s') if self.is_bytes => self.bytes_value(&v, &layout, out),
            Some('b') if self.is_bytes => self.bytes_value(&v, &layout, out),
            Some('s') => {
                let text = self.vm.str(&v)?;
                self.push(str::expect(&text).text(), &layout, out)
            }
            Some('r') if !self.is_bytes => {
                let text = self.vm.repr(&v)?;
                self.push(str::expect(&text).text(), &layout, out)
            }
            Some('a' | 'r') => {
                let text = crate::str::ascii(self.vm, &v)?;
                self.push(str::expect(&text).text(), &layout, out)
            }
            Some('c') => self.character(&v, layout, out),
            Some(kind @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X')) => self.integer(&v, kind, &layout, out),
            Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => {
                let f = self.float(&v)?;
                push_float(f, kind as u8, &layout, out).map_err(|e| self.vm.num_error(e))
            }
            _ => Err(self.vm.value_error(unsupported(c))),
        }
    }

    fn float(&self, v: &Obj) -> PyResult<f64> {
        match self.vm.to_f64(v) {
            Err(e) if self.is_bytes && self.vm.matches(&e, Exc::TypeError) => {
                Err(self.vm.type_error(format!("float argument required, not {}", v.type_name())))
            }
            r => r,
        }
    }

    fn integer(&self, v: &Obj, kind: char, layout: &Layout, out: &mut Buffer) -> PyResult<()> {
        let decimal = matches!(kind, 'd' | 'i' | 'u');
        let converted;
        let value = match int::get(v) {
            Some(i) => i,
            None => {
                converted = self.to_integer(v, kind, decimal)?;
                int::expect(&converted)
            }
        };
        if decimal && matches!(value, IntRef::Big(_)) {
            // Refuses numbers beyond the limit on digits.
            crate::int::decimal_text(self.vm, value)?;
        }
        let value = match value {
            IntRef::Small(i) => Integer::Small(i),
            IntRef::Big(b) => Integer::Big(b),
        };
        push_int(value, kind as u8, layout, out).map_err(|e| self.vm.num_error(e))
    }

    fn to_integer(&self, v: &Obj, kind: char, decimal: bool) -> PyResult {
        let slots = v.slots();
        let what = if decimal { "a real number" } else { "an integer" };
        let wrong =
            || self.vm.type_error(format!("%{kind} format: {what} is required, not {}", v.type_name()));
        if slots.index.addr() != 0 && !(decimal && slots.int.addr() != 0) {
            return self.vm.index(v);
        }
        match slots.int.get() {
            Some(f) if decimal => {
                let r = f(self.vm, v)?;
                if int::is_int(&r) { Ok(r) } else { Err(wrong()) }
            }
            _ => Err(wrong()),
        }
    }

    fn character(&self, v: &Obj, mut layout: Layout, out: &mut Buffer) -> PyResult<()> {
        layout.precision = None;
        let c = if self.is_bytes { self.byte(v)? } else { self.code_point(v)? };
        match u8::try_from(c) {
            Ok(b) => self.push(Body::Latin1(&[b]), &layout, out),
            Err(_) => self.push(Body::Ucs4(&[c]), &layout, out),
        }
    }

    fn code_point(&self, v: &Obj) -> PyResult<u32> {
        let vm = self.vm;
        if let Some(s) = str::get(v) {
            return match s.len() {
                1 => Ok(s.char_at(0)),
                n => Err(vm.type_error(format!(
                    "%c requires an int or a unicode character, not a string of length {n}"
                ))),
            };
        }
        if !int::is_int(v) && v.slots().index.addr() == 0 {
            let class = pyre_object::type_new::qualified_name(vm, v.ty())?;
            return Err(vm.type_error(format!("%c requires an int or a unicode character, not {class}")));
        }
        let i = vm.index(v)?;
        int::as_i64(&i)
            .and_then(|i| u32::try_from(i).ok())
            .filter(|c| *c < 0x11_0000)
            .ok_or_else(|| vm.overflow_error("%c arg not in range(0x110000)"))
    }

    fn byte(&self, v: &Obj) -> PyResult<u32> {
        let vm = self.vm;
        if bytes::is_bytes(v) || bytes::is_bytearray(v) {
            let content = view(vm, v)?;
            return match &*content {
                [b] => Ok(u32::from(*b)),
                other => Err(vm.type_error(format!(
                    "%c requires an integer in range(256) or a single byte, not a {} object of length {}",
                    v.type_name(),
                    other.len()
                ))),
            };
        }
        if !int::is_int(v) && v.slots().index.addr() == 0 {
            return Err(vm.type_error(format!(
                "%c requires an integer in range(256) or a single byte, not {}",
                v.type_name()
            )));
        }
        let i = vm.index(v)?;
        int::as_i64(&i)
            .and_then(|i| u8::try_from(i).ok())
            .map(u32::from)
            .ok_or_else(|| vm.overflow_error("%c arg not in range(256)"))
    }

    fn bytes_value(&self, v: &Obj, layout: &Layout, out: &mut Buffer) -> PyResult<()> {
        let vm = self.vm;
        if !bytes::is_bytes(v) && !bytes::is_bytearray(v) {
            if let Some(b) = vm.call_special(v, names::__bytes__(), &[])? {
                let Some(b) = bytes::get(&b) else {
                    return Err(
                        vm.type_error(format!("__bytes__ returned non-bytes (type {})", b.type_name()))
                    );
                };
                return self.push(Body::Latin1(b), layout, out);
            }
            if !vm.has_buffer(v) {
                return Err(vm.type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                    v.type_name()
                )));
            }
        }
        self.push(Body::Latin1(&view(vm, v)?), layout, out)
    }
}
