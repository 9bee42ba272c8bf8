//! The functions that embedders call, with the process's world.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[test]
fn a_thread_that_ends_unregisters() {
    let id = thread::spawn(|| {
        attach();
        current().unwrap().id()
    })
    .join()
    .unwrap();
    // The destructor of a thread-local may run after `join` has returned its value on some systems.
    while thread_with_id(id).is_some() {
        thread::yield_now();
    }
}

#[test]
fn guards_nest_and_attach_again_on_drop() {
    thread::spawn(|| {
        attach();
        without_attachment(|| {
            assert!(!is_attached());
            without_attachment(|| assert!(!is_attached()));
            assert!(!is_attached());
        });
        assert!(is_attached());
        detach();
        assert!(!is_attached());
        attach();
        assert!(is_attached() && tls::current_id() != 0);
    })
    .join()
    .unwrap();
}

#[inline(never)]
fn scan_finds(record: &ThreadRecord, hidden: usize) -> bool {
    let mut found = false;
    // SAFETY: the callers scan themselves or a thread that is blocked from attaching.
    unsafe { record.scan_stack(&mut |word| found |= word == !hidden) };
    found
}

#[test]
fn a_handshake_scans_the_stack_of_a_detached_thread() {
    const HIDDEN: usize = !0x5afe_c0de_1234_5670;
    let (sender, receiver) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        attach();
        let secret = std::hint::black_box(!HIDDEN);
        let _detached = Detached::new();
        sender.send(tls::current_id()).unwrap();
        released.recv().unwrap();
        std::hint::black_box(secret)
    });
    let id = receiver.recv().unwrap();
    let hits = AtomicUsize::new(0);
    handshake(&|record| {
        if record.id().get() == id && scan_finds(record, HIDDEN) {
            hits.fetch_add(1, Ordering::Relaxed);
        }
    });
    release.send(()).unwrap();
    thread.join().unwrap();
    assert_eq!(hits.load(Ordering::Relaxed), 1);
}

#[test]
fn a_boxed_value_is_dropped_after_a_grace_period() {
    static DROPS: AtomicUsize = AtomicUsize::new(0);
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            DROPS.fetch_add(1, Ordering::SeqCst);
        }
    }
    thread::spawn(|| {
        attach();
        defer_drop(64, Box::new(Counted));
        synchronize();
        assert_eq!(DROPS.load(Ordering::SeqCst), 1);
        detach();
        defer_drop(64, Box::new(Counted));
    })
    .join()
    .unwrap();
    while DROPS.load(Ordering::SeqCst) < 2 {
        reclaim_unattached();
    }
}
