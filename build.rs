//! How the executable is linked.
//!
//! To a fixed address: with a movable one the loader patches a pointer in every table of types, methods and instructions before
//! anything runs, and each patched page is memory of its own. With the unwinder in it: a library less to map. And with the functions
//! that run at the start next to each other (`src/start_order.txt`, which `cargo xtask start-order` writes), so that starting touches
//! a part of the code only. Names that no longer exist do no harm. A linker without scripts (mold) needs `PYRE_START_ORDER=off`.

use std::fmt::Write as _;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/start_order.txt");
    println!("cargo:rerun-if-env-changed=PYRE_START_ORDER");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // Sanitizers have their own ideas of where things lie.
    let is_sanitized = std::env::var_os("CARGO_CFG_SANITIZE").is_some();
    if target("OS") != "linux" || target("ENV") != "gnu" || is_sanitized {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-no-pie");
    println!("cargo:rustc-link-lib=static=gcc_eh");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_release && std::env::var("PYRE_START_ORDER").as_deref() != Ok("off") {
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", write_script().display());
    }
}

/// The linker's script: a section for the functions of the start, in front of the others.
fn write_script() -> PathBuf {
    let names = std::fs::read_to_string("src/start_order.txt").expect("src/start_order.txt is readable");
    let mut script = String::from("SECTIONS {\n  .text.start : {\n    *(\n");
    for name in names.lines() {
        // A name without its hash stands for every function of that name.
        let _ = writeln!(script, "      .text.{name}{}", if name.ends_with("17h") { "*" } else { "" });
    }
    script.push_str("    )\n  }\n}\nINSERT BEFORE .text;\n");
    let path = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("start.ld");
    std::fs::write(&path, script).expect("OUT_DIR is writable");
    path
}
