//! The interpreter's loop: fetch, dispatch, and nothing else. What instructions do stands in `staged` and `ops`.
//!
//! Every instruction is a function that ends by calling the next one's, with the state of execution as arguments, which the compiler
//! keeps in registers ("threaded code", Bell 1973, by tail calls). Rust does not promise tail calls yet, LLVM makes them: the callee has
//! the caller's signature, nothing is left to do, and no address of a local variable has been given away. Hence the form of
//! the functions here: whatever needs more than registers happens in a function that is called and returns
//! (`work`), or that is called last (`slow`). Where nothing optimises, or a sanitizer puts code before every
//! return, `build.rs` leaves the cfg `tail_calls` away, and every function returns to [`run`] instead of calling the next.
//! `cargo xtask check-tails` looks at the machine code.

use crate::cx::{Cx, Go, Step};
use crate::direct::Direct;
use crate::ops::{
    attrs, calls, containers, exceptions, formatting, imports, intrinsics, iteration, names, operators,
};
use crate::ops::{functions, patterns, subscripts, suspend};
use crate::stack::FLAG_ENTRY;
use crate::staged::quick;
use crate::staged::table::handler;
use crate::unwind;
use pyre_bytecode::{Instruction, Opcode};
use pyre_jit::machine::{Before, Comparison, IntOp};
use pyre_object::{BinOp, CmpOp, Obj, PyResult, Raised, Value, Vm};
use pyre_threads::sync::{AtomicU64, Ordering};

macro_rules! arith {
    ($op:ident, $bin:ident) => {
        st!($op, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::$bin))
    };
}
macro_rules! arith_int {
    ($op:ident, $bin:ident) => {
        st!($op, |cx: &mut Cx<'_>, i| operators::binary_int(cx, i, BinOp::$bin))
    };
}
macro_rules! cmp {
    ($op:ident) => {
        st!($op, |cx: &mut Cx<'_>, i| operators::compare(cx, i, CmpOp::$op))
    };
}
macro_rules! cmp_br {
    ($op:ident, $cmp:ident, $sense:expr) => {
        br!(
            $op,
            |cx: &mut Cx<'_>, i| operators::branch(cx, i, CmpOp::$cmp, $sense),
            |m: &mut Direct<'_, '_>, i, t| { quick::branch(m, i, t, Comparison::$cmp, $sense) }
        )
    };
}
macro_rules! arith_quick {
    ($op:ident, $bin:ident, $int:ident) => {
        st!(
            $op,
            |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::$bin),
            |m: &mut Direct<'_, '_>, i, t| { quick::binary(m, i, t, IntOp::$int) }
        )
    };
}
macro_rules! cmp_br_int {
    ($op:ident, $cmp:ident, $sense:expr) => {
        br!($op, |cx: &mut Cx<'_>, i| operators::branch_int(cx, i, CmpOp::$cmp, $sense))
    };
}

/// What each instruction does, with the macros of whoever expands it: `op!` for an ordinary one (its words, its function), and
/// for staged ones, with their ordinary forms, `st!` on immediates, `so!` on objects, `sf!` with frames, `br!` for
/// conditional jumps; `jump!` and `back!` are the others. Staged ones may have a quick form, which is asked first.
macro_rules! arms {
    ($i:ident) => {
        match $i {
            Opcode::Nop => st!(Nop, operators::unreachable_slow),
            Opcode::LoadConst => st!(LoadConst, operators::unreachable_slow),
            Opcode::LoadInt => st!(LoadInt, operators::unreachable_slow),
            Opcode::LoadSingleton => st!(LoadSingleton, operators::unreachable_slow),
            Opcode::Move => st!(Move, operators::unreachable_slow),
            Opcode::Take => st!(Take, operators::unreachable_slow),
            Opcode::Drop => so!(Drop, 1, operators::unreachable_slow),
            Opcode::CheckLocal => st!(CheckLocal, names::check_local),
            Opcode::DeleteLocal => op!(DeleteLocal, 1, names::delete_local),
            Opcode::MakeCell => op!(MakeCell, 1, names::make_cell),
            Opcode::LoadCell => so!(LoadCell, 1, names::load_cell),
            Opcode::StoreCell => so!(StoreCell, 1, operators::unreachable_slow),
            Opcode::DeleteCell => op!(DeleteCell, 1, names::delete_cell),
            Opcode::LoadFree => so!(LoadFree, 1, names::load_free),
            Opcode::StoreFree => so!(StoreFree, 1, operators::unreachable_slow),
            Opcode::DeleteFree => op!(DeleteFree, 1, names::delete_free),
            Opcode::LoadClosureCell => op!(LoadClosureCell, 1, names::load_closure_cell),
            Opcode::LoadClassFree => op!(LoadClassFree, 1, names::load_class_free),
            Opcode::LoadFromDictOrGlobals => op!(LoadFromDictOrGlobals, 1, names::load_from_dict_or_globals),
            Opcode::LoadFromDictOrFree => op!(LoadFromDictOrFree, 1, names::load_from_dict_or_free),
            Opcode::LoadGlobal => so!(LoadGlobal, 2, names::load_global_slow, quick::load_global),
            Opcode::StoreGlobal => so!(StoreGlobal, 2, names::store_global_slow),
            Opcode::DeleteGlobal => op!(DeleteGlobal, 1, names::delete_global),
            Opcode::LoadName => op!(LoadName, 2, names::load_name),
            Opcode::StoreName => op!(StoreName, 1, names::store_name),
            Opcode::DeleteName => op!(DeleteName, 1, names::delete_name),
            Opcode::LoadLocals => op!(LoadLocals, 1, names::load_locals),
            Opcode::LoadBuildClass => op!(LoadBuildClass, 1, names::load_build_class),
            Opcode::LoadCommonConst => op!(LoadCommonConst, 1, names::load_common_const),
            Opcode::SetupAnnotations => op!(SetupAnnotations, 1, names::setup_annotations),
            Opcode::LoadAttr => so!(LoadAttr, 2, attrs::load_attr_slow, quick::load_attr),
            Opcode::StoreAttr => so!(StoreAttr, 2, attrs::store_attr_slow, quick::store_attr),
            Opcode::DeleteAttr => op!(DeleteAttr, 1, attrs::delete_attr),
            Opcode::LoadMethod => so!(LoadMethod, 2, attrs::load_method_slow, quick::load_method),
            Opcode::LoadSuperAttr => op!(LoadSuperAttr, 2, attrs::load_super_attr),
            Opcode::LoadSuperMethod => op!(LoadSuperMethod, 2, attrs::load_super_method),
            Opcode::LoadSpecial => op!(LoadSpecial, 1, attrs::load_special),
            Opcode::Add => arith_quick!(Add, Add, Add),
            Opcode::Sub => arith_quick!(Sub, Sub, Sub),
            Opcode::Mul => arith_quick!(Mul, Mul, Mul),
            Opcode::TrueDiv => arith!(TrueDiv, TrueDiv),
            Opcode::FloorDiv => arith!(FloorDiv, FloorDiv),
            Opcode::Mod => arith!(Mod, Mod),
            Opcode::Pow => op!(Pow, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::Pow)),
            Opcode::LShift => arith!(LShift, LShift),
            Opcode::RShift => arith!(RShift, RShift),
            Opcode::And => arith!(And, And),
            Opcode::Or => arith!(Or, Or),
            Opcode::Xor => arith!(Xor, Xor),
            Opcode::MatMul => op!(MatMul, 1, |cx: &mut Cx<'_>, i| operators::binary(cx, i, BinOp::MatMul)),
            Opcode::AddInt => arith_int!(AddInt, Add),
            Opcode::SubInt => arith_int!(SubInt, Sub),
            Opcode::MulInt => arith_int!(MulInt, Mul),
            Opcode::FloorDivInt => arith_int!(FloorDivInt, FloorDiv),
            Opcode::ModInt => arith_int!(ModInt, Mod),
            Opcode::AndInt => arith_int!(AndInt, And),
            Opcode::LShiftInt => arith_int!(LShiftInt, LShift),
            Opcode::RShiftInt => arith_int!(RShiftInt, RShift),
            Opcode::Neg => st!(Neg, operators::neg),
            Opcode::Pos => op!(Pos, 1, operators::pos),
            Opcode::Invert => op!(Invert, 1, operators::invert),
            Opcode::Not => st!(Not, operators::not),
            Opcode::ToBool => st!(ToBool, operators::to_bool),
            Opcode::Lt => cmp!(Lt),
            Opcode::Le => cmp!(Le),
            Opcode::Eq => cmp!(Eq),
            Opcode::Ne => cmp!(Ne),
            Opcode::Gt => cmp!(Gt),
            Opcode::Ge => cmp!(Ge),
            Opcode::Is => so!(Is, 1, operators::unreachable_slow),
            Opcode::IsNot => so!(IsNot, 1, operators::unreachable_slow),
            Opcode::In => op!(In, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, true)),
            Opcode::NotIn => op!(NotIn, 1, |cx: &mut Cx<'_>, i| operators::contains(cx, i, false)),
            Opcode::Jump => jump!(Jump),
            Opcode::JumpBack => back!(JumpBack),
            Opcode::JumpIfTrue => br!(JumpIfTrue, |cx: &mut Cx<'_>, i| operators::jump_if(cx, i, true)),
            Opcode::JumpIfFalse => {
                br!(JumpIfFalse, |cx: &mut Cx<'_>, i| operators::jump_if(cx, i, false))
            }
            Opcode::JumpIfNone => {
                br!(JumpIfNone, |cx: &mut Cx<'_>, i| operators::jump_if_none(cx, i, true))
            }
            Opcode::JumpIfNotNone => {
                br!(JumpIfNotNone, |cx: &mut Cx<'_>, i| operators::jump_if_none(cx, i, false))
            }
            Opcode::JumpIfLt => cmp_br!(JumpIfLt, Lt, true),
            Opcode::JumpIfLe => cmp_br!(JumpIfLe, Le, true),
            Opcode::JumpIfGt => cmp_br!(JumpIfGt, Gt, true),
            Opcode::JumpIfGe => cmp_br!(JumpIfGe, Ge, true),
            Opcode::JumpIfEq => cmp_br!(JumpIfEq, Eq, true),
            Opcode::JumpIfNe => cmp_br!(JumpIfNe, Ne, true),
            Opcode::JumpIfNotLt => cmp_br!(JumpIfNotLt, Lt, false),
            Opcode::JumpIfNotLe => cmp_br!(JumpIfNotLe, Le, false),
            Opcode::JumpIfNotGt => cmp_br!(JumpIfNotGt, Gt, false),
            Opcode::JumpIfNotGe => cmp_br!(JumpIfNotGe, Ge, false),
            Opcode::JumpIfNotEq => cmp_br!(JumpIfNotEq, Eq, false),
            Opcode::JumpIfNotNe => cmp_br!(JumpIfNotNe, Ne, false),
            Opcode::JumpIfLtInt => cmp_br_int!(JumpIfLtInt, Lt, true),
            Opcode::JumpIfLeInt => cmp_br_int!(JumpIfLeInt, Le, true),
            Opcode::JumpIfGtInt => cmp_br_int!(JumpIfGtInt, Gt, true),
            Opcode::JumpIfGeInt => cmp_br_int!(JumpIfGeInt, Ge, true),
            Opcode::JumpIfEqInt => cmp_br_int!(JumpIfEqInt, Eq, true),
            Opcode::JumpIfNeInt => cmp_br_int!(JumpIfNeInt, Ne, true),
            Opcode::JumpIfNotLtInt => cmp_br_int!(JumpIfNotLtInt, Lt, false),
            Opcode::JumpIfNotLeInt => cmp_br_int!(JumpIfNotLeInt, Le, false),
            Opcode::JumpIfNotGtInt => cmp_br_int!(JumpIfNotGtInt, Gt, false),
            Opcode::JumpIfNotGeInt => cmp_br_int!(JumpIfNotGeInt, Ge, false),
            Opcode::JumpIfNotEqInt => cmp_br_int!(JumpIfNotEqInt, Eq, false),
            Opcode::JumpIfNotNeInt => cmp_br_int!(JumpIfNotNeInt, Ne, false),
            Opcode::BuildTuple => op!(BuildTuple, 1, containers::build_tuple),
            Opcode::BuildList => op!(BuildList, 1, containers::build_list),
            Opcode::BuildSet => op!(BuildSet, 1, containers::build_set),
            Opcode::BuildMap => op!(BuildMap, 1, containers::build_map),
            Opcode::BuildString => op!(BuildString, 1, containers::build_string),
            Opcode::BuildSlice => op!(BuildSlice, 1, containers::build_slice),
            Opcode::ListAppend => op!(ListAppend, 1, containers::list_append),
            Opcode::ListExtend => op!(ListExtend, 1, containers::list_extend),
            Opcode::ListToTuple => op!(ListToTuple, 1, containers::list_to_tuple),
            Opcode::SetAdd => op!(SetAdd, 1, containers::set_add),
            Opcode::SetUpdate => op!(SetUpdate, 1, containers::set_update),
            Opcode::MapInsert => op!(MapInsert, 1, containers::map_insert),
            Opcode::DictUpdate => op!(DictUpdate, 1, containers::dict_update),
            Opcode::DictMerge => op!(DictMerge, 1, containers::dict_merge),
            Opcode::UnpackSequence => so!(UnpackSequence, 1, containers::unpack_sequence),
            Opcode::UnpackEx => op!(UnpackEx, 1, containers::unpack_ex),
            Opcode::LoadSubscr => so!(LoadSubscr, 2, subscripts::load_subscr, quick::load_subscr),
            Opcode::LoadSubscrInt => so!(LoadSubscrInt, 2, subscripts::load_subscr_int),
            Opcode::StoreSubscr => so!(StoreSubscr, 1, subscripts::store_subscr),
            Opcode::DeleteSubscr => op!(DeleteSubscr, 1, subscripts::delete_subscr),
            Opcode::LoadSlice => op!(LoadSlice, 1, subscripts::load_slice),
            Opcode::StoreSlice => op!(StoreSlice, 1, subscripts::store_slice),
            Opcode::GetIter => op!(GetIter, 1, iteration::get_iter),
            Opcode::ForIter => so!(ForIter, 2, iteration::for_iter),
            Opcode::Yield => op!(Yield, 1, suspend::yield_),
            Opcode::GetYieldFromIter => op!(GetYieldFromIter, 1, suspend::get_yield_from_iter),
            Opcode::GetAwaitable => op!(GetAwaitable, 1, suspend::get_awaitable),
            Opcode::Send => op!(Send, 2, suspend::send),
            Opcode::GetAiter => op!(GetAiter, 1, suspend::get_aiter),
            Opcode::GetAnext => op!(GetAnext, 1, suspend::get_anext),
            Opcode::EndAsyncFor => op!(EndAsyncFor, 1, suspend::end_async_for),
            Opcode::Call => sf!(Call, 2, calls::call),
            Opcode::CallMethod => sf!(CallMethod, 2, calls::call_method),
            Opcode::CallKw => op!(CallKw, 2, calls::call_kw),
            Opcode::CallMethodKw => op!(CallMethodKw, 2, calls::call_method_kw),
            Opcode::CallEx => op!(CallEx, 1, calls::call_ex),
            Opcode::Return => sf!(Return, 1, calls::return_),
            Opcode::MakeFunction => op!(MakeFunction, 1, functions::make_function),
            Opcode::Intrinsic1 => op!(Intrinsic1, 1, intrinsics::intrinsic1),
            Opcode::Intrinsic2 => op!(Intrinsic2, 1, intrinsics::intrinsic2),
            Opcode::Raise => op!(Raise, 1, exceptions::raise),
            Opcode::Reraise => op!(Reraise, 1, exceptions::reraise),
            Opcode::PushExcInfo => op!(PushExcInfo, 1, exceptions::push_exc_info),
            Opcode::PopExcInfo => op!(PopExcInfo, 1, exceptions::pop_exc_info),
            Opcode::CheckExcMatch => op!(CheckExcMatch, 1, exceptions::check_exc_match),
            Opcode::CheckEgMatch => op!(CheckEgMatch, 1, exceptions::check_eg_match),
            Opcode::WithExceptStart => op!(WithExceptStart, 1, exceptions::with_except_start),
            Opcode::FormatSimple => op!(FormatSimple, 1, formatting::format_simple),
            Opcode::FormatSpec => op!(FormatSpec, 1, formatting::format_spec),
            Opcode::ConvertValue => op!(ConvertValue, 1, formatting::convert_value),
            Opcode::BuildInterpolation => op!(BuildInterpolation, 1, formatting::build_interpolation),
            Opcode::BuildTemplate => op!(BuildTemplate, 1, formatting::build_template),
            Opcode::MatchClass => op!(MatchClass, 2, patterns::match_class),
            Opcode::MatchMapping => op!(MatchMapping, 1, patterns::match_mapping),
            Opcode::MatchSequence => op!(MatchSequence, 1, patterns::match_sequence),
            Opcode::MatchKeys => op!(MatchKeys, 1, patterns::match_keys),
            Opcode::GetLen => op!(GetLen, 1, patterns::get_len),
            Opcode::ImportName => op!(ImportName, 1, imports::import_name),
            Opcode::ImportFrom => op!(ImportFrom, 1, imports::import_from),
        }
    };
}

/// How a chain of handlers ended.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    /// Execution goes on where the current frame's `pc` says.
    Resume,
    /// This native run returns what [`Cx::result`] holds.
    Return,
    /// This native run raises what [`Cx::result`] holds.
    Raise,
}

/// How execution goes on after the ordinary form of an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Then {
    Next,
    Reload,
    Return,
    Raise,
}

/// The function of an instruction: register 0, the address of the instruction, everything else, the instruction.
type Handler = for<'c, 'v> fn(*mut Value, *const AtomicU64, &'c mut Cx<'v>, Instruction) -> Exit;

/// The functions by the numbers of the opcodes.
static HANDLERS: [Handler; 256] = {
    let mut table: [Handler; 256] = [invalid; 256];
    let mut n = 0;
    while n < 256 {
        if let Some(op) = Opcode::from_u8(n as u8) {
            table[n] = handler_of(op);
        }
        n += 1;
    }
    table
};

/// No instruction has this opcode: the verifier lets none through.
fn invalid(_: *mut Value, _: *const AtomicU64, _: &mut Cx<'_>, i: Instruction) -> Exit {
    unreachable!("not an instruction: {:#x}", i.0)
}

/// Goes on with the instruction at `ip`.
#[inline(always)]
fn go(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>) -> Exit {
    if cfg!(tail_calls) {
        // SAFETY: `ip` points at an instruction of the current code (checked by the bytecode verifier).
        let i = Instruction(unsafe { (*ip).load(Ordering::Relaxed) });
        HANDLERS[i.op_byte() as usize](regs, ip, cx, i)
    } else {
        save(cx, ip);
        Exit::Resume
    }
}

/// Notes in the frame where it is.
#[inline(always)]
fn save(cx: &mut Cx<'_>, ip: *const AtomicU64) {
    // SAFETY: `ip` points into the words of the current frame's code.
    cx.frame().pc = unsafe { ip.offset_from(cx.frame().words) } as u32;
}

/// Where a staged instruction leaves execution; see [`Direct`].
struct Next {
    regs: *mut Value,
    ip: *const AtomicU64,
    offset: isize,
}

impl Next {
    #[inline(always)]
    fn to(&self) -> *const AtomicU64 {
        self.ip.wrapping_offset(self.offset)
    }
}

/// In place of [`save`], for what cannot look at frames.
#[inline(always)]
fn nothing(_: &mut Cx<'_>, _: *const AtomicU64) {}

/// Goes on where the thread's current frame says.
#[inline(always)]
fn resume(cx: &mut Cx<'_>) -> Exit {
    // SAFETY: the stacks are the thread's own.
    cx.frame = unsafe { (*cx.stacks).current };
    if cfg!(tail_calls) {
        let f = cx.frame();
        // SAFETY: `pc` is the index of an instruction.
        let ip = unsafe { f.words.add(f.pc as usize) };
        go(f.regs, ip, cx)
    } else {
        Exit::Resume
    }
}

/// What follows from the outcome of an ordinary form; finds the handler of an exception.
#[inline(always)]
fn settle(cx: &mut Cx<'_>, step: Step) -> Then {
    match step {
        Ok(Go::Next) => Then::Next,
        Ok(Go::Reload) => Then::Reload,
        Ok(Go::Exit) => Then::Return,
        Err(e) => raise(cx, e),
    }
}

#[cold]
#[inline(never)]
fn raise(cx: &mut Cx<'_>, e: Raised) -> Then {
    match unwind::raise(cx, e) {
        Ok(()) => Then::Reload,
        Err(e) => {
            cx.result = e.0;
            Then::Raise
        }
    }
}

/// After a backward jump to `ip`, when somebody asked for something.
#[cold]
#[inline(never)]
fn polled(_: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, _: Instruction) -> Exit {
    save(cx, ip);
    match poll(cx) {
        Then::Raise => Exit::Raise,
        _ => resume(cx),
    }
}

#[inline(never)]
fn poll(cx: &mut Cx<'_>) -> Then {
    let step = cx.poll();
    settle(cx, step)
}

/// The function of an instruction.
#[allow(non_snake_case)]
const fn handler_of(op: Opcode) -> Handler {
    // An instruction of `ops`.
    macro_rules! op {
        ($name:ident, $size:expr, $f:expr) => {{
            fn $name(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, i: Instruction) -> Exit {
                #[inline(never)]
                fn work(cx: &mut Cx<'_>, i: Instruction) -> Then {
                    let step = ($f)(cx, i);
                    settle(cx, step)
                }
                save(cx, ip);
                match work(cx, i) {
                    Then::Next => go(regs, ip.wrapping_add($size), cx),
                    Then::Reload => resume(cx),
                    Then::Return => Exit::Return,
                    Then::Raise => Exit::Raise,
                }
            }
            $name
        }};
    }
    // A staged instruction, by one of its forms: what comes before it, how it goes on, and the function called last if this
    // form does not apply.
    macro_rules! form {
        ($name:ident, $size:expr, $form:expr, $before:expr, $next:expr, |$cx:ident, $i:ident, $d:ident| $then:expr) => {{
            fn $name(regs: *mut Value, ip: *const AtomicU64, $cx: &mut Cx<'_>, $i: Instruction) -> Exit {
                ($before)($cx, ip);
                let mut $d = Direct { regs, ip, offset: $size, cx: &mut *$cx };
                if ($form)(&mut $d, $i, Before::start()).is_ok() {
                    let $d = Next { regs: $d.regs, ip: $d.ip, offset: $d.offset };
                    return $then;
                }
                ($next)(regs, ip, $cx, $i)
            }
            $name
        }};
    }
    // All its forms: the quick one if there is one, the handler, the ordinary one.
    macro_rules! staged {
        ($name:ident, $size:expr, $slow:expr, $before:expr, |$cx:ident, $i:ident, $d:ident| $then:expr, ) => {{
            #[inline(never)]
            fn slow(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, i: Instruction) -> Exit {
                op!($name, $size, $slow)(regs, ip, cx, i)
            }
            form!($name, $size, handler::$name, $before, slow, |$cx, $i, $d| $then)
        }};
        ($name:ident, $size:expr, $slow:expr, $before:expr, |$cx:ident, $i:ident, $d:ident| $then:expr, $quick:expr) => {{
            #[inline(never)]
            fn whole(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, i: Instruction) -> Exit {
                staged!($name, $size, $slow, nothing, |$cx, $i, $d| $then,)(regs, ip, cx, i)
            }
            form!($name, $size, $quick, $before, whole, |$cx, $i, $d| $then)
        }};
    }
    // On immediates.
    macro_rules! st {
        ($name:ident, $slow:expr $(, $quick:expr)?) => {
            staged!($name, 1, $slow, nothing, |cx, i, d| go(d.regs, d.ip.wrapping_add(1), cx), $($quick)?)
        };
    }
    // On objects: it may release something, so the frame must say where it is.
    macro_rules! so {
        ($name:ident, $size:expr, $slow:expr $(, $quick:expr)?) => {
            staged!($name, $size, $slow, save, |cx, i, d| go(d.regs, d.to(), cx), $($quick)?)
        };
    }
    // It enters or leaves a frame.
    macro_rules! sf {
        ($name:ident, $size:expr, $slow:expr) => {
            staged!($name, $size, $slow, save, |cx, i, d| go(d.regs, d.ip, cx),)
        };
    }
    // A conditional jump.
    macro_rules! br {
        ($name:ident, $slow:expr $(, $quick:expr)?) => {
            staged!(
                $name,
                1,
                $slow,
                nothing,
                |cx, i, d| {
                    if d.offset < 0 && cx.record.poll_requested() {
                        return polled(d.regs, d.to(), cx, i);
                    }
                    go(d.regs, d.to(), cx)
                },
                $($quick)?
            )
        };
    }
    macro_rules! jump {
        ($name:ident) => {{
            fn $name(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, i: Instruction) -> Exit {
                go(regs, ip.wrapping_offset(i.bc_i32() as isize), cx)
            }
            $name
        }};
    }
    macro_rules! back {
        ($name:ident) => {{
            fn $name(regs: *mut Value, ip: *const AtomicU64, cx: &mut Cx<'_>, i: Instruction) -> Exit {
                let to = ip.wrapping_offset(i.bc_i32() as isize);
                if cx.record.poll_requested() {
                    return polled(regs, to, cx, i);
                }
                go(regs, to, cx)
            }
            $name
        }};
    }
    arms!(op)
}

/// Runs the thread's current frame, which is an entry frame, until it returns or raises.
///
/// # Errors
/// What leaves the entry frame.
pub fn run(vm: &Vm) -> PyResult {
    // SAFETY: an entry frame was pushed, so the thread has stacks and a frame.
    let mut cx = unsafe { Cx::current(vm) };
    debug_assert!(cx.frame().flags & FLAG_ENTRY != 0);
    loop {
        // SAFETY: the stacks are the thread's own.
        cx.frame = unsafe { (*cx.stacks).current };
        let f = cx.frame();
        // SAFETY: `pc` is the index of an instruction of the current code (checked by the bytecode verifier).
        let (ip, i) = unsafe {
            let ip = f.words.add(f.pc as usize);
            (ip, Instruction((*ip).load(Ordering::Relaxed)))
        };
        match HANDLERS[i.op_byte() as usize](f.regs, ip, &mut cx, i) {
            Exit::Resume => {}
            Exit::Return => return Ok(std::mem::replace(&mut cx.result, Obj::UNBOUND)),
            Exit::Raise => return Err(Raised(std::mem::replace(&mut cx.result, Obj::UNBOUND))),
        }
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
        ($name:ident, $size:expr, $f:expr) => {
            ($f)(cx, i)
        };
    }
    macro_rules! so {
        ($name:ident, $size:expr, $slow:expr $(, $quick:expr)?) => {
            ($slow)(cx, i)
        };
    }
    macro_rules! sf {
        ($name:ident, $size:expr, $slow:expr $(, $quick:expr)?) => {
            ($slow)(cx, i)
        };
    }
    macro_rules! st {
        ($name:ident, $slow:expr $(, $quick:expr)?) => {
            ($slow)(cx, i)
        };
    }
    macro_rules! br {
        ($name:ident, $slow:expr $(, $quick:expr)?) => {
            ($slow)(cx, i)
        };
    }
    macro_rules! jump {
        ($name:ident) => {
            cx.jump(i.bc_i32())
        };
    }
    macro_rules! back {
        ($name:ident) => {
            jump!($name)
        };
    }
    let op = i.op();
    arms!(op)
}
