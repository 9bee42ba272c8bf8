//! Lists against `Vec`.

use super::*;
use crate::testing::{Random, on_threads, with_vm};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Append(i64),
    Insert(usize, i64),
    Pop(usize),
    PopLast,
    Set(usize, i64),
    Extend(Vec<i64>),
    SetSlice(usize, usize, Vec<i64>),
    SetStepped(usize, isize, Vec<i64>),
    DeleteSlice(usize, isize, usize),
    GetSlice(usize, isize, usize),
    Reverse,
    Repeat(usize),
    TakeAndPut,
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let at = || 0usize..40;
    let some = || prop::collection::vec(-9i64..9, 0..12);
    let step = || prop_oneof![-4isize..0, 1isize..5];
    prop_oneof![
        6 => (-9i64..9).prop_map(Op::Append),
        2 => (at(), -9i64..9).prop_map(|(i, v)| Op::Insert(i, v)),
        2 => at().prop_map(Op::Pop),
        2 => Just(Op::PopLast),
        2 => (at(), -9i64..9).prop_map(|(i, v)| Op::Set(i, v)),
        2 => some().prop_map(Op::Extend),
        2 => (at(), at(), some()).prop_map(|(a, b, v)| Op::SetSlice(a, b, v)),
        1 => (at(), step(), some()).prop_map(|(a, s, v)| Op::SetStepped(a, s, v)),
        1 => (at(), step(), 0usize..12).prop_map(|(a, s, n)| Op::DeleteSlice(a, s, n)),
        1 => (at(), step(), 0usize..12).prop_map(|(a, s, n)| Op::GetSlice(a, s, n)),
        1 => Just(Op::Reverse),
        1 => (0usize..3).prop_map(Op::Repeat),
        1 => Just(Op::TakeAndPut),
        1 => prop_oneof![5 => Just(Op::PopLast), 1 => Just(Op::Clear)],
    ]
}

fn int(i: i64) -> Obj {
    Obj::small_int(i).unwrap()
}

fn objs(v: &[i64]) -> Vec<Obj> {
    v.iter().map(|i| int(*i)).collect()
}

fn contents(l: &Obj) -> Vec<i64> {
    snapshot(l).iter().map(|o| o.raw().int()).collect()
}

/// The positions of a slice, as Python's slice objects would give them.
fn positions(start: usize, step: isize, count: usize, len: usize) -> Vec<usize> {
    let all = (0..count as isize).map(|k| start as isize + k * step);
    all.take_while(|i| (0..len as isize).contains(i)).map(|i| i as usize).collect()
}

fn step(l: &Obj, model: &mut Vec<i64>, op: Op) {
    let n = model.len();
    match op {
        Op::Append(v) => {
            append(l, int(v));
            model.push(v);
        }
        Op::Insert(i, v) => {
            insert(l, i, int(v));
            model.insert(i.min(n), v);
        }
        Op::Pop(i) => {
            let expect = if i < n { Some(model.remove(i)) } else { None };
            assert_eq!(pop(l, i).map(|o| o.raw().int()), expect);
        }
        Op::PopLast => assert_eq!(pop_last(l).map(|o| o.raw().int()), model.pop()),
        Op::Set(i, v) => {
            assert_eq!(set(l, i, int(v)).is_ok(), i < n);
            if i < n {
                model[i] = v;
            }
        }
        Op::Extend(v) => {
            extend_from_slice(l, &objs(&v));
            model.extend(v);
        }
        Op::SetSlice(a, b, v) => {
            set_slice(l, a, b, objs(&v));
            let a = a.min(n);
            model.splice(a..b.clamp(a, n), v);
        }
        Op::SetStepped(a, s, v) => {
            let at = positions(a, s, v.len(), n);
            set_stepped(l, a, s, objs(&v[..at.len()]));
            at.iter().zip(v).for_each(|(i, v)| model[*i] = v);
        }
        Op::DeleteSlice(a, s, count) => {
            let at = positions(a, s, count, n);
            delete_slice(l, a, s, at.len());
            let mut i = 0;
            model.retain(|_| {
                i += 1;
                !at.contains(&(i - 1))
            });
        }
        Op::GetSlice(a, s, count) => {
            let at = positions(a, s, count, n);
            let part = get_slice(l, a, s, at.len());
            assert!(contents(&part).iter().eq(at.iter().map(|i| &model[*i])));
        }
        Op::Reverse => {
            reverse(l);
            model.reverse();
        }
        Op::Repeat(k) => {
            if n * k < 500 {
                assert_eq!(contents(&repeat(l, k).unwrap()), model.repeat(k));
                assert!(repeat_in_place(l, k));
                *model = model.repeat(k);
            }
        }
        Op::TakeAndPut => {
            let mut items = take_items(l);
            assert_eq!(len(l), 0);
            items.sort_by_key(|o| o.raw().int());
            assert!(put_items(l, items));
            model.sort();
        }
        Op::Clear => {
            clear(l);
            model.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_list_is_a_vector(ops in prop::collection::vec(op(), 1..150)) {
        with_vm(|_| {
            let l = new_list([]);
            let mut model = Vec::new();
            for op in ops {
                step(&l, &mut model, op);
                assert_eq!(contents(&l), model);
                assert_eq!(len(&l), model.len());
                for (i, v) in model.iter().enumerate() {
                    assert_eq!(get(&l, i).unwrap().raw().int(), *v);
                }
                assert!(get(&l, model.len()).is_none());
                assert!(get(&l, model.len() + 100).is_none());
            }
        });
    }
}

fn count_of(v: &Obj) -> i64 {
    // SAFETY: the handle keeps its object alive.
    match unsafe { v.raw().header() }.total() {
        pyre_gc::Total::Counted(n) => n,
        pyre_gc::Total::Traced => panic!("a list is counted"),
    }
}

#[test]
fn counts_are_kept() {
    with_vm(|vm| {
        let v = new_list([]);
        let l = new_list((0..10).map(|_| v.clone()));
        assert_eq!(count_of(&v), 11);
        (0..90).for_each(|_| append(&l, v.clone()));
        assert_eq!(count_of(&v), 101);
        assert!(contains(vm, &l, &v).unwrap());
        drop(pop(&l, 50));
        assert!(remove(vm, &l, &v).unwrap());
        assert_eq!(count_of(&v), 99);
        delete_slice(&l, 0, 2, 10);
        set_slice(&l, 3, 9, vec![Obj::NONE]);
        set_stepped(&l, 10, 3, vec![Obj::NONE; 5]);
        assert_eq!(count_of(&v), 78);
        let half = get_slice(&l, 0, 2, 10);
        assert_eq!(count_of(&v), 78 + snapshot(&half).iter().filter(|o| o.is(&v)).count() as i64);
        drop(half);
        let both = concat(&l, &l);
        assert_eq!(count_of(&v), 1 + 3 * 77);
        clear(&both);
        let items = take_items(&l);
        append(&l, Obj::NONE);
        assert!(!put_items(&l, items), "the list was changed while its items were out");
        assert_eq!(count_of(&v), 78);
        drop(l);
        assert_eq!(count_of(&v), 1);
    });
}

#[test]
fn negative_indices_count_from_the_end() {
    assert_eq!(normalize_index(-1, 3), Some(2));
    assert_eq!(normalize_index(-3, 3), Some(0));
    assert_eq!(normalize_index(-4, 3), None);
    assert_eq!(normalize_index(3, 3), None);
    assert_eq!(normalize_index(i64::MIN, 3), None);
}

fn tagged(i: usize) -> Obj {
    crate::tuple::pair(Obj::from_len(i), Obj::from_len(!i & 0xffff))
}

fn check_tag(v: &Obj) {
    let items = crate::tuple::items(v);
    assert_eq!(items[0].raw().int(), !items[1].raw().int() & 0xffff);
}

#[test]
fn threads_share_a_list() {
    let l = with_vm(|_| new_list([]));
    on_threads(4, |_, seed| {
        let mut random = Random::new(seed);
        for round in 0..30_000 {
            let i = random.below(50);
            match random.below(16) {
                0..4 => append(&l, tagged(i)),
                4 => insert(&l, i, tagged(i)),
                5..7 => drop(pop_last(&l).inspect(check_tag)),
                7 => drop(pop(&l, i).inspect(check_tag)),
                8..11 => drop(get(&l, i).inspect(check_tag)),
                11 => drop(set(&l, i, tagged(i))),
                12 => set_slice(&l, i, i + 5, vec![tagged(i)]),
                13 => snapshot(&l).iter().for_each(check_tag),
                14 => reverse(&l),
                _ if round % 100 == 0 => clear(&l),
                _ => delete_slice(&l, 0, 3, len(&l).div_ceil(3)),
            }
            if round % 8 == 0 {
                let _ = pyre_threads::poll();
            }
        }
    });
    with_vm(|_| {
        assert_eq!(snapshot(&l).len(), len(&l));
        snapshot(&l).iter().for_each(check_tag);
        clear(&l);
        drop(l);
    });
}
