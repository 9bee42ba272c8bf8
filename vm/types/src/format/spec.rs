//! The format specification mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use pyre_object::str::{Data, StrRef};
use pyre_object::{PyResult, Raised, Vm};

/// A parsed specification.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The fill character.
    pub fill: u32,
    /// `<`, `>`, `=` or `^`; the default if none was given.
    pub align: u8,
    /// Whether the alignment was given.
    pub align_given: bool,
    /// `+`, `-` or a space; 0 if none was given.
    pub sign: u8,
    /// `z`
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The minimal width, 0 if none was given.
    pub width: usize,
    /// `,` or `_`; 0 if none was given.
    pub grouping: u8,
    /// `,` or `_` of the fraction; 0 if none was given.
    pub fraction_grouping: u8,
    /// Digits after the point, or the longest text.
    pub precision: Option<usize>,
    /// The presentation type, 0 if none was given.
    pub kind: u32,
}

const MAX: usize = isize::MAX as usize;

/// Reads a decimal number; `Err` if it does not fit.
fn number(data: Data<'_>, at: &mut usize) -> Result<Option<usize>, ()> {
    let start = *at;
    let mut value = 0usize;
    while *at < data.len() {
        let c = data.at(*at);
        // Any decimal digit counts, as in the language definition.
        let Some(d) = crate::str::unicode::decimal(c) else { break };
        value = value.checked_mul(10).and_then(|v| v.checked_add(d as usize)).filter(|v| *v <= MAX).ok_or(())?;
        *at += 1;
    }
    Ok(if *at == start { None } else { Some(value) })
}

/// A presentation type as error messages show it.
pub(super) fn show_type(c: u32) -> String {
    if c > 32 && c < 128 { char::from(c as u8).to_string() } else { format!("\\x{c:x}") }
}

/// `Unknown format code`
#[cold]
pub(super) fn unknown_type(vm: &Vm, c: u32, type_name: &str) -> Raised {
    vm.value_error(format!("Unknown format code '{}' for object of type '{type_name}'", show_type(c)))
}

fn is_align(c: u32) -> bool {
    c < 128 && matches!(c as u8, b'<' | b'>' | b'=' | b'^')
}

impl Spec {
    /// Parses a specification for an object of this type; `default_align` is `<` for text and `>` for numbers,
    /// `default_kind` the presentation type that an empty one stands for.
    ///
    /// # Errors
    /// `ValueError`
    pub fn parse(
        vm: &Vm,
        text: StrRef<'_>,
        default_kind: u32,
        default_align: u8,
        type_name: &str,
    ) -> PyResult<Spec> {
        let d = text.data();
        let n = d.len();
        let mut at = 0;
        let peek = |at: usize, c: u8| at < n && d.at(at) == u32::from(c);
        let mut s = Spec {
            fill: u32::from(b' '),
            align: default_align,
            align_given: false,
            sign: 0,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: 0,
            fraction_grouping: 0,
            precision: None,
            kind: default_kind,
        };
        let mut fill_given = false;
        if n >= 2 && is_align(d.at(1)) {
            (s.fill, s.align) = (d.at(0), d.at(1) as u8);
            (fill_given, s.align_given) = (true, true);
            at = 2;
        } else if n >= 1 && is_align(d.at(0)) {
            s.align = d.at(0) as u8;
            s.align_given = true;
            at = 1;
        }
        for c in [b' ', b'+', b'-'] {
            if s.sign == 0 && peek(at, c) {
                s.sign = c;
                at += 1;
            }
        }
        if peek(at, b'z') {
            s.no_negative_zero = true;
            at += 1;
        }
        if peek(at, b'#') {
            s.alternate = true;
            at += 1;
        }
        if !fill_given && peek(at, b'0') {
            s.fill = u32::from(b'0');
            if !s.align_given && default_align == b'>' {
                s.align = b'=';
            }
            at += 1;
        }
        let too_many = |()| vm.value_error("Too many decimal digits in format string");
        s.width = number(d, &mut at).map_err(too_many)?.unwrap_or(0);
        s.grouping = grouping(vm, &peek, &mut at)?;
        if peek(at, b'.') {
            at += 1;
            s.precision = number(d, &mut at).map_err(too_many)?;
            s.fraction_grouping = grouping(vm, &peek, &mut at)?;
            if s.precision.is_none() && s.fraction_grouping == 0 {
                return Err(vm.value_error("Format specifier missing precision"));
            }
        }
        if n - at > 1 {
            return Err(vm.value_error(format!(
                "Invalid format specifier '{}' for object of type '{type_name}'",
                text.to_string_lossy()
            )));
        }
        if n - at == 1 {
            s.kind = d.at(at);
        }
        s.check_grouping(vm)?;
        Ok(s)
    }

    fn check_grouping(&self, vm: &Vm) -> PyResult<()> {
        let kind = if self.kind < 128 { self.kind as u8 } else { 1 };
        let fail = |g: u8| {
            vm.value_error(format!("Cannot specify '{}' with '{}'.", char::from(g), show_type(self.kind)))
        };
        let is_float = matches!(kind, 0 | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F');
        if self.grouping != 0 {
            let ok = is_float
                || kind == b'd'
                || (self.grouping == b'_' && matches!(kind, b'b' | b'o' | b'x' | b'X'));
            if !ok {
                return Err(fail(self.grouping));
            }
        }
        if self.fraction_grouping != 0 && !is_float {
            return Err(fail(self.fraction_grouping));
        }
        Ok(())
    }
}

fn grouping(vm: &Vm, peek: &dyn Fn(usize, u8) -> bool, at: &mut usize) -> PyResult<u8> {
    let both = || vm.value_error("Cannot specify both ',' and '_'.");
    let mut g = 0;
    if peek(*at, b',') {
        g = b',';
        *at += 1;
    }
    if peek(*at, b'_') {
        if g != 0 {
            return Err(both());
        }
        g = b'_';
        *at += 1;
    }
    if peek(*at, b',') && g == b'_' {
        return Err(both());
    }
    Ok(g)
}
