//! The table itself: dunder names, their operations, signatures and documentation.

use super::{Convention, SlotId, WrapperDef};
use crate::args::Args;
use crate::error::PyResult;
use crate::native::NativeDef;
use crate::slots::{BinOp, CmpOp};
use crate::vm::Vm;
use crate::{type_new, typeobj};

const fn wrapper(
    name: &'static str,
    slot: SlotId,
    convention: Convention,
    signature: &'static str,
    doc: &'static str,
) -> WrapperDef {
    WrapperDef { name, slot, convention, signature, doc }
}

/// All dunder methods that stand for operations.
#[rustfmt::skip]
pub static WRAPPERS: &[WrapperDef] = &[
    wrapper("__repr__", SlotId::Repr, Convention::Unary, "($self, /)", "Return repr(self)."),
    wrapper("__str__", SlotId::Str, Convention::Unary, "($self, /)", "Return str(self)."),
    wrapper("__hash__", SlotId::Hash, Convention::Hash, "($self, /)", "Return hash(self)."),
    wrapper("__call__", SlotId::Call, Convention::Call, "($self, /, *args, **kwargs)", "Call self as a function."),
    wrapper("__getattribute__", SlotId::GetAttr, Convention::GetAttr, "($self, name, /)", "Return getattr(self, name)."),
    wrapper("__getattr__", SlotId::GetAttr, Convention::NameOnly, "", ""),
    wrapper("__setattr__", SlotId::SetAttr, Convention::SetAttr, "($self, name, value, /)", "Implement setattr(self, name, value)."),
    wrapper("__delattr__", SlotId::SetAttr, Convention::DelAttr, "($self, name, /)", "Implement delattr(self, name)."),
    wrapper("__lt__", SlotId::Compare, Convention::Compare(CmpOp::Lt), "($self, value, /)", "Return self<value."),
    wrapper("__le__", SlotId::Compare, Convention::Compare(CmpOp::Le), "($self, value, /)", "Return self<=value."),
    wrapper("__eq__", SlotId::Compare, Convention::Compare(CmpOp::Eq), "($self, value, /)", "Return self==value."),
    wrapper("__ne__", SlotId::Compare, Convention::Compare(CmpOp::Ne), "($self, value, /)", "Return self!=value."),
    wrapper("__gt__", SlotId::Compare, Convention::Compare(CmpOp::Gt), "($self, value, /)", "Return self>value."),
    wrapper("__ge__", SlotId::Compare, Convention::Compare(CmpOp::Ge), "($self, value, /)", "Return self>=value."),
    wrapper("__iter__", SlotId::Iter, Convention::Unary, "($self, /)", "Implement iter(self)."),
    wrapper("__next__", SlotId::Next, Convention::Next, "($self, /)", "Implement next(self)."),
    wrapper("__get__", SlotId::DescrGet, Convention::DescrGet, "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    wrapper("__set__", SlotId::DescrSet, Convention::DescrSet, "($self, instance, value, /)", "Set an attribute of instance to value."),
    wrapper("__delete__", SlotId::DescrSet, Convention::DescrDelete, "($self, instance, /)", "Delete an attribute of instance."),
    wrapper("__init__", SlotId::Init, Convention::Init, "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    wrapper("__del__", SlotId::Finalize, Convention::Finalize, "($self, /)", "Called when the instance is about to be destroyed."),
    wrapper("__len__", SlotId::Len, Convention::Len, "($self, /)", "Return len(self)."),
    wrapper("__getitem__", SlotId::GetItem, Convention::Binary, "($self, key, /)", "Return self[key]."),
    wrapper("__setitem__", SlotId::SetItem, Convention::SetItem, "($self, key, value, /)", "Set self[key] to value."),
    wrapper("__delitem__", SlotId::SetItem, Convention::DelItem, "($self, key, /)", "Delete self[key]."),
    wrapper("__contains__", SlotId::Contains, Convention::Contains, "($self, key, /)", "Return bool(key in self)."),
    wrapper("__bool__", SlotId::Bool, Convention::Bool, "($self, /)", "True if self else False"),
    wrapper("__neg__", SlotId::Neg, Convention::Unary, "($self, /)", "-self"),
    wrapper("__pos__", SlotId::Pos, Convention::Unary, "($self, /)", "+self"),
    wrapper("__abs__", SlotId::Abs, Convention::Unary, "($self, /)", "abs(self)"),
    wrapper("__invert__", SlotId::Invert, Convention::Unary, "($self, /)", "~self"),
    wrapper("__int__", SlotId::Int, Convention::Unary, "($self, /)", "int(self)"),
    wrapper("__float__", SlotId::Float, Convention::Unary, "($self, /)", "float(self)"),
    wrapper("__index__", SlotId::Index, Convention::Unary, "($self, /)", "Return self converted to an integer, if self is suitable for use as an index into a list."),
    wrapper("__await__", SlotId::Await, Convention::Unary, "($self, /)", "Return an iterator to be used in await expression."),
    wrapper("__aiter__", SlotId::AIter, Convention::Unary, "($self, /)", "Return an awaitable, that resolves in asynchronous iterator."),
    wrapper("__anext__", SlotId::ANext, Convention::Unary, "($self, /)", "Return a value or raise StopAsyncIteration."),
    wrapper("__buffer__", SlotId::Buffer, Convention::Buffer, "($self, flags, /)", "Return a buffer object that exposes the underlying memory of the object."),
    wrapper("__add__", SlotId::Binary(BinOp::Add), Convention::Binary, "($self, value, /)", "Return self+value."),
    wrapper("__radd__", SlotId::Binary(BinOp::Add), Convention::Reflected, "($self, value, /)", "Return value+self."),
    wrapper("__sub__", SlotId::Binary(BinOp::Sub), Convention::Binary, "($self, value, /)", "Return self-value."),
    wrapper("__rsub__", SlotId::Binary(BinOp::Sub), Convention::Reflected, "($self, value, /)", "Return value-self."),
    wrapper("__mul__", SlotId::Binary(BinOp::Mul), Convention::Binary, "($self, value, /)", "Return self*value."),
    wrapper("__rmul__", SlotId::Binary(BinOp::Mul), Convention::Reflected, "($self, value, /)", "Return value*self."),
    wrapper("__truediv__", SlotId::Binary(BinOp::TrueDiv), Convention::Binary, "($self, value, /)", "Return self/value."),
    wrapper("__rtruediv__", SlotId::Binary(BinOp::TrueDiv), Convention::Reflected, "($self, value, /)", "Return value/self."),
    wrapper("__floordiv__", SlotId::Binary(BinOp::FloorDiv), Convention::Binary, "($self, value, /)", "Return self//value."),
    wrapper("__rfloordiv__", SlotId::Binary(BinOp::FloorDiv), Convention::Reflected, "($self, value, /)", "Return value//self."),
    wrapper("__mod__", SlotId::Binary(BinOp::Mod), Convention::Binary, "($self, value, /)", "Return self%value."),
    wrapper("__rmod__", SlotId::Binary(BinOp::Mod), Convention::Reflected, "($self, value, /)", "Return value%self."),
    wrapper("__lshift__", SlotId::Binary(BinOp::LShift), Convention::Binary, "($self, value, /)", "Return self<<value."),
    wrapper("__rlshift__", SlotId::Binary(BinOp::LShift), Convention::Reflected, "($self, value, /)", "Return value<<self."),
    wrapper("__rshift__", SlotId::Binary(BinOp::RShift), Convention::Binary, "($self, value, /)", "Return self>>value."),
    wrapper("__rrshift__", SlotId::Binary(BinOp::RShift), Convention::Reflected, "($self, value, /)", "Return value>>self."),
    wrapper("__and__", SlotId::Binary(BinOp::And), Convention::Binary, "($self, value, /)", "Return self&value."),
    wrapper("__rand__", SlotId::Binary(BinOp::And), Convention::Reflected, "($self, value, /)", "Return value&self."),
    wrapper("__or__", SlotId::Binary(BinOp::Or), Convention::Binary, "($self, value, /)", "Return self|value."),
    wrapper("__ror__", SlotId::Binary(BinOp::Or), Convention::Reflected, "($self, value, /)", "Return value|self."),
    wrapper("__xor__", SlotId::Binary(BinOp::Xor), Convention::Binary, "($self, value, /)", "Return self^value."),
    wrapper("__rxor__", SlotId::Binary(BinOp::Xor), Convention::Reflected, "($self, value, /)", "Return value^self."),
    wrapper("__matmul__", SlotId::Binary(BinOp::MatMul), Convention::Binary, "($self, value, /)", "Return self@value."),
    wrapper("__rmatmul__", SlotId::Binary(BinOp::MatMul), Convention::Reflected, "($self, value, /)", "Return value@self."),
    wrapper("__divmod__", SlotId::Binary(BinOp::DivMod), Convention::Binary, "($self, value, /)", "Return divmod(self, value)."),
    wrapper("__rdivmod__", SlotId::Binary(BinOp::DivMod), Convention::Reflected, "($self, value, /)", "Return divmod(value, self)."),
    wrapper("__pow__", SlotId::Binary(BinOp::Pow), Convention::Power, "($self, value, mod=None, /)", "Return pow(self, value, mod)."),
    wrapper("__rpow__", SlotId::Binary(BinOp::Pow), Convention::ReflectedPower, "($self, value, mod=None, /)", "Return pow(value, self, mod)."),
    wrapper("__iadd__", SlotId::Inplace(BinOp::Add), Convention::Binary, "($self, value, /)", "Return self+=value."),
    wrapper("__isub__", SlotId::Inplace(BinOp::Sub), Convention::Binary, "($self, value, /)", "Return self-=value."),
    wrapper("__imul__", SlotId::Inplace(BinOp::Mul), Convention::Binary, "($self, value, /)", "Return self*=value."),
    wrapper("__itruediv__", SlotId::Inplace(BinOp::TrueDiv), Convention::Binary, "($self, value, /)", "Return self/=value."),
    wrapper("__ifloordiv__", SlotId::Inplace(BinOp::FloorDiv), Convention::Binary, "($self, value, /)", "Return self//=value."),
    wrapper("__imod__", SlotId::Inplace(BinOp::Mod), Convention::Binary, "($self, value, /)", "Return self%=value."),
    wrapper("__ilshift__", SlotId::Inplace(BinOp::LShift), Convention::Binary, "($self, value, /)", "Return self<<=value."),
    wrapper("__irshift__", SlotId::Inplace(BinOp::RShift), Convention::Binary, "($self, value, /)", "Return self>>=value."),
    wrapper("__iand__", SlotId::Inplace(BinOp::And), Convention::Binary, "($self, value, /)", "Return self&=value."),
    wrapper("__ior__", SlotId::Inplace(BinOp::Or), Convention::Binary, "($self, value, /)", "Return self|=value."),
    wrapper("__ixor__", SlotId::Inplace(BinOp::Xor), Convention::Binary, "($self, value, /)", "Return self^=value."),
    wrapper("__imatmul__", SlotId::Inplace(BinOp::MatMul), Convention::Binary, "($self, value, /)", "Return self@=value."),
    wrapper("__ipow__", SlotId::Inplace(BinOp::Pow), Convention::Binary, "($self, value, /)", "Return self**=value."),
];

/// `__new__` of native types; its `self` is the type.
pub static NEW_DEF: NativeDef = NativeDef::raw_function("__new__", "($type, /, *args, **kwargs)", call_new)
    .doc("Create and return a new object.  See help(type) for accurate signature.");

/// `T.__new__(cls, ...)`: the first argument is the native type `T` to which the function belongs.
fn call_new(vm: &Vm, args: Args<'_>) -> PyResult {
    let [owner, rest @ ..] = args.pos() else { return Err(vm.type_error("__new__() needs an argument")) };
    let name = type_new::full_name(owner);
    let Some(class) = rest.first() else {
        return Err(vm.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    if !typeobj::is_type(class) {
        return Err(
            vm.type_error(format!("{name}.__new__(X): X is not a type object ({})", class.type_name()))
        );
    }
    if !typeobj::is_subtype(class, owner) {
        let class = type_new::full_name(class);
        return Err(vm.type_error(format!("{name}.__new__({class}): {class} is not a subtype of {name}")));
    }
    let native = type_new::native_base(class);
    let (mine, theirs) = (&typeobj::type_body(owner).ops.new, &typeobj::type_body(&native).ops.new);
    if mine.addr() != theirs.addr() {
        let (class, native) = (type_new::full_name(class), type_new::full_name(&native));
        return Err(vm.type_error(format!("{name}.__new__({class}) is not safe, use {native}.__new__()")));
    }
    match mine.get() {
        Some(new) => new(vm, class, args.skip(2)),
        None => Err(vm.type_error(format!("cannot create '{name}' instances"))),
    }
}
