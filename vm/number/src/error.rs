//! The failures of numeric operations: which exception, with which text.

use std::fmt;

/// Which Python exception a numeric failure becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumErrorKind {
    /// `ValueError(message)`
    Value,
    /// `OverflowError(message)`
    Overflow,
    /// `OverflowError(34, message)`: the C library's `ERANGE` reported as two arguments.
    OverflowErrno,
    /// `ZeroDivisionError(message)`
    ZeroDivision,
    /// `MemoryError()`
    Memory,
}

/// A failed numeric operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumError {
    /// The exception to raise.
    pub kind: NumErrorKind,
    /// Its message, as CPython words it; empty for `MemoryError`.
    pub message: &'static str,
}

impl NumError {
    /// A `ValueError`.
    pub const fn value(message: &'static str) -> Self {
        NumError { kind: NumErrorKind::Value, message }
    }

    /// An `OverflowError`.
    pub const fn overflow(message: &'static str) -> Self {
        NumError { kind: NumErrorKind::Overflow, message }
    }

    /// The `ZeroDivisionError` of `/`, `//`, `%` and `divmod`.
    pub const fn division_by_zero() -> Self {
        NumError { kind: NumErrorKind::ZeroDivision, message: "division by zero" }
    }

    /// A `ZeroDivisionError` with its own text.
    pub const fn zero_division(message: &'static str) -> Self {
        NumError { kind: NumErrorKind::ZeroDivision, message }
    }

    /// The `OverflowError` that carries `errno`.
    pub const fn range() -> Self {
        NumError { kind: NumErrorKind::OverflowErrno, message: "Numerical result out of range" }
    }

    /// A `MemoryError`.
    pub const fn memory() -> Self {
        NumError { kind: NumErrorKind::Memory, message: "" }
    }
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for NumError {}
