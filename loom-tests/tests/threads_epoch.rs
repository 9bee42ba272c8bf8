//! Models of grace periods: nothing is freed before every attached reader has passed a safepoint.
#![cfg(loom)]

use pyre_loom_tests::{Cell, Member, check};
use pyre_threads::model;
use pyre_threads::sync::{Arc, AtomicPtr, Ordering, thread};

type Slot = AtomicPtr<Cell>;

/// Freeing writes to the cell, so that loom reports a reader that is not ordered before it.
unsafe fn free(pointer: *mut (), _word: usize) {
    // SAFETY: from the box below; each cell is deferred once.
    let cell = unsafe { Box::from_raw(pointer.cast::<Cell>()) };
    cell.add(100);
}

fn boxed(value: usize) -> *mut Cell {
    Box::into_raw(Box::new(Cell::new(value)))
}

fn read(slot: &Slot) {
    // SAFETY: the grace period is what is being tested.
    let value = unsafe { (*slot.load(Ordering::Acquire)).get() };
    assert!(value == 1 || value == 2);
}

fn replace(slot: &Slot, writer: &Member) {
    let old = slot.swap(boxed(2), Ordering::AcqRel);
    // SAFETY: the cell has been unlinked, and `free` may run anywhere.
    unsafe { model::defer(&writer.record, 8, free, old.cast(), 0) };
}

fn drop_slot(slot: &Slot) {
    // SAFETY: all threads have ended.
    drop(unsafe { Box::from_raw(slot.load(Ordering::Acquire)) });
}

/// A reader that stays attached and passes a quiescent point between its reads.
#[test]
fn an_attached_reader_keeps_what_it_reads_until_it_passes() {
    check(3, || {
        let world = model::world();
        let slot = Arc::new(Slot::new(boxed(1)));
        let (reader, writer) = (Member::register(world), Member::register(world));
        reader.attach();
        let thread = {
            let slot = slot.clone();
            thread::spawn(move || {
                read(&slot);
                model::quiesce(&reader.record);
                read(&slot);
                reader.detach();
            })
        };
        writer.attach();
        replace(&slot, &writer);
        for _ in 0..2 {
            let _ = writer.poll_slowly();
        }
        writer.detach();
        thread.join().unwrap();
        writer.unregister();
        drop_slot(&slot);
    });
}

/// A reader that comes online while the writer looks at all threads.
#[test]
fn a_reader_that_attaches_meanwhile_is_not_missed() {
    check(3, || {
        let world = model::world();
        let slot = Arc::new(Slot::new(boxed(1)));
        let (reader, writer) = (Member::register(world), Member::register(world));
        let thread = {
            let slot = slot.clone();
            thread::spawn(move || {
                reader.attach();
                read(&slot);
                reader.detach();
            })
        };
        writer.attach();
        replace(&slot, &writer);
        let _ = writer.poll_slowly();
        writer.detach();
        thread.join().unwrap();
        writer.unregister();
        drop_slot(&slot);
    });
}

/// Two writers whose batches share the epoch, and a third party's scan that covers both.
#[test]
fn two_writers_do_not_free_each_others_readers() {
    check(2, || {
        let world = model::world();
        let slots = Arc::new([Slot::new(boxed(1)), Slot::new(boxed(1))]);
        let (one, two) = (Member::register(world), Member::register(world));
        one.attach();
        two.attach();
        let thread = {
            let slots = slots.clone();
            thread::spawn(move || {
                read(&slots[1]);
                replace(&slots[0], &one);
                let _ = one.poll_slowly();
                one.detach();
                one.unregister();
            })
        };
        read(&slots[0]);
        replace(&slots[1], &two);
        let _ = two.poll_slowly();
        two.detach();
        thread.join().unwrap();
        two.unregister();
        slots.iter().for_each(drop_slot);
    });
}
