//! The heap under `gczeal`: a process of its own, as the option is set before the first allocation.
#![cfg(not(loom))]
#![allow(clippy::undocumented_unsafe_blocks, missing_docs, dead_code)]

#[path = "heap/toy.rs"]
mod toy;

use pyre_gc::{Options, Reason, collect, should_collect, verify};
use toy::*;

#[test]
fn every_allocation_requests_a_collection() {
    let mut options = Options::default();
    options.set("gczeal", "1").unwrap();
    options.install();
    let _session = Session::begin();
    let shared = array(8);
    let mut requests = 0;
    for round in 0..400usize {
        let before = should_collect();
        let word = array(round % 30);
        assert!(before || should_collect());
        set(shared, round % 8, word);
        if should_collect() {
            requests += 1;
            collect(Reason::Zeal).unwrap();
            assert_eq!(verify(), Vec::<String>::new());
        }
    }
    assert_eq!(requests, 400);
    for at in 0..8 {
        assert!(pyre_gc::resolve_exact(slot(shared, at).load_relaxed()).is_some());
    }
    decref(shared);
    let mut left = 0;
    pyre_gc::for_each_cell(|_| left += 1);
    assert_eq!(left, 0);
}

/// Not a test of its own: what the next one runs in a process that is to end badly.
#[test]
#[ignore = "ends the process"]
fn damage_the_heap_and_collect() {
    let mut options = Options::default();
    options.set("gczeal", "1000000").unwrap();
    options.install();
    let _session = Session::begin();
    let (a, b, shared) = (array(1), array(1), array(0));
    slot(a, 0).init(shared);
    // The second edge is not counted.
    slot(b, 0).init(shared);
    collect(Reason::Zeal);
}

#[test]
fn a_damaged_heap_ends_the_process_at_the_next_collection() {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "--ignored", "--nocapture", "damage_the_heap_and_collect"];
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{errors}");
    assert!(errors.contains("the heap is damaged") && errors.contains("1 references, 2 edges"), "{errors}");
}
