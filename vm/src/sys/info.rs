//! The records of `sys`: `flags`, `version_info`, `implementation` and the like.

use crate::runtime::{Runtime, config};
use pyre_object::{Obj, PyResult, Vm, float, int, module, str};

/// `sys.version`
pub fn version() -> String {
    format!("3.14.0 free-threading build (pyre {})", env!("CARGO_PKG_VERSION"))
}

/// Makes the records with the library's named tuples of the runtime.
///
/// # Errors
/// What making their types raises.
pub fn fill(vm: &Vm, r: &Runtime) -> PyResult<()> {
    let set = |name: &str, v: Obj| module::set(r.sys, name, v);
    let n = |i: i64| int::new_int(i);
    let b = |b: bool| int::new_int(i64::from(b));
    let o = &config().options;
    let version = [n(3), n(14), n(0), str::new_str("final"), n(0)];
    let version_info = pyre_types::struct_sequence::new(vm, &VERSION_INFO, version.iter().cloned())?;
    set("version_info", version_info.clone());
    let flags = [
        n(i64::from(o.debug)),
        b(o.inspect),
        b(o.inspect),
        n(i64::from(o.optimize)),
        b(o.dont_write_bytecode),
        b(o.no_user_site || o.isolated),
        b(o.no_site),
        b(o.ignore_environment || o.isolated),
        n(i64::from(o.verbose)),
        n(i64::from(o.bytes_warning)),
        b(o.quiet),
        b(o.hash_seed != Some(0)),
        b(o.isolated),
        Obj::bool(o.x.contains_key("dev")),
        n(1),
        b(false),
        Obj::bool(o.safe_path || o.isolated),
        n(4300),
        n(0),
        n(1),
        n(1),
    ];
    set("flags", pyre_types::struct_sequence::new(vm, &FLAGS, flags.iter().cloned())?);
    let float_info = [
        float::new_float(f64::MAX),
        n(1024),
        n(308),
        float::new_float(f64::MIN_POSITIVE),
        n(-1021),
        n(-307),
        n(15),
        n(53),
        float::new_float(f64::EPSILON),
        n(2),
        n(1),
    ];
    set("float_info", pyre_types::struct_sequence::new(vm, &FLOAT_INFO, float_info.iter().cloned())?);
    let int_info = [n(62), n(8), n(4300), n(640)];
    set("int_info", pyre_types::struct_sequence::new(vm, &INT_INFO, int_info.iter().cloned())?);
    let hash_info = [
        n(64),
        n((1 << 61) - 1),
        n(314_159),
        n(0),
        n(1_000_003),
        str::new_str("siphash13"),
        n(64),
        n(128),
        n(0),
    ];
    set("hash_info", pyre_types::struct_sequence::new(vm, &HASH_INFO, hash_info.iter().cloned())?);
    let thread_info = [str::new_str("pthread"), str::new_str("futex"), Obj::NONE];
    set("thread_info", pyre_types::struct_sequence::new(vm, &THREAD_INFO, thread_info.iter().cloned())?);
    let implementation = [
        ("name", str::new_str("pyre")),
        ("version", version_info),
        ("hexversion", n(0x030e_00f0)),
        ("cache_tag", Obj::NONE),
        ("_multiarch", str::new_str("x86_64-linux-gnu")),
        ("supports_isolated_interpreters", Obj::FALSE),
    ];
    let namespace = pyre_object::Builtin::SimpleNamespace.ty();
    set("implementation", vm.call_kw(namespace, &[], &implementation)?);
    Ok(())
}

use pyre_types::struct_sequence::StructSpec;

static VERSION_INFO: StructSpec = StructSpec {
    name: "sys.version_info",
    fields: &["major", "minor", "micro", "releaselevel", "serial"],
    hidden: &[],
};

static FLAGS: StructSpec = StructSpec {
    name: "sys.flags",
    fields: &[
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "dev_mode",
        "utf8_mode",
        "warn_default_encoding",
        "safe_path",
        "int_max_str_digits",
        "gil",
        "thread_inherit_context",
        "context_aware_warnings",
    ],
    hidden: &[],
};

static FLOAT_INFO: StructSpec = StructSpec {
    name: "sys.float_info",
    fields: &[
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ],
    hidden: &[],
};

static INT_INFO: StructSpec = StructSpec {
    name: "sys.int_info",
    fields: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
    hidden: &[],
};

static HASH_INFO: StructSpec = StructSpec {
    name: "sys.hash_info",
    fields: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
    hidden: &[],
};

static THREAD_INFO: StructSpec =
    StructSpec { name: "sys.thread_info", fields: &["name", "lock", "version"], hidden: &[] };
