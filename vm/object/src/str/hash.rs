//! The hash of `str` and `bytes`: SipHash-1-3 with a key of the process, so that collisions cannot be prepared from
//! outside.

use pyre_text::hash::HashKey;
use pyre_threads::sync::atomic::{AtomicU64, Ordering};

static KEY: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Sets the key, before the first hash is computed: `None` is random, `Some(0)` all zero, any other seed (from
/// `PYTHONHASHSEED`) gives a key derived from it.
pub fn set_hash_seed(seed: Option<u32>) {
    use std::hash::{BuildHasher, Hasher};
    let key = match seed {
        Some(seed) => HashKey::from_seed(seed),
        None => {
            let mut bytes = [0u8; 16];
            // The standard library's per-process random state is the portable source of random bits.
            for half in bytes.chunks_exact_mut(8) {
                let state = std::collections::hash_map::RandomState::new();
                half.copy_from_slice(&state.build_hasher().finish().to_le_bytes());
            }
            HashKey::from_bytes(bytes)
        }
    };
    KEY[0].store(key.k0, Ordering::Relaxed);
    KEY[1].store(key.k1, Ordering::Relaxed);
}

/// The hash of the bytes as `hash()` gives it: 0 for none, never -1.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    let key = HashKey { k0: KEY[0].load(Ordering::Relaxed), k1: KEY[1].load(Ordering::Relaxed) };
    pyre_text::hash::hash_bytes(key, bytes)
}
