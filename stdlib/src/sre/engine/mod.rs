//! The matcher under `re`: runs what the library's compiler made of a pattern.
//!
//! [`Program`] is the pattern's `_sre` code translated once: characters to compare, sets with a table for Latin-1, loops
//! whose alternatives are known to be none. [`Matcher`] backtracks over it with a stack of choices of its own, so that
//! neither long texts nor many repetitions need native stack; only look-around, atomic groups and possessive loops nest
//! natively, as deep as the pattern nests them.
//!
//! Everything a choice has to restore is either saved with it (position, loop state) or undone from a trail (the marks
//! of groups). The matcher calls [`pyre_object::Vm::poll`] now and then: Ctrl-C and collections do not wait for a match.
//! Design: `docs/design/regular-expressions.md`.

mod codes;
mod first;
mod program;
mod run;
mod search;
mod set;
#[cfg(test)]
mod tests;

pub(super) use codes::MAXREPEAT;
pub(super) use program::Program;
pub(super) use run::{Matcher, Text};
pub(super) use set::{lower_ascii, lower_unicode, upper_unicode};
