//! Models of the one-byte object lock and of the gate.
#![cfg(loom)]

use pyre_loom_tests::{Cell, Member, check};
use pyre_threads::sync::{Arc, thread};
use pyre_threads::{Acquire, ByteLock, Gate, lock_pair, model};

/// Mutual exclusion, and no lost wake-up: a lost one would leave a thread parked for ever, which loom reports.
#[test]
fn threads_exclude_each_other_and_none_sleeps_for_ever() {
    check(3, || {
        let shared = Arc::new((ByteLock::new(), Cell::new(0)));
        let other = shared.clone();
        let thread = thread::spawn(move || {
            let _guard = other.0.lock();
            other.1.add(1);
        });
        {
            let _guard = shared.0.lock();
            shared.1.add(1);
        }
        thread.join().unwrap();
        assert_eq!(shared.1.get(), 2);
    });
}

/// Three threads: the one that wakes may find the lock taken again, with another still queued.
#[test]
fn three_threads_all_get_the_lock() {
    check(2, || {
        let shared = Arc::new((ByteLock::new(), Cell::new(0)));
        let threads = [0, 1].map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                let _guard = shared.0.lock();
                shared.1.add(1);
            })
        });
        {
            let _guard = shared.0.lock();
            shared.1.add(1);
        }
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(shared.1.get(), 3);
    });
}

/// Pairs taken in opposite orders neither deadlock nor overlap.
#[test]
fn pairs_in_opposite_orders_do_not_deadlock() {
    check(2, || {
        let shared = Arc::new((ByteLock::new(), ByteLock::new(), Cell::new(0)));
        let other = shared.clone();
        let thread = thread::spawn(move || {
            let _guard = lock_pair(&other.1, &other.0);
            other.2.add(1);
        });
        {
            let _guard = lock_pair(&shared.0, &shared.1);
            shared.2.add(1);
        }
        thread.join().unwrap();
        assert_eq!(shared.2.get(), 2);
    });
}

/// An attached thread that waits for a lock does not hold up a stop, and holds no lock while the world is stopped.
#[test]
fn a_stopped_world_has_no_locked_object() {
    check(2, || {
        let world = model::world();
        let lock = Arc::new(ByteLock::new());
        let members = [Member::register(world), Member::register(world)];
        let threads = members.map(|member| {
            let lock = lock.clone();
            thread::spawn(move || {
                member.enter();
                member.attach();
                drop(lock.lock());
                member.detach();
                member.leave();
            })
        });
        let stopped = model::stop(world, None);
        assert!(!lock.is_locked());
        drop(stopped);
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// The gate excludes, orders, and loses no wake-up.
#[test]
fn a_gate_excludes_and_wakes() {
    check(3, || {
        let shared = Arc::new((Gate::new(), Cell::new(0)));
        let other = shared.clone();
        let thread = thread::spawn(move || {
            assert_eq!(other.0.acquire(None), Acquire::Acquired);
            other.1.add(1);
            assert!(other.0.release());
        });
        assert_eq!(shared.0.acquire(None), Acquire::Acquired);
        shared.1.add(1);
        assert!(shared.0.release());
        thread.join().unwrap();
        assert_eq!(shared.1.get(), 2);
    });
}

/// An interrupt reaches a thread that is about to wait, waits, or has not begun to.
#[test]
fn an_interrupt_is_never_missed() {
    use pyre_threads::Requests;
    check(3, || {
        let world = model::world();
        let member = Member::register(world);
        let record = member.record.clone();
        let thread = thread::spawn(move || {
            member.enter();
            let gate = Gate::new();
            assert!(gate.try_acquire());
            assert_eq!(gate.acquire(None), Acquire::Interrupted);
            member.leave();
        });
        record.interrupt(Requests::SIGNAL);
        thread.join().unwrap();
    });
}
