//! Classes without an interpreter: type creation, slots, attributes, descriptors. Messages are those of CPython 3.14.

use pyre_object::start::{BuiltinSpec, testing};
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, Exc, NativeDef, Obj, PyResult, TypeFlags, TypeSpec, Vm, descriptor, dict,
    exception_support, int, intern, list, slot_dunders, str, tuple, typeobj,
};
use std::sync::LazyLock;

/// The builtin types, and bare containers where they are missing.
static SPECS: LazyLock<Vec<BuiltinSpec>> = LazyLock::new(|| {
    let mut all = pyre_types::specs();
    let bare = [
        (Builtin::Tuple, <tuple::TupleBody as Body>::layout as fn() -> _),
        (Builtin::List, <list::ListBody as Body>::layout),
        (Builtin::Dict, <dict::DictBody as Body>::layout),
    ];
    for (ty, layout) in bare {
        if !all.iter().any(|(id, _)| *id == ty.shape()) {
            let spec =
                TypeSpec { name: ty.name(), layout: Some(layout), flags: TypeFlags::BASE, ..TypeSpec::EMPTY };
            all.push((ty.shape(), Box::leak(Box::new(spec))));
        }
    }
    all
});

fn with_vm(f: impl FnOnce(&Vm)) {
    testing::with_vm(&SPECS, f);
}

fn name(text: &str) -> Obj {
    intern::intern_str(text)
}

fn class(vm: &Vm, class_name: &str, bases: &[&Obj], namespace: &[(&str, Obj)]) -> PyResult {
    let d = dict::new_dict();
    for (k, v) in namespace {
        dict::set_str(&d, &name(k), v.clone());
    }
    let bases = tuple::new_tuple(bases.iter().map(|b| (*b).clone()));
    vm.call(Builtin::Type.ty(), &[name(class_name), bases, d])
}

#[track_caller]
fn ok<T>(r: PyResult<T>) -> T {
    r.unwrap_or_else(|e| panic!("{}", describe(&e.0)))
}

fn describe(e: &Obj) -> String {
    let args = exception_support::exception_body(e).args.get();
    let text = tuple::items(&args).first().map(str::to_string_lossy).unwrap_or_default();
    format!("{}: {text}", e.type_name())
}

#[track_caller]
fn error<T>(r: PyResult<T>) -> String {
    match r {
        Ok(_) => panic!("no exception"),
        Err(e) => describe(&e.0),
    }
}

fn number(o: &Obj) -> i64 {
    int::as_i64(o).expect("an int")
}

static COUNT: NativeDef = NativeDef::raw_method("count", "(self, *args)", |_, a| Ok(Obj::from_len(a.len())));
static SEVEN: NativeDef = NativeDef::raw_method("seven", "(self, *args)", |_, _| Ok(int::new_int(7)));

/// A method of any class, as a function would be.
fn method(def: &'static NativeDef) -> Obj {
    descriptor::new_method_descriptor(def, Builtin::Object.ty().clone())
}

#[test]
fn attributes_of_an_instance_survive_any_number_and_the_move_to_a_dict() {
    with_vm(|vm| {
        let a = ok(class(vm, "A", &[], &[]));
        let o = ok(vm.call0(&a));
        for i in 0..200 {
            ok(vm.setattr(&o, &name(&format!("a{i}")), Some(&int::new_int(i))));
        }
        assert_eq!(dict::len(&ok(vm.getattr_str(&o, "__dict__"))), 200);
        for i in 0..200 {
            assert_eq!(number(&ok(vm.getattr(&o, &name(&format!("a{i}"))))), i);
        }
        ok(vm.setattr(&o, &name("a3"), None));
        assert_eq!(error(vm.getattr_str(&o, "a3")), "AttributeError: 'A' object has no attribute 'a3'");
    });
}

#[test]
fn slots_hold_values_and_exclude_other_attributes() {
    with_vm(|vm| {
        let c = ok(class(vm, "C", &[], &[("__slots__", tuple::new_tuple([name("x"), name("__y")]))]));
        let o = ok(vm.call0(&c));
        assert_eq!(error(vm.getattr_str(&o, "x")), "AttributeError: 'C' object has no attribute 'x'");
        ok(vm.setattr(&o, &name("_C__y"), Some(&Obj::TRUE)));
        assert!(ok(vm.getattr_str(&o, "_C__y")).is(&Obj::TRUE));
        assert_eq!(
            error(vm.setattr(&o, &name("q"), Some(&Obj::TRUE))),
            "AttributeError: 'C' object has no attribute 'q' and no __dict__ for setting new attributes"
        );
        let d = ok(class(vm, "D", &[&c], &[]));
        let o = ok(vm.call0(&d));
        ok(vm.setattr(&o, &name("x"), Some(&Obj::TRUE)));
        ok(vm.setattr(&o, &name("q"), Some(&Obj::FALSE)));
        assert_eq!(dict::len(&ok(vm.getattr_str(&o, "__dict__"))), 1);
        assert!(ok(vm.getattr_str(&o, "x")).is(&Obj::TRUE));
        let clash = [("__slots__", name("x")), ("x", Obj::NONE)];
        assert_eq!(
            error(class(vm, "E", &[], &clash)),
            "ValueError: 'x' in __slots__ conflicts with class variable"
        );
        assert_eq!(
            error(class(vm, "E", &[Builtin::Int.ty()], &[("__slots__", name("x"))])),
            "TypeError: nonempty __slots__ not supported for subtype of 'int'"
        );
    });
}

#[test]
fn bases_that_do_not_fit_are_refused() {
    with_vm(|vm| {
        let (int, text, boolean) = (Builtin::Int.ty(), Builtin::Str.ty(), Builtin::Bool.ty());
        assert_eq!(
            error(class(vm, "X", &[boolean], &[])),
            "TypeError: type 'bool' is not an acceptable base type"
        );
        assert_eq!(
            error(class(vm, "X", &[int, text], &[])),
            "TypeError: multiple bases have instance lay-out conflict"
        );
        assert_eq!(error(class(vm, "X", &[int, int], &[])), "TypeError: duplicate base class int");
        let a = ok(class(vm, "A", &[], &[]));
        assert_eq!(
            error(class(vm, "X", &[Builtin::Object.ty(), &a], &[])),
            "TypeError: Cannot create a consistent method resolution order (MRO) for bases object, A"
        );
        assert_eq!(error(vm.call1(&a, &Obj::NONE)), "TypeError: A() takes no arguments");
    });
}

#[test]
fn an_inherited_operation_is_the_native_function_until_a_method_replaces_it() {
    with_vm(|vm| {
        let text = Builtin::Str.ty();
        let len_of = |t: &Obj| typeobj::type_body(t).ops.len.addr();
        let dunder = pyre_object::slots::AtomicFn::new(slot_dunders::DUNDERS.len).addr();
        let s = ok(class(vm, "S", &[text], &[]));
        let t = ok(class(vm, "T", &[&s], &[]));
        assert_eq!(len_of(&s), len_of(text));
        ok(vm.setattr(&s, &name("__len__"), Some(&method(&SEVEN))));
        assert_eq!((len_of(&s), len_of(&t)), (dunder, dunder));
        let o = ok(vm.call1(&t, &name("abc")));
        assert_eq!(ok(vm.len(&o)), 7);
        ok(vm.setattr(&s, &name("__len__"), None));
        assert_eq!(len_of(&t), len_of(text));
        assert_eq!(ok(vm.len(&o)), 3);
    });
}

#[test]
fn operators_and_hooks_of_a_class_are_called() {
    with_vm(|vm| {
        let namespace = [
            ("__add__", method(&SEVEN)),
            ("__radd__", method(&COUNT)),
            ("__getattr__", method(&SEVEN)),
            ("__call__", method(&COUNT)),
            ("__eq__", method(&SEVEN)),
        ];
        let n = ok(class(vm, "N", &[], &namespace));
        let o = ok(vm.call0(&n));
        assert_eq!(number(&ok(vm.binary(BinOp::Add, &o, &Obj::NONE))), 7);
        assert_eq!(number(&ok(vm.binary(BinOp::Add, &Obj::NONE, &o))), 2);
        assert_eq!(number(&ok(vm.getattr_str(&o, "anything"))), 7);
        assert_eq!(number(&ok(vm.call2(&o, &Obj::NONE, &Obj::NONE))), 3);
        assert!(ok(vm.compare(&o, &Obj::NONE, CmpOp::Ne)).is(&Obj::FALSE));
        assert_eq!(error(vm.hash(&o)), "TypeError: unhashable type: 'N'");
    });
}

#[test]
fn an_object_changes_its_class_while_layouts_fit() {
    with_vm(|vm| {
        let p = ok(class(vm, "P", &[], &[]));
        let q = ok(class(vm, "Q", &[], &[]));
        let c = ok(class(vm, "C", &[], &[("__slots__", name("x"))]));
        let o = ok(vm.call0(&p));
        ok(vm.setattr(&o, &name("z"), Some(&Obj::TRUE)));
        ok(vm.setattr(&o, &name("__class__"), Some(&q)));
        assert!(o.ty().is(&q));
        assert!(ok(vm.getattr_str(&o, "z")).is(&Obj::TRUE));
        assert_eq!(
            error(vm.setattr(&o, &name("__class__"), Some(&c))),
            "TypeError: __class__ assignment: 'C' object layout differs from 'Q'"
        );
        assert_eq!(
            error(vm.setattr(&int::new_int(3), &name("__class__"), Some(&c))),
            "TypeError: __class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    });
}

#[test]
fn new_bases_change_attributes_and_operations() {
    with_vm(|vm| {
        let x = ok(class(vm, "X", &[], &[("foo", Obj::TRUE)]));
        let y = ok(class(vm, "Y", &[], &[("foo", Obj::FALSE), ("__len__", method(&SEVEN))]));
        let z = ok(class(vm, "Z", &[&x], &[]));
        assert!(ok(vm.getattr_str(&z, "foo")).is(&Obj::TRUE));
        ok(vm.setattr(&z, &name("__bases__"), Some(&tuple::new_tuple([y.clone()]))));
        assert!(ok(vm.getattr_str(&z, "foo")).is(&Obj::FALSE));
        assert_eq!(ok(vm.len(&ok(vm.call0(&z)))), 7);
        assert_eq!(
            error(vm.setattr(&y, &name("__bases__"), Some(&tuple::new_tuple([z.clone()])))),
            "TypeError: a __bases__ item causes an inheritance cycle"
        );
        let w = ok(class(vm, "W", &[&x, &y], &[]));
        assert_eq!(ok(vm.len(&ok(vm.call0(&w)))), 7);
    });
}

#[test]
fn wrappers_check_what_they_are_called_with() {
    with_vm(|vm| {
        let int = Builtin::Int.ty();
        let add = ok(vm.getattr_str(int, "__add__"));
        assert_eq!(ok(vm.repr_text(&add)), "<slot wrapper '__add__' of 'int' objects>");
        assert_eq!(
            error(vm.call0(&add)),
            "TypeError: descriptor '__add__' of 'int' object needs an argument"
        );
        assert_eq!(
            error(vm.call1(&add, &name("a"))),
            "TypeError: descriptor '__add__' requires a 'int' object but received a 'str'"
        );
        assert_eq!(error(vm.call1(&add, &int::new_int(1))), "TypeError: expected 1 argument, got 0");
        let object_new = ok(vm.getattr_str(Builtin::Object.ty(), "__new__"));
        assert_eq!(
            error(vm.call1(&object_new, int)),
            "TypeError: object.__new__(int) is not safe, use int.__new__()"
        );
        let set = ok(vm.getattr_str(Builtin::Object.ty(), "__setattr__"));
        assert_eq!(
            error(vm.call(&set, &[int.clone(), name("a"), name("b")])),
            "TypeError: can't apply this __setattr__ to type object"
        );
    });
}

#[test]
fn every_attribute_of_every_builtin_type_can_be_read_and_shown() {
    with_vm(|vm| {
        for ty in SPECS.iter().map(|(id, _)| pyre_object::builtin::builtin_type(*id)) {
            for (key, value) in dict::items_snapshot(typeobj::type_body(ty).namespace()) {
                if !str::to_string_lossy(&key).starts_with("__a") {
                    ok(vm.getattr(ty, &key));
                }
                ok(vm.repr_text(&value));
                for attribute in ["__text_signature__", "__qualname__", "__doc__"] {
                    ok(vm.getattr_opt(&value, &name(attribute)));
                }
            }
        }
    });
}

#[test]
fn properties_class_methods_and_super_find_their_functions() {
    with_vm(|vm| {
        let property = ok(vm.call1(Builtin::Property.ty(), &method(&SEVEN)));
        let class_method = ok(vm.call1(Builtin::ClassMethod.ty(), &method(&COUNT)));
        let h = ok(class(vm, "H", &[], &[("p", property), ("c", class_method)]));
        let o = ok(vm.call0(&h));
        assert_eq!(number(&ok(vm.getattr_str(&o, "p"))), 7);
        assert_eq!(
            error(vm.setattr(&o, &name("p"), Some(&Obj::NONE))),
            "AttributeError: property 'p' of 'H' object has no setter"
        );
        assert_eq!(number(&ok(vm.call_method_str(&o, "c", &[]))), 1);
        let i = ok(class(vm, "I", &[&h], &[("p", Obj::NONE)]));
        let o = ok(vm.call0(&i));
        let s = ok(vm.call2(Builtin::Super.ty(), &i, &o));
        assert_eq!(number(&ok(vm.getattr_str(&s, "p"))), 7);
        assert_eq!(ok(vm.repr_text(&s)), "<super: <class 'I'>, <I object>>");
    });
}

#[test]
fn subclasses_of_exceptions_have_the_members_of_their_base() {
    with_vm(|vm| {
        let e = ok(class(vm, "E", &[Exc::StopIteration.ty()], &[]));
        let o = ok(vm.call1(&e, &int::new_int(5)));
        ok(vm.setattr(&o, &name("note"), Some(&Obj::TRUE)));
        assert_eq!(number(&ok(vm.getattr_str(&o, "value"))), 5);
        assert!(ok(vm.getattr_str(&o, "note")).is(&Obj::TRUE));
    });
}
