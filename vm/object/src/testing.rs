//! For the tests of this crate: a thread that runs Python, with builtin types that have bodies but no methods.

use crate::native::{TypeFlags, TypeSpec};
use crate::slots::{CmpOp, Slots};
use crate::start::{BuiltinSpec, testing};
use crate::vm::Vm;
use crate::{Body, Builtin, Obj, PyResult, alloc, heap_body};
use std::cell::RefCell;

macro_rules! specs {
    ($($builtin:ident $name:literal $($body:path)? $(, $slots:expr)?;)*) => {
        &[$((
            Builtin::$builtin as u32,
            &TypeSpec {
                name: $name,
                flags: TypeFlags::BASE,
                $(layout: Some(<$body>::layout),)?
                $(slots: $slots,)?
                ..TypeSpec::EMPTY
            },
        ),)*]
    };
}

heap_body! {
    /// A key whose `==` runs what a test wants.
    pub struct KeyBody "key" { slots {} data { id: i64 } }
}

thread_local! {
    static ON_EQUALS: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// A key that is equal to those with the same id; all tests give such keys hash 7.
pub(crate) fn key(id: i64) -> Obj {
    alloc::new(Builtin::Capsule, KeyBody { id })
}

/// The number that the key was made with.
pub(crate) fn id_of(key: &Obj) -> i64 {
    key.body::<KeyBody>().id
}

/// Runs `f` at every comparison of two keys, on this thread; `None` for nothing.
pub(crate) fn on_equals(f: Option<Box<dyn FnMut()>>) {
    ON_EQUALS.with(|h| *h.borrow_mut() = f);
}

fn compare_keys(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<KeyBody>(), b.downcast::<KeyBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    let hook = ON_EQUALS.with(|h| h.borrow_mut().take());
    if let Some(mut f) = hook {
        f();
        ON_EQUALS.with(|h| {
            h.borrow_mut().get_or_insert(f);
        });
    }
    Ok(Obj::bool(op.holds(x.id.cmp(&y.id))))
}

static SPECS: &[BuiltinSpec] = specs! {
    Object "object";
    Type "type" crate::typeobj::TypeBody;
    Int "int" crate::int::IntBody;
    Bool "bool" crate::int::IntBody;
    Float "float" crate::float::FloatBody;
    NoneType "NoneType";
    Str "str" crate::str::StrBody;
    Tuple "tuple" crate::tuple::TupleBody;
    List "list" crate::list::ListBody;
    Dict "dict" crate::dict::DictBody;
    Set "set" crate::set::SetBody;
    FrozenSet "frozenset" crate::set::SetBody;
    Capsule "key" KeyBody, Slots { compare: Some(compare_keys), ..Slots::NONE };
};

/// Runs `f` on a thread that runs Python.
pub(crate) fn with_vm<R>(f: impl FnOnce(&Vm) -> R) -> R {
    testing::with_vm(SPECS, f)
}

/// Runs `f` on `n` threads that run Python, at once; the argument is the number of the thread.
pub(crate) fn on_threads(n: usize, f: impl Fn(&Vm, usize) + Sync) {
    with_vm(|_| {
        pyre_threads::without_attachment(|| {
            std::thread::scope(|s| {
                (0..n).for_each(|i| {
                    let f = &f;
                    s.spawn(move || with_vm(|vm| f(vm, i)));
                });
            });
        });
    });
}

/// A small generator of random numbers (xorshift, Marsaglia 2003).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: usize) -> Random {
        Random((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n as u64) as usize
    }
}
