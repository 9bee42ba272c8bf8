//! [`Direct`]: the machine that simply does it. Handlers instantiated with it are the interpreter.
//!
//! It is built anew for every instruction from the loop's local variables and never escapes into a call, so that the
//! compiler keeps all of it in registers.

use crate::builtin_cells;
use crate::cx::Cx;
use crate::ops::attrs::{self, access_key};
use crate::ops::calls::{self, NewFrame};
use crate::stack::{Action, FLAG_GENERATOR};
use crate::staged::machine::{Call, Code, Objects};
use pyre_gc::Header;
use pyre_jit::machine::{After, Before, Comparison, FloatOp, IntOp, Machine};
use pyre_object::dict::DictBody;
use pyre_object::function::FunctionBody;
use pyre_object::list::ListBody;
use pyre_object::module::ModuleBody;
use pyre_object::operator::{floor_div, floor_mod};
use pyre_object::{Builtin, Obj, Slot, Value, class_cells, dict, float, list, obj, tuple, typeobj};
use pyre_threads::sync::{AtomicU64, Ordering};
use pyre_threads::{rare, tls};

/// See the module's documentation.
pub struct Direct<'a, 'v> {
    /// Register 0 of the frame; of the new one after a call or a return, as is `ip`.
    pub regs: *mut Value,
    /// The current instruction.
    pub ip: *const AtomicU64,
    /// How many words further execution goes on: at first the instruction's size, then what a jump says.
    pub offset: isize,
    /// For instructions that need more than registers; the frame's `pc` is that of the instruction for those only.
    pub cx: &'a mut Cx<'v>,
}

/// A float that no immediate can hold.
#[cold]
extern "C" fn boxed(bits: u64, _: u64, _: u64) -> u64 {
    float::new_float(f64::from_bits(bits)).into_raw().0
}

/// See [`attrs::out_of_line`].
extern "C" fn out_of_line(object: u64, shape: u64, i: u64) -> u64 {
    attrs::out_of_line(lend(&Value(object)), shape as u32, i as u32).into_raw().0
}

/// A borrowed handle to what a word refers to.
#[inline(always)]
fn lend(w: &Value) -> &Obj {
    // SAFETY: words of a machine come from registers and fields that keep their objects alive while the handler runs.
    unsafe { Obj::borrow_raw(w) }
}

/// A word of an object's cell.
#[inline(always)]
pub fn field<'o, T>(object: Value, offset: u32) -> &'o T {
    // SAFETY: a guard has shown that the object has a shape whose cells have a field of this kind at the offset.
    unsafe { &*(object.0 as *const Slot).add(offset as usize).cast::<T>() }
}

/// Integer arithmetic that stays within an immediate.
#[inline(always)]
pub fn checked(op: IntOp, a: i64, b: i64) -> Option<i64> {
    // Machine ints are immediates: shifting by two makes the overflow of 62 bits that of 64.
    match op {
        IntOp::Add => (a << 2).checked_add(b << 2).map(|r| r >> 2),
        IntOp::Sub => (a << 2).checked_sub(b << 2).map(|r| r >> 2),
        IntOp::Mul => (a << 2).checked_mul(b).map(|r| r >> 2),
        IntOp::FloorDiv if b != 0 && b != -1 => Some(floor_div(a, b)),
        IntOp::FloorMod if b != 0 && b != -1 => Some(floor_mod(a, b)),
        IntOp::FloorDiv | IntOp::FloorMod => None,
        IntOp::And => Some(a & b),
        IntOp::Or => Some(a | b),
        IntOp::Xor => Some(a ^ b),
        IntOp::Shl if (0..61).contains(&b) => {
            let r = a << b;
            ((r >> b) == a && Value::small_int(r).is_some()).then_some(r)
        }
        IntOp::Shr if b >= 0 => Some(a >> b.min(63)),
        IntOp::Shl | IntOp::Shr => None,
    }
}

impl Direct<'_, '_> {
    /// The globals dict of the frame.
    #[inline(always)]
    fn globals(&self) -> &Obj {
        lend(&self.cx.frame().globals)
    }

    /// Its body.
    #[inline(always)]
    fn globals_body(&self) -> &DictBody {
        // SAFETY: globals are a dict.
        unsafe { self.globals().body_unchecked() }
    }

    /// The body of the builtins of the frame, if they are a dict: `FunctionType` takes anything.
    #[inline(always)]
    fn builtins_body(&self) -> Option<&DictBody> {
        let builtins = lend(&self.cx.frame().builtins);
        // SAFETY: exactly a dict.
        builtins.is_exactly(Builtin::Dict).then(|| unsafe { builtins.body_unchecked() })
    }

    #[inline(always)]
    fn put(&mut self, r: u16, v: Value) {
        // SAFETY: the compiler only names registers that the frame has; the register owned its old word.
        unsafe {
            let p = self.regs.add(r as usize);
            let old = *p;
            *p = v;
            if old.is_ptr() {
                obj::release(old);
            }
        }
    }
}

impl Machine for Direct<'_, '_> {
    type Word = Value;
    type Owned = Obj;
    type Int = i64;
    type Float = f64;

    #[inline(always)]
    fn register(&mut self, r: u16) -> Value {
        // SAFETY: the compiler only names registers that the frame has.
        unsafe { *self.regs.add(r as usize) }
    }
    #[inline(always)]
    fn constant(&mut self, i: u32) -> Value {
        // SAFETY: the compiler only names constants that exist.
        unsafe { *self.cx.frame().consts.add(i as usize) }
    }
    #[inline(always)]
    fn int_constant(&mut self, i: i64) -> i64 {
        i
    }
    #[inline(always)]
    fn extra(&mut self) -> u64 {
        // SAFETY: only instructions with a word behind them ask for it.
        unsafe { (*self.ip.add(1)).load(Ordering::Relaxed) }
    }
    #[inline(always)]
    fn is_int(&mut self, w: Value) -> bool {
        w.is_int()
    }
    #[inline(always)]
    fn are_ints(&mut self, a: Value, b: Value) -> bool {
        Value::both_int(a, b)
    }
    #[inline(always)]
    fn is_float(&mut self, w: Value) -> bool {
        w.is_float()
    }
    #[inline(always)]
    fn are_floats(&mut self, a: Value, b: Value) -> bool {
        Value::both_float(a, b)
    }
    #[inline(always)]
    fn is_exactly(&mut self, w: Value, immediate: u64) -> bool {
        w.0 == immediate
    }
    #[inline(always)]
    fn same(&mut self, a: Value, b: Value) -> bool {
        a == b
    }
    #[inline(always)]
    fn shape(&mut self, w: Value) -> u32 {
        if w.is_ptr() {
            // SAFETY: the word comes from a register or field that keeps the object alive.
            unsafe { w.header() }.shape()
        } else {
            0
        }
    }
    #[inline(always)]
    fn int(&mut self, w: Value) -> i64 {
        w.int()
    }
    #[inline(always)]
    fn float(&mut self, w: Value) -> f64 {
        w.float()
    }
    #[inline(always)]
    fn int_to_float(&mut self, i: i64) -> f64 {
        i as f64
    }
    #[inline(always)]
    fn int_op(&mut self, op: IntOp, a: i64, b: i64) -> Option<i64> {
        checked(op, a, b)
    }
    #[inline(always)]
    fn wrapping(&mut self, op: IntOp, a: i64, b: i64) -> i64 {
        match op {
            IntOp::Sub => a.wrapping_sub(b),
            IntOp::Mul => a.wrapping_mul(b),
            _ => a.wrapping_add(b),
        }
    }
    #[inline(always)]
    fn int_fits(&mut self, i: i64) -> bool {
        Value::small_int(i).is_some()
    }
    #[inline(always)]
    fn float_op(&mut self, op: FloatOp, a: f64, b: f64) -> f64 {
        match op {
            FloatOp::Add => a + b,
            FloatOp::Sub => a - b,
            FloatOp::Mul => a * b,
            FloatOp::Div => a / b,
        }
    }
    #[inline(always)]
    fn compare_ints(&mut self, c: Comparison, a: i64, b: i64) -> bool {
        c.holds(a, b)
    }
    #[inline(always)]
    fn compare_floats(&mut self, c: Comparison, a: f64, b: f64) -> bool {
        c.holds(a, b)
    }
    #[inline(always)]
    fn set_int(&mut self, t: Before, r: u16, v: i64) -> After {
        self.put(r, Value::int_unchecked(v));
        t.done()
    }
    #[inline(always)]
    fn set_float(&mut self, t: Before, r: u16, v: f64) -> After {
        let v = match Value::float_immediate(v) {
            Some(v) => v,
            None => Value(rare::call(boxed, v.to_bits(), 0, 0)),
        };
        self.put(r, v);
        t.done()
    }
    #[inline(always)]
    fn set_immediate(&mut self, t: Before, r: u16, w: u64) -> After {
        self.put(r, Value(w));
        t.done()
    }
    #[inline(always)]
    fn set_copy(&mut self, t: Before, r: u16, w: Value) -> After {
        obj::retain(w);
        self.put(r, w);
        t.done()
    }
    #[inline(always)]
    fn set_owned(&mut self, t: Before, r: u16, v: Obj) -> After {
        self.put(r, v.into_raw());
        t.done()
    }
    #[inline(always)]
    fn set_moved(&mut self, t: Before, r: u16, from: u16) -> After {
        let v = self.cx.take(from);
        self.put(r, v.into_raw());
        t.done()
    }
    #[inline(always)]
    fn set_pair(&mut self, t: Before, r: u16, v: Obj, from: u16, moved: bool) -> After {
        let second = if moved { self.cx.take(from) } else { self.cx.reg(from).clone() };
        self.put(r, v.into_raw());
        self.put(r + 1, second.into_raw());
        t.done()
    }
    #[inline(always)]
    fn clear(&mut self, t: Before, r: u16) -> After {
        self.put(r, Value::UNBOUND);
        t.done()
    }
    #[inline(always)]
    fn load_word(&mut self, object: Value, offset: u32) -> Obj {
        field::<Slot>(object, offset).get()
    }
    #[inline(always)]
    fn load_fixed(&mut self, object: Value, offset: u32) -> Value {
        field::<Slot>(object, offset).peek()
    }
    #[inline(always)]
    fn load_int(&mut self, object: Value, offset: u32) -> i64 {
        field::<AtomicU64>(object, offset).load(Ordering::Relaxed) as i64
    }
    #[inline(always)]
    fn is_empty(&mut self, v: &Obj) -> bool {
        v.is_unbound()
    }
    #[inline(always)]
    fn will_set(&mut self, _: u16) {}
    #[inline(always)]
    fn store_int(&mut self, t: Before, object: Value, offset: u32, v: i64) -> After {
        field::<AtomicU64>(object, offset).store(v as u64, Ordering::Relaxed);
        t.done()
    }
    #[inline(always)]
    fn store_copy(&mut self, t: Before, object: Value, offset: u32, w: Value) -> After {
        field::<Slot>(object, offset).set(lend(&w).clone());
        t.done()
    }
    #[inline(always)]
    fn also_set_int(&mut self, _: &After, r: u16, v: i64) {
        self.put(r, Value::int_unchecked(v));
    }
    #[inline(always)]
    fn also_copy(&mut self, _: &After, r: u16, w: Value) {
        obj::retain(w);
        self.put(r, w);
    }
    #[inline(always)]
    fn also_set_owned(&mut self, _: &After, r: u16, v: Obj) {
        self.put(r, v.into_raw());
    }
    #[inline(always)]
    fn kill(&mut self, _: &After, r: u16) {
        self.put(r, Value::UNBOUND);
    }
    #[inline(always)]
    fn forget(&mut self, _: &After, r: u16) {
        // SAFETY: the compiler only names registers that the frame has, and immediates own nothing.
        unsafe { *self.regs.add(r as usize) = Value::UNBOUND };
    }
    #[inline(always)]
    fn jump(&mut self, offset: i32) {
        self.offset = offset as isize;
    }
}

/// A cell of the closure of the current frame's function, borrowed.
#[inline(always)]
pub fn closure_cell(cx: &Cx<'_>, i: u16) -> Value {
    // SAFETY: the frame's function is one.
    let f: &FunctionBody = unsafe { cx.frame().function().body_unchecked() };
    let cells = f.closure.get_fixed();
    // SAFETY: a tuple of as many cells as the code has free variables, which the compiler numbers.
    unsafe { tuple::items_unchecked(cells).get_unchecked(i as usize) }.raw()
}

/// Whether only the calling thread can see the object.
#[inline(always)]
pub fn is_private(object: Value) -> bool {
    // SAFETY: the word refers to a live object.
    !pyre_gc::is_multi_threaded() || unsafe { object.header() }.is_unique(tls::current_id())
}

/// The code of a function, if it takes just so many positional arguments.
#[inline(always)]
pub fn code_for(function: Value, arguments: u16) -> Option<Code> {
    // SAFETY: a guard has shown that it is exactly a function.
    let code = calls::code_of(unsafe { lend(&function).body_unchecked::<FunctionBody>() });
    (code.simple_args() == u32::from(arguments)).then_some(Code::new(code))
}

/// The attribute that a class cell holds, if the class has this version.
#[inline(always)]
pub fn type_value(body: &typeobj::TypeBody, version: u32, cell: u32) -> Option<Obj> {
    if body.version.load(Ordering::Acquire) != version {
        return None;
    }
    let v = class_cells::get(cell);
    if v.is_unbound() { None } else { Some(v) }
}

/// Writes the slot of an attribute that the object gets, and then the shape that has it.
#[inline(always)]
pub fn add_attribute(object: Value, offset: u32, shape: u32, v: Obj) {
    let old = field::<Slot>(object, offset).replace(v);
    // Alive; the only thread there is changes the shape after the slot was written.
    field::<Header>(object, 0).set_shape(shape);
    drop(old);
}

impl Objects for Direct<'_, '_> {
    #[inline(always)]
    fn remembered(&mut self, shape: u32, name: u32, store: bool) -> u64 {
        let cache = self.cx.vm.remembered_access(shape, access_key(self.cx.name(name), store));
        // The instruction may have been warmed by a shape that no longer comes. With several threads only now and then,
        // because others read that cache line.
        self.cx.turn = self.cx.turn.wrapping_add(1);
        if cache != 0 && (!pyre_gc::is_multi_threaded() || self.cx.turn == 0) {
            self.cx.frame().code().has_caches.store(true, Ordering::Relaxed);
            // SAFETY: only instructions with a word behind them ask for it.
            unsafe { (*self.ip.add(1)).store(cache, Ordering::Relaxed) };
        }
        cache
    }
    #[inline(always)]
    fn out_of_line(&mut self, object: Value, shape: u32, i: u32) -> Option<Obj> {
        let v = rare::call(out_of_line, object.0, u64::from(shape), u64::from(i));
        // SAFETY: a counted word.
        let v = unsafe { Obj::from_raw(Value(v)) };
        if v.is_unbound() { None } else { Some(v) }
    }
    #[inline(always)]
    fn global(&mut self, layout: u32, entry: u32) -> Option<Obj> {
        dict::cached_value_in(self.globals_body(), layout, entry)
    }
    #[inline(always)]
    fn builtin(&mut self, layout: u32, cell: u32) -> Option<Obj> {
        builtin_cells::get(self.globals_body(), layout, self.builtins_body()?, cell)
    }
    #[inline(always)]
    fn closure_cell(&mut self, i: u16) -> Value {
        closure_cell(self.cx, i)
    }
    #[inline(always)]
    fn class_value(&mut self, cell: u32) -> Obj {
        class_cells::get(cell)
    }
    #[inline(always)]
    fn module_value(&mut self, module: Value, layout: u32, entry: u32) -> Option<Obj> {
        // SAFETY: a guard has shown that it is exactly a module; its dict never changes.
        let d: &DictBody =
            unsafe { lend(&module).body_unchecked::<ModuleBody>().dict.get_fixed().body_unchecked() };
        dict::cached_value_in(d, layout, entry)
    }
    #[inline(always)]
    fn type_value(&mut self, object: Value, version: u32, cell: u32) -> Option<Obj> {
        // SAFETY: a guard has shown that it is a class.
        let body: &typeobj::TypeBody = unsafe { lend(&object).body_unchecked() };
        type_value(body, version, cell)
    }
    #[inline(always)]
    fn list_item(&mut self, l: Value, i: i64) -> Option<Obj> {
        // SAFETY: a guard has shown that it is a list, or an iterator's guard that it is an iterator over one.
        let b: &ListBody = unsafe { lend(&l).body_unchecked() };
        list::item(b, i as usize)
    }
    #[inline(always)]
    fn tuple_item(&mut self, t: Value, i: i64) -> Option<Obj> {
        // SAFETY: as for lists.
        unsafe { tuple::items_unchecked(lend(&t)) }.get(i as usize).cloned()
    }
    #[inline(always)]
    fn is_single_threaded(&mut self) -> bool {
        !pyre_gc::is_multi_threaded()
    }
    #[inline(always)]
    fn is_private(&mut self, object: Value) -> bool {
        is_private(object)
    }
    #[inline(always)]
    fn add_attribute(&mut self, t: Before, object: Value, offset: u32, shape: u32, w: Value) -> After {
        add_attribute(object, offset, shape, lend(&w).clone());
        t.done()
    }
    #[inline(always)]
    fn store_global(&mut self, t: Before, layout: u32, entry: u32, w: Value) -> Result<After, Before> {
        match dict::set_value_at_if(self.globals(), layout, entry, lend(&w).clone()) {
            Ok(()) => Ok(t.done()),
            Err(_) => Err(t),
        }
    }
    #[inline(always)]
    fn store_item(&mut self, t: Before, l: Value, i: i64, w: Value) -> Result<After, Before> {
        // SAFETY: a guard has shown that it is exactly a list.
        let b: &ListBody = unsafe { lend(&l).body_unchecked() };
        if list::set_alone(b, i as usize, lend(&w)) { Ok(t.done()) } else { Err(t) }
    }
    #[inline(always)]
    fn callee(&mut self, function: Value, arguments: u16) -> Option<Code> {
        code_for(function, arguments)
    }
    #[inline(always)]
    fn has_room(&mut self, code: Code, window: u16) -> bool {
        let size = code.body().nregs as usize;
        // A generator's registers are not on the stack: the ordinary way moves its arguments there.
        self.cx.frame().flags & FLAG_GENERATOR == 0
            && calls::has_clean_room(self.cx, self.regs.wrapping_add(window as usize + size))
    }
    #[inline(always)]
    fn enter(&mut self, t: Before, call: Call, code: Code) -> After {
        let func = self.cx.take(call.callee);
        self.regs = self.regs.wrapping_add(call.window as usize);
        self.ip = code.body().words().as_ptr();
        let new = NewFrame {
            func,
            regs: self.regs,
            filled: call.arguments as usize,
            dst: call.result,
            action: Action::Store,
            flags: 0,
            aux: Obj::UNBOUND,
            locals: Obj::UNBOUND,
        };
        // SAFETY: there is room, as a guard has shown; the code is kept by the function, which the frame takes over.
        unsafe { calls::push_frame_unchecked(self.cx, code.body(), new) };
        t.done()
    }
    #[inline(always)]
    fn returns_plainly(&mut self) -> bool {
        calls::returns_plainly(self.cx.frame())
    }
    #[inline(always)]
    fn leave(&mut self, t: Before, r: u16) -> After {
        calls::leave_plainly(self.cx, r);
        let f = self.cx.frame();
        self.regs = f.regs;
        // SAFETY: `pc` is the index of an instruction of the caller.
        self.ip = unsafe { f.words.add(f.pc as usize) };
        t.done()
    }
}
