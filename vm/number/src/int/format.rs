//! Digits of integers.
//!
//! Decimal digits of numbers up to a few thousand bits come from repeated division by 10**19, which is quadratic
//! but has the smallest constant; larger numbers go to `dashu-int`, which divides and conquers.

use super::BigInt;

/// The largest power of ten in a word.
const CHUNK: u64 = 10_000_000_000_000_000_000;
const CHUNK_DIGITS: usize = 19;
/// `floor((2**128 - 1) / CHUNK) - 2**64`, for division by multiplication.
const CHUNK_RECIPROCAL: u64 = (u128::MAX / CHUNK as u128 - (1 << 64)) as u64;
/// Up to this many words the quadratic method is used.
const QUADRATIC_WORDS: usize = 32;

impl BigInt {
    /// `str(self)` without a limit on digits.
    pub fn to_decimal(&self) -> String {
        let words = self.magnitude_words();
        if words.len() > QUADRATIC_WORDS {
            return self.0.to_string();
        }
        let mut buffer = [0u64; QUADRATIC_WORDS];
        let mut length = words.len();
        buffer[..length].copy_from_slice(words);
        // 20 digits a word bounds the text.
        let mut text = [0u8; QUADRATIC_WORDS * 20 + 2];
        let mut start = text.len();
        while length > 0 {
            let chunk = divide_by_chunk(&mut buffer[..length]);
            while length > 0 && buffer[length - 1] == 0 {
                length -= 1;
            }
            start = if length == 0 {
                write_digits(chunk, &mut text[..start], 1)
            } else {
                write_digits(chunk, &mut text[..start], CHUNK_DIGITS)
            };
        }
        if start == text.len() {
            return "0".to_owned();
        }
        if self.is_negative() {
            start -= 1;
            text[start] = b'-';
        }
        // Only ASCII was written.
        String::from_utf8(text[start..].to_vec()).unwrap_or_default()
    }

    /// Decimal digits that `str(self)` would have at most; never less than the true number.
    ///
    /// For a limit check before the conversion itself.
    pub fn decimal_digits_bound(&self) -> u64 {
        // log10(2) = 0.30102999566..., rounded up.
        (u128::from(self.bit_length()) * 30_103 / 100_000) as u64 + 1
    }

    /// The number in `radix` (2 to 36) with lower-case digits and a leading minus sign if negative.
    ///
    /// # Panics
    /// For a radix out of range.
    pub fn to_radix(&self, radix: u32) -> String {
        assert!((2..=36).contains(&radix));
        if radix == 10 {
            return self.to_decimal();
        }
        self.0.in_radix(radix as u8).to_string()
    }
}

/// Divides the number in place and returns the remainder.
///
/// Algorithm 4 of Möller and Granlund, "Improved division by invariant integers"; the divisor has its top bit set.
fn divide_by_chunk(words: &mut [u64]) -> u64 {
    let mut high = 0u64;
    for word in words.iter_mut().rev() {
        let value = u128::from(high) << 64 | u128::from(*word);
        let estimate = (u128::from(CHUNK_RECIPROCAL) * u128::from(high)).wrapping_add(value);
        let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
        let mut remainder = word.wrapping_sub(quotient.wrapping_mul(CHUNK));
        if remainder > estimate as u64 {
            quotient = quotient.wrapping_sub(1);
            remainder = remainder.wrapping_add(CHUNK);
        }
        if remainder >= CHUNK {
            quotient += 1;
            remainder -= CHUNK;
        }
        *word = quotient;
        high = remainder;
    }
    high
}

/// The two digits of every number below 100.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0u8; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

/// Writes `value` at the end of `text`, with leading zeros up to `minimum` digits, and returns where it starts.
fn write_digits(mut value: u64, text: &mut [u8], minimum: usize) -> usize {
    let mut at = text.len();
    let stop = at - minimum;
    while value >= 100 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[(value % 100) as usize]);
        value /= 100;
    }
    while value > 0 || at > stop {
        at -= 1;
        text[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    at
}
