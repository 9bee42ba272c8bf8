//! Opcodes, instruction words and what their operands mean, all made from the table of [`crate::table`].
//!
//! An instruction is one 64-bit word: bits 0..8 the opcode, 8..16 flags, 16..32 `a`, 32..48 `b`, 48..64 `c`. Some
//! instructions have one word after them (an inline cache or one more operand). Jump offsets count words from the
//! start of the jumping instruction.

use crate::for_each_instruction;

/// The operand `b` is a temporary that dies here: it is taken out of its register and released after the effect.
pub const KILL_B: u8 = 1;
/// As [`KILL_B`], for the operand `c`.
pub const KILL_C: u8 = 2;
/// As [`KILL_B`], for the operand `a`.
pub const KILL_A: u8 = 4;
/// On binary operators: augmented assignment.
pub const INPLACE: u8 = 8;
/// On `MakeFunction`: a tuple of defaults is present.
pub const FUNCTION_DEFAULTS: u8 = 0x10;
/// On `MakeFunction`: a dict of keyword-only defaults is present.
pub const FUNCTION_KWDEFAULTS: u8 = 0x20;
/// On `MakeFunction`: an annotate function is present.
pub const FUNCTION_ANNOTATE: u8 = 0x40;
/// On `MakeFunction`: a tuple of closure cells is present.
pub const FUNCTION_CLOSURE: u8 = 0x80;
/// "No register" in operands where one may be absent.
pub const NO_REGISTER: u16 = 0xFFFF;

/// What an operand field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// Register, written.
    Dst,
    /// Register, read; dies if the field's kill flag is set.
    Src,
    /// Register, read, never killed.
    Peek,
    /// Register, read and always consumed (unbound afterwards).
    Consume,
    /// Register, unbound afterwards; may be unbound before.
    Clear,
    /// Local variable whose boundness is tested.
    Check,
    /// Local variable that is unbound.
    DeleteLocal,
    /// Register that gets a cell around its content.
    MakeCell,
    /// Register of an iterator: read, and consumed on the exit edge.
    Iter,
    /// Register of a delegation's receiver, or [`NO_REGISTER`].
    Receiver,
    /// Register used if the `c` of `Raise` says so.
    RaiseOperand,
    /// `c` registers from here, consumed.
    InC,
    /// `c + 1` registers from here, consumed.
    InC1,
    /// `c + 2` registers from here, consumed.
    InC2,
    /// `2 * c` registers from here, consumed.
    InPairs,
    /// 2 registers from here, consumed.
    In2,
    /// 3 registers from here, consumed.
    In3,
    /// 2 registers and an optional third from here, consumed.
    InEx,
    /// As many registers from here as function attribute flags are set, consumed.
    InFlags,
    /// 2 registers from here, or 3 if bit 4 of `c` is set, consumed.
    InInterpolation,
    /// 2 registers from here, written.
    Out2,
    /// `c` registers from here, written.
    OutC,
    /// `before + after + 1` registers from here, written.
    OutEx,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Index into the closure.
    Free,
    /// Signed immediate.
    Imm,
    /// Count that another operand's kind refers to.
    Count,
    /// Variant of the operation.
    Kind,
    /// Jump offset in words.
    Rel,
}

/// What the word after an instruction holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraWord {
    /// There is no such word.
    None,
    /// An inline cache, 0 in fresh code.
    Cache,
    /// A jump offset (`i32`) from the start of the instruction.
    Rel,
    /// An index into the constants.
    Const,
    /// A count.
    Count,
}

/// Which bits of the instruction an operand occupies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Bits 16..32.
    A,
    /// Bits 32..48.
    B,
    /// Bits 48..64.
    C,
    /// Bits 32..64.
    Bc,
    /// Bits 32..48, signed.
    Bi,
    /// Bits 48..64, signed.
    Ci,
}

/// An operand as the table declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperandInfo {
    /// Where it stands.
    pub field: Field,
    /// What it means.
    pub kind: OperandKind,
}

macro_rules! field_type {
    (a) => {
        u16
    };
    (b) => {
        u16
    };
    (c) => {
        u16
    };
    (bc) => {
        i32
    };
    (bi) => {
        i16
    };
    (ci) => {
        i16
    };
}

macro_rules! field_shift {
    (a, $v:expr) => {
        ($v as u64) << 16
    };
    (b, $v:expr) => {
        ($v as u64) << 32
    };
    (c, $v:expr) => {
        ($v as u64) << 48
    };
    (bc, $v:expr) => {
        ($v as u32 as u64) << 32
    };
    (bi, $v:expr) => {
        ($v as u16 as u64) << 32
    };
    (ci, $v:expr) => {
        ($v as u16 as u64) << 48
    };
}

macro_rules! field_name {
    (a) => {
        Field::A
    };
    (b) => {
        Field::B
    };
    (c) => {
        Field::C
    };
    (bc) => {
        Field::Bc
    };
    (bi) => {
        Field::Bi
    };
    (ci) => {
        Field::Ci
    };
}

macro_rules! define {
    ($( $(#[$doc:meta])* $name:ident $make:ident ( $( $field:ident : $kind:ident ),* ) $extra:ident; )*) => {
        /// The operation of an instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Opcode {
            $( $(#[$doc])* $name, )*
        }

        impl Opcode {
            /// All opcodes in the order of their numbers.
            pub const ALL: &'static [Opcode] = &[ $( Opcode::$name, )* ];

            /// The name as the table writes it.
            pub const fn name(self) -> &'static str {
                match self { $( Opcode::$name => stringify!($name), )* }
            }

            /// What the word after the instruction holds.
            pub const fn extra_word(self) -> ExtraWord {
                match self { $( Opcode::$name => ExtraWord::$extra, )* }
            }

            /// The operands in the order of the table.
            pub const fn operands(self) -> &'static [OperandInfo] {
                match self {
                    $( Opcode::$name => &[
                        $( OperandInfo { field: field_name!($field), kind: OperandKind::$kind }, )*
                    ], )*
                }
            }
        }

        impl Instruction {
            $(
                $(#[$doc])*
                #[inline]
                pub const fn $make($( $field: field_type!($field) ),*) -> Self {
                    Self(Opcode::$name as u64 $( | field_shift!($field, $field) )*)
                }
            )*
        }
    };
}

/// One instruction word.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Instruction(pub u64);

for_each_instruction!(define);

impl Opcode {
    /// The opcode of that number.
    #[inline]
    pub const fn from_u8(number: u8) -> Option<Opcode> {
        if (number as usize) < Self::ALL.len() { Some(Self::ALL[number as usize]) } else { None }
    }

    /// Words that an instruction with this opcode occupies: 1 or 2.
    #[inline]
    pub const fn size(self) -> usize {
        match self.extra_word() {
            ExtraWord::None => 1,
            _ => 2,
        }
    }

    /// Does control never reach the next instruction?
    pub const fn ends_block(self) -> bool {
        matches!(self, Opcode::Jump | Opcode::JumpBack | Opcode::Return | Opcode::Raise | Opcode::Reraise)
    }
}

impl Instruction {
    /// An instruction from its parts.
    #[inline]
    pub const fn new(op: Opcode, flags: u8, a: u16, b: u16, c: u16) -> Self {
        Self(op as u64 | (flags as u64) << 8 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }

    /// The same instruction with these flags set as well.
    #[inline]
    #[must_use]
    pub const fn with_flags(self, flags: u8) -> Self {
        Self(self.0 | (flags as u64) << 8)
    }

    /// The opcode.
    ///
    /// # Panics
    /// If the word is not an instruction; code that went through the verifier has none such.
    #[inline]
    pub const fn op(self) -> Opcode {
        match Opcode::from_u8(self.0 as u8) {
            Some(op) => op,
            None => panic!("not an instruction"),
        }
    }

    /// The opcode's number, valid or not.
    #[inline]
    pub const fn op_byte(self) -> u8 {
        self.0 as u8
    }

    /// The flags.
    #[inline]
    pub const fn flags(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// Operand `a`.
    #[inline]
    pub const fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Operand `b`.
    #[inline]
    pub const fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// Operand `c`.
    #[inline]
    pub const fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// Operands `b` and `c` as one signed number.
    #[inline]
    pub const fn bc_i32(self) -> i32 {
        (self.0 >> 32) as i32
    }

    /// Operands `b` and `c` as one unsigned number.
    #[inline]
    pub const fn bc_u32(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Operand `b`, signed.
    #[inline]
    pub const fn b_i16(self) -> i16 {
        (self.0 >> 32) as i16
    }

    /// Operand `c`, signed.
    #[inline]
    pub const fn c_i16(self) -> i16 {
        (self.0 >> 48) as i16
    }

    /// The operand in that field, sign-extended where the field is signed.
    pub const fn field(self, field: Field) -> i64 {
        match field {
            Field::A => self.a() as i64,
            Field::B => self.b() as i64,
            Field::C => self.c() as i64,
            Field::Bc => self.bc_i32() as i64,
            Field::Bi => self.b_i16() as i64,
            Field::Ci => self.c_i16() as i64,
        }
    }

    /// How many registers from the operand on the instruction touches: 1 for a single register, 0 for a field that
    /// is no register.
    pub const fn register_count(self, operand: OperandInfo) -> usize {
        let c = self.c() as usize;
        match operand.kind {
            OperandKind::Dst
            | OperandKind::Src
            | OperandKind::Peek
            | OperandKind::Consume
            | OperandKind::Clear
            | OperandKind::Check
            | OperandKind::DeleteLocal
            | OperandKind::MakeCell
            | OperandKind::Iter => 1,
            OperandKind::Receiver => (c != NO_REGISTER as usize) as usize,
            OperandKind::RaiseOperand => match operand.field {
                Field::A => (c >= 1) as usize,
                _ => (c >= 2) as usize,
            },
            OperandKind::InC | OperandKind::OutC => c,
            OperandKind::InC1 => c + 1,
            OperandKind::InC2 => c + 2,
            OperandKind::InPairs => 2 * c,
            OperandKind::In2 | OperandKind::Out2 => 2,
            OperandKind::In3 | OperandKind::InEx => 3,
            OperandKind::InFlags => (self.flags() >> 4).count_ones() as usize,
            OperandKind::InInterpolation => 2 + ((c >> 4) & 1),
            OperandKind::OutEx => (c & 0xFF) + (c >> 8) + 1,
            OperandKind::Const
            | OperandKind::Name
            | OperandKind::Free
            | OperandKind::Imm
            | OperandKind::Count
            | OperandKind::Kind
            | OperandKind::Rel => 0,
        }
    }

    /// Does the operand in that field die here by a kill flag?
    pub const fn kills(self, field: Field) -> bool {
        let bit = match field {
            Field::A => KILL_A,
            Field::B => KILL_B,
            Field::C => KILL_C,
            _ => 0,
        };
        self.flags() & bit != 0
    }
}

impl std::fmt::Debug for Instruction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Opcode::from_u8(self.op_byte()) {
            Some(op) => {
                write!(f, "{}[{:#x}] {} {} {}", op.name(), self.flags(), self.a(), self.b(), self.c())
            }
            None => write!(f, "word {:#x}", self.0),
        }
    }
}

macro_rules! kinds {
    ($( #[$doc:meta] $name:ident { $( #[$vdoc:meta] $variant:ident, )* } )*) => { $(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name { $( #[$vdoc] $variant, )* }

        impl $name {
            /// All kinds in the order of their numbers.
            pub const ALL: &'static [$name] = &[ $( $name::$variant, )* ];

            /// The kind of that number.
            #[inline]
            pub const fn from_u16(number: u16) -> Option<Self> {
                if (number as usize) < Self::ALL.len() { Some(Self::ALL[number as usize]) } else { None }
            }
        }
    )* };
}

kinds! {
    /// The singletons of `LoadSingleton`.
    Singleton {
        /// `None`
        None,
        /// `False`
        False,
        /// `True`
        True,
        /// `...`
        Ellipsis,
        /// `NotImplemented`
        NotImplemented,
    }
    /// The builtins of `LoadCommonConst`.
    CommonConst {
        /// `AssertionError`, for `assert`.
        AssertionError,
        /// `NotImplementedError`, raised by annotate functions for formats they do not know.
        NotImplementedError,
        /// `tuple`
        Tuple,
        /// `all`
        All,
        /// `any`
        Any,
        /// `list`
        List,
        /// `set`
        Set,
        /// `super`
        Super,
    }
    /// The methods of `LoadSpecial`.
    SpecialMethod {
        /// `__enter__`
        Enter,
        /// `__exit__`
        Exit,
        /// `__aenter__`
        Aenter,
        /// `__aexit__`
        Aexit,
    }
    /// Conversions of `FormatSimple`, `ConvertValue` and `BuildInterpolation`.
    Conversion {
        /// None.
        None,
        /// `!s`
        Str,
        /// `!r`
        Repr,
        /// `!a`
        Ascii,
    }
    /// Intrinsics of one operand.
    Intrinsic1 {
        /// Passes the value of an expression statement to `sys.displayhook`; gives None.
        PrintExpr,
        /// `from b import *` into the namespace; gives None.
        ImportStar,
        /// Wraps a value that an asynchronous generator yields.
        AsyncGenWrap,
        /// `TypeVar(b)`
        TypeVar,
        /// `ParamSpec(b)`
        ParamSpec,
        /// `TypeVarTuple(b)`
        TypeVarTuple,
        /// `Generic[*b]`, `b` a tuple of type parameters.
        SubscriptGeneric,
        /// A type alias of the tuple (name, type parameters or None, function that computes the value).
        TypeAlias,
    }
    /// Intrinsics of two operands.
    Intrinsic2 {
        /// (original exception group, list of the exceptions raised in `except*` bodies): what to raise, or None.
        PrepReraiseStar,
        /// (name, function that computes the bound): a `TypeVar`.
        TypeVarWithBound,
        /// (name, function that computes the constraints): a `TypeVar`.
        TypeVarWithConstraints,
        /// (function, tuple of type parameters): the function.
        SetFunctionTypeParams,
        /// (type parameter, function that computes the default): the type parameter.
        SetTypeParamDefault,
    }
}
