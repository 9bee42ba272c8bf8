//! The containers while the process has one thread that runs Python: then there are no locks, and storage is freed at
//! once. The unit tests cannot show that, because they run on several threads; this program has one test only.

use pyre_object::start::{self, BuiltinSpec};
use pyre_object::{Body, Builtin, Obj, TypeFlags, TypeSpec, Vm, dict, list, set, str};

macro_rules! specs {
    ($($builtin:ident $body:path;)*) => {
        &[$((
            Builtin::$builtin as u32,
            &TypeSpec {
                name: Builtin::$builtin.name(),
                flags: TypeFlags::BASE,
                layout: Some(<$body>::layout),
                ..TypeSpec::EMPTY
            },
        ),)*]
    };
}

static SPECS: &[BuiltinSpec] = specs! {
    Object pyre_object::alloc::NoBody;
    Type pyre_object::typeobj::TypeBody;
    Int pyre_object::int::IntBody;
    Str pyre_object::str::StrBody;
    Tuple pyre_object::tuple::TupleBody;
    List pyre_object::list::ListBody;
    Dict pyre_object::dict::DictBody;
    Set pyre_object::set::SetBody;
    FrozenSet pyre_object::set::SetBody;
};

/// xorshift (Marsaglia 2003)
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n as u64) as usize
    }
}

fn key(i: usize) -> Obj {
    if i.is_multiple_of(2) { Obj::from_len(i) } else { str::new_str(&format!("key {i}")) }
}

/// A counted value that says what it is.
fn value(i: usize) -> Obj {
    list::new_list([Obj::from_len(i)])
}

fn number(v: &Obj) -> usize {
    list::get(v, 0).unwrap().raw().int() as usize
}

fn dicts(vm: &Vm, r: &mut Random) {
    let d = dict::new_dict();
    let mut model: Vec<(usize, usize)> = Vec::new();
    for round in 0..100_000 {
        let k = r.below(200);
        let at = model.iter().position(|e| e.0 == k);
        match r.below(8) {
            0..4 => {
                dict::set_item(vm, &d, &key(k), value(round)).unwrap();
                match at {
                    Some(i) => model[i].1 = round,
                    None => model.push((k, round)),
                }
            }
            4 => {
                let taken = dict::pop(vm, &d, &key(k)).unwrap().map(|v| number(&v));
                assert_eq!(taken, at.map(|i| model.remove(i).1));
            }
            5 => {
                let taken = dict::popitem(&d).map(|e| number(&e.1));
                assert_eq!(taken, model.pop().map(|e| e.1));
            }
            _ => {
                let found = dict::get_item(vm, &d, &key(k)).unwrap().map(|v| number(&v));
                assert_eq!(found, at.map(|i| model[i].1));
            }
        }
        if round % 1000 == 0 {
            assert!(dict::values_snapshot(&d).iter().map(number).eq(model.iter().map(|e| e.1)));
        }
        if round % 20_000 == 0 {
            dict::clear(&d);
            model.clear();
        }
    }
}

fn lists(r: &mut Random) {
    let l = list::new_list([]);
    let mut model: Vec<usize> = Vec::new();
    for round in 0..100_000 {
        let i = r.below(100);
        match r.below(8) {
            0..3 => {
                list::append(&l, value(round));
                model.push(round);
            }
            3 => {
                list::insert(&l, i, value(round));
                model.insert(i.min(model.len()), round);
            }
            4 => {
                let expect = if i < model.len() { Some(model.remove(i)) } else { None };
                assert_eq!(list::pop(&l, i).map(|v| number(&v)), expect);
            }
            5 => assert_eq!(list::pop_last(&l).map(|v| number(&v)), model.pop()),
            6 => {
                list::set_slice(&l, i, i + 5, vec![value(round)]);
                let i = i.min(model.len());
                let end = (i + 5).min(model.len());
                model.splice(i..end, [round]);
            }
            _ => assert_eq!(list::get(&l, i).map(|v| number(&v)), model.get(i).copied()),
        }
        if round % 500 == 0 {
            assert!(list::snapshot(&l).iter().map(number).eq(model.iter().copied()));
        }
        if round % 20_000 == 0 {
            list::clear(&l);
            model.clear();
        }
    }
}

fn sets(vm: &Vm, r: &mut Random) {
    let s = set::new_set();
    let mut model = std::collections::HashSet::new();
    for round in 0..100_000 {
        let k = r.below(200);
        match r.below(4) {
            0 | 1 => assert_eq!(set::add(vm, &s, &key(k)).unwrap(), model.insert(k)),
            2 => assert_eq!(set::discard(vm, &s, &key(k)).unwrap(), model.remove(&k)),
            _ => assert_eq!(set::contains(vm, &s, &key(k)).unwrap(), model.contains(&k)),
        }
        assert_eq!(set::len(&s), model.len());
        if round % 20_000 == 0 {
            set::clear(&s);
            model.clear();
        }
    }
}

#[test]
fn containers_without_locks_do_what_they_do_with_them() {
    let vm = start::enter_thread("test");
    start::init(vm, SPECS);
    let mut r = Random(0x9e37_79b9_7f4a_7c15);
    dicts(vm, &mut r);
    lists(&mut r);
    sets(vm, &mut r);
    assert!(!pyre_gc::is_multi_threaded(), "nothing here starts a thread");
    start::leave_thread();
}
