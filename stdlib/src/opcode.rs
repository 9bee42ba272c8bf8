//! `_opcode`: facts about CPython 3.14's instructions that `opcode`, `dis` and `inspect` ask for when they are imported.
//! The numbering is that of `_opcode_metadata`; pyre compiles to instructions of its own, which have no stack effects.

use crate::support::{native_table, new_module};
use pyre_object::{Builtin, NativeDef, Obj, PyResult, Vm, list, module, raise, str, tuple};
use std::ops::RangeInclusive;

type Set = &'static [RangeInclusive<i32>];

const VALID: Set = &[0..=120, 128..=211, 234..=266];
const HAS_ARG: Set = &[
    44..=120,
    128..=128,
    143..=153,
    155..=195,
    197..=197,
    200..=200,
    209..=211,
    237..=237,
    239..=239,
    241..=245,
    247..=251,
    253..=253,
    255..=255,
    257..=261,
    263..=266,
];
const HAS_CONST: Set = &[82..=82, 190..=191];
const HAS_NAME: Set = &[
    61..=61,
    64..=65,
    72..=73,
    80..=80,
    91..=93,
    96..=96,
    110..=110,
    115..=116,
    179..=179,
    189..=189,
    194..=195,
    200..=200,
    249..=249,
];
const HAS_JUMP: Set =
    &[68..=68, 70..=70, 75..=77, 100..=103, 106..=106, 172..=176, 237..=237, 248..=248, 257..=260];
const HAS_FREE: Set = &[62..=62, 90..=90, 97..=97, 111..=111];
const HAS_LOCAL: Set = &[3..=3, 63..=63, 83..=89, 112..=114, 261..=261, 266..=266];
const HAS_EXC: Set = &[263..=265];

fn member(vm: &Vm, opcode: &Obj, set: Set) -> PyResult {
    let n = vm.to_i32(opcode)?;
    Ok(Obj::bool(set.iter().any(|r| r.contains(&n))))
}

const INTRINSICS_1: [&str; 12] = [
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];

const INTRINSICS_2: [&str; 6] = [
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];

/// Binary operations; all but the last have an augmented form as well.
const OPERATIONS: [(&str, &str); 13] = [
    ("ADD", "+"),
    ("AND", "&"),
    ("FLOOR_DIVIDE", "//"),
    ("LSHIFT", "<<"),
    ("MATRIX_MULTIPLY", "@"),
    ("MULTIPLY", "*"),
    ("REMAINDER", "%"),
    ("OR", "|"),
    ("POWER", "**"),
    ("RSHIFT", ">>"),
    ("SUBTRACT", "-"),
    ("TRUE_DIVIDE", "/"),
    ("XOR", "^"),
];

const SPECIAL_METHODS: [&str; 4] = ["__enter__", "__exit__", "__aenter__", "__aexit__"];

fn names(texts: &[&str]) -> PyResult {
    Ok(list::new_list(texts.iter().map(|t| str::new_str(t))))
}

fn operations() -> PyResult {
    let pair = |name: String, symbol: String| tuple::pair(str::new_str(&name), str::new_str(&symbol));
    let plain = OPERATIONS.iter().map(|(n, s)| pair(format!("NB_{n}"), (*s).to_owned()));
    let augmented = OPERATIONS.iter().map(|(n, s)| pair(format!("NB_INPLACE_{n}"), format!("{s}=")));
    let subscript = pair("NB_SUBSCR".to_owned(), "[]".to_owned());
    Ok(list::new_list(plain.chain(augmented).chain([subscript])))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("stack_effect", "(opcode, oparg=None, /, *, jump=None)", |vm, _| {
        raise!(vm, NotImplementedError, "instructions have no stack effects here")
    }),
    NativeDef::function("is_valid", "(opcode)", |vm, a| member(vm, &a[0], VALID))
        .doc("Return True if opcode is valid, False otherwise."),
    NativeDef::function("has_arg", "(opcode)", |vm, a| member(vm, &a[0], HAS_ARG))
        .doc("Return True if the opcode uses its oparg, False otherwise."),
    NativeDef::function("has_const", "(opcode)", |vm, a| member(vm, &a[0], HAS_CONST))
        .doc("Return True if the opcode accesses a constant, False otherwise."),
    NativeDef::function("has_name", "(opcode)", |vm, a| member(vm, &a[0], HAS_NAME))
        .doc("Return True if the opcode accesses an attribute by name, False otherwise."),
    NativeDef::function("has_jump", "(opcode)", |vm, a| member(vm, &a[0], HAS_JUMP))
        .doc("Return True if the opcode has a jump target, False otherwise."),
    NativeDef::function("has_free", "(opcode)", |vm, a| member(vm, &a[0], HAS_FREE))
        .doc("Return True if the opcode accesses a free variable, False otherwise."),
    NativeDef::function("has_local", "(opcode)", |vm, a| member(vm, &a[0], HAS_LOCAL))
        .doc("Return True if the opcode accesses a local variable, False otherwise."),
    NativeDef::function("has_exc", "(opcode)", |vm, a| member(vm, &a[0], HAS_EXC))
        .doc("Return True if the opcode sets an exception handler, False otherwise."),
    NativeDef::function("get_specialization_stats", "()", |_, _| Ok(Obj::NONE))
        .doc("Return the specialization stats"),
    NativeDef::function("get_nb_ops", "()", |_, _| operations())
        .doc("Return array of symbols of binary ops."),
    NativeDef::function("get_intrinsic1_descs", "()", |_, _| names(&INTRINSICS_1))
        .doc("Return a list of names of the unary intrinsics."),
    NativeDef::function("get_intrinsic2_descs", "()", |_, _| names(&INTRINSICS_2))
        .doc("Return a list of names of the binary intrinsics."),
    NativeDef::function("get_special_method_names", "()", |_, _| names(&SPECIAL_METHODS))
        .doc("Return a list of special method names."),
    NativeDef::function("get_executor", "(code, offset)", |vm, a| {
        if !a[0].is_exactly(Builtin::Code) {
            raise!(vm, TypeError, "expected a code object, not '{}'", a[0].type_name());
        }
        vm.to_i32(&a[1])?;
        raise!(vm, ValueError, "no executor at given byte offset")
    })
    .doc("Return the executor object at offset in code if exists, None otherwise."),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module("_opcode", "Opcode support module.", FUNCTIONS);
    module::set(&m, "ENABLE_SPECIALIZATION", Obj::from_len(1));
    module::set(&m, "ENABLE_SPECIALIZATION_FT", Obj::from_len(1));
    Ok(m)
}
