//! The two memories that a trace can be interpreted over: [`Live`], which performs the effects, and [`Shadow`], which
//! notes down what must come true when the interpreter executes the same instruction.

use super::helpers;
use crate::cx::Cx;
use crate::direct::{self, Direct, field};
use crate::ops::calls::{self, NewFrame};
use crate::stack::{Action, Frame};
use crate::staged::table;
use pyre_jit::check::Subject;
use pyre_jit::ir::{Enter, HelperId, Register};
use pyre_jit::machine::{Before, IntOp};
use pyre_jit::replay::{Datum, Host};
use pyre_object::code::CodeBody;
use pyre_object::{Obj, PyResult, Raised, Slot, Value, dict, list, obj};
use pyre_threads::sync::{AtomicU64, Ordering};
use std::collections::BTreeMap;

/// Somebody asks for attention, tracing itself aside.
fn attention(cx: &Cx<'_>) -> bool {
    cx.vm.record().requests().0 & !super::REQUEST.0 != 0
}

macro_rules! encoding {
    () => {
        fn is_int(&self, w: u64) -> bool {
            Value(w).is_int()
        }
        fn is_float(&self, w: u64) -> bool {
            Value(w).is_float()
        }
        fn is_pointer(&self, w: u64) -> bool {
            Value(w).is_ptr()
        }
        fn int_fits(&self, i: i64) -> bool {
            Value::small_int(i).is_some()
        }
        fn float_fits(&self, f: f64) -> bool {
            Value::float_immediate(f).is_some()
        }
        fn unbox_int(&self, w: u64) -> i64 {
            Value(w).int()
        }
        fn unbox_float(&self, w: u64) -> f64 {
            Value(w).float()
        }
        fn box_int(&self, i: i64) -> u64 {
            Value::int_unchecked(i).0
        }
        fn box_float(&self, f: f64) -> u64 {
            // A guard has shown that it fits.
            Value::float_immediate(f).unwrap_or(Value::UNBOUND).0
        }
        fn checked(&self, op: IntOp, a: i64, b: i64) -> Option<i64> {
            direct::checked(op, a, b)
        }
        fn has_shape(&self, w: u64, shape: u32) -> bool {
            // SAFETY: a pointer word of a trace refers to an object that a register or field holds.
            Value(w).is_ptr() && unsafe { Value(w).header() }.shape() == shape
        }
        fn load_fixed(&mut self, object: u64, offset: u32) -> u64 {
            field::<Slot>(Value(object), offset).peek().0
        }
        fn load_int(&mut self, object: u64, offset: u32) -> i64 {
            field::<AtomicU64>(Value(object), offset).load(Ordering::Relaxed) as i64
        }
        fn register(&mut self, r: Register) -> u64 {
            // SAFETY: a register of a frame of the trace.
            unsafe { (*self.base.offset(r.0 as isize)).0 }
        }
        fn poll_requested(&mut self) -> bool {
            attention(&self.cx)
        }
    };
}

/// Runs traces for real.
pub struct Live<'v> {
    /// The thread and its current frame.
    pub cx: Cx<'v>,
    /// Register 0 of the frame in which the trace began.
    pub base: *mut Value,
    /// What an instruction raised; the trace was left then.
    pub raised: Option<Raised>,
}

impl Host for Live<'_> {
    encoding!();

    fn load_word(&mut self, object: u64, offset: u32) -> u64 {
        field::<Slot>(Value(object), offset).get().into_raw().0
    }
    fn store_int(&mut self, object: u64, offset: u32, i: i64) {
        field::<AtomicU64>(Value(object), offset).store(i as u64, Ordering::Relaxed);
    }
    fn store_word(&mut self, object: u64, offset: u32, w: u64) {
        // SAFETY: the trace gives its reference away.
        field::<Slot>(Value(object), offset).set(unsafe { Obj::from_raw(Value(w)) });
    }
    fn set_register(&mut self, r: Register, w: u64) {
        // SAFETY: a register of a frame of the trace; what it held is released by another operation or owned nothing.
        unsafe { *self.base.offset(r.0 as isize) = Value(w) };
    }
    fn retain(&mut self, w: u64) {
        obj::retain(Value(w));
    }
    fn release(&mut self, w: u64) {
        // SAFETY: the trace owned the reference.
        unsafe { obj::release(Value(w)) };
    }
    fn call(&mut self, helper: HelperId, args: &[Datum]) -> Datum {
        if helpers::HELPERS[helper.0 as usize].effect == pyre_jit::ir::Effect::Writes {
            return Datum::Bool(helpers::write(&self.cx, helper, args));
        }
        match helpers::read(&self.cx, self.base, helper, args) {
            helpers::Read::Word(o) => Datum::Word(o.into_raw().0),
            helpers::Read::Borrowed(v) => Datum::Word(v.0),
            helpers::Read::Bool(b) => Datum::Bool(b),
        }
    }
    fn enter(&mut self, enter: &Enter, callee: u64) {
        let result = self.base.wrapping_offset(enter.result.0 as isize);
        // SAFETY: both are registers of the current frame, and `result` is one of its first 65,536.
        let dst = unsafe { result.offset_from(self.cx.frame().regs) } as u16;
        let new = NewFrame {
            // SAFETY: the trace gives its reference to the frame.
            func: unsafe { Obj::from_raw(Value(callee)) },
            regs: self.base.wrapping_offset(enter.window.0 as isize),
            filled: enter.arguments as usize,
            dst,
            action: Action::Store,
            flags: 0,
            aux: Obj::UNBOUND,
            locals: Obj::UNBOUND,
        };
        // SAFETY: guards have shown that there is room, and that this is the callee's code.
        unsafe { calls::push_frame_unchecked(&mut self.cx, &*(enter.code as *const CodeBody), new) };
    }
    fn leave(&mut self) {
        drop(calls::pop_frame(&mut self.cx));
    }
    fn at(&mut self, _: u32, pc: u32) {
        self.cx.frame().pc = pc;
    }
    fn ordinary(&mut self) -> Option<u32> {
        let i = self.cx.instruction();
        executed(super::ordinary_step(&mut self.cx, i), &mut self.raised)
    }
}

/// What an operation of a trace makes of an instruction that was executed in its ordinary way.
fn executed(step: PyResult<Option<u32>>, raised: &mut Option<Raised>) -> Option<u32> {
    step.unwrap_or_else(|e| {
        *raised = Some(e);
        None
    })
}

/// What must hold after the instruction.
enum Note {
    Int(Obj, u32, i64),
    Field(Obj, u32, u64),
    Shape(Obj, u32),
    Global(Obj, u32, u32, u64),
    Item(Obj, i64, u64),
    Entered(u64, Register),
}

/// Evaluates traces beside the interpreter.
pub struct Shadow<'v> {
    /// The thread and its current frame.
    pub cx: Cx<'v>,
    /// Register 0 of the frame in which the trace began.
    pub base: *mut Value,
    /// That frame.
    pub first: *mut Frame,
    /// What an instruction raised; the trace was left then.
    pub raised: Option<Raised>,
    notes: Vec<Note>,
    registers: BTreeMap<Register, u64>,
}

impl<'v> Shadow<'v> {
    /// Beside the thread's current frame.
    pub fn new(cx: Cx<'v>) -> Shadow<'v> {
        let (base, first) = (cx.frame().regs, cx.frame);
        Shadow { cx, base, first, raised: None, notes: Vec::new(), registers: BTreeMap::new() }
    }

    fn hold(w: u64) -> Obj {
        // SAFETY: the interpreter has not executed the instruction yet: what the trace names is alive.
        unsafe { Obj::from_borrowed(Value(w)) }
    }

    fn write(&mut self, helper: HelperId, args: &[Datum]) -> bool {
        match helper {
            helpers::ADD_ATTRIBUTE => {
                let (at, shape) = (args[1].int() as u32, args[2].int() as u32);
                self.notes.push(Note::Field(Self::hold(args[0].word()), at, args[3].word()));
                self.notes.push(Note::Shape(Self::hold(args[0].word()), shape));
                true
            }
            helpers::STORE_GLOBAL => {
                let globals = Self::hold(self.cx.frame().globals.0);
                let (id, index) = (args[0].int() as u32, args[1].int() as u32);
                let there = dict::has_layout(dict::body(&globals), id);
                self.notes.push(Note::Global(globals, id, index, args[2].word()));
                there
            }
            _ => {
                let (l, i) = (Self::hold(args[0].word()), args[1].int());
                let there = (i as usize) < list::len(&l);
                self.notes.push(Note::Item(l, i, args[2].word()));
                there
            }
        }
    }
}

impl Host for Shadow<'_> {
    encoding!();

    fn load_word(&mut self, object: u64, offset: u32) -> u64 {
        self.load_fixed(object, offset)
    }
    fn store_int(&mut self, object: u64, offset: u32, i: i64) {
        self.notes.push(Note::Int(Self::hold(object), offset, i));
    }
    fn store_word(&mut self, object: u64, offset: u32, w: u64) {
        self.notes.push(Note::Field(Self::hold(object), offset, w));
    }
    fn set_register(&mut self, r: Register, w: u64) {
        // Memory that was behind for the trace only: the instruction may well change it now.
        if self.actual_register(r) != w || self.registers.contains_key(&r) {
            self.registers.insert(r, w);
        }
    }
    fn retain(&mut self, _: u64) {}
    fn release(&mut self, _: u64) {}
    fn call(&mut self, helper: HelperId, args: &[Datum]) -> Datum {
        if helpers::HELPERS[helper.0 as usize].effect == pyre_jit::ir::Effect::Writes {
            return Datum::Bool(self.write(helper, args));
        }
        match helpers::read(&self.cx, self.base, helper, args) {
            helpers::Read::Word(o) => Datum::Word(o.raw().0),
            helpers::Read::Borrowed(v) => Datum::Word(v.0),
            helpers::Read::Bool(b) => Datum::Bool(b),
        }
    }
    fn enter(&mut self, enter: &Enter, _: u64) {
        self.notes.push(Note::Entered(enter.code, enter.window));
    }
    fn leave(&mut self) {
        // SAFETY: registers of frames of the trace lie behind the first one's on the register stack.
        let window = unsafe { self.cx.frame().regs.offset_from(self.base) };
        self.registers.retain(|r, _| (r.0 as isize) < window);
    }
    fn at(&mut self, _: u32, _: u32) {}
    fn ordinary(&mut self) -> Option<u32> {
        // The interpreter takes the common case where it applies.
        if single_step(&mut self.cx).is_ok() {
            return Some(self.cx.frame().pc);
        }
        let i = self.cx.instruction();
        executed(super::ordinary_step(&mut self.cx, i), &mut self.raised)
    }
}

impl Subject for Shadow<'_> {
    fn execute(&mut self) -> Result<(), String> {
        let Err(why) = single_step(&mut self.cx) else { return Ok(()) };
        // An inline cache may have changed since the recording; the ordinary way must come to the same.
        let i = self.cx.instruction();
        if super::leaves_frame(i) {
            return Err(why);
        }
        let step = super::ordinary_step(&mut self.cx, i);
        executed(step, &mut self.raised);
        if self.raised.is_some() { Err(format!("{} raises", i.op().name())) } else { Ok(()) }
    }

    fn positions(&self) -> Vec<u32> {
        let mut all = Vec::new();
        let mut f = self.first;
        while f <= self.cx.frame {
            // SAFETY: an active frame.
            all.push(unsafe { (*f).pc });
            f = f.wrapping_add(1);
        }
        all
    }

    fn actual_register(&self, r: Register) -> u64 {
        // SAFETY: a register of a frame of the trace.
        unsafe { (*self.base.offset(r.0 as isize)).0 }
    }

    fn settle(&mut self) -> Result<(), String> {
        let mut wrong = None;
        for (r, expected) in std::mem::take(&mut self.registers) {
            let actual = self.actual_register(r);
            if actual != expected {
                wrong = Some(format!("r{} should be {expected:#x}, but is {actual:#x}", r.0));
            }
        }
        for note in std::mem::take(&mut self.notes) {
            let holds = match &note {
                Note::Int(o, at, i) => self.load_int(o.raw().0, *at) == *i,
                Note::Field(o, at, w) => self.load_fixed(o.raw().0, *at) == *w,
                Note::Shape(o, shape) => o.shape_id() == *shape,
                Note::Global(d, id, index, w) => {
                    dict::cached_value(d, *id, *index).is_some_and(|v| v.raw().0 == *w)
                }
                Note::Item(l, i, w) => list::get(l, *i as usize).is_some_and(|v| v.raw().0 == *w),
                Note::Entered(code, window) => {
                    let f = self.cx.frame();
                    f.code as u64 == *code && f.regs == self.base.wrapping_offset(window.0 as isize)
                }
            };
            if !holds {
                wrong = Some(format!("{} has not come true", describe(&note)));
            }
        }
        wrong.map_or(Ok(()), Err)
    }
}

fn describe(note: &Note) -> String {
    match note {
        Note::Int(_, at, i) => format!("a store of {i} at word {at}"),
        Note::Field(_, at, w) => format!("a store of {w:#x} at word {at}"),
        Note::Shape(_, s) => format!("a change to shape {s}"),
        Note::Global(_, _, index, w) => format!("a store of {w:#x} into global {index}"),
        Note::Item(_, i, w) => format!("a store of {w:#x} into item {i}"),
        Note::Entered(_, window) => format!("a call with its window at r{}", window.0),
    }
}

/// Executes the instruction at the current frame's position by its staged handler. An error leaves everything as it was.
fn single_step(cx: &mut Cx<'_>) -> Result<(), String> {
    let (frame, i) = (cx.frame, cx.instruction());
    let f = cx.frame();
    // SAFETY: `pc` is the index of an instruction.
    let ip = unsafe { f.words.add(f.pc as usize) };
    let mut direct = Direct { regs: f.regs, ip, offset: 0, cx };
    match table::step(&mut direct, i, Before::start()) {
        Some(Ok(_)) => {
            let offset = direct.offset;
            super::advance(cx, frame, offset);
            Ok(())
        }
        Some(Err(_)) => Err(format!("the common case of {} does not apply", i.op().name())),
        None => Err(format!("{} is not staged", i.op().name())),
    }
}
