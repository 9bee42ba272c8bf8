//! `_tuplegetter`: the attributes of named tuples.

use crate::support::{NativeType, construct, native_table};
use pyre_object::{
    Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeSpec, Vm, heap_body, int, raise, str,
    tuple,
};
use pyre_threads::sync::{AtomicI64, Ordering};

heap_body! {
    /// The index of the item (written once), and the documentation.
    struct TupleGetter "_tuplegetter" { slots { doc } data { index: AtomicI64 } }
}

pub(super) static TUPLE_GETTER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "collections._tuplegetter",
    layout: Some(TupleGetter::layout),
    slots: Slots {
        new: Some(|vm, class, args| construct(vm, &NEW, class, args)),
        repr: Some(repr),
        descr_get: Some(descr_get),
        descr_set: Some(|vm, _, _, value| {
            let what = if value.is_none() { "delete" } else { "set" };
            Err(vm.error(Exc::AttributeError, format!("can't {what} attribute")))
        }),
        ..Slots::NONE
    },
    methods: native_table![NativeDef::method("__reduce__", "(self, /)", |_, a| {
        let b: &TupleGetter = a[0].body();
        let index = int::new_int(b.index.load(Ordering::Relaxed));
        Ok(tuple::pair(a[0].ty().clone(), tuple::pair(index, b.doc.get())))
    })],
    getset: &[GetSetDef::new(
        "__doc__",
        |_, o| Ok(o.body::<TupleGetter>().doc.get()),
        |_, o, value| {
            o.body::<TupleGetter>().doc.set(value.cloned().unwrap_or(Obj::NONE));
            Ok(())
        },
    )],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef = NativeDef::class_method("_tuplegetter", "(cls, index, doc, /)", |vm, a| {
    let index = vm.to_isize(&a[1])? as i64;
    let body = TupleGetter { doc: Slot::new(a[2].clone()), index: AtomicI64::new(index) };
    Ok(TUPLE_GETTER.instance(vm, body))
});

fn descr_get(vm: &Vm, d: &Obj, instance: Option<&Obj>, _: &Obj) -> PyResult {
    let index = d.body::<TupleGetter>().index.load(Ordering::Relaxed);
    let Some(instance) = instance else { return Ok(d.clone()) };
    let Some(items) = tuple::get(instance) else {
        if instance.is_none() {
            return Ok(d.clone());
        }
        let kind = instance.type_name();
        raise!(
            vm,
            TypeError,
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{kind}' object"
        );
    };
    match usize::try_from(index).ok().and_then(|i| items.get(i)) {
        Some(item) => Ok(item.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &TupleGetter = o.body();
    let doc = vm.repr_text(&b.doc.get())?;
    Ok(str::new_str(&format!("_tuplegetter({}, {doc})", b.index.load(Ordering::Relaxed))))
}
