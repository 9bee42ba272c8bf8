//! The protocols with real threads; the models in `loom-tests/` cover the interleavings.

use crate::{Requests, ThreadId, World};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Runs `f` with a thread of its own registered in `world`, attached.
fn member(
    world: &'static World,
    f: impl FnOnce(&crate::ThreadRecord) + Send + 'static,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let record = world.register("member").unwrap();
        world.attach(&record);
        f(&record);
        world.detach(&record);
        world.unregister(&record);
    })
}

fn poll(world: &World, record: &crate::ThreadRecord) -> Requests {
    if record.poll_requested() { world.safepoint(record) } else { Requests::NONE }
}

#[test]
fn an_id_is_not_reused_before_it_is_released() {
    let world = World::leak();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let record = world.register("a").unwrap();
        ids.push(record.id());
        world.unregister(&record);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(ThreadId::new(ThreadId::MERGED).is_none() && ThreadId::new(ThreadId::TRACING_MANAGED).is_none());
}

#[test]
fn ids_run_out_and_come_back_when_released() {
    let world = World::leak();
    for _ in 0..ThreadId::MAX {
        let record = world.register("a").unwrap();
        world.unregister(&record);
    }
    assert!(world.register("a").is_err());
    world.release_id(ThreadId::new(7).unwrap());
    assert_eq!(world.register("a").unwrap().id().get(), 7);
}

#[test]
fn a_handshake_runs_once_for_every_thread_however_it_is_occupied() {
    let world = World::leak();
    let end = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..4)
        .map(|at| {
            let end = end.clone();
            member(world, move |record| {
                while !end.load(Ordering::Relaxed) {
                    if at % 2 == 0 {
                        let _ = poll(world, record);
                    } else {
                        world.detach(record);
                        world.attach(record);
                    }
                }
            })
        })
        .collect();
    while world.snapshot().len() < 4 {
        thread::yield_now();
    }
    for _ in 0..500 {
        let count = AtomicUsize::new(0);
        world.handshake(None, &|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.load(Ordering::Relaxed), 4);
    }
    end.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn nobody_runs_while_the_world_is_stopped() {
    let world = World::leak();
    let running = Arc::new(AtomicUsize::new(0));
    let end = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..4)
        .map(|at| {
            let (running, end) = (running.clone(), end.clone());
            member(world, move |record| {
                let mut rounds = 0;
                while !end.load(Ordering::Relaxed) {
                    running.fetch_add(1, Ordering::SeqCst);
                    running.fetch_sub(1, Ordering::SeqCst);
                    let _ = poll(world, record);
                    rounds += 1;
                    if at == 3 && rounds % 64 == 0 {
                        // Several threads stop the world against each other.
                        drop(world.stop(Some(record)));
                    }
                }
            })
        })
        .collect();
    for _ in 0..200 {
        let stopped = world.stop(None);
        for _ in 0..50 {
            assert_eq!(running.load(Ordering::SeqCst), 0);
        }
        stopped.for_each(|record| assert_ne!(record.phase(), crate::Phase::Attached));
        drop(stopped);
    }
    end.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn requests_set_during_a_stop_are_still_there_after_it() {
    let world = World::leak();
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = member(world, move |record| {
        sender.send(()).unwrap();
        while !poll(world, record).intersects(Requests::GC_REQUEST) {}
        assert_eq!(record.take(Requests::GC_REQUEST), Requests::GC_REQUEST);
        assert!(!record.poll_requested());
    });
    receiver.recv().unwrap();
    let stopped = world.stop(None);
    stopped.for_each(|record| record.request(Requests::GC_REQUEST));
    drop(stopped);
    thread.join().unwrap();
}

#[test]
fn threads_come_and_go_during_requests() {
    let world = World::leak();
    let end = Arc::new(AtomicBool::new(false));
    let spawners: Vec<_> = (0..3)
        .map(|_| {
            let end = end.clone();
            thread::spawn(move || {
                while !end.load(Ordering::Relaxed) {
                    let record = world.register("short").unwrap();
                    world.attach(&record);
                    let _ = poll(world, &record);
                    world.detach(&record);
                    world.unregister(&record);
                    world.release_id(record.id());
                }
            })
        })
        .collect();
    for _ in 0..300 {
        world.handshake(None, &|_| {});
        drop(world.stop(None));
    }
    end.store(true, Ordering::Relaxed);
    spawners.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(world.snapshot().is_empty());
}

#[test]
fn the_attach_limit_holds_and_everybody_gets_a_turn() {
    let world = World::leak();
    world.set_attach_limit(1);
    let inside = Arc::new(AtomicUsize::new(0));
    let turns = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..3)
        .map(|at| {
            let (inside, turns) = (inside.clone(), turns.clone());
            member(world, move |record| {
                // Nobody leaves before everybody has run, so each has to give way at a poll.
                turns.fetch_or(1 << at, Ordering::SeqCst);
                while turns.load(Ordering::SeqCst) != 0b111 {
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    inside.fetch_sub(1, Ordering::SeqCst);
                    let _ = poll(world, record);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_limit_that_is_set_late_is_obeyed_at_the_next_poll() {
    let world = World::leak();
    let end = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let end = end.clone();
            member(world, move |record| {
                while !end.load(Ordering::Relaxed) {
                    let _ = poll(world, record);
                }
            })
        })
        .collect();
    world.set_attach_limit(1);
    let deadline = Instant::now() + Duration::from_secs(20);
    let attached =
        || world.snapshot().iter().filter(|record| record.phase() == crate::Phase::Attached).count();
    while attached() > 1 {
        assert!(Instant::now() < deadline);
        thread::sleep(Duration::from_millis(1));
    }
    world.set_attach_limit(0);
    end.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn the_child_of_a_fork_can_go_on_alone() {
    let world = World::leak();
    let end = Arc::new(AtomicBool::new(false));
    let other = end.clone();
    let thread = member(world, move |record| {
        while !other.load(Ordering::Relaxed) {
            let _ = poll(world, record);
        }
    });
    while world.snapshot().is_empty() {
        thread::yield_now();
    }
    let record = world.register("forker").unwrap();
    world.attach(&record);
    // SAFETY: the child only uses this crate and ends with `_exit`.
    let (pid, gone) = world.fork_with(Some(&record), || unsafe { libc::fork() });
    if pid == 0 {
        drop(world.stop(Some(&record)));
        world.handshake(Some(&record), &|_| {});
        world.synchronize(&record);
        let good = gone.len() == 1 && world.snapshot().len() == 1;
        // SAFETY: ends the child without running the parent's destructors.
        unsafe { libc::_exit(if good { 0 } else { 1 }) };
    }
    let mut status = -1;
    // SAFETY: waits for the child that was just made.
    unsafe { libc::waitpid(pid, &mut status, 0) };
    assert_eq!(status, 0);
    end.store(true, Ordering::Relaxed);
    world.detach(&record);
    world.unregister(&record);
    thread.join().unwrap();
}
