//! MT19937: M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform pseudorandom
//! number generator", ACM TOMACS 8 (1998), with the initialisation by an array of 2002.

/// Words of state.
pub(super) const N: usize = 624;
const M: usize = 397;
const MATRIX_A: u32 = 0x9908_b0df;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7fff_ffff;

/// The generator's state.
pub(super) struct Twister {
    pub(super) words: [u32; N],
    /// Of the next word; `N` when all are used up.
    pub(super) index: usize,
}

impl Twister {
    /// Not seeded yet.
    pub(super) const fn new() -> Twister {
        Twister { words: [0; N], index: N }
    }

    fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let before = self.words[i - 1];
            self.words[i] = 1_812_433_253u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as u32);
        }
        self.index = N;
    }

    /// Seeds with a key of at least one word.
    pub(super) fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let mix = |a: u32, before: u32, factor: u32| a ^ (before ^ (before >> 30)).wrapping_mul(factor);
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            self.words[i] =
                mix(self.words[i], self.words[i - 1], 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 1..N {
            self.words[i] = mix(self.words[i], self.words[i - 1], 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        self.words[0] = UPPER;
    }

    fn refill(&mut self) {
        let w = &mut self.words;
        for k in 0..N {
            let y = (w[k] & UPPER) | (w[(k + 1) % N] & LOWER);
            w[k] = w[(k + M) % N] ^ (y >> 1) ^ if y & 1 == 0 { 0 } else { MATRIX_A };
        }
        self.index = 0;
    }

    /// 32 random bits.
    #[inline]
    pub(super) fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A multiple of 2^-53 in `[0, 1)`.
    #[inline]
    pub(super) fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}
