//! Code objects: a compiled [`CodeUnit`] with its constants and names as objects and its own copy of the instruction
//! words, which hold the inline caches. Tracing-managed, and so is everything in it: running code counts nothing.

use crate::builtin::Builtin;
use crate::heap_body;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::value::Value;
use crate::{alloc, bytes, complex, float, int, intern, set, str, tuple};
use pyre_bytecode::code::flags;
use pyre_bytecode::{CodeUnit, Constant};
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicBool, AtomicU64, Ordering};
use pyre_threads::tls;
use std::sync::Arc;

heap_body! {
    /// A code object.
    pub struct CodeBody "code" {
        slots { name, qualname, filename, consts, names, varnames, freevars, cellvars }
        data {
            /// what the compiler made
            unit: Arc<CodeUnit>,
            /// instructions and inline caches
            words: Box<[AtomicU64]>,
            /// the items of `consts`
            const_items: ItemsPtr,
            /// the items of `names`
            name_items: ItemsPtr,
            /// the register of each cell variable that is also a parameter or local
            nregs: u32,
            /// how many positional arguments a call passes that needs no binding; `u32::MAX` if every call needs it
            simple_args: u32,
            /// `CO_*`
            flags: u32,
            /// registers of variables and cells; the others are temporaries
            local_count: u32,
            /// whether any inline cache has been filled
            has_caches: AtomicBool,
        }
    }
}

/// The items of a tuple that lives as long as the pointer's holder.
pub struct ItemsPtr(*const Value);

// SAFETY: points into an immutable, tracing-managed tuple that the holder keeps alive.
unsafe impl Send for ItemsPtr {}
// SAFETY: as above.
unsafe impl Sync for ItemsPtr {}

impl ItemsPtr {
    /// The address of the first item.
    #[inline(always)]
    pub fn as_ptr(&self) -> *const Value {
        self.0
    }

    /// The word at `i`.
    ///
    /// # Safety
    /// `i` is less than the tuple's length.
    #[inline(always)]
    pub unsafe fn at(&self, i: usize) -> Value {
        // SAFETY: promised by the caller.
        unsafe { *self.0.add(i) }
    }

    /// A borrowed handle to the item at `i`.
    ///
    /// # Safety
    /// `i` is less than the tuple's length.
    #[inline(always)]
    pub unsafe fn obj(&self, i: usize) -> &Obj {
        // SAFETY: promised by the caller; the tuple is immutable.
        unsafe { Obj::borrow_raw(&*self.0.add(i)) }
    }
}

/// All code objects, so that their inline caches can be emptied; not counted, the collector removes the dead.
pub static ALL_CODE: Mutex<Vec<Value>> = Mutex::new(Vec::new());

/// A code object for a compiled unit; nested code becomes objects too.
pub fn new_code(unit: Arc<CodeUnit>) -> Obj {
    let consts = tuple::new_tuple(unit.consts.iter().map(constant));
    new_code_with_constants(unit, consts)
}

/// A code object with these constants (a tuple) in place of the unit's: as many, or more.
///
/// # Panics
/// There are fewer of them.
pub fn new_code_with_constants(unit: Arc<CodeUnit>, consts: Obj) -> Obj {
    assert!(tuple::items(&consts).len() >= unit.consts.len());
    let consts = managed(consts);
    let strings = |v: &[Arc<str>]| managed(tuple::new_tuple(v.iter().map(|s| intern::intern_str(s))));
    let names = strings(&unit.names);
    let const_items = ItemsPtr(tuple::items(&consts).as_ptr().cast());
    let name_items = ItemsPtr(tuple::items(&names).as_ptr().cast());
    let body = CodeBody {
        name: Slot::new(intern::intern_str(&unit.name)),
        qualname: Slot::new(intern::intern_str(&unit.qualname)),
        filename: Slot::new(intern::intern_str(&unit.filename)),
        consts: Slot::new(consts),
        names: Slot::new(names),
        varnames: Slot::new(strings(&unit.varnames)),
        freevars: Slot::new(strings(&unit.freevars)),
        cellvars: Slot::new(strings(&unit.cellvars)),
        words: unit.words.iter().map(|w| AtomicU64::new(*w)).collect(),
        const_items,
        name_items,
        nregs: unit.nregs,
        simple_args: simple_args(&unit),
        flags: unit.flags,
        local_count: unit.local_count() as u32,
        has_caches: AtomicBool::new(false),
        unit,
    };
    let code = alloc::new_traced(Builtin::Code.shape(), body);
    unscanned(|| ALL_CODE.lock().push(code.raw()));
    code
}

fn simple_args(unit: &CodeUnit) -> u32 {
    let special =
        flags::VARARGS | flags::VARKEYWORDS | flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
    // Code of modules and expressions needs a namespace.
    let plain = unit.flags & flags::OPTIMIZED != 0;
    if !plain || unit.flags & special != 0 || unit.kwonly_arg_count != 0 { u32::MAX } else { unit.arg_count }
}

/// Makes an object tracing-managed.
pub fn managed(o: Obj) -> Obj {
    if let Some(cell) = o.cell() {
        // SAFETY: held by the caller.
        unsafe { cell.as_ref() }.flip(tls::current_id());
    }
    o
}

/// The object of a constant, tracing-managed.
pub fn constant(c: &Constant) -> Obj {
    managed(match c {
        Constant::None => Obj::NONE,
        Constant::True => Obj::TRUE,
        Constant::False => Obj::FALSE,
        Constant::Ellipsis => Obj::ELLIPSIS,
        Constant::Int(i) => int::new_int(*i),
        Constant::BigInt { negative, magnitude } => int::from_magnitude(*negative, magnitude),
        Constant::Float(f) => float::new_float(*f),
        Constant::Complex(re, im) => complex::new_complex(*re, *im),
        Constant::Str(s) => intern::intern(&str::from_wtf8(s)),
        Constant::Bytes(b) => bytes::new_bytes(b),
        Constant::Tuple(items) => tuple::new_tuple(items.iter().map(constant)),
        Constant::FrozenSet(items) => set::frozen_from_constants(items.iter().map(constant)),
        Constant::Slice(parts) => {
            let [a, b, c] = [constant(&parts[0]), constant(&parts[1]), constant(&parts[2])];
            new_slice(a, b, c)
        }
        Constant::Code(unit) => new_code(unit.clone()),
    })
}

heap_body! {
    /// `slice(start, stop, step)`
    pub struct SliceBody "slice" { slots { start, stop, step } data {} }
}

/// A slice object.
pub fn new_slice(start: Obj, stop: Obj, step: Obj) -> Obj {
    alloc::new(
        Builtin::Slice,
        SliceBody { start: Slot::new(start), stop: Slot::new(stop), step: Slot::new(step) },
    )
}

/// The body of a code object.
///
/// # Panics
/// `o` is no code object.
#[inline(always)]
#[track_caller]
pub fn code_body(o: &Obj) -> &CodeBody {
    o.body()
}

impl CodeBody {
    /// The docstring, or `None`.
    pub fn doc(&self) -> Obj {
        match tuple::items(self.consts.get_fixed()).first() {
            Some(d) if self.flags & flags::HAS_DOCSTRING != 0 => d.clone(),
            _ => Obj::NONE,
        }
    }

    /// Positional parameters.
    #[inline(always)]
    pub fn arg_count(&self) -> usize {
        self.unit.arg_count as usize
    }

    /// Whether a call makes a generator, coroutine or async generator.
    #[inline(always)]
    pub fn is_generator_like(&self) -> bool {
        self.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }

    /// Empties all inline caches. Other threads must not run this code now.
    pub fn flush_caches(&self) {
        if !self.has_caches.swap(false, Ordering::Relaxed) {
            return;
        }
        for (at, instruction, _) in self.unit.instructions() {
            if let Some(op) = pyre_bytecode::Opcode::from_u8(instruction.op_byte())
                && op.extra_word() == pyre_bytecode::ExtraWord::Cache
            {
                self.words[at + 1].store(0, Ordering::Relaxed);
            }
        }
    }
}

/// Empties the inline caches of all code there is, with the world stopped.
pub fn flush_all_caches() {
    crate::vm::ACCESS_EPOCH.fetch_add(1, Ordering::AcqRel);
    for code in ALL_CODE.lock().iter() {
        // SAFETY: listed code is alive until the collector removes it.
        code_body(unsafe { Obj::borrow_raw(code) }).flush_caches();
    }
}

/// Forgets code objects that a collection found dead.
pub fn forget_dead_code(is_dead: &dyn Fn(Value) -> bool) {
    ALL_CODE.lock().retain(|c| !is_dead(*c));
}
