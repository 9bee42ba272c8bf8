//! Tests of the translation; the library's tests of `re` run the matcher.

use super::codes as c;
use super::first::First;
use super::program::{Op, Program};

/// `[a-c]`, as one item.
const A_TO_C: [u32; 6] = [c::IN, 5, c::RANGE, 0x61, 0x63, c::FAILURE];

fn run_of_a_to_c(then: u32) -> Vec<u32> {
    let mut code = vec![c::REPEAT_ONE, 10, 1, c::MAXREPEAT];
    code.extend(A_TO_C);
    code.extend([c::SUCCESS, c::LITERAL, then, c::SUCCESS]);
    code
}

#[test]
fn a_run_before_something_else_is_possessive() {
    let p = Program::new(&run_of_a_to_c(0x78), 0).expect("well-formed");
    assert!(matches!(p.ops[0], Op::Possessive { min: 1, max: c::MAXREPEAT, .. }));
    assert_eq!(p.leading_run, Some(0));
    assert!(p.start.as_ref().is_some_and(|f: &First| f.has(0x61) && !f.has(0x78)));
}

#[test]
fn a_run_before_a_member_of_its_set_can_give_back() {
    let p = Program::new(&run_of_a_to_c(0x62), 0).expect("well-formed");
    assert!(matches!(p.ops[0], Op::Greedy { .. }));
    assert_eq!(p.leading_run, None);
}

#[test]
fn a_pattern_that_matches_nothing_at_all_has_no_first_character() {
    let mut code = vec![c::REPEAT_ONE, 10, 0, c::MAXREPEAT];
    code.extend(A_TO_C);
    code.extend([c::SUCCESS, c::SUCCESS]);
    let p = Program::new(&code, 0).expect("well-formed");
    assert!(p.start.is_none());
}

#[test]
fn malformed_code_is_refused() {
    for code in [
        &[c::LITERAL][..],
        &[99],
        &[c::MARK, 2, c::SUCCESS],
        &[c::JUMP, 100],
        &[c::JUMP, 0, c::SUCCESS],
        &[c::GROUPREF, 1, c::SUCCESS],
        &[c::BRANCH, 3, c::LITERAL, 0x61],
        &[c::REPEAT, 5, 0, 1, c::LITERAL, 0x61, c::SUCCESS, c::SUCCESS],
        &[c::REPEAT_ONE, 5, 0, 1, c::LITERAL, 0x61],
        &[c::IN, 4, c::CATEGORY, 77, c::FAILURE, c::SUCCESS],
        &[c::IN, 3, c::BIGCHARSET, 9, c::SUCCESS],
        &[c::AT, 50, c::SUCCESS],
    ] {
        assert!(Program::new(code, 1).is_none(), "{code:?}");
    }
}
