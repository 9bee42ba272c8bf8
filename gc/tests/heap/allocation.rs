//! Cells: sizes, reuse, other threads' frees, the resolver.

use crate::toy::*;
use pyre_gc::class::MAX_SMALL;
use pyre_gc::{LocalHeap, SizeClass, resolve, resolve_exact};
use std::collections::HashSet;

#[test]
fn cells_of_every_size_are_apart_and_aligned() {
    let _session = Session::begin();
    let mut cells = Vec::new();
    for size in (16..2 * MAX_SMALL).step_by(208).chain([100_000, 1 << 20, 5 << 20, 9 << 20]) {
        for _ in 0..5 {
            let word = array(size / 8);
            assert_eq!(word % 16, 0);
            cells.push((word, 24 + size / 8 * 8));
        }
    }
    let mut sorted = cells.clone();
    sorted.sort();
    for pair in sorted.windows(2) {
        assert!(pair[0].0 + pair[0].1 as u64 <= pair[1].0);
    }
    for &(word, size) in &cells {
        for inside in [0, 1, size / 2, size - 1] {
            assert_eq!(resolve(word + inside as u64), Some(cell(word)));
        }
        assert_eq!(resolve_exact(word + 8), None);
    }
    cells.iter().for_each(|&(word, _)| decref(word));
}

#[test]
fn a_freed_cell_is_the_next_one_allocated() {
    let _session = Session::begin();
    let heap = LocalHeap::current();
    const CLASS: SizeClass = SizeClass::of_const(48);
    let first = heap.alloc_class(CLASS);
    unsafe { heap.free(first) };
    assert_eq!(heap.alloc(40), first);
    unsafe { heap.free(first) };
}

#[test]
fn the_resolver_finds_neither_free_nor_unpublished_cells_nor_strange_words() {
    let _session = Session::begin();
    let unpublished = LocalHeap::current().alloc(64);
    assert_eq!(resolve(unpublished.as_ptr() as u64), None);
    unsafe { LocalHeap::current().free(unpublished) };
    let dead = array(3);
    decref(dead);
    assert_eq!(resolve(dead), None);
    let local = 5u64;
    for word in [0, 1, 3, NONE, u64::MAX, 1 << 47, &raw const local as u64, resolve as *const () as u64] {
        assert_eq!(resolve(word), None);
    }
}

#[test]
fn retired_storage_keeps_its_body_until_every_reader_has_passed() {
    let _session = Session::begin();
    for length in [4, 5000] {
        let storage = array(length);
        let body: *const u64 = std::ptr::with_exposed_provenance(storage as usize + 24);
        unsafe {
            LocalHeap::current().free_deferred(cell(storage));
            assert_eq!(resolve(storage), None);
            assert!(pyre_gc::deferred_bytes() >= 8 * length);
            let others: Vec<u64> = (0..100).map(|_| array(length)).collect();
            assert!(!others.contains(&storage));
            assert_eq!(std::ptr::read_volatile(body), NONE);
            others.into_iter().for_each(decref);
        }
    }
    pyre_threads::synchronize();
    assert_eq!(pyre_gc::deferred_bytes(), 0);
}

#[test]
fn cells_freed_by_another_thread_come_back() {
    let _session = Session::begin();
    let words: Vec<u64> = (0..10_000).map(|_| array(30)).collect();
    let before: HashSet<u64> = words.iter().copied().collect();
    pyre_threads::without_attachment(|| {
        std::thread::spawn(move || {
            enter();
            // The thread is not the owner: its decrements go to the owner's queue.
            words.into_iter().for_each(decref);
            leave();
        })
        .join()
        .unwrap();
    });
    let requests = pyre_threads::poll();
    assert!(requests.intersects(pyre_threads::Requests::MERGE_QUEUE));
    let _ = pyre_threads::current().unwrap().take(requests);
    pyre_gc::queue::global().drain(me(), destroy);
    let after: Vec<u64> = (0..10_000).map(|_| array(30)).collect();
    assert!(after.iter().filter(|word| before.contains(word)).count() > 9_900);
    after.into_iter().for_each(decref);
}

#[test]
fn what_an_exited_thread_left_is_adopted_and_merged_by_others() {
    let _session = Session::begin();
    let words: Vec<u64> = std::thread::spawn(|| {
        enter();
        let words = (0..1000).map(|_| array(200)).collect();
        leave();
        words
    })
    .join()
    .unwrap();
    let used = pyre_gc::used_bytes();
    let before: HashSet<u64> = words.iter().copied().collect();
    words.into_iter().for_each(decref);
    let after: Vec<u64> = (0..1000).map(|_| array(200)).collect();
    assert!(after.iter().filter(|word| before.contains(word)).count() > 900);
    assert!(pyre_gc::used_bytes() <= used + (64 << 10));
    after.into_iter().for_each(decref);
}

/// Prints the price of a pair; run with `--release --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn an_allocation_and_a_free_cost_a_few_nanoseconds() {
    let _session = Session::begin();
    const CLASS: SizeClass = SizeClass::of_const(32);
    const PAIRS: u32 = 100_000_000;
    let heap = LocalHeap::current();
    let me = me();
    let start = std::time::Instant::now();
    for _ in 0..PAIRS {
        let cell = heap.alloc_class(CLASS);
        unsafe {
            cell.as_ref().init(ARRAY, me);
            let cell = std::hint::black_box(cell);
            if cell.as_ref().decrement(me).is_dead() {
                heap.free(cell);
            }
        }
    }
    println!("alloc, init, decrement, free: {:?}", start.elapsed() / PAIRS);
}
