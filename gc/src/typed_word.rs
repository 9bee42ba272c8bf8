//! A word of a cell whose meaning the cell's shape says: storage under one shape, something else under another.
//!
//! Readers take no lock, so neither order of changing the two would do: who finds the new word under the old shape, or the
//! old word under the new shape, takes one thing for another. Therefore the writer, under the object's lock, empties the
//! word, then changes the shape, then fills the word ([`change`]). A reader loads the word and then looks at the shape
//! ([`load`]): if the shape is still the one it knows, so was the word's meaning when it was loaded.
//!
//! The price: an empty word under the known shape may mean that a change has begun. It says nothing about what the
//! word held, nor does the unchanged shape. A reader to whom that matters waits for the lock and looks again.
//! Loom model: `loom-tests/tests/gc_typed_word.rs`.

use crate::barrier::Slot;
use crate::header::Header;

/// What a reader found that knows the word under one shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The word, which meant what the shape says when it was loaded.
    Word(u64),
    /// Nothing, or the shape is about to change: look again under the object's lock.
    Empty,
    /// The object has another shape.
    OtherShape,
}

/// Loads the word of an object that had this shape.
#[inline(always)]
pub fn load(header: &Header, word: &Slot, shape: u32, empty: u64) -> Found {
    let found = word.load_acquire();
    if header.shape_acquire() != shape {
        Found::OtherShape
    } else if found == empty {
        Found::Empty
    } else {
        Found::Word(found)
    }
}

/// Gives the object another shape and the word another meaning. Returns the old word, whose reference is now the
/// caller's. Under the object's lock.
#[must_use = "the reference that the word held is the caller's now"]
pub fn change(header: &Header, word: &Slot, shape: u32, new: u64, empty: u64) -> u64 {
    let old = word.replace(empty);
    header.set_shape(shape);
    let _ = word.replace(new);
    old
}
