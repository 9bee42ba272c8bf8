//! Runs a trace and the interpreter side by side and compares them, instruction by instruction.
//!
//! The trace is evaluated over a host that reads the real memory but notes effects down instead of performing them. At
//! every [`Op::At`] the interpreter executes the instruction before, and what the trace expects of registers and fields
//! must have come true. Before every operation that may leave the trace, its exit is compared with the real state: not
//! only the exits that are taken are tested, but all.

use crate::ir::{Exit, ExitId, Op, Register, Trace};
use crate::replay::{Flow, Host, Replay};

/// An interpreter that can execute single instructions, and the notes of a host over its memory.
pub trait Subject: Host {
    /// Executes one instruction.
    ///
    /// # Errors
    /// A sentence: it ended in a way that no trace expects.
    fn execute(&mut self) -> Result<(), String>;
    /// The position of each activation from the one in which the trace began to the innermost.
    fn positions(&self) -> Vec<u32>;
    /// What a register's memory holds now.
    fn actual_register(&self, r: Register) -> u64;
    /// Whether what was noted down has come true; forgets it.
    ///
    /// # Errors
    /// A sentence that says what has not.
    fn settle(&mut self) -> Result<(), String>;
}

/// How a checked pass ended, if nothing was wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passed {
    /// The loop was closed.
    Closed,
    /// Both left the trace here.
    Left(ExitId),
    /// An instruction that the interpreter executed in its ordinary way led elsewhere.
    Abandoned,
}

/// The trace and the interpreter disagree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Index of the operation.
    pub op: usize,
    /// A sentence.
    pub message: String,
}

struct Checker<'t, 's, S> {
    pass: Replay<'t>,
    subject: &'s mut S,
    /// The interpreter has not executed the current instruction yet.
    pending: bool,
}

/// Checks one pass through a verified trace; the interpreter stands where the trace begins.
///
/// # Errors
/// The first difference. The interpreter's state is that of the interpreter, and it can go on.
pub fn check<S: Subject>(trace: &Trace, subject: &mut S) -> Result<Passed, Difference> {
    let mut c = Checker { pass: Replay::new(trace), subject, pending: false };
    for i in 0..trace.ops.len() {
        match c.operation(i) {
            Ok(None) => {}
            Ok(Some(passed)) => return Ok(passed),
            Err(message) => return Err(Difference { op: i, message }),
        }
    }
    unreachable!("a verified trace ends in a loop");
}

impl<S: Subject> Checker<'_, '_, S> {
    fn operation(&mut self, i: usize) -> Result<Option<Passed>, String> {
        let trace = self.pass.trace();
        let op = &trace.ops[i];
        match *op {
            Op::At { depth, pc } => {
                self.catch_up()?;
                let at = self.subject.positions();
                if at.len() != depth as usize + 1 || at.last() != Some(&pc) {
                    return Err(format!("the trace is at {depth}:{pc}, the interpreter at {at:?}"));
                }
                self.pending = true;
            }
            Op::Poll(_) | Op::Loop(_) => self.catch_up()?,
            // The evaluation itself executes it; registers are up to date before.
            Op::Execute { .. } => {
                self.pending = false;
                self.subject.settle()?;
            }
            _ => {}
        }
        if let Some(e) = op.exit() {
            self.compare(&trace.exits[e.0 as usize])?;
        }
        match self.pass.step(i, self.subject) {
            Flow::Next => Ok(None),
            Flow::Exit(e) => Ok(Some(Passed::Left(e))),
            Flow::Abandon => Ok(Some(Passed::Abandoned)),
            Flow::Loop(_) => Ok(Some(Passed::Closed)),
        }
    }

    /// Lets the interpreter execute the current instruction and compares the effects.
    fn catch_up(&mut self) -> Result<(), String> {
        if std::mem::take(&mut self.pending) {
            self.subject.execute()?;
            self.subject.settle()?;
        }
        Ok(())
    }

    /// An exit against the state of the interpreter.
    fn compare(&self, exit: &Exit) -> Result<(), String> {
        let at = self.subject.positions();
        // Positions of outer activations are those of their calls.
        if at != exit.positions {
            return Err(format!("an exit goes to {:?}, the interpreter is at {at:?}", exit.positions));
        }
        for (r, v) in &exit.registers {
            let (expected, actual) = (self.pass.boxed(self.subject, *v), self.subject.actual_register(*r));
            if expected != actual {
                return Err(format!("r{} would be {expected:#x}, but is {actual:#x}", r.0));
            }
        }
        Ok(())
    }
}
