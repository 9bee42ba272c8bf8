//! Errors for syntax that is no Python any more, or that is younger than the version that the caller asks for (`ast.parse(feature_version=...)`).

use rustpython_ruff_python_parser::{UnsupportedSyntaxError, UnsupportedSyntaxErrorKind};

use super::SyntaxError;
use crate::Options;
use crate::source::Source;

/// What CPython says of such syntax, if it says anything.
fn message(kind: UnsupportedSyntaxErrorKind) -> Option<(&'static str, u8)> {
    use UnsupportedSyntaxErrorKind as K;
    Some(match kind {
        K::PositionalOnlyParameter => ("Positional-only parameters are", 8),
        K::Walrus => ("Assignment expressions are", 8),
        K::ParenthesizedContextManager => ("Parenthesized context managers are", 9),
        K::Match => ("Pattern matching is", 10),
        K::ExceptStar => ("Exception groups are", 11),
        K::TypeParameterList => ("Type parameter lists are", 12),
        K::TypeAliasStatement => ("Type statement is", 12),
        K::TypeParamDefault => ("Type parameter defaults are", 13),
        K::UnparenthesizedExceptionTypes => ("except expressions without parentheses are", 14),
        K::TemplateStrings => ("t-strings are", 14),
        _ => return None,
    })
}

/// Checks that nothing is too young.
///
/// # Errors
/// If something is.
pub(crate) fn check(
    source: &Source,
    found: &[UnsupportedSyntaxError],
    options: &Options,
) -> Result<(), SyntaxError> {
    let is_parenthesized =
        |e: &&UnsupportedSyntaxError| e.kind == UnsupportedSyntaxErrorKind::ParenthesizedKeywordArgumentName;
    if let Some(error) = found.iter().find(is_parenthesized) {
        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
        return Err(SyntaxError::in_characters(source, error.range, message));
    }
    if options.feature_version.is_none() {
        return Ok(());
    }
    match found.iter().find_map(|error| message(error.kind).map(|what| (error.range, what))) {
        None => Ok(()),
        Some((range, (what, minor))) => {
            let message = format!("{what} only supported in Python 3.{minor} and greater");
            Err(SyntaxError::in_characters(source, range, message))
        }
    }
}
