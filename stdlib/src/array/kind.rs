//! The item types of arrays.

use pyre_object::{Obj, PyResult, Vm, float, int, raise, str};

/// A type code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    pub(super) code: u8,
    /// Bytes of an item.
    pub(super) size: usize,
}

/// All type codes, in the order of `array.typecodes`.
pub(super) const CODES: &str = "bBuwhHiIlLqQfd";

impl Kind {
    /// The type with this code.
    pub(super) fn of(code: u32) -> Option<Kind> {
        let code = u8::try_from(code).ok()?;
        let size = match code {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'w' => 4,
            b'u' => size_of::<libc::wchar_t>(),
            b'l' | b'L' => size_of::<std::ffi::c_long>(),
            b'q' | b'Q' | b'd' => 8,
            _ => return None,
        };
        Some(Kind { code, size })
    }

    /// Whether the items are characters.
    pub(super) fn is_text(self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    fn is_signed(self) -> bool {
        matches!(self.code, b'b' | b'h' | b'i' | b'l' | b'q')
    }

    /// The format for buffers.
    pub(super) fn format(self) -> &'static str {
        let i = CODES.bytes().position(|c| c == self.code).unwrap_or(0);
        if self.code == b'u' { "w" } else { &CODES[i..=i] }
    }

    /// The machine format code of pickles: see the documentation of `array._array_reconstructor`.
    pub(super) fn machine_format(self) -> usize {
        let little = usize::from(cfg!(target_endian = "big"));
        match (self.code, self.size) {
            (b'f', _) => 14 + little,
            (b'd', _) => 16 + little,
            (b'u', 2) => 18 + little,
            (b'u' | b'w', _) => 20 + little,
            (_, 1) => usize::from(self.is_signed()),
            (_, size) => {
                let width = size.trailing_zeros() as usize - 1;
                2 + 4 * width + 2 * usize::from(self.is_signed()) + little
            }
        }
    }

    /// The value of an item.
    pub(super) fn read(self, raw: &[u8]) -> Obj {
        let mut word = [0; 8];
        let n = raw.len().min(8);
        if cfg!(target_endian = "big") {
            word[8 - n..].copy_from_slice(&raw[..n]);
        } else {
            word[..n].copy_from_slice(&raw[..n]);
        }
        let word = u64::from_ne_bytes(word);
        match self.code {
            b'f' => float::new_float(f64::from(f32::from_bits(word as u32))),
            b'd' => float::new_float(f64::from_bits(word)),
            b'u' | b'w' => str::from_code_point(word as u32),
            _ if self.is_signed() => {
                let shift = 64 - 8 * self.size as u32;
                int::new_int((word as i64) << shift >> shift)
            }
            _ => int::from_u64(word),
        }
    }

    /// The bytes of a value, in the first places of a word.
    ///
    /// # Errors
    /// `TypeError`, `OverflowError`.
    pub(super) fn write(self, vm: &Vm, value: &Obj) -> PyResult<[u8; 8]> {
        let word = match self.code {
            b'f' => u64::from((vm.to_f64(value)? as f32).to_bits()),
            b'd' => vm.to_f64(value)?.to_bits(),
            b'u' | b'w' => u64::from(self.character(vm, value)?),
            _ => self.integer(vm, value)?,
        };
        let mut raw = word.to_ne_bytes();
        if cfg!(target_endian = "big") {
            raw.rotate_left(8 - self.size);
        }
        Ok(raw)
    }

    fn character(self, vm: &Vm, value: &Obj) -> PyResult<u32> {
        let Some(s) = str::get(value) else {
            raise!(vm, TypeError, "array item must be a unicode character, not {}", value.type_name());
        };
        match s.len() {
            1 => Ok(s.char_at(0)),
            n => raise!(vm, TypeError, "array item must be a unicode character, not a string of length {n}"),
        }
    }

    fn integer(self, vm: &Vm, value: &Obj) -> PyResult<u64> {
        let value = vm.index(value)?;
        let negative = int::expect(&value).is_negative();
        if self.is_signed() {
            let shift = 64 - 8 * self.size as u32;
            if let Some(i) = int::as_i64(&value)
                && (i << shift) >> shift == i
            {
                return Ok(i as u64);
            }
            let side = if negative { "less than minimum" } else { "greater than maximum" };
            return Err(vm.overflow_error(match self.code {
                b'b' => format!("signed char is {side}"),
                b'h' => format!("signed short integer is {side}"),
                b'i' => format!("signed integer is {side}"),
                b'l' => "Python int too large to convert to C long".to_owned(),
                _ => "int too big to convert".to_owned(),
            }));
        }
        if let Some(i) = int::as_u64(&value)
            && (self.size == 8 || i >> (8 * self.size) == 0)
        {
            return Ok(i);
        }
        let name = match self.code {
            b'B' => "unsigned byte integer",
            b'H' => "unsigned short",
            _ => "unsigned int",
        };
        Err(vm.overflow_error(match (self.code, negative) {
            (b'B' | b'H', true) => format!("{name} is less than minimum"),
            (b'B' | b'H' | b'I', false) => format!("{name} is greater than maximum"),
            (b'Q', true) => "can't convert negative int to unsigned".to_owned(),
            (_, true) => "can't convert negative value to unsigned int".to_owned(),
            (b'L', false) => "Python int too large to convert to C unsigned long".to_owned(),
            _ => "int too big to convert".to_owned(),
        }))
    }
}
