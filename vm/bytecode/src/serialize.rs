//! Compact binary form of code units.
//!
//! A file is: magic, version, the table of byte strings (count, then length and bytes of each), then the code unit.
//! All numbers are LEB128 varints except instruction words, which are split: the operation's word is written as its
//! eight bytes, cache words (always 0) are left out. Names and string constants are indices into the table, so a
//! string that many code units share is stored, and made, once. Reading checks every length and index and gives an
//! error for malformed input; it does not verify the instructions (see [`crate::verify`]).

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::{
    CodeUnit, Constant, ExceptionEntry, LocationTable, ScopedLocal, read_varint, write_varint,
};
use crate::instructions::{ExtraWord, Opcode};

const MAGIC: &[u8; 4] = b"pyrb";
const VERSION: u64 = 1;
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
    let mut writer = Writer { out: Vec::new(), strings: Vec::new(), index: HashMap::new() };
    writer.code(code);
    let mut out = MAGIC.to_vec();
    write_varint(&mut out, VERSION);
    write_varint(&mut out, writer.strings.len() as u64);
    for string in &writer.strings {
        write_varint(&mut out, string.len() as u64);
        out.extend_from_slice(string);
    }
    out.extend_from_slice(&writer.out);
    out
}

struct Writer {
    out: Vec<u8>,
    strings: Vec<Vec<u8>>,
    index: HashMap<Vec<u8>, u64>,
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

    fn names(&mut self, names: &[Arc<str>]) {
        self.number(names.len() as u64);
        for name in names {
            self.string(name.as_bytes());
        }
    }

    fn code(&mut self, code: &CodeUnit) {
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
        ] {
            self.number(value as u64);
        }
        self.names(&code.varnames);
        self.names(&code.cellvars);
        for register in &code.cell_registers {
            self.number(*register as u64);
        }
        self.names(&code.freevars);
        self.names(&code.names);
        self.number(code.consts.len() as u64);
        for constant in &code.consts {
            self.constant(constant);
        }
        self.words(&code.words);
        self.number(code.exceptions.len() as u64);
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
        let mut at = 0;
        while let Some(word) = words.get(at) {
            self.out.extend_from_slice(&word.to_le_bytes());
            at += 1;
            let extra = Opcode::from_u8(*word as u8).map_or(ExtraWord::None, Opcode::extra_word);
            if extra != ExtraWord::None && at < words.len() {
                if extra != ExtraWord::Cache {
                    self.number(words[at]);
                }
                at += 1;
            }
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
                self.code(code);
            }
        }
    }
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
    let filename = filename.map(Arc::from);
    let mut reader = Reader { bytes, at: 0, strings: Vec::new(), texts: Vec::new(), filename, depth: 0 };
    if reader.take(4)? != MAGIC {
        return Err(ReadError("wrong magic number"));
    }
    if reader.number()? != VERSION {
        return Err(ReadError("wrong version"));
    }
    let count = reader.count()?;
    for _ in 0..count {
        let length = reader.count()?;
        let string = reader.take(length)?;
        reader.strings.push((string, None));
    }
    reader.texts = vec![None; count];
    let code = reader.code()?;
    if reader.at != bytes.len() {
        return Err(ReadError("bytes left over"));
    }
    Ok(code)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The string table; the shared copy is made at first use.
    strings: Vec<(&'a [u8], Option<Arc<[u8]>>)>,
    texts: Vec<Option<Arc<str>>>,
    filename: Option<Arc<str>>,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        let end = self.at.checked_add(length).ok_or(ReadError("length overflows"))?;
        let slice = self.bytes.get(self.at..end).ok_or(ReadError("truncated"))?;
        self.at = end;
        Ok(slice)
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

    fn string(&mut self) -> Result<Arc<[u8]>, ReadError> {
        let index = self.number()? as usize;
        let (bytes, shared) = self.strings.get_mut(index).ok_or(ReadError("bad string index"))?;
        Ok(shared.get_or_insert_with(|| Arc::from(*bytes)).clone())
    }

    fn text(&mut self) -> Result<Arc<str>, ReadError> {
        let index = self.number()? as usize;
        let shared = self.texts.get_mut(index).ok_or(ReadError("bad string index"))?;
        if let Some(text) = shared {
            return Ok(text.clone());
        }
        let text = std::str::from_utf8(self.strings[index].0).map_err(|_| ReadError("name is not UTF-8"))?;
        Ok(shared.insert(text.into()).clone())
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

    fn code(&mut self) -> Result<CodeUnit, ReadError> {
        let name = self.text()?;
        let qualname = self.text()?;
        let stored = self.text()?;
        let filename = self.filename.clone().unwrap_or(stored);
        let first_line = self.small()?;
        let arg_count = self.small()?;
        let posonly_arg_count = self.small()?;
        let kwonly_arg_count = self.small()?;
        let flags = self.small()?;
        let nregs = self.small()?;
        let varnames = self.list(Self::text)?.into();
        let cellvars: Box<[Arc<str>]> = self.list(Self::text)?.into();
        let cell_registers = (0..cellvars.len()).map(|_| self.register()).collect::<Result<_, _>>()?;
        let freevars = self.list(Self::text)?.into();
        let names = self.list(Self::text)?.into();
        let consts = self.nested(|reader| reader.list(Self::constant))?.into();
        let words = self.words()?.into();
        let exceptions = self
            .list(|reader| {
                let (start, end, target) = (reader.small()?, reader.small()?, reader.small()?);
                Ok(ExceptionEntry { start, end, target, depth: reader.register()? })
            })?
            .into();
        let scoped_locals = self
            .list(|reader| {
                let (name, register) = (reader.text()?, reader.register()?);
                let is_cell = reader.small()? != 0;
                Ok(ScopedLocal { name, register, is_cell, start: reader.small()?, end: reader.small()? })
            })?
            .into();
        let length = self.count()?;
        let locations = LocationTable::from_bytes(self.take(length)?);
        Ok(CodeUnit {
            name,
            qualname,
            filename,
            first_line,
            arg_count,
            posonly_arg_count,
            kwonly_arg_count,
            flags,
            varnames,
            cellvars,
            cell_registers,
            freevars,
            names,
            consts,
            nregs,
            words,
            exceptions,
            scoped_locals,
            locations,
        })
    }

    fn words(&mut self) -> Result<Vec<u64>, ReadError> {
        let count = self.count()?;
        let mut words = Vec::with_capacity(count);
        while words.len() < count {
            let word = self.word()?;
            words.push(word);
            let op = Opcode::from_u8(word as u8).ok_or(ReadError("unknown instruction"))?;
            match op.extra_word() {
                ExtraWord::None => continue,
                ExtraWord::Cache => words.push(0),
                _ => {
                    let extra = self.number()?;
                    words.push(extra);
                }
            }
        }
        if words.len() != count {
            return Err(ReadError("instruction cut off"));
        }
        Ok(words)
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
            13 => Constant::Code(Arc::new(self.nested(Self::code)?)),
            _ => return Err(ReadError("unknown constant")),
        })
    }
}
