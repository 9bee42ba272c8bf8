//! From emitted instructions to the words of a code unit: jumps are threaded, unreachable instructions and needless
//! checks dropped, and the rest laid out.
//!
//! Fused compare-and-branch instructions reach 32,767 words. One whose target is farther becomes the opposite branch
//! around an ordinary jump. Such an expansion only lengthens the code, so repeating the layout until nothing changes
//! ends.

use pyre_bytecode::{
    CodeUnit, ExceptionEntry, ExtraWord, Field, Instruction, LocationTable, Opcode, OperandKind, ScopedLocal,
};

use super::assigned;
use super::unit::{Emitted, NONE, Unit};
use crate::names::Interner;

/// The finished code.
pub(crate) fn assemble(mut unit: Unit, names: &Interner) -> CodeUnit {
    thread_jumps(&mut unit);
    let mut keep = reachable(&unit);
    assigned::drop_needless_checks(&unit, &mut keep);
    invert_branches_over_jumps(&mut unit, &mut keep);
    drop_jumps_to_next(&unit, &mut keep);
    let layout = Layout::new(&unit, &keep);
    let words = layout.words(&unit, &keep);
    let exceptions = layout.exceptions(&unit, &keep);
    let locations = LocationTable::from_runs(
        kept(&unit, &keep).map(|(index, emitted)| (layout.size_of(index), emitted.location)),
    );
    let scoped_locals = unit
        .scoped_locals
        .iter()
        .map(|local| ScopedLocal {
            name: names.text(local.name).clone(),
            register: local.register,
            is_cell: local.is_cell,
            start: layout.label(&unit, local.start.0),
            end: layout.label(&unit, local.end.0),
        })
        .filter(|local| local.start < local.end)
        .collect();
    let nregs = unit.register_count();
    CodeUnit {
        names: unit.names.into(),
        consts: unit.consts.into(),
        nregs,
        words: words.into(),
        exceptions: exceptions.into(),
        scoped_locals,
        locations,
        ..unit.code
    }
}

fn kept<'u>(unit: &'u Unit, keep: &'u [bool]) -> impl Iterator<Item = (usize, &'u Emitted)> {
    unit.emitted.iter().enumerate().filter(|(index, _)| keep[*index])
}

pub(super) fn is_jump(op: Opcode) -> bool {
    matches!(op, Opcode::Jump | Opcode::JumpBack)
}

/// A jump to an unconditional jump goes to the latter's target.
fn thread_jumps(unit: &mut Unit) {
    for index in 0..unit.emitted.len() {
        if unit.emitted[index].instruction.op().extra_word() == ExtraWord::Rel {
            // The exits of loops do not poll, so they must not become backward jumps.
            continue;
        }
        let mut label = unit.emitted[index].label;
        // A loop of empty jumps ends the search.
        for _ in 0..8 {
            let Some(target) = (label != NONE).then(|| unit.labels[label as usize]) else { break };
            match unit.emitted.get(target as usize) {
                Some(next) if is_jump(next.instruction.op()) && next.label != label => label = next.label,
                _ => break,
            }
        }
        unit.emitted[index].label = label;
    }
}

fn reachable(unit: &Unit) -> Vec<bool> {
    let mut seen = vec![false; unit.emitted.len()];
    let mut pending = vec![0usize];
    while let Some(mut index) = pending.pop() {
        while index < seen.len() && !seen[index] {
            seen[index] = true;
            let emitted = &unit.emitted[index];
            if emitted.handler != NONE {
                let (label, _) = unit.handlers[emitted.handler as usize];
                let target = unit.labels[label.0 as usize] as usize;
                if target < seen.len() && !seen[target] {
                    pending.push(target);
                }
            }
            if emitted.label != NONE {
                pending.push(unit.labels[emitted.label as usize] as usize);
            }
            if emitted.instruction.op().ends_block() {
                break;
            }
            index += 1;
        }
    }
    for (index, emitted) in unit.emitted.iter().enumerate() {
        if emitted.instruction == Instruction::nop() {
            seen[index] = false;
        }
    }
    seen
}

/// Drops jumps over nothing that is kept.
fn drop_jumps_to_next(unit: &Unit, keep: &mut [bool]) {
    for index in (0..unit.emitted.len()).rev() {
        let emitted = &unit.emitted[index];
        if !keep[index] || emitted.instruction.op() != Opcode::Jump {
            continue;
        }
        let target = unit.labels[emitted.label as usize] as usize;
        if target > index && !keep[index + 1..target].contains(&true) {
            keep[index] = false;
        }
    }
}

/// A branch around nothing but a jump becomes the opposite branch to the jump's target.
fn invert_branches_over_jumps(unit: &mut Unit, keep: &mut [bool]) {
    // The kept instruction that is reached at each index.
    let count = unit.emitted.len();
    let mut reached = vec![count; count + 1];
    for index in (0..count).rev() {
        reached[index] = if keep[index] { index } else { reached[index + 1] };
    }
    let mut targeted = vec![0u32; count + 1];
    for (_, emitted) in kept(unit, keep) {
        if emitted.label != NONE {
            targeted[reached[unit.labels[emitted.label as usize] as usize]] += 1;
        }
    }
    for (label, _) in &unit.handlers {
        let at = unit.labels[label.0 as usize];
        if at != NONE {
            targeted[reached[at as usize]] += 1;
        }
    }
    for index in 0..count {
        let emitted = unit.emitted[index];
        let op = emitted.instruction.op();
        if !keep[index] || emitted.label == NONE || opposite(op) == op {
            continue;
        }
        let next = reached[index + 1];
        let Some(jump) = unit.emitted.get(next).copied() else { continue };
        let target = reached[unit.labels[emitted.label as usize] as usize];
        if !is_jump(jump.instruction.op()) || targeted[next] > 0 || target != reached[next + 1] {
            continue;
        }
        unit.emitted[index].instruction = with_opcode(emitted.instruction, opposite(op));
        unit.emitted[index].label = jump.label;
        keep[next] = false;
        targeted[target] -= 1;
    }
}

struct Layout {
    /// First word of each instruction, kept or not.
    starts: Vec<u32>,
    /// Fused branches that need an ordinary jump.
    far: Vec<bool>,
}

impl Layout {
    fn new(unit: &Unit, keep: &[bool]) -> Self {
        let count = unit.emitted.len();
        let mut layout = Self { starts: vec![0; count + 1], far: vec![false; count] };
        loop {
            let mut at = 0;
            for (index, emitted) in unit.emitted.iter().enumerate() {
                layout.starts[index] = at;
                if keep[index] {
                    at += emitted.instruction.op().size() as u32 + layout.far[index] as u32;
                }
            }
            layout.starts[count] = at;
            let mut changed = false;
            for (index, emitted) in kept(unit, keep) {
                let op = emitted.instruction.op();
                if layout.far[index] || emitted.label == NONE || is_jump(op) {
                    continue;
                }
                let offset = layout.offset(unit, index);
                // A branch to itself would look like one that is not taken, and not poll.
                let to_itself = offset == 0 && opposite(op) != op;
                if to_itself || (is_fused(op) && i16::try_from(offset).is_err()) {
                    layout.far[index] = true;
                    changed = true;
                }
            }
            if !changed {
                return layout;
            }
        }
    }

    fn size_of(&self, index: usize) -> u32 {
        self.starts[index + 1] - self.starts[index]
    }

    fn label(&self, unit: &Unit, label: u32) -> u32 {
        self.starts[unit.labels[label as usize] as usize]
    }

    fn offset(&self, unit: &Unit, index: usize) -> i32 {
        self.label(unit, unit.emitted[index].label) as i32 - self.starts[index] as i32
    }

    fn words(&self, unit: &Unit, keep: &[bool]) -> Vec<u64> {
        let mut words = Vec::with_capacity(self.starts[unit.emitted.len()] as usize);
        for (index, emitted) in kept(unit, keep) {
            let instruction = emitted.instruction;
            let op = instruction.op();
            if emitted.label == NONE {
                words.push(instruction.0);
                if op.size() == 2 {
                    words.push(emitted.extra);
                }
                continue;
            }
            let offset = self.offset(unit, index);
            if is_jump(op) {
                words.push(jump(offset).0);
            } else if op.extra_word() == ExtraWord::Rel {
                words.push(instruction.0);
                words.push(offset as u32 as u64);
            } else if self.far[index] {
                let over: u64 = if is_fused(op) { 2 << 48 } else { 2 << 32 };
                words.push(with_opcode(instruction, opposite(op)).0 | over);
                words.push(jump(offset - 1).0);
            } else if is_fused(op) {
                words.push(instruction.0 | (offset as u16 as u64) << 48);
            } else {
                words.push(instruction.0 | (offset as u32 as u64) << 32);
            }
        }
        words
    }

    fn exceptions(&self, unit: &Unit, keep: &[bool]) -> Vec<ExceptionEntry> {
        let mut entries: Vec<ExceptionEntry> = Vec::new();
        let mut last = NONE;
        for (index, emitted) in kept(unit, keep) {
            let (start, end) = (self.starts[index], self.starts[index + 1]);
            if emitted.handler != NONE {
                match entries.last_mut() {
                    Some(entry) if last == emitted.handler && entry.end == start => entry.end = end,
                    _ => {
                        let (label, depth) = unit.handlers[emitted.handler as usize];
                        let target = self.label(unit, label.0);
                        entries.push(ExceptionEntry { start, end, target, depth });
                    }
                }
            }
            last = emitted.handler;
        }
        entries
    }
}

fn jump(offset: i32) -> Instruction {
    if offset <= 0 { Instruction::jump_back(offset) } else { Instruction::jump(offset) }
}

fn with_opcode(instruction: Instruction, op: Opcode) -> Instruction {
    Instruction(instruction.0 & !0xFF | op as u64)
}

/// Is it a branch with a 16-bit offset?
fn is_fused(op: Opcode) -> bool {
    op.operands().iter().any(|operand| operand.kind == OperandKind::Rel && operand.field == Field::Ci)
}

/// The branch that jumps when this one does not.
fn opposite(op: Opcode) -> Opcode {
    use Opcode::*;
    match op {
        JumpIfTrue => JumpIfFalse,
        JumpIfFalse => JumpIfTrue,
        JumpIfNone => JumpIfNotNone,
        JumpIfNotNone => JumpIfNone,
        JumpIfLt => JumpIfNotLt,
        JumpIfLe => JumpIfNotLe,
        JumpIfGt => JumpIfNotGt,
        JumpIfGe => JumpIfNotGe,
        JumpIfEq => JumpIfNotEq,
        JumpIfNe => JumpIfNotNe,
        JumpIfNotLt => JumpIfLt,
        JumpIfNotLe => JumpIfLe,
        JumpIfNotGt => JumpIfGt,
        JumpIfNotGe => JumpIfGe,
        JumpIfNotEq => JumpIfEq,
        JumpIfNotNe => JumpIfNe,
        JumpIfLtInt => JumpIfNotLtInt,
        JumpIfLeInt => JumpIfNotLeInt,
        JumpIfGtInt => JumpIfNotGtInt,
        JumpIfGeInt => JumpIfNotGeInt,
        JumpIfEqInt => JumpIfNotEqInt,
        JumpIfNeInt => JumpIfNotNeInt,
        JumpIfNotLtInt => JumpIfLtInt,
        JumpIfNotLeInt => JumpIfLeInt,
        JumpIfNotGtInt => JumpIfGtInt,
        JumpIfNotGeInt => JumpIfGeInt,
        JumpIfNotEqInt => JumpIfEqInt,
        JumpIfNotNeInt => JumpIfNeInt,
        other => other,
    }
}
