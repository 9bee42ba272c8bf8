//! Frame objects and tracebacks, made when somebody asks.
//!
//! A frame object of an active frame points at it; when the frame is left and the object is still held, it takes the
//! registers over, so that tracebacks keep locals alive as in CPython.

use crate::ops::calls::code_of;
use crate::stack::{FLAG_GENERATOR, FLAG_MORE, Frame, Stacks};
use pyre_object::code::CodeBody;
use pyre_object::{Builtin, Obj, Slot, Value, Vm, alloc, heap_body, value_array, weakref};
use pyre_threads::sync::{AtomicPtr, AtomicU32, Ordering};

heap_body! {
    /// A frame object.
    pub struct FrameBody "frame" {
        slots {
            /// the function
            function,
            /// the namespace of class bodies and modules
            locals,
            /// registers of a frame that was left; of a suspended one: its generator's
            registers,
            /// weak reference to the generator whose frame this is: the generator holds the frame object
            generator,
            /// the caller, once this frame was left
            back,
            /// `f_trace`
            trace,
            /// extra entries of `f_locals`
            extra_locals,
        }
        data {
            /// the active frame, null once it was left (or while its generator is suspended)
            live: AtomicPtr<Frame>,
            /// last instruction, once the frame was left
            pc: AtomicU32,
        }
    }
}

heap_body! {
    /// One entry of a traceback.
    pub struct TracebackBody "traceback" {
        slots { next, frame }
        data {
            lasti: AtomicU32,
            /// [`UNKNOWN_LINE`] stands for the line of `lasti`
            line: AtomicU32,
        }
    }
}

/// A traceback entry's line, not looked up yet.
pub const UNKNOWN_LINE: u32 = u32::MAX;

impl TracebackBody {
    /// The source line.
    pub fn line(&self) -> u32 {
        match self.line.load(Ordering::Relaxed) {
            UNKNOWN_LINE => {
                let frame: &FrameBody = self.frame.get_fixed().body();
                frame.code().unit.locations.lookup(self.lasti.load(Ordering::Relaxed)).line
            }
            line => line,
        }
    }
}

/// The frame object of an active frame.
#[allow(clippy::not_unsafe_ptr_arg_deref)]
pub fn of(_vm: &Vm, frame: *mut Frame) -> Obj {
    // SAFETY: callers pass an active frame of the calling thread.
    let f = unsafe { &mut *frame };
    if f.object.is_unbound() {
        // SAFETY: owned by the frame.
        let (function, locals) = unsafe { (Obj::from_borrowed(f.func), Obj::from_borrowed(f.locals)) };
        let generator = if f.flags & FLAG_GENERATOR != 0 {
            // SAFETY: owned by the frame.
            weak(unsafe { Obj::borrow_raw(&f.aux) })
        } else {
            Obj::UNBOUND
        };
        let o = alloc::new(
            Builtin::Frame,
            FrameBody {
                function: Slot::new(function),
                locals: Slot::new(locals),
                registers: Slot::empty(),
                generator: Slot::new(generator),
                back: Slot::empty(),
                trace: Slot::new(Obj::NONE),
                extra_locals: Slot::empty(),
                live: AtomicPtr::new(frame),
                pc: AtomicU32::new(0),
            },
        );
        f.object = o.into_raw();
        f.flags |= FLAG_MORE;
    }
    // SAFETY: owned by the frame.
    unsafe { Obj::from_borrowed(f.object) }
}

fn weak(generator: &Obj) -> Obj {
    weakref::new_weakref(Builtin::WeakRef.ty(), generator, None).unwrap_or(Obj::UNBOUND)
}

/// The frame is being left for good: its object, if anybody else holds it, takes over what the frame holds.
#[cold]
pub fn detach(vm: &Vm, f: &mut Frame) {
    // SAFETY: the frame owned it and gives it up here.
    let o = unsafe { Obj::from_raw(std::mem::replace(&mut f.object, Value::UNBOUND)) };
    let b: &FrameBody = o.body();
    b.live.store(std::ptr::null_mut(), Ordering::Release);
    b.pc.store(f.pc, Ordering::Relaxed);
    let unique = o.cell().is_some_and(|c| {
        // SAFETY: held by `o`.
        unsafe { c.as_ref() }.is_unique(vm.tid)
    });
    if unique {
        return;
    }
    // Variables only: temporaries, like the exception that a `finally` holds, would make cycles.
    let unit = &f.code().unit;
    let scoped = unit.scoped_locals.iter().filter(|s| s.start <= f.pc && f.pc < s.end).map(|s| s.register);
    let n = scoped.clone().map(|r| r as usize + 1).fold(f.code().local_count as usize, usize::max);
    let registers = value_array::new_array(n.max(1));
    for i in (0..f.code().local_count as usize).chain(scoped.map(usize::from)) {
        // SAFETY: a register of the frame; its reference moves into the array.
        let v = unsafe { Obj::from_raw(f.regs.add(i).replace(Value::UNBOUND)) };
        if let Some(s) = value_array::slot(&registers, i) {
            drop(s.replace_locked(v));
        }
    }
    b.registers.set(registers);
    if let Some(below) = caller(vm, f) {
        b.back.set(of(vm, below));
    }
}

/// The frame below an active one.
pub fn caller(vm: &Vm, f: *const Frame) -> Option<*mut Frame> {
    // SAFETY: the thread has stacks: a frame of it is active.
    let s = unsafe { Stacks::of(vm) };
    s.frames().skip_while(|p| !std::ptr::eq(*p, f)).nth(1)
}

/// A generator's frame is suspended: its object lives on without an active frame, and shares the registers.
pub fn park(f: &mut Frame, registers: &Obj) {
    // SAFETY: owned by the frame.
    let o = unsafe { Obj::borrow_raw(&f.object) };
    let b: &FrameBody = o.body();
    if b.registers.peek().is_unbound() {
        b.registers.set(registers.clone());
    }
    b.live.store(std::ptr::null_mut(), Ordering::Release);
    b.pc.store(f.pc, Ordering::Relaxed);
}

/// A generator's frame is active again.
pub fn attach(f: &mut Frame) {
    if f.object.is_unbound() {
        return;
    }
    let p = std::ptr::from_mut(f);
    // SAFETY: owned by the frame.
    let o = unsafe { Obj::borrow_raw(&f.object) };
    o.body::<FrameBody>().live.store(p, Ordering::Release);
}

/// A new entry in front of a traceback (`None` for an empty one).
pub fn new_traceback(next: Obj, frame: Obj, lasti: u32, line: u32) -> Obj {
    let next = if next.is_unbound() { Obj::NONE } else { next };
    alloc::new(
        Builtin::Traceback,
        TracebackBody {
            next: Slot::new(next),
            frame: Slot::new(frame),
            lasti: AtomicU32::new(lasti),
            line: AtomicU32::new(line),
        },
    )
}

impl FrameBody {
    /// The code of the frame.
    pub fn code(&self) -> &CodeBody {
        // SAFETY: the slot holds a function from the start.
        code_of(unsafe { self.function.get_fixed().body_unchecked() })
    }

    #[allow(clippy::mut_from_ref)]
    /// The active frame, if it is one of the calling thread or that thread is stopped.
    pub fn live(&self) -> Option<&mut Frame> {
        // SAFETY: cleared before the frame is left.
        unsafe { self.live.load(Ordering::Acquire).as_mut() }
    }

    /// Word index of the current or last instruction.
    pub fn lasti(&self) -> u32 {
        self.live().map_or_else(|| self.pc.load(Ordering::Relaxed), |f| f.pc)
    }

    /// The current or last line.
    pub fn line(&self) -> u32 {
        let (unit, at) = (&self.code().unit, self.lasti());
        match unit.locations.lookup(at).line {
            // Nothing has run yet.
            0 if at == 0 => unit.first_line,
            line => line,
        }
    }

    /// The generator whose frame this is, while it lives.
    pub fn generator(&self) -> Option<Obj> {
        let w = self.generator.get();
        if w.is_unbound() { None } else { weakref::deref(&w) }
    }

    /// A register: a local variable or cell.
    pub fn register(&self, i: u16) -> Obj {
        match self.live() {
            // SAFETY: a register of an active frame; the frame owns it.
            Some(f) => unsafe { Obj::from_borrowed(*f.regs.add(i as usize)) },
            None => {
                let r = self.registers.get();
                if r.is_unbound() { Obj::UNBOUND } else { value_array::get(&r, i as usize) }
            }
        }
    }

    /// Writes a register of an active or left frame. False if there is none any more.
    pub fn set_register(&self, i: u16, v: Obj) -> bool {
        match self.live() {
            Some(f) => {
                // SAFETY: a register of an active frame owns its word.
                drop(unsafe { Obj::from_raw(f.regs.add(i as usize).replace(v.into_raw())) });
                true
            }
            None => {
                let r = self.registers.get();
                value_array::slot(&r, i as usize).map(|s| s.set(v)).is_some()
            }
        }
    }
}

/// Where a variable of a frame lives.
pub enum Place {
    /// A register: the value, or the cell that holds it.
    Register(u16),
    /// A cell of the function's closure.
    Free(Obj),
}

impl Place {
    /// The value or the cell.
    pub fn read(&self, b: &FrameBody) -> Obj {
        match self {
            Place::Register(r) => b.register(*r),
            Place::Free(cell) => cell.clone(),
        }
    }

    /// Gives the variable a value.
    pub fn write(&self, b: &FrameBody, v: Obj) {
        let old = self.read(b);
        match self {
            _ if old.is_exactly(Builtin::Cell) => {
                old.body::<pyre_object::function::CellBody>().content.set(v);
            }
            Place::Register(r) => {
                b.set_register(*r, v);
            }
            Place::Free(_) => {}
        }
    }
}

/// Where the variable `name` lives now, if the frame's function has one of that name.
pub fn find_variable(b: &FrameBody, name: &str) -> Option<Place> {
    let unit = &b.code().unit;
    let is_name = |n: &str| n == name;
    if let Some(s) =
        unit.scoped_locals.iter().find(|s| is_name(&s.name) && s.start <= b.lasti() && b.lasti() < s.end)
    {
        return Some(Place::Register(s.register));
    }
    if let Some(i) = unit.cellvars.iter().position(|n| is_name(n)) {
        return unit.cell_registers.get(i).map(|r| Place::Register(*r));
    }
    if let Some(i) = unit.varnames.iter().position(|n| is_name(n)) {
        return Some(Place::Register(i as u16));
    }
    let i = unit.freevars.iter().position(|n| is_name(n))?;
    // SAFETY: the slot holds a function from the start.
    let f: &pyre_object::function::FunctionBody = unsafe { b.function.get_fixed().body_unchecked() };
    let closure = f.closure.get();
    pyre_object::tuple::get(&closure)?.get(i).cloned().map(Place::Free)
}

/// The variables of a function's frame as a new dict: parameters and locals, cells, free variables.
pub fn snapshot_locals(b: &FrameBody) -> Obj {
    use pyre_object::function::{CellBody, FunctionBody};
    use pyre_object::{dict, intern, tuple};
    let d = dict::new_dict();
    let unit = &b.code().unit;
    let put = |name: &str, v: Obj| {
        let v = if v.is_exactly(Builtin::Cell) { v.body::<CellBody>().content.get() } else { v };
        if !v.is_unbound() {
            dict::set_str(&d, &intern::intern_str(name), v);
        }
    };
    for (i, name) in unit.varnames.iter().enumerate() {
        put(name, b.register(i as u16));
    }
    for (name, r) in unit.cellvars.iter().zip(&unit.cell_registers) {
        put(name, b.register(*r));
    }
    for s in unit.scoped_locals.iter().filter(|s| s.start <= b.lasti() && b.lasti() < s.end) {
        put(&s.name, b.register(s.register));
    }
    // SAFETY: the slot holds a function from the start.
    let f: &FunctionBody = unsafe { b.function.get_fixed().body_unchecked() };
    let closure = f.closure.get();
    if let Some(cells) = tuple::get(&closure) {
        for (name, c) in unit.freevars.iter().zip(cells) {
            put(name, c.clone());
        }
    }
    d
}

/// The frame object of a generator that is not running.
pub fn suspended(g: &crate::generator::GeneratorBody, generator: &Obj) -> Obj {
    alloc::new(
        Builtin::Frame,
        FrameBody {
            function: Slot::new(g.function.get()),
            locals: Slot::empty(),
            registers: Slot::new(g.registers.get()),
            generator: Slot::new(weak(generator)),
            back: Slot::empty(),
            trace: Slot::new(Obj::NONE),
            extra_locals: Slot::empty(),
            live: AtomicPtr::new(std::ptr::null_mut()),
            pc: AtomicU32::new(g.pc.load(Ordering::Relaxed)),
        },
    )
}
