//! Names for the operations of a type, so that tables can speak of them.

use crate::slots::{
    AtomicFn, BinOp, BinaryFn, BoolFn, BufferFn, CallFn, CompareFn, ContainsFn, DescrGetFn, DescrSetFn,
    FinalizeFn, GetAttrFn, HashFn, InitFn, LenFn, NewFn, NextFn, SetAttrFn, Slots, TernaryFn, TypeSlots,
    UnaryFn,
};

/// An operation's function with its type.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum SlotFn {
    Unary(UnaryFn),
    Binary(BinaryFn),
    Compare(CompareFn),
    Hash(HashFn),
    Call(CallFn),
    GetAttr(GetAttrFn),
    SetAttr(SetAttrFn),
    Next(NextFn),
    DescrGet(DescrGetFn),
    DescrSet(DescrSetFn),
    Init(InitFn),
    New(NewFn),
    Finalize(FinalizeFn),
    Len(LenFn),
    Contains(ContainsFn),
    Bool(BoolFn),
    Ternary(TernaryFn),
    Buffer(BufferFn),
}

macro_rules! slot_ids {
    ($($id:ident $field:ident $kind:ident,)*) => {
        /// An operation of a type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum SlotId { $($id,)* Binary(BinOp), Inplace(BinOp) }

        impl SlotId {
            /// All operations.
            pub fn all() -> impl Iterator<Item = SlotId> {
                [$(SlotId::$id,)*]
                    .into_iter()
                    .chain(BinOp::ALL.map(SlotId::Binary))
                    .chain(BinOp::ALL.map(SlotId::Inplace))
            }

            /// The function in a native type's table.
            pub fn of_table(self, s: &Slots) -> Option<SlotFn> {
                match self {
                    $(SlotId::$id => s.$field.map(SlotFn::$kind),)*
                    SlotId::Binary(op) => s.binary[op as usize].map(SlotFn::Binary),
                    SlotId::Inplace(op) => s.inplace[op as usize].map(SlotFn::Binary),
                }
            }

            /// The function of a live type.
            pub fn of_type(self, s: &TypeSlots) -> Option<SlotFn> {
                match self {
                    $(SlotId::$id => s.$field.get().map(SlotFn::$kind),)*
                    SlotId::Binary(op) => s.binary[op as usize].get().map(SlotFn::Binary),
                    SlotId::Inplace(op) => s.inplace[op as usize].get().map(SlotFn::Binary),
                }
            }

            /// The address of a live type's function, 0 for none.
            pub fn addr(self, s: &TypeSlots) -> usize {
                match self {
                    $(SlotId::$id => s.$field.addr(),)*
                    SlotId::Binary(op) => s.binary[op as usize].addr(),
                    SlotId::Inplace(op) => s.inplace[op as usize].addr(),
                }
            }

            /// Replaces a live type's function. A function of another operation's type is ignored.
            pub fn store(self, s: &TypeSlots, f: Option<SlotFn>) {
                match (self, f) {
                    $((SlotId::$id, Some(SlotFn::$kind(f))) => s.$field.set(Some(f)),)*
                    $((SlotId::$id, None) => s.$field.set(None),)*
                    (SlotId::Binary(op), Some(SlotFn::Binary(f))) => s.binary[op as usize].set(Some(f)),
                    (SlotId::Inplace(op), Some(SlotFn::Binary(f))) => s.inplace[op as usize].set(Some(f)),
                    (SlotId::Binary(op), None) => s.binary[op as usize].set(None),
                    (SlotId::Inplace(op), None) => s.inplace[op as usize].set(None),
                    _ => debug_assert!(false, "the function does not fit the operation"),
                }
            }
        }
    };
}

slot_ids! {
    Repr repr Unary,
    Str str Unary,
    Hash hash Hash,
    Call call Call,
    GetAttr getattr GetAttr,
    SetAttr setattr SetAttr,
    Compare compare Compare,
    Iter iter Unary,
    Next next Next,
    DescrGet descr_get DescrGet,
    DescrSet descr_set DescrSet,
    Init init Init,
    New new New,
    Finalize finalize Finalize,
    Len len Len,
    GetItem getitem Binary,
    SetItem setitem SetAttr,
    Contains contains Contains,
    Bool bool Bool,
    Neg neg Unary,
    Pos pos Unary,
    Abs abs Unary,
    Invert invert Unary,
    Int int Unary,
    Float float Unary,
    Index index Unary,
    PowMod pow_mod Ternary,
    Await awaitable Unary,
    AIter aiter Unary,
    ANext anext Unary,
    Buffer buffer Buffer,
}

impl SlotFn {
    /// The function's address, to compare functions.
    pub fn addr(self) -> usize {
        match self {
            SlotFn::Unary(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Binary(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Compare(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Hash(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Call(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::GetAttr(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::SetAttr(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Next(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::DescrGet(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::DescrSet(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Init(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::New(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Finalize(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Len(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Contains(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Bool(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Ternary(f) => AtomicFn::new(Some(f)).addr(),
            SlotFn::Buffer(f) => AtomicFn::new(Some(f)).addr(),
        }
    }
}
