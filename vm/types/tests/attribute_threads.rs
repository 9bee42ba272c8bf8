//! Attributes of one object set, read and deleted by several threads at once, across growing storage and the move to a
//! dict.

use pyre_object::start::testing;
use pyre_object::{Builtin, Obj, Vm, attr, dict, int, intern, tuple};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

const THREADS: usize = 4;
const ROUNDS: usize = 300;
const NAMES: usize = 24;

/// Runs `f` on several threads that run Python.
fn on_threads(f: impl Fn(&Vm, usize) + Sync) {
    let specs = pyre_types::specs();
    testing::with_vm(&specs, |_| {
        pyre_threads::without_attachment(|| {
            std::thread::scope(|s| {
                for i in 0..THREADS {
                    let (f, specs) = (&f, &specs);
                    s.spawn(move || testing::with_vm(specs, |vm| f(vm, i)));
                }
            });
        });
    });
}

fn name(i: usize) -> Obj {
    intern::intern_str(&format!("attribute_{i}"))
}

/// A value that is an object of its own: freed wrongly, it is soon something else.
fn value(thread: usize, i: usize) -> Obj {
    tuple::new_tuple([Obj::from_len(thread), Obj::from_len(i)])
}

#[track_caller]
fn check(v: &Obj, i: usize) {
    assert!(tuple::is_tuple(v), "a freed object was read");
    let items = tuple::items(v);
    assert_eq!(int::as_i64(&items[1]), Some(i as i64));
}

fn instance(vm: &Vm) -> Obj {
    let class = vm
        .call(Builtin::Type.ty(), &[intern::intern_str("C"), tuple::new_tuple([]), dict::new_dict()])
        .unwrap_or_else(|_| panic!("no class"));
    vm.call0(&class).unwrap_or_else(|_| panic!("no instance"))
}

fn wait(barrier: &Barrier) {
    pyre_threads::without_attachment(|| barrier.wait());
}

/// Every round the first thread makes an object, all work on it, and the round ends with what `check` says of it.
fn rounds(work: impl Fn(&Vm, usize, &Obj) + Sync, verdict: impl Fn(&Vm, &Obj) + Sync) {
    let (barrier, shared) = (Barrier::new(THREADS), AtomicUsize::new(0));
    on_threads(|vm, me| {
        for _ in 0..ROUNDS {
            let mine = (me == 0).then(|| instance(vm));
            if let Some(o) = &mine {
                shared.store(std::ptr::from_ref(o) as usize, Ordering::Release);
            }
            wait(&barrier);
            // SAFETY: the first thread keeps the handle until all have passed the second barrier.
            let o = unsafe { &*(shared.load(Ordering::Acquire) as *const Obj) }.clone();
            work(vm, me, &o);
            wait(&barrier);
            if me == 0 {
                verdict(vm, &o);
            }
            drop(o);
            wait(&barrier);
        }
    });
}

#[test]
fn stores_survive_growing_storage() {
    rounds(
        |vm, me, o| {
            for i in 0..NAMES {
                let stored = attr::instance_set(vm, o, &name(i), Some(value(me, i)));
                assert!(matches!(stored, Ok(true)));
                let mine = NAMES + me * NAMES + i;
                assert!(matches!(attr::instance_set(vm, o, &name(mine), Some(value(me, mine))), Ok(true)));
                check(&attr::instance_get(o, &name(i)).expect("it was stored"), i);
            }
        },
        |_, o| {
            (0..NAMES * (THREADS + 1))
                .for_each(|i| check(&attr::instance_get(o, &name(i)).expect("lost"), i));
        },
    );
}

#[test]
fn stores_survive_the_move_to_a_dict() {
    rounds(
        |vm, me, o| {
            for i in 0..NAMES {
                let n = name(me * NAMES + i);
                assert!(matches!(attr::instance_set(vm, o, &n, Some(value(me, me * NAMES + i))), Ok(true)));
                if me == 1 && i == NAMES / 2 {
                    assert!(attr::instance_dict(o).is_some());
                }
                check(&attr::instance_get(o, &n).expect("it was stored"), me * NAMES + i);
            }
        },
        |_, o| {
            (0..NAMES * THREADS).for_each(|i| check(&attr::instance_get(o, &name(i)).expect("lost"), i));
        },
    );
}

#[test]
fn deleting_and_storing_at_once_ends_with_what_was_stored_last() {
    rounds(
        |vm, me, o| {
            let own = name(NAMES + me);
            for i in 0..NAMES {
                let _ = attr::instance_set(vm, o, &name(i), Some(value(me, i)));
                let _ = attr::instance_set(vm, o, &own, Some(value(i, i)));
                if let Some(v) = attr::instance_get(o, &name((i + me) % NAMES)) {
                    check(&v, (i + me) % NAMES);
                }
                check(&attr::instance_get(o, &own).expect("only this thread stores it"), i);
                if i % 8 == 7 {
                    let _ = attr::instance_set(vm, o, &name(i - 3), None);
                }
            }
        },
        |_, o| {
            (0..THREADS)
                .for_each(|t| check(&attr::instance_get(o, &name(NAMES + t)).expect("lost"), NAMES - 1));
        },
    );
}
