//! Normalization forms (Unicode Standard Annex #15).

use super::{lookup, properties, t};
use crate::{Body, Buffer};

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    /// The form called `name`; `None` is `ValueError("invalid normalization form")`.
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFD" => Form::Nfd,
            "NFKC" => Form::Nfkc,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    fn refusal_bit(self) -> u8 {
        match self {
            Form::Nfc => 1,
            Form::Nfd => 2,
            Form::Nfkc => 4,
            Form::Nfkd => 8,
        }
    }
}

/// May combine with the character before it.
const MAYBE_BIT: u8 = 16;

// Hangul syllables are composed by arithmetic, chapter 3.12 of the standard.
const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/// The entry of `code` in the decomposition table: its tag and its one-step decomposition.
fn table_decomposition(code: u32) -> Option<(u8, &'static [u32])> {
    let at = lookup(&t::DECOMPOSITION_BLOCKS, &t::DECOMPOSITION_ENTRIES, code);
    if at == 0 {
        return None;
    }
    let header = t::DECOMPOSITIONS[at];
    let length = (header >> 8) as usize;
    Some((header as u8, &t::DECOMPOSITIONS[at + 1..at + 1 + length]))
}

fn hangul(code: u32) -> Option<([u32; 3], usize)> {
    let index = code.wrapping_sub(S_BASE);
    if index >= S_COUNT {
        return None;
    }
    let trailing = index % T_COUNT;
    let parts = [
        L_BASE + index / (V_COUNT * T_COUNT),
        V_BASE + index % (V_COUNT * T_COUNT) / T_COUNT,
        T_BASE + trailing,
    ];
    Some((parts, if trailing == 0 { 2 } else { 3 }))
}

/// `unicodedata.decomposition`: an optional tag and code points in hexadecimal, empty if there is none.
pub fn decomposition(code: u32) -> String {
    let hex = |codes: &[u32]| codes.iter().map(|code| format!("{code:04X}")).collect::<Vec<_>>().join(" ");
    if let Some((parts, count)) = hangul(code) {
        return hex(&parts[..count]);
    }
    match table_decomposition(code) {
        None => String::new(),
        Some((0, codes)) => hex(codes),
        Some((tag, codes)) => format!("{} {}", t::DECOMPOSITION_TAGS[usize::from(tag)], hex(codes)),
    }
}

fn push_decomposed(code: u32, compatible: bool, out: &mut Vec<u32>) {
    if code < 0x80 {
        out.push(code);
    } else if let Some((parts, count)) = hangul(code) {
        out.extend_from_slice(&parts[..count]);
    } else {
        match table_decomposition(code) {
            Some((tag, codes)) if compatible || tag == 0 => {
                codes.iter().for_each(|code| push_decomposed(*code, compatible, out));
            }
            _ => out.push(code),
        }
    }
}

/// Sorts each run of combining characters by combining class, keeping the order of equals.
fn order_canonically(codes: &mut [u32]) {
    let mut start = 0;
    while start < codes.len() {
        if super::combining(codes[start]) == 0 {
            start += 1;
            continue;
        }
        let length = codes[start..].iter().take_while(|code| super::combining(**code) != 0).count();
        codes[start..start + length].sort_by_key(|code| super::combining(*code));
        start += length;
    }
}

/// The primary composite of two characters.
fn compose_pair(first: u32, second: u32) -> Option<u32> {
    let (l, v, s) = (first.wrapping_sub(L_BASE), second.wrapping_sub(V_BASE), first.wrapping_sub(S_BASE));
    if l < L_COUNT && v < V_COUNT {
        return Some(S_BASE + (l * V_COUNT + v) * T_COUNT);
    }
    if s < S_COUNT && s.is_multiple_of(T_COUNT) && (T_BASE + 1..T_BASE + T_COUNT).contains(&second) {
        return Some(first + (second - T_BASE));
    }
    let key = u64::from(first) << 32 | u64::from(second);
    let index = t::COMPOSITIONS.binary_search_by_key(&key, |entry| entry.0).ok()?;
    Some(t::COMPOSITIONS[index].1)
}

/// Composes canonically ordered characters in place.
fn compose(codes: &mut Vec<u32>) {
    let mut starter = None;
    let mut last_class = 0;
    let mut kept = 0;
    for index in 0..codes.len() {
        let code = codes[index];
        let class = super::combining(code);
        if let Some(at) = starter {
            // Blocked when a character of the same or a higher class, or another starter, stands between.
            let adjacent = kept == at + 1;
            if (adjacent || (last_class != 0 && last_class < class))
                && let Some(composite) = compose_pair(codes[at], code)
            {
                codes[at] = composite;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        codes[kept] = code;
        kept += 1;
    }
    codes.truncate(kept);
}

/// `unicodedata.normalize`.
pub fn normalize(body: Body<'_>, form: Form) -> Buffer {
    if quick_check(body, form) == Some(true) {
        return Buffer::from_body(body);
    }
    let mut codes = Vec::with_capacity(body.len() + body.len() / 4);
    body.iter().for_each(|code| push_decomposed(code, form.is_compatible(), &mut codes));
    order_canonically(&mut codes);
    if form.composes() {
        compose(&mut codes);
    }
    codes.into_iter().collect()
}

/// Whether `body` is in `form`, as far as its characters tell one by one.
fn quick_check(body: Body<'_>, form: Form) -> Option<bool> {
    let mut last_class = 0;
    let mut certain = true;
    for code in body.iter() {
        if code < 0x80 {
            last_class = 0;
            continue;
        }
        let properties = properties(code);
        let class = properties.combining;
        if (class != 0 && class < last_class) || properties.quick_check & form.refusal_bit() != 0 {
            return Some(false);
        }
        certain &= !(form.composes() && properties.quick_check & MAYBE_BIT != 0);
        last_class = class;
    }
    certain.then_some(true)
}

/// `unicodedata.is_normalized`.
pub fn is_normalized(body: Body<'_>, form: Form) -> bool {
    quick_check(body, form).unwrap_or_else(|| normalize(body, form).as_body() == body)
}
