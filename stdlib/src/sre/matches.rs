//! `re.Match`: where a pattern matched.

use super::pattern::{self, PatternBody};
use super::replace;
use super::subject::{Found, Subject};
use crate::support::{CLASS_GETITEM, NativeType, native_table};
use pyre_object::str::StrBuilder;
use pyre_object::{
    Args, Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, dict,
    heap_body, raise, tuple,
};

heap_body! {
    /// The subject and the pattern; nothing changes.
    pub(super) struct MatchBody "re.Match" { slots { string, pattern } data { found: Found, range: (usize, usize) } }
}

pub(super) static MATCH: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "re.Match",
    doc: "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    layout: Some(MatchBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { repr: Some(repr), getitem: Some(one_group), ..Slots::NONE },
    methods: native_table![
        NativeDef::raw_method("group", "", group).doc("group([group1, ...]) -> str or tuple.\n    Return subgroup(s) of the match by indices or names.\n    For 0 returns the entire match."),
        NativeDef::method("start", "($self, group=0, /)", |vm, a| {
            Ok(offset(place(vm, &a[0], &a[1])?.map(|g| g.0)))
        })
        .doc("Return index of the start of the substring matched by group."),
        NativeDef::method("end", "($self, group=0, /)", |vm, a| {
            Ok(offset(place(vm, &a[0], &a[1])?.map(|g| g.1)))
        })
        .doc("Return index of the end of the substring matched by group."),
        NativeDef::method("span", "($self, group=0, /)", |vm, a| Ok(span(place(vm, &a[0], &a[1])?)))
            .doc("For match object m, return the 2-tuple (m.start(group), m.end(group))."),
        NativeDef::method("groups", "($self, /, default=None)", groups).doc("Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match."),
        NativeDef::method("groupdict", "($self, /, default=None)", groupdict).doc("Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match."),
        NativeDef::method("expand", "($self, /, template)", |vm, a| {
            let template = replace::compile(vm, body(&a[0]).pattern.get_fixed(), &a[1])?;
            replace::expand(vm, &template, &a[0])
        })
        .doc("Return the string obtained by doing backslash substitution on the string template, as done by the sub() method."),
        NativeDef::method("__copy__", "($self, /)", |_, a| Ok(a[0].clone())),
        NativeDef::method("__deepcopy__", "($self, memo, /)", |_, a| Ok(a[0].clone())),
        CLASS_GETITEM,
    ],
    getset: &[
        GetSetDef::readonly("string", |_, m| Ok(body(m).string.get())).member(),
        GetSetDef::readonly("re", |_, m| Ok(body(m).pattern.get())).member(),
        GetSetDef::readonly("pos", |_, m| Ok(Obj::from_len(body(m).range.0))).member(),
        GetSetDef::readonly("endpos", |_, m| Ok(Obj::from_len(body(m).range.1))).member(),
        GetSetDef::readonly("lastindex", |_, m| {
            Ok(body(m).found.last_index.map_or(Obj::NONE, Obj::from_len))
        }),
        GetSetDef::readonly("lastgroup", |_, m| {
            let Some(i) = body(m).found.last_index else { return Ok(Obj::NONE) };
            Ok(tuple::items(pattern_of(m).indexgroup.get_fixed()).get(i).cloned().unwrap_or(Obj::NONE))
        }),
        GetSetDef::readonly("regs", |_, m| {
            Ok(tuple::new_tuple(body(m).found.groups.iter().map(|g| span(*g)).collect::<Vec<_>>()))
        }),
    ],
    ..TypeSpec::EMPTY
};

/// A match of a pattern in `range` of the subject.
pub(super) fn new(vm: &Vm, pattern: &Obj, subject: &Subject, found: Found, range: (usize, usize)) -> Obj {
    let (string, pattern) = (Slot::new(subject.object().clone()), Slot::new(pattern.clone()));
    MATCH.instance(vm, MatchBody { string, pattern, found, range })
}

pub(super) fn body(m: &Obj) -> &MatchBody {
    m.body()
}

fn pattern_of(m: &Obj) -> &PatternBody {
    pattern::body(body(m).pattern.get_fixed())
}

pub(super) fn subject(vm: &Vm, m: &Obj) -> PyResult<Subject> {
    Subject::new(vm, body(m).string.get_fixed())
}

fn offset(at: Option<usize>) -> Obj {
    at.map_or_else(|| pyre_object::int::new_int(-1), Obj::from_len)
}

fn span(place: Option<(usize, usize)>) -> Obj {
    tuple::pair(offset(place.map(|g| g.0)), offset(place.map(|g| g.1)))
}

/// Where the group with this number or name lies; group 0 if none was named.
fn place(vm: &Vm, m: &Obj, key: &Obj) -> PyResult<Option<(usize, usize)>> {
    let Some(key) = key.given() else { return Ok(body(m).found.groups[0]) };
    let index = if key.raw().is_int() || key.slots().index.addr() != 0 {
        Some(vm.to_index(key, Exc::IndexError)?)
    } else {
        match dict::get_item(vm, pattern_of(m).groupindex.get_fixed(), key) {
            Ok(Some(i)) => Some(vm.to_index(&i, Exc::IndexError)?),
            _ => None,
        }
    };
    let found = index.and_then(|i| body(m).found.groups.get(usize::try_from(i).ok()?));
    found.copied().ok_or_else(|| vm.index_error("no such group"))
}

fn one_group(vm: &Vm, m: &Obj, key: &Obj) -> PyResult {
    let place = place(vm, m, key)?;
    Ok(subject(vm, m)?.group(place, &Obj::NONE))
}

fn group(vm: &Vm, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        raise!(vm, TypeError, "Match.group() takes no keyword arguments");
    }
    let [m, keys @ ..] = args.pos() else { return Err(vm.type_error("group() needs a match")) };
    match keys {
        [] => Ok(subject(vm, m)?.group(body(m).found.groups[0], &Obj::NONE)),
        [key] => one_group(vm, m, key),
        _ => Ok(tuple::from_vec(keys.iter().map(|key| one_group(vm, m, key)).collect::<PyResult<_>>()?)),
    }
}

fn groups(vm: &Vm, a: &[Obj]) -> PyResult {
    let subject = subject(vm, &a[0])?;
    let none = Obj::NONE;
    let default = a[1].given().unwrap_or(&none);
    let all = &body(&a[0]).found.groups[1..];
    Ok(tuple::from_vec(all.iter().map(|g| subject.group(*g, default)).collect()))
}

fn groupdict(vm: &Vm, a: &[Obj]) -> PyResult {
    let subject = subject(vm, &a[0])?;
    let none = Obj::NONE;
    let default = a[1].given().unwrap_or(&none);
    let out = dict::new_dict();
    for (name, _) in dict::items_snapshot(pattern_of(&a[0]).groupindex.get_fixed()) {
        let place = place(vm, &a[0], &name)?;
        dict::set_item(vm, &out, &name, subject.group(place, default))?;
    }
    Ok(out)
}

fn repr(vm: &Vm, m: &Obj) -> PyResult {
    let b = body(m);
    let text = subject(vm, m)?.group(b.found.groups[0], &Obj::NONE);
    let mut out = StrBuilder::new();
    let (start, end) = (b.found.start(), b.found.end());
    out.push_str(&format!("<re.Match object; span=({start}, {end}), match="));
    out.push_obj(&vm.repr(&text)?);
    out.push_str(">");
    Ok(out.finish())
}
