//! Shows the bytecode of a file: `cargo run -p pyre-compiler --example dis -- [-e|-s] file.py`; `-c` compiles each
//! file, verifies it, and prints only errors; `-w` does the same with warnings; `-w` prints warnings.

use pyre_compiler::{Mode, Options};

fn main() {
    let mut mode = Mode::Exec;
    let mut check = false;
    let mut warnings = false;
    let mut failures = 0;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-e" => mode = Mode::Eval,
            "-s" => mode = Mode::Single,
            "-c" => check = true,
            "-w" => warnings = true,
            path => {
                let source = std::fs::read(path).expect("readable file");
                match pyre_compiler::compile(&source, path, mode, &Options::default()) {
                    Ok(compiled) => {
                        if let Err(error) = pyre_bytecode::verify::verify(&compiled.code) {
                            println!("{path}: {error}");
                            failures += 1;
                        }
                        if warnings {
                            for warning in &compiled.warnings {
                                println!("{path}:{}: {}", warning.line, warning.message);
                            }
                        } else if !check {
                            print!("{}", pyre_bytecode::disassemble::disassemble(&compiled.code));
                            for warning in compiled.warnings {
                                println!("{}: {}", warning.line, warning.message);
                            }
                        }
                    }
                    Err(error) => {
                        println!(
                            "{path}:{}:{}: {:?} {}",
                            error.line, error.offset, error.kind, error.message
                        );
                        failures += 1;
                    }
                }
            }
        }
    }
    std::process::exit((failures > 0) as i32);
}
