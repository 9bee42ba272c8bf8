//! Models of attaching, detaching, handshakes and stopping the world.
#![cfg(loom)]

use pyre_loom_tests::{Cell, Member, check};
use pyre_threads::sync::{Arc, AtomicUsize, Ordering, thread};
use pyre_threads::{Phase, model};

/// The thread attaches, touches the cell and detaches while another stops the world and touches the cell.
#[test]
fn an_attached_thread_and_a_stopped_world_exclude_each_other() {
    check(3, || {
        let world = model::world();
        let cell = Arc::new(Cell::new(0));
        let member = Member::register(world);
        let thread = {
            let cell = cell.clone();
            thread::spawn(move || {
                member.attach();
                cell.add(1);
                let _ = member.poll();
                cell.add(1);
                member.detach();
                member.unregister();
            })
        };
        let stopped = model::stop(world, None);
        stopped.for_each(|record| assert_ne!(record.phase(), Phase::Attached));
        cell.add(1);
        drop(stopped);
        thread.join().unwrap();
        assert_eq!(cell.get(), 3);
    });
}

/// A handshake runs exactly once for a thread that detaches and attaches, never beside it, and before it returns.
#[test]
fn a_handshake_runs_once_and_never_beside_its_thread() {
    check(3, || {
        let world = model::world();
        let cell = Arc::new(Cell::new(0));
        let member = Member::register(world);
        let thread = {
            let cell = cell.clone();
            thread::spawn(move || {
                member.attach();
                cell.add(10);
                member.detach();
                member.attach();
                cell.add(10);
                member.detach();
            })
        };
        let count = AtomicUsize::new(0);
        model::handshake(world, None, &|_| {
            cell.add(1);
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.load(Ordering::Relaxed), 1);
        thread.join().unwrap();
        assert_eq!(cell.get(), 21);
    });
}

/// The thread ends while a handshake may name it.
#[test]
fn a_thread_that_ends_does_not_hang_a_handshake() {
    check(3, || {
        let world = model::world();
        let member = Member::register(world);
        let thread = thread::spawn(move || {
            member.attach();
            member.detach();
            member.unregister();
        });
        model::handshake(world, None, &|_| {});
        thread.join().unwrap();
        assert!(model::threads(world).is_empty());
    });
}

/// Two attached threads stop the world against each other; one serves the other and then has its turn.
#[test]
fn two_stoppers_take_turns() {
    check(2, || {
        let world = model::world();
        let cell = Arc::new(Cell::new(0));
        let members = [Member::register(world), Member::register(world)];
        let threads = members.map(|member| {
            let cell = cell.clone();
            thread::spawn(move || {
                member.attach();
                let stopped = model::stop(world, Some(&member.record));
                cell.add(1);
                drop(stopped);
                member.detach();
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(cell.get(), 2);
    });
}

/// A stop by one attached thread against a handshake by another.
#[test]
fn a_stop_and_a_handshake_take_turns() {
    check(2, || {
        let world = model::world();
        let cell = Arc::new(Cell::new(0));
        let (stopper, shaker) = (Member::register(world), Member::register(world));
        let thread = {
            let cell = cell.clone();
            thread::spawn(move || {
                stopper.attach();
                let stopped = model::stop(world, Some(&stopper.record));
                cell.add(1);
                drop(stopped);
                stopper.detach();
            })
        };
        shaker.attach();
        let count = AtomicUsize::new(0);
        model::handshake(world, Some(&shaker.record), &|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        cell.add(1);
        assert_eq!(count.load(Ordering::Relaxed), 2);
        shaker.detach();
        thread.join().unwrap();
    });
}

/// What is requested during a stop is still requested after it.
#[test]
fn a_stop_loses_no_request() {
    use pyre_threads::Requests;
    check(3, || {
        let world = model::world();
        let member = Member::register(world);
        let record = member.record.clone();
        let thread = thread::spawn(move || {
            member.attach();
            let seen = member.poll();
            member.detach();
            seen
        });
        let stopped = model::stop(world, None);
        record.request(Requests::GC_REQUEST);
        drop(stopped);
        let seen = thread.join().unwrap();
        assert!(seen.intersects(Requests::GC_REQUEST) || record.requests() == Requests::GC_REQUEST);
        assert!(!record.requests().intersects(Requests::STOP));
    });
}

/// With a limit of one, two threads are never attached at once, and both get their turn.
#[test]
fn the_attach_limit_excludes() {
    check(2, || {
        let world = model::world();
        model::set_attach_limit(world, 1);
        let cell = Arc::new(Cell::new(0));
        let members = [Member::register(world), Member::register(world)];
        let threads = members.map(|member| {
            let cell = cell.clone();
            thread::spawn(move || {
                member.attach();
                cell.add(1);
                member.detach();
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(cell.get(), 2);
    });
}
