//! Which handler each staged instruction has: the one place that says so, for the interpreter's loop and for machines
//! that take single steps.

use super::machine::Objects;
use super::{Staged, arith, attrs, calls, compare, iteration, moves, names, subscripts};
use pyre_bytecode::{Instruction, Opcode};
use pyre_jit::machine::{Before, Comparison as C, FloatOp as F, IntOp as I};

macro_rules! staged {
    ($($op:ident => $module:ident :: $f:ident ( $($arg:expr),* );)*) => {
        /// The handlers, by the names of their instructions.
        pub mod handler {
            #![allow(non_snake_case, missing_docs)]
            use super::*;
            $(
                #[inline(always)]
                pub fn $op<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
                    $module::$f(m, i, t $(, $arg)*)
                }
            )*
        }

        /// Runs the handler of an instruction; `None` if it has none.
        pub fn step<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Option<Staged> {
            match i.op() {
                $(Opcode::$op => Some(handler::$op(m, i, t)),)*
                _ => None,
            }
        }
    };
}

staged! {
    Nop => moves::nop();
    LoadConst => moves::load_const();
    LoadInt => moves::load_int();
    LoadSingleton => moves::load_singleton();
    Move => moves::move_();
    Take => moves::take();
    Drop => moves::drop_();
    CheckLocal => moves::check_local();
    LoadCell => names::load_cell();
    StoreCell => names::store_cell();
    LoadFree => names::load_free();
    StoreFree => names::store_free();
    LoadGlobal => names::load_global();
    StoreGlobal => names::store_global();
    LoadAttr => attrs::load_attr();
    StoreAttr => attrs::store_attr();
    LoadMethod => attrs::load_method();
    Add => arith::binary(I::Add, Some(F::Add));
    Sub => arith::binary(I::Sub, Some(F::Sub));
    Mul => arith::binary(I::Mul, Some(F::Mul));
    TrueDiv => arith::true_div();
    FloorDiv => arith::binary(I::FloorDiv, None);
    Mod => arith::binary(I::FloorMod, None);
    LShift => arith::binary(I::Shl, None);
    RShift => arith::binary(I::Shr, None);
    And => arith::binary(I::And, None);
    Or => arith::binary(I::Or, None);
    Xor => arith::binary(I::Xor, None);
    AddInt => arith::binary_int(I::Add);
    SubInt => arith::binary_int(I::Sub);
    MulInt => arith::binary_int(I::Mul);
    FloorDivInt => arith::binary_int(I::FloorDiv);
    ModInt => arith::binary_int(I::FloorMod);
    AndInt => arith::binary_int(I::And);
    LShiftInt => arith::binary_int(I::Shl);
    RShiftInt => arith::binary_int(I::Shr);
    Neg => arith::neg();
    Not => moves::to_bool(false);
    ToBool => moves::to_bool(true);
    Lt => compare::compare(C::Lt);
    Le => compare::compare(C::Le);
    Eq => compare::compare(C::Eq);
    Ne => compare::compare(C::Ne);
    Gt => compare::compare(C::Gt);
    Ge => compare::compare(C::Ge);
    Is => compare::is(true);
    IsNot => compare::is(false);
    Jump => moves::jump();
    JumpBack => moves::jump();
    JumpIfTrue => moves::jump_if(true);
    JumpIfFalse => moves::jump_if(false);
    JumpIfNone => moves::jump_if_none(true);
    JumpIfNotNone => moves::jump_if_none(false);
    JumpIfLt => compare::branch(C::Lt, true);
    JumpIfLe => compare::branch(C::Le, true);
    JumpIfGt => compare::branch(C::Gt, true);
    JumpIfGe => compare::branch(C::Ge, true);
    JumpIfEq => compare::branch(C::Eq, true);
    JumpIfNe => compare::branch(C::Ne, true);
    JumpIfNotLt => compare::branch(C::Lt, false);
    JumpIfNotLe => compare::branch(C::Le, false);
    JumpIfNotGt => compare::branch(C::Gt, false);
    JumpIfNotGe => compare::branch(C::Ge, false);
    JumpIfNotEq => compare::branch(C::Eq, false);
    JumpIfNotNe => compare::branch(C::Ne, false);
    JumpIfLtInt => compare::branch_int(C::Lt, true);
    JumpIfLeInt => compare::branch_int(C::Le, true);
    JumpIfGtInt => compare::branch_int(C::Gt, true);
    JumpIfGeInt => compare::branch_int(C::Ge, true);
    JumpIfEqInt => compare::branch_int(C::Eq, true);
    JumpIfNeInt => compare::branch_int(C::Ne, true);
    JumpIfNotLtInt => compare::branch_int(C::Lt, false);
    JumpIfNotLeInt => compare::branch_int(C::Le, false);
    JumpIfNotGtInt => compare::branch_int(C::Gt, false);
    JumpIfNotGeInt => compare::branch_int(C::Ge, false);
    JumpIfNotEqInt => compare::branch_int(C::Eq, false);
    JumpIfNotNeInt => compare::branch_int(C::Ne, false);
    LoadSubscr => subscripts::load_subscr();
    LoadSubscrInt => subscripts::load_subscr_int();
    StoreSubscr => subscripts::store_subscr();
    UnpackSequence => subscripts::unpack_sequence();
    ForIter => iteration::for_iter();
    Call => calls::call();
    CallMethod => calls::call_method();
    Return => calls::return_();
}
