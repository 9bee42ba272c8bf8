//! Prints what code objects show of themselves, one line per code unit, for comparison with CPython's.

use pyre_bytecode::{CodeUnit, Constant};
use pyre_compiler::{Mode, Options};

fn show(path: &str, code: &CodeUnit) {
    let join = |names: &[pyre_bytecode::Text]| names.join(",");
    let parameters = (code.arg_count
        + code.kwonly_arg_count
        + (code.flags & 4 != 0) as u32
        + (code.flags & 8 != 0) as u32) as usize;
    println!(
        "{path}\t{}\t{}\t{}\t{}\t{}\t{}\t{:#x}\t{}\t{}\t{}",
        code.qualname,
        code.name,
        code.first_line,
        code.arg_count,
        code.posonly_arg_count,
        code.kwonly_arg_count,
        code.flags,
        join(&code.varnames[..parameters]),
        join(&code.cellvars),
        join(&code.freevars),
    );
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            show(path, inner);
        }
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        let source = std::fs::read(&path).expect("readable file");
        if let Ok(compiled) = pyre_compiler::compile(&source, &path, Mode::Exec, &Options::default()) {
            show(&path, &compiled.code);
        }
    }
}
