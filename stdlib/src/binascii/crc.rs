//! Checksums: CRC-32 (ISO 3309), eight bytes at a time (M. E. Kounavis and F. L. Berry, 2005), and CRC-CCITT.

use super::with_bytes;
use pyre_object::{Obj, PyResult, Vm, int};

static TABLES: [[u32; 256]; 8] = {
    let mut t = [[0u32; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut c = i as u32;
        let mut k = 0;
        while k < 8 {
            c = if c & 1 != 0 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            k += 1;
        }
        t[0][i] = c;
        i += 1;
    }
    let mut n = 1;
    while n < 8 {
        let mut i = 0;
        while i < 256 {
            let c = t[n - 1][i];
            t[n][i] = t[0][(c & 0xff) as usize] ^ (c >> 8);
            i += 1;
        }
        n += 1;
    }
    t
};

fn update(crc: u32, data: &[u8]) -> u32 {
    let mut c = !crc;
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let low = c ^ u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        c = (0..4).fold(0, |r, i| r ^ TABLES[7 - i][(low >> (8 * i) & 0xff) as usize]);
        c = (4..8).fold(c, |r, i| r ^ TABLES[7 - i][usize::from(chunk[i])]);
    }
    for b in chunks.remainder() {
        c = TABLES[0][((c ^ u32::from(*b)) & 0xff) as usize] ^ (c >> 8);
    }
    !c
}

/// The low bits of an integer argument.
fn low_bits(vm: &Vm, o: &Obj) -> PyResult<u32> {
    let i = vm.index(o)?;
    Ok(int::expect(&i).to_big().wrapping_u64() as u32)
}

pub(super) fn crc32(vm: &Vm, a: &[Obj]) -> PyResult {
    let start = a[1].given().map_or(Ok(0), |o| low_bits(vm, o))?;
    with_bytes(vm, &a[0], |data| Ok(Obj::from_len(update(start, data) as usize)))
}

pub(super) fn crc_hqx(vm: &Vm, a: &[Obj]) -> PyResult {
    let start = low_bits(vm, &a[1])? & 0xffff;
    with_bytes(vm, &a[0], |data| {
        let step = |crc: u32, b: &u8| {
            let top = u32::from(*b) << 8 ^ crc;
            (0..8).fold(top, |c, _| if c & 0x8000 != 0 { c << 1 ^ 0x1021 } else { c << 1 }) & 0xffff
        };
        Ok(Obj::from_len(data.iter().fold(start, step) as usize))
    })
}
