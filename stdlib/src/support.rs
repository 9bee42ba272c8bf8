//! What the native modules share: tables, names that are interned once, making modules and types.

use pyre_object::{Args, NativeDef, Obj, PyResult, TypeSpec, Vm, alloc, model, module, type_new};
use std::sync::OnceLock;

pub(crate) use pyre_object::native_table;

/// A function that returns an interned string, made at its first call: `interned! { fn func = "func"; }`.
macro_rules! interned {
    ($(fn $name:ident = $text:literal;)*) => {
        $(#[allow(non_snake_case)]
        fn $name() -> &'static pyre_object::Obj {
            static NAME: std::sync::OnceLock<&'static pyre_object::Obj> = std::sync::OnceLock::new();
            NAME.get_or_init(|| pyre_object::model::immortal(pyre_object::intern::intern_str($text)))
        })*
    };
}
pub(crate) use interned;

/// A module with these functions.
pub(crate) fn new_module(name: &str, doc: &str, functions: &'static [NativeDef]) -> Obj {
    let m = module::new_module(name);
    if !doc.is_empty() {
        module::set(&m, "__doc__", pyre_object::str::new_str(doc));
    }
    module::add_functions(&m, functions);
    m
}

/// A type that exists once per process.
pub(crate) struct NativeType {
    spec: &'static TypeSpec,
    object: OnceLock<&'static Obj>,
}

impl NativeType {
    /// The type with this table, made when it is first asked for.
    pub(crate) const fn new(spec: &'static TypeSpec) -> NativeType {
        NativeType { spec, object: OnceLock::new() }
    }

    /// The type object.
    pub(crate) fn get(&self, vm: &Vm) -> &'static Obj {
        self.object.get_or_init(|| model::immortal(type_new::new_native_type(vm, self.spec, &Obj::NONE)))
    }

    /// Makes the type an attribute of a module.
    pub(crate) fn add_to(&self, vm: &Vm, m: &Obj) {
        let name = self.spec.name.rsplit('.').next().unwrap_or(self.spec.name);
        module::set(m, name, self.get(vm).clone());
    }

    /// An exact instance.
    pub(crate) fn instance<T: pyre_object::Body>(&self, vm: &Vm, body: T) -> Obj {
        instance_of(self.get(vm), body)
    }

    /// Whether the object is exactly of this type.
    pub(crate) fn is_exact(&self, o: &Obj) -> bool {
        self.object.get().is_some_and(|t| o.ty().is(t))
    }
}

/// An instance of a type or of a subclass of it.
pub(crate) fn instance_of<T: pyre_object::Body>(class: &Obj, body: T) -> Obj {
    alloc::new_shaped(pyre_object::typeobj::type_body(class).root_shape(), body)
}

/// `__iter__` of iterators.
pub(crate) fn self_iter(_: &Vm, o: &Obj) -> PyResult {
    Ok(o.clone())
}

/// `__class_getitem__`. A constant, because tables of methods are built from it: each gets its own.
#[allow(clippy::declare_interior_mutable_const)]
pub(crate) const CLASS_GETITEM: NativeDef =
    NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
        type_new::generic_alias(vm, &a[0], &a[1])
    })
    .doc("See PEP 585");

/// `getattr(builtins, name)`: what `__reduce__` needs to name `iter`.
pub(crate) fn builtin_function(vm: &Vm, name: &str) -> PyResult {
    let builtins = vm.import("builtins")?;
    vm.getattr_str(&builtins, name)
}

/// The dict of an instance that has one, or `None`.
pub(crate) fn instance_dict_or_none(o: &Obj) -> Obj {
    pyre_object::attr::instance_dict(o).unwrap_or(Obj::NONE)
}

/// Calls a constructor's definition, whose first parameter is the class, with the arguments of `__new__`.
#[inline]
pub(crate) fn construct(vm: &Vm, def: &'static NativeDef, class: &Obj, args: Args<'_>) -> PyResult {
    def.call_with(vm, class, args)
}

/// The arguments of a constructor that takes exactly `N` by position. Keywords are refused unless a subclass has an
/// `__init__` of its own for them.
///
/// # Errors
/// `TypeError`
pub(crate) fn exactly<'a, const N: usize>(
    vm: &Vm,
    name: &str,
    class: &Obj,
    args: Args<'a>,
) -> PyResult<&'a [Obj; N]> {
    no_keywords(vm, name, class, args)?;
    match args.pos().try_into() {
        Ok(a) => Ok(a),
        Err(_) => {
            let (plural, got) = (if N == 1 { "" } else { "s" }, args.len());
            Err(vm.type_error(format!("{name} expected {N} argument{plural}, got {got}")))
        }
    }
}

/// Refuses keywords, unless a subclass has an `__init__` of its own for them.
///
/// # Errors
/// `TypeError`
pub(crate) fn no_keywords(vm: &Vm, name: &str, class: &Obj, args: Args<'_>) -> PyResult<()> {
    let init = |t: &Obj| pyre_object::typeobj::type_body(t).ops.init.addr();
    if args.has_keywords() && init(class) == init(pyre_object::Builtin::Object.ty()) {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// A new exception class of a module, which exists once per process.
///
/// # Errors
/// Whatever making a class raises.
pub(crate) fn exception_class(
    vm: &Vm,
    cell: &'static OnceLock<&'static Obj>,
    module: &str,
    name: &str,
    base: &Obj,
) -> PyResult<&'static Obj> {
    use pyre_object::{Builtin, dict, intern, names, tuple};
    if let Some(ty) = cell.get() {
        return Ok(ty);
    }
    let namespace = dict::new_dict();
    dict::set_str(&namespace, names::__module__(), intern::intern_str(module));
    let bases = tuple::new_tuple([base.clone()]);
    let ty = vm.call(Builtin::Type.ty(), &[intern::intern_str(name), bases, namespace])?;
    Ok(cell.get_or_init(|| model::immortal(ty)))
}
