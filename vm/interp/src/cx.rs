//! What an instruction outside the staged set works with: the thread, the current frame, its registers.

use crate::stack::{Frame, Stacks};
use pyre_bytecode::{Instruction, KILL_A, KILL_B, KILL_C, Opcode};
use pyre_object::{Obj, PyResult, Value, Vm};
use pyre_threads::ThreadRecord;
use pyre_threads::sync::Ordering;

/// How execution goes on after an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Go {
    /// With the next instruction of the same frame.
    Next,
    /// Where the current frame's `pc` says: a jump, a call or a return has happened.
    Reload,
    /// Out of this native run of the interpreter; the result is in [`Cx::result`].
    Exit,
}

/// The outcome of an instruction; `Err` starts unwinding in the current frame.
pub type Step = PyResult<Go>;

/// Context of one instruction.
pub struct Cx<'v> {
    /// The thread.
    pub vm: &'v Vm,
    /// Its stacks.
    pub stacks: *mut Stacks,
    /// The frame whose instruction this is.
    pub frame: *mut Frame,
    /// Its record, with the poll word.
    pub record: &'static ThreadRecord,
    /// Counts what is done only now and then.
    pub turn: u8,
    /// Where [`Go::Exit`] leaves the result.
    pub result: Obj,
}

impl<'v> Cx<'v> {
    /// For the thread's current frame.
    ///
    /// # Safety
    /// The thread has stacks, and a frame is active.
    #[inline(always)]
    pub unsafe fn current(vm: &'v Vm) -> Cx<'v> {
        // SAFETY: promised by the caller.
        let stacks: *mut Stacks = unsafe { Stacks::of(vm) };
        Cx {
            vm,
            stacks,
            // SAFETY: just made from a reference.
            frame: unsafe { (*stacks).current },
            record: vm.record(),
            turn: 0,
            result: Obj::UNBOUND,
        }
    }

    /// The frame.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub fn frame(&self) -> &mut Frame {
        // SAFETY: active while the instruction runs, and used by this thread only; nested runs push above it.
        unsafe { &mut *self.frame }
    }

    /// The stacks.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub fn stacks(&self) -> &mut Stacks {
        // SAFETY: the thread's own; no other reference to the struct is held across calls.
        unsafe { &mut *self.stacks }
    }

    #[inline(always)]
    fn at(&self, r: u16) -> *mut Value {
        // SAFETY: the compiler only names registers below `nregs` (checked by the bytecode verifier).
        unsafe { self.frame().regs.add(r as usize) }
    }

    /// A register's word, not counted.
    #[inline(always)]
    pub fn word(&self, r: u16) -> Value {
        // SAFETY: see `at`.
        unsafe { *self.at(r) }
    }

    /// A register, borrowed: valid until the register is written.
    #[inline(always)]
    pub fn reg(&self, r: u16) -> &'v Obj {
        // SAFETY: registers own what they hold, and the handlers do not keep the borrow across a write of that register.
        unsafe { &*(self.at(r) as *const Obj) }
    }

    /// Consecutive registers, borrowed.
    #[inline(always)]
    pub fn regs(&self, r: u16, n: usize) -> &'v [Obj] {
        // SAFETY: as for `reg`.
        unsafe { std::slice::from_raw_parts(self.at(r) as *const Obj, n) }
    }

    /// Writes a register; what it held is released.
    #[inline(always)]
    pub fn set(&self, r: u16, v: Obj) {
        // SAFETY: see `at`; the register owned its word.
        unsafe {
            let old = self.at(r).replace(v.into_raw());
            pyre_object::obj::release(old);
        }
    }

    /// Moves a register's content out.
    #[inline(always)]
    pub fn take(&self, r: u16) -> Obj {
        // SAFETY: see `at`; the register owned its word.
        unsafe { Obj::from_raw(self.at(r).replace(Value::UNBOUND)) }
    }

    /// Empties consecutive registers.
    #[inline]
    pub fn drop_range(&self, r: u16, n: usize) {
        for k in 0..n {
            drop(self.take(r + k as u16));
        }
    }

    /// Takes the temporaries out of their registers that the instruction's flags say die here. They are released when
    /// the result is dropped: after the effect.
    #[inline(always)]
    pub fn dying(&self, i: Instruction) -> Dying {
        let f = i.flags();
        if f & (KILL_A | KILL_B | KILL_C) == 0 {
            return Dying([Obj::UNBOUND, Obj::UNBOUND, Obj::UNBOUND]);
        }
        let take = |bit: u8, r: u16| if f & bit != 0 { self.take(r) } else { Obj::UNBOUND };
        Dying([take(KILL_A, i.a()), take(KILL_B, i.b()), take(KILL_C, i.c())])
    }

    /// Drops the temporaries that the instruction's flags say die here, at its end.
    #[inline(always)]
    pub fn kill(&self, i: Instruction) {
        if i.flags() & (KILL_A | KILL_B | KILL_C) != 0 {
            drop(self.dying(i));
        }
    }

    /// Name `i` of the code: an interned string.
    #[inline(always)]
    pub fn name(&self, i: u32) -> &'v Obj {
        // SAFETY: the compiler only names names that exist; the code outlives the frame.
        unsafe { (*self.frame().code).name_items().obj(i as usize) }
    }

    /// Constant `i` of the code.
    #[inline(always)]
    pub fn constant(&self, i: u32) -> &'v Obj {
        // SAFETY: as for `name`.
        unsafe { (*self.frame().code).const_items().obj(i as usize) }
    }

    /// The word after the current instruction.
    #[inline(always)]
    pub fn extra(&self) -> u64 {
        // SAFETY: the instruction has an extra word, and `pc` is its index.
        unsafe { (*self.frame().words.add(self.frame().pc as usize + 1)).load(Ordering::Relaxed) }
    }

    /// Replaces the word after the current instruction (its inline cache).
    #[inline]
    pub fn set_extra(&self, w: u64) {
        self.frame().code().has_caches.store(true, Ordering::Relaxed);
        // SAFETY: as for `extra`.
        unsafe { (*self.frame().words.add(self.frame().pc as usize + 1)).store(w, Ordering::Relaxed) }
    }

    /// Jumps relative to the current instruction.
    #[inline(always)]
    pub fn jump(&mut self, offset: i32) -> Step {
        let f = self.frame();
        f.pc = f.pc.wrapping_add_signed(offset);
        if offset < 0 { self.poll() } else { Ok(Go::Reload) }
    }

    /// After a backward jump: serves what other threads, signals or the collector ask for.
    #[inline(always)]
    pub fn poll(&mut self) -> Step {
        if self.record.poll_requested() {
            self.poll_slow()?;
        }
        Ok(Go::Reload)
    }

    #[cold]
    #[inline(never)]
    fn poll_slow(&mut self) -> PyResult<()> {
        crate::poll::serve(self.vm)?;
        crate::tracing::back_edge(self)
    }

    /// Continues behind the current instruction of a frame to which control returns.
    #[inline(always)]
    pub fn skip_instruction(&self) {
        let f = self.frame();
        // SAFETY: `pc` is the index of an instruction.
        let w = unsafe { (*f.words.add(f.pc as usize)).load(Ordering::Relaxed) };
        f.pc += size_of_op((w & 0xff) as u8);
    }

    /// The instruction at the frame's `pc`.
    #[inline(always)]
    pub fn instruction(&self) -> Instruction {
        let f = self.frame();
        // SAFETY: `pc` is the index of an instruction.
        Instruction(unsafe { (*f.words.add(f.pc as usize)).load(Ordering::Relaxed) })
    }
}

/// Temporaries on their way out; see [`Cx::dying`].
pub struct Dying(#[allow(dead_code)] [Obj; 3]);

/// Words that an instruction takes.
#[inline(always)]
pub fn size_of_op(op: u8) -> u32 {
    const SIZES: [u8; 256] = {
        let mut t = [1u8; 256];
        let mut i = 0;
        while i < 256 {
            if let Some(op) = Opcode::from_u8(i as u8) {
                t[i] = op.size() as u8;
            }
            i += 1;
        }
        t
    };
    SIZES[op as usize] as u32
}
