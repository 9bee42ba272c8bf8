//! Interprets a trace over an embedder's memory: what compiled code for the trace would do, operation by operation.
//!
//! [`Replay`] evaluates single operations and is shared by [`run`], which performs the effects, and by
//! [`crate::check`], whose host only notes them down.

use crate::ir::{Enter, ExitId, HelperId, Op, Register, Trace, Type, ValueId};
use crate::machine::{FloatOp, IntOp};

/// A computed value.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Datum {
    /// None: the operation has no result, or was not reached.
    #[default]
    Nothing,
    /// A tagged word.
    Word(u64),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// The outcome of a test.
    Bool(bool),
}

impl Datum {
    /// The word; a trace is verified before it runs, so it is one.
    pub fn word(self) -> u64 {
        match self {
            Datum::Word(w) => w,
            other => unreachable!("{other:?} is no word"),
        }
    }

    /// The integer.
    pub fn int(self) -> i64 {
        match self {
            Datum::Int(i) => i,
            other => unreachable!("{other:?} is no int"),
        }
    }

    fn float(self) -> f64 {
        match self {
            Datum::Float(f) => f,
            other => unreachable!("{other:?} is no float"),
        }
    }

    fn bool(self) -> bool {
        match self {
            Datum::Bool(b) => b,
            other => unreachable!("{other:?} is no bool"),
        }
    }
}

/// The embedder's side: its encoding of words, its memory, its activations. Methods mean what the operations of the
/// same name mean.
#[allow(missing_docs)]
pub trait Host {
    fn is_int(&self, w: u64) -> bool;
    fn is_float(&self, w: u64) -> bool;
    fn is_pointer(&self, w: u64) -> bool;
    fn int_fits(&self, i: i64) -> bool;
    fn float_fits(&self, f: f64) -> bool;
    fn unbox_int(&self, w: u64) -> i64;
    fn unbox_float(&self, w: u64) -> f64;
    fn box_int(&self, i: i64) -> u64;
    fn box_float(&self, f: f64) -> u64;
    fn checked(&self, op: IntOp, a: i64, b: i64) -> Option<i64>;
    fn has_shape(&self, w: u64, shape: u32) -> bool;
    fn load_word(&mut self, object: u64, offset: u32) -> u64;
    fn load_fixed(&mut self, object: u64, offset: u32) -> u64;
    fn load_int(&mut self, object: u64, offset: u32) -> i64;
    fn store_int(&mut self, object: u64, offset: u32, i: i64);
    fn store_word(&mut self, object: u64, offset: u32, w: u64);
    fn register(&mut self, r: Register) -> u64;
    fn set_register(&mut self, r: Register, w: u64);
    fn retain(&mut self, w: u64);
    fn release(&mut self, w: u64);
    fn call(&mut self, helper: HelperId, args: &[Datum]) -> Datum;
    fn enter(&mut self, enter: &Enter, callee: u64);
    fn leave(&mut self);
    fn at(&mut self, depth: u32, pc: u32);
    /// See [`Op::Execute`]: the next position in the same activation, if it goes on there.
    fn ordinary(&mut self) -> Option<u32>;
    fn poll_requested(&mut self) -> bool;
}

/// How evaluation goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Flow {
    /// With the next operation.
    Next,
    /// The trace is left.
    Exit(ExitId),
    /// The embedder goes on somewhere else on its own.
    Abandon,
    /// From the beginning, after this exit's registers were written back.
    Loop(ExitId),
}

/// The values of one pass through a trace.
pub struct Replay<'t> {
    trace: &'t Trace,
    values: Vec<Datum>,
}

impl<'t> Replay<'t> {
    /// At the beginning of a trace that was verified.
    pub fn new(trace: &'t Trace) -> Replay<'t> {
        Replay { trace, values: vec![Datum::Nothing; trace.ops.len()] }
    }

    /// The trace.
    pub fn trace(&self) -> &'t Trace {
        self.trace
    }

    /// A value computed before.
    pub fn value(&self, v: ValueId) -> Datum {
        self.values[v.0 as usize]
    }

    fn word(&self, v: ValueId) -> u64 {
        self.value(v).word()
    }

    /// The word that an exit writes for a value.
    pub fn boxed<H: Host>(&self, host: &H, v: ValueId) -> u64 {
        match self.value(v) {
            Datum::Word(w) => w,
            Datum::Int(i) => host.box_int(i),
            Datum::Float(f) => host.box_float(f),
            other => unreachable!("{other:?} in a register"),
        }
    }

    /// Evaluates the operation with this index.
    pub fn step<H: Host>(&mut self, i: usize, host: &mut H) -> Flow {
        let op = &self.trace.ops[i];
        match self.effect(op, host) {
            Some(flow) => flow,
            None => match self.compute(op, host) {
                Ok(v) => {
                    self.values[i] = v;
                    Flow::Next
                }
                Err(e) => Flow::Exit(e),
            },
        }
    }

    /// Operations without a result; `None` for the others.
    fn effect<H: Host>(&mut self, op: &Op, host: &mut H) -> Option<Flow> {
        match *op {
            Op::At { depth, pc } => host.at(depth, pc),
            Op::Execute { next } if host.ordinary() != Some(next) => return Some(Flow::Abandon),
            Op::Execute { .. } => {}
            Op::StoreInt(o, at, v) => host.store_int(self.word(o), at, self.value(v).int()),
            Op::StoreWord(o, at, v) => host.store_word(self.word(o), at, self.word(v)),
            Op::SetRegister(r, v) => host.set_register(r, self.word(v)),
            Op::Retain(v) => host.retain(self.word(v)),
            Op::Release(v) => host.release(self.word(v)),
            Op::Guard(v, expected, e) if self.value(v).bool() != expected => return Some(Flow::Exit(e)),
            Op::Guard(..) => {}
            Op::Try(h, args, e) => {
                if !self.call(h, args.as_slice(), host).bool() {
                    return Some(Flow::Exit(e));
                }
            }
            Op::Enter(ref n) => host.enter(n, self.word(n.callee)),
            Op::Leave => host.leave(),
            Op::Poll(e) if host.poll_requested() => return Some(Flow::Exit(e)),
            Op::Poll(_) => {}
            Op::Loop(e) => return Some(Flow::Loop(e)),
            _ => return None,
        }
        Some(Flow::Next)
    }

    fn call<H: Host>(&self, h: HelperId, args: &[ValueId], host: &mut H) -> Datum {
        let mut list = [Datum::Nothing; crate::ir::MAX_ARGUMENTS];
        for (to, v) in list.iter_mut().zip(args) {
            *to = self.value(*v);
        }
        host.call(h, &list[..args.len()])
    }

    fn compute<H: Host>(&self, op: &Op, host: &mut H) -> Result<Datum, ExitId> {
        Ok(match *op {
            Op::Register(r) => Datum::Word(host.register(r)),
            Op::Word(w) => Datum::Word(w),
            Op::Int(i) => Datum::Int(i),
            Op::Float(bits) => Datum::Float(f64::from_bits(bits)),
            Op::IsInt(v) => Datum::Bool(host.is_int(self.word(v))),
            Op::IsFloat(v) => Datum::Bool(host.is_float(self.word(v))),
            Op::IsPointer(v) => Datum::Bool(host.is_pointer(self.word(v))),
            Op::Is(v, w) => Datum::Bool(self.word(v) == w),
            Op::Same(a, b) => Datum::Bool(self.word(a) == self.word(b)),
            Op::HasShape(v, s) => Datum::Bool(host.has_shape(self.word(v), s)),
            Op::IntFits(v) => Datum::Bool(host.int_fits(self.value(v).int())),
            Op::FloatFits(v) => Datum::Bool(host.float_fits(self.value(v).float())),
            Op::CompareInts(c, a, b) => Datum::Bool(c.holds(self.value(a).int(), self.value(b).int())),
            Op::CompareFloats(c, a, b) => Datum::Bool(c.holds(self.value(a).float(), self.value(b).float())),
            Op::UnboxInt(v) => Datum::Int(host.unbox_int(self.word(v))),
            Op::UnboxFloat(v) => Datum::Float(host.unbox_float(self.word(v))),
            Op::BoxInt(v) => Datum::Word(host.box_int(self.value(v).int())),
            Op::BoxFloat(v) => Datum::Word(host.box_float(self.value(v).float())),
            Op::IntToFloat(v) => Datum::Float(self.value(v).int() as f64),
            Op::Checked(op, a, b, e) => {
                Datum::Int(host.checked(op, self.value(a).int(), self.value(b).int()).ok_or(e)?)
            }
            Op::Wrapping(op, a, b) => Datum::Int(wrapping(op, self.value(a).int(), self.value(b).int())),
            Op::FloatArithmetic(op, a, b) => {
                let (a, b) = (self.value(a).float(), self.value(b).float());
                Datum::Float(match op {
                    FloatOp::Add => a + b,
                    FloatOp::Sub => a - b,
                    FloatOp::Mul => a * b,
                    FloatOp::Div => a / b,
                })
            }
            Op::LoadWord(o, at) => Datum::Word(host.load_word(self.word(o), at)),
            Op::LoadFixed(o, at) => Datum::Word(host.load_fixed(self.word(o), at)),
            Op::LoadInt(o, at) => Datum::Int(host.load_int(self.word(o), at)),
            Op::Call(h, ref args) => self.call(h, args.as_slice(), host),
            ref other => unreachable!("{other:?} has no result"),
        })
    }
}

/// Machine arithmetic that wraps around.
pub fn wrapping(op: IntOp, a: i64, b: i64) -> i64 {
    match op {
        IntOp::Add => a.wrapping_add(b),
        IntOp::Sub => a.wrapping_sub(b),
        IntOp::Mul => a.wrapping_mul(b),
        other => unreachable!("{other:?} cannot wrap around"),
    }
}

/// How a run through a trace ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// At the beginning: the iterations were used up.
    UsedUp,
    /// By this exit, whose registers were written back; the caller goes on at its position.
    Exit(ExitId),
    /// By itself: the embedder goes on where it is.
    Abandoned,
}

/// A run through a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ran {
    /// How often the loop was closed.
    pub iterations: u32,
    /// See there.
    pub end: End,
}

/// Runs a verified trace with all its effects, at most so many times around.
pub fn run<H: Host>(trace: &Trace, host: &mut H, limit: u32) -> Ran {
    let mut iterations = 0;
    'again: while iterations < limit {
        let mut pass = Replay::new(trace);
        for i in 0..trace.ops.len() {
            match pass.step(i, host) {
                Flow::Next => {}
                Flow::Exit(e) => {
                    write_back(&pass, host, e);
                    return Ran { iterations, end: End::Exit(e) };
                }
                Flow::Abandon => return Ran { iterations, end: End::Abandoned },
                Flow::Loop(e) => {
                    write_back(&pass, host, e);
                    iterations += 1;
                    continue 'again;
                }
            }
        }
        unreachable!("a verified trace ends in a loop");
    }
    Ran { iterations, end: End::UsedUp }
}

fn write_back<H: Host>(pass: &Replay<'_>, host: &mut H, e: ExitId) {
    for (r, v) in &pass.trace.exits[e.0 as usize].registers {
        let w = pass.boxed(host, *v);
        host.set_register(*r, w);
    }
}

/// Whether a datum is of a type.
pub fn is_of(d: Datum, t: Type) -> bool {
    matches!(
        (d, t),
        (Datum::Word(_), Type::Word)
            | (Datum::Int(_), Type::Int)
            | (Datum::Float(_), Type::Float)
            | (Datum::Bool(_), Type::Bool)
    )
}
