//! Sets of characters: what one character of the text may be.

use super::codes as c;
use pyre_text::unicode::{self, CaseMapping, Mapped};

/// The lower case of an ASCII letter; other characters as they are.
#[inline]
pub fn lower_ascii(ch: u32) -> u32 {
    u8::try_from(ch).map_or(ch, |b| b.to_ascii_lowercase().into())
}

/// The lower case, or its first character.
pub fn lower_unicode(ch: u32) -> u32 {
    mapped(ch, CaseMapping::Lower)
}

/// The upper case, or its first character.
pub fn upper_unicode(ch: u32) -> u32 {
    mapped(ch, CaseMapping::Upper)
}

fn mapped(ch: u32, mapping: CaseMapping) -> u32 {
    if ch > 0x10_ffff {
        return ch;
    }
    match unicode::map_case(ch, mapping) {
        Mapped::One(to) => to,
        Mapped::Many(all) => all.first().copied().unwrap_or(ch),
    }
}

/// How letters are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Exactly.
    None,
    /// The set is in lower case; ASCII letters of the text are lowered.
    Ascii,
    /// The same, for all letters.
    Unicode,
    /// The locale's (C): the character in lower or in upper case.
    Locale,
}

impl Fold {
    /// The character as it is compared with others of the text.
    #[inline]
    pub fn apply(self, ch: u32) -> u32 {
        match self {
            Fold::None => ch,
            Fold::Ascii | Fold::Locale => lower_ascii(ch),
            Fold::Unicode => lower_unicode(ch),
        }
    }
}

/// What characters above Latin-1 belong.
#[derive(Debug)]
enum High {
    None,
    All,
    /// Those that this item of code accepts.
    Code(Box<[u32]>),
}

/// A set of characters.
#[derive(Debug)]
pub struct Set {
    low: [bool; 256],
    high: High,
}

impl Set {
    /// The set of an item of code: one instruction that matches one character. `None`: it is malformed.
    pub fn from_item(code: &[u32]) -> Option<Set> {
        let mut low = [false; 256];
        for (ch, member) in low.iter_mut().enumerate() {
            *member = accepts(code, ch as u32)?;
        }
        let high = match *code {
            [c::ANY | c::ANY_ALL] => High::All,
            [c::FAILURE] => High::None,
            [c::LITERAL, 0..256] => High::None,
            [c::NOT_LITERAL, 0..256] => High::All,
            [c::IN, _, ref set @ ..] => high_of(set).unwrap_or(High::Code(code.into())),
            _ => High::Code(code.into()),
        };
        if let High::Code(code) = &high {
            // Malformed code shows at any character.
            accepts(code, 0x100)?;
            accepts(code, 0x1_0000)?;
        }
        Some(Set { low, high })
    }

    /// Whether the character belongs.
    #[inline(always)]
    pub fn has(&self, ch: u32) -> bool {
        if ch < 256 { self.low[ch as usize] } else { self.has_high(ch) }
    }

    #[inline(never)]
    fn has_high(&self, ch: u32) -> bool {
        match &self.high {
            High::None => false,
            High::All => true,
            High::Code(code) => accepts(code, ch).unwrap_or(false),
        }
    }

    /// The table for Latin-1.
    pub fn low(&self) -> &[bool; 256] {
        &self.low
    }

    /// Whether characters above Latin-1 may belong.
    pub fn may_be_high(&self) -> bool {
        !matches!(self.high, High::None)
    }
}

/// What is known of the characters above Latin-1 without asking for each.
fn high_of(set: &[u32]) -> Option<High> {
    let (negated, mut rest) = match set {
        [c::NEGATE, rest @ ..] => (true, rest),
        _ => (false, set),
    };
    loop {
        rest = match rest {
            [c::FAILURE, ..] | [] => break,
            [c::LITERAL, 0..256, rest @ ..] | [c::RANGE, _, 0..256, rest @ ..] => rest,
            // The categories of ASCII that are not complements.
            [c::CATEGORY, 0 | 2 | 4 | 6, rest @ ..] => rest,
            [c::CHARSET, rest @ ..] if rest.len() >= 8 => &rest[8..],
            _ => return None,
        };
    }
    Some(if negated { High::All } else { High::None })
}

/// Whether an item of code accepts a character; `None` for malformed code.
fn accepts(code: &[u32], ch: u32) -> Option<bool> {
    Some(match *code {
        [c::FAILURE] => false,
        [c::ANY] => ch != u32::from(b'\n'),
        [c::ANY_ALL] => true,
        [c::LITERAL, x] => ch == x,
        [c::NOT_LITERAL, x] => ch != x,
        [c::LITERAL_IGNORE, x] => lower_ascii(ch) == x,
        [c::NOT_LITERAL_IGNORE, x] => lower_ascii(ch) != x,
        [c::LITERAL_UNI_IGNORE, x] => lower_unicode(ch) == x,
        [c::NOT_LITERAL_UNI_IGNORE, x] => lower_unicode(ch) != x,
        [c::LITERAL_LOC_IGNORE, x] => locale_cases(ch).contains(&x),
        [c::NOT_LITERAL_LOC_IGNORE, x] => !locale_cases(ch).contains(&x),
        [c::IN, _, ref set @ ..] => in_set(set, ch)?,
        [c::IN_IGNORE, _, ref set @ ..] => in_set(set, lower_ascii(ch))?,
        [c::IN_UNI_IGNORE, _, ref set @ ..] => in_set(set, lower_unicode(ch))?,
        [c::IN_LOC_IGNORE, _, ref set @ ..] => {
            let [lower, upper] = locale_cases(ch);
            let (lower, upper) = (in_set(set, lower)?, in_set(set, upper)?);
            if set.first() == Some(&c::NEGATE) { lower && upper } else { lower || upper }
        }
        _ => return None,
    })
}

fn locale_cases(ch: u32) -> [u32; 2] {
    let byte = u8::try_from(ch);
    byte.map_or([ch, ch], |b| [b.to_ascii_lowercase().into(), b.to_ascii_uppercase().into()])
}

/// Runs the code of a set; it ends with `FAILURE`.
fn in_set(mut set: &[u32], ch: u32) -> Option<bool> {
    let mut found = true;
    loop {
        let hit;
        (hit, set) = match set {
            [c::FAILURE, ..] => return Some(!found),
            [c::NEGATE, rest @ ..] => {
                found = !found;
                (false, rest)
            }
            [c::LITERAL, x, rest @ ..] => (ch == *x, rest),
            [c::RANGE, from, to, rest @ ..] => ((*from..=*to).contains(&ch), rest),
            [c::RANGE_UNI_IGNORE, from, to, rest @ ..] => {
                let range = *from..=*to;
                (range.contains(&ch) || range.contains(&upper_unicode(ch)), rest)
            }
            [c::CATEGORY, category, rest @ ..] => (in_category(*category, ch)?, rest),
            [c::CHARSET, rest @ ..] => {
                let (map, rest) = rest.split_at_checked(8)?;
                (ch < 256 && bit(map, ch), rest)
            }
            [c::BIGCHARSET, count, rest @ ..] => {
                let (index, rest) = rest.split_at_checked(64)?;
                let (blocks, rest) = rest.split_at_checked((*count as usize).checked_mul(8)?)?;
                (in_blocks(index, blocks, ch)?, rest)
            }
            _ => return None,
        };
        if hit {
            return Some(found);
        }
    }
}

fn bit(map: &[u32], i: u32) -> bool {
    map[(i >> 5) as usize] >> (i & 31) & 1 != 0
}

/// `index` has a byte for each high byte of a character: the number of the block of 256 bits.
fn in_blocks(index: &[u32], blocks: &[u32], ch: u32) -> Option<bool> {
    if ch >= 0x1_0000 {
        return Some(false);
    }
    let high = (ch >> 8) as usize;
    let block = index[high / 4].to_ne_bytes()[high % 4] as usize;
    let map = blocks.get(block * 8..block * 8 + 8)?;
    Some(bit(map, ch & 255))
}

/// Whether a character is of a category by its number; `None` for numbers that are none.
fn in_category(category: u32, ch: u32) -> Option<bool> {
    let ascii = u8::try_from(ch).unwrap_or(0x80);
    let newline = ch == u32::from(b'\n');
    Some(match category {
        0 => ascii.is_ascii_digit(),
        1 => !ascii.is_ascii_digit(),
        2 => is_ascii_space(ascii),
        3 => !is_ascii_space(ascii),
        4 | 8 => is_ascii_word(ch),
        5 | 9 => !is_ascii_word(ch),
        6 => newline,
        7 => !newline,
        10 => unicode::is_decimal(ch),
        11 => !unicode::is_decimal(ch),
        12 => unicode::is_space(ch),
        13 => !unicode::is_space(ch),
        14 => is_word(ch),
        15 => !is_word(ch),
        16 => is_line_break(ch),
        17 => !is_line_break(ch),
        _ => return None,
    })
}

fn is_ascii_space(b: u8) -> bool {
    matches!(b, b'\t'..=b'\r' | b' ')
}

/// Whether `\w` matches with the flag `ASCII`.
#[inline]
pub fn is_ascii_word(ch: u32) -> bool {
    u8::try_from(ch).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether `\w` matches.
#[inline]
pub fn is_word(ch: u32) -> bool {
    if ch < 0x80 { is_ascii_word(ch) } else { unicode::is_alnum(ch) }
}

fn is_line_break(ch: u32) -> bool {
    matches!(ch, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}
