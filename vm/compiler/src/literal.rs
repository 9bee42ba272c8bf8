//! Values of string and bytes literals, decoded from the source, so that lone surrogates survive and invalid escapes
//! can be reported. Strings are generalized UTF-8: a surrogate escape is three bytes, and two such stay two.

use crate::errors::{SyntaxError, Warning, WarningCategory};
use crate::fold;
use crate::source::Source;
use pyre_bytecode::Constant;
use rustpython_ruff_python_ast as ast;
use rustpython_ruff_text_size::{Ranged, TextRange, TextSize};

/// A literal's value and the escapes that will become errors.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    /// Offset in the content and text of the first invalid escape.
    pub(crate) invalid: Option<(usize, String, bool)>,
}

/// Appends a code point, a surrogate or not.
fn push_code_point(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

/// Decodes the content of a string literal that is not raw.
///
/// # Errors
/// The text of the exception that a malformed escape is.
pub(crate) fn decode_string(content: &str) -> Result<Decoded, String> {
    let mut decoded = Decoded::default();
    let bytes = content.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 >= bytes.len() {
            let run = bytes[at + 1..].iter().position(|b| *b == b'\\').map_or(bytes.len(), |n| at + 1 + n);
            decoded.bytes.extend_from_slice(&bytes[at..run]);
            at = run;
            continue;
        }
        at = match bytes[at + 1] {
            b'x' => hex_escape(&mut decoded, content, at, 2, "\\xXX")?,
            b'u' => hex_escape(&mut decoded, content, at, 4, "\\uXXXX")?,
            b'U' => hex_escape(&mut decoded, content, at, 8, "\\UXXXXXXXX")?,
            b'N' => named_escape(&mut decoded, content, at)?,
            _ => simple_escape(&mut decoded, content, at, push_code_point),
        };
    }
    Ok(decoded)
}

/// Decodes the content of a bytes literal that is not raw.
///
/// # Errors
/// The text of the exception that a malformed escape is.
pub(crate) fn decode_bytes(content: &str) -> Result<Decoded, String> {
    let mut decoded = Decoded::default();
    let bytes = content.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 >= bytes.len() {
            decoded.bytes.push(bytes[at]);
            at += 1;
            continue;
        }
        if bytes[at + 1] == b'x' {
            let digits = content.get(at + 2..at + 4);
            let value = digits.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
            match value.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(value) => decoded.bytes.push(value),
                None => return Err(format!("(value error) invalid \\x escape at position {at}")),
            }
            at += 4;
        } else {
            at = simple_escape(&mut decoded, content, at, |out, code| out.push(code as u8));
        }
    }
    Ok(decoded)
}

/// An escape that strings and bytes share; gives the offset after it.
fn simple_escape(
    decoded: &mut Decoded,
    content: &str,
    start: usize,
    push: impl Fn(&mut Vec<u8>, u32),
) -> usize {
    let bytes = content.as_bytes();
    let at = start + 2;
    let value = match bytes[start + 1] {
        b'\n' => return at,
        b'\\' => b'\\',
        b'\'' => b'\'',
        b'"' => b'"',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'0'..=b'7' => {
            let length = bytes[start + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let digits = &content[start + 1..start + 1 + length];
            let code = u32::from_str_radix(digits, 8).unwrap_or(0);
            if code > 0o377 && decoded.invalid.is_none() {
                decoded.invalid = Some((start, digits.to_string(), true));
            }
            push(&mut decoded.bytes, code);
            return start + 1 + length;
        }
        _ => {
            let next = content[start + 1..].chars().next().unwrap_or('\\');
            if decoded.invalid.is_none() && next.is_ascii() {
                decoded.invalid = Some((start, next.to_string(), false));
            }
            decoded.bytes.push(b'\\');
            return start + 1;
        }
    };
    push(&mut decoded.bytes, value as u32);
    at
}

fn unicode_error(content: &str, start: usize, end: usize, reason: &str) -> String {
    // Positions count bytes of the text as the codec sees it, where what is not ASCII is a ten-character escape.
    let position =
        |offset: usize| content[..offset].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum::<usize>();
    let (first, last) = (position(start), position(end).saturating_sub(1));
    format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{last}: {reason}")
}

fn hex_escape(
    decoded: &mut Decoded,
    content: &str,
    start: usize,
    digits: usize,
    shape: &str,
) -> Result<usize, String> {
    let rest = &content.as_bytes()[start + 2..];
    let found = rest.iter().take(digits).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if found < digits {
        let end = start + 2 + found;
        return Err(unicode_error(content, start, end, &format!("truncated {shape} escape")));
    }
    let end = start + 2 + digits;
    let code = u32::from_str_radix(&content[start + 2..end], 16).unwrap_or(u32::MAX);
    if code > 0x10FFFF {
        return Err(unicode_error(content, start, end, "illegal Unicode character"));
    }
    push_code_point(&mut decoded.bytes, code);
    Ok(end)
}

fn named_escape(decoded: &mut Decoded, content: &str, start: usize) -> Result<usize, String> {
    let rest = &content[start + 2..];
    let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let Some((name, _)) = name.filter(|(name, _)| !name.is_empty()) else {
        let end =
            start + 2 + rest.strip_prefix('{').map_or(0, |rest| 1 + rest.find('}').unwrap_or(rest.len()));
        return Err(unicode_error(content, start, end, "malformed \\N character escape"));
    };
    let end = start + 4 + name.len();
    match unicode_names2::character(name) {
        Some(c) => {
            push_code_point(&mut decoded.bytes, c as u32);
            Ok(end)
        }
        None => Err(unicode_error(content, start, end, "unknown Unicode character name")),
    }
}

/// The content of a string or bytes token: where it starts and ends in the token's range, and whether it is raw.
pub(crate) fn content_of(source: &Source, range: TextRange) -> (TextRange, bool) {
    let text = source.slice(range);
    let prefix = text.find(['"', '\'']).unwrap_or(0);
    let raw = text[..prefix].contains(['r', 'R']);
    let quote = &text[prefix..];
    let length = if quote.starts_with("\"\"\"") || quote.starts_with("'''") { 3 } else { 1 };
    let start = range.start() + TextSize::from((prefix + length) as u32);
    let end = range.end() - TextSize::from(length as u32);
    (TextRange::new(start, end.max(start)), raw)
}

/// The warning for an invalid escape found at an offset of the content that starts at `start`.
pub(crate) fn escape_warning(source: &Source, start: TextSize, decoded: &Decoded) -> Option<Warning> {
    let (offset, text, is_octal) = decoded.invalid.as_ref()?;
    let at = start + TextSize::from(*offset as u32);
    let range = TextRange::at(at, TextSize::from(1 + text.len() as u32));
    let what = if *is_octal { "octal escape" } else { "escape" };
    let message = format!(
        "\"\\{text}\" is an invalid {what} sequence. Such sequences will not work in the future. Did you mean \"\\\\{text}\"? A raw string is also an option."
    );
    let as_error = SyntaxError::at(
        source,
        range,
        format!(
            "\"\\{text}\" is an invalid {what} sequence. Did you mean \"\\\\{text}\"? A raw string is also an option."
        ),
    );
    Some(Warning { category: WarningCategory::SyntaxWarning, message, line: as_error.line, as_error })
}

/// The constant that a node of a made source has there.
pub(crate) fn made_constant(source: &Source, start: TextSize) -> Option<Constant> {
    source.made()?.constants.get(&u32::from(start)).cloned()
}

/// Appends the value of a string literal, one of those of an implicit concatenation.
///
/// # Errors
/// For a malformed escape.
pub(crate) fn string_part(
    source: &Source,
    range: TextRange,
    out: &mut Vec<u8>,
    warnings: &mut Vec<Warning>,
) -> Result<(), SyntaxError> {
    if let Some(Constant::Str(value)) = made_constant(source, range.start()) {
        out.extend_from_slice(&value);
        return Ok(());
    }
    let (inner, raw) = content_of(source, range);
    let content = source.slice(inner);
    if raw || !content.contains('\\') {
        out.extend_from_slice(content.as_bytes());
        return Ok(());
    }
    match decode_string(content) {
        Ok(decoded) => {
            warnings.extend(escape_warning(source, inner.start(), &decoded));
            out.extend_from_slice(&decoded.bytes);
            Ok(())
        }
        Err(message) => Err(SyntaxError::in_characters(source, range, message)),
    }
}

/// As [`string_part`] for bytes.
///
/// # Errors
/// For a malformed escape.
pub(crate) fn bytes_part(
    source: &Source,
    range: TextRange,
    out: &mut Vec<u8>,
    warnings: &mut Vec<Warning>,
) -> Result<(), SyntaxError> {
    if let Some(Constant::Bytes(value)) = made_constant(source, range.start()) {
        out.extend_from_slice(&value);
        return Ok(());
    }
    let (inner, raw) = content_of(source, range);
    let content = source.slice(inner);
    if raw {
        out.extend_from_slice(content.as_bytes());
        return Ok(());
    }
    match decode_bytes(content) {
        Ok(decoded) => {
            warnings.extend(escape_warning(source, inner.start(), &decoded));
            out.extend_from_slice(&decoded.bytes);
            Ok(())
        }
        Err(message) => Err(SyntaxError::in_characters(source, range, message)),
    }
}

/// The value of a literal part of an f-string or t-string.
///
/// # Errors
/// For a malformed escape.
pub(crate) fn interpolated_part(
    source: &Source,
    literal: &ast::InterpolatedStringLiteralElement,
    raw: bool,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<u8>, SyntaxError> {
    if let Some(Constant::Str(value)) = made_constant(source, literal.range.start()) {
        return Ok(value.to_vec());
    }
    let content = source.slice(literal.range);
    if raw || !content.contains('\\') {
        return Ok(literal.value.as_bytes().to_vec());
    }
    match decode_string(&single_braces(content)) {
        Ok(decoded) => {
            warnings.extend(escape_warning(source, literal.range.start(), &decoded));
            Ok(decoded.bytes)
        }
        Err(message) => Err(SyntaxError::at(source, literal.range, message)),
    }
}

/// The text of an interpolation's expression, as written, space and parentheses included.
pub(crate) fn interpolation_text(source: &Source, element: &ast::InterpolatedElement) -> String {
    if let Some(made) = source.made() {
        return made.texts.get(&u32::from(element.range.start())).cloned().unwrap_or_default();
    }
    let whole = source.slice(element.range);
    let expression_end = (element.expression.range().end() - element.range.start()).to_usize();
    let (before, after) = whole.split_at_checked(expression_end).unwrap_or((whole, ""));
    let mut text = without_comments(before.get(1..).unwrap_or(""));
    // What may follow the expression: closing parentheses and space, then `=`, `!`, `:` or `}`.
    let after = without_comments(after);
    text.push_str(&after[..after.find(['=', '!', ':', '}']).unwrap_or(after.len())]);
    text
}

/// The text that `{expression=}` shows, and its length in the source.
pub(crate) fn debug_text(
    source: &Source,
    element: &ast::InterpolatedElement,
    debug: &ast::DebugText,
) -> (String, usize) {
    let shown = source.slice(element.expression.range());
    let text = format!("{}{shown}{}", debug.leading, debug.trailing);
    (without_comments(&text), text.len())
}

/// The text without comments; their line ends stay.
fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', _) => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(q)) if c == q => quote = None,
            ('#', None) => {
                out.extend(chars.find(|c| *c == '\n'));
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The value of a number.
///
/// # Errors
/// If it has too many decimal digits.
pub(crate) fn number(source: &Source, node: &ast::ExprNumberLiteral) -> Result<Constant, SyntaxError> {
    if let Some(value) = made_constant(source, node.range.start()) {
        return Ok(value);
    }
    Ok(match &node.value {
        ast::Number::Float(value) => Constant::Float(*value),
        ast::Number::Complex { real, imag } => Constant::Complex(*real, *imag),
        ast::Number::Int(value) => match value.as_i64() {
            Some(small) => Constant::Int(small),
            None => match fold::parse_int(source.slice(node.range), source.int_digits()) {
                Ok(value) => fold::int_constant(&value),
                Err(digits) => {
                    let message = format!(
                        "Exceeds the limit ({} digits) for integer string conversion: value has {digits} digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
                        source.int_digits()
                    );
                    return Err(SyntaxError::at(source, node.range, message));
                }
            },
        },
    })
}

/// `{{` and `}}` become single, except in the braces of `\N{...}`.
fn single_braces(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("\\N{") {
            rest.find('}').map_or(rest.len(), |end| end + 1)
        } else if next == '\\' {
            1 + rest[1..].chars().next().map_or(0, |c| if matches!(c, '{' | '}') { 0 } else { c.len_utf8() })
        } else {
            next.len_utf8()
        };
        out.push_str(&rest[..length]);
        let doubled = rest.starts_with("{{") || rest.starts_with("}}");
        rest = &rest[if doubled { 2 } else { length }..];
    }
    out
}
