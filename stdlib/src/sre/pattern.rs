//! `re.Pattern`: compiled patterns.

use super::engine::Program;
use super::subject::{Found, Mode, Subject};
use super::{matches, replace, scanner};
use crate::support::{CLASS_GETITEM, NativeType, native_table};
use pyre_object::str::StrBuilder;
use pyre_object::{
    Body, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body,
    int, list, raise, str, tuple,
};

heap_body! {
    /// The source, the dict of names to group numbers, and the tuple of the names by number; nothing changes.
    /// `of_bytes` is `None` where there is no source.
    pub(super) struct PatternBody "re.Pattern" {
        slots { source, groupindex, indexgroup }
        data { code: Box<[u32]>, program: Program, flags: i32, groups: usize, of_bytes: Option<bool> }
    }
}

pub(super) static PATTERN: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "re.Pattern",
    doc: "Compiled regular expression object.",
    layout: Some(PatternBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::WEAKREF),
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("match", "($self, /, string, pos=0, endpos=sys.maxsize)", |vm, a| {
            find(vm, a, Mode::Match)
        })
        .doc("Matches zero or more characters at the beginning of the string."),
        NativeDef::method("fullmatch", "($self, /, string, pos=0, endpos=sys.maxsize)", |vm, a| {
            find(vm, a, Mode::Full)
        })
        .doc("Matches against all of the string."),
        NativeDef::method("search", "($self, /, string, pos=0, endpos=sys.maxsize)", |vm, a| {
            find(vm, a, Mode::Search)
        })
        .doc("Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches."),
        NativeDef::method("findall", "($self, /, string, pos=0, endpos=sys.maxsize)", findall)
            .doc("Return a list of all non-overlapping matches of pattern in string."),
        NativeDef::method("finditer", "($self, /, string, pos=0, endpos=sys.maxsize)", finditer).doc("Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object."),
        NativeDef::method("scanner", "($self, /, string, pos=0, endpos=sys.maxsize)", scan),
        NativeDef::method("split", "($self, /, string, maxsplit=0)", |vm, a| {
            let limit = optional(vm, &a[2])?;
            replace::split(vm, &a[0], &a[1], limit)
        })
        .doc("Split string by the occurrences of pattern."),
        NativeDef::method("sub", "($self, /, repl, string, count=0)", |vm, a| {
            let count = optional(vm, &a[3])?;
            Ok(replace::substitute(vm, &a[0], &a[1], &a[2], count)?.0)
        })
        .doc("Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl."),
        NativeDef::method("subn", "($self, /, repl, string, count=0)", |vm, a| {
            let count = optional(vm, &a[3])?;
            let (text, n) = replace::substitute(vm, &a[0], &a[1], &a[2], count)?;
            Ok(tuple::pair(text, Obj::from_len(n)))
        })
        .doc("Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl."),
        NativeDef::method("__copy__", "($self, /)", |_, a| Ok(a[0].clone())),
        NativeDef::method("__deepcopy__", "($self, memo, /)", |_, a| Ok(a[0].clone())),
        CLASS_GETITEM,
    ],
    getset: &[
        GetSetDef::readonly("pattern", |_, p| Ok(body(p).source.get())).member(),
        GetSetDef::readonly("flags", |_, p| Ok(int::new_int(i64::from(body(p).flags)))).member(),
        GetSetDef::readonly("groups", |_, p| Ok(Obj::from_len(body(p).groups))).member(),
        GetSetDef::readonly("groupindex", |_, p| {
            Ok(pyre_types::mapping_proxy::new_proxy(body(p).groupindex.get()))
        }),
    ],
    ..TypeSpec::EMPTY
};

pub(super) fn body(p: &Obj) -> &PatternBody {
    p.body()
}

fn optional(vm: &Vm, o: &Obj) -> PyResult<isize> {
    o.given().map_or(Ok(0), |o| vm.to_index(o, Exc::OverflowError))
}

/// `_sre.compile(pattern, flags, code, groups, groupindex, indexgroup)`
pub(super) fn compile(vm: &Vm, a: &[Obj]) -> PyResult {
    let [source, flags, code, groups, groupindex, indexgroup] = a else {
        return Err(vm.type_error("compile() takes exactly 6 arguments"));
    };
    if !list::is_list(code) {
        raise!(vm, TypeError, "compile() argument 'code' must be list, not {}", code.type_name());
    }
    if !pyre_object::dict::is_dict(groupindex) {
        raise!(vm, TypeError, "compile() argument 'groupindex' must be dict, not {}", groupindex.type_name());
    }
    if !tuple::is_tuple(indexgroup) {
        raise!(
            vm,
            TypeError,
            "compile() argument 'indexgroup' must be tuple, not {}",
            indexgroup.type_name()
        );
    }
    let too_big = || vm.overflow_error("regular expression code size limit exceeded");
    let mut units = Vec::with_capacity(list::len(code));
    for unit in list::snapshot(code) {
        units.push(u32::try_from(vm.to_u64(&unit)?).map_err(|_| too_big())?);
    }
    let groups = vm.to_usize(groups)?;
    let program = Program::new(&units, groups).filter(|_| groups <= super::MAXGROUPS);
    let Some(program) = program else { raise!(vm, RuntimeError, "invalid SRE code") };
    let of_bytes = if source.is_none() { None } else { Some(!Subject::new(vm, source)?.is_text()) };
    let pattern = PatternBody {
        source: Slot::new(source.clone()),
        groupindex: Slot::new(groupindex.clone()),
        indexgroup: Slot::new(indexgroup.clone()),
        code: units.into_boxed_slice(),
        program,
        flags: vm.to_i32(flags)?,
        groups,
        of_bytes,
    };
    Ok(PATTERN.instance(vm, pattern))
}

fn find(vm: &Vm, a: &[Obj], mode: Mode) -> PyResult {
    let b = body(&a[0]);
    let subject = Subject::for_pattern(vm, &a[1], b.of_bytes)?;
    let range = subject.range(vm, &a[2], &a[3])?;
    let mut matcher = subject.matcher(vm, &b.program, range.1);
    let found = match mode {
        Mode::Search => matcher.search(range.0, false)?,
        Mode::Match | Mode::Full => matcher.match_at(range.0, mode == Mode::Full, false)?,
    };
    if !found {
        return Ok(Obj::NONE);
    }
    let found = Found::of(&matcher, b.groups);
    Ok(matches::new(vm, &a[0], &subject, found, range))
}

fn findall(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = body(&a[0]);
    let subject = Subject::for_pattern(vm, &a[1], b.of_bytes)?;
    let (mut from, end) = subject.range(vm, &a[2], &a[3])?;
    let empty = subject.empty();
    let (mut out, mut must_advance) = (Vec::new(), false);
    let mut matcher = subject.matcher(vm, &b.program, end);
    while matcher.search(from, must_advance)? {
        vm.poll()?;
        let span = matcher.span();
        out.push(match b.groups {
            0 => subject.slice(span.0, span.1),
            1 => subject.group(matcher.group(0), &empty),
            n => tuple::from_vec((0..n).map(|i| subject.group(matcher.group(i), &empty)).collect()),
        });
        (from, must_advance) = (span.1, span.0 == span.1);
    }
    Ok(list::from_vec(out))
}

fn scan(vm: &Vm, a: &[Obj]) -> PyResult {
    let subject = Subject::for_pattern(vm, &a[1], body(&a[0]).of_bytes)?;
    let range = subject.range(vm, &a[2], &a[3])?;
    Ok(scanner::new(vm, &a[0], &subject, range))
}

fn finditer(vm: &Vm, a: &[Obj]) -> PyResult {
    let search = vm.getattr_str(&scan(vm, a)?, "search")?;
    Ok(pyre_types::iterators::callable_iter(search, Obj::NONE))
}

fn hash(vm: &Vm, p: &Obj) -> PyResult<i64> {
    let b = body(p);
    let code = b.code.iter().fold(i64::from(b.flags), |h, c| h.wrapping_mul(0x0100_0193) ^ i64::from(*c));
    Ok(tuple::combine_hashes([code, vm.hash(b.source.get_fixed())?].into_iter()))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<PatternBody>(), b.downcast::<PatternBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let equal = a.is(b)
        || x.flags == y.flags
            && x.of_bytes == y.of_bytes
            && x.code == y.code
            && vm.eq(x.source.get_fixed(), y.source.get_fixed())?;
    Ok(Obj::bool(equal == (op == CmpOp::Eq)))
}

const UNICODE: i32 = 32;

/// The flags that have names, in the order in which they are shown.
const FLAGS: [(&str, i32); 8] = [
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", UNICODE),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];

fn repr(vm: &Vm, p: &Obj) -> PyResult {
    let b = body(p);
    let mut flags = b.flags;
    if b.of_bytes == Some(false) && flags & (4 | UNICODE | 256) == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for (name, flag) in FLAGS {
        if flags & flag != 0 {
            names.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    let source = vm.repr(b.source.get_fixed())?;
    let mut out = StrBuilder::new();
    out.push_str("re.compile(");
    out.push_obj(&str::slice(&source, 0, str::len(&source).min(200)));
    if !names.is_empty() {
        out.push_str(", ");
        out.push_str(&names.join("|"));
    }
    out.push_str(")");
    Ok(out.finish())
}
