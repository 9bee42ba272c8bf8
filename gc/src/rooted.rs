//! Growable buffers of words in native memory that the collector scans: for native code that keeps references across a poll.
//!
//! A counted reference is safe anywhere, but a tracing-managed object is kept alive only by what the collector finds, and it does not look into
//! memory from `malloc`.

use crate::heap::LocalHeap;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A vector of words that are roots for as long as it lives. Belongs to the thread that made it; does not count references.
pub struct RootedVec {
    // Boxed, because the heap knows the vector by its address.
    #[allow(clippy::box_collection)]
    words: Box<Vec<u64>>,
    _not_send: PhantomData<*const ()>,
}

impl RootedVec {
    /// An empty buffer, on a thread that has a heap.
    pub fn new() -> RootedVec {
        RootedVec::with(Vec::new())
    }

    /// A buffer of these words.
    pub fn with(words: Vec<u64>) -> RootedVec {
        let words = Box::new(words);
        LocalHeap::current().register(&raw const *words);
        RootedVec { words, _not_send: PhantomData }
    }

    /// The words, no longer roots.
    pub fn into_inner(mut self) -> Vec<u64> {
        std::mem::take(&mut *self.words)
    }
}

impl Default for RootedVec {
    fn default() -> RootedVec {
        RootedVec::new()
    }
}

impl Drop for RootedVec {
    fn drop(&mut self) {
        if let Some(heap) = LocalHeap::try_current() {
            heap.unregister(&raw const *self.words);
        }
    }
}

impl Deref for RootedVec {
    type Target = Vec<u64>;

    fn deref(&self) -> &Vec<u64> {
        &self.words
    }
}

impl DerefMut for RootedVec {
    fn deref_mut(&mut self) -> &mut Vec<u64> {
        &mut self.words
    }
}
