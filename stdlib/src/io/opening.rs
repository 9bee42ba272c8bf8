//! `open`, `open_code`, `text_encoding`.

use super::support::call;
use super::{buffered, fileio, text, types};
use crate::name;
use crate::posix::path;
use pyre_object::{Exc, Obj, PyResult, Vm, int, raise, str};
use pyre_types::arguments::argument_type;

/// What a mode string says.
#[derive(Clone, Copy, Default)]
struct Mode {
    reading: bool,
    writing: bool,
    appending: bool,
    creating: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse_mode(vm: &Vm, mode: &str) -> PyResult<Mode> {
    let mut m = Mode::default();
    let invalid = || vm.value_error(format!("invalid mode: '{mode}'"));
    for (i, c) in mode.char_indices() {
        let flag = match c {
            'r' => &mut m.reading,
            'w' => &mut m.writing,
            'a' => &mut m.appending,
            'x' => &mut m.creating,
            '+' => &mut m.updating,
            't' => &mut m.text,
            'b' => &mut m.binary,
            _ => return Err(invalid()),
        };
        *flag = true;
        if mode[..i].contains(c) {
            return Err(invalid());
        }
    }
    if m.text && m.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    if [m.reading, m.writing, m.appending, m.creating].iter().filter(|b| **b).count() != 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok(m)
}

fn optional_text(vm: &Vm, o: &Obj, argument: &str) -> PyResult<Option<String>> {
    match o.not_none() {
        None => Ok(None),
        Some(s) if str::is_str(s) => {
            let text = str::to_string_lossy(s);
            if text.contains('\0') {
                return Err(vm.value_error("embedded null character"));
            }
            Ok(Some(text))
        }
        Some(s) => Err(vm.type_error(format!(
            "open() argument '{argument}' must be str or None, not {}",
            argument_type(s)
        ))),
    }
}

pub fn open(vm: &Vm, a: &[Obj]) -> PyResult {
    let file = if int::is_int(&a[0]) || a[0].slots().index.addr() != 0 || a[0].slots().float.addr() != 0 {
        a[0].clone()
    } else {
        path::fspath(vm, &a[0])?
    };
    let mode = match a[1].given() {
        None => "r".to_owned(),
        Some(m) if str::is_str(m) => str::to_string_lossy(m),
        Some(m) => raise!(vm, TypeError, "open() argument 'mode' must be str, not {}", argument_type(m)),
    };
    let buffering = a[2].given().map_or(Ok(-1), |b| vm.to_i32(b))?;
    let (encoding, errors) = (optional_text(vm, &a[3], "encoding")?, optional_text(vm, &a[4], "errors")?);
    optional_text(vm, &a[5], "newline")?;
    let close_fd = a[6].given().map_or(Ok(true), |c| vm.truth(c))?;
    let m = parse_mode(vm, &mode)?;
    if m.binary {
        for (given, what) in [
            (encoding.is_some(), "an encoding"),
            (errors.is_some(), "an errors"),
            (a[5].not_none().is_some(), "a newline"),
        ] {
            if given {
                raise!(vm, ValueError, "binary mode doesn't take {what} argument");
            }
        }
        if buffering == 1 {
            vm.warn(
                Exc::RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    let raw_mode: String =
        [(m.creating, 'x'), (m.reading, 'r'), (m.writing, 'w'), (m.appending, 'a'), (m.updating, '+')]
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, c)| *c)
            .collect();
    let raw = fileio::open(vm, &file, &raw_mode, close_fd, a[7].not_none())?;
    let options = Layers { mode: &mode, m, buffering, encoding, errors, newline: &a[5] };
    let r = layers(vm, &raw, options);
    if r.is_err() {
        let _ = call(vm, &raw, name!("close"), &[]);
    }
    r
}

/// What goes on top of the raw stream.
struct Layers<'a> {
    mode: &'a str,
    m: Mode,
    buffering: i32,
    encoding: Option<String>,
    errors: Option<String>,
    newline: &'a Obj,
}

fn layers(vm: &Vm, raw: &Obj, o: Layers<'_>) -> PyResult {
    let mut buffering = o.buffering;
    let mut is_terminal = false;
    if buffering < 0 {
        is_terminal = vm.truth(&call(vm, raw, name!("_isatty_open_only"), &[])?)?;
    }
    let line_buffering = (buffering == 1 || is_terminal) && !o.m.binary;
    if buffering == 1 || buffering < 0 {
        // As CPython: at least the default, at most 8 MiB.
        buffering = fileio::block_size_of(vm, raw)?.clamp(super::DEFAULT_BUFFER_SIZE, 8 << 20) as i32;
    }
    if buffering == 0 {
        if !o.m.binary {
            return Err(vm.value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw.clone());
    }
    let class = if o.m.updating {
        let seekable = fileio::is_seekable(vm, raw)?;
        if !seekable {
            return Err(super::support::unsupported(vm, "File or stream is not seekable."));
        }
        types::BUFFERED_RANDOM.get()
    } else if o.m.reading {
        types::BUFFERED_READER.get()
    } else {
        types::BUFFERED_WRITER.get()
    };
    let buffer = buffered::open(vm, class, raw, buffering as usize)?;
    if o.m.binary {
        return Ok(buffer);
    }
    let wrapper = text::open(vm, &buffer, o.encoding, o.errors, o.newline.given(), line_buffering)?;
    vm.setattr(&wrapper, name!("mode"), Some(&str::new_str(o.mode)))?;
    Ok(wrapper)
}

pub fn open_code(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[0]) {
        raise!(vm, TypeError, "open_code() argument 'path' must be str, not {}", argument_type(&a[0]));
    }
    let raw = fileio::open(vm, &a[0], "r", true, None)?;
    buffered::open(vm, types::BUFFERED_READER.get(), &raw, super::DEFAULT_BUFFER_SIZE)
}

pub fn text_encoding(vm: &Vm, a: &[Obj]) -> PyResult {
    if !a[0].is_none() {
        return Ok(a[0].clone());
    }
    let utf8_mode = match pyre_vm::runtime::sys_attribute("flags") {
        Some(flags) => vm.truth(&vm.getattr(&flags, name!("utf8_mode"))?)?,
        None => false,
    };
    Ok(str::new_str(if utf8_mode { "utf-8" } else { "locale" }))
}
