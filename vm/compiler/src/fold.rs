//! Constant folding: the value of an expression of literals, if it is small enough to be stored in the code.
//!
//! Limits as in CPython: ints of 128 bits from `<<`, `**` and `*`, strings of 4,096 and tuples of 256 items from `*`.

use pyre_bytecode::Bytes;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use pyre_bytecode::Constant;
use rustpython_ruff_python_ast::{Operator, UnaryOp};

const MAX_INT_BITS: u64 = 128;
const MAX_STR_SIZE: usize = 4096;
const MAX_COLLECTION_SIZE: usize = 256;
const MAX_TOTAL_ITEMS: i64 = 1024;

/// The int as a constant.
pub(crate) fn int_constant(value: &BigInt) -> Constant {
    match value.to_i64() {
        Some(small) => Constant::Int(small),
        None => {
            let (sign, magnitude) = value.to_bytes_le();
            Constant::BigInt { negative: sign == Sign::Minus, magnitude: magnitude.into() }
        }
    }
}

/// The int that a constant is; `bool` counts.
pub(crate) fn as_int(constant: &Constant) -> Option<BigInt> {
    match constant {
        Constant::True => Some(1.into()),
        Constant::False => Some(0.into()),
        Constant::Int(value) => Some((*value).into()),
        Constant::BigInt { negative, magnitude } => {
            Some(BigInt::from_bytes_le(if *negative { Sign::Minus } else { Sign::Plus }, magnitude))
        }
        _ => None,
    }
}

/// `bool(constant)`
pub(crate) fn truth(constant: &Constant) -> bool {
    match constant {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt { .. } => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Constant::Str(bytes) | Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        Constant::Slice(_) | Constant::Code(_) => true,
    }
}

/// A unary operator's value, if it has one.
pub(crate) fn unary(op: UnaryOp, operand: &Constant) -> Option<Constant> {
    Some(match op {
        UnaryOp::Not => {
            if truth(operand) {
                Constant::False
            } else {
                Constant::True
            }
        }
        UnaryOp::USub => match operand {
            Constant::Float(value) => Constant::Float(-value),
            Constant::Complex(re, im) => Constant::Complex(-re, -im),
            _ => int_constant(&-as_int(operand)?),
        },
        UnaryOp::UAdd => match operand {
            Constant::Float(_) | Constant::Complex(..) => operand.clone(),
            _ => int_constant(&as_int(operand)?),
        },
        UnaryOp::Invert => match operand {
            // Deprecated for bool, so that the warning comes at run time.
            Constant::True | Constant::False => return None,
            _ => int_constant(&!as_int(operand)?),
        },
    })
}

/// A binary operator's value, if it has one that is small.
pub(crate) fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Some(x), Some(y)) = (as_int(left), as_int(right)) {
        let both_bool = |c: &Constant| matches!(c, Constant::True | Constant::False);
        if both_bool(left)
            && both_bool(right)
            && matches!(op, Operator::BitAnd | Operator::BitOr | Operator::BitXor)
        {
            return None;
        }
        return int_binary(op, &x, &y);
    }
    match (left, right) {
        (Constant::Str(x), Constant::Str(y)) if op == Operator::Add => concatenated(x, y).map(Constant::Str),
        (Constant::Bytes(x), Constant::Bytes(y)) if op == Operator::Add => {
            concatenated(x, y).map(Constant::Bytes)
        }
        (Constant::Tuple(x), Constant::Tuple(y)) if op == Operator::Add => {
            let both: Vec<Constant> = x.iter().chain(y.iter()).cloned().collect();
            (both.len() <= MAX_COLLECTION_SIZE).then(|| Constant::Tuple(both.into()))
        }
        _ if op == Operator::Mult => {
            repeated(left, right).or_else(|| repeated(right, left)).or_else(|| real_binary(op, left, right))
        }
        _ => real_binary(op, left, right),
    }
}

fn int_binary(op: Operator, x: &BigInt, y: &BigInt) -> Option<Constant> {
    let value = match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => {
            if !x.is_zero() && !y.is_zero() && x.bits() + y.bits() > MAX_INT_BITS {
                return None;
            }
            x * y
        }
        Operator::Div => {
            // Exact only where both are doubles; the general case needs the runtime's rounding.
            let exact = |value: &BigInt| value.bits() <= 53;
            if y.is_zero() || !exact(x) || !exact(y) {
                return None;
            }
            return Some(Constant::Float(x.to_f64()? / y.to_f64()?));
        }
        Operator::FloorDiv if !y.is_zero() => x.div_floor(y),
        Operator::Mod if !y.is_zero() => x.mod_floor(y),
        Operator::Pow => {
            let exponent = y.to_u32()?;
            if x.bits().checked_mul(exponent as u64)? > MAX_INT_BITS {
                return None;
            }
            x.pow(exponent)
        }
        Operator::LShift => {
            let shift = y.to_u64()?;
            if !x.is_zero() && (shift > MAX_INT_BITS || x.bits() > MAX_INT_BITS - shift) {
                return None;
            }
            x << shift
        }
        Operator::RShift => x >> y.to_u64()?,
        Operator::BitAnd => x & y,
        Operator::BitOr => x | y,
        Operator::BitXor => x ^ y,
        _ => return None,
    };
    Some(int_constant(&value))
}

fn concatenated(x: &Bytes, y: &Bytes) -> Option<Bytes> {
    (x.len() + y.len() <= MAX_STR_SIZE).then(|| [&x[..], &y[..]].concat().into())
}

fn repeated(sequence: &Constant, count: &Constant) -> Option<Constant> {
    let count = as_int(count)?;
    let count = if count.is_negative() { 0 } else { count.to_usize()? };
    match sequence {
        Constant::Str(bytes) | Constant::Bytes(bytes) => {
            if bytes.len().checked_mul(count)? > MAX_STR_SIZE {
                return None;
            }
            let repeated = bytes.repeat(count).into();
            Some(match sequence {
                Constant::Str(_) => Constant::Str(repeated),
                _ => Constant::Bytes(repeated),
            })
        }
        Constant::Tuple(items) => {
            if items.len().checked_mul(count)? > MAX_COLLECTION_SIZE
                || total_items(items, MAX_TOTAL_ITEMS) < 0
            {
                return None;
            }
            let items: Vec<Constant> = std::iter::repeat_n(items.iter(), count).flatten().cloned().collect();
            Some(Constant::Tuple(items.into()))
        }
        _ => None,
    }
}

/// What is left of the limit after counting all items, nested ones too.
fn total_items(items: &[Constant], mut limit: i64) -> i64 {
    limit -= items.len() as i64;
    for item in items {
        if limit < 0 {
            break;
        }
        if let Constant::Tuple(inner) = item {
            limit = total_items(inner, limit);
        }
    }
    limit
}

/// Arithmetic with a float or complex operand. A real operand takes part in complex arithmetic as a real number.
fn real_binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    let real = |constant: &Constant| match constant {
        Constant::Float(value) => Some(*value),
        _ => as_int(constant).filter(|value| value.bits() <= 53).and_then(|value| value.to_f64()),
    };
    match (left, right) {
        (Constant::Complex(a, b), Constant::Complex(c, d)) => match op {
            Operator::Add => Some(Constant::Complex(a + c, b + d)),
            Operator::Sub => Some(Constant::Complex(a - c, b - d)),
            _ => None,
        },
        (Constant::Complex(a, b), _) => {
            let c = real(right)?;
            match op {
                Operator::Add => Some(Constant::Complex(a + c, *b)),
                Operator::Sub => Some(Constant::Complex(a - c, *b)),
                _ => None,
            }
        }
        (_, Constant::Complex(c, d)) => {
            let a = real(left)?;
            match op {
                Operator::Add => Some(Constant::Complex(a + c, *d)),
                Operator::Sub => Some(Constant::Complex(a - c, -d)),
                _ => None,
            }
        }
        _ => {
            let (x, y) = (real(left)?, real(right)?);
            match op {
                Operator::Add => Some(Constant::Float(x + y)),
                Operator::Sub => Some(Constant::Float(x - y)),
                Operator::Mult => Some(Constant::Float(x * y)),
                Operator::Div if y != 0.0 => Some(Constant::Float(x / y)),
                _ => None,
            }
        }
    }
}

/// `sequence[index]` of constants.
pub(crate) fn subscript(sequence: &Constant, index: &Constant) -> Option<Constant> {
    let index = as_int(index)?.to_i64()?;
    let position = |length: usize| {
        let position = if index < 0 { index + length as i64 } else { index };
        usize::try_from(position).ok().filter(|position| *position < length)
    };
    match sequence {
        Constant::Str(bytes) if bytes.is_ascii() => {
            let at = position(bytes.len())?;
            Some(Constant::Str(bytes[at..at + 1].into()))
        }
        Constant::Bytes(bytes) => Some(Constant::Int(bytes[position(bytes.len())?] as i64)),
        Constant::Tuple(items) => Some(items[position(items.len())?].clone()),
        _ => None,
    }
}

/// The value of an int literal as written, underscores and base prefix included.
///
/// # Errors
/// The number of decimal digits, if there are more than CPython converts.
pub(crate) fn parse_int(literal: &str, limit: usize) -> Result<BigInt, usize> {
    let digits: String = literal.chars().filter(|c| *c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            return Ok(BigInt::parse_bytes(rest.as_bytes(), base).unwrap_or_default());
        }
    }
    if limit != 0 && digits.len() > limit {
        return Err(digits.len());
    }
    Ok(BigInt::parse_bytes(digits.as_bytes(), 10).unwrap_or_default())
}
