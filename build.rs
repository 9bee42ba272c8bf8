//! Links the executable to a fixed address: with a movable one the loader patches a pointer in every table of types, methods and
//! instructions before anything runs, and each patched page is memory of its own.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
