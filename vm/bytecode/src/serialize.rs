//! Compact binary form of code units.
//!
//! A file is: magic, version, the number of byte strings, where each of them ends, the strings, then the code unit.
//! Numbers are LEB128 varints but for those of the table of strings, which are four bytes each, so that any string is found
//! at once; names and string constants are numbers of strings. Instruction words stand as they are, at a multiple of
//! eight bytes. A code unit begins with what can be known without reading it ([`Head`]), then comes what running it needs
//! ([`Parts`]), then the rest; a nested one begins with its length, so that it can be skipped.
//!
//! [`read`] reads all of a file, whatever is in it: it checks every length and index and gives an error for malformed
//! input; it does not verify the instructions (see [`crate::verify`]). [`open`] is for files that are part of the program:
//! texts, words and locations are used where they lie, and nested units are read at the first look into them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::{
    CodeUnit, Constant, ExceptionEntry, LocationTable, ScopedLocal, flags, read_varint, write_varint,
};
use crate::instructions::{ExtraWord, Opcode};
use crate::shared::{Bytes, Shared, SharedUnit, Text};

const MAGIC: &[u8; 4] = b"pyrb";
const VERSION: u32 = 2;
/// Bytes before the table of strings: magic, version, count.
const FIXED: usize = 12;
/// What instruction words are aligned to.
const WORD: usize = 8;
/// Code units and tuples nest at most so deeply in a file.
const MAX_DEPTH: u32 = 200;

/// Why bytes cannot be read as a code unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(&'static str);

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bad compiled code: {}", self.0)
    }
}

impl std::error::Error for ReadError {}

/// The code unit as bytes.
pub fn write(code: &CodeUnit) -> Vec<u8> {
    // Where the words come to lie depends on the length of the table of strings, which a first pass collects.
    let mut writer = Writer { out: Vec::new(), strings: Vec::new(), index: HashMap::new(), base: 0 };
    writer.code(code);
    writer.out.clear();
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(writer.strings.len() as u32).to_le_bytes());
    let mut end = 0u32;
    for string in &writer.strings {
        end += string.len() as u32;
        out.extend_from_slice(&end.to_le_bytes());
    }
    writer.strings.iter().for_each(|string| out.extend_from_slice(string));
    writer.base = out.len();
    writer.code(code);
    out.extend_from_slice(&writer.out);
    out
}

struct Writer {
    out: Vec<u8>,
    strings: Vec<Vec<u8>>,
    index: HashMap<Vec<u8>, u64>,
    /// Where `out` begins in the file.
    base: usize,
}

impl Writer {
    fn number(&mut self, value: u64) {
        write_varint(&mut self.out, value);
    }

    fn string(&mut self, bytes: &[u8]) {
        let index = match self.index.get(bytes) {
            Some(index) => *index,
            None => {
                let index = self.strings.len() as u64;
                self.strings.push(bytes.to_vec());
                self.index.insert(bytes.to_vec(), index);
                index
            }
        };
        self.number(index);
    }

    fn names(&mut self, names: &[Text]) {
        self.number(names.len() as u64);
        for name in names {
            self.string(name.as_bytes());
        }
    }

    fn code(&mut self, code: &CodeUnit) {
        let mut stored: Vec<&Text> = code.stored_on_first().collect();
        stored.sort_unstable_by(|x, y| x.as_bytes().cmp(y.as_bytes()));
        stored.dedup();
        self.number(stored.len() as u64);
        stored.into_iter().for_each(|name| self.string(name.as_bytes()));
        self.string(code.name.as_bytes());
        self.string(code.qualname.as_bytes());
        self.string(code.filename.as_bytes());
        for value in [
            code.first_line,
            code.arg_count,
            code.posonly_arg_count,
            code.kwonly_arg_count,
            code.flags,
            code.nregs,
            code.local_count() as u32,
            code.exceptions.len() as u32,
        ] {
            self.number(value as u64);
        }
        if code.flags & flags::HAS_DOCSTRING != 0 {
            let doc: &[u8] = match code.consts.first() {
                Some(Constant::Str(doc)) => doc,
                _ => &[],
            };
            self.string(doc);
        }
        self.names(&code.varnames);
        self.names(&code.cellvars);
        for register in &code.cell_registers {
            self.number(*register as u64);
        }
        self.names(&code.freevars);
        self.names(&code.names);
        self.words(&code.words);
        self.number(code.consts.len() as u64);
        for constant in &code.consts {
            self.constant(constant);
        }
        for entry in &code.exceptions {
            for value in [entry.start, entry.end, entry.target, entry.depth as u32] {
                self.number(value as u64);
            }
        }
        self.number(code.scoped_locals.len() as u64);
        for local in &code.scoped_locals {
            self.string(local.name.as_bytes());
            for value in [local.register as u32, local.is_cell as u32, local.start, local.end] {
                self.number(value as u64);
            }
        }
        let locations = code.locations.as_bytes();
        self.number(locations.len() as u64);
        self.out.extend_from_slice(locations);
    }

    fn words(&mut self, words: &[u64]) {
        self.number(words.len() as u64);
        while !(self.base + self.out.len()).is_multiple_of(WORD) {
            self.out.push(0);
        }
        for word in fresh(words) {
            self.out.extend_from_slice(&word.to_le_bytes());
        }
    }

    fn constants(&mut self, tag: u8, items: &[Constant]) {
        self.out.push(tag);
        self.number(items.len() as u64);
        for item in items {
            self.constant(item);
        }
    }

    fn constant(&mut self, constant: &Constant) {
        match constant {
            Constant::None => self.out.push(0),
            Constant::True => self.out.push(1),
            Constant::False => self.out.push(2),
            Constant::Ellipsis => self.out.push(3),
            Constant::Int(value) => {
                self.out.push(4);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Constant::BigInt { negative, magnitude } => {
                self.out.push(5);
                self.out.push(*negative as u8);
                self.string(magnitude);
            }
            Constant::Float(value) => {
                self.out.push(6);
                self.out.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Constant::Complex(re, im) => {
                self.out.push(7);
                self.out.extend_from_slice(&re.to_bits().to_le_bytes());
                self.out.extend_from_slice(&im.to_bits().to_le_bytes());
            }
            Constant::Str(bytes) => {
                self.out.push(8);
                self.string(bytes);
            }
            Constant::Bytes(bytes) => {
                self.out.push(9);
                self.string(bytes);
            }
            Constant::Tuple(items) => self.constants(10, items),
            Constant::FrozenSet(items) => self.constants(11, items),
            Constant::Slice(parts) => self.constants(12, &parts[..]),
            Constant::Code(code) => {
                self.out.push(13);
                let at = self.out.len();
                self.out.extend_from_slice(&[0; 4]);
                self.code(code);
                let length = (self.out.len() - at - 4) as u32;
                self.out[at..at + 4].copy_from_slice(&length.to_le_bytes());
            }
        }
    }
}

/// The words with empty inline caches.
fn fresh(words: &[u64]) -> impl Iterator<Item = u64> {
    let mut is_cache = false;
    let mut is_extra = false;
    words.iter().map(move |word| {
        if is_extra {
            is_extra = false;
            return if is_cache { 0 } else { *word };
        }
        let extra = Opcode::from_u8(*word as u8).map_or(ExtraWord::None, Opcode::extra_word);
        is_extra = extra != ExtraWord::None;
        is_cache = extra == ExtraWord::Cache;
        *word
    })
}

/// Reads a code unit that [`write`] made.
///
/// # Errors
/// If the bytes are truncated or malformed.
pub fn read(bytes: &[u8]) -> Result<CodeUnit, ReadError> {
    read_with_filename(bytes, None)
}

/// As [`read`], with another file name in all code units.
///
/// # Errors
/// If the bytes are truncated or malformed.
pub fn read_with_filename(bytes: &[u8], filename: Option<&str>) -> Result<CodeUnit, ReadError> {
    let strings = Strings::new(bytes)?;
    let shared = Tables {
        bytes: vec![None; strings.count],
        texts: vec![None; strings.count],
        filename: filename.map(Text::from),
    };
    let mut reader = Reader { bytes, at: strings.end()?, strings, depth: 0, image: None, shared };
    let code = reader.code()?;
    if reader.at != bytes.len() {
        return Err(ReadError("bytes left over"));
    }
    Ok(code)
}

/// The code unit of a file that is part of the program, to be read at the first look into it.
///
/// # Safety
/// The bytes are what [`write`] made: texts in them are not looked through again.
///
/// # Errors
/// It does not begin as such a file does.
pub unsafe fn open(bytes: &'static [u8]) -> Result<SharedUnit, ReadError> {
    let at = Strings::new(bytes)?.end()?;
    Ok(SharedUnit::unread(Image { bytes, at: at as u32 }))
}

/// A code unit in a file that is part of the program.
#[derive(Clone, Copy)]
pub(crate) struct Image {
    bytes: &'static [u8],
    at: u32,
}

/// The part of a [`Head`] that making a code object needs.
#[derive(Clone, Debug)]
pub struct Outline {
    /// `co_name`
    pub name: Text,
    /// `co_argcount`
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_arg_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_arg_count: u32,
    /// `co_flags`
    pub flags: u32,
    /// How many registers a frame has.
    pub nregs: u32,
    /// Registers that are not temporaries.
    pub local_count: u32,
    /// How many protected ranges there are.
    pub handlers: u32,
}

/// What a code unit begins with.
#[derive(Clone, Debug)]
pub struct Head {
    /// `co_name`
    pub name: Text,
    /// `co_qualname`
    pub qualname: Text,
    /// `co_filename`
    pub filename: Text,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_argcount`
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_arg_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_arg_count: u32,
    /// `co_flags`
    pub flags: u32,
    /// How many registers a frame has.
    pub nregs: u32,
    /// Registers that are not temporaries.
    pub local_count: u32,
    /// How many protected ranges there are.
    pub handlers: u32,
    /// The docstring.
    pub doc: Option<Bytes>,
}

impl Image {
    fn reader(self) -> Result<Reader<'static>, ReadError> {
        let strings = Strings::new(self.bytes)?;
        let at = self.at as usize;
        Ok(Reader {
            bytes: self.bytes,
            at,
            strings,
            depth: 0,
            image: Some(self.bytes),
            shared: Tables::default(),
        })
    }

    pub(crate) fn outline(self) -> Result<Outline, ReadError> {
        self.reader()?.outline()
    }

    pub(crate) fn head(self) -> Result<Head, ReadError> {
        self.reader()?.head()
    }

    pub(crate) fn stored_on_first(self) -> Result<Vec<Text>, ReadError> {
        self.reader()?.list(Reader::text)
    }

    pub(crate) fn parts(self) -> Result<Parts, ReadError> {
        let mut reader = self.reader()?;
        let head = reader.head()?;
        Ok(Parts { reader, handlers: head.handlers })
    }

    pub(crate) fn read(self) -> Result<CodeUnit, ReadError> {
        self.reader()?.code()
    }
}

/// What running a unit of the program's image needs, without making a [`CodeUnit`]: to be taken in the order of the methods.
pub struct Parts {
    reader: Reader<'static>,
    handlers: u32,
}

impl Parts {
    fn texts(&mut self, each: &mut dyn FnMut(&str)) -> Result<(), ReadError> {
        for _ in 0..self.reader.count()? {
            each(&self.reader.text()?);
        }
        Ok(())
    }

    /// First: `co_varnames`.
    ///
    /// # Errors
    /// The image is malformed; so for the other methods.
    pub fn varnames(&mut self, each: &mut dyn FnMut(&str)) -> Result<(), ReadError> {
        self.texts(each)
    }

    /// Second: `co_cellvars`.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn cellvars(&mut self, each: &mut dyn FnMut(&str)) -> Result<(), ReadError> {
        let mut count = 0;
        self.texts(&mut |name| {
            count += 1;
            each(name);
        })?;
        (0..count).try_for_each(|_| self.reader.register().map(drop))
    }

    /// Third: `co_freevars`.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn freevars(&mut self, each: &mut dyn FnMut(&str)) -> Result<(), ReadError> {
        self.texts(each)
    }

    /// Fourth: `co_names`.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn names(&mut self, each: &mut dyn FnMut(&str)) -> Result<(), ReadError> {
        self.texts(each)
    }

    /// Fifth: instructions.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn words(&mut self) -> Result<Shared<[u64]>, ReadError> {
        self.reader.words()
    }

    /// Sixth: constants.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn constants(&mut self, each: &mut dyn FnMut(Constant)) -> Result<(), ReadError> {
        for _ in 0..self.reader.count()? {
            each(self.reader.constant()?);
        }
        Ok(())
    }

    /// Last: protected ranges.
    ///
    /// # Errors
    /// See [`Self::varnames`].
    pub fn handlers(mut self) -> Result<Box<[ExceptionEntry]>, ReadError> {
        self.reader.handlers(self.handlers)
    }
}

/// The table of strings.
#[derive(Clone, Copy)]
struct Strings<'a> {
    bytes: &'a [u8],
    count: usize,
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

impl<'a> Strings<'a> {
    /// The table of a file.
    fn new(bytes: &'a [u8]) -> Result<Strings<'a>, ReadError> {
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(ReadError("wrong magic number"));
        }
        if number_at(bytes, 4) != Some(VERSION) {
            return Err(ReadError("wrong version"));
        }
        let count = number_at(bytes, 8).ok_or(ReadError("truncated"))? as usize;
        if count > (bytes.len() - FIXED) / 4 {
            return Err(ReadError("count too large"));
        }
        Ok(Strings { bytes, count })
    }

    /// Where the string ends, counted from the end of the table.
    fn end_of(&self, index: usize) -> Result<usize, ReadError> {
        number_at(self.bytes, FIXED + index * 4).map(|end| end as usize).ok_or(ReadError("bad string index"))
    }

    fn get(&self, index: usize) -> Result<&'a [u8], ReadError> {
        if index >= self.count {
            return Err(ReadError("bad string index"));
        }
        let begin = if index == 0 { 0 } else { self.end_of(index - 1)? };
        let table = FIXED + self.count * 4;
        let range = table + begin..table + self.end_of(index)?;
        self.bytes.get(range).ok_or(ReadError("truncated"))
    }

    /// Where the strings end in the file.
    fn end(&self) -> Result<usize, ReadError> {
        let last = if self.count == 0 { 0 } else { self.end_of(self.count - 1)? };
        Ok(FIXED + self.count * 4 + last)
    }
}

/// What several units of one file share when it is copied: made at the first use.
#[derive(Default)]
struct Tables {
    bytes: Vec<Option<Arc<[u8]>>>,
    texts: Vec<Option<Arc<str>>>,
    filename: Option<Text>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    strings: Strings<'a>,
    depth: u32,
    /// The same bytes, if they are part of the program.
    image: Option<&'static [u8]>,
    shared: Tables,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        let end = self.at.checked_add(length).ok_or(ReadError("length overflows"))?;
        let slice = self.bytes.get(self.at..end).ok_or(ReadError("truncated"))?;
        self.at = end;
        Ok(slice)
    }

    /// As [`Self::take`]: in place, or a copy.
    fn take_shared(&mut self, length: usize) -> Result<Bytes, ReadError> {
        let start = self.at;
        let slice = self.take(length)?;
        Ok(match self.image {
            Some(image) => Shared::Static(&image[start..start + length]),
            None => slice.into(),
        })
    }

    fn byte(&mut self) -> Result<u8, ReadError> {
        Ok(self.take(1)?[0])
    }

    fn word(&mut self) -> Result<u64, ReadError> {
        let bytes = self.take(8)?;
        Ok(bytes.iter().rev().fold(0, |word, byte| word << 8 | *byte as u64))
    }

    fn number(&mut self) -> Result<u64, ReadError> {
        read_varint(self.bytes, &mut self.at).ok_or(ReadError("bad number"))
    }

    fn small(&mut self) -> Result<u32, ReadError> {
        u32::try_from(self.number()?).map_err(|_| ReadError("number too large"))
    }

    fn register(&mut self) -> Result<u16, ReadError> {
        u16::try_from(self.number()?).map_err(|_| ReadError("register too large"))
    }

    /// A count of things that take at least one byte each, so that memory stays in proportion to the input.
    fn count(&mut self) -> Result<usize, ReadError> {
        let count = self.number()?;
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(ReadError("count too large"));
        }
        Ok(count as usize)
    }

    /// The string, if it can be used in place.
    #[inline]
    fn in_place(&self, index: usize) -> Result<Option<&'static [u8]>, ReadError> {
        match self.image {
            Some(bytes) => Strings { bytes, count: self.strings.count }.get(index).map(Some),
            None => Ok(None),
        }
    }

    fn string(&mut self) -> Result<Bytes, ReadError> {
        let index = self.number()? as usize;
        if let Some(bytes) = self.in_place(index)? {
            return Ok(Shared::Static(bytes));
        }
        let bytes = self.strings.get(index)?;
        let shared = self.shared.bytes.get_mut(index).ok_or(ReadError("bad string index"))?;
        Ok(shared.get_or_insert_with(|| bytes.into()).clone().into())
    }

    fn text(&mut self) -> Result<Text, ReadError> {
        let index = self.number()? as usize;
        let not_text = |_| ReadError("name is not UTF-8");
        if let Some(bytes) = self.in_place(index)? {
            // SAFETY: the string is a name, and names were texts when the file was written; whoever opened it has promised that it was.
            return Ok(Shared::Static(unsafe { std::str::from_utf8_unchecked(bytes) }));
        }
        let bytes = self.strings.get(index)?;
        let shared = self.shared.texts.get_mut(index).ok_or(ReadError("bad string index"))?;
        if let Some(text) = shared {
            return Ok(text.clone().into());
        }
        let text = std::str::from_utf8(bytes).map_err(not_text)?;
        Ok(shared.insert(text.into()).clone().into())
    }

    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let count = self.count()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ReadError>) -> Result<T, ReadError> {
        if self.depth == MAX_DEPTH {
            return Err(ReadError("nested too deeply"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn handlers(&mut self, count: u32) -> Result<Box<[ExceptionEntry]>, ReadError> {
        if count as usize > self.bytes.len() - self.at {
            return Err(ReadError("count too large"));
        }
        (0..count)
            .map(|_| {
                let (start, end, target) = (self.small()?, self.small()?, self.small()?);
                Ok(ExceptionEntry { start, end, target, depth: self.register()? })
            })
            .collect()
    }

    fn skip_numbers(&mut self) -> Result<(), ReadError> {
        for _ in 0..self.count()? {
            self.number()?;
        }
        Ok(())
    }

    fn outline(&mut self) -> Result<Outline, ReadError> {
        self.skip_numbers()?;
        let name = self.text()?;
        // Qualified name, file name, first line.
        for _ in 0..3 {
            self.number()?;
        }
        Ok(Outline {
            name,
            arg_count: self.small()?,
            posonly_arg_count: self.small()?,
            kwonly_arg_count: self.small()?,
            flags: self.small()?,
            nregs: self.small()?,
            local_count: self.small()?,
            handlers: self.small()?,
        })
    }

    fn head(&mut self) -> Result<Head, ReadError> {
        self.skip_numbers()?;
        let (name, qualname, stored) = (self.text()?, self.text()?, self.text()?);
        let mut head = Head {
            name,
            qualname,
            filename: self.shared.filename.clone().unwrap_or(stored),
            first_line: self.small()?,
            arg_count: self.small()?,
            posonly_arg_count: self.small()?,
            kwonly_arg_count: self.small()?,
            flags: self.small()?,
            nregs: self.small()?,
            local_count: self.small()?,
            handlers: self.small()?,
            doc: None,
        };
        if head.flags & flags::HAS_DOCSTRING != 0 {
            head.doc = Some(self.string()?);
        }
        Ok(head)
    }

    fn code(&mut self) -> Result<CodeUnit, ReadError> {
        let head = self.head()?;
        let varnames = self.list(Self::text)?.into();
        let cellvars: Box<[Text]> = self.list(Self::text)?.into();
        let cell_registers = (0..cellvars.len()).map(|_| self.register()).collect::<Result<_, _>>()?;
        let freevars = self.list(Self::text)?.into();
        let names = self.list(Self::text)?.into();
        let words = self.words()?;
        let consts = self.nested(|reader| reader.list(Self::constant))?.into();
        let exceptions = self.handlers(head.handlers)?;
        let scoped_locals = self
            .list(|reader| {
                let (name, register) = (reader.text()?, reader.register()?);
                let is_cell = reader.small()? != 0;
                Ok(ScopedLocal { name, register, is_cell, start: reader.small()?, end: reader.small()? })
            })?
            .into();
        let length = self.count()?;
        let locations = LocationTable::from_bytes(self.take_shared(length)?);
        Ok(CodeUnit {
            name: head.name,
            qualname: head.qualname,
            filename: head.filename,
            first_line: head.first_line,
            arg_count: head.arg_count,
            posonly_arg_count: head.posonly_arg_count,
            kwonly_arg_count: head.kwonly_arg_count,
            flags: head.flags,
            varnames,
            cellvars,
            cell_registers,
            freevars,
            names,
            consts,
            nregs: head.nregs,
            words,
            exceptions,
            scoped_locals,
            locations,
        })
    }

    fn words(&mut self) -> Result<Shared<[u64]>, ReadError> {
        let count = self.count()?;
        self.take(self.at.next_multiple_of(WORD) - self.at)?;
        let start = self.at;
        let bytes = self.take(count.checked_mul(WORD).ok_or(ReadError("count too large"))?)?;
        if let Some(image) = self.image
            && cfg!(target_endian = "little")
            && image.as_ptr().addr().is_multiple_of(WORD)
        {
            // SAFETY: the range was taken above, so it lies in the image; it begins at a multiple of eight bytes, and any eight bytes are a
            // word.
            let words = unsafe { std::slice::from_raw_parts(image[start..].as_ptr().cast(), count) };
            return Ok(Shared::Static(words));
        }
        let words: Vec<u64> = bytes
            .chunks_exact(WORD)
            .map(|word| word.iter().rev().fold(0, |w, b| w << 8 | u64::from(*b)))
            .collect();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let op = Opcode::from_u8(*word as u8).ok_or(ReadError("unknown instruction"))?;
            at += op.size();
            if op.extra_word() == ExtraWord::Cache && words.get(at - 1).is_some_and(|cache| *cache != 0) {
                return Err(ReadError("inline cache is not empty"));
            }
        }
        if at != words.len() {
            return Err(ReadError("instruction cut off"));
        }
        Ok(words.into())
    }

    /// A nested code unit.
    fn unit(&mut self) -> Result<SharedUnit, ReadError> {
        let length = self.take(4)?.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte));
        let start = self.at;
        if let Some(bytes) = self.image {
            self.take(length)?;
            return Ok(SharedUnit::unread(Image { bytes, at: start as u32 }));
        }
        let code = self.nested(Self::code)?;
        if self.at != start + length {
            return Err(ReadError("bytes left over"));
        }
        Ok(code.into())
    }

    fn constant(&mut self) -> Result<Constant, ReadError> {
        Ok(match self.byte()? {
            0 => Constant::None,
            1 => Constant::True,
            2 => Constant::False,
            3 => Constant::Ellipsis,
            4 => Constant::Int(self.word()? as i64),
            5 => Constant::BigInt { negative: self.byte()? != 0, magnitude: self.string()? },
            6 => Constant::Float(f64::from_bits(self.word()?)),
            7 => Constant::Complex(f64::from_bits(self.word()?), f64::from_bits(self.word()?)),
            8 => Constant::Str(self.string()?),
            9 => Constant::Bytes(self.string()?),
            10 => Constant::Tuple(self.nested(|reader| reader.list(Self::constant))?.into()),
            11 => Constant::FrozenSet(self.nested(|reader| reader.list(Self::constant))?.into()),
            12 => {
                let parts = self.nested(|reader| reader.list(Self::constant))?;
                let parts: [Constant; 3] = parts.try_into().map_err(|_| ReadError("bad slice"))?;
                Constant::Slice(Arc::new(parts))
            }
            13 => Constant::Code(self.unit()?),
            _ => return Err(ReadError("unknown constant")),
        })
    }
}
