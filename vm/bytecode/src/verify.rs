//! Checks that a code unit is well formed, so that the interpreter need not.
//!
//! Structure: instructions fill the words exactly, registers and indices are in range, jumps and handlers lead to
//! instructions. Dataflow: on every path a temporary is bound before it is read, and kill flags stand on temporaries
//! only. Local variables may be unbound anywhere; reading one is preceded by a check or an assignment on every path.

use std::collections::HashMap;

use crate::code::{CodeUnit, Constant, flags};
use crate::instructions::{ExtraWord, Field, Instruction, NO_REGISTER, Opcode, OperandInfo, OperandKind};

/// What is wrong with a code unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError(String);

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VerifyError {}

type Result<T = ()> = std::result::Result<T, VerifyError>;

/// Verifies the code unit and all inside it.
///
/// # Errors
/// If something is wrong; the text says where.
pub fn verify(code: &CodeUnit) -> Result {
    verify_one(code).map_err(|error| VerifyError(format!("{}: {}", code.qualname, error.0)))?;
    code.consts.iter().try_for_each(|constant| match constant {
        Constant::Code(inner) => verify(inner),
        _ => Ok(()),
    })
}

fn fail<T>(at: usize, message: impl std::fmt::Display) -> Result<T> {
    Err(VerifyError(format!("word {at}: {message}")))
}

fn verify_one(code: &CodeUnit) -> Result {
    let starts = instruction_starts(code)?;
    let variadic = (code.flags & flags::VARARGS != 0) as u32 + (code.flags & flags::VARKEYWORDS != 0) as u32;
    let parameters = (code.arg_count + code.kwonly_arg_count + variadic) as usize;
    if parameters > code.varnames.len() || code.posonly_arg_count > code.arg_count {
        return fail(0, "more parameters than variables");
    }
    if code.nregs as usize > NO_REGISTER as usize || code.local_count() > code.nregs as usize {
        return fail(0, "registers out of range");
    }
    for (at, instruction, extra) in code.instructions() {
        check_operands(code, &starts, at, instruction, extra)?;
    }
    check_exceptions(code, &starts)?;
    Dataflow { code, states: HashMap::new(), pending: Vec::new() }.run(parameters)
}

/// Which words start an instruction.
fn instruction_starts(code: &CodeUnit) -> Result<Vec<bool>> {
    let mut starts = vec![false; code.words.len()];
    let mut at = 0;
    let mut ends = false;
    while at < code.words.len() {
        let Some(op) = Opcode::from_u8(code.words[at] as u8) else { return fail(at, "unknown instruction") };
        starts[at] = true;
        at += op.size();
        ends = op.ends_block();
    }
    if at != code.words.len() || !ends {
        return fail(at, "the code does not end with its last instruction");
    }
    Ok(starts)
}

fn check_operands(
    code: &CodeUnit,
    starts: &[bool],
    at: usize,
    instruction: Instruction,
    extra: u64,
) -> Result {
    let first_temporary = code.local_count();
    for operand in instruction.op().operands() {
        let value = instruction.field(operand.field);
        let index = if operand.field == Field::Bc { value as u32 as usize } else { value as usize };
        match operand.kind {
            OperandKind::Const if index >= code.consts.len() => return fail(at, "constant out of range"),
            OperandKind::Name if index >= code.names.len() => return fail(at, "name out of range"),
            OperandKind::Free if index >= code.freevars.len() => {
                return fail(at, "free variable out of range");
            }
            OperandKind::Rel => check_jump(starts, at, value)?,
            _ => {}
        }
        let count = instruction.register_count(*operand);
        if count > 0 && index + count > code.nregs as usize {
            return fail(at, format!("register {} out of range", index + count - 1));
        }
        if operand.kind == OperandKind::Src && instruction.kills(operand.field) && index < first_temporary {
            return fail(at, format!("kill flag on variable {index}"));
        }
    }
    match instruction.op().extra_word() {
        ExtraWord::Cache if extra != 0 => fail(at, "cache is not empty"),
        ExtraWord::Rel => check_jump(starts, at, extra as u32 as i32 as i64),
        ExtraWord::Const if extra as usize >= code.consts.len() => fail(at, "constant out of range"),
        _ => Ok(()),
    }
}

fn check_jump(starts: &[bool], at: usize, offset: i64) -> Result {
    match usize::try_from(at as i64 + offset) {
        Ok(target) if starts.get(target) == Some(&true) => Ok(()),
        _ => fail(at, format!("jump by {offset} to no instruction")),
    }
}

fn check_exceptions(code: &CodeUnit, starts: &[bool]) -> Result {
    let mut last_end = 0;
    for entry in &code.exceptions {
        let (start, end) = (entry.start as usize, entry.end as usize);
        let is_start = |word: usize| starts.get(word) == Some(&true);
        if entry.start < last_end || start >= end || !is_start(start) || end > starts.len() {
            return fail(start, "bad protected range");
        }
        if end < starts.len() && !is_start(end) {
            return fail(end, "protected range ends inside an instruction");
        }
        if !is_start(entry.target as usize) {
            return fail(start, "handler is no instruction");
        }
        if (entry.depth as usize) < code.local_count() || entry.depth as u32 >= code.nregs {
            return fail(start, "handler depth is no temporary");
        }
        last_end = entry.end;
    }
    Ok(())
}

/// Which registers are bound, one bit each.
type Bits = Vec<u64>;

struct Dataflow<'c> {
    code: &'c CodeUnit,
    /// What is bound on every path to an instruction that is a jump target.
    states: HashMap<usize, Bits>,
    pending: Vec<usize>,
}

fn is_bound(state: &Bits, register: usize) -> bool {
    state[register / 64] & 1 << (register % 64) != 0
}

fn set(state: &mut Bits, register: usize, bound: bool) {
    let mask = 1u64 << (register % 64);
    if bound {
        state[register / 64] |= mask;
    } else {
        state[register / 64] &= !mask;
    }
}

impl Dataflow<'_> {
    fn run(mut self, parameters: usize) -> Result {
        let mut entry = vec![0u64; (self.code.nregs as usize).div_ceil(64).max(1)];
        for register in 0..parameters {
            set(&mut entry, register, true);
        }
        let mut targets = vec![false; self.code.words.len()];
        for (at, instruction, extra) in self.code.instructions() {
            if let Some(target) = jump_target(at, instruction, extra) {
                targets[target] = true;
            }
        }
        for exception in &self.code.exceptions {
            targets[exception.target as usize] = true;
        }
        self.flow_into(0, &entry);
        while let Some(start) = self.pending.pop() {
            self.block(start, &targets)?;
        }
        Ok(())
    }

    fn block(&mut self, start: usize, targets: &[bool]) -> Result {
        let mut state = self.states[&start].clone();
        let mut at = start;
        loop {
            let instruction = Instruction(self.code.words[at]);
            let op = instruction.op();
            let extra = if op.size() == 2 { self.code.words[at + 1] } else { 0 };
            if let Some(entry) = self.code.handler(at as u32) {
                let mut caught = state.clone();
                for register in entry.depth as usize..self.code.nregs as usize {
                    set(&mut caught, register, register == entry.depth as usize);
                }
                self.flow_into(entry.target as usize, &caught);
            }
            let before = state.clone();
            self.step(&mut state, at, instruction)?;
            if let Some(target) = jump_target(at, instruction, extra) {
                let mut branch = if op == Opcode::ForIter { before } else { state.clone() };
                if matches!(op, Opcode::ForIter | Opcode::Send) {
                    set(&mut branch, instruction.b() as usize, false);
                }
                self.flow_into(target, &branch);
            }
            if op.ends_block() {
                return Ok(());
            }
            at += op.size();
            if targets[at] {
                self.flow_into(at, &state);
                return Ok(());
            }
        }
    }

    fn flow_into(&mut self, target: usize, state: &Bits) {
        match self.states.get_mut(&target) {
            None => {
                self.states.insert(target, state.clone());
                self.pending.push(target);
            }
            Some(known) => {
                let mut changed = false;
                for (known, new) in known.iter_mut().zip(state) {
                    changed |= *known & new != *known;
                    *known &= new;
                }
                if changed && !self.pending.contains(&target) {
                    self.pending.push(target);
                }
            }
        }
    }

    fn step(&self, state: &mut Bits, at: usize, instruction: Instruction) -> Result {
        for operand in instruction.op().operands() {
            self.read(state, at, instruction, *operand)?;
        }
        for operand in instruction.op().operands() {
            write(state, instruction, *operand);
        }
        Ok(())
    }

    fn read(&self, state: &mut Bits, at: usize, instruction: Instruction, operand: OperandInfo) -> Result {
        use OperandKind::*;
        let first = instruction.field(operand.field) as usize;
        let count = instruction.register_count(operand);
        let (needed, consumed) = match operand.kind {
            Src | RaiseOperand => (count, instruction.kills(operand.field)),
            Peek | Iter | Receiver => (count, false),
            Consume | InC | InC1 | InC2 | InPairs | In2 | In3 | InFlags | InInterpolation => (count, true),
            InEx => (2, true),
            _ => return Ok(()),
        };
        let first = if operand.kind == Receiver { instruction.c() as usize } else { first };
        // The second register of a looked-up method may be unbound, but it was written.
        for register in first..first + needed {
            if !is_bound(state, register) {
                let op = instruction.op().name();
                return fail(at, format!("{op} reads register {register}, which may be unbound"));
            }
        }
        if consumed {
            for register in first..first + count {
                set(state, register, false);
            }
        }
        Ok(())
    }
}

fn write(state: &mut Bits, instruction: Instruction, operand: OperandInfo) {
    use OperandKind::*;
    let bound = match operand.kind {
        Dst | Out2 | OutC | OutEx | MakeCell | Check => true,
        Clear | DeleteLocal => false,
        _ => return,
    };
    let first = instruction.field(operand.field) as usize;
    for register in first..first + instruction.register_count(operand) {
        set(state, register, bound);
    }
}

fn jump_target(at: usize, instruction: Instruction, extra: u64) -> Option<usize> {
    let op = instruction.op();
    if op.extra_word() == ExtraWord::Rel {
        return Some((at as i64 + extra as u32 as i32 as i64) as usize);
    }
    let operand = op.operands().iter().find(|operand| operand.kind == OperandKind::Rel)?;
    Some((at as i64 + instruction.field(operand.field)) as usize)
}
