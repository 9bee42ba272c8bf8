//! Arguments of a call and the binding of native functions' parameters.

use crate::obj::Obj;
use crate::value::Value;
use smallvec::SmallVec;

/// The arguments of one call, lent by the caller: positional values, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    all: &'a [Obj],
    names: &'a [Obj],
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const EMPTY: Args<'static> = Args { all: &[], names: &[] };

    /// Only positional arguments.
    #[inline(always)]
    pub fn positional(pos: &'a [Obj]) -> Args<'a> {
        Args { all: pos, names: &[] }
    }

    /// `all` ends with one value for each of `names` (strings).
    ///
    /// # Panics
    /// There are more names than values.
    #[inline]
    pub fn with_names(all: &'a [Obj], names: &'a [Obj]) -> Args<'a> {
        assert!(names.len() <= all.len());
        Args { all, names }
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Obj] {
        &self.all[..self.all.len() - self.names.len()]
    }

    /// Everything: positional values, then keyword values.
    #[inline(always)]
    pub fn all(&self) -> &'a [Obj] {
        self.all
    }

    /// The keyword names, in the order of their values.
    #[inline(always)]
    pub fn names(&self) -> &'a [Obj] {
        self.names
    }

    /// The values of the keywords.
    #[inline(always)]
    pub fn values(&self) -> &'a [Obj] {
        &self.all[self.all.len() - self.names.len()..]
    }

    /// Keyword names with their values.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Obj, &'a Obj)> + use<'a> {
        self.names.iter().zip(self.values())
    }

    /// Whether there are keywords.
    #[inline(always)]
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    /// Number of positional arguments.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.all.len() - self.names.len()
    }

    /// Whether there is no argument at all.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Without the first `n` positional arguments (there must be as many).
    #[inline]
    pub fn skip(&self, n: usize) -> Args<'a> {
        debug_assert!(n <= self.len());
        Args { all: &self.all[n..], names: self.names }
    }

    /// The same arguments behind `first`, copied.
    pub fn prepend(&self, first: &Obj) -> SmallVec<[Obj; 8]> {
        let mut v = SmallVec::with_capacity(self.all.len() + 1);
        v.push(first.clone());
        v.extend(self.all.iter().cloned());
        v
    }
}

/// How many values [`lend_padded`] has room for.
pub const LENT: usize = 8;

/// Lends `first` (if any), `rest`, and `UNBOUND` for what is missing to `len`, as consecutive values, to `f`. Nothing is
/// counted.
///
/// # Panics
/// There are more than [`LENT`] values, or more than `len`.
#[inline(always)]
pub fn lend_padded<R>(first: Option<&Obj>, rest: &[Obj], len: usize, f: impl FnOnce(&[Obj]) -> R) -> R {
    let mut words = [Value::UNBOUND; LENT];
    let own = usize::from(first.is_some());
    if let Some(first) = first {
        words[0] = first.raw();
    }
    words[own..own + rest.len()].iter_mut().zip(rest).for_each(|(to, from)| *to = from.raw());
    // SAFETY: the borrows that the words come from outlive the call; immediates need nobody.
    f(unsafe { Obj::borrow_slice(&words[..len]) })
}

/// How one parameter may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Before `/`
    PositionalOnly,
    /// Between `/` and `*`
    Either,
    /// `*args`: delivered as one tuple
    VarPositional,
    /// After `*`
    KeywordOnly,
    /// `**kwargs`: delivered as one dict
    VarKeyword,
}

/// One parameter of a native function.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// How it may be given.
    pub kind: ParamKind,
    /// The text of the default, `None` when required.
    pub default: Option<&'static str>,
}

/// The parameters of a native function, parsed from text like `(self, x, /, y=None, *, key=None, **kwargs)`.
/// Parameters that are not given arrive as `UNBOUND`: the function supplies the default.
#[derive(Debug)]
pub struct Signature {
    /// All parameters in order.
    pub params: Vec<Param>,
    /// How many may be given by position, `*args` not counted.
    pub positional: usize,
    /// How many of these are required.
    pub required: usize,
    /// Only plain positional parameters: the fast path applies.
    pub simple: bool,
    /// No parameter collects others or must be named: as many positional arguments as required suffice.
    pub plain: bool,
}

impl Signature {
    /// Parses the text; the text comes from a native function's definition.
    ///
    /// # Panics
    /// The text is malformed: a defect of the definition, found by the test that parses all of them.
    pub fn parse(text: &'static str) -> Signature {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
        let Some(inner) = inner else { panic!("malformed signature {text}") };
        let mut params: Vec<Param> = Vec::new();
        let mut kind = ParamKind::Either;
        for part in split_top_level(inner) {
            let part = part.trim();
            match part {
                "" => {}
                "/" => params.iter_mut().for_each(|p| p.kind = ParamKind::PositionalOnly),
                "*" => kind = ParamKind::KeywordOnly,
                _ => {
                    let (name, default) = match part.split_once('=') {
                        Some((n, d)) => (n.trim(), Some(d.trim())),
                        None => (part, None),
                    };
                    if let Some(name) = name.strip_prefix("**") {
                        params.push(Param { name, kind: ParamKind::VarKeyword, default: None });
                    } else if let Some(name) = name.strip_prefix('*') {
                        params.push(Param { name, kind: ParamKind::VarPositional, default: None });
                        kind = ParamKind::KeywordOnly;
                    } else {
                        params.push(Param { name: name.trim_start_matches('$'), kind, default });
                    }
                }
            }
        }
        let by_position = |p: &&Param| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Either);
        let positional = params.iter().filter(by_position).count();
        let required = params.iter().filter(by_position).filter(|p| p.default.is_none()).count();
        let simple = positional == params.len();
        let plain = params.iter().all(|p| match p.kind {
            ParamKind::PositionalOnly | ParamKind::Either => true,
            ParamKind::KeywordOnly => p.default.is_some(),
            ParamKind::VarPositional | ParamKind::VarKeyword => false,
        });
        Signature { params, positional, required, simple, plain }
    }
}

/// How many parameters the signature has if all of them are plain positional ones; `u8::MAX`, more than any has, otherwise.
pub(crate) const fn simple_count(signature: &str) -> u8 {
    let text = signature.as_bytes();
    let (mut i, mut depth, mut quote, mut count) = (1, 0, 0u8, 0u8);
    // Whether a parameter has begun since the last comma.
    let mut inside = false;
    while i + 1 < text.len() {
        let c = text[i];
        if quote != 0 {
            if c == quote {
                quote = 0;
            }
        } else if depth == 0 && c == b',' {
            inside = false;
        } else if !inside && c == b'*' {
            return u8::MAX;
        } else {
            if !inside && c != b' ' && c != b'/' {
                inside = true;
                count += 1;
            }
            match c {
                b'\'' | b'"' => quote = c,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        i += 1;
    }
    count
}

fn split_top_level(text: &'static str) -> Vec<&'static str> {
    let (mut depth, mut start, mut quote, mut parts) = (0usize, 0usize, None, Vec::new());
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_plain_parameters_is_that_of_the_parsed_signature() {
        for text in [
            "()",
            "(self, /)",
            "($self, x, /)",
            "(a, b=(1, 2), c=',', /)",
            "(a, *, b)",
            "(*args)",
            "(a, **kwargs)",
            "(a, b=\"*\")",
            "( a , b )",
            "(x, y=None)",
            "(/)",
        ] {
            let parsed = Signature::parse(text);
            let expected = if parsed.simple { parsed.params.len() } else { usize::from(u8::MAX) };
            assert_eq!(usize::from(simple_count(text)), expected, "{text}");
        }
    }
}
