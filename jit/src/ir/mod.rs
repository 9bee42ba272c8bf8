//! The intermediate representation of a trace: a straight line of typed operations in static single assignment, with
//! guards that leave through described exits, closed by a jump to its beginning.
//!
//! A value is named by the index of the operation that makes it. A *word* is the embedder's tagged value, which only the
//! embedder can encode; ints, floats and bools are machine values. Registers are those of the activation in which the
//! trace begins, numbered from its register 0; the windows of activations entered inside the trace overlap that
//! numbering, as they do on the register stack.
//!
//! Register memory always holds words that own what they refer to. While a register's old and new content are both
//! immediates, its store may be left to the exits: each exit lists the registers whose memory is behind. Design:
//! `docs/design/jit.md`.

mod parse;
mod print;
#[cfg(test)]
mod tests;
mod verify;

pub use parse::{ParseError, parse};
pub use verify::{VerifyError, verify};

use crate::machine::{Comparison, FloatOp, IntOp};

/// The result of the operation with this index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ValueId(pub u32);

/// An entry of [`Trace::exits`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExitId(pub u32);

/// An entry of the embedder's table of [`Helper`]s.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct HelperId(pub u16);

/// A register, counted from register 0 of the activation in which the trace begins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Register(pub i32);

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// A tagged value of the embedder.
    Word,
    /// A 64-bit integer.
    Int,
    /// A double.
    Float,
    /// The outcome of a test.
    Bool,
}

/// What a helper may do beside computing its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing; the result depends on the arguments only.
    Pure,
    /// It reads memory.
    Reads,
    /// It writes memory, and may run destructors. A helper with this effect and a bool as its result says whether it
    /// did; if it did not, nothing has happened.
    Writes,
}

/// A function of the embedder that traces may call.
#[derive(Clone, Copy, Debug)]
pub struct Helper {
    /// Its name in the text form.
    pub name: &'static str,
    /// Types of the arguments.
    pub parameters: &'static [Type],
    /// Type of the result.
    pub result: Option<Type>,
    /// What it may do.
    pub effect: Effect,
}

/// Most arguments that a helper takes.
pub const MAX_ARGUMENTS: usize = 4;

/// The arguments of a helper.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Arguments {
    list: [ValueId; MAX_ARGUMENTS],
    len: u8,
}

impl Arguments {
    /// These arguments.
    ///
    /// # Panics
    /// There are more than [`MAX_ARGUMENTS`].
    pub fn new(values: &[ValueId]) -> Arguments {
        let mut list = [ValueId(0); MAX_ARGUMENTS];
        list[..values.len()].copy_from_slice(values);
        Arguments { list, len: values.len() as u8 }
    }

    /// As a slice.
    pub fn as_slice(&self) -> &[ValueId] {
        &self.list[..self.len as usize]
    }
}

/// How an activation is entered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Enter {
    /// The callee, a word that the activation takes over.
    pub callee: ValueId,
    /// The embedder's name of the code; a guard has made sure that it is the callee's.
    pub code: u64,
    /// Register 0 of the activation; its arguments are there.
    pub window: Register,
    /// How many arguments there are.
    pub arguments: u16,
    /// How many registers the activation has.
    pub size: u16,
    /// The caller's register that gets the result.
    pub result: Register,
}

/// One operation. Operands are values that earlier operations made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// Here the instruction at position `pc` of the activation at this depth begins.
    At {
        /// How many activations the trace has entered.
        depth: u32,
        /// As the embedder counts.
        pc: u32,
    },
    /// The content of a register, borrowed.
    Register(Register),
    /// A constant word.
    Word(u64),
    /// A constant integer.
    Int(i64),
    /// A constant float, by its bits.
    Float(u64),
    /// Is it an immediate integer?
    IsInt(ValueId),
    /// Is it an immediate float?
    IsFloat(ValueId),
    /// Does it refer to an object?
    IsPointer(ValueId),
    /// Is it exactly this word?
    Is(ValueId, u64),
    /// Are the words the same?
    Same(ValueId, ValueId),
    /// Is it an object of this shape?
    HasShape(ValueId, u32),
    /// Can the integer be an immediate?
    IntFits(ValueId),
    /// Can the float be an immediate?
    FloatFits(ValueId),
    /// Comparison of integers.
    CompareInts(Comparison, ValueId, ValueId),
    /// Comparison of floats.
    CompareFloats(Comparison, ValueId, ValueId),
    /// The integer in a word that is one.
    UnboxInt(ValueId),
    /// The float in a word that is one.
    UnboxFloat(ValueId),
    /// The immediate word for an integer that fits.
    BoxInt(ValueId),
    /// The immediate word for a float that fits.
    BoxFloat(ValueId),
    /// The float nearest to an integer.
    IntToFloat(ValueId),
    /// Arithmetic on immediates; leaves if the result is none.
    Checked(IntOp, ValueId, ValueId, ExitId),
    /// Arithmetic on machine integers that wraps around: `Add`, `Sub` and `Mul`.
    Wrapping(IntOp, ValueId, ValueId),
    /// Arithmetic on floats.
    FloatArithmetic(FloatOp, ValueId, ValueId),
    /// A counted reference to what the object's field at this word offset holds.
    LoadWord(ValueId, u32),
    /// The content of a field that never changes, borrowed.
    LoadFixed(ValueId, u32),
    /// The integer in an object's field.
    LoadInt(ValueId, u32),
    /// Stores an integer into an object's field.
    StoreInt(ValueId, u32, ValueId),
    /// Stores a word into an object's field, which takes it over; what the field held is released.
    StoreWord(ValueId, u32, ValueId),
    /// Writes a register's memory, which takes the word over. What it held is *not* released.
    SetRegister(Register, ValueId),
    /// Takes one more count.
    Retain(ValueId),
    /// Releases one count; may run a destructor.
    Release(ValueId),
    /// Calls a helper.
    Call(HelperId, Arguments),
    /// As `Call`, for a helper that may refuse: then the trace is left, and nothing has happened.
    Try(HelperId, Arguments, ExitId),
    /// The embedder executes the current instruction in its ordinary way, whatever that does, and goes on at position
    /// `next` of the same activation. If it goes on elsewhere the trace is left; nothing needs to be restored then, as
    /// all registers are up to date.
    Execute {
        /// As the embedder counts.
        next: u32,
    },
    /// Leaves unless the test came out like this.
    Guard(ValueId, bool, ExitId),
    /// Pushes an activation.
    Enter(Enter),
    /// Pops the innermost activation and releases its registers.
    Leave,
    /// Leaves if somebody asks for attention.
    Poll(ExitId),
    /// Writes back the exit's registers and starts again from the beginning.
    Loop(ExitId),
}

/// Where and with what the embedder goes on when a guard fails.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Exit {
    /// The position in each activation, outermost first; the last one is where execution goes on.
    pub positions: Vec<u32>,
    /// Registers whose memory is behind, and what they hold. Their old content owns nothing.
    pub registers: Vec<(Register, ValueId)>,
}

/// A closed trace.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// In order; the last one is [`Op::Loop`].
    pub ops: Vec<Op>,
    /// By [`ExitId`].
    pub exits: Vec<Exit>,
}

impl Op {
    /// The type of the result.
    pub fn result(&self, helpers: &[Helper]) -> Option<Type> {
        use Op::*;
        Some(match self {
            Register(_) | Word(_) | BoxInt(_) | BoxFloat(_) | LoadWord(..) | LoadFixed(..) => Type::Word,
            Int(_) | UnboxInt(_) | Checked(..) | Wrapping(..) | LoadInt(..) => Type::Int,
            Float(_) | UnboxFloat(_) | IntToFloat(_) | FloatArithmetic(..) => Type::Float,
            IsInt(_) | IsFloat(_) | IsPointer(_) | Is(..) | Same(..) | HasShape(..) | IntFits(_)
            | FloatFits(_) | CompareInts(..) | CompareFloats(..) => Type::Bool,
            Call(h, _) => return helpers.get(h.0 as usize).and_then(|h| h.result),
            At { .. }
            | Execute { .. }
            | StoreInt(..)
            | StoreWord(..)
            | SetRegister(..)
            | Retain(_)
            | Release(_)
            | Try(..)
            | Guard(..)
            | Enter(_)
            | Leave
            | Poll(_)
            | Loop(_) => return None,
        })
    }

    /// Calls `f` with each operand and the type it must have.
    pub fn operands(&self, helpers: &[Helper], mut f: impl FnMut(ValueId, Type)) {
        use Op::*;
        match *self {
            At { .. }
            | Execute { .. }
            | Register(_)
            | Word(_)
            | Int(_)
            | Float(_)
            | Leave
            | Poll(_)
            | Loop(_) => {}
            IsInt(v)
            | IsFloat(v)
            | IsPointer(v)
            | Is(v, _)
            | HasShape(v, _)
            | UnboxInt(v)
            | UnboxFloat(v)
            | LoadWord(v, _)
            | LoadFixed(v, _)
            | LoadInt(v, _)
            | SetRegister(_, v)
            | Retain(v)
            | Release(v) => f(v, Type::Word),
            Same(a, b) => {
                f(a, Type::Word);
                f(b, Type::Word);
            }
            IntFits(v) | BoxInt(v) | IntToFloat(v) => f(v, Type::Int),
            FloatFits(v) | BoxFloat(v) => f(v, Type::Float),
            CompareInts(_, a, b) | Checked(_, a, b, _) | Wrapping(_, a, b) => {
                f(a, Type::Int);
                f(b, Type::Int);
            }
            CompareFloats(_, a, b) | FloatArithmetic(_, a, b) => {
                f(a, Type::Float);
                f(b, Type::Float);
            }
            StoreInt(o, _, v) => {
                f(o, Type::Word);
                f(v, Type::Int);
            }
            StoreWord(o, _, v) => {
                f(o, Type::Word);
                f(v, Type::Word);
            }
            Call(h, args) | Try(h, args, _) => {
                let parameters = helpers.get(h.0 as usize).map_or(&[][..], |h| h.parameters);
                for (v, t) in args.as_slice().iter().zip(parameters) {
                    f(*v, *t);
                }
            }
            Guard(v, ..) => f(v, Type::Bool),
            Enter(e) => f(e.callee, Type::Word),
        }
    }

    /// The exit that the operation may take.
    pub fn exit(&self) -> Option<ExitId> {
        match *self {
            Op::Checked(_, _, _, e) | Op::Try(_, _, e) | Op::Guard(_, _, e) | Op::Poll(e) | Op::Loop(e) => {
                Some(e)
            }
            _ => None,
        }
    }

    /// Whether the result depends on the operands only, so that an equal operation has an equal result.
    pub fn is_pure(&self) -> bool {
        use Op::*;
        matches!(
            self,
            Word(_)
                | Int(_)
                | Float(_)
                | IsInt(_)
                | IsFloat(_)
                | IsPointer(_)
                | Is(..)
                | Same(..)
                | IntFits(_)
                | FloatFits(_)
                | CompareInts(..)
                | CompareFloats(..)
                | UnboxInt(_)
                | UnboxFloat(_)
                | BoxInt(_)
                | BoxFloat(_)
                | IntToFloat(_)
                | Wrapping(..)
                | FloatArithmetic(..)
        )
    }
}

impl Trace {
    /// How many operations may leave the trace.
    pub fn guards(&self) -> usize {
        self.ops
            .iter()
            .filter(|op| {
                matches!(op, Op::Execute { .. }) || op.exit().is_some() && !matches!(op, Op::Loop(_))
            })
            .count()
    }
}
