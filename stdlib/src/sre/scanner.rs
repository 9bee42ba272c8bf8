//! The scanner of a pattern: the state of `finditer`.

use super::matches;
use super::pattern;
use super::subject::{Found, Mode, Subject};
use crate::support::{NativeType, native_table};
use pyre_object::{Body, GetSetDef, NativeDef, Obj, PyResult, Slot, TypeFlags, TypeSpec, Vm, heap_body};
use pyre_threads::sync::Mutex;

/// Where the next search begins.
#[derive(Clone, Copy)]
struct Place {
    from: usize,
    must_advance: bool,
    exhausted: bool,
}

heap_body! {
    struct Scanner "_sre.SRE_Scanner" {
        slots { pattern, string }
        data { range: (usize, usize), place: Mutex<Place> }
    }
}

pub(super) static SCANNER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_sre.SRE_Scanner",
    layout: Some(Scanner::layout),
    flags: TypeFlags::NO_NEW,
    methods: native_table![
        NativeDef::method("match", "($self, /)", |vm, a| next(vm, &a[0], Mode::Match)),
        NativeDef::method("search", "($self, /)", |vm, a| next(vm, &a[0], Mode::Search)),
    ],
    getset: &[GetSetDef::readonly("pattern", |_, s| Ok(s.body::<Scanner>().pattern.get())).member()],
    ..TypeSpec::EMPTY
};

pub(super) fn new(vm: &Vm, pattern: &Obj, subject: &Subject, range: (usize, usize)) -> Obj {
    let place = Place { from: range.0, must_advance: false, exhausted: false };
    let (pattern, string) = (Slot::new(pattern.clone()), Slot::new(subject.object().clone()));
    SCANNER.instance(vm, Scanner { pattern, string, range, place: Mutex::new(place) })
}

fn next(vm: &Vm, s: &Obj, mode: Mode) -> PyResult {
    vm.poll()?;
    let b: &Scanner = s.body();
    let place = *b.place.lock();
    if place.exhausted {
        return Ok(Obj::NONE);
    }
    let p = b.pattern.get_fixed();
    let subject = Subject::new(vm, b.string.get_fixed())?;
    let mut matcher = subject.matcher(vm, &pattern::body(p).program, b.range.1);
    let found = match mode {
        Mode::Search => matcher.search(place.from, place.must_advance)?,
        Mode::Match | Mode::Full => matcher.match_at(place.from, false, place.must_advance)?,
    };
    if !found {
        b.place.lock().exhausted = true;
        return Ok(Obj::NONE);
    }
    let (start, end) = matcher.span();
    *b.place.lock() = Place { from: end, must_advance: start == end, exhausted: false };
    let found = Found::of(&matcher, pattern::body(p).groups);
    Ok(matches::new(vm, p, &subject, found, b.range))
}
