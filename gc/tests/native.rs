//! Native memory that the collector scans: a process of its own, as it has the allocator.
#![cfg(not(loom))]
#![allow(clippy::undocumented_unsafe_blocks, missing_docs, dead_code)]

#[path = "heap/toy.rs"]
mod toy;

use pyre_gc::native::{NativeMemory, unscanned};
use pyre_gc::{Reason, collect, resolve_exact, verify};
use std::alloc::System;
use std::collections::HashMap;
use std::hint::black_box;
use toy::*;

#[global_allocator]
static ALLOCATOR: NativeMemory<System> = NativeMemory(System);

/// A fresh cell that keeps no counts, stored where `put` says; the stack below is overwritten afterwards.
#[inline(never)]
fn plant(put: impl FnOnce(u64)) -> u64 {
    let word = array(1);
    assert!(header(word).flip(pyre_threads::tls::current_id()));
    put(word);
    !word
}

#[inline(never)]
fn clear_stack(depth: usize) -> usize {
    let room = black_box([depth; 512]);
    if depth == 0 { room[7] } else { clear_stack(depth - 1) + room[depth] }
}

fn alive(hidden: u64) -> bool {
    clear_stack(20);
    collect(Reason::Explicit).unwrap();
    assert_eq!(verify(), Vec::<String>::new());
    resolve_exact(!hidden).is_some()
}

struct Deep {
    maps: Vec<HashMap<u64, Box<[u64]>>>,
}

#[inline(never)]
fn fill_and_drop() -> [u64; 3] {
    let mut short: Vec<u64> = Vec::new();
    let in_short = plant(|word| short.push(word));
    let mut long: Vec<u64> = vec![3; 100_000];
    let in_long = plant(|word| long[70_000] = word);
    let mut deep = Box::new(Deep { maps: Vec::new() });
    let in_deep = plant(|word| {
        let mut map = HashMap::new();
        (0..40).for_each(|key| drop(map.insert(key, vec![key * 2 + 1, word].into_boxed_slice())));
        deep.maps.push(map);
    });
    assert!(alive(in_short) && alive(in_long) && alive(in_deep));
    // Vectors that grow move from block to block.
    for _ in 0..3000 {
        short.push(3);
        long.push(3);
    }
    assert!(alive(in_short) && alive(in_long) && alive(in_deep));
    assert_eq!(black_box(&short)[0], !in_short);
    assert_eq!(black_box(&long)[70_000], !in_long);
    assert_eq!(black_box(&deep).maps[0][&9][1], !in_deep);
    [in_short, in_long, in_deep]
}

#[test]
fn what_only_vectors_boxes_and_maps_hold_stays_alive() {
    let _session = Session::begin();
    let hidden = fill_and_drop();
    let left = hidden.into_iter().filter(|&word| alive(word)).count();
    // A stale word may keep one.
    assert!(left <= 1, "{left} of 3 are still alive");
}

#[inline(never)]
fn fill_unscanned(table: &mut Vec<u64>) -> Vec<u64> {
    (0..8).map(|_| plant(|word| table.push(word))).collect()
}

#[test]
fn an_unscanned_table_keeps_nothing_alive() {
    let _session = Session::begin();
    let mut table: Vec<u64> = unscanned(|| Vec::with_capacity(8));
    let hidden = fill_unscanned(&mut table);
    let left = hidden.iter().filter(|&&word| alive(word)).count();
    // Stale words may keep some.
    assert!(left <= 3, "{left} of 8 are still alive");
    assert_eq!(black_box(&table)[0], !hidden[0]);
}

#[test]
fn blocks_pass_between_threads_and_outlive_them() {
    let _session = Session::begin();
    let made: Vec<Vec<u64>> = pyre_threads::without_attachment(|| {
        let make = |seed: u64| {
            move || {
                enter();
                let blocks: Vec<Vec<u64>> =
                    (0..500).map(|n| vec![seed * 2 + 1; 1 + n as usize * 7]).collect();
                leave();
                blocks
            }
        };
        let threads: Vec<_> = (0..4).map(|seed| std::thread::spawn(make(seed))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    collect(Reason::Explicit).unwrap();
    for (at, block) in made.iter().enumerate() {
        assert!(
            block.len() == 1 + at % 500 * 7 && block.iter().all(|&word| word == (at as u64 / 500) * 2 + 1)
        );
    }
    drop(made);
    collect(Reason::Explicit).unwrap();
    assert_eq!(verify(), Vec::<String>::new());
}
