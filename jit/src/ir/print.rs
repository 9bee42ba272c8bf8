//! The text form of a trace. [`super::parse`] reads it.

use super::{Arguments, Exit, Helper, HelperId, Op, Trace, Type};
use crate::machine::{Comparison, FloatOp, IntOp};
use std::fmt::{self, Display, Formatter};

impl Display for Type {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Word => "word",
            Type::Int => "int",
            Type::Float => "float",
            Type::Bool => "bool",
        })
    }
}

/// Names of the integer operations, in order.
pub(super) const INT_OPS: [(IntOp, &str); 10] = [
    (IntOp::Add, "add"),
    (IntOp::Sub, "sub"),
    (IntOp::Mul, "mul"),
    (IntOp::FloorDiv, "floor_div"),
    (IntOp::FloorMod, "floor_mod"),
    (IntOp::And, "and"),
    (IntOp::Or, "or"),
    (IntOp::Xor, "xor"),
    (IntOp::Shl, "shl"),
    (IntOp::Shr, "shr"),
];

/// Names of the float operations.
pub(super) const FLOAT_OPS: [(FloatOp, &str); 4] = [
    (FloatOp::Add, "add_float"),
    (FloatOp::Sub, "sub_float"),
    (FloatOp::Mul, "mul_float"),
    (FloatOp::Div, "div_float"),
];

/// Names of the comparisons.
pub(super) const COMPARISONS: [(Comparison, &str); 6] = [
    (Comparison::Lt, "lt"),
    (Comparison::Le, "le"),
    (Comparison::Eq, "eq"),
    (Comparison::Ne, "ne"),
    (Comparison::Gt, "gt"),
    (Comparison::Ge, "ge"),
];

fn name<T: PartialEq>(table: &'static [(T, &'static str)], op: &T) -> &'static str {
    table.iter().find(|(o, _)| o == op).map_or("?", |(_, n)| n)
}

/// A trace with the helpers that give its calls names.
pub struct Printed<'t>(&'t Trace, &'t [Helper]);

impl Trace {
    /// The text form.
    pub fn display<'t>(&'t self, helpers: &'t [Helper]) -> Printed<'t> {
        Printed(self, helpers)
    }
}

impl Display for Printed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "trace")?;
        for (i, op) in self.0.ops.iter().enumerate() {
            match op.result(self.1) {
                Some(t) => write!(f, "  v{i}: {t} = ")?,
                None => f.write_str("  ")?,
            }
            print_op(f, op, self.1)?;
            writeln!(f)?;
        }
        writeln!(f, "exits")?;
        for (i, exit) in self.0.exits.iter().enumerate() {
            write!(f, "  e{i}:")?;
            print_exit(f, exit)?;
            writeln!(f)?;
        }
        Ok(())
    }
}

fn print_exit(f: &mut Formatter<'_>, exit: &Exit) -> fmt::Result {
    for pc in &exit.positions {
        write!(f, " {pc}")?;
    }
    for (i, (r, v)) in exit.registers.iter().enumerate() {
        write!(f, "{} r{} = v{}", if i == 0 { ";" } else { "," }, r.0, v.0)?;
    }
    Ok(())
}

fn print_call(f: &mut Formatter<'_>, h: HelperId, args: &Arguments, helpers: &[Helper]) -> fmt::Result {
    write!(f, " {}", helpers.get(h.0 as usize).map_or("?", |h| h.name))?;
    for (i, v) in args.as_slice().iter().enumerate() {
        write!(f, "{} v{}", if i == 0 { "" } else { "," }, v.0)?;
    }
    Ok(())
}

fn print_op(f: &mut Formatter<'_>, op: &Op, helpers: &[Helper]) -> fmt::Result {
    match op {
        Op::At { depth, pc } => write!(f, "at {depth}:{pc}"),
        Op::Register(r) => write!(f, "register r{}", r.0),
        Op::Word(w) => write!(f, "word {w:#x}"),
        Op::Int(i) => write!(f, "int {i}"),
        Op::Float(bits) => write!(f, "float {bits:#x}"),
        Op::IsInt(v) => write!(f, "is_int v{}", v.0),
        Op::IsFloat(v) => write!(f, "is_float v{}", v.0),
        Op::IsPointer(v) => write!(f, "is_pointer v{}", v.0),
        Op::Is(v, w) => write!(f, "is v{}, {w:#x}", v.0),
        Op::Same(a, b) => write!(f, "same v{}, v{}", a.0, b.0),
        Op::HasShape(v, s) => write!(f, "has_shape v{}, {s}", v.0),
        Op::IntFits(v) => write!(f, "int_fits v{}", v.0),
        Op::FloatFits(v) => write!(f, "float_fits v{}", v.0),
        Op::CompareInts(c, a, b) => write!(f, "{} v{}, v{}", name(&COMPARISONS, c), a.0, b.0),
        Op::CompareFloats(c, a, b) => write!(f, "{}_float v{}, v{}", name(&COMPARISONS, c), a.0, b.0),
        Op::UnboxInt(v) => write!(f, "unbox_int v{}", v.0),
        Op::UnboxFloat(v) => write!(f, "unbox_float v{}", v.0),
        Op::BoxInt(v) => write!(f, "box_int v{}", v.0),
        Op::BoxFloat(v) => write!(f, "box_float v{}", v.0),
        Op::IntToFloat(v) => write!(f, "int_to_float v{}", v.0),
        Op::Checked(op, a, b, e) => write!(f, "{} v{}, v{} else e{}", name(&INT_OPS, op), a.0, b.0, e.0),
        Op::Wrapping(op, a, b) => write!(f, "wrapping_{} v{}, v{}", name(&INT_OPS, op), a.0, b.0),
        Op::FloatArithmetic(op, a, b) => write!(f, "{} v{}, v{}", name(&FLOAT_OPS, op), a.0, b.0),
        Op::LoadWord(v, at) => write!(f, "load_word v{}, {at}", v.0),
        Op::LoadFixed(v, at) => write!(f, "load_fixed v{}, {at}", v.0),
        Op::LoadInt(v, at) => write!(f, "load_int v{}, {at}", v.0),
        Op::StoreInt(o, at, v) => write!(f, "store_int v{}, {at}, v{}", o.0, v.0),
        Op::StoreWord(o, at, v) => write!(f, "store_word v{}, {at}, v{}", o.0, v.0),
        Op::SetRegister(r, v) => write!(f, "set_register r{}, v{}", r.0, v.0),
        Op::Retain(v) => write!(f, "retain v{}", v.0),
        Op::Release(v) => write!(f, "release v{}", v.0),
        Op::Call(h, args) => {
            f.write_str("call")?;
            print_call(f, *h, args, helpers)
        }
        Op::Try(h, args, e) => {
            f.write_str("try")?;
            print_call(f, *h, args, helpers)?;
            write!(f, " else e{}", e.0)
        }
        Op::Execute { next } => write!(f, "execute {next}"),
        Op::Guard(v, true, e) => write!(f, "guard v{} else e{}", v.0, e.0),
        Op::Guard(v, false, e) => write!(f, "guard_not v{} else e{}", v.0, e.0),
        Op::Enter(n) => write!(
            f,
            "enter v{}, {:#x}, r{}, {}, {}, r{}",
            n.callee.0, n.code, n.window.0, n.arguments, n.size, n.result.0
        ),
        Op::Leave => write!(f, "leave"),
        Op::Poll(e) => write!(f, "poll else e{}", e.0),
        Op::Loop(e) => write!(f, "loop e{}", e.0),
    }
}
