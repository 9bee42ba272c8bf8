//! Replay and check over a toy: registers of odd words that are ints, and three instructions.

use crate::check::{Passed, Subject, check};
use crate::ir::{Enter, HelperId, Register, Trace, ValueId, parse, verify};
use crate::machine::{Comparison, IntOp};
use crate::recording::{Encoding, Known, Recording, Stop};
use crate::replay::{Datum, End, Host, Ran, run};

/// An instruction of the toy.
#[derive(Clone, Copy)]
enum Toy {
    Add(u16, u16, u16),
    Copy(u16, u16),
    JumpLess(u16, u16, u32),
}

/// `0: r2 = r1` `1: r0 = r0 + r2` `2: r1 = r1 + r3` `3: if r1 < r4: goto 0`
const PROGRAM: [Toy; 4] = [Toy::Copy(2, 1), Toy::Add(0, 0, 2), Toy::Add(1, 1, 3), Toy::JumpLess(1, 4, 0)];

struct Machine {
    registers: Vec<u64>,
    pc: u32,
    shadow: bool,
    notes: Vec<(Register, u64)>,
}

fn word(i: i64) -> u64 {
    (i << 1 | 1) as u64
}

fn number(w: u64) -> i64 {
    (w as i64) >> 1
}

impl Machine {
    fn new(limit: i64) -> Machine {
        let registers = [0, 0, 0, 1, limit].map(word).to_vec();
        Machine { registers, pc: 0, shadow: false, notes: Vec::new() }
    }

    fn interpret(&mut self) {
        let get = |r: u16| number(self.registers[r as usize]);
        match PROGRAM[self.pc as usize] {
            Toy::Add(a, b, c) => self.registers[a as usize] = word(get(b) + get(c)),
            Toy::Copy(a, b) => self.registers[a as usize] = word(get(b)),
            Toy::JumpLess(a, b, to) if get(a) < get(b) => return self.pc = to,
            Toy::JumpLess(..) => {}
        }
        self.pc += 1;
    }

    fn finish(mut self) -> i64 {
        while (self.pc as usize) < PROGRAM.len() {
            self.interpret();
        }
        number(self.registers[0])
    }
}

struct Odd;

impl Encoding for Odd {
    const EMPTY: u64 = 4;
    fn is_pointer(w: u64) -> bool {
        w & 7 == 0
    }
    fn is_int(w: u64) -> bool {
        w & 1 == 1
    }
    fn is_float(_: u64) -> bool {
        false
    }
}

impl Host for Machine {
    fn is_int(&self, w: u64) -> bool {
        w & 1 == 1
    }
    fn is_float(&self, _: u64) -> bool {
        false
    }
    fn is_pointer(&self, w: u64) -> bool {
        w & 7 == 0
    }
    fn int_fits(&self, _: i64) -> bool {
        true
    }
    fn float_fits(&self, _: f64) -> bool {
        false
    }
    fn unbox_int(&self, w: u64) -> i64 {
        number(w)
    }
    fn unbox_float(&self, _: u64) -> f64 {
        unreachable!("the toy has no floats")
    }
    fn box_int(&self, i: i64) -> u64 {
        word(i)
    }
    fn box_float(&self, _: f64) -> u64 {
        unreachable!("the toy has no floats")
    }
    fn checked(&self, op: IntOp, a: i64, b: i64) -> Option<i64> {
        match op {
            IntOp::Add => a.checked_add(b),
            IntOp::Sub => a.checked_sub(b),
            _ => None,
        }
    }
    fn has_shape(&self, _: u64, _: u32) -> bool {
        false
    }
    fn load_word(&mut self, _: u64, _: u32) -> u64 {
        unreachable!("the toy has no objects")
    }
    fn load_fixed(&mut self, _: u64, _: u32) -> u64 {
        unreachable!("the toy has no objects")
    }
    fn load_int(&mut self, _: u64, _: u32) -> i64 {
        unreachable!("the toy has no objects")
    }
    fn store_int(&mut self, _: u64, _: u32, _: i64) {}
    fn store_word(&mut self, _: u64, _: u32, _: u64) {}
    fn register(&mut self, r: Register) -> u64 {
        self.registers[r.0 as usize]
    }
    fn set_register(&mut self, r: Register, w: u64) {
        if self.shadow {
            self.notes.push((r, w));
        } else {
            self.registers[r.0 as usize] = w;
        }
    }
    fn retain(&mut self, _: u64) {}
    fn release(&mut self, _: u64) {}
    fn call(&mut self, _: HelperId, _: &[Datum]) -> Datum {
        Datum::Nothing
    }
    fn enter(&mut self, _: &Enter, _: u64) {}
    fn leave(&mut self) {}
    fn at(&mut self, _: u32, _: u32) {}
    fn ordinary(&mut self) -> Option<u32> {
        self.interpret();
        Some(self.pc)
    }
    fn poll_requested(&mut self) -> bool {
        false
    }
}

impl Subject for Machine {
    fn execute(&mut self) -> Result<(), String> {
        self.interpret();
        Ok(())
    }
    fn positions(&self) -> Vec<u32> {
        vec![self.pc]
    }
    fn actual_register(&self, r: Register) -> u64 {
        self.registers[r.0 as usize]
    }
    fn settle(&mut self) -> Result<(), String> {
        for (r, w) in std::mem::take(&mut self.notes) {
            if self.registers[r.0 as usize] != w {
                return Err(format!("r{} is not {w}", r.0));
            }
        }
        Ok(())
    }
}

/// Executes and records one pass; every instruction is executed even if the recording has been stopped.
fn record(m: &mut Machine, abort_at: Option<usize>) -> Result<Trace, Stop> {
    let mut rec = Recording::<Odd>::new(&[], 1000, abort_at);
    loop {
        rec.at(m.pc);
        let int = |rec: &mut Recording<Odd>, r: u16| -> ValueId {
            let known = rec.register(r);
            rec.is_int(known, true);
            rec.int(known, number(m.registers[r as usize]))
        };
        match PROGRAM[m.pc as usize] {
            Toy::Add(a, b, c) => {
                let (x, y) = (int(&mut rec, b), int(&mut rec, c));
                let sum = rec.checked(IntOp::Add, x, y);
                rec.about_to_write(a, m.registers[a as usize]);
                rec.write(a, Known::Int(sum));
            }
            Toy::Copy(a, b) => {
                let known = rec.register(b);
                rec.is_int(known, true);
                rec.about_to_write(a, m.registers[a as usize]);
                rec.write_copy(a, known);
            }
            Toy::JumpLess(a, b, _) => {
                let (x, y) = (int(&mut rec, a), int(&mut rec, b));
                let less = number(m.registers[a as usize]) < number(m.registers[b as usize]);
                rec.test(crate::ir::Op::CompareInts(Comparison::Lt, x, y), less);
            }
        }
        let from = m.pc;
        m.interpret();
        if m.pc < from {
            return rec.close(m.pc);
        }
        if let Some(why) = rec.stopped() {
            return Err(why);
        }
    }
}

fn recorded() -> Trace {
    let trace = record(&mut Machine::new(100), None).unwrap();
    assert_eq!(verify(&trace, &[]), Ok(()));
    trace
}

#[test]
fn a_recording_can_be_aborted_before_every_operation() {
    let whole = recorded().ops.len();
    for k in 0..whole {
        let mut m = Machine::new(100);
        assert_eq!(record(&mut m, Some(k)), Err(Stop::Aborted), "{k}");
        assert_eq!(m.finish(), 4950, "{k}");
    }
    assert!(record(&mut Machine::new(100), Some(whole)).is_ok());
}

#[test]
fn a_trace_does_what_the_interpreter_does() {
    let trace = recorded();
    let mut m = Machine::new(100);
    let ran = run(&trace, &mut m, 1000);
    assert_eq!(ran.iterations, 99);
    let Ran { end: End::Exit(e), .. } = ran else { panic!("the loop ends") };
    m.pc = *trace.exits[e.0 as usize].positions.last().unwrap();
    assert_eq!(m.finish(), 4950);
}

#[test]
fn a_trace_that_was_run_for_a_while_can_be_left_at_its_beginning() {
    let trace = recorded();
    let mut m = Machine::new(100);
    assert_eq!(run(&trace, &mut m, 7), Ran { iterations: 7, end: End::UsedUp });
    assert_eq!(m.finish(), 4950);
}

#[test]
fn side_by_side_both_leave_at_the_same_place() {
    let trace = recorded();
    let mut m = Machine { shadow: true, ..Machine::new(50) };
    for _ in 0..49 {
        assert_eq!(check(&trace, &mut m), Ok(Passed::Closed));
    }
    assert!(matches!(check(&trace, &mut m), Ok(Passed::Left(_))));
    assert_eq!(m.finish(), 1225);
}

#[test]
fn the_check_finds_every_planted_error() {
    let text = recorded().display(&[]).to_string();
    let mut planted = 0;
    for (right, wrong) in [
        (" = add ", " = sub "),
        ("lt ", "le "),
        ("lt ", "gt "),
        ("int_fits", "is_int"),
        ("at 0:2", "at 0:1"),
        ("e1: 1;", "e1: 0;"),
        ("r2 = ", "r3 = "),
        ("r0 = ", "r1 = "),
        ("guard v", "guard_not v"),
        ("register r1", "register r0"),
    ] {
        for (at, _) in text.match_indices(right) {
            let changed = format!("{}{wrong}{}", &text[..at], &text[at + right.len()..]);
            let Ok(trace) = parse(&changed, &[]) else { continue };
            if verify(&trace, &[]).is_err() {
                continue;
            }
            planted += 1;
            let mut m = Machine { shadow: true, ..Machine::new(4) };
            m.registers[0] = word(1000);
            let mut found = false;
            let mut stuck = false;
            while (m.pc as usize) < PROGRAM.len() && !found {
                match check(&trace, &mut m) {
                    Ok(Passed::Closed) => {}
                    // A guard that asks for the opposite leaves too early, which is slow but right.
                    Ok(Passed::Left(_) | Passed::Abandoned) => {
                        stuck = right == "guard v" || right.starts_with("lt");
                        break;
                    }
                    Err(_) => found = true,
                }
            }
            assert!(found || stuck, "{right} became {wrong}:\n{changed}");
        }
    }
    assert!(planted > 10, "{planted}");
}
