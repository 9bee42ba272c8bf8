//! The staging interface: what an instruction handler may do, so that one handler text serves as interpreter and as
//! trace recorder (tagless-final style, Carette, Kiselyov, Shan, 2009).
//!
//! A handler is generic over [`Machine`]. Instantiated with a direct machine it is the plain interpreter; with a recorder it
//! executes *and* records. Values of the associated types are opaque: there is no `==` and no `Deref`. Only the methods
//! that return host values (`bool`, `Option`, integers) let a value steer Rust control flow, and a recorder turns each such
//! answer into a guard. So no path of a handler is baked into a trace without the guard that chose it.
//!
//! Order inside a handler: checks, then at most one effect, then checks. Methods that take a [`Before`] token are effects;
//! they consume the token and return [`After`], so a second effect does not compile. A recorder that fails before the
//! effect resumes at the instruction, after it behind the instruction.

/// Nothing has been changed yet: failing here resumes at this instruction.
#[must_use]
pub struct Before(());

/// The instruction's one effect has happened: failing here resumes behind it.
#[must_use]
pub struct After(());

impl Before {
    /// The dispatch loop starts every instruction with this.
    #[inline(always)]
    pub fn start() -> Before {
        Before(())
    }

    /// For machines: the effect is done.
    #[inline(always)]
    pub fn done(self) -> After {
        After(())
    }

    /// The instruction needs no effect.
    #[inline(always)]
    pub fn nothing(self) -> After {
        After(())
    }
}

/// Comparison of two machine numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Comparison {
    /// Whether it holds for two machine numbers; with NaN only `Ne` does.
    #[inline(always)]
    pub fn holds<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }
    }
}

/// Arithmetic on machine integers; the ones that can overflow report it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum IntOp {
    Add,
    Sub,
    Mul,
    FloorDiv,
    FloorMod,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

/// Arithmetic on machine floats.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum FloatOp {
    Add,
    Sub,
    Mul,
    Div,
}

/// What a handler may do. Words are the embedder's tagged values; a machine knows their encoding. Objects are cells of
/// words; offsets count words from the beginning of the cell. What is particular to the embedder's language (its
/// containers, its functions) stands in a trait of the embedder that extends this one.
pub trait Machine {
    /// A tagged value, borrowed from the register or field it was read from.
    type Word: Copy;
    /// A counted reference that goes into a register, or is released when it is dropped.
    type Owned;
    /// A machine integer.
    type Int: Copy;
    /// A machine float.
    type Float: Copy;

    /// Reads a register without counting.
    fn register(&mut self, r: u16) -> Self::Word;
    /// A constant of the code.
    fn constant(&mut self, i: u32) -> Self::Word;
    /// An integer known when the instruction was compiled.
    fn int_constant(&mut self, i: i64) -> Self::Int;
    /// The word behind the instruction: an operand, or an inline cache. A cache is a hint only; what it says must be
    /// guarded.
    fn extra(&mut self) -> u64;

    /// Guard: is the word an immediate integer?
    fn is_int(&mut self, w: Self::Word) -> bool;
    /// Guard: are both?
    fn are_ints(&mut self, a: Self::Word, b: Self::Word) -> bool;
    /// Guard: is the word an immediate float?
    fn is_float(&mut self, w: Self::Word) -> bool;
    /// Guard: are both?
    fn are_floats(&mut self, a: Self::Word, b: Self::Word) -> bool;
    /// Guard: is it exactly this immediate word?
    fn is_exactly(&mut self, w: Self::Word, immediate: u64) -> bool;
    /// Guard: are the two words the same?
    fn same(&mut self, a: Self::Word, b: Self::Word) -> bool;
    /// Guard (promotion): the shape id of the object, 0 if the word is no object.
    fn shape(&mut self, w: Self::Word) -> u32;

    /// The integer in a word for which [`Machine::is_int`] holds.
    fn int(&mut self, w: Self::Word) -> Self::Int;
    /// The float in a word for which [`Machine::is_float`] holds.
    fn float(&mut self, w: Self::Word) -> Self::Float;
    /// An integer as a float; exact or not as the embedder's language says.
    fn int_to_float(&mut self, i: Self::Int) -> Self::Float;

    /// Guard: integer arithmetic that stays within an immediate; `None` otherwise (overflow, division by zero, bad shift).
    fn int_op(&mut self, op: IntOp, a: Self::Int, b: Self::Int) -> Option<Self::Int>;
    /// Arithmetic on 64 bits that wraps around: `Add`, `Sub` and `Mul`.
    fn wrapping(&mut self, op: IntOp, a: Self::Int, b: Self::Int) -> Self::Int;
    /// Guard: can the integer be an immediate?
    fn int_fits(&mut self, i: Self::Int) -> bool;
    /// Float arithmetic; `Div` by zero is the caller's to check with [`Machine::compare_floats`].
    fn float_op(&mut self, op: FloatOp, a: Self::Float, b: Self::Float) -> Self::Float;
    /// Guard: the outcome of a comparison.
    fn compare_ints(&mut self, c: Comparison, a: Self::Int, b: Self::Int) -> bool;
    /// Guard: the outcome of a comparison (false with NaN, except `Ne`).
    fn compare_floats(&mut self, c: Comparison, a: Self::Float, b: Self::Float) -> bool;

    /// A counted reference to what an object's field holds.
    fn load_word(&mut self, object: Self::Word, offset: u32) -> Self::Owned;
    /// What an object's field holds that never changes.
    fn load_fixed(&mut self, object: Self::Word, offset: u32) -> Self::Word;
    /// The integer in an object's field.
    fn load_int(&mut self, object: Self::Word, offset: u32) -> Self::Int;
    /// Guard: does it stand for nothing (an empty field)?
    fn is_empty(&mut self, v: &Self::Owned) -> bool;

    /// The effect will write this register, perhaps not as its first part.
    fn will_set(&mut self, r: u16);

    /// Effect: a register becomes this integer; what it held is released.
    fn set_int(&mut self, t: Before, r: u16, v: Self::Int) -> After;
    /// Effect: a register becomes this float (boxed if it must be); what it held is released.
    fn set_float(&mut self, t: Before, r: u16, v: Self::Float) -> After;
    /// Effect: a register becomes this immediate word; what it held is released.
    fn set_immediate(&mut self, t: Before, r: u16, w: u64) -> After;
    /// Effect: a register becomes a counted copy of the word; what it held is released.
    fn set_copy(&mut self, t: Before, r: u16, w: Self::Word) -> After;
    /// Effect: a register takes a reference over; what it held is released.
    fn set_owned(&mut self, t: Before, r: u16, v: Self::Owned) -> After;
    /// Effect: the content of one register moves to another; what that held is released.
    fn set_moved(&mut self, t: Before, r: u16, from: u16) -> After;
    /// Effect: register `r` takes a reference over, and `r + 1` gets what `from` holds: moved, or a counted copy.
    fn set_pair(&mut self, t: Before, r: u16, v: Self::Owned, from: u16, moved: bool) -> After;
    /// Effect: an object's field becomes this integer.
    fn store_int(&mut self, t: Before, object: Self::Word, offset: u32, v: Self::Int) -> After;
    /// Effect: an object's field becomes a counted copy of the word; what it held is released.
    fn store_copy(&mut self, t: Before, object: Self::Word, offset: u32, w: Self::Word) -> After;
    /// Effect: a register becomes empty; what it held is released.
    fn clear(&mut self, t: Before, r: u16) -> After;

    /// Part of an effect: as [`Machine::set_int`].
    fn also_set_int(&mut self, t: &After, r: u16, v: Self::Int);
    /// Part of an effect: as [`Machine::set_copy`].
    fn also_copy(&mut self, t: &After, r: u16, w: Self::Word);
    /// Part of an effect: as [`Machine::set_owned`].
    fn also_set_owned(&mut self, t: &After, r: u16, v: Self::Owned);
    /// Part of an effect: a register that held a dying temporary becomes empty; what it held is released.
    fn kill(&mut self, t: &After, r: u16);
    /// As `kill`, for a register whose content a guard has shown to be an immediate.
    fn forget(&mut self, t: &After, r: u16);

    /// Control: continue at a word index relative to this instruction.
    fn jump(&mut self, offset: i32);
}
