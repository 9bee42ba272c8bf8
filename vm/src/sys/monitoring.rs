//! `sys.monitoring` (PEP 669). Tools can be registered and their callbacks kept; switching events on
//! raises `NotImplementedError`, because code is not instrumented.

use crate::runtime::Runtime;
use pyre_object::{Builtin, NativeDef, Obj, PyResult, Vm, dict, int, module, raise, str};
use pyre_threads::sync::Mutex;

const TOOLS: usize = 6;

/// The events, by their bit.
const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

/// Names of the tools in use.
static NAMES: Mutex<[Option<String>; TOOLS]> = Mutex::new([const { None }; TOOLS]);

fn tool(vm: &Vm, o: &Obj) -> PyResult<usize> {
    let id = vm.to_i32(o)?;
    match usize::try_from(id) {
        Ok(id) if id < TOOLS => Ok(id),
        _ => raise!(vm, ValueError, "invalid tool {id} (must be between 0 and 5)"),
    }
}

fn used_tool(vm: &Vm, o: &Obj) -> PyResult<usize> {
    let id = tool(vm, o)?;
    if NAMES.lock()[id].is_none() {
        raise!(vm, ValueError, "tool {id} is not in use");
    }
    Ok(id)
}

fn use_tool_id(vm: &Vm, a: &[Obj]) -> PyResult {
    let id = tool(vm, &a[0])?;
    if !str::is_str(&a[1]) {
        raise!(vm, ValueError, "tool name must be a str");
    }
    let name = str::to_string_lossy(&a[1]);
    let is_free = {
        let mut names = NAMES.lock();
        let is_free = names[id].is_none();
        if is_free {
            names[id] = Some(name);
        }
        is_free
    };
    if !is_free {
        raise!(vm, ValueError, "tool {id} is already in use");
    }
    Ok(Obj::NONE)
}

fn callbacks(vm: &Vm, id: usize) -> PyResult {
    let key = format!("tool {id}");
    let all = vm.getattr_str(&vm.getattr_str(crate::runtime::runtime().sys, "monitoring")?, "_callbacks")?;
    let key = pyre_object::intern::intern_str(&key);
    if let Some(d) = dict::get_str(&all, &key) {
        return Ok(d);
    }
    let d = dict::new_dict();
    dict::set_str(&all, &key, d.clone());
    Ok(d)
}

fn clear_tool_id(vm: &Vm, a: &[Obj]) -> PyResult {
    let id = tool(vm, &a[0])?;
    dict::clear(&callbacks(vm, id)?);
    Ok(Obj::NONE)
}

fn free_tool_id(vm: &Vm, a: &[Obj]) -> PyResult {
    let id = tool(vm, &a[0])?;
    clear_tool_id(vm, a)?;
    let name = NAMES.lock()[id].take();
    drop(name);
    Ok(Obj::NONE)
}

fn get_tool(vm: &Vm, a: &[Obj]) -> PyResult {
    let id = tool(vm, &a[0])?;
    let name = NAMES.lock()[id].clone();
    Ok(name.map_or(Obj::NONE, |name| str::new_str(&name)))
}

fn register_callback(vm: &Vm, a: &[Obj]) -> PyResult {
    let id = tool(vm, &a[0])?;
    let event = vm.to_i32(&a[1])?;
    if event.count_ones() != 1 {
        raise!(vm, ValueError, "The callback can only be set for one event at a time");
    }
    if event < 0 || event.trailing_zeros() as usize >= EVENTS.len() {
        raise!(vm, ValueError, "invalid event {event}");
    }
    let all = callbacks(vm, id)?;
    let before = dict::get_item(vm, &all, &a[1])?.unwrap_or(Obj::NONE);
    if a[2].is_none() {
        dict::del_item(vm, &all, &a[1])?;
    } else {
        dict::set_item(vm, &all, &a[1], a[2].clone())?;
    }
    Ok(before)
}

fn events(vm: &Vm, o: &Obj) -> PyResult {
    let set = vm.to_i32(o)?;
    if set < 0 || set >> EVENTS.len() != 0 {
        raise!(vm, ValueError, "invalid event set 0x{set:x}");
    }
    if set != 0 {
        raise!(vm, NotImplementedError, "sys.monitoring cannot switch events on");
    }
    Ok(Obj::NONE)
}

fn set_events(vm: &Vm, a: &[Obj]) -> PyResult {
    used_tool(vm, &a[0])?;
    events(vm, &a[1])
}

fn set_local_events(vm: &Vm, a: &[Obj]) -> PyResult {
    if !a[1].is_exactly(Builtin::Code) {
        raise!(vm, TypeError, "code must be a code object");
    }
    used_tool(vm, &a[0])?;
    events(vm, &a[2])
}

fn get_events(vm: &Vm, a: &[Obj]) -> PyResult {
    used_tool(vm, &a[0])?;
    Ok(Obj::from_len(0))
}

fn nothing(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

fn all_events(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(dict::new_dict())
}

static MONITORING: [NativeDef; 11] = [
    NativeDef::function("use_tool_id", "(tool_id, name, /)", use_tool_id),
    NativeDef::function("clear_tool_id", "(tool_id, /)", clear_tool_id),
    NativeDef::function("free_tool_id", "(tool_id, /)", free_tool_id),
    NativeDef::function("get_tool", "(tool_id, /)", get_tool),
    NativeDef::function("register_callback", "(tool_id, event, func, /)", register_callback),
    NativeDef::function("get_events", "(tool_id, /)", get_events),
    NativeDef::function("set_events", "(tool_id, event_set, /)", set_events),
    NativeDef::function("get_local_events", "(tool_id, code, /)", get_events),
    NativeDef::function("set_local_events", "(tool_id, code, event_set, /)", set_local_events),
    NativeDef::function("restart_events", "()", nothing),
    NativeDef::function("_all_events", "()", all_events),
];

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn fill(vm: &Vm, r: &Runtime) -> PyResult<()> {
    let m = module::new_module("sys.monitoring");
    module::add_functions(&m, &MONITORING);
    let mut names = Vec::new();
    for (bit, name) in EVENTS.iter().enumerate() {
        names.push((*name, int::new_int(1 << bit)));
    }
    names.push(("NO_EVENTS", Obj::from_len(0)));
    module::set(&m, "events", vm.call_kw(Builtin::SimpleNamespace.ty(), &[], &names)?);
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        module::set(&m, name, int::new_int(id));
    }
    for name in ["DISABLE", "MISSING"] {
        module::set(&m, name, vm.call0(Builtin::Object.ty())?);
    }
    module::set(&m, "_callbacks", dict::new_dict());
    module::set(r.sys, "monitoring", m);
    Ok(())
}
