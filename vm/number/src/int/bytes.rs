//! `int.to_bytes` and `int.from_bytes`.

use dashu_int::{Sign, UBig};

use super::BigInt;
use crate::NumError;

/// The order of an integer's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

const TOO_BIG: NumError = NumError::overflow("int too big to convert");

impl BigInt {
    /// `self.to_bytes(length, order, signed=signed)`.
    ///
    /// # Errors
    /// `OverflowError` when the value does not fit.
    pub fn to_bytes(&self, length: usize, order: ByteOrder, signed: bool) -> Result<Vec<u8>, NumError> {
        let negative = self.is_negative();
        if negative && !signed {
            return Err(NumError::overflow("can't convert negative int to unsigned"));
        }
        let available = (length as u64).saturating_mul(8);
        let needed = if signed { self.signed_bit_length() } else { self.bit_length() };
        if needed > available {
            return Err(TOO_BIG);
        }
        let mut out = Vec::with_capacity(length);
        // Two's complement is the magnitude inverted plus one; the carry walks up with the words.
        let mut carry = negative;
        for &word in self.magnitude_words() {
            let word = if negative {
                let (word, overflow) = (!word).overflowing_add(u64::from(carry));
                carry = overflow;
                word
            } else {
                word
            };
            let take = (length - out.len()).min(8);
            out.extend_from_slice(&word.to_le_bytes()[..take]);
        }
        out.resize(length, if negative { 0xff } else { 0 });
        if order == ByteOrder::Big {
            out.reverse();
        }
        Ok(out)
    }

    /// `int.from_bytes(bytes, order, signed=signed)`.
    pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> BigInt {
        let top = match order {
            ByteOrder::Little => bytes.last(),
            ByteOrder::Big => bytes.first(),
        };
        let negative = signed && top.is_some_and(|byte| byte & 0x80 != 0);
        let words: Vec<u64> = match order {
            ByteOrder::Little => bytes.chunks(8).map(|chunk| word(chunk.iter().rev(), negative)).collect(),
            ByteOrder::Big => bytes.rchunks(8).map(|chunk| word(chunk.iter(), negative)).collect(),
        };
        let value = UBig::from_words(&words);
        if !negative {
            return BigInt(value.into());
        }
        // `words` is the value modulo 2**(64 * len), read as unsigned.
        let modulus = UBig::ONE << (words.len() * 64);
        BigInt(dashu_int::IBig::from_parts(Sign::Negative, modulus - value))
    }

    /// Bits of the shortest two's-complement form, sign bit included; 0 for 0 (which fits no bytes at all).
    pub fn signed_bit_length(&self) -> u64 {
        let length = self.bit_length();
        let power_of_two = || self.trailing_zeros() == Some(length - 1);
        match self.signum() {
            0 => 0,
            -1 if power_of_two() => length,
            _ => length + 1,
        }
    }
}

/// The word made of `bytes`, most significant first, sign-extended when `negative`.
fn word<'a>(bytes: impl Iterator<Item = &'a u8>, negative: bool) -> u64 {
    bytes.fold(if negative { u64::MAX } else { 0 }, |word, byte| word << 8 | u64::from(*byte))
}
