//! Compiled code as plain data: what the compiler makes, the serializer stores and the runtime turns into code objects.

use std::sync::Arc;

use crate::instructions::{Instruction, Opcode};
use crate::shared::{Bytes, Shared, SharedUnit, Text};

/// `CO_*` bits of [`CodeUnit::flags`], with CPython's values.
pub mod flags {
    /// Locals live in registers.
    pub const OPTIMIZED: u32 = 0x1;
    /// A call makes a new namespace.
    pub const NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Nested in a function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine.
    pub const COROUTINE: u32 = 0x80;
    /// A generator usable in `await` (set by `types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An asynchronous generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import barry_as_FLUFL`
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    /// `from __future__ import annotations`
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// `consts[0]` is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// Defined directly in a class body.
    pub const METHOD: u32 = 0x800_0000;
}

/// A constant.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// Any other int: sign and magnitude, little-endian bytes without leading zeros.
    BigInt {
        /// Is it below zero?
        negative: bool,
        /// The magnitude.
        magnitude: Bytes,
    },
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string in WTF-8 (UTF-8 that may hold lone surrogates).
    Str(Bytes),
    /// A bytes object.
    Bytes(Bytes),
    /// A tuple.
    Tuple(Arc<[Constant]>),
    /// A frozenset; the elements are distinct.
    FrozenSet(Arc<[Constant]>),
    /// A slice of constant parts.
    Slice(Arc<[Constant; 3]>),
    /// A nested code unit.
    Code(SharedUnit),
}

impl Constant {
    /// A string constant.
    pub fn str(text: &str) -> Self {
        Constant::Str(text.as_bytes().into())
    }
}

impl PartialEq for Constant {
    /// Equal in kind and in every bit (`0.0` and `-0.0` differ, `1` and `1.0` differ); code is equal if it is the same.
    fn eq(&self, other: &Self) -> bool {
        use Constant::*;
        match (self, other) {
            (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
            (Int(x), Int(y)) => x == y,
            (BigInt { negative: n, magnitude: m }, BigInt { negative: o, magnitude: p }) => n == o && m == p,
            (Float(x), Float(y)) => x.to_bits() == y.to_bits(),
            (Complex(x, y), Complex(v, w)) => x.to_bits() == v.to_bits() && y.to_bits() == w.to_bits(),
            (Str(x), Str(y)) | (Bytes(x), Bytes(y)) => x == y,
            (Tuple(x), Tuple(y)) | (FrozenSet(x), FrozenSet(y)) => x == y,
            (Slice(x), Slice(y)) => x == y,
            (Code(x), Code(y)) => x.ptr_eq(y),
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl std::hash::Hash for Constant {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        use Constant::*;
        std::mem::discriminant(self).hash(state);
        match self {
            None | True | False | Ellipsis => {}
            Int(x) => x.hash(state),
            BigInt { negative, magnitude } => (negative, magnitude).hash(state),
            Float(x) => x.to_bits().hash(state),
            Complex(x, y) => (x.to_bits(), y.to_bits()).hash(state),
            Str(x) | Bytes(x) => x.hash(state),
            Tuple(x) | FrozenSet(x) => x.hash(state),
            Slice(x) => x.hash(state),
            Code(x) => x.address().hash(state),
        }
    }
}

/// A range of words protected by a handler. On an exception at a word in `start..end`, the registers from `depth` on
/// are dropped, the exception goes into register `depth`, and control to `target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First word.
    pub start: u32,
    /// Word after the last.
    pub end: u32,
    /// Word where the handler starts.
    pub target: u32,
    /// First register to drop, which then holds the exception.
    pub depth: u16,
}

/// The handler among these (sorted and disjoint) that protects the instruction at that word.
pub fn find_handler(entries: &[ExceptionEntry], word: u32) -> Option<&ExceptionEntry> {
    let after = entries.partition_point(|entry| entry.start <= word);
    let entry = &entries[after.checked_sub(1)?];
    (word < entry.end).then_some(entry)
}

/// A name that lives in a register only in a part of the code: the variables of inlined comprehensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedLocal {
    /// The variable's name.
    pub name: Text,
    /// Its register.
    pub register: u16,
    /// Does the register hold a cell?
    pub is_cell: bool,
    /// First word at which it is visible.
    pub start: u32,
    /// Word after the last.
    pub end: u32,
}

/// Where in the source an instruction comes from. Lines count from 1, columns (bytes of UTF-8) from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Location {
    /// First line; 0 means that the instruction has no place in the source.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Column of the first byte.
    pub column: u32,
    /// Column after the last byte.
    pub end_column: u32,
}

impl Location {
    /// The location of instructions that belong to no source.
    pub const NONE: Location = Location { line: 0, end_line: 0, column: 0, end_column: 0 };
}

/// Locations of all instructions as varints: for each run of words of one location, its length, then the signed
/// difference of the line from that of the run before, the difference of the end line from the line, and both columns.
/// A location without a line is a run whose line difference leads to 0, with nothing after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationTable {
    bytes: Bytes,
}

impl LocationTable {
    /// Builds the table from runs of (words, location).
    pub fn from_runs(runs: impl IntoIterator<Item = (u32, Location)>) -> Self {
        let mut bytes = Vec::new();
        let mut line = 0i64;
        let mut pending: Option<(u32, Location)> = None;
        let mut write = |words: u32, location: Location| {
            write_varint(&mut bytes, words as u64);
            write_varint(&mut bytes, zigzag(location.line as i64 - line));
            line = location.line as i64;
            if location.line != 0 {
                write_varint(&mut bytes, location.end_line.saturating_sub(location.line) as u64);
                write_varint(&mut bytes, location.column as u64);
                write_varint(&mut bytes, location.end_column as u64);
            }
        };
        for (words, location) in runs {
            match &mut pending {
                Some((count, last)) if *last == location => *count += words,
                _ => {
                    if let Some((count, last)) = pending.replace((words, location)) {
                        write(count, last);
                    }
                }
            }
        }
        if let Some((count, last)) = pending {
            write(count, last);
        }
        Self { bytes: bytes.into() }
    }

    /// The table's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A table of bytes made by [`LocationTable::as_bytes`]. Other bytes give meaningless locations, nothing worse.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into() }
    }

    /// All runs as (first word, word after the last, location).
    pub fn runs(&self) -> LocationRuns<'_> {
        LocationRuns { bytes: &self.bytes, at: 0, word: 0, line: 0 }
    }

    /// The location of the instruction at that word.
    pub fn lookup(&self, word: u32) -> Location {
        self.runs().find(|(_, end, _)| word < *end).map_or(Location::NONE, |(_, _, location)| location)
    }
}

/// Iterator of [`LocationTable::runs`].
pub struct LocationRuns<'a> {
    bytes: &'a [u8],
    at: usize,
    word: u32,
    line: i64,
}

impl Iterator for LocationRuns<'_> {
    type Item = (u32, u32, Location);

    fn next(&mut self) -> Option<Self::Item> {
        let words = read_varint(self.bytes, &mut self.at)? as u32;
        self.line = self.line.wrapping_add(unzigzag(read_varint(self.bytes, &mut self.at)?));
        let line = self.line as u32;
        let mut location = Location { line, ..Location::NONE };
        if line != 0 {
            location.end_line = line.wrapping_add(read_varint(self.bytes, &mut self.at)? as u32);
            location.column = read_varint(self.bytes, &mut self.at)? as u32;
            location.end_column = read_varint(self.bytes, &mut self.at)? as u32;
        }
        let start = self.word;
        self.word = self.word.checked_add(words)?;
        Some((start, self.word, location))
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

pub(crate) fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn read_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    let mut shift = 0;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if shift >= 64 {
            return None;
        }
        value |= ((byte & 0x7F) as u64) << shift;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}

/// The code of a module, class, function or other block.
///
/// Registers: the parameters (positional-only, positional, keyword-only, `*args`, `**kwargs`), the other entries of
/// `varnames` after them, then the cell variables that are not parameters, then temporaries. So `varnames[i]` lives in
/// register `i`, and `cellvars[i]` in register `cell_registers[i]`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CodeUnit {
    /// `co_name`
    pub name: Text,
    /// `co_qualname`
    pub qualname: Text,
    /// `co_filename`
    pub filename: Text,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_argcount`: positional parameters, the positional-only ones included.
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_arg_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_arg_count: u32,
    /// `co_flags`, see [`flags`].
    pub flags: u32,
    /// `co_varnames`: parameters first.
    pub varnames: Box<[Text]>,
    /// `co_cellvars`
    pub cellvars: Box<[Text]>,
    /// The register of each cell variable.
    pub cell_registers: Box<[u16]>,
    /// `co_freevars`: names of the closure's cells.
    pub freevars: Box<[Text]>,
    /// Names that instructions refer to.
    pub names: Box<[Text]>,
    /// Constants.
    pub consts: Box<[Constant]>,
    /// How many registers a frame has.
    pub nregs: u32,
    /// Instructions and the words after them.
    pub words: Shared<[u64]>,
    /// Protected ranges, sorted and disjoint.
    pub exceptions: Box<[ExceptionEntry]>,
    /// Variables of inlined comprehensions.
    pub scoped_locals: Box<[ScopedLocal]>,
    /// Locations.
    pub locations: LocationTable,
}

impl CodeUnit {
    /// The handler that protects the instruction at that word.
    #[inline]
    pub fn handler(&self, word: u32) -> Option<&ExceptionEntry> {
        find_handler(&self.exceptions, word)
    }

    /// The instructions as (word index, instruction, word after it or 0). Stops at a word that is no instruction.
    pub fn instructions(&self) -> impl Iterator<Item = (usize, Instruction, u64)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let instruction = Instruction(*self.words.get(at)?);
            let op = Opcode::from_u8(instruction.op_byte())?;
            let start = at;
            at += op.size();
            let extra = if op.size() == 2 { *self.words.get(start + 1)? } else { 0 };
            Some((start, instruction, extra))
        })
    }

    /// Names of the attributes that the code stores on what register 0 holds, the first parameter; some may come more than once.
    pub fn stored_on_first(&self) -> impl Iterator<Item = &Text> {
        self.instructions()
            .filter(|(_, instruction, _)| instruction.op() == Opcode::StoreAttr && instruction.a() == 0)
            .filter_map(|(_, instruction, _)| self.names.get(instruction.c() as usize))
    }

    /// Registers that are not temporaries: variables and cells.
    pub fn local_count(&self) -> usize {
        let cells = self.cell_registers.iter().map(|r| *r as usize + 1).max().unwrap_or(0);
        cells.max(self.varnames.len())
    }
}
