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
use pyre_bytecode::serialize::{Head, Parts, ReadError};
use pyre_bytecode::{Constant, ExceptionEntry, ExtraWord, Opcode, SharedUnit, Text, find_handler};
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use pyre_threads::tls;
use smallvec::SmallVec;
use std::cell::UnsafeCell;

heap_body! {
    /// A code object. `qualname` and `filename` are empty until somebody asks, the other slots after `name` until it is complete.
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
            /// registers of variables and cells; the others are temporaries
            local_count: u32,
            /// `co_argcount`
            arg_count: u32,
            /// `co_posonlyargcount`
            posonly_arg_count: u32,
            /// `co_kwonlyargcount`
            kwonly_arg_count: u32,
            /// whether there are protected ranges
            has_handlers: bool,
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
    /// Protected ranges.
    handlers: Box<[ExceptionEntry]>,
}

/// Written once, before the code object is complete.
pub struct RunningCell(UnsafeCell<Running>);

// SAFETY: written under `COMPLETING`, before `is_complete` or `simple_args` say so, and read by those who have seen either.
unsafe impl Sync for RunningCell {}
// SAFETY: the pointers in it are to immutable tuples that the code object keeps alive.
unsafe impl Send for RunningCell {}

/// Serialises the completion of code objects. Its holder allocates, which never polls.
static COMPLETING: Mutex<()> = Mutex::new(());

/// Objects that complete a code object.
struct Slots {
    consts: Obj,
    names: Obj,
    varnames: Obj,
    freevars: Obj,
    cellvars: Obj,
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

/// A code object for a compiled unit; nested code becomes objects too. A unit that nobody has read yet stays so.
pub fn new_code(unit: SharedUnit) -> Obj {
    if unit.is_unread() {
        return publish(unit);
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
    let code = publish(unit);
    // Nobody else has the object yet.
    code_body(&code).fill_from_unit(managed(consts));
    code
}

/// An incomplete code object.
fn publish(unit: SharedUnit) -> Obj {
    let head = unit.outline();
    let nothing = || ItemsPtr(std::ptr::null());
    let body = CodeBody {
        name: Slot::new(intern::intern_str(&head.name)),
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
            handlers: Box::default(),
        })),
        local_count: head.local_count,
        nregs: head.nregs,
        simple_args: AtomicU32::new(u32::MAX),
        flags: head.flags,
        arg_count: head.arg_count,
        posonly_arg_count: head.posonly_arg_count,
        kwonly_arg_count: head.kwonly_arg_count,
        has_handlers: head.handlers != 0,
        is_complete: AtomicBool::new(false),
        has_caches: AtomicBool::new(false),
    };
    let code = alloc::new_traced(Builtin::Code.shape(), body);
    unscanned(|| ALL_CODE.lock().push(code.raw()));
    code
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
        let _one = COMPLETING.lock();
        if self.is_complete.load(Ordering::Relaxed) {
            return;
        }
        if let Some(parts) = self.unit.parts()
            && self.fill_from_image(parts).is_ok()
        {
            return;
        }
        self.fill_from_unit(managed(tuple::new_tuple(self.unit.consts.iter().map(constant))));
    }

    /// Completes the object from the program's image. By one thread at a time, once.
    fn fill_from_image(&self, mut parts: Parts) -> Result<(), ReadError> {
        let mut items: SmallVec<[Obj; 32]> = SmallVec::new();
        let mut tuple_of = |read: &mut dyn FnMut(&mut dyn FnMut(&str)) -> Result<(), ReadError>| {
            read(&mut |name| items.push(intern::intern_str(name)))?;
            Ok(managed(tuple::new_tuple(items.drain(..))))
        };
        let varnames = tuple_of(&mut |each| parts.varnames(each))?;
        let cellvars = tuple_of(&mut |each| parts.cellvars(each))?;
        let freevars = tuple_of(&mut |each| parts.freevars(each))?;
        let names = tuple_of(&mut |each| parts.names(each))?;
        let words = parts.words()?;
        parts.constants(&mut |c| items.push(constant(&c)))?;
        let consts = managed(tuple::new_tuple(items.drain(..)));
        let handlers = unscanned(|| parts.handlers())?;
        self.fill(&words, handlers, Slots { consts, names, varnames, freevars, cellvars });
        Ok(())
    }

    /// Completes the object from its unit. By one thread at a time, once.
    fn fill_from_unit(&self, consts: Obj) {
        let unit = &*self.unit;
        let strings = |v: &[Text]| managed(tuple::new_tuple(v.iter().map(|s| intern::intern_str(s))));
        let slots = Slots {
            consts,
            names: strings(&unit.names),
            varnames: strings(&unit.varnames),
            freevars: strings(&unit.freevars),
            cellvars: strings(&unit.cellvars),
        };
        self.fill(&unit.words, unscanned(|| unit.exceptions.clone()), slots);
    }

    fn fill(&self, words: &[u64], handlers: Box<[ExceptionEntry]>, slots: Slots) {
        let running = Running {
            words: unscanned(|| words.iter().map(|w| AtomicU64::new(*w)).collect()),
            const_items: ItemsPtr(tuple::items(&slots.consts).as_ptr().cast()),
            name_items: ItemsPtr(tuple::items(&slots.names).as_ptr().cast()),
            handlers,
        };
        self.consts.set(slots.consts);
        self.names.set(slots.names);
        self.varnames.set(slots.varnames);
        self.freevars.set(slots.freevars);
        self.cellvars.set(slots.cellvars);
        // SAFETY: nobody reads it before the stores below, and nobody else writes it.
        unsafe { *self.running.0.get() = running };
        self.is_complete.store(true, Ordering::Release);
        self.simple_args.store(self.simple_args_when_complete(), Ordering::Release);
    }

    /// `co_qualname`
    pub fn qualname(&self) -> Obj {
        self.asked(&self.qualname, |head| head.qualname.clone())
    }

    /// `co_filename`
    pub fn filename(&self) -> Obj {
        self.asked(&self.filename, |head| head.filename.clone())
    }

    fn asked(&self, slot: &Slot, which: impl Fn(&Head) -> Text) -> Obj {
        if slot.peek().is_unbound() {
            let text = which(&self.unit.head().unwrap_or_else(|| self.unit.own_head()));
            // Refused if another thread was faster.
            let _ = slot.compare_set(Value::UNBOUND, intern::intern_str(&text));
        }
        slot.get()
    }

    fn simple_args_when_complete(&self) -> u32 {
        let special = flags::VARARGS
            | flags::VARKEYWORDS
            | flags::GENERATOR
            | flags::COROUTINE
            | flags::ASYNC_GENERATOR;
        // Code of modules and expressions needs a namespace.
        let plain = self.flags & flags::OPTIMIZED != 0;
        if !plain || self.flags & special != 0 || self.kwonly_arg_count != 0 {
            u32::MAX
        } else {
            self.arg_count
        }
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

    /// The handler that protects the instruction at that word. The object is complete.
    pub fn handler(&self, word: u32) -> Option<&ExceptionEntry> {
        find_handler(&self.running().handlers, word)
    }

    /// How many positional arguments a call passes that needs no binding; `u32::MAX` if every call needs it, or if the
    /// object is not complete.
    #[inline(always)]
    pub fn simple_args(&self) -> u32 {
        self.simple_args.load(Ordering::Acquire)
    }

    /// The docstring, or `None`.
    pub fn doc(&self) -> Obj {
        if self.flags & flags::HAS_DOCSTRING == 0 {
            return Obj::NONE;
        }
        if !self.is_complete.load(Ordering::Acquire)
            && let Some(doc) = self.unit.head().and_then(|head| head.doc)
        {
            return constant(&Constant::Str(doc));
        }
        tuple::items(self.complete().consts.get_fixed()).first().cloned().unwrap_or(Obj::NONE)
    }

    /// Positional parameters.
    #[inline(always)]
    pub fn arg_count(&self) -> usize {
        self.arg_count as usize
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
        let words = self.words();
        let mut at = 0;
        while let Some(op) = words.get(at).and_then(|w| Opcode::from_u8(w.load(Ordering::Relaxed) as u8)) {
            if op.extra_word() == ExtraWord::Cache
                && let Some(cache) = words.get(at + 1)
            {
                cache.store(0, Ordering::Relaxed);
            }
            at += op.size();
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
