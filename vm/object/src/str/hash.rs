//! The hash of `str` and `bytes`: SipHash-1-3 (Aumasson, Bernstein, 2012) with a key of the process, so that hash
//! collisions cannot be prepared from outside.

use pyre_threads::sync::atomic::{AtomicU64, Ordering};

static KEY: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Sets the key, before the first hash is computed: `None` is random, `Some(0)` all zero, any other seed (from
/// `PYTHONHASHSEED`) gives a key derived from it.
pub fn set_hash_seed(seed: Option<u32>) {
    let mut key = [0u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            // The linear congruential generator that the documentation of the variable has promised stable hashes with.
            let mut x = seed;
            for b in &mut key {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *b = (x >> 16) as u8;
            }
        }
        None => {
            use std::hash::{BuildHasher, Hasher};
            // The standard library's per-process random state is the portable source of random bits.
            for half in key.chunks_exact_mut(8) {
                let state = std::collections::hash_map::RandomState::new();
                half.copy_from_slice(&state.build_hasher().finish().to_le_bytes());
            }
        }
    }
    let (k0, k1) = key.split_at(8);
    KEY[0].store(word(k0), Ordering::Relaxed);
    KEY[1].store(word(k1), Ordering::Relaxed);
}

/// Up to eight bytes as a little-endian number.
#[inline(always)]
fn word(bytes: &[u8]) -> u64 {
    let mut w = [0u8; 8];
    w[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(w)
}

#[inline(always)]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

/// The hash of the bytes as `hash()` gives it: 0 for none, never -1.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    match siphash13(KEY[0].load(Ordering::Relaxed), KEY[1].load(Ordering::Relaxed), bytes) as i64 {
        -1 => -2,
        h => h,
    }
}

fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut chunks = bytes.chunks_exact(8);
    for c in &mut chunks {
        let m = word(c);
        v[3] ^= m;
        round(&mut v);
        v[0] ^= m;
    }
    let last = word(chunks.remainder()) | (bytes.len() as u64) << 56;
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_with_key_zero_are_those_of_other_pythons() {
        // PYTHONHASHSEED=0 python3 -c "print(hash(b'abc'), hash(b'hello world, how are you'))"
        assert_eq!(hash_bytes(b""), 0);
        assert_eq!(siphash13(0, 0, b"abc") as i64, HASH_ABC);
        assert_eq!(siphash13(0, 0, b"hello world, how are you") as i64, HASH_HELLO);
    }

    const HASH_ABC: i64 = -4594863902769663758;
    const HASH_HELLO: i64 = -6086154910638016575;
}
