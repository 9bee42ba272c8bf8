//! Construction and `reconfigure`.

use super::super::newline::{Newline, Translator};
use super::super::support::{call, unsupported};
use super::super::{buffered, types};
use super::{Inside, READY, State, TextBody, UNINITIALIZED, coding, position_value, write};
use crate::name;
use pyre_object::typeobj::type_body;
use pyre_object::{Args, Exc, Obj, PyResult, Vm, alloc, raise, str};
use pyre_threads::sync::Ordering;
use pyre_types::arguments::{argument_type, bind_optional, name_argument};

pub fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(alloc::new_shaped(type_body(cls).root_shape(), TextBody::new()))
}

/// How a stream is to be opened.
struct Options<'a> {
    encoding: Option<String>,
    errors: Option<String>,
    newline: Option<&'a Obj>,
    line_buffering: bool,
    write_through: bool,
}

pub fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    const NAME: &str = "TextIOWrapper";
    let names = ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"];
    let [buffer, encoding, errors, newline, line_buffering, write_through] =
        bind_optional(vm, NAME, names, args)?;
    let Some(buffer) = buffer else {
        raise!(vm, TypeError, "{NAME}() missing required argument 'buffer' (pos 1)")
    };
    let text = |o: Option<&Obj>, argument: &str| match o.and_then(Obj::not_none) {
        None => Ok(None),
        Some(e) if str::is_str(e) => name_argument(vm, NAME, argument, e).map(Some),
        Some(e) => Err(vm.type_error(format!(
            "{NAME}() argument '{argument}' must be str or None, not {}",
            argument_type(e)
        ))),
    };
    let truth = |o: Option<&Obj>| o.map_or(Ok(false), |v| vm.truth(v));
    let options = Options {
        encoding: text(encoding, "encoding")?,
        errors: text(errors, "errors")?,
        newline,
        line_buffering: truth(line_buffering)?,
        write_through: truth(write_through)?,
    };
    setup(vm, o, buffer, options)
}

/// A text stream around a binary one that was opened for it.
///
/// # Errors
/// As the constructor.
pub fn open(
    vm: &Vm,
    buffer: &Obj,
    encoding: Option<String>,
    errors: Option<String>,
    newline: Option<&Obj>,
    line_buffering: bool,
) -> PyResult {
    let o = new(vm, types::TEXT_IO_WRAPPER.get(), Args::EMPTY)?;
    setup(vm, &o, buffer, Options { encoding, errors, newline, line_buffering, write_through: false })?;
    Ok(o)
}

fn setup(vm: &Vm, o: &Obj, buffer: &Obj, options: Options<'_>) -> PyResult<()> {
    let b: &TextBody = o.body();
    b.status.store(UNINITIALIZED, Ordering::Release);
    let newline = Newline::from_argument(vm, options.newline, "TextIOWrapper() argument 'newline'")?;
    let encoding = match options.encoding.as_deref() {
        None | Some("locale") => crate::locale::ENCODING.to_owned(),
        Some(e) => e.to_owned(),
    };
    let errors = options.errors.unwrap_or_else(|| "strict".to_owned());
    b.encoding.set(str::new_str(&encoding));
    b.errors.set(str::new_str(&errors));
    b.buffer.set(buffer.clone());
    b.decoded.set(Obj::UNBOUND);
    let inside = b.state.enter_again(vm)?;
    let (can_read, can_write, seekable, has_read1);
    if buffered::is_plain_reader(buffer) || buffered::is_plain_writer(buffer) {
        can_read = buffered::is_plain_reader(buffer);
        can_write = buffered::is_plain_writer(buffer);
        has_read1 = true;
        let r = call(vm, buffer, name!("seekable"), &[])?;
        seekable = vm.truth(&r)?;
    } else {
        let yes = |question: &Obj| -> PyResult<bool> {
            let r = call(vm, buffer, question, &[])?;
            vm.truth(&r)
        };
        (can_read, can_write, seekable) =
            (yes(name!("readable"))?, yes(name!("writable"))?, yes(name!("seekable"))?);
        has_read1 = vm.getattr_opt(buffer, name!("read1"))?.is_some();
    }
    inside.with(|s| {
        *s = State {
            newline,
            line_buffering: options.line_buffering,
            write_through: options.write_through,
            can_read,
            can_write,
            seekable,
            telling: seekable,
            has_read1,
            ..State::new()
        };
    });
    coding::choose(vm, b, &inside, &encoding, &errors)?;
    set_newline(&inside, newline);
    if seekable && can_write {
        start_encoder(vm, b, buffer)?;
    }
    b.status.store(READY, Ordering::Release);
    b.place.enter(o);
    Ok(())
}

fn set_newline(inside: &Inside<'_>, newline: Newline) {
    inside.with(|s| {
        s.newline = newline;
        s.write_newline = newline.written();
        s.translator = Translator {
            translate: newline == Newline::Translated,
            seen: s.translator.seen,
            pending_cr: s.translator.pending_cr && newline.is_universal(),
        };
    });
}

/// An encoder that marks the beginning of a stream must not do so in the middle.
fn start_encoder(vm: &Vm, b: &TextBody, buffer: &Obj) -> PyResult<()> {
    let encoder = b.encoder.get();
    if encoder.is_unbound() {
        return Ok(());
    }
    let at = call(vm, buffer, name!("tell"), &[])?;
    if position_value(vm, &at)? != 0 {
        call(vm, &encoder, name!("setstate"), &[Obj::from_len(0)])?;
    }
    Ok(())
}

pub fn reconfigure(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    let changes_coding = a[1].not_none().is_some() || a[2].not_none().is_some() || a[3].given().is_some();
    if changes_coding && (!b.decoded.get().is_unbound() || inside.with(|s| s.snapshot.is_some())) {
        return Err(unsupported(
            vm,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let text = |o: &Obj, argument: &str| match o.not_none() {
        None => Ok(None),
        Some(e) if str::is_str(e) => Ok(Some(str::to_string_lossy(e))),
        Some(e) => Err(vm.error(
            Exc::TypeError,
            format!("reconfigure() argument '{argument}' must be str or None, not {}", argument_type(e)),
        )),
    };
    let (encoding, errors) = (text(&a[1], "encoding")?, text(&a[2], "errors")?);
    let newline = match a[3].given() {
        Some(n) => Some(Newline::from_argument(vm, Some(n), "reconfigure() argument 'newline'")?),
        None => None,
    };
    let (line_now, through_now) = inside.with(|s| (s.line_buffering, s.write_through));
    let line_buffering = a[4].not_none().map_or(Ok(line_now), |v| vm.truth(v))?;
    let write_through = a[5].not_none().map_or(Ok(through_now), |v| vm.truth(v))?;
    write::flush_all(vm, b, &inside, &buffer)?;
    if encoding.is_some() || errors.is_some() {
        let old = str::to_string_lossy(&b.encoding.get());
        let errors = errors.unwrap_or_else(|| match encoding {
            Some(_) => "strict".to_owned(),
            None => str::to_string_lossy(&b.errors.get()),
        });
        let encoding = match encoding.as_deref() {
            Some("locale") => crate::locale::ENCODING.to_owned(),
            Some(e) => e.to_owned(),
            None => old,
        };
        coding::choose(vm, b, &inside, &encoding, &errors)?;
        b.encoding.set(str::new_str(&encoding));
        b.errors.set(str::new_str(&errors));
        if inside.with(|s| s.seekable && s.can_write) {
            start_encoder(vm, b, &buffer)?;
        }
    }
    if let Some(n) = newline {
        set_newline(&inside, n);
    }
    inside.with(|s| {
        s.line_buffering = line_buffering;
        s.write_through = write_through;
    });
    Ok(Obj::NONE)
}
