//! What the options that watch over memory do: `-X gczeal`, `-X gcstats`, `-X walker`.

use std::process::Command;

/// Runs a program given on the command line; standard output and standard error.
fn run(options: &[&str], code: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pyre"))
        .args(options.iter().flat_map(|option| ["-X", option]))
        .args(["-c", code])
        .output()
        .expect("pyre can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", output.status, text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// The figure of a line `gcstats NAME FIGURE`.
fn figure(report: &str, name: &str) -> u64 {
    let line = report.lines().find(|line| line.split_whitespace().nth(1) == Some(name));
    let line = line.unwrap_or_else(|| panic!("no line {name} in\n{report}"));
    line.split_whitespace().nth(2).and_then(|figure| figure.parse().ok()).expect("a number")
}

#[test]
fn zeal_collects_at_polls_and_verifies_the_heap_before_each_collection() {
    let (out, report) = run(&["gczeal=10", "gcstats"], "x = [[i] for i in range(500)]\nprint(len(x))");
    assert_eq!(out, "500\n");
    assert!(figure(&report, "collections") >= 100, "{report}");
    assert!(figure(&report, "verified") >= figure(&report, "collections"), "{report}");
}

#[test]
fn statistics_count_what_a_collection_frees() {
    let code =
        "import gc\nfor _ in range(1000):\n    a = []; a.append(a)\ndel a\nprint(gc.collect() >= 1000)";
    let (out, report) = run(&["gcstats"], code);
    assert_eq!(out, "True\n");
    assert!(figure(&report, "freed_cells") >= 1000, "{report}");
    assert!(report.contains("gcstats pause_us") && report.contains("p99 >= "), "{report}");
}

#[test]
fn the_walker_reads_the_heap_while_threads_change_it() {
    let code = "
import threading, time
shared = {}
end = time.monotonic() + 1
def work(n):
    while time.monotonic() < end:
        for i in range(200):
            shared[i] = [n, {i: (n, i)}, str(i)]
            shared.pop((i * 7) % 200, None)
threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print('done')
";
    let (out, report) = run(&["walker", "gcstats"], code);
    assert_eq!(out, "done\n");
    assert!(figure(&report, "walks") >= 3, "{report}");
    assert!(figure(&report, "walked_cells") > 10_000, "{report}");
}
