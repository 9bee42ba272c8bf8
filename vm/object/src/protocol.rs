//! The operations on objects that builtin functions and native modules use: comparison, hash, truth, text, iteration,
//! items. All of them may run Python code.

use crate::error::PyResult;
use crate::obj::Obj;
use crate::slots::{CmpOp, NextFn};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Builtin, Exc, TypeFlags, dict, int, list, names, str, tuple, typeobj};
use pyre_text::quick::{Line, Spec};

impl Vm {
    /// `a op b` for the six comparison operators.
    ///
    /// # Errors
    /// `TypeError` when the operands cannot be ordered, and whatever they raise.
    pub fn compare(&self, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
        if Value::both_int(a.raw(), b.raw()) {
            return Ok(Obj::bool(op.holds(a.raw().int().cmp(&b.raw().int()))));
        }
        if str::is_exact(a) && str::is_exact(b) {
            return Ok(Obj::bool(match op {
                CmpOp::Eq => str::eq(a, b),
                CmpOp::Ne => !str::eq(a, b),
                _ => op.holds(str::cmp(a, b)),
            }));
        }
        self.nested(" in comparison", || self.compare_slots(a, b, op))
    }

    fn compare_slots(&self, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
        let mut right_done = false;
        if !a.ty().is(b.ty())
            && typeobj::is_subtype(b.ty(), a.ty())
            && let Some(g) = b.slots().compare.get()
        {
            right_done = true;
            let r = g(self, b, a, op.swapped())?;
            if r.raw() != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        if let Some(f) = a.slots().compare.get() {
            let r = f(self, a, b, op)?;
            if r.raw() != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        if !right_done && let Some(g) = b.slots().compare.get() {
            let r = g(self, b, a, op.swapped())?;
            if r.raw() != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        match op {
            CmpOp::Eq => Ok(Obj::bool(a.is(b))),
            CmpOp::Ne => Ok(Obj::bool(!a.is(b))),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                a.type_name(),
                b.type_name()
            ))),
        }
    }

    /// Truth of a comparison; identity implies equality (as containers see it).
    ///
    /// # Errors
    /// As [`Self::compare`].
    #[inline]
    pub fn compare_bool(&self, a: &Obj, b: &Obj, op: CmpOp) -> PyResult<bool> {
        if a.is(b) {
            match op {
                CmpOp::Eq => return Ok(true),
                CmpOp::Ne => return Ok(false),
                _ => {}
            }
        }
        let (x, y) = (a.raw(), b.raw());
        if Value::both_int(x, y) {
            return Ok(op.holds(x.int().cmp(&y.int())));
        }
        if Value::both_float(x, y) {
            return Ok(x.float().partial_cmp(&y.float()).map_or(op == CmpOp::Ne, |o| op.holds(o)));
        }
        let r = self.compare(a, b, op)?;
        self.truth(&r)
    }

    /// `a is b or a == b`
    ///
    /// # Errors
    /// Whatever the comparison raises.
    #[inline]
    pub fn eq(&self, a: &Obj, b: &Obj) -> PyResult<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if a.is_exactly(Builtin::Str) && b.is_exactly(Builtin::Str) {
            return Ok(str::eq(a, b));
        }
        self.compare_bool(a, b, CmpOp::Eq)
    }

    /// `hash(o)`
    ///
    /// # Errors
    /// `TypeError` for unhashable types, and whatever `__hash__` raises.
    #[inline]
    pub fn hash(&self, o: &Obj) -> PyResult<i64> {
        if o.is_exactly(Builtin::Str) {
            return Ok(str::hash(o));
        }
        match o.slots().hash.get() {
            Some(f) if !typeobj::type_body(o.ty()).flags().has(TypeFlags::UNHASHABLE) => f(self, o),
            _ => Err(self.type_error(format!("unhashable type: '{}'", o.type_name()))),
        }
    }

    /// `bool(o)`
    ///
    /// # Errors
    /// Whatever `__bool__` or `__len__` raises.
    #[inline]
    pub fn truth(&self, o: &Obj) -> PyResult<bool> {
        let v = o.raw();
        match v {
            Value::TRUE => return Ok(true),
            Value::FALSE | Value::NONE => return Ok(false),
            _ => {}
        }
        if v.is_int() {
            return Ok(v.int() != 0);
        }
        let slots = o.slots();
        if let Some(f) = slots.bool.get() {
            return f(self, o);
        }
        match slots.len.get() {
            Some(f) => Ok(f(self, o)? != 0),
            None => Ok(true),
        }
    }

    /// `repr(o)`, a str.
    ///
    /// # Errors
    /// `TypeError` when `__repr__` returns no str, and whatever it raises.
    pub fn repr(&self, o: &Obj) -> PyResult {
        let r = match o.slots().repr.get() {
            Some(f) => self.nested(" while getting the repr of an object", || f(self, o))?,
            None => return Ok(str::new_str(&format!("<{} object>", o.type_name()))),
        };
        if !str::is_str(&r) {
            return Err(self.type_error(format!("__repr__ returned non-string (type {})", r.type_name())));
        }
        Ok(r)
    }

    /// `str(o)`, a str.
    ///
    /// # Errors
    /// As [`Self::repr`].
    pub fn str(&self, o: &Obj) -> PyResult {
        if o.is_exactly(Builtin::Str) {
            return Ok(o.clone());
        }
        let Some(f) = o.slots().str.get() else { return self.repr(o) };
        let r = self.nested(" while getting the str of an object", || f(self, o))?;
        if !str::is_str(&r) {
            return Err(self.type_error(format!("__str__ returned non-string (type {})", r.type_name())));
        }
        Ok(r)
    }

    /// `repr(o)` as text for messages and native formatting; lone surrogates are replaced.
    ///
    /// # Errors
    /// As [`Self::repr`].
    pub fn repr_text(&self, o: &Obj) -> PyResult<String> {
        Ok(str::to_string_lossy(&self.repr(o)?))
    }

    /// `str(o)` as text; lone surrogates are replaced.
    ///
    /// # Errors
    /// As [`Self::repr`].
    pub fn str_text(&self, o: &Obj) -> PyResult<String> {
        Ok(str::to_string_lossy(&self.str(o)?))
    }

    /// Marks `o` as being printed; false if it already is (a recursive container). Pair with [`Self::repr_leave`].
    pub fn repr_enter(&self, o: &Obj) -> bool {
        let mut stack = self.repr_stack.borrow_mut();
        if stack.contains(&o.raw()) {
            return false;
        }
        stack.push(o.raw());
        true
    }

    /// Ends what [`Self::repr_enter`] began.
    pub fn repr_leave(&self, o: &Obj) {
        self.repr_stack.borrow_mut().retain(|v| *v != o.raw());
    }

    /// `format(o, spec)`; `spec` is a str.
    ///
    /// # Errors
    /// Whatever `__format__` raises.
    pub fn format(&self, o: &Obj, spec: &Obj) -> PyResult {
        if str::len(spec) == 0 && (o.is_exactly(Builtin::Str) || o.raw().is_int()) {
            return self.str(o);
        }
        if let Some(spec) = str::as_ascii(spec) {
            let mut line = Line::new();
            if format_quickly(o, spec.as_bytes(), &mut line) {
                return Ok(str::from_latin1(line.as_bytes()));
            }
        }
        let Some(r) = self.call_special(o, names::__format__(), std::slice::from_ref(spec))? else {
            return Err(self.type_error(format!("Type {} doesn't define __format__", o.type_name())));
        };
        if !str::is_str(&r) {
            return Err(self.type_error(format!("__format__ must return a str, not {}", r.type_name())));
        }
        Ok(r)
    }

    /// `len(o)`
    ///
    /// # Errors
    /// `TypeError`, and whatever `__len__` raises.
    pub fn len(&self, o: &Obj) -> PyResult<usize> {
        match o.slots().len.get() {
            Some(f) => f(self, o),
            None => Err(self.type_error(format!("object of type '{}' has no len()", o.type_name()))),
        }
    }

    /// `operator.length_hint(o, default)`
    ///
    /// # Errors
    /// What `__len__` or `__length_hint__` raises, except `TypeError`.
    pub fn length_hint(&self, o: &Obj, default: usize) -> PyResult<usize> {
        if let Some(f) = o.slots().len.get() {
            match self.catch(f(self, o), Exc::TypeError)? {
                Some(n) => return Ok(n),
                None => return Ok(default),
            }
        }
        let hint = match self.catch(self.call_special(o, names::__length_hint__(), &[]), Exc::TypeError)? {
            Some(Some(h)) if h.raw() != Value::NOT_IMPLEMENTED => h,
            _ => return Ok(default),
        };
        match int::as_i64(&hint) {
            Some(n) if n >= 0 => Ok(n as usize),
            Some(_) => Err(self.value_error("__length_hint__() should return >= 0")),
            None => {
                Err(self.type_error(format!("__length_hint__ must be an integer, not {}", hint.type_name())))
            }
        }
    }

    /// `iter(o)`
    ///
    /// # Errors
    /// `TypeError` when it cannot be iterated, and whatever `__iter__` raises.
    pub fn iter(&self, o: &Obj) -> PyResult {
        let slots = o.slots();
        if let Some(f) = slots.iter.get() {
            let it = f(self, o)?;
            if it.slots().next.get().is_none() {
                return Err(
                    self.type_error(format!("iter() returned non-iterator of type '{}'", it.type_name()))
                );
            }
            return Ok(it);
        }
        if is_sequence(self, o) {
            return Ok(crate::alloc::new(Builtin::SequenceIter, SequenceIterBody::new(o.clone())));
        }
        Err(self.type_error(format!("'{}' object is not iterable", o.type_name())))
    }

    /// `next(it)`; `None` at the end.
    ///
    /// # Errors
    /// `TypeError` when it is no iterator, and whatever `__next__` raises except `StopIteration`.
    #[inline]
    pub fn next(&self, it: &Obj) -> PyResult<Option<Obj>> {
        match it.slots().next.get() {
            Some(f) => f(self, it),
            None => Err(self.type_error(format!("'{}' object is not an iterator", it.type_name()))),
        }
    }

    /// Calls `f` with every item.
    ///
    /// # Errors
    /// What iterating or `f` raises.
    pub fn for_each(&self, iterable: &Obj, mut f: impl FnMut(Obj) -> PyResult<()>) -> PyResult<()> {
        if iterable.is_exactly(Builtin::Tuple) {
            return tuple::items(iterable).iter().cloned().try_for_each(f);
        }
        if iterable.is_exactly(Builtin::List) {
            let mut i = 0;
            while let Some(item) = list::get(iterable, i) {
                f(item)?;
                i += 1;
            }
            return Ok(());
        }
        let it = self.iter(iterable)?;
        let next: NextFn = it
            .slots()
            .next
            .get()
            .ok_or_else(|| self.type_error(format!("'{}' object is not an iterator", it.type_name())))?;
        while let Some(item) = next(self, &it)? {
            f(item)?;
        }
        Ok(())
    }

    /// All items. They live in native memory: see `docs/design/memory.md` on handles.
    ///
    /// # Errors
    /// What iterating raises.
    pub fn collect(&self, iterable: &Obj) -> PyResult<Vec<Obj>> {
        if iterable.is_exactly(Builtin::List) {
            return Ok(list::snapshot(iterable));
        }
        let hint = self.length_hint(iterable, 0)?;
        let mut v = Vec::with_capacity(hint.min(1 << 16));
        self.for_each(iterable, |o| {
            v.push(o);
            Ok(())
        })?;
        Ok(v)
    }

    /// `o[key]`
    ///
    /// # Errors
    /// `TypeError`, `KeyError`, `IndexError`, and whatever `__getitem__` raises.
    pub fn getitem(&self, o: &Obj, key: &Obj) -> PyResult {
        if let Some(f) = o.slots().getitem.get() {
            return f(self, o, key);
        }
        if typeobj::is_type(o) {
            if o.is(Builtin::Type.ty()) {
                return crate::type_new::generic_alias(self, o, key);
            }
            if let Some(f) = self.getattr_opt(o, names::__class_getitem__())? {
                return self.call1(&f, key);
            }
            return Err(
                self.type_error(format!("type '{}' is not subscriptable", crate::type_new::full_name(o)))
            );
        }
        Err(self.type_error(format!("'{}' object is not subscriptable", o.type_name())))
    }

    /// `o[key] = value`
    ///
    /// # Errors
    /// `TypeError`, and whatever `__setitem__` raises.
    pub fn setitem(&self, o: &Obj, key: &Obj, value: &Obj) -> PyResult<()> {
        match o.slots().setitem.get() {
            Some(f) => f(self, o, key, Some(value)),
            None => {
                Err(self.type_error(format!("'{}' object does not support item assignment", o.type_name())))
            }
        }
    }

    /// `del o[key]`
    ///
    /// # Errors
    /// `TypeError`, and whatever `__delitem__` raises.
    pub fn delitem(&self, o: &Obj, key: &Obj) -> PyResult<()> {
        match o.slots().setitem.get() {
            Some(f) => f(self, o, key, None),
            None => {
                // Sequences have another message than numbers.
                let is_sequence = o.slots().len.addr() != 0
                    || typeobj::type_body(o.ty()).flags().has(TypeFlags::HEAP)
                        && (key.raw().is_int() || key.slots().index.addr() != 0);
                let how = if is_sequence { "doesn't" } else { "does not" };
                Err(self.type_error(format!("'{}' object {how} support item deletion", o.type_name())))
            }
        }
    }

    /// `item in container`
    ///
    /// # Errors
    /// `TypeError`, and whatever is raised by `__contains__` or while iterating.
    pub fn contains(&self, container: &Obj, item: &Obj) -> PyResult<bool> {
        if let Some(f) = container.slots().contains.get() {
            return f(self, container, item);
        }
        let Some(it) = self.catch(self.iter(container), Exc::TypeError)? else {
            return Err(self.type_error(format!(
                "argument of type '{}' is not a container or iterable",
                container.type_name()
            )));
        };
        while let Some(o) = self.next(&it)? {
            if self.eq(&o, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `isinstance(o, class_or_tuple)`
    ///
    /// # Errors
    /// `TypeError`, and whatever `__instancecheck__` raises.
    pub fn is_instance(&self, o: &Obj, class: &Obj) -> PyResult<bool> {
        if o.ty().is(class) {
            return Ok(true);
        }
        if class.is_exactly(Builtin::Type) {
            return self.real_is_instance(o, class);
        }
        if class.is_exactly(Builtin::Tuple) {
            return self.nested(" in __instancecheck__", || {
                for c in tuple::items(class) {
                    if self.is_instance(o, c)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            });
        }
        match self.nested(" in __instancecheck__", || {
            self.call_special(class, names::__instancecheck__(), std::slice::from_ref(o))
        })? {
            Some(r) => self.truth(&r),
            None => self.real_is_instance(o, class),
        }
    }

    /// `type.__instancecheck__`
    ///
    /// # Errors
    /// `TypeError` when `class` is no class, and whatever `__class__` raises.
    pub fn real_is_instance(&self, o: &Obj, class: &Obj) -> PyResult<bool> {
        if typeobj::is_type(class) {
            if typeobj::is_instance_exact_mro(o, class) {
                return Ok(true);
            }
            // `__class__` is a data descriptor of `object`: it tells the type, unless it is overridden.
            let generic = crate::attr::generic_getattr as crate::slots::GetAttrFn;
            if o.slots().getattr.is(Some(generic))
                && let Some(of_type) = typeobj::lookup(self, o.ty(), names::__class__())
                && typeobj::lookup(self, Builtin::Object.ty(), names::__class__())
                    .is_some_and(|c| c.is(&of_type))
            {
                return Ok(false);
            }
            let c = self.getattr_opt(o, names::__class__())?;
            return Ok(
                c.is_some_and(|c| !c.is(o.ty()) && typeobj::is_type(&c) && typeobj::is_subtype(&c, class))
            );
        }
        self.check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.getattr_opt(o, names::__class__())? {
            Some(c) => self.abstract_is_subclass(&c, class),
            None => Ok(false),
        }
    }

    /// `issubclass(sub, class_or_tuple)`
    ///
    /// # Errors
    /// `TypeError`, and whatever `__subclasscheck__` raises.
    pub fn is_subclass(&self, sub: &Obj, class: &Obj) -> PyResult<bool> {
        if class.is_exactly(Builtin::Type) {
            if sub.is(class) {
                return Ok(true);
            }
            return self.real_is_subclass(sub, class);
        }
        if class.is_exactly(Builtin::Tuple) {
            return self.nested(" in __subclasscheck__", || {
                for c in tuple::items(class) {
                    if self.is_subclass(sub, c)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            });
        }
        match self.nested(" in __subclasscheck__", || {
            self.call_special(class, names::__subclasscheck__(), std::slice::from_ref(sub))
        })? {
            Some(r) => self.truth(&r),
            None => self.real_is_subclass(sub, class),
        }
    }

    /// `type.__subclasscheck__`
    ///
    /// # Errors
    /// `TypeError` when an argument is no class.
    pub fn real_is_subclass(&self, sub: &Obj, class: &Obj) -> PyResult<bool> {
        if typeobj::is_type(sub) && typeobj::is_type(class) {
            return Ok(typeobj::is_subtype(sub, class));
        }
        self.check_class(sub, "issubclass() arg 1 must be a class")?;
        self.check_class(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.abstract_is_subclass(sub, class)
    }

    fn check_class(&self, c: &Obj, message: &str) -> PyResult<()> {
        match self.getattr_opt(c, names::__bases__())? {
            Some(b) if b.downcast::<tuple::TupleBody>().is_some() => Ok(()),
            _ => Err(self.type_error(message)),
        }
    }

    fn abstract_is_subclass(&self, sub: &Obj, class: &Obj) -> PyResult<bool> {
        if sub.is(class) {
            return Ok(true);
        }
        let Some(bases) = self.getattr_opt(sub, names::__bases__())? else { return Ok(false) };
        if bases.downcast::<tuple::TupleBody>().is_none() {
            return Ok(false);
        }
        self.nested(" in __issubclass__", || {
            for b in tuple::items(&bases) {
                if self.abstract_is_subclass(b, class)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Whether the object can be called.
    pub fn is_callable(&self, o: &Obj) -> bool {
        o.slots().call.addr() != 0
    }

    /// Keys and values of a mapping: exact dicts directly, others through `keys()` and `[]`.
    ///
    /// # Errors
    /// Whatever the mapping raises.
    pub fn mapping_items(&self, m: &Obj) -> PyResult<Vec<(Obj, Obj)>> {
        if m.is_exactly(Builtin::Dict) {
            return Ok(dict::items_snapshot(m));
        }
        let keys = self.call_method_str(m, "keys", &[])?;
        let mut out = Vec::new();
        self.for_each(&keys, |k| {
            let v = self.getitem(m, &k)?;
            out.push((k, v));
            Ok(())
        })?;
        Ok(out)
    }
}

/// Appends `format(o, spec)` if `o` is exactly an int, a float or a str and neither is out of the ordinary; false, and
/// nothing appended, otherwise.
#[inline]
pub fn format_quickly(o: &Obj, spec: &[u8], out: &mut Line) -> bool {
    let v = o.raw();
    if spec.is_empty() {
        let is_int = v.is_int();
        if is_int {
            out.push_int(v.int());
        }
        return is_int;
    }
    let Some(spec) = Spec::parse(spec) else { return false };
    if v.is_int() {
        return spec.int(v.int(), out);
    }
    if o.is_exactly(Builtin::Float) {
        return crate::float::as_float(o).is_some_and(|f| spec.float(f, out));
    }
    match str::get(o).filter(|_| str::is_exact(o)).map(|s| s.data()) {
        Some(str::Data::One(text)) => spec.text(text, out),
        _ => false,
    }
}

/// Whether the object has `__getitem__` and is no dict: `iter()` can count through it.
pub fn is_sequence(_vm: &Vm, o: &Obj) -> bool {
    o.slots().getitem.addr() != 0 && o.downcast::<dict::DictBody>().is_none()
}

crate::heap_body! {
    /// The iterator that counts through `__getitem__`.
    pub struct SequenceIterBody "iterator" {
        slots { sequence }
        data { index: pyre_threads::sync::AtomicUsize }
    }
}

impl SequenceIterBody {
    /// At the first item.
    pub fn new(o: Obj) -> SequenceIterBody {
        SequenceIterBody { sequence: crate::Slot::new(o), index: pyre_threads::sync::AtomicUsize::new(0) }
    }
}
