//! Dicts against a model: a vector of pairs in the order of insertion.

use super::*;
use crate::str::{new_str, to_string_lossy};
use crate::testing::{self, Random, on_threads, with_vm};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Int(i64),
    Text(u8),
}

impl Key {
    /// A fresh object every time, so that strings are compared by their text.
    fn obj(self) -> Obj {
        match self {
            Key::Int(i) => Obj::small_int(i).unwrap(),
            Key::Text(t) => new_str(&format!("key {t}")),
        }
    }

    fn of(o: &Obj) -> Key {
        if o.raw().is_int() {
            return Key::Int(o.raw().int());
        }
        Key::Text(to_string_lossy(o)[4..].parse().unwrap())
    }
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Set(Key, i64),
    Delete(Key),
    Get(Key),
    SetDefault(Key, i64),
    PopLast,
    Clear,
    Copy,
    Merge(bool),
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        (-2i64..40).prop_map(Key::Int),
        // The same place in every small table.
        (0i64..12).prop_map(|i| Key::Int(i << 20)),
        (0u8..40).prop_map(Key::Text),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (key(), any::<i32>()).prop_map(|(k, v)| Op::Set(k, v.into())),
        4 => key().prop_map(Op::Delete),
        4 => key().prop_map(Op::Get),
        2 => (key(), any::<i32>()).prop_map(|(k, v)| Op::SetDefault(k, v.into())),
        2 => Just(Op::PopLast),
        1 => Just(Op::Copy),
        1 => any::<bool>().prop_map(Op::Merge),
        1 => prop_oneof![9 => Just(Op::PopLast), 1 => Just(Op::Clear)],
    ]
}

fn int(i: i64) -> Obj {
    Obj::small_int(i).unwrap()
}

fn contents(d: &Obj) -> Vec<(Key, i64)> {
    items_snapshot(d).iter().map(|(k, v)| (Key::of(k), v.raw().int())).collect()
}

fn position(model: &[(Key, i64)], k: Key) -> Option<usize> {
    model.iter().position(|e| e.0 == k)
}

fn check(d: &Obj, model: &[(Key, i64)]) {
    assert_eq!(contents(d), model);
    assert_eq!(len(d), model.len());
    let mut pos = 0;
    let forward: Vec<_> = std::iter::from_fn(|| next_entry(d, &mut pos)).map(|e| Key::of(&e.0)).collect();
    let mut pos = usize::MAX;
    let mut backward: Vec<_> =
        std::iter::from_fn(|| prev_entry(d, &mut pos)).map(|e| Key::of(&e.0)).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert!(forward.iter().eq(model.iter().map(|e| &e.0)));
}

fn step(vm: &Vm, d: &mut Obj, model: &mut Vec<(Key, i64)>, op: Op) {
    let id = layout_id(d);
    let keys: Vec<Key> = model.iter().map(|e| e.0).collect();
    let before = d.clone();
    match op {
        Op::Set(k, v) => {
            set_item(vm, d, &k.obj(), int(v)).unwrap();
            match position(model, k) {
                Some(i) => model[i].1 = v,
                None => model.push((k, v)),
            }
        }
        Op::Delete(k) => {
            let i = position(model, k);
            assert_eq!(del_item(vm, d, &k.obj()).unwrap(), i.is_some());
            i.map(|i| model.remove(i));
        }
        Op::Get(k) => {
            let v = position(model, k).map(|i| model[i].1);
            let o = k.obj();
            assert_eq!(get_item(vm, d, &o).unwrap().map(|v| v.raw().int()), v);
            if let Key::Text(_) = k {
                assert_eq!(get_str(d, &o).map(|v| v.raw().int()), v);
                let cached =
                    value_position(d, &o).map(|i| cached_value(d, layout_id(d), i).unwrap().raw().int());
                assert_eq!(cached, v);
            }
        }
        Op::SetDefault(k, v) => {
            let (got, new) = get_or_insert(vm, d, &k.obj(), &int(v)).unwrap();
            let i = position(model, k);
            assert_eq!(new, i.is_none());
            if new {
                model.push((k, v));
            }
            assert_eq!(got.raw().int(), i.map_or(v, |i| model[i].1));
        }
        Op::PopLast => {
            let got = popitem(d).map(|(k, v)| (Key::of(&k), v.raw().int()));
            assert_eq!(got, model.pop());
        }
        Op::Clear => {
            clear(d);
            model.clear();
        }
        Op::Copy => {
            let c = copy(d);
            assert!(eq(vm, d, &c).unwrap());
            *d = c;
        }
        Op::Merge(overwrite) => {
            let other = new_dict();
            for i in 0..20 {
                set_item(vm, &other, &int(i), int(-i)).unwrap();
                match position(model, Key::Int(i)) {
                    Some(at) if overwrite => model[at].1 = -i,
                    Some(_) => {}
                    None => model.push((Key::Int(i), -i)),
                }
            }
            merge(vm, d, &other, overwrite).unwrap();
        }
    }
    let same = keys.iter().eq(model.iter().map(|e| &e.0));
    if id != 0 && !same && before.is(d) {
        assert_ne!(layout_id(d), id, "the keys changed and the layout id did not");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_dict_is_a_vector_of_pairs(ops in prop::collection::vec(op(), 1..200)) {
        with_vm(|vm| {
            let mut d = new_dict();
            let mut model = Vec::new();
            for op in &ops {
                step(vm, &mut d, &mut model, *op);
                check(&d, &model);
            }
        });
    }
}

#[test]
fn a_large_dict_keeps_everything_in_order() {
    with_vm(|vm| {
        let d = new_dict();
        for i in 0..100_000 {
            set_item(vm, &d, &int(i * 7919), int(i)).unwrap();
        }
        for i in 0..100_000 {
            assert_eq!(get_item(vm, &d, &int(i * 7919)).unwrap().unwrap().raw().int(), i);
        }
        assert!(get_item(vm, &d, &int(1)).unwrap().is_none());
        for i in (0..100_000).step_by(2) {
            assert!(del_item(vm, &d, &int(i * 7919)).unwrap());
        }
        assert!(values_snapshot(&d).iter().map(|v| v.raw().int()).eq((1..100_000).step_by(2)));
    });
}

#[test]
fn a_queue_of_keys_does_not_become_slow() {
    with_vm(|vm| {
        let d = new_dict();
        for i in 0..200_000i64 {
            set_item(vm, &d, &int(i), int(i)).unwrap();
            if i >= 1000 {
                let first = next_key(&d, &mut 0).unwrap();
                assert_eq!(first.raw().int(), i - 1000);
                del_item(vm, &d, &first).unwrap();
            }
        }
        while let Some((k, _)) = popitem(&d) {
            assert!(k.raw().int() >= 199_000);
        }
        assert_eq!(len(&d), 0);
    });
}

#[test]
fn a_layout_id_outlives_stores_and_ends_with_the_keys() {
    with_vm(|vm| {
        let d = new_dict();
        let (a, b) = (new_str("a"), new_str("b"));
        assert_eq!(layout_id(&d), 0);
        set_str(&d, &a, int(1));
        let id = layout_id(&d);
        assert!(id != 0);
        let i = value_position(&d, &new_str("a")).unwrap();
        set_str(&d, &a, int(2));
        assert_eq!(layout_id(&d), id);
        assert_eq!(cached_value(&d, id, i).unwrap().raw().int(), 2);
        assert!(set_value_at_if(&d, id, i, int(3)).is_ok());
        assert_eq!(cached_value(&d, id, i).unwrap().raw().int(), 3);
        set_str(&d, &b, int(4));
        assert!(cached_value(&d, id, i).is_none());
        assert!(set_value_at_if(&d, id, i, int(5)).is_err());
        let id = layout_id(&d);
        assert!(del_item(vm, &d, &a).unwrap());
        assert!(cached_value(&d, id, i).is_none());
        assert!(cached_value(&d, id, i).is_none());
    });
}

#[test]
fn counts_are_kept() {
    with_vm(|vm| {
        let v = crate::list::new_list([]);
        // SAFETY: the handle keeps its object alive.
        let count = || match unsafe { v.raw().header() }.total() {
            pyre_gc::Total::Counted(n) => n,
            pyre_gc::Total::Traced => panic!("a list is counted"),
        };
        assert_eq!(count(), 1);
        let d = new_dict();
        for i in 0..100 {
            set_item(vm, &d, &int(i), v.clone()).unwrap();
        }
        assert_eq!(count(), 101);
        let c = copy(&d);
        assert_eq!(count(), 201);
        for i in 0..50 {
            set_item(vm, &d, &int(i), Obj::NONE).unwrap();
            del_item(vm, &c, &int(i)).unwrap();
        }
        assert_eq!(count(), 101);
        clear(&d);
        assert_eq!(count(), 51);
        drop(popitem(&c));
        assert_eq!(count(), 50);
        drop(c);
        assert_eq!(count(), 1);
    });
}

const HASH: i64 = 7;

#[test]
fn keys_that_only_python_can_compare_are_found() {
    with_vm(|vm| {
        let d = new_dict();
        for round in 0..3 {
            for i in 0..20 {
                set_item_hashed(vm, &d, HASH, &testing::key(i), int(i * round)).unwrap();
            }
        }
        assert_eq!(len(&d), 20);
        for i in 0..20 {
            let v = get_item_hashed(vm, &d, HASH, &testing::key(i)).unwrap();
            assert_eq!(v.unwrap().raw().int(), i * 2);
        }
        assert!(get_item_hashed(vm, &d, HASH, &testing::key(20)).unwrap().is_none());
    });
}

#[test]
fn a_comparison_may_change_the_dict() {
    with_vm(|vm| {
        for what in 0..5 {
            for n in [1, 4, 5, 9] {
                let d = new_dict();
                (0..n).for_each(|i| set_item_hashed(vm, &d, HASH, &testing::key(i), int(i)).unwrap());
                let (inner, mut times) = (d.clone(), 0);
                testing::on_equals(Some(Box::new(move || {
                    times += 1;
                    if times > 3 {
                        return;
                    }
                    let vm = Vm::current();
                    match what {
                        0 => clear(&inner),
                        1 => drop(popitem(&inner)),
                        2 => (0..100).for_each(|i| set_item(vm, &inner, &int(i), int(i)).unwrap()),
                        3 => {
                            let first = next_key(&inner, &mut 0);
                            clear(&inner);
                            first.iter().for_each(|k| set_item_hashed(vm, &inner, HASH, k, int(-1)).unwrap());
                        }
                        _ => set_str(&inner, &new_str("x"), int(1)),
                    }
                })));
                let k = testing::key(n - 1);
                let _ = get_item_hashed(vm, &d, HASH, &k).unwrap();
                set_item_hashed(vm, &d, HASH, &k, int(99)).unwrap();
                assert_eq!(get_item_hashed(vm, &d, HASH, &k).unwrap().unwrap().raw().int(), 99);
                testing::on_equals(None);
                let same = keys_snapshot(&d).iter().filter(|o| !o.raw().is_int() && !str::is_str(o)).count();
                let mut ids: Vec<_> = keys_snapshot(&d)
                    .iter()
                    .filter_map(|o| o.downcast::<testing::KeyBody>())
                    .map(|k| k.id)
                    .collect();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), same, "a key is there twice");
            }
        }
    });
}

/// A value that says to which key it belongs.
fn tagged(i: usize) -> Obj {
    crate::list::new_list([Obj::from_len(i), Obj::from_len(!i & 0xffff)])
}

fn tag_of(v: &Obj) -> usize {
    let (a, b) = (crate::list::get(v, 0).unwrap(), crate::list::get(v, 1).unwrap());
    assert_eq!(a.raw().int(), !b.raw().int() & 0xffff);
    a.raw().int() as usize
}

#[test]
fn threads_share_a_dict() {
    share_a_dict(with_vm(|_| new_dict()), |i| new_str(&format!("key {i}")));
}

/// With keys that are found by identity, so that stores go without the lock.
#[test]
fn threads_share_an_open_dict() {
    share_a_dict(open_dict(), |i| crate::intern::intern_str(&format!("key {i}")));
}

fn open_dict() -> Obj {
    with_vm(|_| {
        let d = new_dict();
        body(&d).open.store(1, Ordering::Release);
        d
    })
}

/// One thread stores a number under one key and then under another; every copy shows the numbers of one moment, whatever
/// is inserted and deleted beside.
#[test]
fn copies_of_an_open_dict_are_of_one_moment() {
    let d = open_dict();
    on_threads(4, |_, seed| {
        let key = |i: usize| crate::intern::intern_str(&format!("key {i}"));
        let text = |i: usize| new_str(&format!("key {i}"));
        let number = |v: Obj| to_string_lossy(&v)[4..].parse::<usize>().unwrap();
        let mut random = Random::new(seed);
        for round in 0..20_000 {
            if seed == 0 {
                set_str(&d, &key(0), text(round));
                set_str(&d, &key(1), text(round));
            } else {
                let (a, b) = match random.below(3) {
                    0 => {
                        let c = copy(&d);
                        (get_str(&c, &key(0)), get_str(&c, &key(1)))
                    }
                    1 => {
                        let mut all = items_snapshot(&d);
                        let mut find =
                            |k: Obj| all.iter().position(|(l, _)| l.is(&k)).map(|i| all.swap_remove(i).1);
                        (find(key(0)), find(key(1)))
                    }
                    _ => {
                        let other = key(2 + random.below(40));
                        set_str(&d, &other, text(round));
                        if random.below(2) == 0 {
                            drop(pop_str(&d, &other));
                        }
                        continue;
                    }
                };
                let (a, b) = (a.map_or(0, number), b.map_or(0, number));
                assert!(a == b || a == b + 1, "{a} and {b}");
            }
            if round % 8 == 0 {
                let _ = pyre_threads::poll();
            }
        }
    });
    with_vm(|_| {
        clear(&d);
        drop(d);
    });
}

fn share_a_dict(d: Obj, name: impl Fn(usize) -> Obj + Sync) {
    on_threads(4, |vm, seed| {
        let mut random = Random::new(seed);
        for round in 0..20_000 {
            let i = random.below(64);
            match random.below(16) {
                0..5 => set_str(&d, &name(i), tagged(i)),
                5..8 => {
                    if let Some(v) = get_str(&d, &name(i)) {
                        assert_eq!(tag_of(&v), i);
                    }
                }
                8 => {
                    let v = set_default(vm, &d, &name(i), &tagged(i)).unwrap();
                    assert_eq!(tag_of(&v), i);
                }
                9..12 => {
                    if let Some(v) = pop(vm, &d, &name(i)).unwrap() {
                        assert_eq!(tag_of(&v), i);
                    }
                }
                12 => {
                    if let Some((k, v)) = popitem(&d) {
                        assert_eq!(Key::of(&k), Key::Text(tag_of(&v) as u8));
                    }
                }
                13 => {
                    let mut pos = 0;
                    while let Some((k, v)) = next_entry(&d, &mut pos) {
                        assert_eq!(Key::of(&k), Key::Text(tag_of(&v) as u8));
                    }
                }
                14 => {
                    let id = layout_id(&d);
                    if let (Some(at), true) = (value_position(&d, &name(i)), id != 0)
                        && layout_id(&d) == id
                    {
                        if let Some(v) = cached_value(&d, id, at) {
                            assert_eq!(tag_of(&v), i);
                        }
                        let _ = set_value_at_if(&d, id, at, tagged(i));
                    }
                }
                _ if round % 64 == 0 => clear(&d),
                _ => items_snapshot(&copy(&d))
                    .iter()
                    .for_each(|(k, v)| assert_eq!(Key::of(k), Key::Text(tag_of(v) as u8))),
            }
            if round % 8 == 0 {
                let _ = pyre_threads::poll();
            }
        }
    });
    with_vm(|_| {
        let all = items_snapshot(&d);
        assert_eq!(all.len(), len(&d));
        all.iter().for_each(|(k, v)| assert_eq!(Key::of(k), Key::Text(tag_of(v) as u8)));
        drop(all);
        clear(&d);
        drop(d);
    });
}

#[test]
fn threads_share_keys_that_only_python_can_compare() {
    let d = with_vm(|_| new_dict());
    on_threads(4, |vm, seed| {
        let mut random = Random::new(seed);
        for round in 0..4000 {
            let i = random.below(12);
            let k = testing::key(i as i64);
            match random.below(4) {
                0 | 1 => set_item_hashed(vm, &d, HASH, &k, tagged(i)).unwrap(),
                2 => {
                    if let Some(v) = get_item_hashed(vm, &d, HASH, &k).unwrap() {
                        assert_eq!(tag_of(&v), i);
                    }
                }
                _ => {
                    if let Some((k, v)) = popitem(&d) {
                        assert_eq!(testing::id_of(&k), tag_of(&v) as i64);
                    }
                }
            }
            if round % 8 == 0 {
                let _ = pyre_threads::poll();
            }
        }
    });
    with_vm(|_| {
        let mut ids: Vec<_> = items_snapshot(&d).iter().map(|(k, _)| testing::id_of(k)).collect();
        ids.sort_unstable();
        let n = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), n, "a key is there twice");
        clear(&d);
        drop(d);
    });
}
