//! The numbers of operators in the module `token`.

use super::lexer::kind;

/// In the order of their numbers, from 7 on.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];

/// The number of an operator; that of operators in general if it has none of its own.
pub(super) fn exact_kind(text: &[char]) -> u8 {
    let text: String = text.iter().collect();
    match OPERATORS.iter().position(|o| *o == text) {
        Some(i) => 7 + i as u8,
        None => kind::OP,
    }
}
