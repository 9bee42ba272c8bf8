//! Calling objects from native code.

use crate::args::{Args, LENT, lend_padded};
use crate::builtin::Builtin;
use crate::descriptor::NativeFunctionBody;
use crate::error::PyResult;
use crate::function::MethodBody;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{dict, intern, names, str, tuple, typeobj};
use smallvec::SmallVec;

impl Vm {
    /// Calls any object.
    ///
    /// # Errors
    /// `TypeError` when it cannot be called, `RecursionError`, and whatever it raises.
    #[inline]
    pub fn call_args(&self, callable: &Obj, args: Args<'_>) -> PyResult {
        if callable.is_exactly(Builtin::NativeFunction) {
            // SAFETY: exactly that type.
            let b: &NativeFunctionBody = unsafe { callable.body_unchecked() };
            return b.call(self, args);
        }
        match callable.slots().call.get() {
            Some(f) => f(self, callable, args),
            None => Err(self.type_error(format!("'{}' object is not callable", callable.type_name()))),
        }
    }

    /// Calls with positional arguments.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    #[inline]
    pub fn call(&self, callable: &Obj, args: &[Obj]) -> PyResult {
        self.call_args(callable, Args::positional(args))
    }

    /// Calls without arguments.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    #[inline]
    pub fn call0(&self, callable: &Obj) -> PyResult {
        self.call_args(callable, Args::EMPTY)
    }

    /// Calls with one argument.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    #[inline]
    pub fn call1(&self, callable: &Obj, arg: &Obj) -> PyResult {
        self.call_args(callable, Args::positional(std::slice::from_ref(arg)))
    }

    /// Calls with two arguments.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    #[inline]
    pub fn call2(&self, callable: &Obj, a: &Obj, b: &Obj) -> PyResult {
        self.call_with(callable, a, Args::positional(std::slice::from_ref(b)))
    }

    /// Calls with `first` in front of the arguments.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    #[inline]
    pub fn call_with(&self, callable: &Obj, first: &Obj, args: Args<'_>) -> PyResult {
        if args.all().len() < LENT {
            let n = args.all().len() + 1;
            return lend_padded(Some(first), args.all(), n, |all| {
                self.call_args(callable, Args::with_names(all, args.names()))
            });
        }
        let all = args.prepend(first);
        self.call_args(callable, Args::with_names(&all, args.names()))
    }

    /// Calls with keywords given as pairs.
    ///
    /// # Errors
    /// As [`Self::call_args`].
    pub fn call_kw(&self, callable: &Obj, pos: &[Obj], kw: &[(&str, Obj)]) -> PyResult {
        let mut all: SmallVec<[Obj; 8]> = pos.iter().cloned().collect();
        all.extend(kw.iter().map(|(_, v)| v.clone()));
        let names: SmallVec<[Obj; 8]> = kw.iter().map(|(n, _)| intern::intern_str(n)).collect();
        self.call_args(callable, Args::with_names(&all, &names))
    }

    /// Calls with a tuple of positional arguments and an optional dict of keywords.
    ///
    /// # Errors
    /// As [`Self::call_args`]; `TypeError` when a keyword is no string.
    pub fn call_tuple_dict(&self, callable: &Obj, pos: &Obj, kw: Option<&Obj>) -> PyResult {
        let pos = tuple::items(pos);
        let Some(kw) = kw.filter(|k| dict::len(k) != 0) else {
            return self.call(callable, pos);
        };
        let mut all: SmallVec<[Obj; 8]> = pos.iter().cloned().collect();
        let mut names: SmallVec<[Obj; 8]> = SmallVec::new();
        for (k, v) in dict::items_snapshot(kw) {
            if !str::is_str(&k) {
                return Err(self.type_error("keywords must be strings"));
            }
            names.push(k);
            all.push(v);
        }
        self.call_args(callable, Args::with_names(&all, &names))
    }

    /// Calls a method, without making a bound method when that can be avoided.
    ///
    /// # Errors
    /// `AttributeError`; as [`Self::call_args`].
    pub fn call_method(&self, obj: &Obj, name: &Obj, args: &[Obj]) -> PyResult {
        let generic = crate::attr::generic_getattr as crate::slots::GetAttrFn;
        if obj.slots().getattr.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic))
            && let Some(f) = typeobj::lookup(self, obj.ty(), name)
            && typeobj::type_body(f.ty()).flags().has(crate::TypeFlags::METHOD_DESCRIPTOR)
            && crate::attr::instance_get(obj, name).is_none()
        {
            return self.call_with(&f, obj, Args::positional(args));
        }
        let m = self.getattr(obj, name)?;
        self.call(&m, args)
    }

    /// As [`Self::call_method`], for a name known at compile time.
    ///
    /// # Errors
    /// As [`Self::call_method`].
    pub fn call_method_str(&self, obj: &Obj, name: &str, args: &[Obj]) -> PyResult {
        self.call_method(obj, &intern::intern_str(name), args)
    }

    /// Calls a special method looked up on the type only; `None` if the type has none.
    ///
    /// # Errors
    /// Whatever the method raises.
    pub fn call_special(&self, obj: &Obj, name: &Obj, args: &[Obj]) -> PyResult<Option<Obj>> {
        let Some(f) = typeobj::lookup(self, obj.ty(), name) else { return Ok(None) };
        if typeobj::type_body(f.ty()).flags().has(crate::TypeFlags::METHOD_DESCRIPTOR) {
            return self.call_with(&f, obj, Args::positional(args)).map(Some);
        }
        let bound = match f.slots().descr_get.get() {
            Some(get) => get(self, &f, Some(obj), obj.ty())?,
            None => f,
        };
        self.call(&bound, args).map(Some)
    }
}

/// `call` of Python functions.
pub fn function_call(vm: &Vm, f: &Obj, args: Args<'_>) -> PyResult {
    match crate::hooks::CALL_FUNCTION.get() {
        Some(run) => run(vm, f, args),
        None => Err(vm.runtime_error("no interpreter is installed")),
    }
}

/// `call` of bound methods.
pub fn method_call(vm: &Vm, m: &Obj, args: Args<'_>) -> PyResult {
    let b: &MethodBody = m.body();
    vm.call_with(b.function.get_fixed(), b.instance.get_fixed(), args)
}

/// `type.__call__`: `__new__`, then `__init__` if the result is an instance.
pub fn type_call(vm: &Vm, ty: &Obj, args: Args<'_>) -> PyResult {
    if ty.is(Builtin::Type.ty()) {
        match args.pos() {
            [o] if !args.has_keywords() => return Ok(o.ty().clone()),
            [_, _, _] => {}
            _ => return Err(vm.type_error("type() takes 1 or 3 arguments")),
        }
    }
    let body = typeobj::type_body(ty);
    let Some(new) = body.ops.new.get() else {
        return Err(vm.type_error(format!("cannot create '{}' instances", crate::type_new::full_name(ty))));
    };
    let obj = new(vm, ty, args)?;
    // `object.__init__` takes whatever a `__new__` that is not `object`'s took.
    let object = &typeobj::type_body(Builtin::Object.ty()).ops;
    if obj.slots().init.addr() == object.init.addr()
        && typeobj::type_body(obj.ty()).ops.new.addr() != object.new.addr()
    {
        return Ok(obj);
    }
    if typeobj::is_instance_exact_mro(&obj, ty)
        && let Some(init) = obj.slots().init.get()
    {
        init(vm, &obj, args)?;
    }
    Ok(obj)
}

/// The keyword of a call as text; keyword names are exact or derived strings.
pub fn keyword_text(k: &Obj) -> String {
    str::to_string_lossy(k)
}

/// The name that messages use for a callable: `f()`.
pub fn callable_name(vm: &Vm, f: &Obj) -> String {
    match vm.getattr_opt(f, names::__qualname__()) {
        Ok(Some(q)) if str::is_str(&q) => format!("{}()", str::to_string_lossy(&q)),
        _ => format!("'{}' object", f.type_name()),
    }
}
