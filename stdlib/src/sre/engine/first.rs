//! What a match of a part of a program may begin with, and what follows from it.
//!
//! A search then looks only at places that can begin a match; branches and loops only try what can succeed. Where what
//! follows a run of a set cannot begin with a member of that set, giving characters of the run back never helps: such a
//! run is made possessive.

use super::codes::{MAXREPEAT, Place};
use super::program::{Index, NO_HINT, Op, Program};
use super::set::Set;

/// The characters that a match may begin with.
#[derive(Clone, Debug)]
pub struct First {
    low: [bool; 256],
    high: bool,
    /// The only one, if there is just one below 256 and none above.
    pub only: Option<u8>,
}

impl First {
    const NOTHING: First = First { low: [false; 256], high: false, only: None };

    fn of_set(set: &Set) -> First {
        First { low: *set.low(), high: set.may_be_high(), only: None }
    }

    fn of_char(ch: u32) -> First {
        let mut first = First::NOTHING;
        match first.low.get_mut(ch as usize) {
            Some(member) => *member = true,
            None => first.high = true,
        }
        first
    }

    fn union(mut self, other: &First) -> First {
        self.low.iter_mut().zip(&other.low).for_each(|(a, b)| *a |= *b);
        self.high |= other.high;
        self
    }

    fn is_disjoint(&self, set: &Set) -> bool {
        let share_high = self.high && set.may_be_high();
        let share_low = || self.low.iter().zip(set.low()).any(|(a, b)| *a && *b);
        !share_high && !share_low()
    }

    fn finish(mut self) -> First {
        let mut members = (0..=255u8).filter(|b| self.low[*b as usize]);
        self.only = match (members.next(), members.next(), self.high) {
            (Some(b), None, false) => Some(b),
            _ => None,
        };
        self
    }

    /// Whether a match may begin with the character.
    #[inline(always)]
    pub fn has(&self, ch: u32) -> bool {
        if ch < 256 { self.low[ch as usize] } else { self.high }
    }
}

/// Looks at no more instructions than this for one question.
const EFFORT: usize = 200;

/// What the program from `pc` on begins with; `None` if it may match without consuming anything, or that is not clear.
fn first(p: &Program, pc: Index, effort: &mut usize) -> Option<First> {
    *effort = effort.checked_sub(1)?;
    match p.ops[pc as usize] {
        Op::Done | Op::GroupRef(..) => None,
        Op::Fail => Some(First::NOTHING),
        Op::Char(ch) => Some(First::of_char(ch)),
        Op::One(set) => Some(First::of_set(&p.sets[set as usize])),
        Op::At(_) | Op::Mark(_) => first(p, pc + 1, effort),
        Op::Jump(to) | Op::Look { next: to, .. } => first(p, to, effort),
        Op::Branch(b) => p.branches[b as usize]
            .iter()
            .try_fold(First::NOTHING, |sum, a| Some(sum.union(&first(p, a.body, effort)?))),
        Op::Repeat(until) => match p.ops[until as usize] {
            Op::MaxUntil { min, body, .. } | Op::MinUntil { min, body, .. } => {
                either(p, body, (min == 0).then_some(until + 1), effort)
            }
            _ => None,
        },
        Op::MaxUntil { body, .. } | Op::MinUntil { body, .. } => either(p, body, Some(pc + 1), effort),
        Op::Greedy { set, min, .. } | Op::Lazy { set, min, .. } | Op::Possessive { set, min, .. } => {
            let own = First::of_set(&p.sets[set as usize]);
            if min > 0 { Some(own) } else { Some(own.union(&first(p, pc + 1, effort)?)) }
        }
        Op::GroupExists { no, .. } => either(p, pc + 1, Some(no), effort),
        Op::Atomic { .. } => first(p, pc + 1, effort),
        Op::PossessiveLoop { min, next, .. } => either(p, pc + 1, (min == 0).then_some(next), effort),
    }
}

fn either(p: &Program, a: Index, b: Option<Index>, effort: &mut usize) -> Option<First> {
    let a = first(p, a, effort)?;
    match b {
        Some(b) => Some(a.union(&first(p, b, effort)?)),
        None => Some(a),
    }
}

/// Stores an answer; its number.
fn hint(p: &mut Program, pc: Index) -> Index {
    let Some(f) = first(p, pc, &mut { EFFORT }) else { return NO_HINT };
    p.firsts.push(f.finish());
    p.firsts.len() as Index - 1
}

/// Completes a translated program.
pub fn add_hints(p: &mut Program) {
    for pc in 0..p.ops.len() {
        match p.ops[pc] {
            Op::Greedy { set, min, max, .. } => {
                let after = hint(p, pc as Index + 1);
                let ends_there =
                    p.firsts.get(after as usize).is_some_and(|f| f.is_disjoint(&p.sets[set as usize]));
                p.ops[pc] = if ends_there {
                    Op::Possessive { set, min, max }
                } else {
                    Op::Greedy { set, min, max, after }
                };
            }
            Op::MaxUntil { min, max, body, .. } => {
                let (again, after) = (hint(p, body), hint(p, pc as Index + 1));
                p.ops[pc] = Op::MaxUntil { min, max, body, again, after };
            }
            Op::Branch(b) => {
                for i in 0..p.branches[b as usize].len() {
                    let body = p.branches[b as usize][i].body;
                    p.branches[b as usize][i].first = hint(p, body);
                }
            }
            _ => {}
        }
    }
    p.start = first(p, 0, &mut { EFFORT }).map(First::finish);
    p.anchored = matches!(p.ops[0], Op::At(Place::Beginning));
    let refers = p.ops.iter().any(|op| matches!(op, Op::GroupRef(..)));
    let lead = p.ops.iter().find(|op| !matches!(op, Op::Mark(_)));
    p.leading_run = match lead {
        Some(Op::Possessive { set, min: 1.., max: MAXREPEAT }) if !refers => Some(*set),
        _ => None,
    };
}
