//! What staging costs: two loops over the same bytecode, alike but for the handlers. One instantiates the staged handlers
//! with the direct machine, as the interpreter does; in the other the same work is written out by hand over registers
//! and words. `cargo bench -p pyre-vm --bench staging`; numbers and what follows from them are in
//! `docs/decisions/0005-staging-cost.md`.
//!
//! The runs of the two loops alternate and the shortest of each counts. Arguments narrow it down, for tools that count
//! instructions: how many rounds, the number of a program, and `hand` or `staged`.

use pyre_bytecode::{Instruction, KILL_A, KILL_B, KILL_C, Opcode};
use pyre_interp::cx::Cx;
use pyre_interp::direct::Direct;
use pyre_interp::staged::{Before, table::handler};
use pyre_object::iterators::{ListIterBody, TupleIterBody};
use pyre_object::range::RangeIterBody;
use pyre_object::{Builtin, Obj, Value, Vm, alloc, list, obj, start, tuple};
use pyre_threads::sync::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROUNDS: usize = 41;
/// Times around each loop.
const N: i64 = 3_000_000;

type Loop = fn(&mut Cx<'_>, *mut Value, *const AtomicU64);

/// The staged handlers.
#[inline(never)]
fn staged(cx: &mut Cx<'_>, regs: *mut Value, mut ip: *const AtomicU64) {
    macro_rules! run {
        ($i:expr, $op:ident, $size:expr) => {{
            let mut direct = Direct { regs, ip, offset: $size, cx: &mut *cx };
            if handler::$op(&mut direct, $i, Before::start()).is_err() {
                return slow($i);
            }
            ip = ip.wrapping_offset(direct.offset);
        }};
    }
    loop {
        // SAFETY: the programs below end in a return.
        let i = Instruction(unsafe { (*ip).load(Ordering::Relaxed) });
        match i.op() {
            Opcode::Move => run!(i, Move, 1),
            Opcode::LoadInt => run!(i, LoadInt, 1),
            Opcode::Add => run!(i, Add, 1),
            Opcode::Sub => run!(i, Sub, 1),
            Opcode::Mul => run!(i, Mul, 1),
            Opcode::AddInt => run!(i, AddInt, 1),
            Opcode::AndInt => run!(i, AndInt, 1),
            Opcode::Lt => run!(i, Lt, 1),
            Opcode::JumpIfTrue => run!(i, JumpIfTrue, 1),
            Opcode::JumpIfLt => run!(i, JumpIfLt, 1),
            Opcode::JumpIfNotLtInt => run!(i, JumpIfNotLtInt, 1),
            Opcode::LoadSubscr => run!(i, LoadSubscr, 2),
            Opcode::ForIter => run!(i, ForIter, 2),
            Opcode::JumpBack => ip = ip.wrapping_offset(i.bc_i32() as isize),
            Opcode::Return => return,
            _ => return slow(i),
        }
    }
}

#[cold]
#[inline(never)]
fn slow(i: Instruction) {
    panic!("{} took the slow way", i.op().name());
}

/// A register.
#[inline(always)]
fn at(regs: *mut Value, r: u16) -> *mut Value {
    // SAFETY: the programs below only name registers that there are.
    unsafe { regs.add(r as usize) }
}

#[inline(always)]
fn get(regs: *mut Value, r: u16) -> Value {
    // SAFETY: as for `at`.
    unsafe { *at(regs, r) }
}

/// Writes a register and releases what it held.
#[inline(always)]
fn put(regs: *mut Value, r: u16, v: Value) {
    // SAFETY: the register owns its word.
    unsafe {
        let old = *at(regs, r);
        *at(regs, r) = v;
        if old.is_ptr() {
            obj::release(old);
        }
    }
}

/// Empties registers of dying immediates.
#[inline(always)]
fn empty(regs: *mut Value, i: Instruction) {
    let f = i.flags();
    if f & (KILL_A | KILL_B | KILL_C) != 0 {
        for (bit, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
            if f & bit != 0 {
                // SAFETY: as for `at`; an immediate owns nothing.
                unsafe { *at(regs, r) = Value::UNBOUND };
            }
        }
    }
}

/// An item of a list or tuple by an int within bounds.
#[inline(always)]
fn item(o: &Obj, shape: u32, n: i64) -> Option<Obj> {
    if shape == Builtin::List as u32 {
        if n >= 0 {
            return list::get(o, n as usize);
        }
        return list::normalize_index(n, list::len(o)).and_then(|i| list::get(o, i));
    }
    if shape != Builtin::Tuple as u32 {
        return None;
    }
    usize::try_from(n).ok().and_then(|i| tuple::items(o).get(i)).cloned()
}

const RANGE_ITER: u32 = Builtin::RangeIter as u32;
const LIST_ITER: u32 = Builtin::ListIter as u32;
const TUPLE_ITER: u32 = Builtin::TupleIter as u32;

/// The same, written out.
#[inline(never)]
fn by_hand(_cx: &mut Cx<'_>, regs: *mut Value, mut ip: *const AtomicU64) {
    macro_rules! arithmetic {
        ($i:expr, $y:expr, $int:expr, $float:expr) => {{
            let (x, y) = (get(regs, $i.b()), $y);
            if Value::both_int(x, y) {
                let r: Option<i64> = $int(x.int(), y.int());
                match r {
                    Some(r) => put(regs, $i.a(), Value::int_unchecked(r)),
                    None => return slow($i),
                }
            } else if Value::both_float(x, y) {
                let r = $float(x.float(), y.float());
                let r = match Value::float_immediate(r) {
                    Some(r) => r,
                    None => pyre_object::float::new_float(r).into_raw(),
                };
                put(regs, $i.a(), r);
            } else {
                return slow($i);
            }
            empty(regs, $i);
            ip = ip.wrapping_add(1);
        }};
    }
    macro_rules! arithmetic_int {
        ($i:expr, $int:expr) => {{
            let x = get(regs, $i.b());
            if !x.is_int() {
                return slow($i);
            }
            let r: Option<i64> = $int(x.int(), i64::from($i.c_i16()));
            match r {
                Some(r) => put(regs, $i.a(), Value::int_unchecked(r)),
                None => return slow($i),
            }
            empty(regs, $i);
            ip = ip.wrapping_add(1);
        }};
    }
    loop {
        // SAFETY: the programs below end in a return.
        let i = Instruction(unsafe { (*ip).load(Ordering::Relaxed) });
        match i.op() {
            Opcode::Move => {
                let v = get(regs, i.b());
                obj::retain(v);
                put(regs, i.a(), v);
                ip = ip.wrapping_add(1);
            }
            Opcode::LoadInt => {
                put(regs, i.a(), Value::int_unchecked(i64::from(i.bc_i32())));
                ip = ip.wrapping_add(1);
            }
            Opcode::Add => arithmetic!(
                i,
                get(regs, i.c()),
                |x: i64, y: i64| (x << 2).checked_add(y << 2).map(|r| r >> 2),
                |x: f64, y: f64| x + y
            ),
            Opcode::Sub => arithmetic!(
                i,
                get(regs, i.c()),
                |x: i64, y: i64| (x << 2).checked_sub(y << 2).map(|r| r >> 2),
                |x: f64, y: f64| x - y
            ),
            Opcode::Mul => arithmetic!(
                i,
                get(regs, i.c()),
                |x: i64, y: i64| (x << 2).checked_mul(y).map(|r| r >> 2),
                |x: f64, y: f64| x * y
            ),
            Opcode::AddInt => {
                arithmetic_int!(i, |x: i64, y: i64| (x << 2).checked_add(y << 2).map(|r| r >> 2))
            }
            Opcode::AndInt => arithmetic_int!(i, |x: i64, y: i64| Some(x & y)),
            Opcode::Lt => {
                let (x, y) = (get(regs, i.b()), get(regs, i.c()));
                let r = if Value::both_int(x, y) {
                    x.int() < y.int()
                } else if Value::both_float(x, y) {
                    x.float() < y.float()
                } else {
                    return slow(i);
                };
                put(regs, i.a(), Value::bool(r));
                empty(regs, i);
                ip = ip.wrapping_add(1);
            }
            Opcode::JumpIfTrue => {
                let v = get(regs, i.a());
                let truth = if v == Value::TRUE {
                    true
                } else if v == Value::FALSE || v == Value::NONE {
                    false
                } else if v.is_int() {
                    v.int() != 0
                } else {
                    return slow(i);
                };
                empty(regs, i);
                ip = ip.wrapping_offset(if truth { i.bc_i32() as isize } else { 1 });
            }
            Opcode::JumpIfLt => {
                let (x, y) = (get(regs, i.a()), get(regs, i.b()));
                let less = if Value::both_int(x, y) {
                    x.int() < y.int()
                } else if Value::both_float(x, y) {
                    x.float() < y.float()
                } else {
                    return slow(i);
                };
                empty(regs, i);
                ip = ip.wrapping_offset(if less { i.c_i16() as isize } else { 1 });
            }
            Opcode::JumpIfNotLtInt => {
                let x = get(regs, i.a());
                if !x.is_int() {
                    return slow(i);
                }
                let jumps = x.int() >= i64::from(i.b_i16());
                empty(regs, i);
                ip = ip.wrapping_offset(if jumps { i.c_i16() as isize } else { 1 });
            }
            Opcode::LoadSubscr => {
                // SAFETY: registers own what they hold.
                let (o, k) = unsafe { (&*at(regs, i.b()).cast::<Obj>(), get(regs, i.c())) };
                let shape = if o.raw().is_ptr() { o.shape_id() } else { 0 };
                let found = if k.is_int() { item(o, shape, k.int()) } else { None };
                match found {
                    Some(v) => put(regs, i.a(), v.into_raw()),
                    None => return slow(i),
                }
                if i.flags() & (KILL_A | KILL_B | KILL_C) != 0 {
                    for (bit, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
                        if i.flags() & bit != 0 {
                            put(regs, r, Value::UNBOUND);
                        }
                    }
                }
                ip = ip.wrapping_add(2);
            }
            Opcode::ForIter => {
                // SAFETY: registers own what they hold.
                let it = unsafe { &*at(regs, i.b()).cast::<Obj>() };
                let shape = if it.raw().is_ptr() { it.shape_id() } else { 0 };
                // SAFETY: exactly the iterator that the shape says.
                let next = unsafe {
                    match shape {
                        RANGE_ITER => it
                            .body_unchecked::<RangeIterBody>()
                            .advance()
                            .map(|v| Obj::small_int(v).unwrap_or_else(|| pyre_object::int::new_int(v))),
                        LIST_ITER => it.body_unchecked::<ListIterBody>().advance(),
                        TUPLE_ITER => it.body_unchecked::<TupleIterBody>().advance(),
                        _ => return slow(i),
                    }
                };
                match next {
                    Some(v) => put(regs, i.a(), v.into_raw()),
                    None => {
                        put(regs, i.b(), Value::UNBOUND);
                        // SAFETY: the instruction has a second word.
                        let offset = unsafe { (*ip.add(1)).load(Ordering::Relaxed) } as u32 as i32;
                        ip = ip.wrapping_offset(offset as isize);
                        continue;
                    }
                }
                ip = ip.wrapping_add(2);
            }
            Opcode::JumpBack => ip = ip.wrapping_offset(i.bc_i32() as isize),
            Opcode::Return => return,
            _ => return slow(i),
        }
    }
}

/// A program: its words, and what its registers hold at the beginning.
struct Program {
    name: &'static str,
    words: Vec<u64>,
    registers: fn() -> Vec<Obj>,
}

fn int(i: i64) -> Obj {
    Obj::small_int(i).expect("a small number")
}

fn float(f: f64) -> Obj {
    pyre_object::float::new_float(f)
}

fn programs() -> Vec<Program> {
    let end = Instruction::return_(0).0;
    let relative = |n: i16| n as u16;
    vec![
        Program {
            name: "ints: while i < n: s += i; i += 1",
            words: vec![
                Instruction::add(0, 0, 1).0,
                Instruction::add_int(1, 1, 1).0,
                Instruction::jump_if_lt(1, 2, -2).0,
                end,
            ],
            registers: || vec![int(0), int(0), int(N)],
        },
        Program {
            name: "floats: x = x * a + b - c; i += 1",
            words: vec![
                Instruction::mul(4, 3, 5).0,
                Instruction::add(4, 4, 6).0,
                Instruction::new(Opcode::Sub, KILL_B, 3, 4, relative(7)).0,
                Instruction::add_int(1, 1, 1).0,
                Instruction::jump_if_lt(1, 2, -4).0,
                end,
            ],
            registers: || {
                let (x, a, b, c) = (float(0.5), float(0.999), float(1.5), float(0.25));
                vec![int(0), int(0), int(N), x, Obj::UNBOUND, a, b, c]
            },
        },
        Program {
            name: "branches: if i & 3 < 2: s += 1; t = i < n; if t",
            words: vec![
                Instruction::and_int(4, 1, 3).0,
                Instruction::new(Opcode::JumpIfNotLtInt, KILL_A, 4, 2, relative(2)).0,
                Instruction::add_int(0, 0, 1).0,
                Instruction::add_int(1, 1, 1).0,
                Instruction::lt(3, 1, 2).0,
                Instruction(Instruction::jump_if_true(3, -5).0).with_flags(KILL_A).0,
                end,
            ],
            registers: || vec![int(0), int(0), int(N), Obj::UNBOUND, Obj::UNBOUND],
        },
        Program {
            name: "range: for v in range(n): s += v",
            words: vec![
                Instruction::for_iter(1, 2).0,
                4,
                Instruction::add(0, 0, 1).0,
                Instruction::jump_back(-3).0,
                end,
            ],
            registers: || {
                let it = alloc::new(Builtin::RangeIter, RangeIterBody::new(0, N as u64, 1));
                vec![int(0), Obj::UNBOUND, it]
            },
        },
        Program {
            name: "items: s += l[i & 15]; i += 1",
            words: vec![
                Instruction::and_int(4, 1, 15).0,
                Instruction::load_subscr(4, 3, 4).0,
                0,
                Instruction::add(0, 0, 4).0,
                Instruction::add_int(1, 1, 1).0,
                Instruction::jump_if_lt(1, 2, -5).0,
                end,
            ],
            registers: || vec![int(0), int(0), int(N), list::new_list((0..16).map(int)), Obj::UNBOUND],
        },
    ]
}

/// One run; also what register 0 holds at its end.
fn time(vm: &Vm, p: &Program, words: &[AtomicU64], run: Loop) -> (Duration, Value, Value) {
    let mut registers = (p.registers)();
    let mut cx = Cx {
        vm,
        stacks: std::ptr::null_mut(),
        frame: std::ptr::null_mut(),
        record: vm.record(),
        turn: 0,
        result: Obj::UNBOUND,
    };
    let begin = Instant::now();
    run(&mut cx, registers.as_mut_ptr().cast(), words.as_ptr());
    let last = registers.get(3).map_or(Value::UNBOUND, Obj::raw);
    let last = if last.is_ptr() { Value::UNBOUND } else { last };
    (begin.elapsed(), registers[0].raw(), last)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let rounds = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(ROUNDS);
    let only: Option<usize> = arguments.get(1).and_then(|a| a.parse().ok());
    let loops: &[Loop] = match arguments.get(2).map(String::as_str) {
        Some("hand") => &[by_hand],
        Some("staged") => &[staged],
        _ => &[by_hand, staged],
    };
    let vm = start::enter_thread("MainThread");
    start::init(vm, &pyre_types::specs());
    println!("| loop | by hand, ms | staged, ms | staged / by hand |");
    println!("|---|--:|--:|--:|");
    for (_, p) in programs().iter().enumerate().filter(|(i, _)| only.is_none_or(|n| n == *i)) {
        let words: Vec<AtomicU64> = p.words.iter().map(|w| AtomicU64::new(*w)).collect();
        let mut best = vec![Duration::MAX; loops.len()];
        let mut results = vec![None; loops.len()];
        for _ in 0..rounds {
            for (k, run) in loops.iter().enumerate() {
                let (t, s, x) = time(vm, p, &words, *run);
                best[k] = best[k].min(t);
                results[k] = Some((s, x));
            }
        }
        let ms: Vec<f64> = best.iter().map(|t| t.as_secs_f64() * 1e3).collect();
        match ms[..] {
            [hand, staged] => {
                assert_eq!(results[0], results[1], "{}", p.name);
                println!("| {} | {hand:.2} | {staged:.2} | {:.3} |", p.name, staged / hand);
            }
            _ => println!("| {} | {ms:.2?} |", p.name),
        }
    }
}
