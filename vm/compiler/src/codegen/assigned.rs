//! Definite assignment: which `CheckLocal` instructions can never fail.
//!
//! A forward dataflow over basic blocks. The state is the set of checked registers that are bound on every path. A
//! handler starts from what is bound before every instruction that it protects.

use pyre_bytecode::{Instruction, Opcode, OperandKind};
use rustc_hash::FxHashMap;

use super::unit::{NONE, Unit};

type Bits = Vec<u64>;

/// Clears `keep` for the checks that cannot fail. `keep` says which instructions are reachable.
pub(crate) fn drop_needless_checks(unit: &Unit, keep: &mut [bool]) {
    let mut bits: FxHashMap<u16, usize> = FxHashMap::default();
    for (index, emitted) in unit.emitted.iter().enumerate() {
        if keep[index] && emitted.instruction.op() == Opcode::CheckLocal {
            let next = bits.len();
            bits.entry(emitted.instruction.a()).or_insert(next);
        }
    }
    if bits.is_empty() {
        return;
    }
    let mut flow =
        Flow { unit, leaders: leaders(unit), bits, states: FxHashMap::default(), pending: Vec::new() };
    flow.run(keep);
    for start in flow.states.keys().copied().collect::<Vec<_>>() {
        let mut state = flow.states[&start].clone();
        let mut index = start;
        loop {
            let instruction = unit.emitted[index].instruction;
            if instruction.op() == Opcode::CheckLocal && flow.is_set(&state, instruction.a()) {
                keep[index] = false;
            }
            flow.apply(&mut state, instruction);
            index += 1;
            if index >= unit.emitted.len() || flow.leaders[index] || instruction.op().ends_block() {
                break;
            }
        }
    }
}

fn leaders(unit: &Unit) -> Vec<bool> {
    let mut leaders = vec![false; unit.emitted.len() + 1];
    for label in &unit.labels {
        if *label != NONE {
            leaders[*label as usize] = true;
        }
    }
    leaders
}

struct Flow<'u, 'a> {
    unit: &'u Unit<'a>,
    /// Instructions at which a block starts.
    leaders: Vec<bool>,
    /// Checked registers and their bits.
    bits: FxHashMap<u16, usize>,
    /// What is bound where each reached block starts.
    states: FxHashMap<usize, Bits>,
    pending: Vec<usize>,
}

impl Flow<'_, '_> {
    fn run(&mut self, keep: &[bool]) {
        let mut entry = vec![0u64; self.bits.len().div_ceil(64)];
        let code = &self.unit.code;
        let variadic = (code.flags & 4 != 0) as u32 + (code.flags & 8 != 0) as u32;
        let parameters = code.arg_count + code.kwonly_arg_count + variadic;
        for (register, bit) in &self.bits {
            if (*register as u32) < parameters {
                entry[bit / 64] |= 1 << (bit % 64);
            }
        }
        self.flow_into(0, &entry);
        while let Some(start) = self.pending.pop() {
            let mut state = self.states[&start].clone();
            let mut index = start;
            let mut handler_state: Option<(u32, Bits)> = None;
            while let Some(emitted) = self.unit.emitted.get(index) {
                if index > start && self.leaders[index] {
                    self.flow_into(index, &state);
                    break;
                }
                if keep[index] && emitted.handler != NONE {
                    let known = handler_state.as_ref();
                    if known.is_none_or(|(handler, seen)| *handler != emitted.handler || *seen != state) {
                        let (label, _) = self.unit.handlers[emitted.handler as usize];
                        let target = self.unit.labels[label.0 as usize] as usize;
                        self.flow_into(target, &state);
                        handler_state = Some((emitted.handler, state.clone()));
                    }
                }
                let before = state.clone();
                self.apply(&mut state, emitted.instruction);
                if emitted.label != NONE {
                    let target = self.unit.labels[emitted.label as usize] as usize;
                    let exits_early = emitted.instruction.op() == Opcode::ForIter;
                    self.flow_into(target, if exits_early { &before } else { &state });
                }
                if emitted.instruction.op().ends_block() {
                    break;
                }
                index += 1;
            }
        }
    }

    /// Meets the state into that of the block at the target.
    fn flow_into(&mut self, target: usize, state: &Bits) {
        if target >= self.unit.emitted.len() {
            return;
        }
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
                if changed {
                    self.pending.push(target);
                }
            }
        }
    }

    fn is_set(&self, state: &Bits, register: u16) -> bool {
        self.bits.get(&register).is_some_and(|bit| state[bit / 64] & 1 << (bit % 64) != 0)
    }

    fn apply(&self, state: &mut Bits, instruction: Instruction) {
        for operand in instruction.op().operands() {
            let becomes_bound = match operand.kind {
                OperandKind::Dst
                | OperandKind::Out2
                | OperandKind::OutC
                | OperandKind::OutEx
                | OperandKind::Check
                | OperandKind::MakeCell => true,
                OperandKind::Clear | OperandKind::Consume | OperandKind::DeleteLocal => false,
                _ => continue,
            };
            let first = instruction.field(operand.field) as u16;
            for offset in 0..instruction.register_count(*operand) {
                if let Some(bit) = self.bits.get(&(first + offset as u16)) {
                    let mask = 1u64 << (bit % 64);
                    if becomes_bound {
                        state[bit / 64] |= mask;
                    } else {
                        state[bit / 64] &= !mask;
                    }
                }
            }
        }
    }
}
