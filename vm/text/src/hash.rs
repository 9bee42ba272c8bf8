//! The hash of `str` and `bytes`: SipHash-1-3 with a 128-bit key (Aumasson and Bernstein, "SipHash: a fast
//! short-input PRF", with one compression and three finalization rounds).

/// The secret that makes hashes unpredictable: all zeros, or derived from a seed or from the system's randomness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashKey {
    /// The first eight bytes, little-endian.
    pub k0: u64,
    /// The last eight bytes, little-endian.
    pub k1: u64,
}

impl HashKey {
    /// The key of sixteen bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let value = u128::from_le_bytes(bytes);
        HashKey { k0: value as u64, k1: (value >> 64) as u64 }
    }

    /// The key for `PYTHONHASHSEED=seed`; seed 0 means no randomization.
    ///
    /// The bytes are those of CPython, a linear congruential generator's third byte, so that equal seeds give equal
    /// hashes in both.
    pub fn from_seed(seed: u32) -> Self {
        if seed == 0 {
            return HashKey::default();
        }
        let mut state = seed;
        HashKey::from_bytes(std::array::from_fn(|_| {
            state = state.wrapping_mul(214013).wrapping_add(2531011);
            (state >> 16) as u8
        }))
    }
}

struct State([u64; 4]);

impl State {
    #[inline(always)]
    fn round(&mut self) {
        let [v0, v1, v2, v3] = &mut self.0;
        *v0 = v0.wrapping_add(*v1);
        *v2 = v2.wrapping_add(*v3);
        *v1 = v1.rotate_left(13) ^ *v0;
        *v3 = v3.rotate_left(16) ^ *v2;
        *v0 = v0.rotate_left(32);
        *v2 = v2.wrapping_add(*v1);
        *v0 = v0.wrapping_add(*v3);
        *v1 = v1.rotate_left(17) ^ *v2;
        *v3 = v3.rotate_left(21) ^ *v0;
        *v2 = v2.rotate_left(32);
    }

    #[inline(always)]
    fn absorb(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }
}

/// The bytes of `rest`, the end of `bytes`, as the low ones of a word. (Copying so few costs more than loading them.)
#[inline(always)]
fn tail(bytes: &[u8], rest: &[u8]) -> u64 {
    match (bytes.last_chunk::<8>(), rest) {
        (_, []) => 0,
        (Some(end), _) => u64::from_le_bytes(*end) >> (64 - 8 * rest.len()),
        (None, [a, b, c, d, more @ ..]) => {
            let low = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            more.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b)) << 32 | low
        }
        (None, few) => few.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b)),
    }
}

/// `hash` of the bytes of a string body or of a `bytes` object: 0 when empty, never -1.
///
/// A string is hashed over the bytes of its body in its narrowest width, in native byte order.
pub fn hash_bytes(key: HashKey, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut state = State([
        key.k0 ^ 0x736f6d6570736575,
        key.k1 ^ 0x646f72616e646f6d,
        key.k0 ^ 0x6c7967656e657261,
        key.k1 ^ 0x7465646279746573,
    ]);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| state.absorb(u64::from_le_bytes(*word)));
    state.absorb(tail(bytes, rest) | u64::from(bytes.len() as u8) << 56);
    state.0[2] ^= 0xff;
    state.round();
    state.round();
    state.round();
    let [v0, v1, v2, v3] = state.0;
    let hash = (v0 ^ v1 ^ v2 ^ v3) as i64;
    if hash == -1 { -2 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::{HashKey, hash_bytes};

    #[test]
    fn hashes_agree_with_cpython() {
        for (seed, text, expected) in EXPECTED {
            assert_eq!(hash_bytes(HashKey::from_seed(seed), text.as_bytes()), expected, "{seed} {text}");
        }
    }

    const EXPECTED: [(u32, &str, i64); 12] = [
        (0, "", 0),
        (0, "a", 4644417185603328019),
        (0, "abcdefg", 7904145750247929094),
        (0, "abcdefgh", 4574395652268504554),
        (0, "abcdefghi", -532774252720507163),
        (0, "the quick brown fox jumps", 56729954816557122),
        (42, "", 0),
        (42, "a", -123207753977932514),
        (42, "abcdefg", 1375323160596907757),
        (42, "abcdefgh", -5457871895989710762),
        (42, "abcdefghi", -5970266004662334337),
        (42, "the quick brown fox jumps", 3583404532686246658),
    ];
}
