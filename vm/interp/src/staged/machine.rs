//! What staged handlers may do beside the language-neutral [`Machine`]: dicts behind inline caches, lists and tuples,
//! calls of Python functions.

use pyre_jit::machine::{After, Before, Machine};
use pyre_object::code::CodeBody;

/// Where a call's callee, arguments and result stand.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Register of the callee; consumed.
    pub callee: u16,
    /// First register of the arguments, and register 0 of the new frame.
    pub window: u16,
    /// How many arguments there are.
    pub arguments: u16,
    /// Register of the result.
    pub result: u16,
}

/// The code of a function that a guard has found in a register, for as long as the handler runs.
#[derive(Clone, Copy)]
pub struct Code(*const CodeBody);

impl Code {
    /// The code of a function that stays alive while the handler runs.
    #[inline(always)]
    pub fn new(body: &CodeBody) -> Code {
        Code(body)
    }

    /// Its body.
    #[inline(always)]
    pub fn body<'c>(self) -> &'c CodeBody {
        // SAFETY: a code object is kept by its function, which the register and then the frame hold.
        unsafe { &*self.0 }
    }

    /// Its address, by which traces name it.
    pub fn address(self) -> u64 {
        self.0 as u64
    }
}

/// A machine that knows Python's objects. Ids, indices and cells come from inline caches.
pub trait Objects: Machine {
    /// A hint, as [`Machine::extra`]: what the thread remembers of the attribute, for objects of this shape; 0 if nothing.
    fn remembered(&mut self, shape: u32, name: u32, store: bool) -> u64;
    /// Guard: the variable in an entry of the frame's globals, if the dict still has this layout.
    fn global(&mut self, layout: u32, entry: u32) -> Option<Self::Owned>;
    /// Guard: the builtin that a cell of `crate::builtin_cells` knows, if the globals still have this layout.
    fn builtin(&mut self, layout: u32, cell: u32) -> Option<Self::Owned>;
    /// A cell of the closure of the frame's function; it never changes.
    fn closure_cell(&mut self, i: u16) -> Self::Word;
    /// The class attribute that a cell of `pyre_object::class_cells` holds; empty if the cell is dead.
    fn class_value(&mut self, cell: u32) -> Self::Owned;
    /// Guard: an attribute that lies out of line in an object of this shape.
    fn out_of_line(&mut self, object: Self::Word, shape: u32, i: u32) -> Option<Self::Owned>;
    /// Guard: a variable of a module, if its dict still has this layout.
    fn module_value(&mut self, module: Self::Word, layout: u32, entry: u32) -> Option<Self::Owned>;
    /// Guard: the attribute of a class (whose metaclass is `type`) that still has this version.
    fn type_value(&mut self, object: Self::Word, version: u32, cell: u32) -> Option<Self::Owned>;
    /// Guard: an item of a list (of any list type).
    fn list_item(&mut self, list: Self::Word, i: Self::Int) -> Option<Self::Owned>;
    /// Guard: an item of an exact tuple.
    fn tuple_item(&mut self, tuple: Self::Word, i: Self::Int) -> Option<Self::Owned>;
    /// Guard: is there only one thread?
    fn is_single_threaded(&mut self) -> bool;
    /// Guard: can no other thread see the object?
    fn is_private(&mut self, object: Self::Word) -> bool;

    /// Effect: adds an attribute as a counted copy of the word: its slot, and the shape with it.
    fn add_attribute(
        &mut self,
        t: Before,
        object: Self::Word,
        offset: u32,
        shape: u32,
        w: Self::Word,
    ) -> After;
    /// Effect that may be refused: a global becomes a counted copy of the word, if the dict still has this layout.
    ///
    /// # Errors
    /// Refused; nothing has happened.
    fn store_global(&mut self, t: Before, layout: u32, entry: u32, w: Self::Word) -> Result<After, Before>;
    /// Effect that may be refused: an item of an exact list becomes a counted copy of the word.
    ///
    /// # Errors
    /// Refused, out of range; nothing has happened.
    fn store_item(
        &mut self,
        t: Before,
        list: Self::Word,
        i: Self::Int,
        w: Self::Word,
    ) -> Result<After, Before>;

    /// Guard (promotion): the code of an exact function, if it takes just so many positional arguments.
    fn callee(&mut self, function: Self::Word, arguments: u16) -> Option<Code>;
    /// Guard: can a frame of this code be pushed now on the current one?
    fn has_room(&mut self, code: Code, window: u16) -> bool;
    /// Effect: pushes the frame.
    fn enter(&mut self, t: Before, call: Call, code: Code) -> After;
    /// Guard: does the frame's result just go to a register of the frame below?
    fn returns_plainly(&mut self) -> bool;
    /// Effect: returns the content of the register from the frame.
    fn leave(&mut self, t: Before, r: u16) -> After;
}
