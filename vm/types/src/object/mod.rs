//! `object`.

mod reduce;

use crate::support::{address, identity_hash, text};
use pyre_object::alloc::{self, NoBody};
use pyre_object::slots::AtomicFn;
use pyre_object::typeobj::{self, type_body, type_name};
use pyre_object::value::Value;
use pyre_object::{
    Args, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Raised, Slots, TypeFlags, TypeSpec, Vm,
    attr, dict, list, names, str, tuple, type_new,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Object, &OBJECT)];
    &ALL
}

static OBJECT: TypeSpec = TypeSpec {
    name: "object",
    doc: "The root of all classes.\n\nobject() makes an instance without attributes.",
    layout: Some(NoBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        repr: Some(repr),
        str: Some(to_str),
        hash: Some(|_, o| Ok(identity_hash(o))),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        compare: Some(compare),
        init: Some(init),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &OBJECT_METHODS,
    getset: &[GetSetDef::new("__class__", |_, o| Ok(o.ty().clone()), type_new::set_class)],
    ..TypeSpec::EMPTY
};

static OBJECT_METHODS: [NativeDef; 8] = [
    NativeDef::method("__reduce_ex__", "(self, protocol, /)", reduce::reduce_ex).doc("Helper for pickle."),
    NativeDef::method("__reduce__", "(self, /)", reduce::reduce).doc("Helper for pickle."),
    NativeDef::method("__getstate__", "(self, /)", reduce::getstate).doc("Helper for pickle."),
    NativeDef::raw_method("__format__", "(self, format_spec, /)", format)
        .doc("Formats the object like str(); the format specification must be empty."),
    NativeDef::method("__sizeof__", "(self, /)", sizeof).doc("Size of the object in memory, in bytes."),
    NativeDef::method("__dir__", "(self, /)", dir).doc("Names of the object's attributes, for dir()."),
    NativeDef::class_method("__subclasshook__", "(cls, subclass, /)", |_, _| Ok(Obj::NOT_IMPLEMENTED))
        .doc("Abstract classes override this to answer issubclass()."),
    NativeDef::raw_class_method("__init_subclass__", "(cls)", init_subclass)
        .doc("Called when a class is derived from this one."),
];

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let ty = o.ty();
    let module = vm.getattr_opt(ty, names::__module__())?;
    let qualname = str::to_string_lossy(&type_body(ty).qualname.get());
    match module {
        Some(m) if str::is_str(&m) && !str::eq_str(&m, "builtins") => {
            text(format!("<{}.{qualname} object at {}>", str::to_string_lossy(&m), address(o)))
        }
        _ => text(format!("<{qualname} object at {}>", address(o))),
    }
}

fn to_str(vm: &Vm, o: &Obj) -> PyResult {
    vm.repr(o)
}

/// Identity; `!=` is the opposite of what `==` says.
fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    match op {
        CmpOp::Eq if a.is(b) => Ok(Obj::TRUE),
        CmpOp::Ne => {
            let Some(f) = a.slots().compare.get() else { return Ok(Obj::NOT_IMPLEMENTED) };
            let r = f(vm, a, b, CmpOp::Eq)?;
            if r.raw() == Value::NOT_IMPLEMENTED { Ok(r) } else { Ok(Obj::bool(!vm.truth(&r)?)) }
        }
        _ => Ok(Obj::NOT_IMPLEMENTED),
    }
}

fn has_own_new(ty: &Obj) -> bool {
    type_body(ty).ops.new.addr() != AtomicFn::new(OBJECT.slots.new).addr()
}

fn has_own_init(ty: &Obj) -> bool {
    type_body(ty).ops.init.addr() != AtomicFn::new(OBJECT.slots.init).addr()
}

fn new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    if !args.is_empty() {
        if has_own_new(cls) {
            return Err(
                vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if !has_own_init(cls) {
            return Err(vm.type_error(format!("{}() takes no arguments", type_name(cls))));
        }
    }
    let body = type_body(cls);
    if body.flags().has(TypeFlags::ABSTRACT) {
        return Err(abstract_error(vm, cls)?);
    }
    if !std::ptr::eq(body.instance_layout, NoBody::layout()) {
        let name = type_new::full_name(cls);
        let native = type_new::full_name(&type_new::native_base(cls));
        return Err(vm.type_error(format!("object.__new__({name}) is not safe, use {native}.__new__()")));
    }
    Ok(alloc::new_plain(body.root_shape()))
}

/// The error for instantiating an abstract class.
fn abstract_error(vm: &Vm, cls: &Obj) -> PyResult<Raised> {
    let methods = vm.getattr(cls, names::__abstractmethods__())?;
    let mut methods = vm.collect(&methods)?;
    methods.retain(str::is_str);
    methods.sort_by(str::cmp);
    let quoted: Vec<String> = methods.iter().map(|m| format!("'{}'", str::to_string_lossy(m))).collect();
    let plural = if quoted.len() == 1 { "" } else { "s" };
    Ok(vm.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} {}",
        type_name(cls),
        quoted.join(", ")
    )))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.is_empty() {
        return Ok(());
    }
    let ty = o.ty();
    if has_own_init(ty) {
        return Err(
            vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
        );
    }
    if !has_own_new(ty) {
        let name = type_name(ty);
        return Err(vm.type_error(format!(
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
}

fn format(vm: &Vm, args: Args<'_>) -> PyResult {
    let [o, spec] = args.pos() else {
        let n = args.len().saturating_sub(1);
        return Err(vm.type_error(format!("object.__format__() takes exactly one argument ({n} given)")));
    };
    if !str::is_str(spec) {
        let got = spec.type_name();
        return Err(vm.type_error(format!("__format__() argument must be str, not {got}")));
    }
    if str::len(spec) != 0 {
        let name = o.type_name();
        return Err(vm.type_error(format!("unsupported format string passed to {name}.__format__")));
    }
    vm.str(o)
}

fn sizeof(_vm: &Vm, a: &[Obj]) -> PyResult {
    let shape = a[0].shape();
    let variable = shape.layout.variable.zip(a[0].cell());
    Ok(Obj::from_len(match variable {
        // SAFETY: the object is alive and has this layout.
        Some((size, cell)) => pyre_object::layout::HEADER_SIZE + unsafe { size(cell) },
        None => shape.cell_size(),
    }))
}

/// Adds the names in a class's namespace and those of its MRO to a dict.
pub(crate) fn collect_class_names(vm: &Vm, class: &Obj, into: &Obj) -> PyResult<()> {
    if typeobj::is_type(class) {
        let mro = type_body(class).mro.get();
        for t in tuple::get(&mro).unwrap_or_default() {
            dict::update(vm, into, type_body(t).namespace())?;
        }
        return Ok(());
    }
    if let Some(d) = vm.getattr_opt(class, names::__dict__())? {
        dict::update(vm, into, &d)?;
    }
    if let Some(bases) = vm.getattr_opt(class, names::__bases__())? {
        for b in vm.collect(&bases)? {
            collect_class_names(vm, &b, into)?;
        }
    }
    Ok(())
}

fn dir(vm: &Vm, a: &[Obj]) -> PyResult {
    let all = dict::new_dict();
    if let Some(d) = vm.getattr_opt(&a[0], names::__dict__())?
        && dict::is_dict(&d)
    {
        dict::update(vm, &all, &d)?;
    }
    if let Some(class) = vm.getattr_opt(&a[0], names::__class__())? {
        collect_class_names(vm, &class, &all)?;
    }
    Ok(list::from_vec(dict::keys_snapshot(&all)))
}

fn qualified_name(class: &Obj) -> String {
    str::to_string_lossy(&type_body(class).qualname.get())
}

fn init_subclass(vm: &Vm, args: Args<'_>) -> PyResult {
    let cls = args.pos().first().map(qualified_name).unwrap_or_default();
    if args.has_keywords() {
        return Err(vm.type_error(format!("{cls}.__init_subclass__() takes no keyword arguments")));
    }
    if args.len() > 1 {
        let n = args.len() - 1;
        return Err(vm.type_error(format!("{cls}.__init_subclass__() takes no arguments ({n} given)")));
    }
    Ok(Obj::NONE)
}
