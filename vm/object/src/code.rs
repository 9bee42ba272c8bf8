//! Code objects: a compiled unit with its constants and names as objects and its own copy of the instruction
//! words, which hold the inline caches. Tracing-managed, and so is everything in it: running code counts nothing.
//!
//! Most functions of the library never run. A code object of the program's image begins with its name only, and is
//! completed ([`CodeBody::complete`]) when it is called or asked about. Until then its `simple_args` let no call through
//! but by the slow ways, which complete it; so running code is complete, and fast calls test nothing more than they would anyway.

use crate::builtin::Builtin;
use crate::heap_body;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::value::Value;
use crate::{alloc, bytes, complex, float, int, intern, set, str, tuple};
use pyre_bytecode::code::flags;
use pyre_bytecode::{CodeUnit, Constant, SharedUnit, Text};
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use pyre_threads::tls;
use std::cell::UnsafeCell;

heap_body! {
    /// A code object. The slots after `name` are empty until it is complete.
    pub struct CodeBody "code" {
        slots { name, qualname, filename, consts, names, varnames, freevars, cellvars }
        data {
            /// what the compiler made
            unit: SharedUnit,
            /// what running it needs
            running: RunningCell,
            /// registers of a frame
            nregs: u32,
            /// how many positional arguments a call passes that needs no binding; `u32::MAX` if every call needs it
            simple_args: AtomicU32,
            /// `CO_*`
            flags: u32,
            /// whether the slots and `running` are filled
            is_complete: AtomicBool,
            /// whether any inline cache has been filled
            has_caches: AtomicBool,
        }
    }
}

/// The part of a code object that running it needs.
struct Running {
    /// Instructions and inline caches.
    words: Box<[AtomicU64]>,
    /// The items of `consts`.
    const_items: ItemsPtr,
    /// The items of `names`.
    name_items: ItemsPtr,
    /// Registers of variables and cells; the others are temporaries.
    local_count: u32,
}

/// Written once, before the code object is complete.
pub struct RunningCell(UnsafeCell<Running>);

// SAFETY: written under `COMPLETING`, before `is_complete` or `simple_args` say so, and read by those who have seen either.
unsafe impl Sync for RunningCell {}
// SAFETY: the pointers in it are to immutable tuples that the code object keeps alive.
unsafe impl Send for RunningCell {}

/// Serialises the completion of code objects. Its holder allocates, which never polls.
static COMPLETING: Mutex<()> = Mutex::new(());

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

/// A code object for a compiled unit; nested code becomes objects too. A unit that nobody has read yet stays so.
pub fn new_code(unit: SharedUnit) -> Obj {
    if let Some(head) = unit.head() {
        let name = Slot::new(intern::intern_str(&head.name));
        return publish(name, unit, head.nregs, head.flags);
    }
    let consts = tuple::new_tuple(unit.consts.iter().map(constant));
    new_code_with_constants(unit, consts)
}

/// A code object with these constants (a tuple) in place of the unit's: as many, or more.
///
/// # Panics
/// There are fewer of them.
pub fn new_code_with_constants(unit: SharedUnit, consts: Obj) -> Obj {
    assert!(tuple::items(&consts).len() >= unit.consts.len());
    let (nregs, flags) = (unit.nregs, unit.flags);
    let code = publish(Slot::new(intern::intern_str(&unit.name)), unit, nregs, flags);
    // Nobody else has the object yet.
    code_body(&code).fill(managed(consts));
    code
}

/// An incomplete code object.
fn publish(name: Slot, unit: SharedUnit, nregs: u32, flags: u32) -> Obj {
    let nothing = || ItemsPtr(std::ptr::null());
    let body = CodeBody {
        name,
        qualname: Slot::empty(),
        filename: Slot::empty(),
        consts: Slot::empty(),
        names: Slot::empty(),
        varnames: Slot::empty(),
        freevars: Slot::empty(),
        cellvars: Slot::empty(),
        unit,
        running: RunningCell(UnsafeCell::new(Running {
            words: Box::default(),
            const_items: nothing(),
            name_items: nothing(),
            local_count: 0,
        })),
        nregs,
        simple_args: AtomicU32::new(u32::MAX),
        flags,
        is_complete: AtomicBool::new(false),
        has_caches: AtomicBool::new(false),
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
    /// Makes sure that the object is complete: what is in its slots, and what running it needs.
    #[inline]
    pub fn complete(&self) -> &CodeBody {
        if !self.is_complete.load(Ordering::Acquire) {
            self.complete_now();
        }
        self
    }

    #[cold]
    #[inline(never)]
    fn complete_now(&self) {
        let unit = unscanned(|| &*self.unit);
        let _one = COMPLETING.lock();
        if !self.is_complete.load(Ordering::Relaxed) {
            self.fill(managed(tuple::new_tuple(unit.consts.iter().map(constant))));
        }
    }

    /// Completes the object. By one thread at a time, once.
    fn fill(&self, consts: Obj) {
        let unit = &*self.unit;
        let strings = |v: &[Text]| managed(tuple::new_tuple(v.iter().map(|s| intern::intern_str(s))));
        let names = strings(&unit.names);
        let running = Running {
            words: unscanned(|| unit.words.iter().map(|w| AtomicU64::new(*w)).collect()),
            const_items: ItemsPtr(tuple::items(&consts).as_ptr().cast()),
            name_items: ItemsPtr(tuple::items(&names).as_ptr().cast()),
            local_count: unit.local_count() as u32,
        };
        self.qualname.set(intern::intern_str(&unit.qualname));
        self.filename.set(intern::intern_str(&unit.filename));
        self.consts.set(consts);
        self.names.set(names);
        self.varnames.set(strings(&unit.varnames));
        self.freevars.set(strings(&unit.freevars));
        self.cellvars.set(strings(&unit.cellvars));
        // SAFETY: nobody reads it before the stores below, and nobody else writes it.
        unsafe { *self.running.0.get() = running };
        self.is_complete.store(true, Ordering::Release);
        self.simple_args.store(simple_args(unit), Ordering::Release);
    }

    /// What running it needs. The object is complete.
    #[inline(always)]
    fn running(&self) -> &Running {
        debug_assert!(self.is_complete.load(Ordering::Acquire));
        // SAFETY: never written again once the object is complete; the caller has made sure of that, or runs it.
        unsafe { &*self.running.0.get() }
    }

    /// Instructions and inline caches. The object is complete.
    #[inline(always)]
    pub fn words(&self) -> &[AtomicU64] {
        &self.running().words
    }

    /// The items of `consts`. The object is complete.
    #[inline(always)]
    pub fn const_items(&self) -> &ItemsPtr {
        &self.running().const_items
    }

    /// The items of `names`. The object is complete.
    #[inline(always)]
    pub fn name_items(&self) -> &ItemsPtr {
        &self.running().name_items
    }

    /// Registers of variables and cells; the others are temporaries. The object is complete.
    #[inline(always)]
    pub fn local_count(&self) -> u32 {
        self.running().local_count
    }

    /// How many positional arguments a call passes that needs no binding; `u32::MAX` if every call needs it, or if the
    /// object is not complete.
    #[inline(always)]
    pub fn simple_args(&self) -> u32 {
        self.simple_args.load(Ordering::Acquire)
    }

    /// The docstring, or `None`.
    pub fn doc(&self) -> Obj {
        self.complete();
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
                self.words()[at + 1].store(0, Ordering::Relaxed);
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
