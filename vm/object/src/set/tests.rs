//! Sets against the standard library's.

use super::*;
use crate::str::{new_str, to_string_lossy};
use crate::testing::{self, Random, on_threads, with_vm};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug)]
enum Op {
    Add(i16),
    Discard(i16),
    Pop,
    Copy,
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let key = || prop_oneof![-40i16..40, (0i16..20).prop_map(|i| i * 256)];
    prop_oneof![
        8 => key().prop_map(Op::Add),
        4 => key().prop_map(Op::Discard),
        1 => Just(Op::Pop),
        1 => Just(Op::Copy),
        1 => prop_oneof![9 => Just(Op::Pop), 1 => Just(Op::Clear)],
    ]
}

/// Odd numbers are strings.
fn key(i: i16) -> Obj {
    if i % 2 == 0 { Obj::small_int(i.into()).unwrap() } else { new_str(&i.to_string()) }
}

fn number(o: &Obj) -> i16 {
    if o.raw().is_int() { o.raw().int() as i16 } else { to_string_lossy(o).parse().unwrap() }
}

fn contents(s: &Obj) -> BTreeSet<i16> {
    snapshot(s).iter().map(number).collect()
}

fn of(vm: &Vm, keys: &BTreeSet<i16>) -> Obj {
    set_of(vm, keys.iter().map(|i| key(*i))).unwrap()
}

fn ints(s: &Obj) -> Vec<i64> {
    snapshot(s).iter().map(|o| o.raw().int()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_set_is_a_set(ops in prop::collection::vec(op(), 1..200)) {
        with_vm(|vm| {
            let mut s = new_set();
            let mut model = BTreeSet::new();
            for op in &ops {
                match *op {
                    Op::Add(i) => assert_eq!(add(vm, &s, &key(i)).unwrap(), model.insert(i)),
                    Op::Discard(i) => assert_eq!(discard(vm, &s, &key(i)).unwrap(), model.remove(&i)),
                    Op::Pop => match pop(&s) {
                        Some(o) => assert!(model.remove(&number(&o))),
                        None => assert!(model.is_empty()),
                    },
                    Op::Copy => s = copy(&s, false),
                    Op::Clear => { clear(&s); model.clear() }
                }
                assert_eq!(len(&s), model.len());
                assert_eq!(&contents(&s), &model);
                assert!(model.iter().all(|i| contains(vm, &s, &key(*i)).unwrap()));
            }
        });
    }

    #[test]
    fn the_algebra_is_that_of_sets(a in prop::collection::btree_set(-30i16..30, 0..40), b in prop::collection::btree_set(-30i16..30, 0..40)) {
        with_vm(|vm| {
            let (x, y) = (of(vm, &a), of(vm, &b));
            let joined = copy(&x, false);
            union(vm, &joined, &y).unwrap();
            assert_eq!(contents(&joined), &a | &b);
            assert_eq!(contents(&intersection(vm, &x, &y, false).unwrap()), &a & &b);
            assert_eq!(contents(&difference(vm, &x, &y, true).unwrap()), &a - &b);
            assert_eq!(contents(&symmetric_difference(vm, &x, &y, false).unwrap()), &a ^ &b);
            assert_eq!(is_subset(vm, &x, &y).unwrap(), a.is_subset(&b));
            assert_eq!(is_disjoint(vm, &x, snapshot(&y).into_iter().map(Ok)).unwrap(), a.is_disjoint(&b));
            assert_eq!(eq(vm, &x, &y).unwrap(), a == b);
            let again = set_of(vm, snapshot(&x).into_iter().rev()).unwrap();
            assert_eq!(frozenset_hash(&copy(&x, true)), frozenset_hash(&copy(&again, true)));
        });
    }
}

#[test]
fn ints_come_out_in_the_usual_order() {
    with_vm(|vm| {
        let of = |keys: &[i64]| set_of(vm, keys.iter().map(|i| Obj::small_int(*i).unwrap())).unwrap();
        // What CPython prints for the same sets.
        assert_eq!(ints(&of(&[3, 1, 2])), [1, 2, 3]);
        assert_eq!(ints(&of(&[20, 5, 100, 7, 12])), EXPECT_FIVE);
        assert_eq!(ints(&of(&(0..12).map(|i| i * 37 % 101).collect::<Vec<_>>())), EXPECT_TWELVE);
    });
}

const EXPECT_FIVE: [i64; 5] = [100, 5, 7, 12, 20];
const EXPECT_TWELVE: [i64; 12] = [0, 67, 3, 37, 74, 10, 47, 84, 20, 30, 57, 94];

#[test]
fn hashes_are_the_usual_ones() {
    with_vm(|vm| {
        let of = |keys: &[i64]| frozenset_of(vm, keys.iter().map(|i| Obj::small_int(*i).unwrap())).unwrap();
        assert_eq!(frozenset_hash(&of(&[])), HASH_EMPTY);
        assert_eq!(frozenset_hash(&of(&[1, 2, 3])), HASH_123);
    });
}
const HASH_EMPTY: i64 = 133146708735736;
const HASH_123: i64 = -272375401224217160;

#[test]
fn a_comparison_may_change_the_set() {
    with_vm(|vm| {
        for what in 0..3 {
            for n in [1, 4, 5, 9] {
                let s = new_set();
                (0..n).for_each(|i| assert!(add_hashed(vm, &s, 7, &testing::key(i)).unwrap()));
                let (inner, mut times) = (s.clone(), 0);
                testing::on_equals(Some(Box::new(move || {
                    times += 1;
                    match what {
                        _ if times > 3 => {}
                        0 => clear(&inner),
                        1 => drop(pop(&inner)),
                        _ => {
                            (0..100).for_each(|i| _ = add(Vm::current(), &inner, &Obj::from_len(i)).unwrap())
                        }
                    }
                })));
                let k = testing::key(n - 1);
                add_hashed(vm, &s, 7, &k).unwrap();
                assert!(contains_hashed(vm, &s, 7, &k).unwrap());
                assert!(!add_hashed(vm, &s, 7, &k).unwrap());
                testing::on_equals(None);
                assert!(discard_hashed(vm, &s, 7, &k).unwrap());
                assert!(!contains_hashed(vm, &s, 7, &k).unwrap());
            }
        }
    });
}

#[test]
fn threads_share_a_set() {
    let s = with_vm(|_| new_set());
    on_threads(4, |vm, seed| {
        let mut random = Random::new(seed);
        for round in 0..20_000 {
            let k = new_str(&random.below(64).to_string());
            match random.below(8) {
                0..3 => _ = add(vm, &s, &k).unwrap(),
                3 => _ = discard(vm, &s, &k).unwrap(),
                4 => _ = contains(vm, &s, &k).unwrap(),
                5 => drop(pop(&s).inspect(|o| assert!(number(o) < 64))),
                6 => drop(contents(&s)),
                _ if round % 64 == 0 => clear(&s),
                _ => {
                    let mut pos = 0;
                    while let Some(o) = next_key(&s, &mut pos) {
                        assert!(number(&o) < 64);
                    }
                }
            }
            if round % 8 == 0 {
                let _ = pyre_threads::poll();
            }
        }
    });
    with_vm(|_| {
        assert_eq!(contents(&s).len(), len(&s), "a key is there twice");
        clear(&s);
        drop(s);
    });
}
