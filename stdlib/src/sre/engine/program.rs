//! [`Program`]: a pattern's `_sre` code in the form in which the matcher runs it.
//!
//! Code whose offsets and numbers do not hold together is refused, so that the matcher can trust a program.

use super::codes::{self as c, Place};
use super::first::{self, First};
use super::set::{Fold, Set};

/// Number of an instruction, of a set, of a [`First`].
pub type Index = u32;

/// No hint.
pub const NO_HINT: Index = Index::MAX;

/// One instruction. What follows a match of it is the next one, if it names no other.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// The end of the pattern, or of a body that is matched apart.
    Done,
    /// Never matches.
    Fail,
    /// This character.
    Char(u32),
    /// A character of the set.
    One(Index),
    /// An assertion about the place.
    At(Place),
    /// Notes the place: 2n is the start of group n (from 0), 2n + 1 its end.
    Mark(u32),
    /// Goes on elsewhere.
    Jump(Index),
    /// Alternatives, in order.
    Branch(Index),
    /// Begins a loop, whose decisions are made at the given instruction.
    Repeat(Index),
    /// The decision of a greedy loop: once more, or go on.
    MaxUntil { min: u32, max: u32, body: Index, again: Index, after: Index },
    /// The decision of a lazy loop.
    MinUntil { min: u32, max: u32, body: Index },
    /// Characters of a set, as many as possible; then fewer. `after`: what may follow.
    Greedy { set: Index, min: u32, max: u32, after: Index },
    /// Characters of a set, as few as possible; then more.
    Lazy { set: Index, min: u32, max: u32 },
    /// Characters of a set, as many as possible, for good.
    Possessive { set: Index, min: u32, max: u32 },
    /// What the group matched.
    GroupRef(u32, Fold),
    /// Goes on at the instruction if the group took no part.
    GroupExists { group: u32, no: Index },
    /// The body, which follows, matches `back` characters before the place (or not).
    Look { back: u32, negative: bool, next: Index },
    /// The body, which follows, is matched once and for all.
    Atomic { next: Index },
    /// The body, which follows, is matched as often as possible once and for all.
    PossessiveLoop { min: u32, max: u32, next: Index },
}

/// An alternative of a branch.
#[derive(Debug)]
pub struct Alternative {
    /// Its first instruction.
    pub body: Index,
    /// What it may begin with.
    pub first: Index,
}

/// A translated pattern.
#[derive(Debug)]
pub struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) sets: Vec<Set>,
    pub(super) branches: Vec<Vec<Alternative>>,
    pub(super) firsts: Vec<First>,
    /// What a match may begin with, if it cannot be empty.
    pub(super) start: Option<First>,
    /// No match is shorter.
    pub(super) min_width: usize,
    /// A match can only begin where the text does.
    pub(super) anchored: bool,
    /// A set of which the pattern begins with a run of any length for good: a search that failed at the run's start
    /// fails inside the run as well.
    pub(super) leading_run: Option<Index>,
    /// Number of groups.
    pub(super) groups: usize,
}

impl Program {
    /// Translates a pattern's code; `None`: it is malformed.
    pub fn new(code: &[u32], groups: usize) -> Option<Program> {
        let mut t = Translator {
            code,
            groups: u32::try_from(groups).ok()?,
            program: Program {
                ops: Vec::new(),
                sets: Vec::new(),
                branches: Vec::new(),
                firsts: Vec::new(),
                start: None,
                min_width: 0,
                anchored: false,
                leading_run: None,
                groups,
            },
            at: vec![NO_HINT; code.len() + 1],
            open_jumps: Vec::new(),
        };
        if let [c::INFO, _, _, min, ..] = *code {
            t.program.min_width = min as usize;
        }
        t.block(0, code.len())?;
        t.program.ops.push(Op::Fail);
        t.resolve_jumps()?;
        let mut program = t.program;
        first::add_hints(&mut program);
        Some(program)
    }
}

struct Translator<'a> {
    code: &'a [u32],
    groups: u32,
    program: Program,
    /// The instruction for each place in the code where one begins.
    at: Vec<Index>,
    /// Instructions with targets that are places in the code so far.
    open_jumps: Vec<(usize, usize)>,
}

impl Translator<'_> {
    fn code(&self, at: usize) -> Option<u32> {
        self.code.get(at).copied()
    }

    fn here(&self) -> Index {
        self.program.ops.len() as Index
    }

    fn push(&mut self, op: Op) -> usize {
        self.program.ops.push(op);
        self.program.ops.len() - 1
    }

    /// The place that an offset stored at `at` means.
    fn target(&self, at: usize, end: usize) -> Option<usize> {
        let target = at.checked_add(self.code(at)? as usize)?;
        (target > at && target <= end).then_some(target)
    }

    /// Translates a stretch of code.
    fn block(&mut self, start: usize, end: usize) -> Option<()> {
        let mut at = start;
        while at < end {
            self.at[at] = self.here();
            at = self.instruction(at, end)?;
            if at > end {
                return None;
            }
        }
        Some(())
    }

    /// Translates the instruction at `at`; returns where the next one is.
    fn instruction(&mut self, at: usize, end: usize) -> Option<usize> {
        let op = self.code(at)?;
        match op {
            c::SUCCESS => self.push(Op::Done),
            c::FAILURE => self.push(Op::Fail),
            c::AT => {
                let place = Place::from_code(self.code(at + 1)?)?;
                self.push(Op::At(place));
                return Some(at + 2);
            }
            c::MARK => {
                let mark = self.code(at + 1).filter(|m| m / 2 < self.groups)?;
                self.push(Op::Mark(mark));
                return Some(at + 2);
            }
            c::LITERAL => {
                let ch = self.code(at + 1)?;
                self.push(Op::Char(ch));
                return Some(at + 2);
            }
            c::JUMP => {
                let target = self.target(at + 1, self.code.len())?;
                let jump = self.push(Op::Jump(0));
                self.open_jumps.push((jump, target));
                return Some(at + 2);
            }
            c::INFO => return self.target(at + 1, end),
            c::BRANCH => return self.branch(at, end),
            c::REPEAT | c::POSSESSIVE_REPEAT => return self.repeat(op, at, end),
            c::REPEAT_ONE | c::MIN_REPEAT_ONE | c::POSSESSIVE_REPEAT_ONE => {
                return self.repeat_one(op, at, end);
            }
            c::ASSERT | c::ASSERT_NOT => {
                let next = self.target(at + 1, end)?;
                let back = self.code(at + 2)?;
                let look = self.push(Op::Fail);
                self.block(at + 3, next)?;
                let after = self.here();
                self.program.ops[look] = Op::Look { back, negative: op == c::ASSERT_NOT, next: after };
                return Some(next);
            }
            c::ATOMIC_GROUP => {
                let next = self.target(at + 1, end)?;
                let atomic = self.push(Op::Fail);
                self.block(at + 2, next)?;
                self.program.ops[atomic] = Op::Atomic { next: self.here() };
                return Some(next);
            }
            c::GROUPREF | c::GROUPREF_IGNORE | c::GROUPREF_LOC_IGNORE | c::GROUPREF_UNI_IGNORE => {
                let group = self.code(at + 1).filter(|g| *g < self.groups)?;
                let fold = match op {
                    c::GROUPREF => Fold::None,
                    c::GROUPREF_IGNORE => Fold::Ascii,
                    c::GROUPREF_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                self.push(Op::GroupRef(group, fold));
                return Some(at + 2);
            }
            c::GROUPREF_EXISTS => {
                let group = self.code(at + 1).filter(|g| *g < self.groups)?;
                // The offset counts from the number of the group.
                let target = (at + 1).checked_add(self.code(at + 2)? as usize)?;
                if target <= at + 2 || target > end {
                    return None;
                }
                let test = self.push(Op::GroupExists { group, no: 0 });
                self.open_jumps.push((test, target));
                return Some(at + 3);
            }
            _ => {
                let (set, next) = self.item(at, end)?;
                self.push(Op::One(set));
                return Some(next);
            }
        };
        Some(at + 1)
    }

    /// The set of the instruction at `at`, which matches one character, and where the next instruction is.
    fn item(&mut self, at: usize, end: usize) -> Option<(Index, usize)> {
        let next = match self.code(at)? {
            c::ANY | c::ANY_ALL | c::FAILURE => at + 1,
            c::IN | c::IN_IGNORE | c::IN_UNI_IGNORE | c::IN_LOC_IGNORE => self.target(at + 1, end)?,
            _ => at + 2,
        };
        let set = Set::from_item(self.code.get(at..next)?)?;
        self.program.sets.push(set);
        Some((self.program.sets.len() as Index - 1, next))
    }

    fn branch(&mut self, at: usize, end: usize) -> Option<usize> {
        let index = self.program.branches.len();
        self.program.branches.push(Vec::new());
        self.push(Op::Branch(index as Index));
        let mut at = at + 1;
        let mut alternatives = Vec::new();
        while self.code(at)? != 0 {
            let next = self.target(at, end)?;
            alternatives.push(Alternative { body: self.here(), first: NO_HINT });
            self.block(at + 1, next)?;
            at = next;
        }
        self.program.branches[index] = alternatives;
        Some(at + 1)
    }

    fn repeat(&mut self, op: u32, at: usize, end: usize) -> Option<usize> {
        let until = self.target(at + 1, end)?;
        let (min, max) = (self.code(at + 2)?, self.code(at + 3)?);
        let start = self.push(Op::Fail);
        let body = self.here();
        self.block(at + 4, until)?;
        self.at[until] = self.here();
        let decision = match (op, self.code(until)?) {
            (c::POSSESSIVE_REPEAT, c::SUCCESS) => {
                self.push(Op::Done);
                self.program.ops[start] = Op::PossessiveLoop { min, max, next: self.here() };
                return Some(until + 1);
            }
            (c::REPEAT, c::MAX_UNTIL) => Op::MaxUntil { min, max, body, again: NO_HINT, after: NO_HINT },
            (c::REPEAT, c::MIN_UNTIL) => Op::MinUntil { min, max, body },
            _ => return None,
        };
        let decision = self.push(decision);
        self.program.ops[start] = Op::Repeat(decision as Index);
        Some(until + 1)
    }

    fn repeat_one(&mut self, op: u32, at: usize, end: usize) -> Option<usize> {
        let next = self.target(at + 1, end)?;
        let (min, max) = (self.code(at + 2)?, self.code(at + 3)?);
        let (set, after) = self.item(at + 4, next)?;
        if after + 1 != next || self.code(after)? != c::SUCCESS {
            return None;
        }
        self.push(match op {
            c::REPEAT_ONE => Op::Greedy { set, min, max, after: NO_HINT },
            c::MIN_REPEAT_ONE => Op::Lazy { set, min, max },
            _ => Op::Possessive { set, min, max },
        });
        Some(next)
    }

    fn resolve_jumps(&mut self) -> Option<()> {
        for (op, target) in std::mem::take(&mut self.open_jumps) {
            let to = self.at[target];
            // Everything goes forward: no program runs for ever without consuming anything.
            if to == NO_HINT || to as usize <= op {
                return None;
            }
            match &mut self.program.ops[op] {
                Op::Jump(t) | Op::GroupExists { no: t, .. } => *t = to,
                _ => return None,
            }
        }
        Some(())
    }
}
