//! `from __future__` imports.

use rustpython_ruff_python_ast::{Stmt, StmtImportFrom};

use crate::errors::SyntaxError;
use crate::source::Source;

/// The features that still make a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Annotations are kept as text.
    pub annotations: bool,
    /// `<>` instead of `!=`.
    pub barry_as_bdfl: bool,
    /// The flags of features that change nothing, as `co_flags` shows them.
    pub other_flags: u32,
}

impl Features {
    /// The bits of `co_flags`.
    pub fn code_flags(self) -> u32 {
        let mut flags = self.other_flags;
        if self.annotations {
            flags |= pyre_bytecode::flags::FUTURE_ANNOTATIONS;
        }
        if self.barry_as_bdfl {
            flags |= pyre_bytecode::flags::FUTURE_BARRY_AS_BDFL;
        }
        flags
    }

    /// The features that bits of `co_flags` say.
    pub fn from_code_flags(flags: u32) -> Self {
        Self {
            annotations: flags & pyre_bytecode::flags::FUTURE_ANNOTATIONS != 0,
            barry_as_bdfl: flags & pyre_bytecode::flags::FUTURE_BARRY_AS_BDFL != 0,
            other_flags: flags & 0x00BE_0000,
        }
    }
}

fn flag(name: &str) -> Option<u32> {
    Some(match name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => 0,
        "barry_as_FLUFL" => pyre_bytecode::flags::FUTURE_BARRY_AS_BDFL,
        "annotations" => pyre_bytecode::flags::FUTURE_ANNOTATIONS,
        _ => return None,
    })
}

/// Collects the features of the `__future__` imports at the start of a module, on top of inherited ones.
///
/// # Errors
/// For an unknown feature, or such an import that stands elsewhere.
pub(crate) fn collect(body: &[Stmt], inherited: Features, source: &Source) -> Result<Features, SyntaxError> {
    let mut flags = inherited.code_flags();
    let mut at_start = true;
    for (index, statement) in body.iter().enumerate() {
        match statement {
            Stmt::ImportFrom(node) if is_future(node) => {
                if !at_start {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return Err(SyntaxError::at(source, node.range, message));
                }
                for alias in &node.names {
                    match flag(&alias.name) {
                        Some(bit) => flags |= bit,
                        None if alias.name.as_str() == "braces" => {
                            return Err(SyntaxError::at(source, alias.range, "not a chance"));
                        }
                        None => {
                            let message = format!("future feature {} is not defined", alias.name);
                            return Err(SyntaxError::at(source, alias.range, message));
                        }
                    }
                }
            }
            Stmt::Expr(node) if index == 0 && node.value.is_string_literal_expr() => {}
            _ => at_start = false,
        }
    }
    Ok(Features::from_code_flags(flags))
}

fn is_future(node: &StmtImportFrom) -> bool {
    node.level == 0 && node.module.as_ref().is_some_and(|module| module.as_str() == "__future__")
}
