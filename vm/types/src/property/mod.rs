//! `property`, `classmethod` and `staticmethod`.

mod wrappers;

use pyre_object::descriptor::{PropertyBody, property_descr_get, property_descr_set};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm,
    alloc, names, str,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::Property, &PROPERTY),
        (Builtin::ClassMethod, &wrappers::CLASS_METHOD),
        (Builtin::StaticMethod, &wrappers::STATIC_METHOD),
    ];
    &ALL
}

static PROPERTY: TypeSpec = TypeSpec {
    name: "property",
    doc: "An attribute that is computed by functions.\n\n  fget\n    reads it\n  fset\n    writes it\n  fdel\n    \
          deletes it\n  doc\n    its documentation; that of fget by default\n\nUsually written as a decorator:\n\n\
          class C:\n    @property\n    def x(self):\n        return self._x\n    @x.setter\n    def x(self, value):\n        \
          self._x = value",
    layout: Some(PropertyBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        descr_get: Some(property_descr_get),
        descr_set: Some(property_descr_set),
        init: Some(init),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &PROPERTY_METHODS,
    getset: &[
        GetSetDef::readonly("fget", |_, o| Ok(body(o).fget.get())).member(),
        GetSetDef::readonly("fset", |_, o| Ok(body(o).fset.get())).member(),
        GetSetDef::readonly("fdel", |_, o| Ok(body(o).fdel.get())).member(),
        GetSetDef::new(
            "__doc__",
            |_, o| Ok(body(o).doc.get()),
            |_, o, v| {
                body(o).doc.set(v.cloned().unwrap_or(Obj::NONE));
                Ok(())
            },
        )
        .member(),
        GetSetDef::new("__name__", get_name, |_, o, v| {
            body(o).name.set(v.cloned().unwrap_or_default());
            Ok(())
        }),
        GetSetDef::readonly("__isabstractmethod__", is_abstract),
    ],
    ..TypeSpec::EMPTY
};

static PROPERTY_METHODS: [NativeDef; 4] = [
    NativeDef::method("getter", "(self, fget, /)", |vm, a| copy(vm, &a[0], Some(&a[1]), None, None))
        .doc("A copy of the property with another getter."),
    NativeDef::method("setter", "(self, fset, /)", |vm, a| copy(vm, &a[0], None, Some(&a[1]), None))
        .doc("A copy of the property with another setter."),
    NativeDef::method("deleter", "(self, fdel, /)", |vm, a| copy(vm, &a[0], None, None, Some(&a[1])))
        .doc("A copy of the property with another deleter."),
    NativeDef::raw_method("__set_name__", "(self, owner, name, /)", set_name)
        .doc("Tells the property its name."),
];

fn body(o: &Obj) -> &PropertyBody {
    o.body()
}

fn new(_vm: &Vm, cls: &Obj, _args: Args<'_>) -> PyResult {
    let none = || Slot::new(Obj::NONE);
    Ok(alloc::new_shaped(
        type_body(cls).root_shape(),
        PropertyBody {
            fget: none(),
            fset: none(),
            fdel: none(),
            doc: none(),
            name: Slot::empty(),
            doc_of_getter: Slot::new(Obj::FALSE),
        },
    ))
}

fn arguments(vm: &Vm, args: Args<'_>) -> PyResult<[Obj; 4]> {
    const NAMES: [&str; 4] = ["fget", "fset", "fdel", "doc"];
    let mut found = [const { Obj::NONE }; 4];
    let n = args.len() + args.names().len();
    if n > 4 {
        return Err(vm.type_error(format!("property() takes at most 4 arguments ({n} given)")));
    }
    for (slot, v) in found.iter_mut().zip(args.pos()) {
        *slot = v.clone();
    }
    for (k, v) in args.keywords() {
        let key = str::to_string_lossy(k);
        match NAMES.iter().position(|n| *n == key) {
            Some(i) if i < args.len() => {
                return Err(vm.type_error(format!(
                    "argument for property() given by name ('{key}') and position ({})",
                    i + 1
                )));
            }
            Some(i) => found[i] = v.clone(),
            None => {
                return Err(vm.type_error(format!("property() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    Ok(found)
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [fget, fset, fdel, given_doc] = arguments(vm, args)?;
    let b = body(o);
    let from_getter = given_doc.is_none() && !fget.is_none();
    let doc =
        if from_getter { vm.getattr_opt(&fget, names::__doc__())?.unwrap_or(Obj::NONE) } else { given_doc };
    b.fget.set(fget);
    b.fset.set(fset);
    b.fdel.set(fdel);
    b.name.set(Obj::UNBOUND);
    b.doc_of_getter.set(Obj::bool(from_getter && !doc.is_none()));
    if o.is_exactly(Builtin::Property) {
        b.doc.set(doc);
        return Ok(());
    }
    // A subclass may have a `__doc__` of its own, which hides this one: give the instance one if it can have it.
    vm.catch(vm.setattr(o, names::__doc__(), Some(&doc)), Exc::AttributeError).map(drop)
}

/// A copy of the same type with some functions replaced; the documentation follows the getter if it came from one.
fn copy(vm: &Vm, o: &Obj, fget: Option<&Obj>, fset: Option<&Obj>, fdel: Option<&Obj>) -> PyResult {
    let b = body(o);
    let pick =
        |new: Option<&Obj>, old: &Slot| new.filter(|n| !n.is_none()).cloned().unwrap_or_else(|| old.get());
    let fget = pick(fget, &b.fget);
    let follows = b.doc_of_getter.get().is(&Obj::TRUE) && !fget.is_none();
    let doc = if follows { Obj::NONE } else { vm.getattr_opt(o, names::__doc__())?.unwrap_or(Obj::NONE) };
    let args = [fget, pick(fset, &b.fset), pick(fdel, &b.fdel), doc];
    let made = vm.call(o.ty(), &args)?;
    if let Some(m) = made.downcast::<PropertyBody>() {
        m.name.set(b.name.get());
    }
    Ok(made)
}

fn set_name(vm: &Vm, args: Args<'_>) -> PyResult {
    let [o, _owner, name] = args.pos() else {
        let n = args.len().saturating_sub(1);
        return Err(vm.type_error(format!("__set_name__() takes 2 positional arguments but {n} were given")));
    };
    body(o).name.set(name.clone());
    Ok(Obj::NONE)
}

fn get_name(vm: &Vm, o: &Obj) -> PyResult {
    let name = body(o).name.get();
    if !name.is_unbound() {
        return Ok(name);
    }
    let fget = body(o).fget.get();
    if let Some(f) = fget.not_none()
        && let Some(n) = vm.getattr_opt(f, names::__name__())?
    {
        return Ok(n);
    }
    let text = format!("'{}' object has no attribute '__name__'", o.type_name());
    Err(vm.attribute_error(o, names::__name__(), text))
}

/// Whether the function says that it is abstract.
pub(crate) fn says_abstract(vm: &Vm, f: &Obj) -> PyResult<bool> {
    match f.not_none() {
        Some(f) => match vm.getattr_opt(f, names::__isabstractmethod__())? {
            Some(v) => vm.truth(&v),
            None => Ok(false),
        },
        None => Ok(false),
    }
}

fn is_abstract(vm: &Vm, o: &Obj) -> PyResult {
    for f in [&body(o).fget, &body(o).fset, &body(o).fdel] {
        if says_abstract(vm, &f.get())? {
            return Ok(Obj::TRUE);
        }
    }
    Ok(Obj::FALSE)
}
