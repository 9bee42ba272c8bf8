//! Tracing: finds hot loops, records them, and checks what was recorded.
//!
//! Off for a thread unless it called [`start`]. Then its poll word carries a bit of ours, so that every backward jump
//! takes the slow way of polls, which asks [`back_edge`]; without it the interpreter's loop knows nothing of tracing.
//!
//! What happens at a loop head, in this order, as often as control comes by: it is counted until it is hot; it is
//! recorded, and the recording aborted before operation 0, 1, 2, ... until one comes to its end; the trace is checked
//! beside the interpreter ([`Shadow`]); it is run in place of the interpreter ([`Live`]); it is left alone. There is no
//! machine code yet. Design: `docs/design/jit.md`.

pub mod helpers;
pub mod hosts;
pub mod recorder;
mod report;

use crate::cx::{Cx, Go};
use crate::direct::Direct;
use crate::dispatch;
use crate::stack::{Frame, Stacks};
use crate::staged::table;
use helpers::HELPERS;
use hosts::{Live, Shadow};
use pyre_bytecode::{Instruction, Opcode};
use pyre_jit::check::{Passed, check};
use pyre_jit::ir::{Op, Trace, verify};
use pyre_jit::machine::Before;
use pyre_jit::recording::{Recording, Stop};
use pyre_jit::replay::{self, End};
use pyre_object::{Obj, PyResult, Value, Vm};
use pyre_threads::Requests;
use pyre_threads::sync::{AtomicU32, Ordering};
use recorder::{Recorder, Words};
use std::collections::{BTreeMap, HashMap};

/// The bit in the poll word that brings every backward jump here.
pub const REQUEST: Requests = Requests(1 << Requests::EMBEDDER_SHIFT);

/// Operations of the longest trace.
const LONGEST: usize = 4000;

/// Counts flushes of the inline caches: what a trace took from them holds until the next one.
static ASSUMPTIONS: AtomicU32 = AtomicU32::new(0);

/// How much is done at a loop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Visits until a loop is hot.
    pub hot: u32,
    /// Recordings that end without a trace, after which the loop is given up.
    pub failures: u32,
    /// Passes that are checked beside the interpreter.
    pub checks: u32,
    /// Passes that are run in place of the interpreter.
    pub runs: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { hot: 8, failures: 100, checks: 200, runs: 200 }
    }
}

/// The calling thread traces from now on.
pub fn start(vm: &Vm) {
    if !vm.interp.get().is_null() {
        // SAFETY: the thread has stacks.
        unsafe { Stacks::of(vm) }.tracing = Some(Box::default());
        vm.record().request(REQUEST);
    }
}

/// Inline caches were emptied: traces must not rely on them any more.
pub fn assumptions_changed() {
    ASSUMPTIONS.fetch_add(1, Ordering::AcqRel);
}

/// One loop.
#[derive(Default)]
struct Loop {
    name: String,
    visits: u32,
    failures: u32,
    given_up: bool,
    /// Where the next recording is aborted: all operations before have been.
    abort_at: usize,
    trace: Option<Trace>,
    assumptions: u32,
    stops: BTreeMap<String, u32>,
    checked: u32,
    /// How often each exit was taken; `None` stands for instructions that led elsewhere.
    exits: BTreeMap<Option<u32>, u32>,
    ran: u32,
    differences: Vec<String>,
}

/// What one thread has traced.
#[derive(Default)]
pub struct Session {
    loops: HashMap<(usize, u32), Loop>,
    /// The code of the loops, which their keys name.
    keep: Vec<Obj>,
    limits: Limits,
    busy: bool,
}

impl Session {
    /// Visits what the session holds, for the collector.
    pub fn roots(&self, visit: &mut dyn FnMut(Value)) {
        self.keep.iter().for_each(|o| visit(o.raw()));
    }
}

/// Control has come to the current frame's position by a backward jump.
///
/// # Errors
/// What the program raises at the current frame's position, which may be another one then.
#[cold]
#[inline(never)]
pub fn back_edge(cx: &mut Cx<'_>) -> PyResult<()> {
    let Some(session) = cx.stacks().tracing.as_deref_mut() else { return Ok(()) };
    let session: *mut Session = session;
    // SAFETY: the thread's own; a destructor that runs while a trace does comes here again and finds it busy.
    let session = unsafe { &mut *session };
    if std::mem::replace(&mut session.busy, true) {
        return Ok(());
    }
    let r = visit(cx, session);
    session.busy = false;
    r
}

fn visit(cx: &mut Cx<'_>, session: &mut Session) -> PyResult<()> {
    let f = cx.frame();
    let (key, limits) = ((f.code as usize, f.pc), session.limits);
    let keep = &mut session.keep;
    let this = session.loops.entry(key).or_insert_with(|| {
        // SAFETY: the frame's function has it.
        let function: &pyre_object::function::FunctionBody = unsafe { f.function().body_unchecked() };
        keep.push(function.code.get());
        Loop { name: report::name(f), ..Loop::default() }
    });
    this.visits += 1;
    // What other threads do between a trace and the interpreter would look like a difference.
    if this.given_up || this.visits < limits.hot || pyre_gc::is_multi_threaded() {
        return Ok(());
    }
    let now = ASSUMPTIONS.load(Ordering::Acquire);
    if this.trace.is_some() && this.assumptions != now {
        this.trace = None;
    }
    let Some(trace) = this.trace.take() else {
        attempt(cx, this, limits, now)?;
        keep.extend(this.trace.iter().flat_map(codes));
        return Ok(());
    };
    let r = if this.checked < limits.checks {
        side_by_side(cx, this, limits, &trace)
    } else if this.ran < limits.runs {
        in_place(cx, this, limits, &trace)
    } else {
        Ok(())
    };
    this.trace = Some(trace);
    r
}

/// The code that a trace names beside that of its loop.
fn codes(trace: &Trace) -> impl Iterator<Item = Obj> {
    trace.ops.iter().filter_map(|op| match op {
        Op::Enter(e) => {
            let cell = Value(e.code - pyre_object::layout::HEADER_SIZE as u64);
            // SAFETY: the body of a code object that was executed just now.
            Some(unsafe { Obj::from_borrowed(cell) })
        }
        _ => None,
    })
}

/// Records, until the next place to abort at.
fn attempt(cx: &mut Cx<'_>, this: &mut Loop, limits: Limits, now: u32) -> PyResult<()> {
    match record(cx, this.abort_at)? {
        Ok(trace) => match verify(&trace, HELPERS) {
            Ok(()) => {
                this.trace = Some(trace);
                this.assumptions = now;
            }
            Err(e) => {
                this.differences.push(format!("{e}\n{}", trace.display(HELPERS)));
                this.given_up = true;
            }
        },
        Err((Stop::Aborted, _)) => this.abort_at += 1,
        Err((why, at)) => {
            *this.stops.entry(report::reason(why, at)).or_default() += 1;
            if why == Stop::CheckAfterEffect {
                this.differences.push(format!("{} checks after its effect", at.unwrap_or("a handler")));
            }
            this.failures += 1;
            this.given_up = this.failures >= limits.failures;
        }
    }
    Ok(())
}

/// Why there is no trace, and at which instruction.
type Stopped = (Stop, Option<&'static str>);

/// Records from the current position until control is back there. The interpreter's state is always that of ordinary
/// execution.
fn record(cx: &mut Cx<'_>, abort_at: usize) -> PyResult<Result<Trace, Stopped>> {
    let (first, start) = (cx.frame, cx.frame().pc);
    let mut recording = Recording::<Words>::new(HELPERS, LONGEST, Some(abort_at));
    loop {
        let (frame, i) = (cx.frame, cx.instruction());
        let (f, name) = (cx.frame(), Some(i.op().name()));
        let pc = f.pc;
        recording.at(pc);
        // SAFETY: `pc` is the index of an instruction.
        let ip = unsafe { f.words.add(pc as usize) };
        let direct = Direct { regs: f.regs, ip, offset: 0, cx };
        let mut machine = Recorder { direct, recording: &mut recording };
        let done = table::step(&mut machine, i, Before::start());
        let offset = machine.direct.offset;
        if matches!(done, Some(Ok(_))) {
            advance(cx, frame, offset);
        } else if leaves_frame(i) {
            return Ok(Err((Stop::Unsupported("leaves the frame"), name)));
        } else {
            recording.about_to_execute();
            match ordinary_step(cx, i)? {
                Some(next) => recording.executed(next),
                None => return Ok(Err((Stop::Unsupported("another frame goes on"), name))),
            }
        }
        if let Some(why) = recording.stopped() {
            return Ok(Err((why, name)));
        }
        if cx.frame == frame && cx.frame().pc <= pc {
            if frame == first && cx.frame().pc == start {
                return Ok(recording.close(start).map_err(|why| (why, name)));
            }
            return Ok(Err((Stop::Unsupported("another loop"), None)));
        }
    }
}

/// Whether the ordinary form of the instruction may leave the native run of the interpreter.
fn leaves_frame(i: Instruction) -> bool {
    matches!(i.op(), Opcode::Return | Opcode::Yield)
}

/// Executes the instruction at the current position in its ordinary way; it is none that leaves the frame. The new
/// position if the same frame goes on.
fn ordinary_step(cx: &mut Cx<'_>, i: Instruction) -> PyResult<Option<u32>> {
    let frame = cx.frame;
    let go = dispatch::ordinary(cx, i)?;
    if go == Go::Next {
        cx.skip_instruction();
    }
    cx.frame = cx.stacks().current;
    Ok((cx.frame == frame).then(|| cx.frame().pc))
}

/// After an instruction of `frame` was executed by its handler, which jumped by so many words, or not at all.
fn advance(cx: &Cx<'_>, frame: *mut Frame, offset: isize) {
    if cx.frame != frame {
        // A call or a return has set the position.
        return;
    }
    match offset {
        0 => cx.skip_instruction(),
        _ => cx.frame().pc = cx.frame().pc.wrapping_add_signed(offset as i32),
    }
}

/// Runs the trace and the interpreter side by side.
fn side_by_side(cx: &mut Cx<'_>, this: &mut Loop, limits: Limits, trace: &Trace) -> PyResult<()> {
    // SAFETY: the thread has stacks and a current frame.
    let mut shadow = Shadow::new(unsafe { Cx::current(cx.vm) });
    while this.checked < limits.checks {
        this.checked += 1;
        match check(trace, &mut shadow) {
            Ok(Passed::Closed) => continue,
            Ok(Passed::Left(e)) => *this.exits.entry(Some(e.0)).or_default() += 1,
            Ok(Passed::Abandoned) => *this.exits.entry(None).or_default() += 1,
            Err(d) => {
                let text = format!("operation {}: {}\n{}", d.op, d.message, trace.display(HELPERS));
                this.differences.push(text);
                this.given_up = true;
            }
        }
        break;
    }
    cx.frame = cx.stacks().current;
    shadow.raised.map_or(Ok(()), Err)
}

/// Runs the trace in place of the interpreter.
fn in_place(cx: &mut Cx<'_>, this: &mut Loop, limits: Limits, trace: &Trace) -> PyResult<()> {
    // SAFETY: the thread has stacks and a current frame.
    let mut live = Live { cx: unsafe { Cx::current(cx.vm) }, base: cx.frame().regs, raised: None };
    let start = cx.frame().pc;
    let ran = replay::run(trace, &mut live, (limits.runs - this.ran).min(16));
    this.ran += ran.iterations.max(1);
    cx.frame = cx.stacks().current;
    match ran.end {
        End::UsedUp => cx.frame().pc = start,
        End::Exit(e) => {
            let positions = &trace.exits[e.0 as usize].positions;
            cx.frame().pc = positions.last().copied().unwrap_or(start);
        }
        End::Abandoned => {}
    }
    live.raised.map_or(Ok(()), Err)
}

/// What the calling thread has traced, for people and for `cargo xtask check-traces`.
pub fn report(vm: &Vm) -> Option<String> {
    if vm.interp.get().is_null() {
        return None;
    }
    // SAFETY: the thread has stacks.
    let stacks = unsafe { Stacks::of(vm) };
    stacks.tracing.as_deref().map(report::session)
}
