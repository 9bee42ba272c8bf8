//! `BufferedRWPair`: a reader and a writer as one stream.

use super::super::support::call;
use super::super::types;
use super::position::both;
use crate::name;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
};
use pyre_types::arguments::bind_optional;

heap_body! {
    /// The body of a `BufferedRWPair`.
    pub struct RwPairBody "BufferedRWPair" { slots { reader, writer } data {} }
}

/// `BufferedRWPair`
pub static BUFFERED_RW_PAIR: TypeSpec = TypeSpec {
    name: "_io.BufferedRWPair",
    doc: "A buffered reader and writer object together.",
    base: Some(|_| types::BUFFERED_IO_BASE.get().clone()),
    layout: Some(RwPairBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &METHODS,
    getset: &[GetSetDef::readonly("closed", |vm, o| vm.getattr(&writer(vm, o)?, name!("closed")))],
};

static METHODS: [NativeDef; 12] = [
    NativeDef::method("read", "($self, size=-1, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("read"), a)
    }),
    NativeDef::method("peek", "($self, size=0, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("peek"), a)
    }),
    NativeDef::method("read1", "($self, size=-1, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("read1"), a)
    }),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("readinto"), a)
    }),
    NativeDef::method("readinto1", "($self, buffer, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("readinto1"), a)
    }),
    NativeDef::method("write", "($self, buffer, /)", |vm, a| {
        forward(vm, &writer(vm, &a[0])?, name!("write"), a)
    }),
    NativeDef::method("flush", "($self, /)", |vm, a| forward(vm, &writer(vm, &a[0])?, name!("flush"), a)),
    NativeDef::method("readable", "($self, /)", |vm, a| {
        forward(vm, &reader(vm, &a[0])?, name!("readable"), a)
    }),
    NativeDef::method("writable", "($self, /)", |vm, a| {
        forward(vm, &writer(vm, &a[0])?, name!("writable"), a)
    }),
    NativeDef::method("close", "($self, /)", |vm, a| {
        let closed = forward(vm, &writer(vm, &a[0])?, name!("close"), a);
        both(closed, forward(vm, &reader(vm, &a[0])?, name!("close"), a))
    }),
    NativeDef::method("isatty", "($self, /)", |vm, a| {
        let r = forward(vm, &writer(vm, &a[0])?, name!("isatty"), a)?;
        if vm.truth(&r)? { Ok(r) } else { forward(vm, &reader(vm, &a[0])?, name!("isatty"), a) }
    }),
    NativeDef::method("__getstate__", "($self, /)", |vm, a| {
        Err(vm.type_error(format!("cannot pickle '{}' instances", a[0].type_name())))
    }),
];

fn forward(vm: &Vm, to: &Obj, method: &Obj, a: &[Obj]) -> PyResult {
    let given = a[1..].iter().filter(|x| !x.is_unbound()).count();
    call(vm, to, method, &a[1..1 + given])
}

fn part(vm: &Vm, slot: &Slot) -> PyResult {
    let o = slot.get();
    if o.is_unbound() { Err(vm.value_error("I/O operation on uninitialized object")) } else { Ok(o) }
}

fn reader(vm: &Vm, o: &Obj) -> PyResult {
    part(vm, &o.body::<RwPairBody>().reader)
}

fn writer(vm: &Vm, o: &Obj) -> PyResult {
    part(vm, &o.body::<RwPairBody>().writer)
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    let body = RwPairBody { reader: Slot::empty(), writer: Slot::empty() };
    Ok(alloc::new_shaped(type_body(cls).root_shape(), body))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [reader, writer, size] =
        bind_optional(vm, "BufferedRWPair", ["reader", "writer", "buffer_size"], args)?;
    let (Some(reader), Some(writer)) = (reader, writer) else {
        let n = usize::from(reader.is_some()) + usize::from(writer.is_some());
        return Err(vm.type_error(format!("BufferedRWPair expected at least 2 arguments, got {n}")));
    };
    call(vm, reader, name!("_checkReadable"), &[])?;
    call(vm, writer, name!("_checkWritable"), &[])?;
    let wrap = |class: &Obj, stream: &Obj| {
        let mut arguments = vec![stream.clone()];
        arguments.extend(size.cloned());
        vm.call(class, &arguments)
    };
    let (r, w) = (wrap(types::BUFFERED_READER.get(), reader)?, wrap(types::BUFFERED_WRITER.get(), writer)?);
    let b: &RwPairBody = o.body();
    b.reader.set(r);
    b.writer.set(w);
    Ok(())
}
