//! The functions that traces call: what the handlers of `crate::staged` do through the methods of
//! [`Objects`](crate::staged::machine::Objects) that are no single memory access.

use crate::builtin_cells;
use crate::cx::Cx;
use crate::direct;
use crate::ops::{attrs, calls};
use pyre_jit::ir::{Effect, Helper, HelperId, Type};
use pyre_jit::replay::Datum;
use pyre_object::module::module_dict;
use pyre_object::{Obj, Value, class_cells, dict, list, tuple};

macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident $text:literal ($($parameter:ident),*) $result:ident $effect:ident;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Index { $($name,)* }
        $($(#[$doc])* pub const $name: HelperId = HelperId(Index::$name as u16);)*
        /// All of them.
        pub const HELPERS: &[Helper] = &[$(Helper {
            name: $text,
            parameters: &[$(Type::$parameter),*],
            result: Some(Type::$result),
            effect: Effect::$effect,
        },)*];
    };
}

helpers! {
    /// The frame's variable at (layout, entry) of its globals, or nothing.
    GLOBAL "global" (Int, Int) Word Reads;
    /// The builtin at (layout of the globals, cell), or nothing.
    BUILTIN "builtin" (Int, Int) Word Reads;
    /// A cell of the closure of the frame's function, borrowed.
    CLOSURE_CELL "closure_cell" (Int) Word Reads;
    /// What a class cell holds, or nothing.
    CLASS_VALUE "class_value" (Int) Word Reads;
    /// An out-of-line attribute (shape, index), or nothing.
    OUT_OF_LINE "out_of_line" (Word, Int, Int) Word Reads;
    /// A module's variable at (layout, entry), or nothing.
    MODULE_VALUE "module_value" (Word, Int, Int) Word Reads;
    /// A class's attribute at (version, cell), or nothing.
    TYPE_VALUE "type_value" (Word, Int, Int) Word Reads;
    /// An item of a list, or nothing.
    LIST_ITEM "list_item" (Word, Int) Word Reads;
    /// An item of a tuple, or nothing.
    TUPLE_ITEM "tuple_item" (Word, Int) Word Reads;
    /// Is there only one thread?
    SINGLE_THREADED "single_threaded" () Bool Reads;
    /// Can no other thread see the object?
    PRIVATE "private" (Word) Bool Reads;
    /// Is there room for a frame whose registers end so far above the first one's beginning?
    ROOM "room" (Int) Bool Reads;
    /// Adds an attribute (offset, shape, value).
    ADD_ATTRIBUTE "add_attribute" (Word, Int, Int, Word) Bool Writes;
    /// Stores a global (layout, entry, value).
    STORE_GLOBAL "store_global" (Int, Int, Word) Bool Writes;
    /// Stores an item of a list.
    STORE_ITEM "store_item" (Word, Int, Word) Bool Writes;
}

/// The result of a helper that reads.
pub enum Read {
    /// A counted reference; `UNBOUND` stands for nothing.
    Word(Obj),
    /// A reference that is not counted.
    Borrowed(Value),
    /// An answer.
    Bool(bool),
}

fn lend(w: u64) -> Obj {
    // SAFETY: the words that a trace hands to a helper are borrowed from registers and fields that hold them.
    unsafe { Obj::from_borrowed(Value(w)) }
}

/// Calls a helper that reads, in the current frame; `base` is register 0 of the frame in which the trace began.
pub fn read(cx: &Cx<'_>, base: *mut Value, helper: HelperId, args: &[Datum]) -> Read {
    let int = |i: usize| args[i].int();
    let found = match helper {
        GLOBAL => {
            let globals = lend(cx.frame().globals.0);
            dict::cached_value(&globals, int(0) as u32, int(1) as u32)
        }
        BUILTIN => {
            let (globals, builtins) = (lend(cx.frame().globals.0), lend(cx.frame().builtins.0));
            builtin_cells::get(dict::body(&globals), int(0) as u32, dict::body(&builtins), int(1) as u32)
        }
        CLASS_VALUE => Some(class_cells::get(int(0) as u32)),
        OUT_OF_LINE => {
            let v = attrs::out_of_line(&lend(args[0].word()), int(1) as u32, int(2) as u32);
            Some(v)
        }
        MODULE_VALUE => module_dict(&lend(args[0].word()))
            .and_then(|d| dict::cached_value(&d, int(1) as u32, int(2) as u32)),
        TYPE_VALUE => {
            lend(args[0].word()).downcast().and_then(|b| direct::type_value(b, int(1) as u32, int(2) as u32))
        }
        LIST_ITEM => list::get(&lend(args[0].word()), int(1) as usize),
        TUPLE_ITEM => tuple::items(&lend(args[0].word())).get(int(1) as usize).cloned(),
        CLOSURE_CELL => return Read::Borrowed(direct::closure_cell(cx, int(0) as u16)),
        SINGLE_THREADED => return Read::Bool(!pyre_gc::is_multi_threaded()),
        PRIVATE => return Read::Bool(direct::is_private(Value(args[0].word()))),
        ROOM => return Read::Bool(calls::has_room(cx, base.wrapping_add(int(0) as usize))),
        other => unreachable!("helper {} does not read", other.0),
    };
    Read::Word(found.unwrap_or(Obj::UNBOUND))
}

/// Calls a helper that writes; false if it refuses.
pub fn write(cx: &Cx<'_>, helper: HelperId, args: &[Datum]) -> bool {
    let int = |i: usize| args[i].int();
    match helper {
        ADD_ATTRIBUTE => {
            direct::add_attribute(Value(args[0].word()), int(1) as u32, int(2) as u32, lend(args[3].word()));
            true
        }
        STORE_GLOBAL => {
            let globals = lend(cx.frame().globals.0);
            dict::set_value_at_if(&globals, int(0) as u32, int(1) as u32, lend(args[2].word())).is_ok()
        }
        STORE_ITEM => list::set(&lend(args[0].word()), int(1) as usize, lend(args[2].word())).is_ok(),
        other => unreachable!("helper {} does not write", other.0),
    }
}
