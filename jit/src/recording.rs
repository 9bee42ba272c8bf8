//! Writes a trace down while the embedder's recorder executes: what is known about values and registers, snapshots for
//! exits, and the rule that no check follows an effect inside one instruction.
//!
//! The recorder is the execution: nothing here decides what happens, and stopping a recording at any operation changes
//! nothing but that no trace comes out. After a stop every method does nothing and returns placeholders.
//!
//! What makes traces shorter than the sequence of operations: equal pure operations are made once, a test whose outcome
//! an earlier guard settled makes no guard, and a store of an immediate over an immediate into a register is left to
//! the exits.

use crate::ir::{Arguments, Enter, Exit, ExitId, Helper, HelperId, Op, Register, Trace, ValueId};
use crate::machine::IntOp;
use std::collections::{BTreeMap, HashMap};

/// Why a recording ended without a trace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Stop {
    /// The caller asked for it, before the operation with this number.
    Aborted,
    /// More operations than the limit.
    TooLong,
    /// The embedder met something that a trace cannot express.
    Unsupported(&'static str),
    /// A check was asked for after the instruction's effect: an error of the handler.
    CheckAfterEffect,
}

/// What is known about a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// The immediate of this integer.
    Int(ValueId),
    /// The immediate of this float.
    Float(ValueId),
    /// Exactly this word.
    Constant(u64),
    /// This value.
    Word(ValueId),
}

/// Which words own nothing, as the embedder encodes them.
pub trait Encoding {
    /// Does the word refer to an object?
    fn is_pointer(word: u64) -> bool;
    /// Is it an immediate integer?
    fn is_int(word: u64) -> bool;
    /// Is it an immediate float?
    fn is_float(word: u64) -> bool;
    /// The word of a register that holds nothing.
    const EMPTY: u64;
}

#[derive(Clone, Copy)]
struct Content {
    known: Known,
    /// The memory owns nothing.
    immediate: bool,
    /// The memory does not hold `known` yet; only with `immediate`.
    behind: bool,
}

struct Activation {
    window: i32,
    pc: u32,
    size: u16,
    result: Register,
}

/// A trace being recorded. `E` is the embedder's encoding of words.
pub struct Recording<E> {
    trace: Trace,
    helpers: &'static [Helper],
    registers: BTreeMap<Register, Content>,
    pure: HashMap<Op, ValueId>,
    /// Outcomes that hold for the rest of the trace.
    settled: HashMap<Op, bool>,
    /// Outcomes that hold until something unknown may run.
    settled_for_now: HashMap<Op, bool>,
    activations: Vec<Activation>,
    snapshot: Option<ExitId>,
    effect: bool,
    limit: usize,
    abort_at: Option<usize>,
    emitted: usize,
    stop: Option<Stop>,
    encoding: std::marker::PhantomData<E>,
}

const NOTHING: ValueId = ValueId(0);

impl<E: Encoding> Recording<E> {
    /// An empty recording of at most `limit` operations, which is aborted before operation `abort_at`, if given.
    pub fn new(helpers: &'static [Helper], limit: usize, abort_at: Option<usize>) -> Recording<E> {
        Recording {
            trace: Trace::default(),
            helpers,
            registers: BTreeMap::new(),
            pure: HashMap::new(),
            settled: HashMap::new(),
            settled_for_now: HashMap::new(),
            activations: vec![Activation { window: 0, pc: 0, size: 0, result: Register(0) }],
            snapshot: None,
            effect: false,
            limit,
            abort_at,
            emitted: 0,
            stop: None,
            encoding: std::marker::PhantomData,
        }
    }

    /// Why it ended, if it did.
    pub fn stopped(&self) -> Option<Stop> {
        self.stop
    }

    /// Ends the recording.
    pub fn stop(&mut self, why: Stop) {
        self.stop = self.stop.or(Some(why));
    }

    /// How many activations were entered and not left.
    pub fn depth(&self) -> usize {
        self.activations.len() - 1
    }

    /// Register 0 of the innermost activation.
    pub fn window(&self) -> i32 {
        self.activations.last().map_or(0, |a| a.window)
    }

    /// Adds an operation.
    fn emit(&mut self, op: Op) -> ValueId {
        if self.stop.is_some() {
            return NOTHING;
        }
        if self.abort_at == Some(self.emitted) {
            self.stop = Some(Stop::Aborted);
            return NOTHING;
        }
        if self.emitted >= self.limit {
            self.stop = Some(Stop::TooLong);
            return NOTHING;
        }
        self.emitted += 1;
        self.trace.ops.push(op);
        ValueId(self.trace.ops.len() as u32 - 1)
    }

    /// A pure operation; an equal one is made once.
    pub fn pure(&mut self, op: Op) -> ValueId {
        if let Some(v) = self.pure.get(&op) {
            return *v;
        }
        let v = self.emit(op);
        if self.stop.is_none() {
            self.pure.insert(op, v);
        }
        v
    }

    /// An operation that reads memory.
    pub fn read(&mut self, op: Op) -> ValueId {
        self.emit(op)
    }

    /// The next instruction begins.
    pub fn at(&mut self, pc: u32) {
        self.effect = false;
        self.snapshot = None;
        if let Some(a) = self.activations.last_mut() {
            a.pc = pc;
        }
        self.emit(Op::At { depth: self.depth() as u32, pc });
    }

    /// An exit to the state as it is now.
    fn exit(&mut self) -> ExitId {
        if self.effect {
            self.stop(Stop::CheckAfterEffect);
        }
        if let Some(e) = self.snapshot {
            return e;
        }
        let mut registers = Vec::new();
        let behind: Vec<(Register, Known)> =
            self.registers.iter().filter(|(_, c)| c.behind).map(|(r, c)| (*r, c.known)).collect();
        for (r, known) in behind {
            let v = match known {
                Known::Int(v) | Known::Float(v) | Known::Word(v) => v,
                Known::Constant(w) => self.pure(Op::Word(w)),
            };
            registers.push((r, v));
        }
        let id = ExitId(self.trace.exits.len() as u32);
        let positions = self.activations.iter().map(|a| a.pc).collect();
        self.trace.exits.push(Exit { positions, registers });
        self.snapshot = Some(id);
        id
    }

    /// A test came out like this: a guard, unless it is settled already.
    pub fn test(&mut self, test: Op, outcome: bool) {
        let stable = test.is_pure();
        let known = if stable { self.settled.get(&test) } else { self.settled_for_now.get(&test) };
        if known == Some(&outcome) {
            return;
        }
        let exit = self.exit();
        let v = if stable { self.pure(test) } else { self.emit(test) };
        self.emit(Op::Guard(v, outcome, exit));
        if stable {
            self.settled.insert(test, outcome);
        } else if matches!(test, Op::HasShape(..)) {
            self.settled_for_now.insert(test, outcome);
        }
    }

    /// Integer arithmetic that stayed within an immediate.
    pub fn checked(&mut self, op: IntOp, a: ValueId, b: ValueId) -> ValueId {
        let key = Op::Checked(op, a, b, ExitId(0));
        if let Some(v) = self.pure.get(&key) {
            return *v;
        }
        let exit = self.exit();
        let v = self.emit(Op::Checked(op, a, b, exit));
        if self.stop.is_none() {
            self.pure.insert(key, v);
        }
        v
    }

    /// A word as a value.
    pub fn word(&mut self, known: Known) -> ValueId {
        match known {
            Known::Int(v) => self.pure(Op::BoxInt(v)),
            Known::Float(v) => self.pure(Op::BoxFloat(v)),
            Known::Constant(w) => self.pure(Op::Word(w)),
            Known::Word(v) => v,
        }
    }

    /// Is the word an immediate integer? It is, or is not, as `outcome` says.
    pub fn is_int(&mut self, known: Known, outcome: bool) {
        if let Known::Word(v) = known
            && !self.settled_as_other(v, outcome)
        {
            self.test(Op::IsInt(v), outcome);
        }
    }

    /// Is the word an immediate float?
    pub fn is_float(&mut self, known: Known, outcome: bool) {
        if let Known::Word(v) = known
            && !self.settled_as_other(v, outcome)
        {
            self.test(Op::IsFloat(v), outcome);
        }
    }

    /// A negative answer that an earlier positive one about another kind implies.
    fn settled_as_other(&self, v: ValueId, outcome: bool) -> bool {
        let holds = |op| self.settled.get(&op) == Some(&true);
        !outcome && (holds(Op::IsInt(v)) || holds(Op::IsFloat(v)) || holds(Op::IsPointer(v)))
    }

    /// Are two words the same?
    pub fn same(&mut self, a: Known, b: Known, outcome: bool) {
        match (a, b) {
            (other, Known::Constant(w)) | (Known::Constant(w), other) => self.is(other, w, outcome),
            _ => {
                let (a, b) = (self.word(a), self.word(b));
                self.test(Op::Same(a, b), outcome);
            }
        }
    }

    /// Is it exactly this word?
    pub fn is(&mut self, known: Known, word: u64, outcome: bool) {
        match known {
            Known::Word(v) => {
                let immediate = !E::is_pointer(word) && !E::is_int(word) && !E::is_float(word);
                if !(immediate && self.settled_as_other(v, outcome)) {
                    self.test(Op::Is(v, word), outcome);
                }
            }
            Known::Int(_) | Known::Float(_) if E::is_int(word) || E::is_float(word) => {
                let v = self.word(known);
                self.test(Op::Is(v, word), outcome);
            }
            _ => {}
        }
    }

    /// The shape of the object, or that it is none.
    pub fn shape(&mut self, known: Known, shape: Option<u32>) {
        match (known, shape) {
            (Known::Int(_) | Known::Float(_), _) | (Known::Constant(_), None) => {}
            (_, Some(s)) => {
                let v = self.word(known);
                self.test(Op::HasShape(v, s), true);
                // Not a guard of its own: the shape implies it.
                self.settled.insert(Op::IsPointer(v), true);
            }
            (Known::Word(v), None) => self.test(Op::IsPointer(v), false),
        }
    }

    /// The integer in a word that is one.
    pub fn int(&mut self, known: Known, value: i64) -> ValueId {
        match known {
            Known::Int(v) => v,
            Known::Constant(_) => self.pure(Op::Int(value)),
            Known::Word(v) => self.pure(Op::UnboxInt(v)),
            Known::Float(_) => self.misused(),
        }
    }

    /// The float in a word that is one.
    pub fn float(&mut self, known: Known, value: f64) -> ValueId {
        match known {
            Known::Float(v) => v,
            Known::Constant(_) => self.pure(Op::Float(value.to_bits())),
            Known::Word(v) => self.pure(Op::UnboxFloat(v)),
            Known::Int(_) => self.misused(),
        }
    }

    fn misused(&mut self) -> ValueId {
        self.stop(Stop::Unsupported("a value of another kind than its guard says"));
        NOTHING
    }

    /// Calls a helper that does not write.
    pub fn call(&mut self, helper: HelperId, args: &[ValueId]) -> ValueId {
        self.emit(Op::Call(helper, Arguments::new(args)))
    }

    fn content(&mut self, r: Register) -> Content {
        if let Some(c) = self.registers.get(&r) {
            return *c;
        }
        let v = self.emit(Op::Register(r));
        let c = Content { known: Known::Word(v), immediate: false, behind: false };
        self.registers.insert(r, c);
        c
    }

    fn absolute(&self, r: u16) -> Register {
        Register(self.window() + i32::from(r))
    }

    /// What a register of the innermost activation holds.
    pub fn register(&mut self, r: u16) -> Known {
        let r = self.absolute(r);
        let known = self.content(r).known;
        if let Known::Word(v) = known
            && self.stop.is_none()
        {
            // A guard may have settled it since.
            if self.settled.get(&Op::IsInt(v)) == Some(&true) {
                return Known::Int(self.pure(Op::UnboxInt(v)));
            }
        }
        known
    }

    /// Whether a word certainly owns nothing.
    fn owns_nothing(&self, known: Known) -> bool {
        match known {
            Known::Int(_) | Known::Float(_) => true,
            Known::Constant(w) => !E::is_pointer(w),
            Known::Word(v) => {
                let is = |op, outcome| self.settled.get(&op) == Some(&outcome);
                is(Op::IsInt(v), true) || is(Op::IsFloat(v), true) || is(Op::IsPointer(v), false)
            }
        }
    }

    /// Brings the memory of all registers up to date: something is about to run that may look at them.
    fn flush(&mut self) {
        let behind: Vec<Register> =
            self.registers.iter().filter(|(_, c)| c.behind).map(|(r, _)| *r).collect();
        for r in behind {
            let known = self.registers[&r].known;
            let v = self.word(known);
            self.emit(Op::SetRegister(r, v));
            if let Some(c) = self.registers.get_mut(&r) {
                c.behind = false;
            }
        }
        self.snapshot = None;
    }

    /// Releases what a word refers to. Registers must be up to date.
    fn release(&mut self, known: Known) {
        let v = self.word(known);
        self.emit(Op::Release(v));
        self.settled_for_now.clear();
    }

    /// The instruction's effect begins with a write of register `r`, whose old content is `old`. Settles whether that
    /// owns anything.
    pub fn about_to_write(&mut self, r: u16, old: u64) {
        self.about_to_write_absolute(self.absolute(r), old);
    }

    /// As [`Recording::about_to_write`], for the register that gets the result of the innermost activation.
    pub fn about_to_leave(&mut self, old: u64) {
        if let Some(a) = self.activations.last()
            && self.depth() > 0
        {
            self.about_to_write_absolute(a.result, old);
        }
    }

    fn about_to_write_absolute(&mut self, r: Register, old: u64) {
        let known = self.content(r).known;
        if !E::is_pointer(old)
            && !self.effect
            && let Known::Word(v) = known
            && !self.owns_nothing(known)
        {
            self.test(Op::IsPointer(v), false);
        }
    }

    /// A register becomes `new`, which the register takes over; what it held is released.
    pub fn write(&mut self, r: u16, new: Known) {
        let r = self.absolute(r);
        self.write_absolute(r, new);
    }

    fn write_absolute(&mut self, r: Register, new: Known) {
        let old = self.content(r);
        let old_is_empty = old.immediate || self.owns_nothing(old.known);
        self.effect = true;
        self.snapshot = None;
        if old_is_empty && self.owns_nothing(new) {
            self.registers.insert(r, Content { known: new, immediate: true, behind: true });
            return;
        }
        if !old_is_empty {
            self.flush();
        }
        let v = self.word(new);
        self.emit(Op::SetRegister(r, v));
        let immediate = self.owns_nothing(new);
        self.registers.insert(r, Content { known: new, immediate, behind: false });
        if !old_is_empty {
            self.release(old.known);
        }
    }

    /// A register becomes a counted copy of `new`.
    pub fn write_copy(&mut self, r: u16, new: Known) {
        self.retain(new);
        self.write(r, new);
    }

    /// Takes a count for a reference that is about to be stored: part of an effect.
    pub fn retain(&mut self, known: Known) {
        self.effect = true;
        if !self.owns_nothing(known) {
            let v = self.word(known);
            self.emit(Op::Retain(v));
        }
    }

    /// A register's content moves out, and the register is empty.
    pub fn take(&mut self, r: u16) -> Known {
        let at = self.absolute(r);
        let old = self.content(at);
        self.effect = true;
        self.snapshot = None;
        let empty = Known::Constant(E::EMPTY);
        if old.immediate || self.owns_nothing(old.known) {
            self.registers.insert(at, Content { known: empty, immediate: true, behind: true });
        } else {
            let v = self.pure(Op::Word(E::EMPTY));
            self.emit(Op::SetRegister(at, v));
            self.registers.insert(at, Content { known: empty, immediate: true, behind: false });
        }
        old.known
    }

    /// An object's field becomes this integer.
    pub fn store_int(&mut self, object: Known, offset: u32, v: ValueId) {
        self.effect = true;
        let o = self.word(object);
        self.emit(Op::StoreInt(o, offset, v));
    }

    /// An object's field takes `new` over; what it held is released.
    pub fn store_word(&mut self, object: Known, offset: u32, new: Known) {
        self.flush();
        self.effect = true;
        let (o, v) = (self.word(object), self.word(new));
        self.emit(Op::StoreWord(o, offset, v));
        self.settled_for_now.clear();
    }

    /// Calls a helper that writes and may refuse.
    pub fn attempt(&mut self, helper: HelperId, args: &[ValueId]) {
        self.flush();
        let exit = self.exit();
        self.effect = true;
        self.snapshot = None;
        self.emit(Op::Try(helper, Arguments::new(args), exit));
        self.settled_for_now.clear();
    }

    /// The embedder is about to execute the current instruction in its ordinary way.
    pub fn about_to_execute(&mut self) {
        self.flush();
        self.effect = true;
    }

    /// It has done so, and goes on at `next` in the same activation. What registers hold is not known any more.
    pub fn executed(&mut self, next: u32) {
        self.emit(Op::Execute { next });
        self.registers.clear();
        self.settled_for_now.clear();
    }

    /// The callee in a register is entered; its arguments are in the window.
    pub fn enter(&mut self, callee: u16, window: u16, arguments: u16, size: u16, result: u16, code: u64) {
        let result = self.absolute(result);
        let at = self.absolute(window);
        let callee = self.take(callee);
        let callee = self.word(callee);
        self.emit(Op::Enter(Enter { callee, code, window: at, arguments, size, result }));
        for k in i32::from(arguments)..i32::from(size) {
            let c = Content { known: Known::Constant(E::EMPTY), immediate: true, behind: false };
            self.registers.insert(Register(at.0 + k), c);
        }
        self.activations.push(Activation { window: at.0, pc: 0, size, result });
    }

    /// The innermost activation returns the content of its register `r`. False: the trace did not enter it.
    pub fn leave(&mut self, r: u16) -> bool {
        if self.depth() == 0 {
            self.stop(Stop::Unsupported("return from the activation in which the trace began"));
            return false;
        }
        let value = self.take(r);
        let value = if self.owns_nothing(value) { value } else { Known::Word(self.word(value)) };
        let Some(a) = self.activations.pop() else { return false };
        // What dies with the activation is not written back any more.
        for k in 0..i32::from(a.size) {
            self.registers.remove(&Register(a.window + k));
        }
        self.flush();
        self.emit(Op::Leave);
        self.settled_for_now.clear();
        for k in 0..i32::from(a.size) {
            let c = Content { known: Known::Constant(E::EMPTY), immediate: true, behind: false };
            self.registers.insert(Register(a.window + k), c);
        }
        self.write_absolute(a.result, value);
        true
    }

    /// Control is back at position `pc`, where the trace began: a poll, and the loop is closed.
    pub fn close(mut self, pc: u32) -> Result<Trace, Stop> {
        self.effect = false;
        self.snapshot = None;
        if let Some(a) = self.activations.last_mut() {
            a.pc = pc;
        }
        let exit = self.exit();
        self.emit(Op::Poll(exit));
        self.emit(Op::Loop(exit));
        match self.stop {
            Some(why) => Err(why),
            None => Ok(self.trace),
        }
    }

    /// The helpers that the trace may call.
    pub fn helpers(&self) -> &'static [Helper] {
        self.helpers
    }
}
