//! What a session has to say at its end. Each line is `trace: KIND key=value ...`; text that spans lines is indented.

use super::{Loop, Session};
use crate::stack::Frame;
use pyre_jit::recording::Stop;
use std::fmt::Write;

/// How a loop is called: file, function, line.
pub fn name(f: &Frame) -> String {
    let unit = &f.code().unit;
    let file = unit.filename.rsplit('/').next().unwrap_or_default();
    format!("{file}:{}:{}", unit.name, f.line())
}

/// Why a recording ended.
pub fn reason(why: Stop, at: Option<&'static str>) -> String {
    match (why, at) {
        (Stop::Unsupported(text), Some(at)) => format!("{at}: {text}"),
        (Stop::Unsupported(text), None) => text.to_owned(),
        (Stop::TooLong, _) => "too long".to_owned(),
        (Stop::Aborted, _) => "aborted".to_owned(),
        (Stop::CheckAfterEffect, _) => "a check after an effect".to_owned(),
    }
}

/// All loops that were hot.
pub fn session(s: &Session) -> String {
    let mut loops: Vec<&Loop> = s.loops.values().filter(|l| l.visits >= s.limits.hot).collect();
    loops.sort_by(|a, b| a.name.cmp(&b.name));
    let mut out = String::new();
    for l in loops {
        let (ops, guards) = l.trace.as_ref().map_or((0, 0), |t| (t.ops.len(), t.guards()));
        let left: u32 = l.exits.values().sum();
        let _ = writeln!(
            out,
            "trace: loop name={} ops={ops} guards={guards} aborted={} checked={} left={left} ran={} differences={}",
            l.name.replace(' ', "_"),
            l.abort_at,
            l.checked,
            l.ran,
            l.differences.len()
        );
        for (reason, count) in &l.stops {
            let _ = writeln!(out, "trace: stop count={count} reason={reason}");
        }
        for d in &l.differences {
            let _ = writeln!(out, "trace: difference {}", d.trim_end().replace('\n', "\n    "));
        }
    }
    out
}
