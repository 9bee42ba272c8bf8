//! The streams that may hold bytes which nobody has written to a file yet, so that the end of the process finds them without a walk of the heap.
//!
//! A stream enters itself when it is set up and leaves with its body. The list keeps nothing alive.

use pyre_gc::Total;
use pyre_gc::native::unscanned;
use pyre_object::{Obj, Value};
use pyre_threads::sync::Mutex;
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};

struct Streams {
    /// By place; `UNBOUND` is a free place.
    places: Vec<Value>,
    free: Vec<usize>,
}

static STREAMS: Mutex<Streams> = Mutex::new(Streams { places: Vec::new(), free: Vec::new() });

/// A stream's place in the list, one more than its index; 0 while it has none. Part of the stream's body.
pub struct Place(AtomicUsize);

impl Place {
    /// Not in the list.
    pub const fn none() -> Place {
        Place(AtomicUsize::new(0))
    }

    /// Enters `stream`, whose body this is part of, unless it was entered before.
    pub fn enter(&self, stream: &Obj) {
        let mut streams = STREAMS.lock();
        if self.0.load(Ordering::Relaxed) != 0 {
            return;
        }
        let at = streams.free.pop().unwrap_or_else(|| {
            unscanned(|| streams.places.push(Value::UNBOUND));
            streams.places.len() - 1
        });
        streams.places[at] = stream.raw();
        self.0.store(at + 1, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(at) = self.0.load(Ordering::Relaxed).checked_sub(1) {
            let mut streams = STREAMS.lock();
            streams.places[at] = Value::UNBOUND;
            unscanned(|| streams.free.push(at));
        }
    }
}

/// The streams that are alive. Only for the end of the process: the calling thread is the only one that runs Python, so none dies
/// while they are counted.
pub fn all() -> Vec<Obj> {
    let streams = STREAMS.lock();
    let alive = |v: &Value| {
        // SAFETY: a stream leaves the list before its cell is freed.
        v.is_ptr() && !matches!(unsafe { v.header() }.total(), Total::Counted(0))
    };
    // SAFETY: alive, as above.
    streams.places.iter().copied().filter(alive).map(|v| unsafe { Obj::from_borrowed(v) }).collect()
}
