//! The table of `str`'s methods.

use super::{case, find, new, split, translate};
use crate::arguments::native_table;
use crate::format::{format_map_method, format_method, format_str, spec_argument};
use pyre_object::str;
use pyre_object::tuple::new_tuple;
use pyre_object::{NativeDef, Obj, PyResult, Vm};

const SEARCH: &str = "($self, sub, start=None, end=None, /)";

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("encode", "($self, /, encoding='utf-8', errors='strict')", new::encode)
        .doc("Encode the string using the codec registered for encoding."),
    NativeDef::method("replace", "($self, old, new, /, count=-1)", find::replace)
        .doc("Return a copy with all occurrences of substring old replaced by new."),
    NativeDef::method("split", "($self, /, sep=None, maxsplit=-1)", split::split)
        .doc("Return a list of the substrings in the string, using sep as the separator string."),
    NativeDef::method("rsplit", "($self, /, sep=None, maxsplit=-1)", split::rsplit)
        .doc("Return a list of the substrings in the string, using sep as the separator string."),
    NativeDef::method("join", "($self, iterable, /)", split::join)
        .doc("Concatenate any number of strings.\n\nThe string whose method is called is inserted in between."),
    NativeDef::method("capitalize", "($self, /)", case::capitalize).doc("Return a capitalized version of the string."),
    NativeDef::method("casefold", "($self, /)", case::casefold)
        .doc("Return a version of the string suitable for caseless comparisons."),
    NativeDef::method("title", "($self, /)", case::title)
        .doc("Return a version of the string where each word is titlecased."),
    NativeDef::method("center", "($self, width, fillchar=' ', /)", case::center)
        .doc("Return a centered string of length width."),
    NativeDef::method("count", SEARCH, find::count)
        .doc("Return the number of non-overlapping occurrences of substring sub in string S[start:end]."),
    NativeDef::method("expandtabs", "($self, /, tabsize=8)", case::expandtabs)
        .doc("Return a copy where all tab characters are expanded using spaces."),
    NativeDef::method("find", SEARCH, find::find)
        .doc("Return the lowest index in S where substring sub is found.\n\nReturn -1 on failure."),
    NativeDef::method("partition", "($self, sep, /)", split::partition)
        .doc("Partition the string into three parts using the given separator."),
    NativeDef::method("index", SEARCH, find::index)
        .doc("Return the lowest index in S where substring sub is found.\n\nRaises ValueError when it is not found."),
    NativeDef::method("ljust", "($self, width, fillchar=' ', /)", case::ljust)
        .doc("Return a left-justified string of length width."),
    NativeDef::method("lower", "($self, /)", case::lower).doc("Return a copy of the string converted to lowercase."),
    NativeDef::method("lstrip", "($self, chars=None, /)", split::lstrip)
        .doc("Return a copy of the string with leading whitespace removed."),
    NativeDef::method("rfind", SEARCH, find::rfind)
        .doc("Return the highest index in S where substring sub is found.\n\nReturn -1 on failure."),
    NativeDef::method("rindex", SEARCH, find::rindex)
        .doc("Return the highest index in S where substring sub is found.\n\nRaises ValueError when it is not found."),
    NativeDef::method("rjust", "($self, width, fillchar=' ', /)", case::rjust)
        .doc("Return a right-justified string of length width."),
    NativeDef::method("rstrip", "($self, chars=None, /)", split::rstrip)
        .doc("Return a copy of the string with trailing whitespace removed."),
    NativeDef::method("rpartition", "($self, sep, /)", split::rpartition)
        .doc("Partition the string into three parts using the given separator."),
    NativeDef::method("splitlines", "($self, /, keepends=False)", split::splitlines)
        .doc("Return a list of the lines in the string, breaking at line boundaries."),
    NativeDef::method("strip", "($self, chars=None, /)", split::strip)
        .doc("Return a copy of the string with leading and trailing whitespace removed."),
    NativeDef::method("swapcase", "($self, /)", case::swapcase)
        .doc("Convert uppercase characters to lowercase and lowercase characters to uppercase."),
    NativeDef::method("translate", "($self, table, /)", translate::translate)
        .doc("Replace each character in the string using the given translation table."),
    NativeDef::method("upper", "($self, /)", case::upper).doc("Return a copy of the string converted to uppercase."),
    NativeDef::method("startswith", "($self, prefix, start=None, end=None, /)", find::startswith)
        .doc("Return True if the string starts with the specified prefix, False otherwise."),
    NativeDef::method("endswith", "($self, suffix, start=None, end=None, /)", find::endswith)
        .doc("Return True if the string ends with the specified suffix, False otherwise."),
    NativeDef::method("removeprefix", "($self, prefix, /)", find::removeprefix)
        .doc("Return a str with the given prefix string removed if present."),
    NativeDef::method("removesuffix", "($self, suffix, /)", find::removesuffix)
        .doc("Return a str with the given suffix string removed if present."),
    NativeDef::method("isascii", "($self, /)", case::isascii)
        .doc("Return True if all characters in the string are ASCII, False otherwise."),
    NativeDef::method("islower", "($self, /)", case::islower)
        .doc("Return True if the string is a lowercase string, False otherwise."),
    NativeDef::method("isupper", "($self, /)", case::isupper)
        .doc("Return True if the string is an uppercase string, False otherwise."),
    NativeDef::method("istitle", "($self, /)", case::istitle)
        .doc("Return True if the string is a title-cased string, False otherwise."),
    NativeDef::method("isspace", "($self, /)", case::isspace)
        .doc("Return True if the string is a whitespace string, False otherwise."),
    NativeDef::method("isdecimal", "($self, /)", case::isdecimal)
        .doc("Return True if the string is a decimal string, False otherwise."),
    NativeDef::method("isdigit", "($self, /)", case::isdigit)
        .doc("Return True if the string is a digit string, False otherwise."),
    NativeDef::method("isnumeric", "($self, /)", case::isnumeric)
        .doc("Return True if the string is a numeric string, False otherwise."),
    NativeDef::method("isalpha", "($self, /)", case::isalpha)
        .doc("Return True if the string is an alphabetic string, False otherwise."),
    NativeDef::method("isalnum", "($self, /)", case::isalnum)
        .doc("Return True if the string is an alpha-numeric string, False otherwise."),
    NativeDef::method("isidentifier", "($self, /)", case::isidentifier)
        .doc("Return True if the string is a valid Python identifier, False otherwise."),
    NativeDef::method("isprintable", "($self, /)", case::isprintable)
        .doc("Return True if all characters in the string are printable, False otherwise."),
    NativeDef::method("zfill", "($self, width, /)", case::zfill)
        .doc("Pad a numeric string with zeros on the left, to fill a field of the given width."),
    NativeDef::raw_method("format", "($self, /, *args, **kwargs)", format_method)
        .doc("Return a formatted version of the string, using substitutions from args and kwargs."),
    NativeDef::method("format_map", "($self, mapping, /)", format_map_method)
        .doc("Return a formatted version of the string, using substitutions from mapping."),
    NativeDef::method("__format__", "($self, format_spec, /)", dunder_format)
        .doc("Return a formatted version of the string as described by format_spec."),
    NativeDef::function("maketrans", "(x, y=None, z=None, /)", translate::maketrans)
        .doc("Return a translation table usable for str.translate()."),
    NativeDef::method("__sizeof__", "($self, /)", |_, a| {
        Ok(Obj::from_len(40 + str::expect(&a[0]).raw_bytes().len()))
    })
    .doc("Return the size of the string in memory, in bytes."),
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| Ok(new_tuple([str::subclass_copy(None, &a[0])]))),
];

fn dunder_format(vm: &Vm, a: &[Obj]) -> PyResult {
    let spec = spec_argument(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str(&a[0]);
    }
    format_str(vm, &a[0], spec)
}
