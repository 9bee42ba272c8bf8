//! The end of the process, as far as programs can see it: finalizers of what `__main__` holds run, and files that nobody closed are flushed.
//!
//! Nothing is done while other threads of the program (daemons) run on: they may be in the middle of anything, with locks held. Modules other than
//! `__main__` stay as they are; their objects end with the process.

use crate::io::types::TEXT_IO_WRAPPER;
use crate::io::unwritten;
use pyre_gc::Reason;
use pyre_object::alloc::PYTHON_FINALIZERS;
use pyre_object::typeobj::is_instance_exact_mro;
use pyre_object::{Builtin, Obj, Vm, dict, intern, module, str, weakref};
use pyre_threads::sync::Ordering;
use pyre_vm::runtime;

/// Lets `__main__` go and flushes files. After exit handlers and the joining of threads.
pub fn finalize(vm: &Vm) {
    let mut threads = 0;
    pyre_threads::for_each_thread(|record| threads += usize::from(!record.embedder().is_null()));
    if threads > 1 {
        return;
    }
    // Before as well, because finalizers of one cycle may close the lower parts of a file first.
    flush_files(vm);
    if main_is_plain() && !PYTHON_FINALIZERS.load(Ordering::Relaxed) {
        return;
    }
    release_main(vm);
    flush_files(vm);
}

/// Whether `__main__` holds nothing whose end anybody could notice: texts, numbers and modules.
fn main_is_plain() -> bool {
    let Some(main) = dict::get_str(runtime::runtime().modules, &intern::intern_str("__main__")) else {
        return true;
    };
    let Some(namespace) = module::module_dict(&main) else { return false };
    dict::items_snapshot(&namespace).iter().all(|(key, value)| {
        let known = str::is_str(key) && matches!(&*str::to_string_lossy(key), "__loader__" | "__spec__");
        known || !value.raw().is_ptr() || value.is_exactly(Builtin::Str) || value.is_exactly(Builtin::Module)
    })
}

fn flush_files(vm: &Vm) {
    for file in open_files() {
        // What a closed file or a broken pipe says here helps nobody.
        let _ = vm.call_method_str(&file, "flush", &[]);
    }
}

#[inline(never)]
fn release_main(vm: &Vm) {
    let Some(weak) = forget_main() else { return };
    // Most namespaces are part of cycles (functions refer to their globals); finalizers in them still find all names.
    pyre_interp::poll::merge(vm);
    pyre_gc::collect(Reason::Shutdown);
    // Somebody still holds the module: its names go one by one, the private ones first.
    let Some(namespace) = weakref::deref(&weak).and_then(|m| module::module_dict(&m)) else { return };
    for private in [true, false] {
        for key in dict::keys_snapshot(&namespace) {
            let text = if str::is_str(&key) { str::to_string_lossy(&key) } else { continue };
            let is_private = text.starts_with('_') && !text.starts_with("__");
            if text != "__builtins__" && (is_private || !private) {
                dict::set_str(&namespace, &key, Obj::NONE);
            }
        }
    }
    pyre_gc::collect(Reason::Shutdown);
}

/// Takes `__main__` out of `sys.modules`; a weak reference to it.
#[inline(never)]
fn forget_main() -> Option<Obj> {
    let main = dict::pop_str(runtime::runtime().modules, &intern::intern_str("__main__"))?;
    weakref::new_weakref(Builtin::WeakRef.ty(), &main, None)
}

/// Files with a buffer for writing, text files first: they write into the others.
fn open_files() -> Vec<Obj> {
    let mut files = unwritten::all();
    files.sort_by_key(|o| !TEXT_IO_WRAPPER.made().is_some_and(|ty| is_instance_exact_mro(o, ty)));
    files
}
