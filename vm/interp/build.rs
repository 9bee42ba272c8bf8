//! Decides whether the interpreter's handlers call each other in tail position; see `src/dispatch.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(tail_calls)");
    let set = |name: &str| std::env::var(name).unwrap_or_default();
    // Only the optimiser makes tail calls of calls in tail position; sanitizers put code behind them.
    let optimised = matches!(set("OPT_LEVEL").as_str(), "2" | "3" | "s" | "z");
    let known = matches!(set("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    if optimised && known && set("CARGO_CFG_SANITIZE").is_empty() {
        println!("cargo::rustc-cfg=tail_calls");
    }
}
