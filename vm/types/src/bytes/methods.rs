//! The tables of methods: those that `bytes` and `bytearray` share, and those of `bytes` alone.

use super::{case, find, hex, split, translate, view};
use crate::arguments::{name_argument, native_table};
use pyre_object::tuple::new_tuple;
use pyre_object::{Builtin, NativeDef, Obj, PyResult, Vm, bytes};

const SEARCH: &str = "($self, sub, start=None, end=None, /)";

/// The methods of `bytes` and `bytearray`, and some more.
macro_rules! with_shared_methods {
    ($($more:expr),* $(,)?) => {
        native_table![
            NativeDef::method("capitalize", "($self, /)", case::capitalize),
            NativeDef::method("center", "($self, width, fillchar=b' ', /)", case::center),
            NativeDef::method("count", SEARCH, find::count),
            NativeDef::method("decode", "($self, /, encoding='utf-8', errors='strict')", decode),
            NativeDef::method("endswith", "($self, suffix, start=None, end=None, /)", find::endswith),
            NativeDef::method("expandtabs", "($self, /, tabsize=8)", case::expandtabs),
            NativeDef::method("find", SEARCH, find::find),
            NativeDef::class_method("fromhex", "($type, string, /)", hex::fromhex),
            NativeDef::method("hex", "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", hex::hex),
            NativeDef::method("index", SEARCH, find::index),
            NativeDef::method("isalnum", "($self, /)", case::isalnum),
            NativeDef::method("isalpha", "($self, /)", case::isalpha),
            NativeDef::method("isascii", "($self, /)", case::isascii),
            NativeDef::method("isdigit", "($self, /)", case::isdigit),
            NativeDef::method("islower", "($self, /)", case::islower),
            NativeDef::method("isspace", "($self, /)", case::isspace),
            NativeDef::method("istitle", "($self, /)", case::istitle),
            NativeDef::method("isupper", "($self, /)", case::isupper),
            NativeDef::method("join", "($self, iterable_of_bytes, /)", split::join),
            NativeDef::method("ljust", "($self, width, fillchar=b' ', /)", case::ljust),
            NativeDef::method("lower", "($self, /)", case::lower),
            NativeDef::method("lstrip", "($self, bytes=None, /)", split::lstrip),
            NativeDef::function("maketrans", "(frm, to, /)", translate::maketrans),
            NativeDef::method("partition", "($self, sep, /)", split::partition),
            NativeDef::method("replace", "($self, old, new, count=-1, /)", find::replace),
            NativeDef::method("removeprefix", "($self, prefix, /)", find::removeprefix),
            NativeDef::method("removesuffix", "($self, suffix, /)", find::removesuffix),
            NativeDef::method("rfind", SEARCH, find::rfind),
            NativeDef::method("rindex", SEARCH, find::rindex),
            NativeDef::method("rjust", "($self, width, fillchar=b' ', /)", case::rjust),
            NativeDef::method("rpartition", "($self, sep, /)", split::rpartition),
            NativeDef::method("rsplit", "($self, /, sep=None, maxsplit=-1)", split::rsplit),
            NativeDef::method("rstrip", "($self, bytes=None, /)", split::rstrip),
            NativeDef::method("split", "($self, /, sep=None, maxsplit=-1)", split::split),
            NativeDef::method("splitlines", "($self, /, keepends=False)", split::splitlines),
            NativeDef::method("startswith", "($self, prefix, start=None, end=None, /)", find::startswith),
            NativeDef::method("strip", "($self, bytes=None, /)", split::strip),
            NativeDef::method("swapcase", "($self, /)", case::swapcase),
            NativeDef::method("title", "($self, /)", case::title),
            NativeDef::method("translate", "($self, table, /, delete=b'')", translate::translate),
            NativeDef::method("upper", "($self, /)", case::upper),
            NativeDef::method("zfill", "($self, width, /)", case::zfill),
            $($more,)*
        ]
    };
}

pub(super) static BYTES_METHODS: &[NativeDef] = with_shared_methods![
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| {
        Ok(new_tuple([bytes::new_bytes(bytes::as_bytes(&a[0]))]))
    }),
    NativeDef::method("__bytes__", "($self, /)", |_, a| {
        Ok(if a[0].is_exactly(Builtin::Bytes) {
            a[0].clone()
        } else {
            bytes::new_bytes(bytes::as_bytes(&a[0]))
        })
    }),
];

pub(crate) static BYTEARRAY_METHODS: &[NativeDef] = with_shared_methods![
    NativeDef::method("__alloc__", "($self, /)", crate::bytearray::alloc),
    NativeDef::method("__reduce__", "($self, /)", crate::bytearray::reduce),
    NativeDef::method("__reduce_ex__", "($self, proto=0, /)", crate::bytearray::reduce_ex),
    NativeDef::method("__sizeof__", "($self, /)", crate::bytearray::sizeof),
    NativeDef::method("append", "($self, item, /)", crate::bytearray::append),
    NativeDef::method("clear", "($self, /)", crate::bytearray::clear),
    NativeDef::method("copy", "($self, /)", crate::bytearray::copy),
    NativeDef::method("extend", "($self, iterable_of_ints, /)", crate::bytearray::extend),
    NativeDef::method("insert", "($self, index, item, /)", crate::bytearray::insert),
    NativeDef::method("pop", "($self, index=-1, /)", crate::bytearray::pop),
    NativeDef::method("remove", "($self, value, /)", crate::bytearray::remove),
    NativeDef::method("resize", "($self, size, /)", crate::bytearray::resize),
    NativeDef::method("reverse", "($self, /)", crate::bytearray::reverse),
];

fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let encoding = a[1].given().map(|o| name_argument(vm, "decode", "encoding", o)).transpose()?;
    let errors = a[2].given().map(|o| name_argument(vm, "decode", "errors", o)).transpose()?;
    let (encoding, errors) = (encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"));
    crate::codecs::decode(vm, &view(vm, &a[0])?, encoding, errors)
}
