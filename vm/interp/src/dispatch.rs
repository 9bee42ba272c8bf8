//! The interpreter's loop: fetch, dispatch, and nothing else. What instructions do stands in `staged` and `ops`.

use crate::cx::{Cx, Go};
use crate::direct::Direct;
use crate::ops::{
    attrs, calls, containers, exceptions, formatting, imports, intrinsics, iteration, names, operators,
};
use crate::ops::{functions, patterns, subscripts, suspend};
use crate::stack::FLAG_ENTRY;
use crate::staged::{arith, compare, moves};
use crate::unwind;
use pyre_bytecode::{Instruction, KILL_A, KILL_B, KILL_C, Opcode};
use pyre_jit::machine::{Before, Comparison as C, FloatOp, IntOp};
use pyre_object::{BinOp, CmpOp, Obj, PyResult, Value, Vm};
use pyre_threads::sync::Ordering;

/// Empties the registers of operands that die and hold immediates.
#[inline(always)]
fn empty_dying(regs: *mut Value, i: Instruction) {
    for (bit, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
        if i.flags() & bit != 0 {
            // SAFETY: the compiler only names registers that the frame has, and immediates own nothing.
            unsafe { *regs.add(r as usize) = Value::UNBOUND };
        }
    }
}

/// Runs the thread's current frame, which is an entry frame, until it returns or raises.
pub fn run(vm: &Vm) -> PyResult {
    // SAFETY: an entry frame was pushed, so the thread has stacks and a frame.
    let mut cx = unsafe { Cx::current(vm) };
    debug_assert!(cx.frame().flags & FLAG_ENTRY != 0);
    let poll = vm.record();
    let (mut regs, mut ip, mut consts);
    macro_rules! reload {
        () => {{
            // SAFETY: the stacks are the thread's own.
            cx.frame = unsafe { (*cx.stacks).current };
            let f = cx.frame();
            regs = f.regs;
            // SAFETY: `pc` is the index of an instruction.
            ip = unsafe { f.words.add(f.pc as usize) };
            consts = f.code().const_items.as_ptr();
        }};
    }
    reload!();
    macro_rules! save {
        () => {
            // SAFETY: `ip` points into the words of the current frame's code.
            cx.frame().pc = unsafe { ip.offset_from(cx.frame().words) } as u32
        };
    }
    macro_rules! raise {
        ($e:expr) => {{
            match unwind::raise(&mut cx, $e) {
                Ok(()) => {
                    reload!();
                    continue;
                }
                Err(e) => return Err(e),
            }
        }};
    }
    // An instruction of `ops`.
    macro_rules! op {
        ($i:expr, $size:expr, $f:expr) => {{
            save!();
            match $f(&mut cx, $i) {
                Ok(Go::Next) => {
                    ip = ip.wrapping_add($size);
                    continue;
                }
                Ok(Go::Reload) => {
                    reload!();
                    continue;
                }
                Ok(Go::Exit) => return Ok(std::mem::replace(&mut cx.result, Obj::UNBOUND)),
                Err(e) => raise!(e),
            }
        }};
    }
    // The fast forms only see immediates in operands that die: nothing is released, the registers just become empty.
    macro_rules! forget {
        ($i:expr) => {
            if $i.flags() & (KILL_A | KILL_B | KILL_C) != 0 {
                empty_dying(regs, $i);
            }
        };
    }
    // A staged instruction that falls through, with its slow form.
    macro_rules! st {
        ($i:expr, |$m:ident, $t:ident| $fast:expr, $slow:expr) => {{
            let mut direct = Direct { regs, ip, consts };
            let ($m, $t) = (&mut direct, Before::start());
            if $fast.is_ok() {
                forget!($i);
                ip = ip.wrapping_add(1);
                continue;
            }
            op!($i, 1, $slow)
        }};
    }
    // A staged jump, with its slow form.
    macro_rules! br {
        ($i:expr, |$m:ident, $t:ident| $fast:expr, $slow:expr) => {{
            let mut direct = Direct { regs, ip, consts };
            let ($m, $t) = (&mut direct, Before::start());
            if $fast.is_ok() {
                let target = direct.ip;
                forget!($i);
                if target == ip {
                    ip = ip.wrapping_add(1);
                    continue;
                }
                let back = target < ip;
                ip = target;
                if back && poll.poll_requested() {
                    save!();
                    match cx.poll() {
                        Ok(_) => reload!(),
                        Err(e) => raise!(e),
                    }
                }
                continue;
            }
            op!($i, 1, $slow)
        }};
    }
    macro_rules! arith {
        ($i:expr, $bin:ident, $int:expr, $float:expr) => {
            st!($i, |m, t| arith::binary(m, $i, t, $int, $float), |cx: &mut Cx<'_>, i| operators::binary(
                cx,
                i,
                BinOp::$bin
            ))
        };
    }
    macro_rules! arith_int {
        ($i:expr, $bin:ident, $int:expr) => {
            st!($i, |m, t| arith::binary_int(m, $i, t, $int), |cx: &mut Cx<'_>, i| operators::binary_int(
                cx,
                i,
                BinOp::$bin
            ))
        };
    }
    macro_rules! cmp {
        ($i:expr, $op:ident) => {
            st!($i, |m, t| compare::compare(m, $i, t, C::$op), |cx: &mut Cx<'_>, i| operators::compare(
                cx,
                i,
                CmpOp::$op
            ))
        };
    }
    macro_rules! cmp_br {
        ($i:expr, $op:ident, $sense:expr) => {
            br!($i, |m, t| compare::branch(m, $i, t, C::$op, $sense), |cx: &mut Cx<'_>, i| operators::branch(
                cx,
                i,
                CmpOp::$op,
                $sense
            ))
        };
    }
    macro_rules! cmp_br_int {
        ($i:expr, $op:ident, $sense:expr) => {
            br!($i, |m, t| compare::branch_int(m, $i, t, C::$op, $sense), |cx: &mut Cx<'_>, i| {
                operators::branch_int(cx, i, CmpOp::$op, $sense)
            })
        };
    }
    loop {
        // SAFETY: `ip` points at an instruction of the current code (checked by the bytecode verifier).
        let i = Instruction(unsafe { (*ip).load(Ordering::Relaxed) });
        match i.op() {
            Opcode::Nop => ip = ip.wrapping_add(1),
            Opcode::LoadConst => st!(i, |m, t| moves::load_const(m, i, t), operators::unreachable_slow),
            Opcode::LoadInt => st!(i, |m, t| moves::load_int(m, i, t), operators::unreachable_slow),
            Opcode::LoadSingleton => {
                st!(i, |m, t| moves::load_singleton(m, i, t), operators::unreachable_slow)
            }
            Opcode::Move => st!(i, |m, t| moves::move_(m, i, t), operators::unreachable_slow),
            Opcode::Take => op!(i, 1, names::take),
            Opcode::Drop => op!(i, 1, names::drop_),
            Opcode::CheckLocal => {
                // SAFETY: a register of the frame.
                if unsafe { *regs.add(i.a() as usize) } != Value::UNBOUND {
                    ip = ip.wrapping_add(1);
                    continue;
                }
                op!(i, 1, names::check_local)
            }
            Opcode::DeleteLocal => op!(i, 1, names::delete_local),
            Opcode::MakeCell => op!(i, 1, names::make_cell),
            Opcode::LoadCell => op!(i, 1, names::load_cell),
            Opcode::StoreCell => op!(i, 1, names::store_cell),
            Opcode::DeleteCell => op!(i, 1, names::delete_cell),
            Opcode::LoadFree => op!(i, 1, names::load_free),
            Opcode::StoreFree => op!(i, 1, names::store_free),
            Opcode::DeleteFree => op!(i, 1, names::delete_free),
            Opcode::LoadClosureCell => op!(i, 1, names::load_closure_cell),
            Opcode::LoadClassFree => op!(i, 1, names::load_class_free),
            Opcode::LoadFromDictOrGlobals => op!(i, 1, names::load_from_dict_or_globals),
            Opcode::LoadFromDictOrFree => op!(i, 1, names::load_from_dict_or_free),
            Opcode::LoadGlobal => op!(i, 2, names::load_global),
            Opcode::StoreGlobal => op!(i, 2, names::store_global),
            Opcode::DeleteGlobal => op!(i, 1, names::delete_global),
            Opcode::LoadName => op!(i, 2, names::load_name),
            Opcode::StoreName => op!(i, 1, names::store_name),
            Opcode::DeleteName => op!(i, 1, names::delete_name),
            Opcode::LoadLocals => op!(i, 1, names::load_locals),
            Opcode::LoadBuildClass => op!(i, 1, names::load_build_class),
            Opcode::LoadCommonConst => op!(i, 1, names::load_common_const),
            Opcode::SetupAnnotations => op!(i, 1, names::setup_annotations),
            Opcode::LoadAttr => op!(i, 2, attrs::load_attr),
            Opcode::StoreAttr => op!(i, 2, attrs::store_attr),
            Opcode::DeleteAttr => op!(i, 1, attrs::delete_attr),
            Opcode::LoadMethod => op!(i, 2, attrs::load_method),
            Opcode::LoadSuperAttr => op!(i, 2, attrs::load_super_attr),
            Opcode::LoadSuperMethod => op!(i, 2, attrs::load_super_method),
            Opcode::LoadSpecial => op!(i, 1, attrs::load_special),
            Opcode::Add => arith!(i, Add, IntOp::Add, Some(FloatOp::Add)),
            Opcode::Sub => arith!(i, Sub, IntOp::Sub, Some(FloatOp::Sub)),
            Opcode::Mul => arith!(i, Mul, IntOp::Mul, Some(FloatOp::Mul)),
            Opcode::TrueDiv => st!(i, |m, t| arith::true_div(m, i, t), |cx: &mut Cx<'_>, i| {
                operators::binary(cx, i, BinOp::TrueDiv)
            }),
            Opcode::FloorDiv => arith!(i, FloorDiv, IntOp::FloorDiv, None),
            Opcode::Mod => arith!(i, Mod, IntOp::FloorMod, None),
            Opcode::Pow => op!(i, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::Pow)),
            Opcode::LShift => arith!(i, LShift, IntOp::Shl, None),
            Opcode::RShift => arith!(i, RShift, IntOp::Shr, None),
            Opcode::And => arith!(i, And, IntOp::And, None),
            Opcode::Or => arith!(i, Or, IntOp::Or, None),
            Opcode::Xor => arith!(i, Xor, IntOp::Xor, None),
            Opcode::MatMul => op!(i, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::MatMul)),
            Opcode::AddInt => arith_int!(i, Add, IntOp::Add),
            Opcode::SubInt => arith_int!(i, Sub, IntOp::Sub),
            Opcode::MulInt => arith_int!(i, Mul, IntOp::Mul),
            Opcode::FloorDivInt => arith_int!(i, FloorDiv, IntOp::FloorDiv),
            Opcode::ModInt => arith_int!(i, Mod, IntOp::FloorMod),
            Opcode::AndInt => arith_int!(i, And, IntOp::And),
            Opcode::LShiftInt => arith_int!(i, LShift, IntOp::Shl),
            Opcode::RShiftInt => arith_int!(i, RShift, IntOp::Shr),
            Opcode::Neg => st!(i, |m, t| arith::neg(m, i, t), operators::neg),
            Opcode::Pos => op!(i, 1, operators::pos),
            Opcode::Invert => op!(i, 1, operators::invert),
            Opcode::Not => op!(i, 1, operators::not),
            Opcode::ToBool => op!(i, 1, operators::to_bool),
            Opcode::Lt => cmp!(i, Lt),
            Opcode::Le => cmp!(i, Le),
            Opcode::Eq => cmp!(i, Eq),
            Opcode::Ne => cmp!(i, Ne),
            Opcode::Gt => cmp!(i, Gt),
            Opcode::Ge => cmp!(i, Ge),
            Opcode::Is => op!(i, 1, |cx: &mut Cx<'_>, i| operators::is(cx, i, true)),
            Opcode::IsNot => op!(i, 1, |cx: &mut Cx<'_>, i| operators::is(cx, i, false)),
            Opcode::In => op!(i, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, true)),
            Opcode::NotIn => op!(i, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, false)),
            Opcode::Jump => ip = ip.wrapping_offset(i.bc_i32() as isize),
            Opcode::JumpBack => {
                ip = ip.wrapping_offset(i.bc_i32() as isize);
                if poll.poll_requested() {
                    save!();
                    match cx.poll() {
                        Ok(_) => reload!(),
                        Err(e) => raise!(e),
                    }
                }
            }
            Opcode::JumpIfTrue => br!(i, |m, t| moves::jump_if(m, i, t, true), |cx: &mut Cx<'_>, i| {
                operators::jump_if(cx, i, true)
            }),
            Opcode::JumpIfFalse => br!(i, |m, t| moves::jump_if(m, i, t, false), |cx: &mut Cx<'_>, i| {
                operators::jump_if(cx, i, false)
            }),
            Opcode::JumpIfNone => br!(i, |m, t| moves::jump_if_none(m, i, t, true), |cx: &mut Cx<'_>, i| {
                operators::jump_if_none(cx, i, true)
            }),
            Opcode::JumpIfNotNone => {
                br!(i, |m, t| moves::jump_if_none(m, i, t, false), |cx: &mut Cx<'_>, i| {
                    operators::jump_if_none(cx, i, false)
                })
            }
            Opcode::JumpIfLt => cmp_br!(i, Lt, true),
            Opcode::JumpIfLe => cmp_br!(i, Le, true),
            Opcode::JumpIfGt => cmp_br!(i, Gt, true),
            Opcode::JumpIfGe => cmp_br!(i, Ge, true),
            Opcode::JumpIfEq => cmp_br!(i, Eq, true),
            Opcode::JumpIfNe => cmp_br!(i, Ne, true),
            Opcode::JumpIfNotLt => cmp_br!(i, Lt, false),
            Opcode::JumpIfNotLe => cmp_br!(i, Le, false),
            Opcode::JumpIfNotGt => cmp_br!(i, Gt, false),
            Opcode::JumpIfNotGe => cmp_br!(i, Ge, false),
            Opcode::JumpIfNotEq => cmp_br!(i, Eq, false),
            Opcode::JumpIfNotNe => cmp_br!(i, Ne, false),
            Opcode::JumpIfLtInt => cmp_br_int!(i, Lt, true),
            Opcode::JumpIfLeInt => cmp_br_int!(i, Le, true),
            Opcode::JumpIfGtInt => cmp_br_int!(i, Gt, true),
            Opcode::JumpIfGeInt => cmp_br_int!(i, Ge, true),
            Opcode::JumpIfEqInt => cmp_br_int!(i, Eq, true),
            Opcode::JumpIfNeInt => cmp_br_int!(i, Ne, true),
            Opcode::JumpIfNotLtInt => cmp_br_int!(i, Lt, false),
            Opcode::JumpIfNotLeInt => cmp_br_int!(i, Le, false),
            Opcode::JumpIfNotGtInt => cmp_br_int!(i, Gt, false),
            Opcode::JumpIfNotGeInt => cmp_br_int!(i, Ge, false),
            Opcode::JumpIfNotEqInt => cmp_br_int!(i, Eq, false),
            Opcode::JumpIfNotNeInt => cmp_br_int!(i, Ne, false),
            Opcode::BuildTuple => op!(i, 1, containers::build_tuple),
            Opcode::BuildList => op!(i, 1, containers::build_list),
            Opcode::BuildSet => op!(i, 1, containers::build_set),
            Opcode::BuildMap => op!(i, 1, containers::build_map),
            Opcode::BuildString => op!(i, 1, containers::build_string),
            Opcode::BuildSlice => op!(i, 1, containers::build_slice),
            Opcode::ListAppend => op!(i, 1, containers::list_append),
            Opcode::ListExtend => op!(i, 1, containers::list_extend),
            Opcode::ListToTuple => op!(i, 1, containers::list_to_tuple),
            Opcode::SetAdd => op!(i, 1, containers::set_add),
            Opcode::SetUpdate => op!(i, 1, containers::set_update),
            Opcode::MapInsert => op!(i, 1, containers::map_insert),
            Opcode::DictUpdate => op!(i, 1, containers::dict_update),
            Opcode::DictMerge => op!(i, 1, containers::dict_merge),
            Opcode::UnpackSequence => op!(i, 1, containers::unpack_sequence),
            Opcode::UnpackEx => op!(i, 1, containers::unpack_ex),
            Opcode::LoadSubscr => op!(i, 2, subscripts::load_subscr),
            Opcode::LoadSubscrInt => op!(i, 2, subscripts::load_subscr_int),
            Opcode::StoreSubscr => op!(i, 1, subscripts::store_subscr),
            Opcode::DeleteSubscr => op!(i, 1, subscripts::delete_subscr),
            Opcode::LoadSlice => op!(i, 1, subscripts::load_slice),
            Opcode::StoreSlice => op!(i, 1, subscripts::store_slice),
            Opcode::GetIter => op!(i, 1, iteration::get_iter),
            Opcode::ForIter => op!(i, 2, iteration::for_iter),
            Opcode::Yield => op!(i, 1, suspend::yield_),
            Opcode::GetYieldFromIter => op!(i, 1, suspend::get_yield_from_iter),
            Opcode::GetAwaitable => op!(i, 1, suspend::get_awaitable),
            Opcode::Send => op!(i, 2, suspend::send),
            Opcode::GetAiter => op!(i, 1, suspend::get_aiter),
            Opcode::GetAnext => op!(i, 1, suspend::get_anext),
            Opcode::EndAsyncFor => op!(i, 1, suspend::end_async_for),
            Opcode::Call => op!(i, 2, calls::call),
            Opcode::CallMethod => op!(i, 2, calls::call_method),
            Opcode::CallKw => op!(i, 2, calls::call_kw),
            Opcode::CallMethodKw => op!(i, 2, calls::call_method_kw),
            Opcode::CallEx => op!(i, 1, calls::call_ex),
            Opcode::Return => op!(i, 1, calls::return_),
            Opcode::MakeFunction => op!(i, 1, functions::make_function),
            Opcode::Intrinsic1 => op!(i, 1, intrinsics::intrinsic1),
            Opcode::Intrinsic2 => op!(i, 1, intrinsics::intrinsic2),
            Opcode::Raise => op!(i, 1, exceptions::raise),
            Opcode::Reraise => op!(i, 1, exceptions::reraise),
            Opcode::PushExcInfo => op!(i, 1, exceptions::push_exc_info),
            Opcode::PopExcInfo => op!(i, 1, exceptions::pop_exc_info),
            Opcode::CheckExcMatch => op!(i, 1, exceptions::check_exc_match),
            Opcode::CheckEgMatch => op!(i, 1, exceptions::check_eg_match),
            Opcode::WithExceptStart => op!(i, 1, exceptions::with_except_start),
            Opcode::FormatSimple => op!(i, 1, formatting::format_simple),
            Opcode::FormatSpec => op!(i, 1, formatting::format_spec),
            Opcode::ConvertValue => op!(i, 1, formatting::convert_value),
            Opcode::BuildInterpolation => op!(i, 1, formatting::build_interpolation),
            Opcode::BuildTemplate => op!(i, 1, formatting::build_template),
            Opcode::MatchClass => op!(i, 2, patterns::match_class),
            Opcode::MatchMapping => op!(i, 1, patterns::match_mapping),
            Opcode::MatchSequence => op!(i, 1, patterns::match_sequence),
            Opcode::MatchKeys => op!(i, 1, patterns::match_keys),
            Opcode::GetLen => op!(i, 1, patterns::get_len),
            Opcode::ImportName => op!(i, 1, imports::import_name),
            Opcode::ImportFrom => op!(i, 1, imports::import_from),
        }
    }
}
