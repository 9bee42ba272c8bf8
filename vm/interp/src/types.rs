//! Types of the interpreter's own objects: generators, frames, tracebacks, code.

use crate::frameobj::{FrameBody, TracebackBody};
use crate::generator::{self, GeneratorBody};
use pyre_object::code::CodeBody;
use pyre_object::start::BuiltinSpec;
use pyre_object::{Body, Builtin, NativeDef, Obj, PyResult, Raised, Slots, TypeFlags, TypeSpec, Vm};

/// All of them, for [`pyre_object::start::init`].
pub fn specs() -> Vec<BuiltinSpec> {
    vec![
        (Builtin::Generator.shape(), &GENERATOR),
        (Builtin::Coroutine.shape(), &COROUTINE),
        (Builtin::Frame.shape(), &FRAME),
        (Builtin::Traceback.shape(), &TRACEBACK),
        (Builtin::Code.shape(), &CODE),
    ]
}

fn same(_: &Vm, o: &Obj) -> PyResult {
    Ok(o.clone())
}

fn send(vm: &Vm, a: &[Obj]) -> PyResult {
    match generator::send(vm, &a[0], &a[1])? {
        generator::Resumed::Yielded(v) => Ok(v),
        generator::Resumed::Returned(v) => {
            let args: &[Obj] = if v.is_none() { &[] } else { std::slice::from_ref(&v) };
            Err(vm.error_with(pyre_object::Exc::StopIteration, args))
        }
    }
}

fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    generator::close(vm, &a[0])
}

fn throw(vm: &Vm, a: &[Obj]) -> PyResult {
    let given = a[2].not_none().cloned();
    let e = if pyre_object::exception_support::is_exception(&a[1]) {
        a[1].clone()
    } else if let Some(v) = given {
        if pyre_object::exception_support::is_exception(&v) { v } else { vm.call1(&a[1], &v)? }
    } else {
        vm.call0(&a[1])?
    };
    if !pyre_object::exception_support::is_exception(&e) {
        return Err(vm.type_error("exceptions must be classes or instances deriving from BaseException, not type"));
    }
    match generator::throw(vm, &a[0], Raised(e))? {
        generator::Resumed::Yielded(v) => Ok(v),
        generator::Resumed::Returned(v) => {
            let args: &[Obj] = if v.is_none() { &[] } else { std::slice::from_ref(&v) };
            Err(vm.error_with(pyre_object::Exc::StopIteration, args))
        }
    }
}

static METHODS: [NativeDef; 3] = [
    NativeDef::method("send", "(self, value, /)", send),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", throw),
    NativeDef::method("close", "(self, /)", close),
];

static GENERATOR: TypeSpec = TypeSpec {
    name: "generator",
    layout: Some(GeneratorBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots { iter: Some(same), next: Some(generator::next), finalize: Some(generator::finalize), ..Slots::NONE },
    methods: &METHODS,
    ..TypeSpec::EMPTY
};

static COROUTINE: TypeSpec = TypeSpec {
    name: "coroutine",
    layout: Some(GeneratorBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots { finalize: Some(generator::finalize), ..Slots::NONE },
    methods: &METHODS,
    ..TypeSpec::EMPTY
};

static FRAME: TypeSpec = TypeSpec {
    name: "frame",
    layout: Some(FrameBody::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

static TRACEBACK: TypeSpec =
    TypeSpec { name: "traceback", layout: Some(TracebackBody::layout), ..TypeSpec::EMPTY };

static CODE: TypeSpec = TypeSpec {
    name: "code",
    layout: Some(CodeBody::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};
