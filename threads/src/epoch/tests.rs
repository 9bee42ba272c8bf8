//! Grace periods with real threads; the models in `loom-tests/` cover the interleavings.

use crate::{ThreadRecord, World};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::thread;

unsafe fn count(pointer: *mut (), word: usize) {
    // SAFETY: the tests pass a counter that outlives the world's use of it.
    unsafe { &*pointer.cast::<AtomicUsize>() }.fetch_add(word, Ordering::SeqCst);
}

fn leaked_counter() -> &'static AtomicUsize {
    Box::leak(Box::new(AtomicUsize::new(0)))
}

fn defer(world: &World, record: &ThreadRecord, bytes: usize, counter: &'static AtomicUsize) {
    world.epochs.defer(record, bytes, count, std::ptr::from_ref(counter).cast_mut().cast(), 1);
}

#[test]
fn a_single_thread_frees_at_its_next_safepoint() {
    let world = World::leak();
    let record = world.register("a").unwrap();
    world.attach(&record);
    let freed = leaked_counter();
    defer(world, &record, 100, freed);
    assert_eq!(freed.load(Ordering::SeqCst), 0);
    assert!(world.epochs.deferred_bytes(&world.snapshot()) >= 100);
    world.quiesce(&record);
    assert_eq!(freed.load(Ordering::SeqCst), 1);
    assert_eq!(world.epochs.deferred_bytes(&world.snapshot()), 0);
}

#[test]
fn nothing_is_freed_before_an_attached_reader_passes() {
    let world = World::leak();
    let (writer, reader) = (world.register("writer").unwrap(), world.register("reader").unwrap());
    world.attach(&writer);
    world.attach(&reader);
    let freed = leaked_counter();
    defer(world, &writer, 100, freed);
    for _ in 0..50 {
        world.quiesce(&writer);
    }
    assert_eq!(freed.load(Ordering::SeqCst), 0);
    world.quiesce(&reader);
    for _ in 0..50 {
        world.quiesce(&writer);
    }
    assert_eq!(freed.load(Ordering::SeqCst), 1);
}

#[test]
fn a_detached_thread_holds_nothing_up_and_leaves_big_garbage_to_others() {
    let world = World::leak();
    let (one, two) = (world.register("one").unwrap(), world.register("two").unwrap());
    world.attach(&one);
    world.attach(&two);
    let freed = leaked_counter();
    defer(world, &one, 1 << 16, freed);
    world.detach(&one);
    for _ in 0..50 {
        world.quiesce(&two);
    }
    assert_eq!(freed.load(Ordering::SeqCst), 1);
}

#[test]
fn a_thread_that_ends_leaves_its_garbage_to_others() {
    let world = World::leak();
    let (one, two) = (world.register("one").unwrap(), world.register("two").unwrap());
    world.attach(&two);
    world.attach(&one);
    let freed = leaked_counter();
    defer(world, &one, 1, freed);
    world.detach(&one);
    world.unregister(&one);
    assert_eq!(freed.load(Ordering::SeqCst), 0);
    for _ in 0..50 {
        world.quiesce(&two);
    }
    assert_eq!(freed.load(Ordering::SeqCst), 1);
}

#[test]
fn what_is_being_freed_may_defer_more() {
    unsafe fn again(pointer: *mut (), word: usize) {
        // SAFETY: the record outlives the test's use of it.
        let record = unsafe { &*pointer.cast::<ThreadRecord>() };
        if word > 0 {
            record.world().epochs.defer(record, 1, again, pointer, word - 1);
        }
    }
    let world = World::leak();
    let record = world.register("a").unwrap();
    world.attach(&record);
    world.epochs.defer(&record, 1, again, std::ptr::from_ref(&*record).cast_mut().cast(), 3);
    for _ in 0..100 {
        world.quiesce(&record);
    }
    assert_eq!(world.epochs.deferred_bytes(&world.snapshot()), 0);
}

#[test]
fn the_budget_bounds_what_is_deferred() {
    let world = World::leak();
    world.epochs.set_budget(10_000);
    let end = Arc::new(AtomicBool::new(false));
    let other = end.clone();
    let slot: &'static AtomicPtr<u64> = Box::leak(Box::new(AtomicPtr::new(Box::into_raw(Box::new(0)))));
    let reader = thread::spawn(move || {
        let record = world.register("reader").unwrap();
        world.attach(&record);
        while !other.load(Ordering::Relaxed) {
            // SAFETY: a grace period protects what the slot held.
            let value = unsafe { *slot.load(Ordering::Acquire) };
            assert!(value < 1_000_000);
            // It never reports by itself, only when it is asked to.
            if record.poll_requested() {
                let _ = world.safepoint(&record);
            }
        }
        world.detach(&record);
        world.unregister(&record);
    });
    unsafe fn free(pointer: *mut (), _word: usize) {
        let pointer = pointer.cast::<u64>();
        // SAFETY: from the box that the writer unlinked; poisoned to make a late reader fail.
        unsafe {
            *pointer = u64::MAX;
            drop(Box::from_raw(pointer));
        }
    }
    let record = world.register("writer").unwrap();
    world.attach(&record);
    let mut worst = 0;
    for value in 0..20_000 {
        let old = slot.swap(Box::into_raw(Box::new(value)), Ordering::AcqRel);
        world.epochs.defer(&record, 100, free, old.cast(), 0);
        if record.poll_requested() {
            let _ = world.safepoint(&record);
        }
        worst = worst.max(record.garbage.bytes());
    }
    end.store(true, Ordering::Relaxed);
    assert!(worst < 50_000, "{worst}");
    world.detach(&record);
    world.unregister(&record);
    reader.join().unwrap();
}
