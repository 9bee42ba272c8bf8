//! Case conversion of whole strings: `lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold`.

use crate::unicode::{self, CaseMapping, Mapped};
use crate::{Body, Buffer};

const CAPITAL_SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SMALL_SIGMA: u32 = 0x3c3;

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
fn push_lower(body: Body<'_>, index: usize, out: &mut Buffer) {
    let code = body.at(index);
    if code != CAPITAL_SIGMA {
        return push_mapped(code, CaseMapping::Lower, out);
    }
    let is_cased = |code: &u32| !unicode::is_case_ignorable(*code);
    let before = body.slice(0, index).iter().rev().find(is_cased);
    let after = body.slice(index + 1, body.len()).iter().find(is_cased);
    let is_final = before.is_some_and(unicode::is_cased) && !after.is_some_and(unicode::is_cased);
    out.push(if is_final { FINAL_SIGMA } else { SMALL_SIGMA });
}

fn ascii(body: Body<'_>) -> Option<&[u8]> {
    match body {
        Body::Latin1(bytes) if bytes.is_ascii() => Some(bytes),
        _ => None,
    }
}

/// `str.lower`.
pub fn lower(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_lowercase());
    }
    let mut out = Buffer::with_capacity(body.len());
    (0..body.len()).for_each(|index| push_lower(body, index, &mut out));
    out
}

/// `str.upper`.
pub fn upper(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_uppercase());
    }
    let mut out = Buffer::with_capacity(body.len());
    body.iter().for_each(|code| push_mapped(code, CaseMapping::Upper, &mut out));
    out
}

/// `str.casefold`.
pub fn casefold(body: Body<'_>) -> Buffer {
    if let Some(bytes) = ascii(body) {
        return Buffer::Latin1(bytes.to_ascii_lowercase());
    }
    let mut out = Buffer::with_capacity(body.len());
    body.iter().for_each(|code| push_mapped(code, CaseMapping::Fold, &mut out));
    out
}

/// `str.capitalize`.
pub fn capitalize(body: Body<'_>) -> Buffer {
    let mut out = Buffer::with_capacity(body.len());
    if let Some(first) = body.get(0) {
        push_mapped(first, CaseMapping::Title, &mut out);
    }
    (1..body.len()).for_each(|index| push_lower(body, index, &mut out));
    out
}

/// `str.title`.
pub fn title(body: Body<'_>) -> Buffer {
    let mut out = Buffer::with_capacity(body.len());
    let mut inside_word = false;
    for (index, code) in body.iter().enumerate() {
        if inside_word {
            push_lower(body, index, &mut out);
        } else {
            push_mapped(code, CaseMapping::Title, &mut out);
        }
        inside_word = unicode::is_cased(code);
    }
    out
}

/// `str.swapcase`.
pub fn swapcase(body: Body<'_>) -> Buffer {
    let mut out = Buffer::with_capacity(body.len());
    for (index, code) in body.iter().enumerate() {
        if unicode::is_upper(code) {
            push_lower(body, index, &mut out);
        } else if unicode::is_lower(code) {
            push_mapped(code, CaseMapping::Upper, &mut out);
        } else {
            out.push(code);
        }
    }
    out
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
