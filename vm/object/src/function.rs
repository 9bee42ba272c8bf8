//! Function objects, bound methods, closure cells.

use crate::builtin::Builtin;
use crate::code::code_body;
use crate::heap_body;
use crate::layout::{Body, HEADER_SIZE, Slot};
use crate::obj::Obj;
use crate::shape::shape;
use crate::value::Value;
use crate::{alloc, dict};
use pyre_threads::sync::{AtomicU32, Ordering};

heap_body! {
    /// A Python function. Functions without closure and without mutable defaults are tracing-managed from birth. While
    /// `qualname` or `doc` are empty they are those of the code.
    pub struct FunctionBody "function" {
        slots { code, globals, builtins, name, qualname, defaults, kwdefaults, closure, annotations, annotate, doc, module, type_params }
        data {
            /// changes when code or defaults are replaced; inline caches of calls compare it
            version: AtomicU32,
        }
    }
}

heap_body! {
    /// A method bound to an instance.
    pub struct MethodBody "method" { slots { function, instance } data {} }
}

heap_body! {
    /// A variable shared between a function and functions inside it.
    pub struct CellBody "cell" { slots { content } data {} }
}

/// What a function is made of.
pub struct FunctionParts {
    /// The code object.
    pub code: Obj,
    /// The globals dict.
    pub globals: Obj,
    /// The builtins dict.
    pub builtins: Obj,
    /// `__defaults__` or `UNBOUND`.
    pub defaults: Obj,
    /// `__kwdefaults__` or `UNBOUND`.
    pub kwdefaults: Obj,
    /// Tuple of cells or `UNBOUND`.
    pub closure: Obj,
    /// The `__annotate__` function or `UNBOUND`.
    pub annotate: Obj,
}

/// A new function object.
pub fn new_function(p: FunctionParts) -> Obj {
    let name = code_body(&p.code).name.get();
    let module = dict::get_str(&p.globals, crate::names::__name__()).unwrap_or(Obj::NONE);
    // What a function with a closure or defaults holds must be released when the function goes out of use.
    let counted = !p.closure.is_unbound() || !p.defaults.is_unbound() || !p.kwdefaults.is_unbound();
    let body = FunctionBody {
        code: Slot::new(p.code),
        globals: Slot::new(p.globals),
        builtins: Slot::new(p.builtins),
        name: Slot::new(name),
        qualname: Slot::empty(),
        defaults: Slot::new(p.defaults),
        kwdefaults: Slot::new(p.kwdefaults),
        closure: Slot::new(p.closure),
        annotations: Slot::empty(),
        annotate: Slot::new(p.annotate),
        doc: Slot::empty(),
        module: Slot::new(module),
        type_params: Slot::empty(),
        version: AtomicU32::new(1),
    };
    let s = shape(Builtin::Function.shape());
    let cell = alloc::cell(s.cell_size());
    // SAFETY: the cell is fresh and as large as the shape says.
    unsafe {
        cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<FunctionBody>().write(body);
        alloc::clear_attributes(cell, s);
    }
    if counted { alloc::publish(cell, s.id) } else { alloc::publish_traced(cell, s.id) }
}

impl FunctionBody {
    /// `__qualname__`
    pub fn qualname(&self) -> Obj {
        Self::own_or(&self.qualname, || code_body(&self.code.get()).qualname())
    }

    /// `__doc__`
    pub fn doc(&self) -> Obj {
        Self::own_or(&self.doc, || code_body(&self.code.get()).doc())
    }

    /// What is in the slot; if that is nothing, what the code says, unless another thread is replacing that.
    fn own_or(slot: &Slot, of_code: impl FnOnce() -> Obj) -> Obj {
        if !slot.peek().is_unbound() {
            return slot.get();
        }
        let of_code = of_code();
        if slot.peek().is_unbound() { of_code } else { slot.get() }
    }

    /// Replaces the code; what the function took from the old one stays.
    pub fn set_code(&self, code: Obj) {
        // Refused if another thread has set them meanwhile.
        let _ = self.qualname.compare_set(Value::UNBOUND, self.qualname());
        let _ = self.doc.compare_set(Value::UNBOUND, self.doc());
        self.code.set(code);
        self.changed();
    }

    /// Code or defaults were replaced: inline caches of calls must not be trusted any more.
    pub fn changed(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }
}

/// A bound method.
#[inline]
pub fn new_method(function: Obj, instance: Obj) -> Obj {
    alloc::new(Builtin::Method, MethodBody { function: Slot::new(function), instance: Slot::new(instance) })
}

/// A closure cell; `UNBOUND` makes an empty one.
#[inline]
pub fn new_cell(content: Obj) -> Obj {
    alloc::new(Builtin::Cell, CellBody { content: Slot::new(content) })
}

/// Whether the object is a Python function (functions cannot be subclassed).
#[inline(always)]
pub fn is_function(o: &Obj) -> bool {
    o.is_exactly(Builtin::Function)
}

/// The body of a function object.
///
/// # Safety
/// `o` is a function ([`is_function`]).
#[inline(always)]
pub unsafe fn function_body(o: &Obj) -> &FunctionBody {
    // SAFETY: promised by the caller.
    unsafe { o.body_unchecked() }
}

const _: fn() -> &'static crate::Layout = FunctionBody::layout;
