//! Calls and returns.
//!
//! A Python function called from bytecode gets a frame whose window begins inside the caller's, at its arguments: they are
//! moved, not copied, and nothing recurses natively. Everything else is called with its arguments lent from the registers.

use crate::bind;
use crate::cx::{Cx, Go, Step};
use crate::ops::containers;
use crate::stack::FRAMES;
use crate::stack::{Action, FLAG_ENTRY, FLAG_GENERATOR, FLAG_MORE, Frame};
use crate::{frameobj, generator};
use pyre_bytecode::Instruction;
use pyre_bytecode::code::flags;
use pyre_object::args::Args;
use pyre_object::code::CodeBody;
use pyre_object::descriptor::{MethodDescriptorBody, NativeFunctionBody};
use pyre_object::function::{FunctionBody, MethodBody};
use pyre_object::{Builtin, Obj, PyResult, Raised, Value, Vm, dict, obj, str, tuple, typeobj};

/// The code of a function.
#[inline(always)]
pub fn code_of(func: &FunctionBody) -> &CodeBody {
    // SAFETY: the slot holds a code object; code is tracing-managed and kept by the function.
    unsafe {
        pyre_object::layout::body(std::ptr::NonNull::new_unchecked(
            func.code.peek().0 as *mut pyre_gc::Header,
        ))
    }
}

/// What a new frame is made of beside its code.
pub struct NewFrame {
    /// The function; owned by the frame.
    pub func: Obj,
    /// Register 0, with the arguments in place.
    pub regs: *mut Value,
    /// How many registers hold arguments; the rest of the window is empty.
    pub filled: usize,
    /// Register of the caller that gets the result.
    pub dst: u16,
    /// What happens with the result.
    pub action: Action,
    /// `FLAG_*`
    pub flags: u8,
    /// Goes with the action.
    pub aux: Obj,
    /// Namespace, for class bodies and modules.
    pub locals: Obj,
}

/// Whether one more frame fits whose registers end at `end`.
#[inline(always)]
pub fn has_room(cx: &Cx<'_>, end: *mut Value) -> bool {
    cx.vm.depth.get() < Vm::recursion_limit() && cx.stacks().next_frame().is_some() && cx.stacks().ensure(end)
}

/// As [`has_room`], if the registers have been emptied before: without ever growing anything. Every frame counts in `depth`.
#[inline(always)]
pub fn has_clean_room(cx: &Cx<'_>, end: *mut Value) -> bool {
    cx.vm.depth.get() < Vm::recursion_limit().min(FRAMES - 1) && cx.stacks().is_clean(end)
}

/// Pushes a frame.
///
/// # Errors
/// `RecursionError`; the arguments in the window are released then.
#[inline]
pub fn push_frame(cx: &mut Cx<'_>, code: &CodeBody, n: NewFrame) -> PyResult<()> {
    // A generator's registers are there already.
    let end = if n.flags & FLAG_GENERATOR != 0 {
        cx.stacks().top()
    } else {
        n.regs.wrapping_add(code.nregs as usize)
    };
    if !has_room(cx, end) {
        return Err(too_deep(cx, n));
    }
    // SAFETY: there is room.
    unsafe { push_frame_unchecked(cx, code, n) };
    Ok(())
}

/// Pushes a frame for which there is room ([`has_room`]).
///
/// # Safety
/// The window is inside the stack, and the registers behind the arguments in it are empty, as everything above the frame
/// and every temporary that is not alive is.
#[inline(always)]
pub unsafe fn push_frame_unchecked(cx: &mut Cx<'_>, code: &CodeBody, n: NewFrame) {
    let nregs = code.nregs as usize;
    let stacks = cx.stacks();
    let generator = n.flags & FLAG_GENERATOR != 0;
    let top = if generator { stacks.top() } else { n.regs.wrapping_add(nregs) };
    let frame = stacks.current.wrapping_add(1);
    cx.vm.depth.set(cx.vm.depth.get() + 1);
    // SAFETY: promised by the caller.
    unsafe {
        debug_assert!(
            generator || (n.filled..nregs).all(|k| (*n.regs.add(k)).is_unbound()),
            "a register above the arguments is in use"
        );
        // SAFETY: a function is tracing-managed or held by `n.func`, which the frame takes over.
        let body: &FunctionBody = n.func.body_unchecked();
        frame.write(Frame {
            code,
            words: code.words().as_ptr(),
            consts: code.const_items().as_ptr(),
            pc: 0,
            dst: n.dst,
            action: n.action,
            flags: n.flags | if n.locals.is_unbound() && n.aux.is_unbound() { 0 } else { FLAG_MORE },
            regs: n.regs,
            top,
            globals: body.globals.peek(),
            builtins: body.builtins.peek(),
            func: n.func.into_raw(),
            locals: n.locals.into_raw(),
            aux: n.aux.into_raw(),
            object: Value::UNBOUND,
            outer_handled: Value::UNBOUND,
            handlers: 0,
            traced_line: 0,
        });
    }
    stacks.current = frame;
    cx.frame = frame;
}

#[cold]
fn too_deep(cx: &Cx<'_>, n: NewFrame) -> Raised {
    for k in 0..n.filled {
        // SAFETY: the window's first `filled` registers hold owned arguments.
        drop(unsafe { Obj::from_raw(n.regs.add(k).replace(Value::UNBOUND)) });
    }
    drop(n);
    cx.vm.recursion_error("")
}

/// Leaves the current frame: releases its registers, function and namespace. Returns what belonged to its action.
#[inline]
pub fn pop_frame(cx: &mut Cx<'_>) -> Obj {
    let f = cx.frame();
    if !f.object.is_unbound() {
        frameobj::detach(cx.vm, f);
    }
    // SAFETY: the frame is active and will not run any more; it owns what is released here.
    unsafe {
        f.release_registers();
        let locals = Obj::from_raw(f.locals);
        let func = Obj::from_raw(f.func);
        let outer = Obj::from_raw(f.outer_handled);
        let aux = Obj::from_raw(f.aux);
        // Gone before anything is released that can run Python code.
        cx.stacks().current = cx.frame.wrapping_sub(1);
        cx.frame = cx.stacks().current;
        cx.vm.depth.set(cx.vm.depth.get() - 1);
        drop((locals, func, outer));
        aux
    }
}

/// Whether a frame's result just goes to a register of the frame below, and it owns nothing but registers and function.
#[inline(always)]
pub fn returns_plainly(f: &Frame) -> bool {
    debug_assert!(
        f.flags != 0 || (f.object.0 | f.locals.0 | f.aux.0 | f.outer_handled.0) == Value::UNBOUND.0,
        "a frame that owns more does not say so"
    );
    f.flags == 0 && f.action == Action::Store
}

/// Returns the content of register `r` from a frame for which [`returns_plainly`] holds. What is released here can run
/// Python code, which finds the frames as they should be: the registers go while the frame is there.
#[inline(always)]
pub fn leave_plainly(cx: &mut Cx<'_>, r: u16) {
    let v = cx.take(r);
    let f = cx.frame();
    let (dst, func) = (f.dst, f.func);
    // SAFETY: the frame is active and will not run any more.
    unsafe { f.release_registers() };
    cx.frame = cx.frame.wrapping_sub(1);
    cx.stacks().current = cx.frame;
    cx.vm.depth.set(cx.vm.depth.get() - 1);
    // SAFETY: the frame owned it.
    unsafe { pyre_object::obj::release(func) };
    cx.set(dst, v);
    cx.skip_instruction();
}

/// `return a`
#[inline]
pub fn return_(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = cx.take(i.a());
    return_value(cx, v)
}

/// Returns from the current frame with `v`.
#[inline]
pub fn return_value(cx: &mut Cx<'_>, v: Obj) -> Step {
    let f = cx.frame();
    let (action, dst, flags) = (f.action, f.dst, f.flags);
    if flags & FLAG_GENERATOR != 0 {
        return generator::finished(cx, v);
    }
    let aux = pop_frame(cx);
    if action == Action::Store {
        cx.set(dst, v);
        cx.skip_instruction();
        return Ok(Go::Reload);
    }
    complete(cx, action, dst, aux, v)
}

/// Return actions other than the plain store.
fn complete(cx: &mut Cx<'_>, action: Action, dst: u16, aux: Obj, v: Obj) -> Step {
    match action {
        Action::Exit => {
            cx.result = v;
            return Ok(Go::Exit);
        }
        Action::Init => {
            if !v.is_none() {
                let m = format!("__init__() should return None, not '{}'", v.type_name());
                return Err(cx.vm.type_error(m));
            }
            cx.set(dst, aux);
        }
        Action::Store | Action::NextMethod | Action::ForIter | Action::Send => cx.set(dst, v),
    }
    cx.skip_instruction();
    Ok(Go::Reload)
}

/// `a = b(b+1, ..)`
#[inline]
pub fn call(cx: &mut Cx<'_>, i: Instruction) -> Step {
    call_at(cx, i.a(), i.b(), i.c() as usize)
}

/// `a = b([b+1,] b+2, ..)`
#[inline]
pub fn call_method(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (base, argc) = (i.b(), i.c() as usize);
    if cx.word(base + 1).is_unbound() {
        // No self: move the callable next to its arguments.
        let f = cx.take(base);
        cx.set(base + 1, f);
        return call_at(cx, i.a(), base + 1, argc);
    }
    call_at(cx, i.a(), base, argc + 1)
}

/// Calls the object in register `base` with the `argc` registers behind it.
#[inline]
fn call_at(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize) -> Step {
    let callee = cx.reg(base);
    if callee.raw().is_ptr() {
        match callee.shape_id() {
            FUNCTION => {
                // SAFETY: exactly a function.
                let code = code_of(unsafe { callee.body_unchecked() });
                // SAFETY: kept by the function, which the frame takes over.
                let code: &CodeBody = unsafe { &*std::ptr::from_ref(code) };
                if code.simple_args() == argc as u32 {
                    let func = cx.take(base);
                    // SAFETY: `base + 1` is a register of the frame, or one above it when there are no arguments.
                    let regs = unsafe { window(cx, base + 1, argc) };
                    return push_simple(cx, code, func, regs, argc, dst, Action::Store, Obj::UNBOUND);
                }
                return call_bound(cx, dst, base, argc, &[]);
            }
            NATIVE => {
                // SAFETY: exactly a native function.
                let f: &NativeFunctionBody = unsafe { callee.body_unchecked() };
                let r = f.call(cx.vm, Args::positional(cx.regs(base + 1, argc)));
                return finish_native(cx, dst, base, argc, r);
            }
            METHOD_DESCRIPTOR => {
                // SAFETY: exactly a method descriptor.
                let f: &MethodDescriptorBody = unsafe { callee.body_unchecked() };
                let r = f.call(cx.vm, Args::positional(cx.regs(base + 1, argc)));
                return finish_native(cx, dst, base, argc, r);
            }
            METHOD => {
                let m = cx.take(base);
                // SAFETY: exactly a bound method.
                let b: &MethodBody = unsafe { m.body_unchecked() };
                let (f, this) = (b.function.get_fixed().clone(), b.instance.get_fixed().clone());
                drop(m);
                return call_with_self(cx, dst, base, argc, f, this);
            }
            _ => {
                if callee.is_exactly(Builtin::Type)
                    && let Some(step) = construct(cx, dst, base, argc)
                {
                    return step;
                }
            }
        }
    }
    let r = cx.vm.call(cx.reg(base), cx.regs(base + 1, argc));
    finish_native(cx, dst, base, argc, r)
}

const FUNCTION: u32 = Builtin::Function as u32;
const NATIVE: u32 = Builtin::NativeFunction as u32;
const METHOD: u32 = Builtin::Method as u32;
const METHOD_DESCRIPTOR: u32 = Builtin::MethodDescriptor as u32;

/// Register 0 of a callee whose arguments begin at register `r`. Inside a generator, whose registers are not on the
/// stack, the arguments are moved to the top of the stack.
///
/// # Safety
/// `r..r+argc` are registers of the current frame.
#[inline(always)]
unsafe fn window(cx: &Cx<'_>, r: u16, argc: usize) -> *mut Value {
    let f = cx.frame();
    // SAFETY: promised by the caller.
    let here = unsafe { f.regs.add(r as usize) };
    if f.flags & FLAG_GENERATOR == 0 {
        return here;
    }
    let top = f.top;
    if cx.stacks().ensure(top.wrapping_add(argc)) {
        for k in 0..argc {
            // SAFETY: both ranges are valid and do not overlap; the words move.
            unsafe { top.add(k).write(here.add(k).replace(Value::UNBOUND)) };
        }
        return top;
    }
    here
}

/// Pushes the frame of a function that takes exactly these positional arguments.
#[inline]
#[allow(clippy::too_many_arguments)]
fn push_simple(
    cx: &mut Cx<'_>,
    code: &CodeBody,
    func: Obj,
    regs: *mut Value,
    argc: usize,
    dst: u16,
    action: Action,
    aux: Obj,
) -> Step {
    push_frame(
        cx,
        code,
        NewFrame { func, regs, filled: argc, dst, action, flags: 0, aux, locals: Obj::UNBOUND },
    )?;
    Ok(Go::Reload)
}

/// The result of a native call: the callable and the arguments are released, then the result is stored.
#[inline(always)]
fn finish_native(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize, r: PyResult) -> Step {
    let v = r?;
    let regs = cx.frame().regs;
    // SAFETY: registers of the frame own what they hold; the frame keeps its place while something is released.
    unsafe {
        for k in 0..=argc {
            obj::release(regs.add(base as usize + k).replace(Value::UNBOUND));
        }
        obj::release(regs.add(dst as usize).replace(v.into_raw()));
    }
    Ok(Go::Next)
}

/// Calls `f` with `this` in front of the arguments; register `base` is free and becomes `this`.
fn call_with_self(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize, f: Obj, this: Obj) -> Step {
    if f.is_exactly(Builtin::Function) {
        // SAFETY: exactly a function.
        let code = code_of(unsafe { f.body_unchecked() });
        // SAFETY: kept by the function, which the frame takes over.
        let code: &CodeBody = unsafe { &*std::ptr::from_ref(code) };
        if code.simple_args() as usize == argc + 1 {
            cx.set(base, this);
            // SAFETY: registers of the frame.
            let regs = unsafe { window(cx, base, argc + 1) };
            return push_simple(cx, code, f, regs, argc + 1, dst, Action::Store, Obj::UNBOUND);
        }
    }
    let all = Args::positional(cx.regs(base + 1, argc)).prepend(&this);
    cx.drop_range(base, argc + 1);
    push_call(cx, f, &all, dst, Action::Store)
}

/// A frame was pushed whose arguments were copied: releases the caller's registers, which lie below it.
fn drop_args_below(cx: &mut Cx<'_>, base: u16, argc: usize) {
    let top = cx.frame;
    cx.frame = top.wrapping_sub(1);
    cx.drop_range(base, argc + 1);
    cx.frame = top;
}

/// Calls a class whose `__new__` is native and whose `__init__` is a Python function: the instance is made here and
/// `__init__` runs in a frame. `None`: this class needs the general way.
#[inline]
fn construct(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize) -> Option<Step> {
    let class = cx.reg(base);
    let body = typeobj::type_body(class);
    let is_plain = body.ops.new.addr() == typeobj::type_body(Builtin::Object.ty()).ops.new.addr();
    if !is_plain && body.ops.new.is(pyre_object::slot_dunders::DUNDERS.new) {
        return None;
    }
    if !body.ops.init.is(pyre_object::slot_dunders::DUNDERS.init)
        || body.flags().has(pyre_object::TypeFlags::ABSTRACT)
    {
        return None;
    }
    let init = typeobj::lookup(cx.vm, class, pyre_object::names::__init__())?;
    if !init.is_exactly(Builtin::Function) {
        return None;
    }
    // SAFETY: exactly a function.
    let code = code_of(unsafe { init.body_unchecked() });
    // SAFETY: kept by the function, which the frame takes over.
    let code: &CodeBody = unsafe { &*std::ptr::from_ref(code) };
    if code.simple_args() as usize != argc + 1 {
        return None;
    }
    let instance = if is_plain {
        pyre_object::alloc::new_plain(body.root_shape())
    } else {
        let args = Args::positional(cx.regs(base + 1, argc));
        match body.ops.new.get()?(cx.vm, class, args) {
            Ok(o) if o.ty().is(class) => o,
            Ok(o) => {
                let r = initialized(cx.vm, o, class, args);
                return Some(finish_native(cx, dst, base, argc, r));
            }
            Err(e) => return Some(Err(e)),
        }
    };
    let class = cx.take(base);
    cx.set(base, instance.clone());
    drop(class);
    // SAFETY: registers of the frame.
    let regs = unsafe { window(cx, base, argc + 1) };
    Some(push_simple(cx, code, init, regs, argc + 1, dst, Action::Init, instance))
}

/// What calling a class gives whose `__new__` made an object of another class.
#[cold]
fn initialized(vm: &Vm, o: Obj, class: &Obj, args: Args<'_>) -> PyResult {
    if typeobj::is_instance_exact_mro(&o, class)
        && let Some(init) = o.slots().init.get()
    {
        init(vm, &o, args)?;
    }
    Ok(o)
}

/// Calls a function whose arguments do not simply fit: binds them into a new window above the frame.
#[inline(never)]
fn call_bound(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize, names: &[Obj]) -> Step {
    let func = cx.take(base);
    let args = Args::with_names(cx.regs(base + 1, argc), names);
    // SAFETY: only functions are called this way.
    let code = code_of(unsafe { func.body_unchecked() });
    if code.is_generator_like() {
        let g = generator::new(cx.vm, &func, args)?;
        cx.drop_range(base, argc + 1);
        cx.set(dst, g);
        return Ok(Go::Next);
    }
    let step = push_args(cx, &func, args, dst, Action::Store, Obj::UNBOUND)?;
    drop_args_below(cx, base, argc);
    Ok(step)
}

/// The namespace of a function whose code was compiled as a module's or an expression's: its globals.
#[inline]
pub(crate) fn own_namespace(func: &Obj, code: &CodeBody) -> Obj {
    if code.flags & flags::OPTIMIZED != 0 {
        return Obj::UNBOUND;
    }
    func.downcast::<FunctionBody>().map_or(Obj::UNBOUND, |f| f.globals.get())
}

/// Calls a Python function with lent arguments: pushes its frame, or makes its generator and stores that in `dst`.
fn push_args(cx: &mut Cx<'_>, func: &Obj, args: Args<'_>, dst: u16, action: Action, aux: Obj) -> Step {
    // SAFETY: callers pass functions.
    let code = code_of(unsafe { func.body_unchecked() });
    // SAFETY: kept by the function, which the frame takes over.
    let code: &CodeBody = unsafe { &*std::ptr::from_ref(code) };
    if code.is_generator_like() {
        let g = generator::new(cx.vm, func, args)?;
        cx.set(dst, g);
        return Ok(Go::Next);
    }
    code.complete();
    let regs = cx.stacks().top();
    if !cx.stacks().ensure(regs.wrapping_add(code.nregs as usize)) {
        return Err(cx.vm.recursion_error(""));
    }
    // SAFETY: the window lies above the current frame and inside the reservation.
    unsafe { bind::bind(cx.vm, func, args, regs)? };
    push_frame(
        cx,
        code,
        NewFrame {
            func: func.clone(),
            regs,
            filled: code.nregs as usize,
            dst,
            action,
            flags: 0,
            aux,
            locals: own_namespace(func, code),
        },
    )?;
    Ok(Go::Reload)
}

/// Calls any object with lent arguments; a Python function gets a frame with the given action, anything else is called
/// at once and its result stored in `dst` (then the action must be `Store`).
pub fn push_call(cx: &mut Cx<'_>, f: Obj, args: &[Obj], dst: u16, action: Action) -> Step {
    if f.is_exactly(Builtin::Function) {
        return push_args(cx, &f, Args::positional(args), dst, action, Obj::UNBOUND);
    }
    let v = cx.vm.call(&f, args)?;
    cx.set(dst, v);
    Ok(Go::Next)
}

/// `a = b(b+1, .., k=..)`
pub fn call_kw(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let names = cx.constant(cx.extra() as u32);
    call_names(cx, i.a(), i.b(), i.c() as usize, tuple::items(names))
}

/// `a = b([b+1,] b+2, .., k=..)`
pub fn call_method_kw(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let names = cx.constant(cx.extra() as u32);
    let (base, argc) = (i.b(), i.c() as usize);
    if cx.word(base + 1).is_unbound() {
        let f = cx.take(base);
        cx.set(base + 1, f);
        return call_names(cx, i.a(), base + 1, argc, tuple::items(names));
    }
    call_names(cx, i.a(), base, argc + 1, tuple::items(names))
}

fn call_names(cx: &mut Cx<'_>, dst: u16, base: u16, argc: usize, names: &[Obj]) -> Step {
    if cx.reg(base).is_exactly(Builtin::Function) {
        return call_bound(cx, dst, base, argc, names);
    }
    let r = cx.vm.call_args(cx.reg(base), Args::with_names(cx.regs(base + 1, argc), names));
    finish_native(cx, dst, base, argc, r)
}

/// `a = b(*b+1, **b+2)`
pub fn call_ex(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let base = i.b();
    let (f, pos, kw) = (cx.take(base), cx.take(base + 1), cx.take(base + 2));
    let pos = if pos.is_exactly(Builtin::Tuple) { pos } else { star_args(cx, &f, &pos)? };
    let mut all: Vec<Obj> = tuple::items(&pos).to_vec();
    let mut names = Vec::new();
    if let Some(kw) = kw.given() {
        if !kw.is_exactly(Builtin::Dict) && kw.downcast::<dict::DictBody>().is_none() && !has_keys(cx.vm, kw)?
        {
            return Err(containers::not_a_mapping(cx.vm, &f, kw));
        }
        for (k, v) in cx.vm.mapping_items(kw)? {
            if !str::is_str(&k) {
                return Err(cx.vm.type_error("keywords must be strings"));
            }
            names.push(k);
            all.push(v);
        }
    }
    let args = Args::with_names(&all, &names);
    if f.is_exactly(Builtin::Function) {
        return push_args(cx, &f, args, i.a(), Action::Store, Obj::UNBOUND);
    }
    let v = cx.vm.call_args(&f, args)?;
    cx.set(i.a(), v);
    Ok(Go::Next)
}

fn has_keys(vm: &Vm, o: &Obj) -> PyResult<bool> {
    Ok(vm.getattr_opt(o, &pyre_object::intern::intern_str("keys"))?.is_some())
}

fn star_args(cx: &Cx<'_>, f: &Obj, pos: &Obj) -> PyResult {
    let slots = pos.slots();
    if slots.iter.addr() == 0 && slots.getitem.addr() == 0 {
        return Err(containers::not_an_iterable(cx.vm, f, pos));
    }
    Ok(tuple::from_vec(cx.vm.collect(pos)?))
}

/// Calls a Python function from native code: a nested run of the interpreter.
///
/// # Errors
/// `RecursionError` when the native stack runs out; `TypeError` when the arguments do not fit; what the function raises.
pub fn call_function(vm: &Vm, func: &Obj, args: Args<'_>) -> PyResult {
    // SAFETY: the hook is called with functions.
    let code = code_of(unsafe { func.body_unchecked() });
    if code.is_generator_like() {
        return generator::new(vm, func, args);
    }
    run_nested(vm, func, code, args, own_namespace(func, code))
}

/// Runs a function's code natively nested, with `locals` as its namespace (or `UNBOUND`).
///
/// # Errors
/// As [`call_function`].
pub fn run_nested(vm: &Vm, func: &Obj, code: &CodeBody, args: Args<'_>, locals: Obj) -> PyResult {
    if vm.native_stack_left() < NATIVE_RESERVE {
        return Err(vm.recursion_error(""));
    }
    code.complete();
    // SAFETY: a thread that runs Python has stacks; a frame need not be active here, so only the stacks are used until one is pushed.
    let mut cx = unsafe { Cx::current(vm) };
    let regs = cx.stacks().top();
    if !cx.stacks().ensure(regs.wrapping_add(code.nregs as usize)) {
        return Err(vm.recursion_error(""));
    }
    // SAFETY: the window lies above everything in use.
    unsafe { bind::bind(vm, func, args, regs)? };
    push_frame(
        &mut cx,
        code,
        NewFrame {
            func: func.clone(),
            regs,
            filled: code.nregs as usize,
            dst: 0,
            action: Action::Exit,
            flags: FLAG_ENTRY,
            aux: Obj::UNBOUND,
            locals,
        },
    )?;
    crate::dispatch::run(vm)
}

/// Native stack that a nested run must find.
const NATIVE_RESERVE: usize = 256 * 1024;
