//! `itertools`. Every iterator is a type with a native `next`; what it has to remember lies in slots and atomics, so
//! that several threads may step it: items are neither lost nor invented by a race of the iterator's own making, but
//! which thread gets which is open.

mod accumulate;
mod batches;
mod chain;
mod choose;
mod counting;
mod filters;
mod groups;
mod islice;
mod product;
mod tee;
mod zip_longest;

use crate::support::{NativeType, native_table, new_module};
use pyre_object::{NativeDef, PyResult, Vm};

/// Declares an iterator type: static, name, body, constructor, step, documentation, and more slots or methods.
macro_rules! iterator_type {
    ($vis:vis static $ty:ident = $text:literal, $body:ty, $new:expr, $next:expr, $doc:literal
        $(, methods: $methods:expr)? $(, slot $slot:ident: $f:expr)*) => {
        $vis static $ty: $crate::support::NativeType = {
            static SPEC: pyre_object::TypeSpec = pyre_object::TypeSpec {
                name: concat!("itertools.", $text),
                doc: $doc,
                layout: Some(<$body as pyre_object::Body>::layout),
                flags: pyre_object::TypeFlags::BASE,
                slots: pyre_object::Slots {
                    new: Some($new),
                    iter: Some($crate::support::self_iter),
                    next: Some($next),
                    $($slot: Some($f),)*
                    ..pyre_object::Slots::NONE
                },
                $(methods: $methods,)?
                ..pyre_object::TypeSpec::EMPTY
            };
            $crate::support::NativeType::new(&SPEC)
        };
    };
}
use iterator_type;

/// A constructor that binds its arguments by a signature and then calls a function.
macro_rules! constructor {
    ($name:literal, $signature:literal, $f:expr) => {
        |vm, class, args| {
            static DEF: pyre_object::NativeDef = pyre_object::NativeDef::class_method($name, $signature, $f);
            $crate::support::construct(vm, &DEF, class, args)
        }
    };
}
use constructor;

static TYPES: [&NativeType; 22] = [
    &accumulate::ACCUMULATE,
    &batches::BATCHED,
    &batches::PAIRWISE,
    &chain::CHAIN,
    &choose::COMBINATIONS,
    &choose::COMBINATIONS_WITH_REPLACEMENT,
    &choose::PERMUTATIONS,
    &counting::COUNT,
    &counting::CYCLE,
    &counting::REPEAT,
    &filters::COMPRESS,
    &filters::DROPWHILE,
    &filters::FILTERFALSE,
    &filters::STARMAP,
    &filters::TAKEWHILE,
    &groups::GROUPBY,
    &groups::GROUPER,
    &islice::ISLICE,
    &product::PRODUCT,
    &tee::TEE,
    &tee::TEE_DATA,
    &zip_longest::ZIP_LONGEST,
];

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("tee", "(iterable, n=2, /)", tee::tee)
        .doc("Returns a tuple of n independent iterators."),
];

const DOC: &str = "Functional tools for creating and using iterators.

Infinite iterators:
count(start=0, step=1) --> start, start+step, start+2*step, ...
cycle(p) --> p0, p1, ... plast, p0, p1, ...
repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times

Iterators terminating on the shortest input sequence:
accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
islice(seq, [start,] stop [, step]) --> elements from
       seq[start:stop:step]
pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n
takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...

Combinatoric generators:
product(p, q, ... [repeat=1]) --> cartesian product
permutations(p[, r])
combinations(p, r)
combinations_with_replacement(p, r)
";

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("itertools", DOC, FUNCTIONS);
    TYPES.iter().for_each(|t| t.add_to(vm, &m));
    Ok(m)
}
