//! `types.MappingProxyType`: a read-only view of a mapping, such as a type's namespace.

use crate::support::text;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc,
    dict, heap_body, names, str, type_new,
};

heap_body! {
    /// The view; it holds the mapping.
    pub struct MappingProxyBody "mappingproxy" { slots { mapping } data {} }
}

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::MappingProxy, &MAPPING_PROXY)];
    &ALL
}

/// A view of a mapping.
pub fn new_proxy(mapping: Obj) -> Obj {
    alloc::new(Builtin::MappingProxy, MappingProxyBody { mapping: Slot::new(mapping) })
}

static MAPPING_PROXY: TypeSpec = TypeSpec {
    name: "mappingproxy",
    doc: "A view of a mapping through which it cannot be changed.",
    layout: Some(MappingProxyBody::layout),
    flags: TypeFlags::MAPPING,
    slots: Slots {
        repr: Some(repr),
        str: Some(|vm, o| vm.str(&mapping(o))),
        hash: Some(|vm, o| vm.hash(&mapping(o))),
        compare: Some(compare),
        iter: Some(|vm, o| vm.iter(&mapping(o))),
        new: Some(new),
        len: Some(|vm, o| vm.len(&mapping(o))),
        getitem: Some(|vm, o, k| vm.getitem(&mapping(o), k)),
        contains: Some(|vm, o, k| match mapping(o) {
            m if m.is_exactly(Builtin::Dict) => dict::contains(vm, &m, k),
            m => vm.contains(&m, k),
        }),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, or)
    .with_inplace(BinOp::Or, |vm, a, _| {
        Err(vm.type_error(format!("'|=' is not supported by {}; use '|' instead", a.type_name())))
    }),
    methods: &MAPPING_PROXY_METHODS,
    ..TypeSpec::EMPTY
};

static MAPPING_PROXY_METHODS: [NativeDef; 7] = [
    NativeDef::raw_method("get", "(self, key, default=None, /)", |vm, args| {
        let Some((o, rest)) = args.pos().split_first() else { return Ok(Obj::NONE) };
        match rest {
            [] => Err(vm.type_error("get expected at least 1 argument, got 0")),
            [_, _, _, ..] => {
                Err(vm.type_error(format!("get expected at most 2 arguments, got {}", rest.len())))
            }
            [key] => vm.call_method_str(&mapping(o), "get", &[key.clone(), Obj::NONE]),
            _ => vm.call_method_str(&mapping(o), "get", rest),
        }
    })
    .doc("The value for a key, or the default."),
    NativeDef::method("keys", "(self, /)", |vm, a| vm.call_method_str(&mapping(&a[0]), "keys", &[]))
        .doc("The keys of the mapping."),
    NativeDef::method("values", "(self, /)", |vm, a| vm.call_method_str(&mapping(&a[0]), "values", &[]))
        .doc("The values of the mapping."),
    NativeDef::method("items", "(self, /)", |vm, a| vm.call_method_str(&mapping(&a[0]), "items", &[]))
        .doc("The items of the mapping."),
    NativeDef::method("copy", "(self, /)", |vm, a| vm.call_method_str(&mapping(&a[0]), "copy", &[]))
        .doc("A shallow copy of the mapping."),
    NativeDef::method("__reversed__", "(self, /)", |vm, a| {
        vm.call_method(&mapping(&a[0]), names::__reversed__(), &[])
    })
    .doc("The keys in reverse order."),
    NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
        type_new::generic_alias(vm, &a[0], &a[1])
    })
    .doc("See PEP 585"),
];

fn mapping(o: &Obj) -> Obj {
    o.body::<MappingProxyBody>().mapping.get()
}

fn unwrapped(o: &Obj) -> Obj {
    o.downcast::<MappingProxyBody>().map_or_else(|| o.clone(), |b| b.mapping.get())
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let inner = vm.repr(&mapping(o))?;
    text(format!("mappingproxy({})", str::to_string_lossy(&inner)))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    vm.compare(&mapping(a), b, op)
}

fn or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    vm.binary(BinOp::Or, &unwrapped(a), &unwrapped(b))
}

fn new(vm: &Vm, _cls: &Obj, args: Args<'_>) -> PyResult {
    let m = match (args.pos(), args.names()) {
        ([m], []) => m,
        ([], [k]) if str::eq_str(k, "mapping") => &args.values()[0],
        ([], _) => return Err(vm.type_error("mappingproxy() missing required argument 'mapping' (pos 1)")),
        (more, _) => {
            let n = more.len() + args.names().len();
            return Err(vm.type_error(format!("mappingproxy() takes at most 1 argument ({n} given)")));
        }
    };
    let is_mapping = m.slots().getitem.addr() != 0
        && ![Builtin::List, Builtin::Tuple]
            .iter()
            .any(|b| pyre_object::typeobj::is_instance_exact_mro(m, b.ty()));
    if !is_mapping {
        let got = m.type_name();
        return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {got}")));
    }
    Ok(new_proxy(m.clone()))
}
