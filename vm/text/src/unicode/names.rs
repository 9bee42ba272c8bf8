//! Names of characters: `unicodedata.name`, `unicodedata.lookup` and `\N{...}`.
//!
//! Names are stored in the order of code points as numbers of words, frequent words having short numbers. An index of
//! every 64th name leads from code points to names; a list of all names in the order of their hashes leads back. Names of
//! ideographs and of Hangul syllables are computed. The data is generated (`tools/unicode_names.py`).

#[rustfmt::skip]
mod tables;

use tables as t;

static WORDS: &[u8] = include_bytes!("names/words.bin");
static WORD_OFFSETS: &[u8] = include_bytes!("names/word_offsets.bin");
static TEXT: &[u8] = include_bytes!("names/text.bin");
static BLOCKS: &[u8] = include_bytes!("names/blocks.bin");
static BY_HASH: &[u8] = include_bytes!("names/by_hash.bin");

/// Names between two entries of the index.
const BLOCK: usize = 64;
const HANGUL: &str = "HANGUL SYLLABLE ";
const LEADING: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI",
    "YU", "EU", "YI", "I",
];
const TRAILING: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS",
    "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

fn number_at(data: &[u8], index: usize) -> usize {
    data[index * 4..index * 4 + 4].iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

/// Reads the names from one entry of the index on.
struct Reader {
    at: usize,
    code: u32,
}

impl Reader {
    fn at_block(block: usize) -> Reader {
        Reader { code: number_at(BLOCKS, block * 2) as u32, at: number_at(BLOCKS, block * 2 + 1) }
    }

    fn byte(&mut self) -> usize {
        self.at += 1;
        usize::from(TEXT[self.at - 1])
    }

    fn varint(&mut self) -> usize {
        match self.byte() {
            high @ 128.. => (high & 127) << 8 | self.byte(),
            value => value,
        }
    }

    /// Moves to the next name and gives the number of its words, which must be read or skipped.
    fn advance(&mut self) -> Option<usize> {
        while self.at < TEXT.len() {
            self.code += self.varint() as u32;
            // Wide gaps are written in pieces that have no words.
            match self.byte() {
                0 => {}
                count => return Some(count),
            }
        }
        None
    }

    fn skip(&mut self, words: usize) {
        for _ in 0..words {
            self.varint();
        }
    }

    fn words(&mut self, count: usize) -> String {
        let mut name = String::new();
        for index in 0..count {
            if index > 0 {
                name.push(' ');
            }
            let word = self.varint();
            let bytes = &WORDS[number_at(WORD_OFFSETS, word)..number_at(WORD_OFFSETS, word + 1)];
            name.extend(bytes.iter().map(|byte| char::from(*byte)));
        }
        name
    }
}

fn listed_name(code: u32) -> Option<String> {
    let blocks = BLOCKS.len() / 8;
    let (mut low, mut high) = (0, blocks);
    while low < high {
        let middle = (low + high) / 2;
        if number_at(BLOCKS, middle * 2) as u32 <= code { low = middle + 1 } else { high = middle }
    }
    let mut reader = Reader::at_block(low.checked_sub(1)?);
    for _ in 0..BLOCK {
        let count = reader.advance()?;
        if reader.code == code {
            return Some(reader.words(count));
        }
        if reader.code > code {
            return None;
        }
        reader.skip(count);
    }
    None
}

/// The code point and name at a place in the list.
fn entry(index: usize) -> Option<(u32, String)> {
    let mut reader = Reader::at_block(index / BLOCK);
    for _ in 0..index % BLOCK {
        let count = reader.advance()?;
        reader.skip(count);
    }
    let count = reader.advance()?;
    Some((reader.code, reader.words(count)))
}

fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x01000193))
}

fn listed_code(name: &str) -> Option<u32> {
    let wanted = hash(name);
    let index_at = |at: usize| usize::from(u16::from_le_bytes([BY_HASH[at * 2], BY_HASH[at * 2 + 1]]));
    let (mut low, mut high) = (0, BY_HASH.len() / 2);
    while low < high {
        let middle = (low + high) / 2;
        if hash(&entry(index_at(middle))?.1) < wanted { low = middle + 1 } else { high = middle }
    }
    // Names with equal hashes stand side by side.
    (low..BY_HASH.len() / 2)
        .map_while(|at| entry(index_at(at)))
        .take_while(|(_, found)| hash(found) == wanted)
        .find_map(|(code, found)| (found == name).then_some(code))
}

/// The name of a character.
pub fn name(code: u32) -> Option<String> {
    if let Some(index) = code.checked_sub(0xac00).filter(|index| *index < 11172) {
        let index = index as usize;
        let (leading, vowel, trailing) =
            (LEADING[index / 588], VOWELS[index % 588 / 28], TRAILING[index % 28]);
        return Some(format!("{HANGUL}{leading}{vowel}{trailing}"));
    }
    match t::RANGES.iter().find(|range| (range.0..range.1).contains(&code)) {
        Some((_, _, prefix, named)) => named.then(|| format!("{prefix}{code:X}")),
        None => listed_name(code),
    }
}

fn hangul_code(name: &str) -> Option<u32> {
    /// The longest of `parts` that begins `text`.
    fn longest(parts: &[&str], text: &str) -> Option<usize> {
        let fitting = parts.iter().enumerate().filter(|(_, part)| text.starts_with(**part));
        fitting.max_by_key(|(_, part)| part.len()).map(|(index, _)| index)
    }
    let rest = name.strip_prefix(HANGUL)?;
    let leading = longest(&LEADING, rest)?;
    let rest = &rest[LEADING[leading].len()..];
    let vowel = longest(&VOWELS, rest)?;
    let rest = &rest[VOWELS[vowel].len()..];
    let trailing = TRAILING.iter().position(|part| *part == rest)?;
    Some(0xac00 + ((leading * 21 + vowel) * 28 + trailing) as u32)
}

fn computed_code(name: &str) -> Option<u32> {
    if let Some(code) = hangul_code(name) {
        return Some(code);
    }
    let (_, digits) = name.rsplit_once('-')?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    let (_, _, prefix, _) = t::RANGES.iter().find(|range| (range.0..range.1).contains(&code))?;
    (name == format!("{prefix}{code:X}")).then_some(code)
}

/// The character with a name or alias, in any case of letters: what `\N{...}` finds.
pub fn character(name: &str) -> Option<u32> {
    if !name.is_ascii() {
        return None;
    }
    let name = name.to_ascii_uppercase();
    let alias = || t::ALIASES.binary_search_by_key(&name.as_str(), |entry| entry.0).ok();
    computed_code(&name).or_else(|| listed_code(&name)).or_else(|| alias().map(|index| t::ALIASES[index].1))
}

/// The character or named sequence with a name or alias: `unicodedata.lookup`.
pub fn lookup(name: &str) -> Option<Vec<u32>> {
    if let Some(code) = character(name) {
        return Some(vec![code]);
    }
    let name = name.to_ascii_uppercase();
    let index = t::SEQUENCES.binary_search_by_key(&name.as_str(), |entry| entry.0).ok()?;
    Some(t::SEQUENCES[index].1.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_unicodedata_and_leads_back() {
        let mut all = 0xcbf29ce484222325u64;
        for code in 0..0x110000 {
            let found = name(code).unwrap_or_default();
            for byte in found.bytes().chain([b'\n']) {
                all = (all ^ u64::from(byte)).wrapping_mul(0x100000001b3);
            }
            // Looking up is slow enough to try a part of the names only.
            if !found.is_empty() && code % 37 == 0 {
                assert_eq!(character(&found), Some(code), "{found}");
            }
        }
        assert_eq!(all, 0x14aea75076f479b8);
    }

    #[test]
    fn lookup_knows_aliases_sequences_and_computed_names() {
        for (text, codes) in [
            ("latin small letter a", &[0x61][..]),
            ("LATIN SMALL LETTER GHA", &[0x1a3]),
            ("LF", &[0x0a]),
            ("cjk unified ideograph-4e00", &[0x4e00]),
            ("TANGUT IDEOGRAPH-17000", &[0x17000]),
            ("hangul syllable a", &[0xc544]),
            ("HANGUL SYLLABLE GAGG", &[0xac02]),
            ("HANGUL SYLLABLE HWAELM", &[0xd67a]),
            ("KEYCAP DIGIT ZERO", &[0x30, 0xfe0f, 0x20e3]),
        ] {
            assert_eq!(lookup(text).as_deref(), Some(codes), "{text}");
        }
        for text in [
            "",
            "NO SUCH NAME",
            "LATIN SMALL LETTER A ",
            "CJK UNIFIED IDEOGRAPH-04E00",
            "CJK UNIFIED IDEOGRAPH-FFFF",
            "HANGUL SYLLABLE ",
        ] {
            assert_eq!(lookup(text), None, "{text}");
        }
        assert_eq!(character("KEYCAP DIGIT ZERO"), None);
    }
}
