//! What strings, byte arrays and views promise about their memory.

use pyre_object::start::{BuiltinSpec, testing};
use pyre_object::{Exc, Obj, bytes, int, intern, names, str};
use std::sync::LazyLock;

static SPECS: LazyLock<Vec<BuiltinSpec>> = LazyLock::new(pyre_types::specs);

#[test]
fn appending_to_a_string_that_nobody_else_holds_keeps_the_cell_most_of_the_time() {
    testing::with_vm(&SPECS, |_| {
        let mut s = str::new_str(&"x".repeat(40));
        let mut moves = 0;
        for i in 0..10_000u32 {
            let before = s.raw();
            s = str::concat_owned(s, &str::latin1_char(b'0' + (i % 10) as u8)).expect("short");
            moves += usize::from(s.raw() != before);
        }
        assert_eq!(str::len(&s), 10_040);
        assert!(moves < 60, "{moves} copies");
        assert_eq!(str::to_string_lossy(&str::slice(&s, 38, 46)), "xx012345");
        assert_eq!(str::hash(&s), str::hash(&str::new_str(&str::to_string_lossy(&s))));
    });
}

#[test]
fn appending_to_a_shared_string_leaves_it_alone() {
    testing::with_vm(&SPECS, |_| {
        let s = str::new_str(&"x".repeat(40));
        let other = s.clone();
        let hash = str::hash(&s);
        let longer = str::concat_owned(s, &str::new_str("yz")).expect("short");
        assert_eq!((str::len(&other), str::hash(&other)), (40, hash));
        assert_eq!(str::len(&longer), 42);
        let wide = str::concat_owned(longer, &str::new_str("\u{20ac}")).expect("short");
        assert_eq!(str::expect(&wide).char_at(42), 0x20ac);
        assert_eq!(str::len(&str::concat_owned(wide, &str::new_str("ab")).expect("short")), 45);
    });
}

#[test]
fn equal_texts_intern_to_one_object() {
    testing::with_vm(&SPECS, |_| {
        let a = intern::intern_str("some rather unusual name");
        let b = intern::intern(&str::new_str("some rather unusual name"));
        assert!(a.is(&b) && intern::is_interned(&a));
        assert!(intern::lookup_interned(&str::new_str("a name that nobody interned")).is_none());
        assert!(names::__init__().is(&intern::intern_str("__init__")));
        assert!(str::new_str("q").is(&intern::intern_str("q")));
        let wide = intern::intern_str("\u{3b1}\u{3b2}");
        assert!(wide.is(&intern::intern(&str::new_str("\u{3b1}\u{3b2}"))));
        let many: Vec<Obj> = (0..5000).map(|i| intern::intern_str(&format!("name{i}"))).collect();
        assert!(many.iter().enumerate().all(|(i, o)| o.is(&intern::intern_str(&format!("name{i}")))));
    });
}

#[test]
fn a_bytearray_keeps_its_length_while_a_view_exists() {
    testing::with_vm(&SPECS, |vm| {
        let a = bytes::new_bytearray(b"abc");
        let view = vm.call1(pyre_object::Builtin::MemoryView.ty(), &a).expect("a view");
        let e = bytes::append(vm, &a, b"d").expect_err("exported");
        assert!(vm.matches(&e, Exc::BufferError));
        vm.setitem(&view, &Obj::from_len(1), &int::new_int(0x58)).expect("writable");
        assert_eq!(bytes::bytearray_to_vec(&a), b"aXc");
        vm.call_method_str(&view, "release", &[]).expect("released");
        bytes::append(vm, &a, b"d").expect("free again");
        let part = vm.call1(pyre_object::Builtin::MemoryView.ty(), &a).expect("a view");
        let again = vm.call1(pyre_object::Builtin::MemoryView.ty(), &part).expect("a view of a view");
        drop(part);
        assert!(bytes::check_resizable(vm, &a).is_err());
        drop(again);
        bytes::append(vm, &a, b"e").expect("free again");
        assert_eq!(bytes::bytearray_to_vec(&a), b"aXcde");
    });
}

#[test]
fn taking_from_the_front_of_a_bytearray_and_refilling_it_works() {
    testing::with_vm(&SPECS, |vm| {
        let a = bytes::new_bytearray(b"");
        let mut model = Vec::new();
        for i in 0..2000u32 {
            let chunk = vec![i as u8; (i % 17) as usize];
            bytes::append(vm, &a, &chunk).expect("free");
            model.extend_from_slice(&chunk);
            let taken = (i as usize % 13).min(model.len());
            bytes::splice(vm, &a, 0, taken, &[]).expect("free");
            model.drain(..taken);
            let at = model.len() / 2;
            bytes::splice(vm, &a, at, at + 3, b"--").expect("free");
            let end = (at + 3).min(model.len());
            model.splice(at..end, *b"--");
            assert_eq!(bytes::bytearray_to_vec(&a), model);
        }
    });
}
