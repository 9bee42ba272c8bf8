//! Substring search: `find`, `rfind`, `count`, `replace`, `startswith`, `endswith`.
//!
//! Bytes go to `memchr::memmem`. Wider units are compared directly at each place where the first unit matches; a
//! search that has compared many more units than it passed continues with the Two-Way algorithm (Crochemore and
//! Perrin, "Two-way string-matching", 1991), so the worst case is linear.

use memchr::memmem;

use crate::{Body, Buffer, Unit, with_units};

/// Comparisons beyond this multiple of the units passed switch to the linear algorithm.
const PATIENCE: usize = 4;
/// Comparisons that never switch.
const FREE_WORK: usize = 256;

/// A unit type that can be searched for.
trait Searchable: Unit {
    fn as_bytes(units: &[Self]) -> Option<&[u8]>;
}

impl Searchable for u8 {
    fn as_bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }
}

impl Searchable for u16 {
    fn as_bytes(_: &[u16]) -> Option<&[u8]> {
        None
    }
}

impl Searchable for u32 {
    fn as_bytes(_: &[u32]) -> Option<&[u8]> {
        None
    }
}

/// Shorter haystacks are searched by their first byte: a searcher costs more than it saves.
const SHORT: usize = 256;

/// The first occurrence in a short haystack; the needle is not empty.
#[inline]
fn find_short(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let last_start = haystack.len().checked_sub(needle.len())?;
    let mut start = 0;
    while start <= last_start {
        start += memchr::memchr(*first, &haystack[start..=last_start])?;
        if haystack[start + 1..].starts_with(rest) {
            return Some(start);
        }
        start += 1;
    }
    None
}

/// The starts of occurrences in bytes that do not overlap, from the left; the needle is not empty.
enum ByteStarts<'h, 'n> {
    Short { haystack: &'h [u8], needle: &'n [u8], from: usize },
    Long(Box<memmem::FindIter<'h, 'n>>),
}

impl<'h, 'n> ByteStarts<'h, 'n> {
    #[inline]
    fn new(haystack: &'h [u8], needle: &'n [u8]) -> Self {
        if haystack.len() <= SHORT || needle.len() == 1 {
            ByteStarts::Short { haystack, needle, from: 0 }
        } else {
            ByteStarts::Long(Box::new(memmem::find_iter(haystack, needle)))
        }
    }
}

impl Iterator for ByteStarts<'_, '_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            ByteStarts::Short { haystack, needle, from } => {
                let at = *from + find_short(&haystack[*from..], needle)?;
                *from = at + needle.len();
                Some(at)
            }
            ByteStarts::Long(all) => all.next(),
        }
    }
}

fn find_units<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let last_start = haystack.len().checked_sub(needle.len())?;
    let mut work = 0;
    let mut start = 0;
    while start <= last_start {
        start += position(&haystack[start..=last_start], first)?;
        let compared = haystack[start + 1..].iter().zip(rest).take_while(|(a, b)| a == b).count();
        if compared == rest.len() {
            return Some(start);
        }
        start += 1;
        work += compared;
        if work > start * PATIENCE + FREE_WORK {
            return two_way(&haystack[start..], needle).map(|found| start + found);
        }
    }
    None
}

fn rfind_units<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    let (last, rest) = needle.split_last()?;
    let mut work = 0;
    let mut end = haystack.len();
    while end >= needle.len() {
        let at = rest.len() + haystack[rest.len()..end].iter().rposition(|unit| unit == last)?;
        let compared = haystack[..at].iter().rev().zip(rest.iter().rev()).take_while(|(a, b)| a == b).count();
        if compared == rest.len() {
            return Some(at - rest.len());
        }
        end = at;
        work += compared;
        if work > (haystack.len() - end) * PATIENCE + FREE_WORK {
            let haystack: Vec<U> = haystack[..end].iter().rev().copied().collect();
            let needle: Vec<U> = needle.iter().rev().copied().collect();
            return two_way(&haystack, &needle).map(|found| haystack.len() - found - needle.len());
        }
    }
    None
}

/// The start and the period of the needle's maximal suffix, by `<` or, with `inverted`, by `>`.
fn maximal_suffix<U: Unit>(needle: &[U], inverted: bool) -> (usize, usize) {
    let (mut start, mut candidate, mut offset, mut period) = (0, 1, 0, 1);
    while let Some(next) = needle.get(candidate + offset) {
        let current = &needle[start + offset];
        if (next < current) != inverted && next != current {
            // The suffix from `start` stays the largest; its period covers everything seen.
            candidate += offset + 1;
            offset = 0;
            period = candidate - start;
        } else if next == current {
            if offset + 1 == period {
                candidate += period;
                offset = 0;
            } else {
                offset += 1;
            }
        } else {
            start = candidate;
            candidate += 1;
            offset = 0;
            period = 1;
        }
    }
    (start, period)
}

/// Linear-time search for a non-empty needle.
fn two_way<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    let length = needle.len();
    let (split, period) = maximal_suffix(needle, false).max(maximal_suffix(needle, true));
    let periodic = needle[..split] == needle[period..period + split];
    // A needle that does not repeat its left half may skip further and remembers nothing.
    let period = if periodic { period } else { split.max(length - split) + 1 };
    let mut start = 0;
    let mut known = 0;
    while start + length <= haystack.len() {
        let window = &haystack[start..start + length];
        let from = split.max(known);
        if let Some(mismatch) = (from..length).find(|index| window[*index] != needle[*index]) {
            start += mismatch - split + 1;
            known = 0;
        } else if (known..split).rev().all(|index| window[index] == needle[index]) {
            return Some(start);
        } else {
            start += period;
            known = if periodic { length - period } else { 0 };
        }
    }
    None
}

/// Calls `search` with haystack and needle in the haystack's width; `None` when the needle cannot occur.
macro_rules! same_width {
    ($haystack:expr, $needle:expr, |$h:ident, $n:ident| $search:expr) => {
        match ($haystack, $needle) {
            (Body::Latin1($h), Body::Latin1($n)) => Some($search),
            (Body::Ucs2($h), Body::Ucs2($n)) => Some($search),
            (Body::Ucs4($h), Body::Ucs4($n)) => Some($search),
            (Body::Latin1($h), needle) => fit::<u8>(needle).map(|converted| {
                let $n = &converted[..];
                $search
            }),
            (Body::Ucs2($h), needle) => fit::<u16>(needle).map(|converted| {
                let $n = &converted[..];
                $search
            }),
            (Body::Ucs4($h), needle) => fit::<u32>(needle).map(|converted| {
                let $n = &converted[..];
                $search
            }),
        }
    };
}

fn fit<U: Unit>(needle: Body<'_>) -> Option<Vec<U>> {
    needle.iter().map(|code| (code <= U::MAX).then(|| U::truncate(code))).collect()
}

/// The index of the first occurrence.
pub fn find(haystack: Body<'_>, needle: Body<'_>) -> Option<usize> {
    if needle.len() > haystack.len() {
        return None;
    }
    match needle.len() {
        0 => Some(0),
        1 => find_code(haystack, needle.at(0)),
        _ => same_width!(haystack, needle, |h, n| find_in(h, n))?,
    }
}

fn find_in<U: Searchable>(haystack: &[U], needle: &[U]) -> Option<usize> {
    match (U::as_bytes(haystack), U::as_bytes(needle)) {
        (Some(haystack), Some(needle)) if haystack.len() <= SHORT => find_short(haystack, needle),
        (Some(haystack), Some(needle)) => memmem::find(haystack, needle),
        _ => find_units(haystack, needle),
    }
}

/// The index of the first occurrence of one code point.
pub fn find_code(haystack: Body<'_>, code: u32) -> Option<usize> {
    match haystack {
        Body::Latin1(units) => memchr::memchr(u8::try_from(code).ok()?, units),
        Body::Ucs2(units) => position(units, &u16::try_from(code).ok()?),
        Body::Ucs4(units) => position(units, &code),
    }
}

/// The index of the first unit equal to `wanted`, in blocks that the compiler turns into vector comparisons.
#[inline]
fn position<U: Unit>(units: &[U], wanted: &U) -> Option<usize> {
    let (blocks, _) = units.as_chunks::<16>();
    let skipped =
        blocks.iter().position(|block| block.iter().fold(false, |found, unit| found | (unit == wanted)));
    let start = skipped.unwrap_or(blocks.len()) * 16;
    units[start..].iter().position(|unit| unit == wanted).map(|offset| start + offset)
}

/// The index of the last occurrence.
pub fn rfind(haystack: Body<'_>, needle: Body<'_>) -> Option<usize> {
    if needle.len() > haystack.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(haystack.len());
    }
    same_width!(haystack, needle, |h, n| rfind_in(h, n))?
}

fn rfind_in<U: Searchable>(haystack: &[U], needle: &[U]) -> Option<usize> {
    match (U::as_bytes(haystack), U::as_bytes(needle)) {
        (Some(haystack), Some(needle)) => memmem::rfind(haystack, needle),
        _ => rfind_units(haystack, needle),
    }
}

/// Whether `needle` occurs.
pub fn contains(haystack: Body<'_>, needle: Body<'_>) -> bool {
    find(haystack, needle).is_some()
}

/// The starts of at most `limit` occurrences that do not overlap, from the left. The needle must not be empty.
pub fn positions(haystack: Body<'_>, needle: Body<'_>, limit: usize) -> Vec<usize> {
    debug_assert!(!needle.is_empty());
    same_width!(haystack, needle, |h, n| positions_in(h, n, limit)).unwrap_or_default()
}

fn positions_in<U: Searchable>(haystack: &[U], units: &[U], limit: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if units.is_empty() || units.len() > haystack.len() {
        return found;
    }
    if let (Some(haystack), Some(needle)) = (U::as_bytes(haystack), U::as_bytes(units)) {
        found.extend(ByteStarts::new(haystack, needle).take(limit));
        return found;
    }
    let mut from = 0;
    while found.len() < limit
        && let Some(offset) = find_units(&haystack[from..], units)
    {
        found.push(from + offset);
        from += offset + units.len();
    }
    found
}

/// The starts of at most `limit` occurrences that do not overlap, from the right. The needle must not be empty.
pub fn positions_from_right(haystack: Body<'_>, needle: Body<'_>, limit: usize) -> Vec<usize> {
    debug_assert!(!needle.is_empty());
    same_width!(haystack, needle, |h, n| positions_from_right_in(h, n, limit)).unwrap_or_default()
}

fn positions_from_right_in<U: Searchable>(haystack: &[U], units: &[U], limit: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if units.is_empty() {
        return found;
    }
    if let (Some(haystack), Some(needle)) = (U::as_bytes(haystack), U::as_bytes(units)) {
        found.extend(memmem::rfind_iter(haystack, needle).take(limit));
        return found;
    }
    let mut end = haystack.len();
    while found.len() < limit
        && let Some(at) = rfind_units(&haystack[..end], units)
    {
        found.push(at);
        end = at;
    }
    found
}

/// `haystack.count(needle)`: an empty needle occurs before each character and at the end.
pub fn count(haystack: Body<'_>, needle: Body<'_>) -> usize {
    if needle.is_empty() {
        return haystack.len() + 1;
    }
    if needle.len() == 1 {
        let wanted = needle.at(0);
        return match haystack {
            Body::Latin1(bytes) => {
                u8::try_from(wanted).map_or(0, |byte| memchr::memchr_iter(byte, bytes).count())
            }
            Body::Ucs2(units) => units.iter().filter(|unit| u32::from(**unit) == wanted).count(),
            Body::Ucs4(units) => units.iter().filter(|unit| **unit == wanted).count(),
        };
    }
    if let (Body::Latin1(haystack), Body::Latin1(needle)) = (haystack, needle) {
        return ByteStarts::new(haystack, needle).count();
    }
    positions(haystack, needle, usize::MAX).len()
}

/// `haystack.replace(old, new, limit)`; `None` when nothing is replaced.
pub fn replace(haystack: Body<'_>, old: Body<'_>, new: Body<'_>, limit: usize) -> Option<Buffer> {
    if limit == 0 {
        return None;
    }
    if old.is_empty() {
        if new.is_empty() {
            return None;
        }
        return Some(interleave(haystack, new, limit));
    }
    if let (Body::Latin1(haystack), Body::Latin1(old), Body::Latin1(new)) = (haystack, old, new) {
        return replace_bytes(haystack, old, new, limit).map(Buffer::Latin1);
    }
    let found = positions(haystack, old, limit);
    if found.is_empty() {
        return None;
    }
    let mut out = Buffer::with_capacity(haystack.len() + found.len() * new.len().saturating_sub(old.len()));
    let mut from = 0;
    for at in found {
        out.push_body(haystack.slice(from, at));
        out.push_body(new);
        from = at + old.len();
    }
    out.push_body(haystack.slice(from, haystack.len()));
    // The widest characters may have been the replaced ones.
    Some(if matches!(haystack, Body::Latin1(_)) { out } else { out.narrowed() })
}

/// As [`replace`], for bytes; `old` is not empty.
fn replace_bytes(haystack: &[u8], old: &[u8], new: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut starts = ByteStarts::new(haystack, old).take(limit);
    let first = starts.next()?;
    let mut out = Vec::with_capacity(haystack.len() + new.len());
    let mut from = 0;
    for at in std::iter::once(first).chain(starts) {
        out.extend_from_slice(&haystack[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&haystack[from..]);
    Some(out)
}

/// `new` before each of the first characters and, within the limit, at the end.
fn interleave(haystack: Body<'_>, new: Body<'_>, limit: usize) -> Buffer {
    let mut out = Buffer::with_capacity(haystack.len() + new.len());
    let gaps = limit.min(haystack.len() + 1);
    for index in 0..gaps {
        out.push_body(new);
        if let Some(code) = haystack.get(index) {
            out.push(code);
        }
    }
    if gaps < haystack.len() {
        out.push_body(haystack.slice(gaps, haystack.len()));
    }
    out
}

/// Whether `haystack` begins with `prefix`.
#[inline]
pub fn starts_with(haystack: Body<'_>, prefix: Body<'_>) -> bool {
    if let (Body::Latin1(haystack), Body::Latin1(prefix)) = (haystack, prefix) {
        return haystack.starts_with(prefix);
    }
    haystack.len() >= prefix.len() && haystack.slice(0, prefix.len()) == prefix
}

/// Whether `haystack` ends with `suffix`.
#[inline]
pub fn ends_with(haystack: Body<'_>, suffix: Body<'_>) -> bool {
    if let (Body::Latin1(haystack), Body::Latin1(suffix)) = (haystack, suffix) {
        return haystack.ends_with(suffix);
    }
    let length = haystack.len();
    length >= suffix.len() && haystack.slice(length - suffix.len(), length) == suffix
}

/// The order of two strings by code points.
pub fn compare(a: Body<'_>, b: Body<'_>) -> std::cmp::Ordering {
    match (a, b) {
        (Body::Latin1(a), Body::Latin1(b)) => a.cmp(b),
        _ => with_units!(a, a => with_units!(b, b => {
            a.iter().map(|unit| unit.code()).cmp(b.iter().map(|unit| unit.code()))
        })),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model(haystack: &[u32], needle: &[u32]) -> Vec<usize> {
        (0..(haystack.len() + 1).saturating_sub(needle.len()))
            .filter(|at| haystack[*at..].starts_with(needle))
            .collect()
    }

    fn wide(codes: &[u32], width: u8) -> Buffer {
        match width {
            0 => Buffer::Latin1(codes.iter().map(|code| *code as u8).collect()),
            1 => Buffer::Ucs2(codes.iter().map(|code| *code as u16).collect()),
            _ => Buffer::Ucs4(codes.to_vec()),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn search_agrees_with_trying_every_place(
            haystack in prop::collection::vec(97u32..100, 0..60),
            needle in prop::collection::vec(97u32..100, 0..8),
            widths in (0u8..3, 0u8..3),
        ) {
            let (h, n) = (wide(&haystack, widths.0), wide(&needle, widths.1));
            let (h, n) = (h.as_body(), n.as_body());
            let all = model(&haystack, &needle);
            prop_assert_eq!(find(h, n), all.first().copied());
            prop_assert_eq!(rfind(h, n), all.last().copied());
            prop_assert_eq!(starts_with(h, n), all.first() == Some(&0));
            prop_assert_eq!(ends_with(h, n), haystack.ends_with(&needle));
            prop_assert_eq!(compare(h, n), haystack.cmp(&needle));
            if !needle.is_empty() {
                prop_assert_eq!(two_way(&haystack, &needle), all.first().copied());
                let text = h.to_utf8().expect("ascii");
                let sought = n.to_utf8().expect("ascii");
                prop_assert_eq!(count(h, n), text.matches(&sought).count());
                let right: Vec<usize> = text.rmatch_indices(&sought).map(|(at, _)| at).collect();
                prop_assert_eq!(positions_from_right(h, n, usize::MAX), right);
                let new = Buffer::from("xé");
                let replaced = replace(h, n, new.as_body(), 2).map(|b| b.as_body().to_utf8().expect("text"));
                let expected = text.replacen(&sought, "xé", 2);
                prop_assert_eq!(replaced.unwrap_or(text), expected);
            }
        }

        #[test]
        fn the_linear_search_finds_periodic_needles(
            unit in prop::collection::vec(0u16..2, 1..6), repeats in 1usize..6, tail in prop::collection::vec(0u16..2, 0..4),
            haystack in prop::collection::vec(0u16..2, 0..300),
        ) {
            let mut needle = unit.repeat(repeats);
            needle.extend(tail);
            let expected = haystack.windows(needle.len()).position(|window| window == needle);
            prop_assert_eq!(two_way(&haystack, &needle), expected);
            let mut containing = haystack.clone();
            containing.extend_from_slice(&needle);
            let expected = containing.windows(needle.len()).position(|window| window == needle);
            prop_assert_eq!(two_way(&containing, &needle), expected);
        }
    }

    #[test]
    fn a_hostile_needle_takes_linear_time() {
        let haystack = vec![97u16; 400_000];
        let mut needle = vec![97u16; 100_000];
        needle.push(98);
        assert_eq!(find_units(&haystack, &needle), None);
        needle.rotate_right(1);
        assert_eq!(find_units(&haystack, &needle), None);
        assert_eq!(rfind_units(&haystack, &needle), None);
    }

    #[test]
    fn an_empty_pattern_is_replaced_between_all_characters() {
        let text = Buffer::from("abc");
        let new = Buffer::from("-");
        let empty = Buffer::new();
        let run = |limit| {
            replace(text.as_body(), empty.as_body(), new.as_body(), limit)
                .map(|b| b.as_body().to_utf8().expect("ascii"))
        };
        assert_eq!(run(usize::MAX).as_deref(), Some("-a-b-c-"));
        assert_eq!(run(2).as_deref(), Some("-a-bc"));
        assert_eq!(run(0), None);
        assert_eq!(count(text.as_body(), empty.as_body()), 4);
    }
}
