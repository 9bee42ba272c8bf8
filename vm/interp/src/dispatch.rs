//! The interpreter's loop: fetch, dispatch, and nothing else. What instructions do stands in `staged` and `ops`.

use crate::cx::{Cx, Go, Step};
use crate::direct::Direct;
use crate::ops::{
    attrs, calls, containers, exceptions, formatting, imports, intrinsics, iteration, names, operators,
};
use crate::ops::{functions, patterns, subscripts, suspend};
use crate::stack::FLAG_ENTRY;
use crate::staged::table::handler;
use crate::unwind;
use pyre_bytecode::{Instruction, Opcode};
use pyre_jit::machine::Before;
use pyre_object::{BinOp, CmpOp, Obj, PyResult, Vm};
use pyre_threads::sync::Ordering;

macro_rules! arith {
    ($i:expr, $op:ident, $bin:ident) => {
        st!($i, $op, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::$bin))
    };
}
macro_rules! arith_int {
    ($i:expr, $op:ident, $bin:ident) => {
        st!($i, $op, |cx: &mut Cx<'_>, i| operators::binary_int(cx, i, BinOp::$bin))
    };
}
macro_rules! cmp {
    ($i:expr, $op:ident) => {
        st!($i, $op, |cx: &mut Cx<'_>, i| operators::compare(cx, i, CmpOp::$op))
    };
}
macro_rules! cmp_br {
    ($i:expr, $op:ident, $cmp:ident, $sense:expr) => {
        br!($i, $op, |cx: &mut Cx<'_>, i| operators::branch(cx, i, CmpOp::$cmp, $sense))
    };
}
macro_rules! cmp_br_int {
    ($i:expr, $op:ident, $cmp:ident, $sense:expr) => {
        br!($i, $op, |cx: &mut Cx<'_>, i| operators::branch_int(cx, i, CmpOp::$cmp, $sense))
    };
}

/// What each instruction does, with the macros of whoever expands it: `op!` for an ordinary one (its words, its function), and
/// for staged ones, with their ordinary forms, `st!` on immediates, `so!` on objects, `sf!` with frames, `br!` for
/// conditional jumps; `jump!` and `back!` are the others.
macro_rules! arms {
    ($i:ident) => {
        match $i.op() {
            Opcode::Nop => st!($i, Nop, operators::unreachable_slow),
            Opcode::LoadConst => st!($i, LoadConst, operators::unreachable_slow),
            Opcode::LoadInt => st!($i, LoadInt, operators::unreachable_slow),
            Opcode::LoadSingleton => st!($i, LoadSingleton, operators::unreachable_slow),
            Opcode::Move => st!($i, Move, operators::unreachable_slow),
            Opcode::Take => st!($i, Take, operators::unreachable_slow),
            Opcode::Drop => so!($i, 1, Drop, operators::unreachable_slow),
            Opcode::CheckLocal => st!($i, CheckLocal, names::check_local),
            Opcode::DeleteLocal => op!($i, 1, names::delete_local),
            Opcode::MakeCell => op!($i, 1, names::make_cell),
            Opcode::LoadCell => so!($i, 1, LoadCell, names::load_cell),
            Opcode::StoreCell => so!($i, 1, StoreCell, operators::unreachable_slow),
            Opcode::DeleteCell => op!($i, 1, names::delete_cell),
            Opcode::LoadFree => so!($i, 1, LoadFree, names::load_free),
            Opcode::StoreFree => so!($i, 1, StoreFree, operators::unreachable_slow),
            Opcode::DeleteFree => op!($i, 1, names::delete_free),
            Opcode::LoadClosureCell => op!($i, 1, names::load_closure_cell),
            Opcode::LoadClassFree => op!($i, 1, names::load_class_free),
            Opcode::LoadFromDictOrGlobals => op!($i, 1, names::load_from_dict_or_globals),
            Opcode::LoadFromDictOrFree => op!($i, 1, names::load_from_dict_or_free),
            Opcode::LoadGlobal => so!($i, 2, LoadGlobal, names::load_global_slow),
            Opcode::StoreGlobal => so!($i, 2, StoreGlobal, names::store_global_slow),
            Opcode::DeleteGlobal => op!($i, 1, names::delete_global),
            Opcode::LoadName => op!($i, 2, names::load_name),
            Opcode::StoreName => op!($i, 1, names::store_name),
            Opcode::DeleteName => op!($i, 1, names::delete_name),
            Opcode::LoadLocals => op!($i, 1, names::load_locals),
            Opcode::LoadBuildClass => op!($i, 1, names::load_build_class),
            Opcode::LoadCommonConst => op!($i, 1, names::load_common_const),
            Opcode::SetupAnnotations => op!($i, 1, names::setup_annotations),
            Opcode::LoadAttr => so!($i, 2, LoadAttr, attrs::load_attr_slow),
            Opcode::StoreAttr => so!($i, 2, StoreAttr, attrs::store_attr_slow),
            Opcode::DeleteAttr => op!($i, 1, attrs::delete_attr),
            Opcode::LoadMethod => so!($i, 2, LoadMethod, attrs::load_method_slow),
            Opcode::LoadSuperAttr => op!($i, 2, attrs::load_super_attr),
            Opcode::LoadSuperMethod => op!($i, 2, attrs::load_super_method),
            Opcode::LoadSpecial => op!($i, 1, attrs::load_special),
            Opcode::Add => arith!($i, Add, Add),
            Opcode::Sub => arith!($i, Sub, Sub),
            Opcode::Mul => arith!($i, Mul, Mul),
            Opcode::TrueDiv => arith!($i, TrueDiv, TrueDiv),
            Opcode::FloorDiv => arith!($i, FloorDiv, FloorDiv),
            Opcode::Mod => arith!($i, Mod, Mod),
            Opcode::Pow => op!($i, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::Pow)),
            Opcode::LShift => arith!($i, LShift, LShift),
            Opcode::RShift => arith!($i, RShift, RShift),
            Opcode::And => arith!($i, And, And),
            Opcode::Or => arith!($i, Or, Or),
            Opcode::Xor => arith!($i, Xor, Xor),
            Opcode::MatMul => op!($i, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::MatMul)),
            Opcode::AddInt => arith_int!($i, AddInt, Add),
            Opcode::SubInt => arith_int!($i, SubInt, Sub),
            Opcode::MulInt => arith_int!($i, MulInt, Mul),
            Opcode::FloorDivInt => arith_int!($i, FloorDivInt, FloorDiv),
            Opcode::ModInt => arith_int!($i, ModInt, Mod),
            Opcode::AndInt => arith_int!($i, AndInt, And),
            Opcode::LShiftInt => arith_int!($i, LShiftInt, LShift),
            Opcode::RShiftInt => arith_int!($i, RShiftInt, RShift),
            Opcode::Neg => st!($i, Neg, operators::neg),
            Opcode::Pos => op!($i, 1, operators::pos),
            Opcode::Invert => op!($i, 1, operators::invert),
            Opcode::Not => st!($i, Not, operators::not),
            Opcode::ToBool => st!($i, ToBool, operators::to_bool),
            Opcode::Lt => cmp!($i, Lt),
            Opcode::Le => cmp!($i, Le),
            Opcode::Eq => cmp!($i, Eq),
            Opcode::Ne => cmp!($i, Ne),
            Opcode::Gt => cmp!($i, Gt),
            Opcode::Ge => cmp!($i, Ge),
            Opcode::Is => so!($i, 1, Is, operators::unreachable_slow),
            Opcode::IsNot => so!($i, 1, IsNot, operators::unreachable_slow),
            Opcode::In => op!($i, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, true)),
            Opcode::NotIn => op!($i, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, false)),
            Opcode::Jump => jump!($i),
            Opcode::JumpBack => back!($i),
            Opcode::JumpIfTrue => br!($i, JumpIfTrue, |cx: &mut Cx<'_>, i| operators::jump_if(cx, i, true)),
            Opcode::JumpIfFalse => {
                br!($i, JumpIfFalse, |cx: &mut Cx<'_>, i| operators::jump_if(cx, i, false))
            }
            Opcode::JumpIfNone => {
                br!($i, JumpIfNone, |cx: &mut Cx<'_>, i| operators::jump_if_none(cx, i, true))
            }
            Opcode::JumpIfNotNone => {
                br!($i, JumpIfNotNone, |cx: &mut Cx<'_>, i| operators::jump_if_none(cx, i, false))
            }
            Opcode::JumpIfLt => cmp_br!($i, JumpIfLt, Lt, true),
            Opcode::JumpIfLe => cmp_br!($i, JumpIfLe, Le, true),
            Opcode::JumpIfGt => cmp_br!($i, JumpIfGt, Gt, true),
            Opcode::JumpIfGe => cmp_br!($i, JumpIfGe, Ge, true),
            Opcode::JumpIfEq => cmp_br!($i, JumpIfEq, Eq, true),
            Opcode::JumpIfNe => cmp_br!($i, JumpIfNe, Ne, true),
            Opcode::JumpIfNotLt => cmp_br!($i, JumpIfNotLt, Lt, false),
            Opcode::JumpIfNotLe => cmp_br!($i, JumpIfNotLe, Le, false),
            Opcode::JumpIfNotGt => cmp_br!($i, JumpIfNotGt, Gt, false),
            Opcode::JumpIfNotGe => cmp_br!($i, JumpIfNotGe, Ge, false),
            Opcode::JumpIfNotEq => cmp_br!($i, JumpIfNotEq, Eq, false),
            Opcode::JumpIfNotNe => cmp_br!($i, JumpIfNotNe, Ne, false),
            Opcode::JumpIfLtInt => cmp_br_int!($i, JumpIfLtInt, Lt, true),
            Opcode::JumpIfLeInt => cmp_br_int!($i, JumpIfLeInt, Le, true),
            Opcode::JumpIfGtInt => cmp_br_int!($i, JumpIfGtInt, Gt, true),
            Opcode::JumpIfGeInt => cmp_br_int!($i, JumpIfGeInt, Ge, true),
            Opcode::JumpIfEqInt => cmp_br_int!($i, JumpIfEqInt, Eq, true),
            Opcode::JumpIfNeInt => cmp_br_int!($i, JumpIfNeInt, Ne, true),
            Opcode::JumpIfNotLtInt => cmp_br_int!($i, JumpIfNotLtInt, Lt, false),
            Opcode::JumpIfNotLeInt => cmp_br_int!($i, JumpIfNotLeInt, Le, false),
            Opcode::JumpIfNotGtInt => cmp_br_int!($i, JumpIfNotGtInt, Gt, false),
            Opcode::JumpIfNotGeInt => cmp_br_int!($i, JumpIfNotGeInt, Ge, false),
            Opcode::JumpIfNotEqInt => cmp_br_int!($i, JumpIfNotEqInt, Eq, false),
            Opcode::JumpIfNotNeInt => cmp_br_int!($i, JumpIfNotNeInt, Ne, false),
            Opcode::BuildTuple => op!($i, 1, containers::build_tuple),
            Opcode::BuildList => op!($i, 1, containers::build_list),
            Opcode::BuildSet => op!($i, 1, containers::build_set),
            Opcode::BuildMap => op!($i, 1, containers::build_map),
            Opcode::BuildString => op!($i, 1, containers::build_string),
            Opcode::BuildSlice => op!($i, 1, containers::build_slice),
            Opcode::ListAppend => op!($i, 1, containers::list_append),
            Opcode::ListExtend => op!($i, 1, containers::list_extend),
            Opcode::ListToTuple => op!($i, 1, containers::list_to_tuple),
            Opcode::SetAdd => op!($i, 1, containers::set_add),
            Opcode::SetUpdate => op!($i, 1, containers::set_update),
            Opcode::MapInsert => op!($i, 1, containers::map_insert),
            Opcode::DictUpdate => op!($i, 1, containers::dict_update),
            Opcode::DictMerge => op!($i, 1, containers::dict_merge),
            Opcode::UnpackSequence => so!($i, 1, UnpackSequence, containers::unpack_sequence),
            Opcode::UnpackEx => op!($i, 1, containers::unpack_ex),
            Opcode::LoadSubscr => so!($i, 2, LoadSubscr, subscripts::load_subscr),
            Opcode::LoadSubscrInt => so!($i, 2, LoadSubscrInt, subscripts::load_subscr_int),
            Opcode::StoreSubscr => so!($i, 1, StoreSubscr, subscripts::store_subscr),
            Opcode::DeleteSubscr => op!($i, 1, subscripts::delete_subscr),
            Opcode::LoadSlice => op!($i, 1, subscripts::load_slice),
            Opcode::StoreSlice => op!($i, 1, subscripts::store_slice),
            Opcode::GetIter => op!($i, 1, iteration::get_iter),
            Opcode::ForIter => so!($i, 2, ForIter, iteration::for_iter),
            Opcode::Yield => op!($i, 1, suspend::yield_),
            Opcode::GetYieldFromIter => op!($i, 1, suspend::get_yield_from_iter),
            Opcode::GetAwaitable => op!($i, 1, suspend::get_awaitable),
            Opcode::Send => op!($i, 2, suspend::send),
            Opcode::GetAiter => op!($i, 1, suspend::get_aiter),
            Opcode::GetAnext => op!($i, 1, suspend::get_anext),
            Opcode::EndAsyncFor => op!($i, 1, suspend::end_async_for),
            Opcode::Call => sf!($i, 2, Call, calls::call),
            Opcode::CallMethod => sf!($i, 2, CallMethod, calls::call_method),
            Opcode::CallKw => op!($i, 2, calls::call_kw),
            Opcode::CallMethodKw => op!($i, 2, calls::call_method_kw),
            Opcode::CallEx => op!($i, 1, calls::call_ex),
            Opcode::Return => sf!($i, 1, Return, calls::return_),
            Opcode::MakeFunction => op!($i, 1, functions::make_function),
            Opcode::Intrinsic1 => op!($i, 1, intrinsics::intrinsic1),
            Opcode::Intrinsic2 => op!($i, 1, intrinsics::intrinsic2),
            Opcode::Raise => op!($i, 1, exceptions::raise),
            Opcode::Reraise => op!($i, 1, exceptions::reraise),
            Opcode::PushExcInfo => op!($i, 1, exceptions::push_exc_info),
            Opcode::PopExcInfo => op!($i, 1, exceptions::pop_exc_info),
            Opcode::CheckExcMatch => op!($i, 1, exceptions::check_exc_match),
            Opcode::CheckEgMatch => op!($i, 1, exceptions::check_eg_match),
            Opcode::WithExceptStart => op!($i, 1, exceptions::with_except_start),
            Opcode::FormatSimple => op!($i, 1, formatting::format_simple),
            Opcode::FormatSpec => op!($i, 1, formatting::format_spec),
            Opcode::ConvertValue => op!($i, 1, formatting::convert_value),
            Opcode::BuildInterpolation => op!($i, 1, formatting::build_interpolation),
            Opcode::BuildTemplate => op!($i, 1, formatting::build_template),
            Opcode::MatchClass => op!($i, 2, patterns::match_class),
            Opcode::MatchMapping => op!($i, 1, patterns::match_mapping),
            Opcode::MatchSequence => op!($i, 1, patterns::match_sequence),
            Opcode::MatchKeys => op!($i, 1, patterns::match_keys),
            Opcode::GetLen => op!($i, 1, patterns::get_len),
            Opcode::ImportName => op!($i, 1, imports::import_name),
            Opcode::ImportFrom => op!($i, 1, imports::import_from),
        }
    };
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
            consts = f.code().const_items().as_ptr();
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
    // A staged instruction on immediates, with its slow form.
    macro_rules! st {
        ($i:expr, $op:ident, $slow:expr) => {{
            let mut direct = Direct { regs, ip, offset: 1, consts, cx: &mut cx };
            if handler::$op(&mut direct, $i, Before::start()).is_ok() {
                ip = ip.wrapping_add(1);
                continue;
            }
            op!($i, 1, $slow)
        }};
    }
    // A staged instruction on objects: it may release something, so the frame must say where it is.
    macro_rules! so {
        ($i:expr, $size:expr, $op:ident, $slow:expr) => {{
            save!();
            let mut direct = Direct { regs, ip, offset: $size, consts, cx: &mut cx };
            if handler::$op(&mut direct, $i, Before::start()).is_ok() {
                ip = ip.wrapping_offset(direct.offset);
                continue;
            }
            op!($i, $size, $slow)
        }};
    }
    // A staged instruction that enters or leaves a frame.
    macro_rules! sf {
        ($i:expr, $size:expr, $op:ident, $slow:expr) => {{
            save!();
            let mut direct = Direct { regs, ip, offset: 1, consts, cx: &mut cx };
            if handler::$op(&mut direct, $i, Before::start()).is_ok() {
                reload!();
                continue;
            }
            op!($i, $size, $slow)
        }};
    }
    // A staged jump, with its slow form.
    macro_rules! br {
        ($i:expr, $op:ident, $slow:expr) => {{
            let mut direct = Direct { regs, ip, offset: 1, consts, cx: &mut cx };
            if handler::$op(&mut direct, $i, Before::start()).is_ok() {
                ip = ip.wrapping_offset(direct.offset);
                if direct.offset < 0 && poll.poll_requested() {
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
    macro_rules! jump {
        ($i:expr) => {
            ip = ip.wrapping_offset($i.bc_i32() as isize)
        };
    }
    macro_rules! back {
        ($i:expr) => {{
            jump!($i);
            if poll.poll_requested() {
                save!();
                match cx.poll() {
                    Ok(_) => reload!(),
                    Err(e) => raise!(e),
                }
            }
        }};
    }
    loop {
        // SAFETY: `ip` points at an instruction of the current code (checked by the bytecode verifier).
        let i = Instruction(unsafe { (*ip).load(Ordering::Relaxed) });
        arms!(i)
    }
}

/// Executes an instruction in its ordinary way, without its staged form. The frame's `pc` is that of the instruction.
///
/// # Errors
/// What the instruction raises.
#[cold]
#[inline(never)]
pub fn ordinary(cx: &mut Cx<'_>, i: Instruction) -> Step {
    macro_rules! op {
        ($i:expr, $size:expr, $f:expr) => {
            $f(cx, $i)
        };
    }
    macro_rules! so {
        ($i:expr, $size:expr, $op:ident, $slow:expr) => {
            $slow(cx, $i)
        };
    }
    macro_rules! sf {
        ($i:expr, $size:expr, $op:ident, $slow:expr) => {
            $slow(cx, $i)
        };
    }
    macro_rules! st {
        ($i:expr, $op:ident, $slow:expr) => {
            $slow(cx, $i)
        };
    }
    macro_rules! br {
        ($i:expr, $op:ident, $slow:expr) => {
            $slow(cx, $i)
        };
    }
    macro_rules! jump {
        ($i:expr) => {
            cx.jump($i.bc_i32())
        };
    }
    macro_rules! back {
        ($i:expr) => {
            jump!($i)
        };
    }
    arms!(i)
}
