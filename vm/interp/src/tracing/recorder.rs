//! [`Recorder`]: the machine that executes exactly as [`Direct`] does and writes down what it did.
//!
//! Every method first asks the direct machine and then tells the recording. So ending a recording anywhere, even in the
//! middle of an instruction, leaves the interpreter where it would have been without one.

use super::helpers as h;
use crate::direct::{self, Direct};
use crate::staged::machine::{Call, Code, Objects};
use pyre_jit::ir::{Arguments, HelperId, Op, ValueId};
use pyre_jit::machine::{After, Before, Comparison, FloatOp, IntOp, Machine};
use pyre_jit::recording::{Encoding, Known, Recording, Stop};
use pyre_object::function::FunctionBody;
use pyre_object::layout::HEADER_SIZE;
use pyre_object::{Obj, Value};
use std::mem::offset_of;

/// The encoding of value words.
pub struct Words;

impl Encoding for Words {
    const EMPTY: u64 = Value::UNBOUND.0;
    fn is_pointer(word: u64) -> bool {
        Value(word).is_ptr()
    }
    fn is_int(word: u64) -> bool {
        Value(word).is_int()
    }
    fn is_float(word: u64) -> bool {
        Value(word).is_float()
    }
}

/// A value and what the recording knows of it.
#[derive(Clone, Copy)]
pub struct Word {
    real: Value,
    known: Known,
}

/// A counted reference, likewise.
pub struct Owned {
    real: Obj,
    known: Known,
}

/// A machine number, likewise.
#[derive(Clone, Copy)]
pub struct Number<T> {
    real: T,
    id: ValueId,
}

/// See the module's documentation.
pub struct Recorder<'a, 'v, 'r> {
    /// The one that executes.
    pub direct: Direct<'a, 'v>,
    /// Where it is written down.
    pub recording: &'r mut Recording<Words>,
}

/// Where a function keeps its code.
const CODE: u32 = ((HEADER_SIZE + offset_of!(FunctionBody, code)) / 8) as u32;

impl Recorder<'_, '_, '_> {
    fn old(&mut self, r: u16) -> u64 {
        self.direct.register(r).0
    }

    fn constant_int(&mut self, i: i64) -> ValueId {
        self.recording.pure(Op::Int(i))
    }

    fn object(&mut self, w: Word) -> ValueId {
        self.recording.word(w.known)
    }

    /// Calls a helper that gives a reference or nothing; it gave one.
    fn found(&mut self, helper: HelperId, args: &[ValueId], real: Obj) -> Owned {
        let v = self.recording.call(helper, args);
        self.recording.test(Op::Is(v, Value::UNBOUND.0), false);
        Owned { real, known: Known::Word(v) }
    }

    /// As `found`, for helpers whose arguments begin with an object and go on with numbers.
    fn found_in(&mut self, helper: HelperId, object: Option<Word>, numbers: [u32; 2], real: Obj) -> Owned {
        let mut args = Vec::with_capacity(3);
        if let Some(o) = object {
            args.push(self.object(o));
        }
        for n in numbers {
            args.push(self.constant_int(i64::from(n)));
        }
        self.found(helper, &args, real)
    }

    fn asked(&mut self, helper: HelperId, args: &[ValueId], outcome: bool) {
        self.recording.test(Op::Call(helper, Arguments::new(args)), outcome);
    }
}

impl Machine for Recorder<'_, '_, '_> {
    type Word = Word;
    type Owned = Owned;
    type Int = Number<i64>;
    type Float = Number<f64>;

    fn register(&mut self, r: u16) -> Word {
        Word { real: self.direct.register(r), known: self.recording.register(r) }
    }
    fn constant(&mut self, i: u32) -> Word {
        let real = self.direct.constant(i);
        Word { real, known: Known::Constant(real.0) }
    }
    fn int_constant(&mut self, i: i64) -> Number<i64> {
        Number { real: i, id: self.constant_int(i) }
    }
    fn extra(&mut self) -> u64 {
        self.direct.extra()
    }
    fn is_int(&mut self, w: Word) -> bool {
        let outcome = w.real.is_int();
        self.recording.is_int(w.known, outcome);
        outcome
    }
    fn are_ints(&mut self, a: Word, b: Word) -> bool {
        // One that is none is enough to say no.
        if b.real.is_int() { self.is_int(a) && self.is_int(b) } else { self.is_int(b) }
    }
    fn is_float(&mut self, w: Word) -> bool {
        let outcome = w.real.is_float();
        self.recording.is_float(w.known, outcome);
        outcome
    }
    fn are_floats(&mut self, a: Word, b: Word) -> bool {
        if b.real.is_float() { self.is_float(a) && self.is_float(b) } else { self.is_float(b) }
    }
    fn is_exactly(&mut self, w: Word, immediate: u64) -> bool {
        let outcome = w.real.0 == immediate;
        self.recording.is(w.known, immediate, outcome);
        outcome
    }
    fn same(&mut self, a: Word, b: Word) -> bool {
        let outcome = a.real == b.real;
        self.recording.same(a.known, b.known, outcome);
        outcome
    }
    fn shape(&mut self, w: Word) -> u32 {
        let shape = self.direct.shape(w.real);
        self.recording.shape(w.known, (shape != 0).then_some(shape));
        shape
    }
    fn int(&mut self, w: Word) -> Number<i64> {
        let real = w.real.int();
        Number { real, id: self.recording.int(w.known, real) }
    }
    fn float(&mut self, w: Word) -> Number<f64> {
        let real = w.real.float();
        Number { real, id: self.recording.float(w.known, real) }
    }
    fn int_to_float(&mut self, i: Number<i64>) -> Number<f64> {
        Number { real: self.direct.int_to_float(i.real), id: self.recording.pure(Op::IntToFloat(i.id)) }
    }
    fn int_op(&mut self, op: IntOp, a: Number<i64>, b: Number<i64>) -> Option<Number<i64>> {
        let real = self.direct.int_op(op, a.real, b.real)?;
        Some(Number { real, id: self.recording.checked(op, a.id, b.id) })
    }
    fn wrapping(&mut self, op: IntOp, a: Number<i64>, b: Number<i64>) -> Number<i64> {
        let real = self.direct.wrapping(op, a.real, b.real);
        Number { real, id: self.recording.pure(Op::Wrapping(op, a.id, b.id)) }
    }
    fn int_fits(&mut self, i: Number<i64>) -> bool {
        let outcome = self.direct.int_fits(i.real);
        self.recording.test(Op::IntFits(i.id), outcome);
        outcome
    }
    fn float_op(&mut self, op: FloatOp, a: Number<f64>, b: Number<f64>) -> Number<f64> {
        let real = self.direct.float_op(op, a.real, b.real);
        Number { real, id: self.recording.pure(Op::FloatArithmetic(op, a.id, b.id)) }
    }
    fn compare_ints(&mut self, c: Comparison, a: Number<i64>, b: Number<i64>) -> bool {
        let outcome = self.direct.compare_ints(c, a.real, b.real);
        self.recording.test(Op::CompareInts(c, a.id, b.id), outcome);
        outcome
    }
    fn compare_floats(&mut self, c: Comparison, a: Number<f64>, b: Number<f64>) -> bool {
        let outcome = self.direct.compare_floats(c, a.real, b.real);
        self.recording.test(Op::CompareFloats(c, a.id, b.id), outcome);
        outcome
    }
    fn load_word(&mut self, object: Word, offset: u32) -> Owned {
        let real = self.direct.load_word(object.real, offset);
        let o = self.object(object);
        Owned { real, known: Known::Word(self.recording.read(Op::LoadWord(o, offset))) }
    }
    fn load_fixed(&mut self, object: Word, offset: u32) -> Word {
        let real = self.direct.load_fixed(object.real, offset);
        let o = self.object(object);
        Word { real, known: Known::Word(self.recording.read(Op::LoadFixed(o, offset))) }
    }
    fn load_int(&mut self, object: Word, offset: u32) -> Number<i64> {
        let real = self.direct.load_int(object.real, offset);
        let o = self.object(object);
        Number { real, id: self.recording.read(Op::LoadInt(o, offset)) }
    }
    fn is_empty(&mut self, v: &Owned) -> bool {
        let outcome = v.real.is_unbound();
        self.recording.is(v.known, Value::UNBOUND.0, outcome);
        outcome
    }
    fn will_set(&mut self, r: u16) {
        let old = self.old(r);
        self.recording.about_to_write(r, old);
    }
    fn set_int(&mut self, t: Before, r: u16, v: Number<i64>) -> After {
        self.will_set(r);
        self.recording.write(r, Known::Int(v.id));
        self.direct.set_int(t, r, v.real)
    }
    fn set_float(&mut self, t: Before, r: u16, v: Number<f64>) -> After {
        if Value::float_immediate(v.real).is_some() {
            self.recording.test(Op::FloatFits(v.id), true);
        } else {
            self.recording.stop(Stop::Unsupported("a float that needs a box"));
        }
        self.will_set(r);
        self.recording.write(r, Known::Float(v.id));
        self.direct.set_float(t, r, v.real)
    }
    fn set_immediate(&mut self, t: Before, r: u16, w: u64) -> After {
        self.will_set(r);
        self.recording.write(r, Known::Constant(w));
        self.direct.set_immediate(t, r, w)
    }
    fn set_copy(&mut self, t: Before, r: u16, w: Word) -> After {
        self.will_set(r);
        self.recording.write_copy(r, w.known);
        self.direct.set_copy(t, r, w.real)
    }
    fn set_owned(&mut self, t: Before, r: u16, v: Owned) -> After {
        self.will_set(r);
        self.recording.write(r, v.known);
        self.direct.set_owned(t, r, v.real)
    }
    fn set_moved(&mut self, t: Before, r: u16, from: u16) -> After {
        self.will_set(r);
        let v = self.recording.take(from);
        self.recording.write(r, v);
        self.direct.set_moved(t, r, from)
    }
    fn set_pair(&mut self, t: Before, r: u16, v: Owned, from: u16, moved: bool) -> After {
        self.will_set(r);
        self.will_set(r + 1);
        let second = if moved {
            self.recording.take(from)
        } else {
            let known = self.recording.register(from);
            self.recording.retain(known);
            known
        };
        self.recording.write(r, v.known);
        self.recording.write(r + 1, second);
        self.direct.set_pair(t, r, v.real, from, moved)
    }
    fn store_int(&mut self, t: Before, object: Word, offset: u32, v: Number<i64>) -> After {
        self.recording.store_int(object.known, offset, v.id);
        self.direct.store_int(t, object.real, offset, v.real)
    }
    fn store_copy(&mut self, t: Before, object: Word, offset: u32, w: Word) -> After {
        self.recording.retain(w.known);
        self.recording.store_word(object.known, offset, w.known);
        self.direct.store_copy(t, object.real, offset, w.real)
    }
    fn clear(&mut self, t: Before, r: u16) -> After {
        self.will_set(r);
        self.recording.write(r, Known::Constant(Value::UNBOUND.0));
        self.direct.clear(t, r)
    }
    fn also_set_int(&mut self, t: &After, r: u16, v: Number<i64>) {
        self.recording.write(r, Known::Int(v.id));
        self.direct.also_set_int(t, r, v.real);
    }
    fn also_copy(&mut self, t: &After, r: u16, w: Word) {
        self.recording.write_copy(r, w.known);
        self.direct.also_copy(t, r, w.real);
    }
    fn also_set_owned(&mut self, t: &After, r: u16, v: Owned) {
        self.recording.write(r, v.known);
        self.direct.also_set_owned(t, r, v.real);
    }
    fn kill(&mut self, t: &After, r: u16) {
        self.recording.write(r, Known::Constant(Value::UNBOUND.0));
        self.direct.kill(t, r);
    }
    fn forget(&mut self, t: &After, r: u16) {
        self.recording.write(r, Known::Constant(Value::UNBOUND.0));
        self.direct.forget(t, r);
    }
    fn jump(&mut self, offset: i32) {
        self.direct.jump(offset);
    }
}

impl Objects for Recorder<'_, '_, '_> {
    fn remembered(&mut self, shape: u32, name: u32, store: bool) -> u64 {
        self.direct.remembered(shape, name, store)
    }
    fn out_of_line(&mut self, object: Word, shape: u32, i: u32) -> Option<Owned> {
        let real = self.direct.out_of_line(object.real, shape, i)?;
        Some(self.found_in(h::OUT_OF_LINE, Some(object), [shape, i], real))
    }
    fn global(&mut self, layout: u32, entry: u32) -> Option<Owned> {
        let real = self.direct.global(layout, entry)?;
        Some(self.found_in(h::GLOBAL, None, [layout, entry], real))
    }
    fn builtin(&mut self, layout: u32, cell: u32) -> Option<Owned> {
        let real = self.direct.builtin(layout, cell)?;
        Some(self.found_in(h::BUILTIN, None, [layout, cell], real))
    }
    fn closure_cell(&mut self, i: u16) -> Word {
        let real = self.direct.closure_cell(i);
        let n = self.constant_int(i64::from(i));
        Word { real, known: Known::Word(self.recording.call(h::CLOSURE_CELL, &[n])) }
    }
    fn class_value(&mut self, cell: u32) -> Owned {
        let real = self.direct.class_value(cell);
        let n = self.constant_int(i64::from(cell));
        Owned { real, known: Known::Word(self.recording.call(h::CLASS_VALUE, &[n])) }
    }
    fn module_value(&mut self, module: Word, layout: u32, entry: u32) -> Option<Owned> {
        let real = self.direct.module_value(module.real, layout, entry)?;
        Some(self.found_in(h::MODULE_VALUE, Some(module), [layout, entry], real))
    }
    fn type_value(&mut self, object: Word, version: u32, cell: u32) -> Option<Owned> {
        let real = self.direct.type_value(object.real, version, cell)?;
        Some(self.found_in(h::TYPE_VALUE, Some(object), [version, cell], real))
    }
    fn list_item(&mut self, list: Word, i: Number<i64>) -> Option<Owned> {
        let real = self.direct.list_item(list.real, i.real)?;
        let l = self.object(list);
        Some(self.found(h::LIST_ITEM, &[l, i.id], real))
    }
    fn tuple_item(&mut self, tuple: Word, i: Number<i64>) -> Option<Owned> {
        let real = self.direct.tuple_item(tuple.real, i.real)?;
        let t = self.object(tuple);
        Some(self.found(h::TUPLE_ITEM, &[t, i.id], real))
    }
    fn is_single_threaded(&mut self) -> bool {
        let outcome = self.direct.is_single_threaded();
        self.asked(h::SINGLE_THREADED, &[], outcome);
        outcome
    }
    fn is_private(&mut self, object: Word) -> bool {
        let outcome = self.direct.is_private(object.real);
        let o = self.object(object);
        self.asked(h::PRIVATE, &[o], outcome);
        outcome
    }
    fn add_attribute(&mut self, t: Before, object: Word, offset: u32, shape: u32, w: Word) -> After {
        let args = [
            self.object(object),
            self.constant_int(i64::from(offset)),
            self.constant_int(i64::from(shape)),
            self.object(w),
        ];
        self.recording.attempt(h::ADD_ATTRIBUTE, &args);
        self.direct.add_attribute(t, object.real, offset, shape, w.real)
    }
    fn store_global(&mut self, t: Before, layout: u32, entry: u32, w: Word) -> Result<After, Before> {
        let t = self.direct.store_global(t, layout, entry, w.real)?;
        let args =
            [self.constant_int(i64::from(layout)), self.constant_int(i64::from(entry)), self.object(w)];
        self.recording.attempt(h::STORE_GLOBAL, &args);
        Ok(t)
    }
    fn store_item(&mut self, t: Before, list: Word, i: Number<i64>, w: Word) -> Result<After, Before> {
        let t = self.direct.store_item(t, list.real, i.real, w.real)?;
        let args = [self.object(list), i.id, self.object(w)];
        self.recording.attempt(h::STORE_ITEM, &args);
        Ok(t)
    }
    fn callee(&mut self, function: Word, arguments: u16) -> Option<Code> {
        let code = self.direct.callee(function.real, arguments)?;
        let f = self.object(function);
        let found = self.recording.read(Op::LoadInt(f, CODE));
        let expected =
            self.constant_int(direct::field::<pyre_object::Slot>(function.real, CODE).peek().0 as i64);
        self.recording.test(Op::CompareInts(Comparison::Eq, found, expected), true);
        Some(code)
    }
    fn has_room(&mut self, code: Code, window: u16) -> bool {
        let outcome = self.direct.has_room(code, window);
        let size = i64::from(code.body().nregs);
        let end = self.constant_int(i64::from(self.recording.window()) + i64::from(window) + size);
        self.asked(h::ROOM, &[end], outcome);
        outcome
    }
    fn enter(&mut self, t: Before, call: Call, code: Code) -> After {
        let size = code.body().nregs as u16;
        self.recording.enter(call.callee, call.window, call.arguments, size, call.result, code.address());
        self.direct.enter(t, call, code)
    }
    fn returns_plainly(&mut self) -> bool {
        // A frame that the trace entered does; from the first one a trace does not return.
        self.direct.returns_plainly()
    }
    fn leave(&mut self, t: Before, r: u16) -> After {
        let f = self.direct.cx.frame();
        let dst = f.dst as usize;
        // SAFETY: a frame that returns plainly has a caller below it, which has that register.
        let old = unsafe { *(*self.direct.cx.frame.wrapping_sub(1)).regs.add(dst) };
        self.recording.about_to_leave(old.0);
        self.recording.leave(r);
        self.direct.leave(t, r)
    }
}
