//! [`Matcher`]: the loop that runs a program.

use super::codes::{MAXREPEAT, Place};
use super::first::First;
use super::program::{Index, NO_HINT, Op, Program};
use super::set::{Fold, Set, is_ascii_word, is_word};
use pyre_object::{PyResult, Vm};
use smallvec::SmallVec;

/// What is searched, in units as wide as it has them.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// Latin-1, or bytes.
    One(&'a [u8]),
    /// The basic plane.
    Two(&'a [u16]),
    /// Everything.
    Four(&'a [u32]),
}

/// A character of a text.
pub trait Unit: Copy {
    /// Its code point.
    fn code(self) -> u32;

    /// The first `byte` in a text.
    fn find(text: &[Self], byte: u8) -> Option<usize>;
}

impl Unit for u8 {
    #[inline(always)]
    fn code(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn find(text: &[u8], byte: u8) -> Option<usize> {
        memchr::memchr(byte, text)
    }
}

impl Unit for u16 {
    #[inline(always)]
    fn code(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn find(text: &[u16], byte: u8) -> Option<usize> {
        text.iter().position(|c| *c == u16::from(byte))
    }
}

impl Unit for u32 {
    #[inline(always)]
    fn code(self) -> u32 {
        self
    }
    #[inline]
    fn find(text: &[u32], byte: u8) -> Option<usize> {
        text.iter().position(|c| *c == u32::from(byte))
    }
}

/// A mark that is not set, a place that is none.
const NOWHERE: usize = usize::MAX;
/// No loop.
const NO_NODE: u32 = u32::MAX;
/// So many steps happen between two looks for signals and for other threads' requests.
const STEPS: u32 = 1 << 14;
/// More choices than this are not kept: the program's numbers for them have 32 bits.
const MAX_CHOICES: usize = 1 << 30;

/// What to try when what was tried last did not match.
#[derive(Clone, Copy)]
enum Kind {
    /// Go on at `pc`.
    Resume,
    /// The alternative with this number of the branch at `pc`.
    Alternative(u32),
    /// One character less than up to `pos`, but not below `low`, for the run at `pc`.
    Shorter,
    /// One character more, of at most `low`.
    Longer,
    /// The body of the lazy loop at `pc`.
    Again,
}

#[derive(Clone, Copy)]
struct Choice {
    kind: Kind,
    pc: Index,
    pos: usize,
    low: usize,
    node: u32,
    trail: u32,
    nodes: u32,
}

/// A loop on its way: how often its body was begun, and where last. Nodes never change; each round makes one.
#[derive(Clone, Copy)]
struct Node {
    outer: u32,
    count: u32,
    last: usize,
}

/// How a mark was before it was set.
#[derive(Clone, Copy)]
struct Undo {
    mark: u32,
    last_group: u32,
    place: usize,
}

/// Runs one program on one text, as often as wanted.
pub struct Matcher<'a> {
    pub(super) vm: &'a Vm,
    pub(super) program: &'a Program,
    pub(super) text: Text<'a>,
    /// Nothing is read from here on.
    pub(super) end: usize,
    /// The match must reach the end.
    pub(super) full: bool,
    /// The match must not be empty here.
    pub(super) not_empty_at: usize,
    /// Where the match begins and ends.
    pub(super) found: (usize, usize),
    marks: SmallVec<[usize; 16]>,
    last_group: u32,
    choices: SmallVec<[Choice; 16]>,
    nodes: SmallVec<[Node; 8]>,
    trail: SmallVec<[Undo; 16]>,
    steps: u32,
}

/// A place to go on from: instruction, position, loop.
type At = (Index, usize, u32);

impl<'a> Matcher<'a> {
    /// A matcher for a text up to `end`.
    pub fn new(vm: &'a Vm, program: &'a Program, text: Text<'a>, end: usize) -> Matcher<'a> {
        let mut marks = SmallVec::new();
        marks.resize(program.groups * 2, NOWHERE);
        Matcher {
            vm,
            program,
            text,
            end,
            full: false,
            not_empty_at: NOWHERE,
            found: (0, 0),
            marks,
            last_group: 0,
            choices: SmallVec::new(),
            nodes: SmallVec::new(),
            trail: SmallVec::new(),
            steps: STEPS,
        }
    }

    /// Where group `i` (from 0, without the match itself) lies.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.marks[2 * i], self.marks[2 * i + 1]);
        (start != NOWHERE && end != NOWHERE).then_some((start, end))
    }

    /// The number of the group (from 1) that was closed last.
    pub fn last_group(&self) -> Option<usize> {
        (self.last_group != 0).then_some(self.last_group as usize)
    }

    /// Forgets the last match.
    pub(super) fn reset(&mut self) {
        self.choices.clear();
        self.nodes.clear();
        self.undo(0);
    }

    #[inline(always)]
    fn undo(&mut self, height: usize) {
        while self.trail.len() > height {
            if let Some(u) = self.trail.pop() {
                self.marks[u.mark as usize] = u.place;
                self.last_group = u.last_group;
            }
        }
    }

    /// Counts a step of work; now and then looks for signals and serves other threads.
    #[inline(always)]
    pub(super) fn step(&mut self) -> PyResult<()> {
        self.steps -= 1;
        if self.steps == 0 { self.poll() } else { Ok(()) }
    }

    #[cold]
    fn poll(&mut self) -> PyResult<()> {
        self.steps = STEPS;
        if self.choices.len() > MAX_CHOICES
            || self.nodes.len() > MAX_CHOICES
            || self.trail.len() > MAX_CHOICES
        {
            return Err(self.vm.memory_error());
        }
        self.vm.poll()
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, pc: Index, pos: usize, low: usize, node: u32) {
        let (trail, nodes) = (self.trail.len() as u32, self.nodes.len() as u32);
        self.choices.push(Choice { kind, pc, pos, low, node, trail, nodes });
    }

    #[inline]
    fn round(&mut self, of: Node, last: usize) -> u32 {
        self.nodes.push(Node { outer: of.outer, count: of.count.saturating_add(1), last });
        self.nodes.len() as u32 - 1
    }

    #[inline(always)]
    fn set_mark(&mut self, mark: u32, pos: usize) {
        let place = std::mem::replace(&mut self.marks[mark as usize], pos);
        self.trail.push(Undo { mark, last_group: self.last_group, place });
        if mark & 1 != 0 {
            self.last_group = mark / 2 + 1;
        }
    }

    /// How many characters from `pos` on are of the set, at most `max`.
    #[inline(always)]
    fn run_length<U: Unit>(&self, text: &[U], set: &Set, pos: usize, max: u32) -> usize {
        let rest = &text[pos..self.end];
        let rest = if max == MAXREPEAT { rest } else { &rest[..rest.len().min(max as usize)] };
        rest.iter().position(|c| !set.has(c.code())).unwrap_or(rest.len())
    }

    /// Whether a part with this hint can begin at `pos`.
    #[inline(always)]
    fn may_begin<U: Unit>(&self, text: &[U], hint: Index, pos: usize) -> bool {
        let program: &'a Program = self.program;
        match program.firsts.get(hint as usize) {
            Some(first) => pos < self.end && first.has(text[pos].code()),
            None => true,
        }
    }

    /// Runs the program from `pc` at `pos`; where the match ends. Nested runs match bodies for good.
    pub(super) fn run<U: Unit>(
        &mut self,
        text: &[U],
        pc: Index,
        pos: usize,
        node: u32,
        is_top: bool,
    ) -> PyResult<Option<usize>> {
        let (base, height) = (self.choices.len(), self.trail.len());
        let mut at = Some((pc, pos, node));
        loop {
            if let Some(place) = at
                && let Some(end) = self.forward(text, place, is_top)?
            {
                self.choices.truncate(base);
                return Ok(Some(end));
            }
            at = self.backtrack(text, base)?;
            if at.is_none() {
                self.undo(height);
                return Ok(None);
            }
        }
    }

    /// Runs until the end is reached, or something does not match.
    fn forward<U: Unit>(&mut self, text: &[U], at: At, is_top: bool) -> PyResult<Option<usize>> {
        let (mut pc, mut pos, mut node) = at;
        let program: &'a Program = self.program;
        let end = self.end;
        loop {
            match program.ops[pc as usize] {
                Op::Char(ch) => {
                    if pos >= end || text[pos].code() != ch {
                        return Ok(None);
                    }
                    pos += 1;
                }
                Op::One(set) => {
                    if pos >= end || !program.sets[set as usize].has(text[pos].code()) {
                        return Ok(None);
                    }
                    pos += 1;
                }
                Op::Mark(mark) => self.set_mark(mark, pos),
                Op::At(place) => {
                    if !is_at(text, end, pos, place) {
                        return Ok(None);
                    }
                }
                Op::Possessive { set, min, max } => {
                    let n = self.run_length(text, &program.sets[set as usize], pos, max);
                    if n < min as usize {
                        return Ok(None);
                    }
                    pos += n;
                }
                Op::Greedy { set, min, max, after } => {
                    let n = self.run_length(text, &program.sets[set as usize], pos, max);
                    if n < min as usize {
                        return Ok(None);
                    }
                    let low = pos + min as usize;
                    let Some(stop) = self.last_fitting(text, after, low, pos + n) else { return Ok(None) };
                    if stop > low {
                        self.push(Kind::Shorter, pc, stop, low, node);
                    }
                    pos = stop;
                }
                Op::Lazy { set, min, max } => {
                    let n = self.run_length(text, &program.sets[set as usize], pos, min);
                    if n < min as usize {
                        return Ok(None);
                    }
                    pos += n;
                    if max > min {
                        let most = if max == MAXREPEAT { end } else { end.min(pos - n + max as usize) };
                        self.push(Kind::Longer, pc, pos, most, node);
                    }
                }
                Op::Jump(to) => {
                    pc = to;
                    continue;
                }
                Op::Branch(b) => match self.alternative(text, b, 0, pc, pos, node) {
                    Some(body) => {
                        pc = body;
                        continue;
                    }
                    None => return Ok(None),
                },
                Op::Repeat(until) => {
                    self.nodes.push(Node { outer: node, count: 0, last: NOWHERE });
                    node = self.nodes.len() as u32 - 1;
                    pc = until;
                    continue;
                }
                Op::MaxUntil { min, max, body, again, after } => {
                    let n = self.nodes[node as usize];
                    let more = n.count < min;
                    if more
                        || (n.count < max || max == MAXREPEAT)
                            && pos != n.last
                            && self.may_begin(text, again, pos)
                    {
                        self.step()?;
                        if !more && self.may_begin(text, after, pos) {
                            self.push(Kind::Resume, pc + 1, pos, 0, n.outer);
                        }
                        node = self.round(n, if more { n.last } else { pos });
                        pc = body;
                        continue;
                    }
                    node = n.outer;
                }
                Op::MinUntil { min, body, .. } => {
                    let n = self.nodes[node as usize];
                    if n.count < min {
                        node = self.round(n, n.last);
                        pc = body;
                        continue;
                    }
                    self.push(Kind::Again, pc, pos, 0, node);
                    node = n.outer;
                }
                Op::GroupRef(group, fold) => match self.same_as_group(text, group, fold, pos) {
                    Some(after) => pos = after,
                    None => return Ok(None),
                },
                Op::GroupExists { group, no } => {
                    if self.group(group as usize).is_none() {
                        pc = no;
                        continue;
                    }
                }
                Op::Look { back, negative, next } => {
                    if !self.look(text, (pc + 1, pos, node), back as usize, negative)? {
                        return Ok(None);
                    }
                    pc = next;
                    continue;
                }
                Op::Atomic { next } => {
                    let Some(stop) = self.run(text, pc + 1, pos, node, false)? else { return Ok(None) };
                    (pc, pos) = (next, stop);
                    continue;
                }
                Op::PossessiveLoop { min, max, next } => {
                    let Some(stop) = self.possessive_loop(text, (pc + 1, pos, node), min, max)? else {
                        return Ok(None);
                    };
                    (pc, pos) = (next, stop);
                    continue;
                }
                Op::Fail => return Ok(None),
                Op::Done => {
                    if is_top && (self.full && pos != end || pos == self.not_empty_at) {
                        return Ok(None);
                    }
                    return Ok(Some(pos));
                }
            }
            pc += 1;
        }
    }

    /// The last place from `high` down to `low` where what follows can begin.
    #[inline(always)]
    fn last_fitting<U: Unit>(&self, text: &[U], after: Index, low: usize, high: usize) -> Option<usize> {
        let program: &'a Program = self.program;
        let Some(first) = program.firsts.get(after as usize) else { return Some(high) };
        let high = if high == self.end { high.checked_sub(1)? } else { high };
        if high < low {
            return None;
        }
        text[low..=high].iter().rposition(|c| first.has(c.code())).map(|i| low + i)
    }

    /// The body of the first alternative from `from` on that can begin here; the choice of the others is kept.
    #[inline]
    fn alternative<U: Unit>(
        &mut self,
        text: &[U],
        branch: Index,
        from: usize,
        pc: Index,
        pos: usize,
        node: u32,
    ) -> Option<Index> {
        let program: &'a Program = self.program;
        let all = &program.branches[branch as usize];
        let fits =
            |this: &Self, from: usize| (from..all.len()).find(|i| this.may_begin(text, all[*i].first, pos));
        let i = fits(self, from)?;
        if let Some(next) = fits(self, i + 1) {
            self.push(Kind::Alternative(next as u32), pc, pos, 0, node);
        }
        Some(all[i].body)
    }

    /// Takes the last choice that is still open.
    #[inline(always)]
    fn backtrack<U: Unit>(&mut self, text: &[U], base: usize) -> PyResult<Option<At>> {
        let program: &'a Program = self.program;
        loop {
            if self.choices.len() == base {
                return Ok(None);
            }
            self.step()?;
            let Some(c) = self.choices.pop() else { return Ok(None) };
            self.undo(c.trail as usize);
            self.nodes.truncate(c.nodes as usize);
            let at = match (c.kind, program.ops[c.pc as usize]) {
                (Kind::Resume, _) => Some((c.pc, c.pos, c.node)),
                (Kind::Alternative(i), Op::Branch(b)) => {
                    let body = self.alternative(text, b, i as usize, c.pc, c.pos, c.node);
                    body.map(|body| (body, c.pos, c.node))
                }
                (Kind::Shorter, Op::Greedy { after, .. }) => {
                    self.last_fitting(text, after, c.low, c.pos - 1).map(|stop| {
                        if stop > c.low {
                            self.choices.push(Choice { pos: stop, ..c });
                        }
                        (c.pc + 1, stop, c.node)
                    })
                }
                (Kind::Longer, Op::Lazy { set, .. })
                    if c.pos < c.low && program.sets[set as usize].has(text[c.pos].code()) =>
                {
                    self.choices.push(Choice { pos: c.pos + 1, ..c });
                    Some((c.pc + 1, c.pos + 1, c.node))
                }
                (Kind::Again, Op::MinUntil { max, body, .. }) => {
                    let n = self.nodes[c.node as usize];
                    let more = (n.count < max || max == MAXREPEAT) && c.pos != n.last;
                    more.then(|| (body, c.pos, self.round(n, c.pos)))
                }
                _ => None,
            };
            if at.is_some() {
                return Ok(at);
            }
        }
    }

    #[inline(never)]
    fn look<U: Unit>(&mut self, text: &[U], at: At, back: usize, negative: bool) -> PyResult<bool> {
        let (pc, pos, node) = at;
        let Some(from) = pos.checked_sub(back) else { return Ok(negative) };
        let height = self.trail.len();
        let found = self.run(text, pc, from, node, false)?.is_some();
        if negative {
            self.undo(height);
        }
        Ok(found != negative)
    }

    #[inline(never)]
    fn possessive_loop<U: Unit>(
        &mut self,
        text: &[U],
        at: At,
        min: u32,
        max: u32,
    ) -> PyResult<Option<usize>> {
        let (pc, mut pos, node) = at;
        let mut count = 0;
        while count < min {
            self.step()?;
            let Some(stop) = self.run(text, pc, pos, node, false)? else { return Ok(None) };
            (pos, count) = (stop, count + 1);
        }
        let mut last = NOWHERE;
        while (count < max || max == MAXREPEAT) && pos != last {
            self.step()?;
            last = pos;
            let Some(stop) = self.run(text, pc, pos, node, false)? else { break };
            (pos, count) = (stop, count.saturating_add(1));
        }
        Ok(Some(pos))
    }

    #[inline(never)]
    fn same_as_group<U: Unit>(&self, text: &[U], group: u32, fold: Fold, pos: usize) -> Option<usize> {
        let (start, end) = self.group(group as usize)?;
        let wanted = text.get(start..end)?;
        let after = pos.checked_add(wanted.len()).filter(|p| *p <= self.end)?;
        let same = |(a, b): (&U, &U)| fold.apply(a.code()) == fold.apply(b.code());
        wanted.iter().zip(&text[pos..after]).all(same).then_some(after)
    }

    /// The first place from `pos` on where a match with this beginning can start.
    #[inline]
    pub(super) fn candidate<U: Unit>(&self, text: &[U], first: &First, pos: usize) -> Option<usize> {
        let rest = text.get(pos..self.end)?;
        let found = match first.only {
            Some(byte) => U::find(rest, byte),
            None => rest.iter().position(|c| first.has(c.code())),
        };
        found.map(|i| pos + i)
    }

    /// Where the run of a set that begins at `pos` ends.
    pub(super) fn run_end<U: Unit>(&self, text: &[U], set: Index, pos: usize) -> usize {
        pos + self.run_length(text, &self.program.sets[set as usize], pos, MAXREPEAT)
    }

    /// The number for "no loop".
    pub(super) const OUTSIDE: u32 = NO_NODE;
}

/// Whether the place is what an assertion asks for.
#[inline(always)]
fn is_at<U: Unit>(text: &[U], end: usize, pos: usize, place: Place) -> bool {
    let newline = |i: usize| text[i].code() == u32::from(b'\n');
    let boundary = |word: fn(u32) -> bool| {
        let before = pos > 0 && word(text[pos - 1].code());
        let after = pos < end && word(text[pos].code());
        before != after
    };
    match place {
        Place::Beginning => pos == 0,
        Place::BeginningLine => pos == 0 || newline(pos - 1),
        Place::Boundary => boundary(is_ascii_word),
        Place::NonBoundary => !boundary(is_ascii_word),
        Place::UniBoundary => boundary(is_word),
        Place::UniNonBoundary => !boundary(is_word),
        Place::End => pos == end || pos + 1 == end && newline(pos),
        Place::EndLine => pos == end || newline(pos),
        Place::EndString => pos == end,
    }
}

const _: () = assert!(NO_HINT == Index::MAX);
