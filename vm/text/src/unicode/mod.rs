//! The Unicode Character Database, version 16.0.
//!
//! Two-stage tables map a code point to a record; equal blocks of the second stage are shared. The tables are
//! generated (`tools/unicode_tables.py`).

pub mod names;
pub mod normalize;
#[rustfmt::skip]
mod tables;

use tables as t;

/// The version of the database.
pub const VERSION: &str = "16.0.0";

/// Classification and simple case mappings of a code point.
pub(crate) struct Kind {
    flags: u16,
    lower: i32,
    upper: i32,
    title: i32,
    fold: i32,
    decimal: u8,
    digit: u8,
}

/// What `unicodedata` reports of a code point.
struct Properties {
    category: u8,
    combining: u8,
    bidirectional: u8,
    mirrored: bool,
    width: u8,
    quick_check: u8,
}

/// Case mappings of which at least one is longer than one character.
struct SpecialCase {
    code: u32,
    lower: &'static [u32],
    upper: &'static [u32],
    title: &'static [u32],
    fold: &'static [u32],
}

/// The entry of `code` in a two-stage table.
#[inline]
fn lookup<B: Copy + Into<usize>, E: Copy + Into<usize>>(blocks: &[B], entries: &[E], code: u32) -> usize {
    let block = ((code >> t::SHIFT) as usize).min(blocks.len() - 1);
    let offset = (code & ((1 << t::SHIFT) - 1)) as usize;
    entries[(blocks[block].into() << t::SHIFT) + offset].into()
}

#[inline]
fn kind(code: u32) -> &'static Kind {
    &t::KINDS[lookup(&t::KIND_BLOCKS, &t::KIND_ENTRIES, code)]
}

#[inline]
fn properties(code: u32) -> &'static Properties {
    &t::PROPERTIES[lookup(&t::PROPERTY_BLOCKS, &t::PROPERTY_ENTRIES, code)]
}

macro_rules! flag_queries {
    ($($(#[$doc:meta])* $name:ident: $flag:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(code: u32) -> bool {
            kind(code).flags & t::$flag != 0
        }
    )*};
}
flag_queries! {
    /// A letter: `str.isalpha`.
    is_alpha: ALPHA;
    /// Has a decimal digit value: `str.isdecimal`.
    is_decimal: DECIMAL;
    /// Has a digit value: `str.isdigit`.
    is_digit: DIGIT;
    /// Has a numeric value: `str.isnumeric`.
    is_numeric: NUMERIC;
    /// Whitespace: `str.isspace`, and what `split` and `strip` take as separators.
    is_space: SPACE;
    /// Shown as itself by `repr`: `str.isprintable`.
    is_printable: PRINTABLE;
    /// May begin an identifier (XID_Start or underscore).
    is_id_start: ID_START;
    /// May continue an identifier (XID_Continue).
    is_id_continue: ID_CONTINUE;
    /// Lower case.
    is_lower: LOWER;
    /// Upper case.
    is_upper: UPPER;
    /// Title case (category Lt).
    is_title: TITLE;
    /// Has case.
    is_cased: CASED;
    /// Skipped when looking for the cased neighbours of a sigma.
    is_case_ignorable: CASE_IGNORABLE;
}

/// Whether any of `isalpha`, `isdecimal`, `isdigit`, `isnumeric` holds.
#[inline]
pub fn is_alnum(code: u32) -> bool {
    kind(code).flags & (t::ALPHA | t::DECIMAL | t::DIGIT | t::NUMERIC) != 0
}

/// The value of a decimal digit.
#[inline]
pub fn decimal(code: u32) -> Option<u8> {
    Some(kind(code).decimal).filter(|value| *value != 255)
}

/// The value of a digit, decimal or not (superscripts, circled digits).
#[inline]
pub fn digit(code: u32) -> Option<u8> {
    Some(kind(code).digit).filter(|value| *value != 255)
}

/// The value of a numeric character.
pub fn numeric(code: u32) -> Option<f64> {
    let kind = kind(code);
    if kind.flags & t::NUMERIC == 0 {
        return None;
    }
    if kind.decimal != 255 {
        return Some(f64::from(kind.decimal));
    }
    let index = t::NUMERIC_VALUES.binary_search_by_key(&code, |entry| entry.0).ok()?;
    Some(t::NUMERIC_VALUES[index].1)
}

/// Which case mapping to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMapping {
    /// Lower case, without regard to the context of a sigma.
    Lower,
    /// Upper case.
    Upper,
    /// Title case.
    Title,
    /// Case folding.
    Fold,
}

/// The full case mapping of a code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// One code point, perhaps the same.
    One(u32),
    /// Several.
    Many(&'static [u32]),
}

/// Maps a code point to the other case.
#[inline]
pub fn map_case(code: u32, mapping: CaseMapping) -> Mapped {
    let kind = kind(code);
    if kind.flags & t::SPECIAL_CASE != 0 {
        return special_case(code, mapping);
    }
    let delta = match mapping {
        CaseMapping::Lower => kind.lower,
        CaseMapping::Upper => kind.upper,
        CaseMapping::Title => kind.title,
        CaseMapping::Fold => kind.fold,
    };
    Mapped::One(code.wrapping_add_signed(delta))
}

#[cold]
fn special_case(code: u32, mapping: CaseMapping) -> Mapped {
    let Ok(index) = t::SPECIAL_CASES.binary_search_by_key(&code, |case| case.code) else {
        return Mapped::One(code);
    };
    let case = &t::SPECIAL_CASES[index];
    match mapping {
        CaseMapping::Lower => Mapped::Many(case.lower),
        CaseMapping::Upper => Mapped::Many(case.upper),
        CaseMapping::Title => Mapped::Many(case.title),
        CaseMapping::Fold => Mapped::Many(case.fold),
    }
}

/// The general category, two letters.
pub fn category(code: u32) -> &'static str {
    t::CATEGORIES[usize::from(properties(code).category)]
}

/// The bidirectional class; empty for code points that are not assigned.
pub fn bidirectional(code: u32) -> &'static str {
    t::BIDIRECTIONAL[usize::from(properties(code).bidirectional)]
}

/// The canonical combining class.
#[inline]
pub fn combining(code: u32) -> u8 {
    properties(code).combining
}

/// Whether the glyph is mirrored in right-to-left text.
pub fn mirrored(code: u32) -> bool {
    properties(code).mirrored
}

/// The East Asian width.
pub fn east_asian_width(code: u32) -> &'static str {
    t::WIDTHS[usize::from(properties(code).width)]
}

#[cfg(test)]
mod tests;
