//! The text form both ways, and what the verifier refuses.

use super::*;

const HELPERS: &[Helper] = &[
    Helper {
        name: "item",
        parameters: &[Type::Word, Type::Int],
        result: Some(Type::Word),
        effect: Effect::Reads,
    },
    Helper {
        name: "store",
        parameters: &[Type::Word, Type::Int, Type::Word],
        result: Some(Type::Bool),
        effect: Effect::Writes,
    },
];

/// Every operation once.
const ALL: &str = "\
trace
  at 0:4
  v1: word = register r0
  v2: word = word 0x4
  v3: int = int -5
  v4: float = float 0x3ff0000000000000
  v5: bool = is_int v1
  guard v5 else e0
  v7: bool = is_float v1
  guard_not v7 else e0
  v9: bool = is_pointer v1
  v10: bool = is v1, 0x4
  v11: bool = same v1, v2
  v12: bool = has_shape v1, 17
  v13: bool = int_fits v3
  v14: bool = float_fits v4
  v15: bool = lt v3, v3
  v16: bool = ne_float v4, v4
  v17: int = unbox_int v1
  v18: float = unbox_float v1
  v19: word = box_int v17
  v20: word = box_float v18
  v21: float = int_to_float v17
  v22: int = add v17, v3 else e0
  v23: int = floor_div v17, v3 else e0
  v24: int = wrapping_mul v17, v3
  v25: float = div_float v18, v21
  v26: word = load_word v1, 3
  v27: word = load_fixed v1, 4
  v28: int = load_int v1, 5
  store_int v1, 5, v28
  store_word v1, 3, v26
  v31: word = call item v1, v17
  try store v1, v17, v31 else e1
  retain v31
  set_register r0, v31
  release v1
  enter v27, 0x1000, r3, 1, 4, r2
  at 1:0
  set_register r3, v2
  leave
  at 0:5
  execute 6
  at 0:6
  poll else e2
  loop e2
exits
  e0: 4
  e1: 4
  e2: 6; r1 = v22, r2 = v25
";

#[test]
fn every_operation_survives_the_text_form() {
    let trace = parse(ALL, HELPERS).unwrap();
    assert_eq!(trace.display(HELPERS).to_string(), ALL);
    assert_eq!(verify(&trace, HELPERS), Ok(()));
    assert_eq!(trace.guards(), 7);
}

#[test]
fn values_and_comments_of_a_text_are_free() {
    let trace =
        parse("trace\n ; a loop of nothing\n v7: int = int 1\n\n loop e0\nexits\n e0: 0; r0 = v7\n", &[]);
    assert_eq!(
        trace.unwrap().display(&[]).to_string(),
        "trace\n  v0: int = int 1\n  loop e0\nexits\n  e0: 0; r0 = v0\n"
    );
}

#[test]
fn a_wrong_text_is_refused_with_its_line() {
    for (text, line, message) in [
        ("exits\n", 1, "expected `trace`"),
        ("trace\n frob v1\n", 2, "no operation is called frob"),
        ("trace\n v0: int = int 1\n v0: int = int 2\n", 3, "v0 is defined twice"),
        ("trace\n v0: word = int 1\n", 2, "of type int, not word"),
        ("trace\n int 1\n", 2, "needs a name"),
        ("trace\n v0: int = leave\n", 2, "has no result"),
        ("trace\n retain v3\n", 2, "v3 is not defined before"),
        ("trace\n v0: int = int x\n", 2, "x is no number"),
        ("trace\n v0: word = word 12\n", 2, "no hexadecimal word"),
        ("trace\n leave now\n", 2, "now is too much"),
        ("trace\n guard\n", 2, "ends too early"),
        ("trace\n call nobody\n", 2, "no helper is called nobody"),
        ("trace\nexits\n e1: 0\n", 3, "expected e0"),
        ("trace\n at 3\n", 2, "is no position"),
    ] {
        let e = parse(text, HELPERS).unwrap_err();
        assert!(e.line == line && e.message.contains(message), "{text}: {e}");
    }
}

#[test]
fn the_verifier_names_the_rule_that_is_broken() {
    for (ops, exits, message) in [
        ("v0: int = int 1\n retain v0\n loop e0", "e0: 0", "v0 is of type int, not word"),
        ("v0: word = word 0x4", "", "does not end in a loop"),
        ("loop e0", "", "there is no e0"),
        ("loop e0\n loop e0", "e0: 0", "a loop before the end"),
        ("loop e0", "e0: 0 1", "2 positions for 1 activations"),
        ("leave\n loop e0", "e0: 0", "the activation in which the trace began is left"),
        ("at 1:0\n loop e0", "e0: 0", "an instruction at depth 1"),
        (
            "v0: word = word 0x4\n enter v0, 0x1, r1, 0, 1, r0\n loop e0",
            "e0: 0 0",
            "does not close where it began",
        ),
        ("v0: int = int 1\n v1: int = wrapping_shl v0, v0\n loop e0", "e0: 0", "cannot wrap around"),
        (
            "v0: word = word 0x4\n v1: int = int 0\n v2: bool = call store v0, v1, v0\n loop e0",
            "e0: 0",
            "called in the wrong way",
        ),
        (
            "v0: int = int 1\n poll else e0\n v2: word = register r3\n loop e0",
            "e0: 0; r3 = v0",
            "r3 is read while its memory is behind",
        ),
        ("v0: int = int 1\n poll else e0\n execute 1\n loop e0", "e0: 0; r3 = v0", "memory of r3 is behind"),
        ("v0: bool = is_int v0\n loop e0", "e0: 0", "not defined before"),
        ("v0: int = int 1\n v1: bool = int_fits v0\n loop e0", "e0: 0; r0 = v1", "v1 of e0 is a bool"),
    ] {
        let text = format!("trace\n {ops}\nexits\n {exits}\n");
        let found = match parse(&text, HELPERS) {
            Ok(trace) => verify(&trace, HELPERS).unwrap_err().message,
            // A use before its definition has no text form.
            Err(e) => e.message,
        };
        assert!(found.contains(message), "{text}: {found}");
    }
}
