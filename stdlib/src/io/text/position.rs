//! `tell` and `seek`. A position is an opaque number: usually the offset in the binary stream, where the decoder is in
//! its first state; otherwise it also says from which state to decode how many bytes, and how many characters to skip.

use super::super::support::{call, unsupported};
use super::write::{flush_all, give_pending};
use super::{Inside, TextBody, coding, forget_decoded, position_value, text_len};
use crate::name;
use pyre_object::{Obj, PyResult, Vm, bytes, int, raise, str};
use pyre_types::codecs::Codec;

/// What a position consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cookie {
    /// Where to begin in the binary stream.
    start: u64,
    /// The decoder's flags there.
    flags: u64,
    /// Bytes to decode from there.
    feed: u64,
    /// Characters to skip in what that gives.
    skip: u64,
    /// Whether the decoder must be told that the input ends.
    at_end: bool,
}

impl Cookie {
    fn to_obj(self) -> Obj {
        if self.flags == 0 && self.feed == 0 && self.skip == 0 && !self.at_end {
            return int::from_u64(self.start);
        }
        let shift = Obj::from_len(64);
        let push = |high: Obj, low: u64| {
            let shifted = match (int::get(&high), int::get(&shift)) {
                (Some(h), Some(s)) => int::shift_left(h, s).unwrap_or_else(|_| Obj::from_len(0)),
                _ => Obj::from_len(0),
            };
            int::add(&shifted, &int::from_u64(low))
        };
        [self.skip, self.feed, self.flags, self.start]
            .into_iter()
            .fold(Obj::from_len(usize::from(self.at_end)), push)
    }

    fn from_obj(o: &Obj) -> Option<Cookie> {
        let big = int::to_bigint(o)?;
        let digits = big.magnitude_words();
        let part = |i: usize| digits.get(i).copied().unwrap_or(0);
        if digits.len() > 5 {
            return None;
        }
        Some(Cookie { start: part(0), flags: part(1), feed: part(2), skip: part(3), at_end: part(4) != 0 })
    }
}

pub fn tell(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    let (seekable, telling) = inside.with(|s| (s.seekable, s.telling));
    if !seekable {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    if !telling {
        return Err(vm.error(pyre_object::Exc::OSError, "telling position disabled by next() call"));
    }
    give_pending(vm, &inside, &buffer)?;
    call(vm, &buffer, name!("flush"), &[])?;
    let at = position_value(vm, &call(vm, &buffer, name!("tell"), &[])?)?;
    let Some((flags, input)) = inside.with(|s| s.snapshot.clone()) else { return Ok(int::new_int(at)) };
    let start = at - input.len() as i64;
    let used = inside.with(|s| s.used);
    let mut cookie = Cookie { start: start.max(0) as u64, flags: flags as u64, ..Cookie::default() };
    if used == 0 || b.decoded.get().is_unbound() {
        return Ok(cookie.to_obj());
    }
    let (held, now) = coding::state(vm, b, &inside)?;
    let r = reconstruct(vm, b, &inside, &input, used, &mut cookie);
    coding::set_state(vm, b, &inside, &held, now)?;
    r?;
    Ok(cookie.to_obj())
}

/// Finds out after which byte of `input` the decoder has given `used` characters.
fn reconstruct(
    vm: &Vm,
    b: &TextBody,
    inside: &Inside<'_>,
    input: &[u8],
    used: usize,
    cookie: &mut Cookie,
) -> PyResult<()> {
    let flags = cookie.flags as i64;
    // Very often one guess settles it.
    let guess = guess(inside, input, used);
    if guess <= input.len() {
        coding::set_state(vm, b, inside, b"", flags)?;
        let text = coding::decode(vm, b, inside, &input[..guess], false)?;
        let (held, after) = coding::state(vm, b, inside)?;
        if text_len(vm, &text)? == used && held.is_empty() {
            cookie.start += guess as u64;
            cookie.flags = after as u64;
            return Ok(());
        }
    }
    coding::set_state(vm, b, inside, b"", flags)?;
    let (mut fed, mut given, mut skip) = (0, 0, used);
    for byte in input {
        let text = coding::decode(vm, b, inside, std::slice::from_ref(byte), false)?;
        given += text_len(vm, &text)?;
        fed += 1;
        let (held, after) = coding::state(vm, b, inside)?;
        if held.is_empty() && given <= skip {
            // A place to begin from.
            cookie.start += fed;
            cookie.flags = after as u64;
            skip -= given;
            (fed, given) = (0, 0);
        }
        if given >= skip {
            break;
        }
    }
    if given < skip {
        let text = coding::decode(vm, b, inside, b"", true)?;
        given += text_len(vm, &text)?;
        cookie.at_end = true;
        if given < skip {
            raise!(vm, OSError, "can't reconstruct logical file position");
        }
    }
    cookie.feed = if skip == 0 { 0 } else { fed };
    cookie.skip = skip as u64;
    Ok(())
}

/// How many bytes `used` characters probably were.
fn guess(inside: &Inside<'_>, input: &[u8], used: usize) -> usize {
    let (codec, translate) = inside.with(|s| (s.codec, s.translator.translate));
    let mut characters = 0;
    for (i, byte) in input.iter().enumerate() {
        let continues = match codec {
            Some(Codec::Utf8) => byte & 0xc0 == 0x80,
            _ => false,
        };
        let pair = translate && *byte == b'\n' && i > 0 && input[i - 1] == b'\r';
        if !continues && !pair {
            if characters == used {
                return i;
            }
            characters += 1;
        }
    }
    input.len()
}

pub fn seek(vm: &Vm, a: &[Obj]) -> PyResult {
    let whence = a[2].given().map_or(Ok(0), |w| vm.to_i32(w))?;
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    if !inside.with(|s| s.seekable) {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let mut target = a[1].clone();
    if !int::is_int(&target) {
        target = vm.index(&target)?;
    }
    let is_zero = int::as_i64(&target) == Some(0);
    match whence {
        0 => {}
        1 => {
            if !is_zero {
                return Err(unsupported(vm, "can't do nonzero cur-relative seeks"));
            }
            target = call(vm, &a[0], name!("tell"), &[])?;
        }
        2 => {
            if !is_zero {
                return Err(unsupported(vm, "can't do nonzero end-relative seeks"));
            }
            flush_all(vm, b, &inside, &buffer)?;
            forget_decoded(b, &inside);
            coding::reset(vm, b, &inside)?;
            let at = call(vm, &buffer, name!("seek"), &[Obj::from_len(0), Obj::from_len(2)])?;
            coding::reset_encoder(vm, b, int::as_i64(&at) == Some(0))?;
            return Ok(at);
        }
        _ => raise!(vm, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
    }
    if int::get(&target).is_some_and(|i| i.is_negative()) {
        raise!(vm, ValueError, "negative seek position {}", vm.repr_text(&target)?);
    }
    let Some(cookie) = Cookie::from_obj(&target) else { raise!(vm, ValueError, "invalid seek position") };
    flush_all(vm, b, &inside, &buffer)?;
    call(vm, &buffer, name!("seek"), &[int::from_u64(cookie.start)])?;
    forget_decoded(b, &inside);
    if cookie.start == 0 && cookie.flags == 0 {
        coding::reset(vm, b, &inside)?;
    } else {
        coding::set_state(vm, b, &inside, b"", cookie.flags as i64)?;
    }
    let mut input = Vec::new();
    if cookie.skip != 0 {
        let got = call(vm, &buffer, name!("read"), &[int::from_u64(cookie.feed)])?;
        let Some(got) = bytes::get(&got) else {
            raise!(
                vm,
                TypeError,
                "underlying read() should have returned a bytes object, not '{}'",
                got.type_name()
            )
        };
        input.extend_from_slice(got);
        let text = coding::decode(vm, b, &inside, &input, cookie.at_end)?;
        if (str::len(&text) as u64) < cookie.skip {
            raise!(vm, OSError, "can't restore logical file position");
        }
        b.decoded.set(text);
        inside.with(|s| s.used = cookie.skip as usize);
    }
    inside.with(|s| s.snapshot = s.can_read.then_some((cookie.flags as i64, input)));
    coding::reset_encoder(vm, b, cookie.start == 0)?;
    Ok(target)
}
