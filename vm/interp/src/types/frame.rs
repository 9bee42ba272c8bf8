//! `frame` and `traceback` objects.

use crate::frameobj::{self, FrameBody, TracebackBody};
use crate::generator::{self, GeneratorBody};
use pyre_object::function::FunctionBody;
use pyre_object::{
    Body, Builtin, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, int, raise, str,
};
use pyre_threads::sync::Ordering;

fn body(o: &Obj) -> &FrameBody {
    o.body()
}

fn function(b: &FrameBody) -> &FunctionBody {
    // SAFETY: the slot holds a function from the start.
    unsafe { b.function.get_fixed().body_unchecked() }
}

fn back(vm: &Vm, o: &Obj) -> PyResult {
    let b = body(o);
    if let Some(f) = b.live() {
        return Ok(frameobj::caller(vm, f).map_or(Obj::NONE, |below| frameobj::of(vm, below)));
    }
    let back = b.back.get();
    Ok(if back.is_unbound() { Obj::NONE } else { back })
}

fn locals(_: &Vm, o: &Obj) -> PyResult {
    let b = body(o);
    let namespace = b.locals.get();
    if !namespace.is_unbound() {
        return Ok(namespace);
    }
    Ok(super::frame_locals::new_proxy(o))
}

fn line(_: &Vm, o: &Obj) -> PyResult {
    Ok(match body(o).line() {
        0 => Obj::NONE,
        n => int::new_int(i64::from(n)),
    })
}

fn set_trace(_: &Vm, o: &Obj, v: Option<&Obj>) -> PyResult<()> {
    body(o).trace.set(v.cloned().unwrap_or(Obj::NONE));
    Ok(())
}

fn clear(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = body(&a[0]);
    if b.live().is_some() {
        raise!(vm, RuntimeError, "cannot clear an executing frame");
    }
    if let Some(g) = b.generator() {
        match g.body::<GeneratorBody>().state.load(Ordering::Acquire) {
            generator::CREATED => drop(generator::close(vm, &g)?),
            generator::CLOSED => {}
            _ => raise!(vm, RuntimeError, "cannot clear a suspended frame"),
        }
    }
    let registers = b.registers.take();
    drop(registers);
    Ok(Obj::NONE)
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let b = body(o);
    let u = &b.code().unit;
    Ok(str::new_str(&format!(
        "<frame at {:#x}, file '{}', line {}, code {}>",
        o.raw().0,
        u.filename,
        b.line(),
        u.name
    )))
}

static METHODS: [NativeDef; 1] = [NativeDef::method("clear", "(self, /)", clear)];

static GETSET: [GetSetDef; 12] = [
    GetSetDef::readonly("f_back", back),
    GetSetDef::readonly("f_code", |_, o| Ok(function(body(o)).code.get())),
    GetSetDef::readonly("f_globals", |_, o| Ok(function(body(o)).globals.get())),
    GetSetDef::readonly("f_builtins", |_, o| Ok(function(body(o)).builtins.get())),
    GetSetDef::readonly("f_locals", locals),
    GetSetDef::readonly("f_lasti", |_, o| Ok(int::new_int(i64::from(body(o).lasti()) * 8))),
    GetSetDef::readonly("f_lineno", line),
    GetSetDef::new("f_trace", |_, o| Ok(body(o).trace.get()), set_trace),
    GetSetDef::readonly("f_trace_lines", |_, _| Ok(Obj::TRUE)),
    GetSetDef::readonly("f_trace_opcodes", |_, _| Ok(Obj::FALSE)),
    GetSetDef::readonly("f_generator", |_, o| Ok(body(o).generator().unwrap_or(Obj::NONE))),
    GetSetDef::readonly("f_func", |_, o| Ok(body(o).function.get())),
];

pub static FRAME: TypeSpec = TypeSpec {
    name: "frame",
    layout: Some(FrameBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

fn tb(o: &Obj) -> &TracebackBody {
    o.body()
}

fn set_next(vm: &Vm, o: &Obj, v: Option<&Obj>) -> PyResult<()> {
    let Some(v) = v else { raise!(vm, TypeError, "can't delete tb_next attribute") };
    if !v.is_none() && !v.is_exactly(Builtin::Traceback) {
        raise!(vm, TypeError, "expected traceback object or None, got '{}'", v.type_name());
    }
    let mut t = v.clone();
    while !t.is_none() {
        if t.is(o) {
            raise!(vm, ValueError, "traceback loop detected");
        }
        t = tb(&t).next.get();
    }
    tb(o).next.set(v.clone());
    Ok(())
}

fn new_traceback(vm: &Vm, _: &Obj, args: pyre_object::Args<'_>) -> PyResult {
    let mut v = [Obj::UNBOUND, Obj::UNBOUND, Obj::UNBOUND, Obj::UNBOUND];
    for (slot, a) in v.iter_mut().zip(args.pos()) {
        *slot = a.clone();
    }
    for (k, a) in args.keywords() {
        match str::to_string_lossy(k).as_str() {
            "tb_next" => v[0] = a.clone(),
            "tb_frame" => v[1] = a.clone(),
            "tb_lasti" => v[2] = a.clone(),
            "tb_lineno" => v[3] = a.clone(),
            other => raise!(vm, TypeError, "traceback() got an unexpected keyword argument '{other}'"),
        }
    }
    if !v[1].is_exactly(Builtin::Frame) {
        raise!(vm, TypeError, "traceback() argument 'tb_frame' must be frame, not {}", v[1].type_name());
    }
    if !v[0].is_none() && !v[0].is_exactly(Builtin::Traceback) {
        raise!(vm, TypeError, "expected traceback object or None, got '{}'", v[0].type_name());
    }
    let number = |o: &Obj| int::as_i64(o).unwrap_or(0) as u32;
    Ok(frameobj::new_traceback(v[0].clone(), v[1].clone(), number(&v[2]) / 8, number(&v[3])))
}

fn tb_dir(_: &Vm, _: &[Obj]) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    Ok(pyre_object::list::new_list(names.into_iter().map(str::new_str)))
}

static TB_METHODS: [NativeDef; 1] = [NativeDef::method("__dir__", "(self, /)", tb_dir)];

static TB_GETSET: [GetSetDef; 4] = [
    GetSetDef::new("tb_next", |_, o| Ok(tb(o).next.get()), set_next),
    GetSetDef::readonly("tb_frame", |_, o| Ok(tb(o).frame.get())),
    GetSetDef::readonly("tb_lasti", |_, o| {
        Ok(int::new_int(i64::from(tb(o).lasti.load(Ordering::Relaxed)) * 8))
    }),
    GetSetDef::readonly("tb_lineno", |_, o| Ok(int::new_int(i64::from(tb(o).line())))),
];

pub static TRACEBACK: TypeSpec = TypeSpec {
    name: "traceback",
    layout: Some(TracebackBody::layout),
    slots: Slots { new: Some(new_traceback), ..Slots::NONE },
    methods: &TB_METHODS,
    getset: &TB_GETSET,
    ..TypeSpec::EMPTY
};
