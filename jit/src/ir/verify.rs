//! Checks that a trace is well formed: definitions before uses, types, exits that exist and describe the activations
//! there are, and no read of a register whose memory is behind.

use super::{Effect, Helper, Op, Register, Trace, Type};
use crate::machine::IntOp;
use std::collections::HashSet;
use std::fmt;

/// The first thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// Index of the operation.
    pub op: usize,
    /// A sentence.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation {}: {}", self.op, self.message)
    }
}

struct Verifier<'t> {
    trace: &'t Trace,
    helpers: &'t [Helper],
    /// Register 0 of each activation that was entered.
    windows: Vec<Register>,
    /// Registers that the last exit listed and nobody has written since.
    behind: HashSet<Register>,
}

/// Checks the whole trace.
///
/// # Errors
/// The first rule that is broken.
pub fn verify(trace: &Trace, helpers: &[Helper]) -> Result<(), VerifyError> {
    let mut v = Verifier { trace, helpers, windows: Vec::new(), behind: HashSet::new() };
    for (i, op) in trace.ops.iter().enumerate() {
        v.operation(i, op).map_err(|message| VerifyError { op: i, message })?;
    }
    match trace.ops.last() {
        Some(Op::Loop(_)) => Ok(()),
        _ => Err(VerifyError { op: trace.ops.len(), message: "the trace does not end in a loop".into() }),
    }
}

impl Verifier<'_> {
    fn operation(&mut self, i: usize, op: &Op) -> Result<(), String> {
        let mut wrong = None;
        op.operands(self.helpers, |v, expected| {
            let found = (v.0 as usize) < i;
            match self.trace.ops.get(v.0 as usize).filter(|_| found).and_then(|d| d.result(self.helpers)) {
                None => wrong = wrong.take().or(Some(format!("v{} is not defined before", v.0))),
                Some(t) if t != expected => {
                    wrong = wrong.take().or(Some(format!("v{} is of type {t}, not {expected}", v.0)));
                }
                Some(_) => {}
            }
        });
        if let Some(message) = wrong {
            return Err(message);
        }
        self.rules(i, op)?;
        if let Some(e) = op.exit() {
            self.exit(i, e.0 as usize)?;
        }
        Ok(())
    }

    fn rules(&mut self, i: usize, op: &Op) -> Result<(), String> {
        match op {
            Op::At { depth, .. } if *depth as usize != self.windows.len() => {
                Err(format!("an instruction at depth {depth} inside of {} activations", self.windows.len()))
            }
            Op::Register(r) if self.behind.contains(r) => {
                Err(format!("r{} is read while its memory is behind", r.0))
            }
            Op::Execute { .. } => match self.behind.iter().next() {
                Some(r) => Err(format!("an instruction is executed while the memory of r{} is behind", r.0)),
                None => Ok(()),
            },
            Op::SetRegister(r, _) => {
                self.behind.remove(r);
                Ok(())
            }
            Op::Wrapping(op, ..) if !matches!(op, IntOp::Add | IntOp::Sub | IntOp::Mul) => {
                Err(format!("{op:?} cannot wrap around"))
            }
            Op::Call(h, args) | Op::Try(h, args, _) => {
                let helper = self.helpers.get(h.0 as usize).ok_or("no such helper")?;
                if helper.parameters.len() != args.as_slice().len() {
                    return Err(format!("{} takes {} arguments", helper.name, helper.parameters.len()));
                }
                let refuses = helper.effect == Effect::Writes && helper.result == Some(Type::Bool);
                if matches!(op, Op::Try(..)) != refuses {
                    return Err(format!("{} is called in the wrong way", helper.name));
                }
                Ok(())
            }
            Op::Enter(n) => {
                self.windows.push(n.window);
                Ok(())
            }
            Op::Leave => {
                let window = self.windows.pop().ok_or("the activation in which the trace began is left")?;
                self.behind.retain(|r| *r < window);
                Ok(())
            }
            Op::Loop(_) if i + 1 != self.trace.ops.len() => Err("a loop before the end".to_owned()),
            Op::Loop(_) if !self.windows.is_empty() => {
                Err("the loop does not close where it began".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn exit(&mut self, i: usize, e: usize) -> Result<(), String> {
        let exit = self.trace.exits.get(e).ok_or_else(|| format!("there is no e{e}"))?;
        let depth = self.windows.len() + 1;
        if exit.positions.len() != depth {
            return Err(format!("e{e} has {} positions for {depth} activations", exit.positions.len()));
        }
        for (r, v) in &exit.registers {
            let made = self.trace.ops.get(v.0 as usize).filter(|_| (v.0 as usize) < i);
            match made.and_then(|op| op.result(self.helpers)) {
                None => return Err(format!("v{} of e{e} is not defined before", v.0)),
                Some(Type::Bool) => return Err(format!("v{} of e{e} is a bool", v.0)),
                Some(_) => {}
            }
            self.behind.insert(*r);
        }
        Ok(())
    }
}
