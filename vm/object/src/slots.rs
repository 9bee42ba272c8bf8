//! The operations of a type: one function per operation, found without looking up names.
//!
//! A native type fills them in its [`crate::TypeSpec`]; for each filled one the type gets the matching dunder method
//! (`crate::slot_wrappers`). A Python class inherits them and, for each dunder method that it defines, gets a function
//! that calls the method (`crate::slot_dunders`). The interpreter knows those functions by address and pushes a frame
//! instead of calling them.

use crate::args::Args;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::vm::Vm;
use pyre_threads::sync::{AtomicUsize, Ordering};

/// Comparison operators, in the order of the bytecode's opcodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CmpOp {
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

impl CmpOp {
    /// All six, in order.
    pub const ALL: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];

    /// The operator that holds for `(b, a)` when this one holds for `(a, b)`.
    pub const fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            same => same,
        }
    }

    /// Whether an ordering satisfies the operator.
    #[inline(always)]
    pub fn holds(self, o: std::cmp::Ordering) -> bool {
        match self {
            CmpOp::Lt => o.is_lt(),
            CmpOp::Le => o.is_le(),
            CmpOp::Eq => o.is_eq(),
            CmpOp::Ne => o.is_ne(),
            CmpOp::Gt => o.is_gt(),
            CmpOp::Ge => o.is_ge(),
        }
    }

    /// How the operator is written.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The method that implements it.
    pub const fn dunder(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }
}

/// Binary arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    LShift,
    RShift,
    And,
    Or,
    Xor,
    MatMul,
    DivMod,
}

/// Number of [`BinOp`]s.
pub const BIN_OPS: usize = 14;

impl BinOp {
    /// All operators, in order.
    pub const ALL: [BinOp; BIN_OPS] = [
        BinOp::Add,
        BinOp::Sub,
        BinOp::Mul,
        BinOp::TrueDiv,
        BinOp::FloorDiv,
        BinOp::Mod,
        BinOp::Pow,
        BinOp::LShift,
        BinOp::RShift,
        BinOp::And,
        BinOp::Or,
        BinOp::Xor,
        BinOp::MatMul,
        BinOp::DivMod,
    ];

    /// How it is written in error messages (`unsupported operand type(s) for +: ...`).
    pub const fn symbol(self) -> &'static str {
        ["+", "-", "*", "/", "//", "%", "** or pow()", "<<", ">>", "&", "|", "^", "@", "divmod()"]
            [self as usize]
    }

    /// How the augmented form is written in error messages.
    pub const fn inplace_symbol(self) -> &'static str {
        ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=", "@=", "divmod()"]
            [self as usize]
    }

    /// The name inside the method: `add` of `__add__`, `__radd__`, `__iadd__`.
    pub const fn stem(self) -> &'static str {
        [
            "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor",
            "matmul", "divmod",
        ][self as usize]
    }
}

/// `fn(self) -> object`
pub type UnaryFn = fn(&Vm, &Obj) -> PyResult;
/// `fn(left, right) -> object or NotImplemented`; either operand may be of the type that the function belongs to.
pub type BinaryFn = fn(&Vm, &Obj, &Obj) -> PyResult;
/// `fn(self, other, op) -> object or NotImplemented`
pub type CompareFn = fn(&Vm, &Obj, &Obj, CmpOp) -> PyResult;
/// `fn(self) -> hash`
pub type HashFn = fn(&Vm, &Obj) -> PyResult<i64>;
/// `fn(callable, args)`
pub type CallFn = fn(&Vm, &Obj, Args<'_>) -> PyResult;
/// `fn(self, name)`
pub type GetAttrFn = fn(&Vm, &Obj, &Obj) -> PyResult;
/// `fn(self, name, value or None to delete)`
pub type SetAttrFn = fn(&Vm, &Obj, &Obj, Option<&Obj>) -> PyResult<()>;
/// `fn(self) -> next item, or None at the end`
pub type NextFn = fn(&Vm, &Obj) -> PyResult<Option<Obj>>;
/// `fn(descriptor, instance or None, owner type)`
pub type DescrGetFn = fn(&Vm, &Obj, Option<&Obj>, &Obj) -> PyResult;
/// `fn(descriptor, instance, value or None to delete)`
pub type DescrSetFn = fn(&Vm, &Obj, &Obj, Option<&Obj>) -> PyResult<()>;
/// `fn(self, args)`
pub type InitFn = fn(&Vm, &Obj, Args<'_>) -> PyResult<()>;
/// `fn(type, args) -> new object`
pub type NewFn = fn(&Vm, &Obj, Args<'_>) -> PyResult;
/// `fn(self) -> len`
pub type LenFn = fn(&Vm, &Obj) -> PyResult<usize>;
/// `fn(self, item) -> whether contained`
pub type ContainsFn = fn(&Vm, &Obj, &Obj) -> PyResult<bool>;
/// `fn(self) -> truth`
pub type BoolFn = fn(&Vm, &Obj) -> PyResult<bool>;
/// `fn(base, exponent, modulus)`
pub type TernaryFn = fn(&Vm, &Obj, &Obj, &Obj) -> PyResult;
/// `fn(self)`; run once before the object dies
pub type FinalizeFn = fn(&Vm, &Obj);
/// `fn(self) -> view of the bytes`
pub type BufferFn = fn(&Vm, &Obj) -> PyResult<crate::buffer::Buffer>;

/// A function that can be replaced while other threads read it.
pub struct AtomicFn<F> {
    addr: AtomicUsize,
    of: std::marker::PhantomData<F>,
}

impl<F: Copy> AtomicFn<F> {
    const CHECK: () = assert!(std::mem::size_of::<F>() == std::mem::size_of::<usize>());

    /// Holds `f`.
    pub fn new(f: Option<F>) -> Self {
        let s = AtomicFn { addr: AtomicUsize::new(0), of: std::marker::PhantomData };
        s.set(f);
        s
    }

    /// The function, if there is one.
    #[inline(always)]
    pub fn get(&self) -> Option<F> {
        let () = Self::CHECK;
        match self.addr.load(Ordering::Relaxed) {
            0 => None,
            // SAFETY: only `set` stores here, and it stores an `F`, a plain function pointer of one word.
            a => Some(unsafe { std::mem::transmute_copy::<usize, F>(&a) }),
        }
    }

    /// Replaces the function.
    pub fn set(&self, f: Option<F>) {
        let a = match f {
            // SAFETY: `F` is a function pointer of one word (checked above).
            Some(f) => unsafe { std::mem::transmute_copy::<F, usize>(&f) },
            None => 0,
        };
        self.addr.store(a, Ordering::Relaxed);
    }

    /// The address, to compare functions; 0 for none.
    #[inline(always)]
    pub fn addr(&self) -> usize {
        self.addr.load(Ordering::Relaxed)
    }

    /// Whether this is exactly that function. Functions that are compared this way are not generic, and no two of them
    /// have the same body, so each has one address.
    #[inline(always)]
    pub fn is(&self, f: Option<F>) -> bool {
        self.addr() == AtomicFn::new(f).addr()
    }

    /// Takes over the other's function.
    pub fn copy_from(&self, other: &Self) {
        self.addr.store(other.addr(), Ordering::Relaxed);
    }
}

macro_rules! slots {
    ($($(#[$m:meta])* $name:ident : $ty:ty,)*) => {
        /// What a native type fills in; `..Slots::NONE` for the rest.
        #[derive(Clone, Copy)]
        pub struct Slots {
            $($(#[$m])* pub $name: Option<$ty>,)*
            /// Binary operators, by [`BinOp`].
            pub binary: [Option<BinaryFn>; BIN_OPS],
            /// Augmented assignment, by [`BinOp`].
            pub inplace: [Option<BinaryFn>; BIN_OPS],
        }

        impl Slots {
            /// No operation at all.
            pub const NONE: Slots = Slots { $($name: None,)* binary: [None; BIN_OPS], inplace: [None; BIN_OPS] };

            /// With a binary operator.
            pub const fn with_binary(mut self, op: BinOp, f: BinaryFn) -> Slots {
                self.binary[op as usize] = Some(f);
                self
            }

            /// With an augmented assignment.
            pub const fn with_inplace(mut self, op: BinOp, f: BinaryFn) -> Slots {
                self.inplace[op as usize] = Some(f);
                self
            }
        }

        /// The operations of a live type.
        pub struct TypeSlots {
            $($(#[$m])* pub $name: AtomicFn<$ty>,)*
            /// Binary operators, by [`BinOp`].
            pub binary: [AtomicFn<BinaryFn>; BIN_OPS],
            /// Augmented assignment, by [`BinOp`].
            pub inplace: [AtomicFn<BinaryFn>; BIN_OPS],
        }

        impl TypeSlots {
            /// From a native type's table.
            pub fn new(s: &Slots) -> TypeSlots {
                TypeSlots {
                    $($name: AtomicFn::new(s.$name),)*
                    binary: std::array::from_fn(|i| AtomicFn::new(s.binary[i])),
                    inplace: std::array::from_fn(|i| AtomicFn::new(s.inplace[i])),
                }
            }

            /// Fills every empty operation with the base's.
            pub fn inherit(&self, base: &TypeSlots) {
                $(if self.$name.addr() == 0 { self.$name.copy_from(&base.$name); })*
                for i in 0..BIN_OPS {
                    if self.binary[i].addr() == 0 { self.binary[i].copy_from(&base.binary[i]); }
                    if self.inplace[i].addr() == 0 { self.inplace[i].copy_from(&base.inplace[i]); }
                }
            }
        }
    };
}

slots! {
    /// `repr(x)`
    repr: UnaryFn,
    /// `str(x)`
    str: UnaryFn,
    /// `hash(x)`; see also [`crate::TypeFlags::UNHASHABLE`]
    hash: HashFn,
    /// `x(...)`
    call: CallFn,
    /// `x.name`
    getattr: GetAttrFn,
    /// `x.name = v`, `del x.name`
    setattr: SetAttrFn,
    /// `x < y` and so on
    compare: CompareFn,
    /// `iter(x)`
    iter: UnaryFn,
    /// `next(x)`
    next: NextFn,
    /// `__get__`
    descr_get: DescrGetFn,
    /// `__set__`, `__delete__`
    descr_set: DescrSetFn,
    /// `__init__`
    init: InitFn,
    /// `__new__`
    new: NewFn,
    /// `__del__`
    finalize: FinalizeFn,
    /// `len(x)`
    len: LenFn,
    /// `x[k]`
    getitem: BinaryFn,
    /// `x[k] = v`, `del x[k]`
    setitem: SetAttrFn,
    /// `k in x`
    contains: ContainsFn,
    /// `bool(x)`
    bool: BoolFn,
    /// `-x`
    neg: UnaryFn,
    /// `+x`
    pos: UnaryFn,
    /// `abs(x)`
    abs: UnaryFn,
    /// `~x`
    invert: UnaryFn,
    /// `int(x)`
    int: UnaryFn,
    /// `float(x)`
    float: UnaryFn,
    /// `__index__`
    index: UnaryFn,
    /// `pow(x, y, z)`
    pow_mod: TernaryFn,
    /// `await x`
    awaitable: UnaryFn,
    /// `__aiter__`
    aiter: UnaryFn,
    /// `__anext__`
    anext: UnaryFn,
    /// the buffer protocol
    buffer: BufferFn,
}
