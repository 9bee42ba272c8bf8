//! Case conversion of whole strings: `lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold`.

use crate::unicode::{self, CaseMapping, Mapped};
use crate::{Body, Buffer, Unit, with_units};

const CAPITAL_SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SMALL_SIGMA: u32 = 0x3c3;

#[inline]
fn push_mapped(code: u32, mapping: CaseMapping, out: &mut Buffer) {
    if code < 0x80 {
        let byte = code as u8;
        out.push(u32::from(match mapping {
            CaseMapping::Lower | CaseMapping::Fold => byte.to_ascii_lowercase(),
            CaseMapping::Upper | CaseMapping::Title => byte.to_ascii_uppercase(),
        }));
        return;
    }
    match unicode::map_case(code, mapping) {
        Mapped::One(code) => out.push(code),
        Mapped::Many(codes) => codes.iter().for_each(|code| out.push(*code)),
    }
}

/// Lower case of the character at `index`: a capital sigma that ends a word becomes the final form.
#[inline]
fn push_lower<U: Unit>(units: &[U], index: usize, out: &mut Buffer) {
    let code = units[index].code();
    if code == CAPITAL_SIGMA {
        out.push(if is_final(units, index) { FINAL_SIGMA } else { SMALL_SIGMA });
    } else {
        push_mapped(code, CaseMapping::Lower, out);
    }
}

/// Whether a letter precedes but none follows, apart from characters that do not count.
fn is_final<U: Unit>(units: &[U], index: usize) -> bool {
    let counts = |unit: &&U| !unicode::is_case_ignorable(unit.code());
    let is_cased = |unit: &U| unicode::is_cased(unit.code());
    let before = units[..index].iter().rev().find(counts);
    let after = units[index + 1..].iter().find(counts);
    before.is_some_and(is_cased) && !after.is_some_and(is_cased)
}

fn ascii(body: Body<'_>) -> Option<&[u8]> {
    match body {
        Body::Latin1(bytes) if bytes.is_ascii() => Some(bytes),
        _ => None,
    }
}

/// Maps units for as long as the results are single characters of the same width and no sigma needs its context; returns
/// them and their number.
fn map_run<U: Unit>(units: &[U], mapping: CaseMapping) -> (Buffer, usize) {
    let mut mapped = Vec::with_capacity(units.len());
    for unit in units {
        match unicode::map_case(unit.code(), mapping) {
            Mapped::One(code) if code <= U::MAX && unit.code() != CAPITAL_SIGMA => {
                mapped.push(U::truncate(code))
            }
            _ => break,
        }
    }
    let count = mapped.len();
    (U::into_buffer(mapped), count)
}

fn map_all(body: Body<'_>, mapping: CaseMapping) -> Buffer {
    with_units!(body, units => {
        let (mut out, done) = map_run(units, mapping);
        units[done..].iter().for_each(|unit| push_mapped(unit.code(), mapping, &mut out));
        out.narrowed()
    })
}

/// `str.lower`.
pub fn lower(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_lowercase());
    }
    with_units!(body, units => {
        let (mut out, done) = map_run(units, CaseMapping::Lower);
        (done..units.len()).for_each(|index| push_lower(units, index, &mut out));
        out.narrowed()
    })
}

/// `str.upper`.
pub fn upper(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_uppercase());
    }
    map_all(body, CaseMapping::Upper)
}

/// `str.casefold`.
pub fn casefold(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_lowercase());
    }
    map_all(body, CaseMapping::Fold)
}

/// `str.capitalize`.
pub fn capitalize(body: Body<'_>) -> Buffer {
    let mut out = Buffer::wide_as(body);
    if let Some(first) = body.get(0) {
        push_mapped(first, CaseMapping::Title, &mut out);
    }
    with_units!(body, units => (1..units.len()).for_each(|index| push_lower(units, index, &mut out)));
    out.narrowed()
}

/// `str.title`.
pub fn title(body: Body<'_>) -> Buffer {
    let mut out = Buffer::wide_as(body);
    with_units!(body, units => title_units(units, &mut out));
    out.narrowed()
}

fn title_units<U: Unit>(units: &[U], out: &mut Buffer) {
    let mut inside_word = false;
    for (index, unit) in units.iter().enumerate() {
        if inside_word {
            push_lower(units, index, out);
        } else {
            push_mapped(unit.code(), CaseMapping::Title, out);
        }
        inside_word = unicode::is_cased(unit.code());
    }
}

/// `str.swapcase`.
pub fn swapcase(body: Body<'_>) -> Buffer {
    let mut out = Buffer::wide_as(body);
    with_units!(body, units => swap_units(units, &mut out));
    out.narrowed()
}

fn swap_units<U: Unit>(units: &[U], out: &mut Buffer) {
    for (index, unit) in units.iter().enumerate() {
        let code = unit.code();
        if unicode::is_upper(code) {
            push_lower(units, index, out);
        } else if unicode::is_lower(code) {
            push_mapped(code, CaseMapping::Upper, out);
        } else {
            out.push(code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_agree_with_cpython() {
        type Row = (&'static str, [&'static str; 6]);
        // lower, upper, title, capitalize, swapcase, casefold
        let rows: &[Row] = &[
            ("", ["", "", "", "", "", ""]),
            (
                "hello WORLD",
                ["hello world", "HELLO WORLD", "Hello World", "Hello world", "HELLO world", "hello world"],
            ),
            ("ΑΣ", ["ας", "ΑΣ", "Ας", "Ας", "ας", "ασ"]),
            (
                "ΑΣΑ Σ Α.Σ.",
                ["ασα σ α.ς.", "ΑΣΑ Σ Α.Σ.", "Ασα Σ Α.Σ.", "Ασα σ α.ς.", "ασα σ α.ς.", "ασα σ α.σ."],
            ),
            ("straße", ["straße", "STRASSE", "Straße", "Straße", "STRASSE", "strasse"]),
            ("ﬁx ǆ İ", ["ﬁx ǆ i̇", "FIX Ǆ İ", "Fix ǅ İ", "Fix ǆ i̇", "FIX Ǆ i̇", "fix ǆ i̇"]),
            ("ŉa ʰb", ["ŉa ʰb", "ʼNA ʰB", "ʼNa ʰb", "ʼNa ʰb", "ʼNA ʰB", "ʼna ʰb"]),
            ("they're ß", ["they're ß", "THEY'RE SS", "They'Re Ss", "They're ß", "THEY'RE SS", "they're ss"]),
        ];
        for (text, expected) in rows {
            let buffer = Buffer::from(*text);
            let body = buffer.as_body();
            let got =
                [lower(body), upper(body), title(body), capitalize(body), swapcase(body), casefold(body)];
            for (got, want) in got.iter().zip(expected) {
                assert_eq!(got.as_body().to_utf8().as_deref(), Some(*want), "{text}");
            }
        }
    }
}
