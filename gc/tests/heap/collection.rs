//! Collections: cycles, roots, weak references, finalizers, giving memory back.

use crate::toy::*;
use pyre_gc::header::HAS_FINALIZER;
use pyre_gc::{Reason, Stats, collect, resolve_exact, verify};

fn run() -> Stats {
    assert_eq!(verify(), Vec::<String>::new());
    let stats = collect(Reason::Explicit).unwrap();
    assert_eq!(verify(), Vec::<String>::new());
    stats
}

/// Two arrays that hold each other; the caller owns a reference to the first.
fn cycle() -> (u64, u64) {
    let (a, b) = (array(2), array(2));
    set(a, 0, b);
    set(b, 0, incref(a));
    (a, b)
}

fn alive(word: u64) -> bool {
    resolve_exact(word).is_some()
}

#[test]
fn a_cycle_is_freed_once_nothing_outside_holds_it() {
    let _session = Session::begin();
    run();
    let (a, b) = cycle();
    let outside = array(1);
    set(b, 1, incref(outside));
    assert_eq!(run().freed_cells, 0);
    decref(a);
    assert!(alive(a) && alive(b));
    assert_eq!(run().freed_cells, 2);
    assert!(!alive(a) && !alive(b) && alive(outside));
    assert!(header(outside).is_unique(me()), "the dead gave up their reference, once");
    decref(outside);
    assert!(!alive(outside));
}

#[test]
fn what_only_the_dead_held_is_destroyed_after_the_restart() {
    let _session = Session::begin();
    run();
    let (a, b) = cycle();
    // Reachable, though nobody counts it: what roots lead to stays marked, and its last reference goes in the sweep.
    let child = array(1);
    let grandchild = array(1);
    set(child, 0, grandchild);
    set(b, 1, child);
    TOY.roots.lock().push(child);
    decref(a);
    let stats = run_with_root_removed_after_marking();
    assert_eq!(stats.freed_cells, 2);
    assert!(!alive(child) && !alive(grandchild));
}

fn run_with_root_removed_after_marking() -> Stats {
    let stats = collect(Reason::Explicit).unwrap();
    TOY.roots.lock().clear();
    assert_eq!(verify(), Vec::<String>::new());
    stats
}

#[test]
fn model_roots_keep_tracing_managed_objects_alive() {
    let _session = Session::begin();
    run();
    // Complements, so that this frame does not keep the objects alive.
    let (word, child) = hidden_pair();
    run();
    assert!(hidden_alive(word) && hidden_alive(child));
    TOY.roots.lock().clear();
    // Stale words deeper in the native stack may keep them alive for a while.
    for _ in 0..3 {
        scrub_stack();
        collect(Reason::Explicit).unwrap();
    }
    assert!(!hidden_alive(word) && !hidden_alive(child));
}

#[inline(never)]
fn hidden_alive(word: u64) -> bool {
    alive(!word)
}

/// Two tracing-managed arrays, the first a root that holds the second.
#[inline(never)]
fn hidden_pair() -> (u64, u64) {
    let (word, child) = (array(1), array(0));
    set(word, 0, child);
    assert!(header(word).flip(me()) && header(child).flip(me()));
    TOY.roots.lock().push(word);
    decref(word);
    std::hint::black_box((!word, !child))
}

#[test]
fn a_rooted_buffer_keeps_tracing_managed_objects_alive() {
    let _session = Session::begin();
    run();
    let (word, child) = hidden_pair();
    let mut buffer = pyre_gc::RootedVec::new();
    move_root_into(&mut buffer);
    for _ in 0..3 {
        scrub_stack();
        collect(Reason::Explicit).unwrap();
    }
    assert!(hidden_alive(word) && hidden_alive(child));
    drop_buffer(buffer);
    for _ in 0..3 {
        scrub_stack();
        collect(Reason::Explicit).unwrap();
    }
    assert!(!hidden_alive(word) && !hidden_alive(child));
}

// Functions of their own, so that neither a register nor a spill slot of the test holds the word afterwards.
#[inline(never)]
fn move_root_into(buffer: &mut pyre_gc::RootedVec) {
    buffer.push(TOY.roots.lock().pop().unwrap());
}

#[inline(never)]
fn drop_buffer(buffer: pyre_gc::RootedVec) {
    drop(buffer);
}

#[inline(never)]
fn scrub_stack() {
    let mut space = [1u64; 4096];
    std::hint::black_box(&mut space);
}

#[test]
fn a_native_stack_keeps_a_tracing_managed_object_alive() {
    let _session = Session::begin();
    let word = array(1);
    assert!(header(word).flip(me()));
    let interior = std::hint::black_box(word + 17);
    run();
    assert!(alive(interior - 17));
    std::hint::black_box(interior);
}

#[test]
fn weak_references_are_cleared_before_finalizers_run() {
    let _session = Session::begin();
    run();
    let (a, b) = cycle();
    header(b).set_flag(HAS_FINALIZER);
    add_weakref(a, 1);
    *TOY.finalizer.lock() = |_| {
        assert_eq!(weak_get(1), None);
        assert_eq!(*TOY.cleared.lock(), [1]);
    };
    decref(weak_get(1).unwrap());
    decref(a);
    let stats = run();
    assert_eq!((stats.finalized, stats.freed_cells, stats.resurrected), (1, 2, 0));
    assert_eq!(*TOY.finalized.lock(), [b]);
    assert!(!alive(a) && !alive(b));
}

#[test]
fn what_a_finalizer_resurrects_lives_on_intact_and_is_finalized_once() {
    let _session = Session::begin();
    run();
    let (a, b) = cycle();
    let extra = array(0);
    set(a, 1, extra);
    header(b).set_flag(HAS_FINALIZER);
    *TOY.finalizer.lock() = |word| {
        incref(word);
        TOY.roots.lock().push(word);
    };
    decref(a);
    let stats = run();
    assert_eq!((stats.finalized, stats.freed_cells, stats.resurrected), (1, 0, 3));
    assert!(alive(a) && alive(b) && alive(extra));
    assert_eq!(slot(b, 0).load_relaxed(), a);
    assert_eq!(slot(a, 0).load_relaxed(), b);
    TOY.roots.lock().clear();
    decref(b);
    let stats = run();
    assert_eq!((stats.finalized, stats.freed_cells), (0, 3));
}

#[test]
fn a_finalizer_that_breaks_the_cycle_lets_counting_do_the_rest() {
    let _session = Session::begin();
    run();
    let (a, b) = cycle();
    header(a).set_flag(HAS_FINALIZER);
    *TOY.finalizer.lock() = |word| set(word, 0, NONE);
    decref(a);
    let stats = run();
    assert_eq!(stats.finalized, 1);
    assert!(!alive(a) && !alive(b));
}

#[test]
fn collecting_from_a_finalizer_is_refused() {
    let _session = Session::begin();
    let (a, _) = cycle();
    header(a).set_flag(HAS_FINALIZER);
    *TOY.finalizer.lock() = |_| assert!(collect(Reason::Explicit).is_none());
    decref(a);
    assert_eq!(run().finalized, 1);
}

#[test]
fn an_object_under_destruction_is_left_alone() {
    let _session = Session::begin();
    let word = array(1);
    assert!(header(word).decrement(me()).is_dead());
    run();
    assert!(alive(word));
    destroy(cell(word));
}

#[test]
fn queued_objects_are_roots() {
    let _session = Session::begin();
    let word = array(0);
    pyre_threads::without_attachment(|| {
        std::thread::spawn(move || {
            enter();
            decref(word);
            leave();
        })
        .join()
        .unwrap();
    });
    run();
    assert!(alive(word));
    pyre_gc::queue::global().drain(me(), destroy);
    assert!(!alive(word));
}

#[test]
fn empty_blocks_and_chunks_go_back() {
    let _session = Session::begin();
    run();
    let used = pyre_gc::used_bytes();
    let mapped = pyre_gc::mapped_bytes();
    let words: Vec<u64> = (0..1_000_000).map(|_| array(20)).collect();
    let large: Vec<u64> = (0..20).map(|_| array(1 << 19)).collect();
    assert!(pyre_gc::used_bytes() > used + 100_000_000);
    words.into_iter().for_each(decref);
    large.into_iter().for_each(decref);
    pyre_threads::synchronize();
    let stats = run();
    assert!(stats.released_bytes > 100_000_000);
    assert!(pyre_gc::used_bytes() < used + (1 << 20));
    assert!(pyre_gc::mapped_bytes() < mapped + (80 << 20));
    // The heap goes on working, in blocks of other classes.
    let words: Vec<u64> = (0..10_000).map(|_| array(7)).collect();
    assert_eq!(run().freed_cells, 0);
    words.into_iter().for_each(decref);
}

#[test]
fn growth_requests_a_collection() {
    let _session = Session::begin();
    run();
    assert!(!pyre_gc::should_collect());
    let words: Vec<u64> = (0..200_000).map(|_| array(20)).collect();
    assert!(pyre_gc::should_collect());
    let requests = pyre_threads::poll();
    assert!(requests.intersects(pyre_threads::Requests::GC_REQUEST));
    let _ = pyre_threads::current().unwrap().take(requests);
    words.into_iter().for_each(decref);
    run();
    assert!(!pyre_gc::should_collect());
}

#[test]
fn the_verifier_sees_a_missing_reference_and_a_dangling_edge() {
    let _session = Session::begin();
    let (a, b) = (array(1), array(0));
    slot(a, 0).init(b);
    set(a, 0, NONE);
    assert!(!alive(b));
    slot(a, 0).init(b);
    let found = verify();
    assert!(found.len() == 1 && found[0].contains("no live cell"), "{found:?}");
    slot(a, 0).init(NONE);
    let c = array(0);
    let d = array(1);
    slot(a, 0).init(c);
    slot(d, 0).init(c);
    let found = verify();
    assert!(found.len() == 1 && found[0].contains("1 references, 2 edges"), "{found:?}");
    slot(d, 0).init(NONE);
    decref(a);
    decref(d);
}

/// Prints pauses; run with `--release --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn the_pause_for_a_million_cells() {
    let _session = Session::begin();
    let root = array(1000);
    for at in 0..1000 {
        let node = array(1000);
        for leaf in 0..1000 {
            let cell = array(2);
            set(cell, 0, incref(node));
            set(node, leaf, cell);
        }
        set(root, at, node);
    }
    let stats = collect(Reason::Explicit).unwrap();
    println!("live: {:?} for {} cells, {} bytes", stats.pauses, stats.live_cells, stats.live_bytes);
    decref(root);
    let stats = collect(Reason::Explicit).unwrap();
    println!("dead: {:?} for {} cells, {} bytes", stats.pauses, stats.freed_cells, stats.freed_bytes);
    println!("released {} bytes", stats.released_bytes);
}
