//! Bringing the object model up: the objects that exist once, the builtin types in the order of their dependencies, and
//! threads that enter and leave it.

use crate::alloc::NoBody;
use crate::builtin::{self, Builtin};
use crate::exception::Exc;
use crate::layout::{Body, Layout};
use crate::native::TypeSpec;
use crate::obj::Obj;
use crate::shape::{self, ShapeSpec};
use crate::type_new::NativeBuilder;
use crate::value::Value;
use crate::vm::Vm;
use crate::{bytes, destroy, dict, model, names, set, str, typeobj, value_array};
use pyre_gc::LocalHeap;
use pyre_threads::tls;
use std::sync::Once;

/// A builtin type: its fixed shape id (`Builtin as u32`, `Exc as u32`) and its table.
pub type BuiltinSpec = (u32, &'static TypeSpec);

/// Cells that Python code never sees, with their layouts.
fn internal_layouts() -> [(Builtin, &'static Layout); 5] {
    [
        (Builtin::ValueArray, value_array::ValueArray::layout()),
        (Builtin::DictTable, dict::DictTable::layout()),
        (Builtin::SetTable, set::SetTable::layout()),
        (Builtin::ByteArrayStorage, bytes::ByteStorageBody::layout()),
        (Builtin::Internal, NoBody::layout()),
    ]
}

/// Makes the builtin types. `object` and `type` must be among them; the rest may come in any order, each base included.
/// By the first thread, once.
///
/// # Panics
/// A base is missing from the list.
pub fn create_types(vm: &Vm, specs: &[BuiltinSpec]) {
    let plain = |layout| ShapeSpec {
        layout,
        attrs_offset: 0,
        inline_slots: 0,
        fixed: 0,
        dict_mode: false,
        names: Box::new([]),
    };
    for (b, layout) in internal_layouts() {
        shape::new_builtin(b.shape(), plain(layout));
    }
    let builder = |&(id, spec): &BuiltinSpec| NativeBuilder { spec, id: Some(id) };
    // Strings, tuples and dicts are needed to make the first type, so shapes come first; a shape that depends on the
    // base's comes with its type.
    let independent = |s: &BuiltinSpec| s.1.layout.is_some() || s.1.base.is_none();
    specs.iter().filter(|s| independent(s)).for_each(|s| builder(s).publish_shape(&Obj::NONE));
    let mut waiting: Vec<&BuiltinSpec> = specs.iter().collect();
    // `object` and `type` first: every other type refers to them.
    waiting.sort_by_key(|s| (s.0 != Builtin::Object.shape(), s.0 != Builtin::Type.shape()));
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|s| {
            let base = base_of(vm, s);
            if base.is_unbound() {
                return true;
            }
            if !independent(s) {
                builder(s).publish_shape(&base);
            }
            builder(s).create(&base);
            false
        });
        assert!(waiting.len() < before, "builtin types lack their bases: {}", names_of(&waiting));
    }
    for (b, _) in internal_layouts() {
        shape::shape(b.shape()).set_type(Builtin::Object.ty().raw());
    }
    if exists(Exc::ExceptionGroup as u32) {
        crate::exception_group::complete_type();
    }
}

/// The base of a builtin type; `UNBOUND` if it does not exist yet, `None` for `object`.
fn base_of(vm: &Vm, s: &BuiltinSpec) -> Obj {
    match s.1.base {
        Some(f) => f(vm),
        None if s.0 == Builtin::Object.shape() => Obj::NONE,
        None => Builtin::Object.ty().clone(),
    }
}

fn names_of(specs: &[&BuiltinSpec]) -> String {
    specs.iter().map(|s| s.1.name).collect::<Vec<_>>().join(", ")
}

/// Prepares the process: the collector's view of objects, the objects that exist once, the builtin types. The calling
/// thread has entered ([`enter_thread`]). Does nothing the second time.
pub fn init(vm: &Vm, specs: &[BuiltinSpec]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        model::install();
        str::init();
        bytes::init();
        names::init();
        create_types(vm, specs);
    });
}

/// Registers the calling thread, attaches it, gives it a heap and the state that running Python needs.
///
/// # Panics
/// There are too many threads.
pub fn enter_thread(name: &str) -> &'static Vm {
    if let Some(vm) = Vm::try_current() {
        return vm;
    }
    if let Err(e) = pyre_threads::register(name) {
        panic!("cannot register the thread: {e:?}");
    }
    pyre_threads::attach();
    if LocalHeap::try_current().is_none() {
        LocalHeap::enter();
    }
    let vm = Box::into_raw(Vm::new(tls::current_id()));
    tls::set_vm_ptr(vm.cast());
    // SAFETY: just made; freed by `leave_thread` only, after the thread-local was cleared.
    let vm: &'static Vm = unsafe { &*vm };
    vm.record().set_embedder(std::ptr::from_ref(vm).cast_mut().cast());
    vm
}

/// Releases what the calling thread holds and takes it out of the object model; it may enter again.
pub fn leave_thread() {
    let Some(vm) = Vm::try_current() else { return };
    vm.clear();
    LocalHeap::exit(|cell| destroy::destroy(Value::from_header(cell.as_ptr())));
    if let Some(f) = crate::hooks::THREAD_END.get() {
        f(vm);
    }
    vm.record().set_embedder(std::ptr::null_mut());
    tls::set_vm_ptr(std::ptr::null_mut());
    // SAFETY: made by `enter_thread`; nothing refers to it any more.
    drop(unsafe { Box::from_raw(std::ptr::from_ref(vm).cast_mut()) });
    pyre_threads::detach();
}

/// Whether the builtin type with this shape id was made.
pub fn exists(id: u32) -> bool {
    typeobj::is_type(builtin::builtin_type(id))
}

/// For tests of this crate and of the crates above it.
pub mod testing {
    use super::{BuiltinSpec, enter_thread, init, leave_thread};
    use crate::vm::Vm;
    use std::sync::Mutex;

    static FIRST: Mutex<()> = Mutex::new(());

    /// Runs `f` on a thread that runs Python, with these builtin types (made once per process).
    pub fn with_vm<R>(specs: &[BuiltinSpec], f: impl FnOnce(&Vm) -> R) -> R {
        // Tests run on several threads.
        pyre_gc::set_multi_threaded();
        let vm = enter_thread("test");
        {
            let _first = FIRST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            init(vm, specs);
        }
        let r = f(vm);
        leave_thread();
        r
    }
}
