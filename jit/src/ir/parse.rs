//! Reads the text form of a trace that [`super::Trace::display`] writes.
//!
//! Values may be named by any number; they are renumbered. Exits are named by their place in the list of exits. What
//! stands behind a semicolon at the beginning of a line is a comment.

use super::print::{COMPARISONS, FLOAT_OPS, INT_OPS};
use super::{Arguments, Enter, Exit, ExitId, Helper, HelperId, MAX_ARGUMENTS, Op, Register, Trace, ValueId};
use std::collections::HashMap;
use std::fmt;

/// What is wrong with a text, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// From 1 on.
    pub line: usize,
    /// A sentence.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

type Result<T> = std::result::Result<T, String>;

struct Parser<'h> {
    helpers: &'h [Helper],
    values: HashMap<u32, ValueId>,
    trace: Trace,
}

/// The words of one line, read from the left.
struct Line<'t>(std::vec::IntoIter<&'t str>);

impl<'t> Line<'t> {
    fn new(text: &'t str) -> Line<'t> {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()).collect();
        Line(words.into_iter())
    }

    fn word(&mut self) -> Result<&'t str> {
        self.0.next().ok_or_else(|| "the line ends too early".to_owned())
    }

    fn numbered(&mut self, letter: char) -> Result<i64> {
        let w = self.word()?;
        w.strip_prefix(letter)
            .and_then(|n| n.parse().ok())
            .ok_or_else(|| format!("{w} is no {letter}-number"))
    }

    fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let w = self.word()?;
        w.parse::<i64>()
            .ok()
            .and_then(|n| T::try_from(n).ok())
            .ok_or_else(|| format!("{w} is no number of this place"))
    }

    fn bits(&mut self) -> Result<u64> {
        let w = self.word()?;
        w.strip_prefix("0x")
            .and_then(|n| u64::from_str_radix(n, 16).ok())
            .ok_or_else(|| format!("{w} is no hexadecimal word"))
    }

    fn register(&mut self) -> Result<Register> {
        self.numbered('r').and_then(|n| i32::try_from(n).map(Register).map_err(|e| e.to_string()))
    }

    fn exit(&mut self) -> Result<ExitId> {
        self.numbered('e').and_then(|n| u32::try_from(n).map(ExitId).map_err(|e| e.to_string()))
    }

    fn otherwise(&mut self) -> Result<ExitId> {
        match self.word()? {
            "else" => self.exit(),
            w => Err(format!("expected `else`, found {w}")),
        }
    }
}

/// The trace that a text describes. It is not verified.
///
/// # Errors
/// The text has not the form that [`Trace::display`] writes.
pub fn parse(text: &str, helpers: &[Helper]) -> std::result::Result<Trace, ParseError> {
    let mut p = Parser { helpers, values: HashMap::new(), trace: Trace::default() };
    let mut in_exits = None;
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        let done = match (line, in_exits) {
            ("", _) => Ok(()),
            (l, _) if l.starts_with(';') => Ok(()),
            ("trace", None) => {
                in_exits = Some(false);
                Ok(())
            }
            ("exits", Some(false)) => {
                in_exits = Some(true);
                Ok(())
            }
            (l, Some(false)) => p.operation(l),
            (l, Some(true)) => p.exit(l),
            (l, None) => Err(format!("expected `trace`, found {l}")),
        };
        done.map_err(|message| ParseError { line: i + 1, message })?;
    }
    Ok(p.trace)
}

fn find<T: Copy>(table: &[(T, &str)], name: &str) -> Option<T> {
    table.iter().find(|(_, n)| *n == name).map(|(op, _)| *op)
}

impl Parser<'_> {
    fn operation(&mut self, text: &str) -> Result<()> {
        let (head, body) = match text.split_once('=') {
            Some((head, body)) => (Some(head), body),
            None => (None, text),
        };
        let mut line = Line::new(body);
        let op = self.op(&mut line)?;
        if let Some(extra) = line.0.next() {
            return Err(format!("{extra} is too much"));
        }
        let id = ValueId(self.trace.ops.len() as u32);
        match (head, op.result(self.helpers)) {
            (None, None) => {}
            (Some(head), Some(t)) => {
                let (name, of) = head.split_once(':').ok_or("a result needs a name and a type")?;
                if of.trim() != t.to_string() {
                    return Err(format!("the result is of type {t}, not {}", of.trim()));
                }
                let n = Line::new(name).numbered('v')?;
                let n = u32::try_from(n).map_err(|e| e.to_string())?;
                if self.values.insert(n, id).is_some() {
                    return Err(format!("v{n} is defined twice"));
                }
            }
            (Some(_), None) => return Err("the operation has no result".to_owned()),
            (None, Some(_)) => return Err("the result needs a name".to_owned()),
        }
        self.trace.ops.push(op);
        Ok(())
    }

    fn value(&self, line: &mut Line<'_>) -> Result<ValueId> {
        let n = line.numbered('v')?;
        u32::try_from(n)
            .ok()
            .and_then(|n| self.values.get(&n).copied())
            .ok_or_else(|| format!("v{n} is not defined before"))
    }

    fn pair(&self, line: &mut Line<'_>) -> Result<(ValueId, ValueId)> {
        Ok((self.value(line)?, self.value(line)?))
    }

    fn op(&self, l: &mut Line<'_>) -> Result<Op> {
        let name = l.word()?;
        if let Some(op) = find(&INT_OPS, name) {
            let (a, b) = self.pair(l)?;
            return Ok(Op::Checked(op, a, b, l.otherwise()?));
        }
        if let Some(op) = name.strip_prefix("wrapping_").and_then(|n| find(&INT_OPS, n)) {
            let (a, b) = self.pair(l)?;
            return Ok(Op::Wrapping(op, a, b));
        }
        if let Some(op) = find(&FLOAT_OPS, name) {
            let (a, b) = self.pair(l)?;
            return Ok(Op::FloatArithmetic(op, a, b));
        }
        if let Some(c) = find(&COMPARISONS, name) {
            let (a, b) = self.pair(l)?;
            return Ok(Op::CompareInts(c, a, b));
        }
        if let Some(c) = name.strip_suffix("_float").and_then(|n| find(&COMPARISONS, n)) {
            let (a, b) = self.pair(l)?;
            return Ok(Op::CompareFloats(c, a, b));
        }
        Ok(match name {
            "at" => {
                let w = l.word()?;
                let (depth, pc) = w.split_once(':').ok_or_else(|| format!("{w} is no position"))?;
                match (depth.parse(), pc.parse()) {
                    (Ok(depth), Ok(pc)) => Op::At { depth, pc },
                    _ => return Err(format!("{w} is no position")),
                }
            }
            "register" => Op::Register(l.register()?),
            "word" => Op::Word(l.bits()?),
            "int" => Op::Int(l.number()?),
            "float" => Op::Float(l.bits()?),
            "is_int" => Op::IsInt(self.value(l)?),
            "is_float" => Op::IsFloat(self.value(l)?),
            "is_pointer" => Op::IsPointer(self.value(l)?),
            "is" => Op::Is(self.value(l)?, l.bits()?),
            "same" => Op::Same(self.value(l)?, self.value(l)?),
            "has_shape" => Op::HasShape(self.value(l)?, l.number()?),
            "int_fits" => Op::IntFits(self.value(l)?),
            "float_fits" => Op::FloatFits(self.value(l)?),
            "unbox_int" => Op::UnboxInt(self.value(l)?),
            "unbox_float" => Op::UnboxFloat(self.value(l)?),
            "box_int" => Op::BoxInt(self.value(l)?),
            "box_float" => Op::BoxFloat(self.value(l)?),
            "int_to_float" => Op::IntToFloat(self.value(l)?),
            "load_word" => Op::LoadWord(self.value(l)?, l.number()?),
            "load_fixed" => Op::LoadFixed(self.value(l)?, l.number()?),
            "load_int" => Op::LoadInt(self.value(l)?, l.number()?),
            "store_int" => Op::StoreInt(self.value(l)?, l.number()?, self.value(l)?),
            "store_word" => Op::StoreWord(self.value(l)?, l.number()?, self.value(l)?),
            "set_register" => Op::SetRegister(l.register()?, self.value(l)?),
            "retain" => Op::Retain(self.value(l)?),
            "release" => Op::Release(self.value(l)?),
            "call" => {
                let (h, args) = self.call(l)?;
                Op::Call(h, args)
            }
            "try" => {
                let (h, args) = self.call(l)?;
                Op::Try(h, args, l.otherwise()?)
            }
            "execute" => Op::Execute { next: l.number()? },
            "guard" => Op::Guard(self.value(l)?, true, l.otherwise()?),
            "guard_not" => Op::Guard(self.value(l)?, false, l.otherwise()?),
            "enter" => Op::Enter(Enter {
                callee: self.value(l)?,
                code: l.bits()?,
                window: l.register()?,
                arguments: l.number()?,
                size: l.number()?,
                result: l.register()?,
            }),
            "leave" => Op::Leave,
            "poll" => Op::Poll(l.otherwise()?),
            "loop" => Op::Loop(l.exit()?),
            other => return Err(format!("no operation is called {other}")),
        })
    }

    fn call(&self, l: &mut Line<'_>) -> Result<(HelperId, Arguments)> {
        let name = l.word()?;
        let h = self
            .helpers
            .iter()
            .position(|h| h.name == name)
            .ok_or_else(|| format!("no helper is called {name}"))?;
        let count = self.helpers[h].parameters.len().min(MAX_ARGUMENTS);
        let args = (0..count).map(|_| self.value(l)).collect::<Result<Vec<_>>>()?;
        Ok((HelperId(h as u16), Arguments::new(&args)))
    }

    fn exit(&mut self, text: &str) -> Result<()> {
        let (name, body) = text.split_once(':').ok_or("an exit needs a name")?;
        if Line::new(name).numbered('e')? != self.trace.exits.len() as i64 {
            return Err(format!("expected e{}", self.trace.exits.len()));
        }
        let (positions, registers) = body.split_once(';').unwrap_or((body, ""));
        let mut exit = Exit::default();
        let mut line = Line::new(positions);
        while line.0.len() > 0 {
            exit.positions.push(line.number()?);
        }
        for part in registers.split(',').filter(|p| !p.trim().is_empty()) {
            let (r, v) = part.split_once('=').ok_or("expected `register = value`")?;
            exit.registers.push((Line::new(r).register()?, self.value(&mut Line::new(v))?));
        }
        self.trace.exits.push(exit);
        Ok(())
    }
}
