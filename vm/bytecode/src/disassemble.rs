//! Text form of code units, for people and for golden tests. One line per instruction: word index, source line where it
//! changes, name, operands as the table declares them, and what indices refer to.

use std::fmt::Write;

use crate::code::{CodeUnit, Constant};
use crate::instructions::{ExtraWord, Field, INPLACE, Instruction, OperandInfo, OperandKind};

/// The code and, after it, all code units among its constants.
pub fn disassemble(code: &CodeUnit) -> String {
    let mut out = String::new();
    disassemble_into(&mut out, code);
    out
}

fn disassemble_into(out: &mut String, code: &CodeUnit) {
    let _ = writeln!(out, "code {} ({} registers)", code.qualname, code.nregs);
    let mut last_line = 0;
    for (at, instruction, extra) in code.instructions() {
        let line = code.locations.lookup(at as u32).line;
        let shown = if line != last_line && line != 0 { line.to_string() } else { String::new() };
        last_line = line;
        let _ = writeln!(out, "{shown:>5} {at:>4}  {}", instruction_text(code, at, instruction, extra));
    }
    for entry in &code.exceptions {
        let _ = writeln!(
            out,
            "      protect {}..{} -> {} depth r{}",
            entry.start, entry.end, entry.target, entry.depth
        );
    }
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            disassemble_into(out, inner);
        }
    }
}

/// One instruction of the code.
pub fn instruction_text(code: &CodeUnit, at: usize, instruction: Instruction, extra: u64) -> String {
    let op = instruction.op();
    let mut out = op.name().to_string();
    if instruction.flags() & INPLACE != 0 && instruction.flags() >> 4 == 0 {
        out.push('=');
    }
    let mut separator = " ";
    for operand in op.operands() {
        out.push_str(separator);
        separator = ", ";
        operand_text(&mut out, code, at, instruction, *operand);
    }
    match op.extra_word() {
        ExtraWord::None | ExtraWord::Cache => {}
        ExtraWord::Rel => {
            let _ = write!(out, "{separator}exit {}", at as i64 + extra as u32 as i32 as i64);
        }
        ExtraWord::Const => {
            out.push_str(separator);
            constant_index(&mut out, code, extra as usize);
        }
        ExtraWord::Count => {
            let _ = write!(out, "{separator}{extra}");
        }
    }
    out
}

fn operand_text(
    out: &mut String,
    code: &CodeUnit,
    at: usize,
    instruction: Instruction,
    operand: OperandInfo,
) {
    let value = instruction.field(operand.field);
    let _ = match operand.kind {
        OperandKind::Const => {
            constant_index(out, code, value as usize);
            Ok(())
        }
        OperandKind::Name => {
            let index = if operand.field == Field::Bc { value as u32 as usize } else { value as usize };
            write!(out, "{}", code.names.get(index).map_or("?", |name| name))
        }
        OperandKind::Free => write!(out, "{}", code.freevars.get(value as usize).map_or("?", |name| name)),
        OperandKind::Imm | OperandKind::Count | OperandKind::Kind => write!(out, "{value}"),
        OperandKind::Rel => write!(out, "-> {}", at as i64 + value),
        _ => match instruction.register_count(operand) {
            0 => write!(out, "-"),
            count => {
                let name = code.varnames.get(value as usize);
                let _ = match name {
                    Some(name) => write!(out, "{name}"),
                    None => write!(out, "r{value}"),
                };
                if instruction.kills(operand.field) {
                    out.push('!');
                }
                if count > 1 { write!(out, "..r{}", value as usize + count - 1) } else { Ok(()) }
            }
        },
    };
}

fn constant_index(out: &mut String, code: &CodeUnit, index: usize) {
    match code.consts.get(index) {
        Some(constant) => constant_text(out, constant),
        None => out.push('?'),
    }
}

/// A short text for a constant.
pub fn constant_text(out: &mut String, constant: &Constant) {
    let _ = match constant {
        Constant::None => write!(out, "None"),
        Constant::True => write!(out, "True"),
        Constant::False => write!(out, "False"),
        Constant::Ellipsis => write!(out, "..."),
        Constant::Int(value) => write!(out, "{value}"),
        Constant::BigInt { negative, magnitude } => {
            write!(out, "{}int of {} bytes", if *negative { "-" } else { "" }, magnitude.len())
        }
        Constant::Float(value) => write!(out, "{value:?}"),
        Constant::Complex(re, im) => write!(out, "({re:?}+{im:?}j)"),
        Constant::Str(bytes) => write!(out, "{:?}", String::from_utf8_lossy(bytes)),
        Constant::Bytes(bytes) => write!(out, "b\"{}\"", bytes.escape_ascii()),
        Constant::Tuple(items) => sequence(out, "(", items, ")"),
        Constant::FrozenSet(items) => sequence(out, "frozenset(", items, ")"),
        Constant::Slice(parts) => sequence(out, "slice(", &parts[..], ")"),
        Constant::Code(code) => write!(out, "<code {}>", code.qualname),
    };
}

fn sequence(out: &mut String, open: &str, items: &[Constant], close: &str) -> std::fmt::Result {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        constant_text(out, item);
    }
    out.push_str(close);
    Ok(())
}
