//! Parsing the command line, as CPython 3.14 does.

use pyre_vm::options::Options;
use std::ffi::{OsStr, OsString};

/// What is to be run.
#[derive(Debug)]
pub enum Program {
    /// `-c code`
    Command(OsString),
    /// `-m module`
    Module(OsString),
    /// A file, a directory or a zip archive.
    File(OsString),
    /// Standard input, or `-`.
    Stdin,
    /// Print this and leave.
    Print(String),
}

/// The parsed command line.
#[derive(Debug)]
pub struct Arguments {
    /// Options.
    pub options: Options,
    /// What is to be run.
    pub program: Program,
    /// `sys.argv` behind its first item.
    pub rest: Vec<OsString>,
}

const USAGE: &str = "usage: pyre [option] ... [-c cmd | -m mod | file | -] [arg] ...";

const HELP: &str = "\
Options:
-b     : issue warnings about converting bytes/bytearray to str
-B     : don't write .pyc files on import
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* and PYRE_* environment variables
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script
-I     : isolate from the user's environment
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered
-v     : verbose (trace import statements)
-V     : print the version number and exit (also --version)
-W arg : warning control
-x     : skip first line of source
-X opt : set implementation-specific option:
         threads=N|auto  how many threads run Python at the same time
         gczeal[=N]      collect and verify the heap at every Nth allocation
         gcstats         print statistics of the collector at exit
         jit=off|check   record hot loops, check the traces, and report at exit (default off)
         walker          a helper thread walks all reachable objects all the time
--licenses : print the licences of what is part of this program and exit
Environment: PYRE_THREADS (as -X threads), and the PYTHON* variables that CPython knows.
";

fn usage_error(message: &str) -> String {
    format!("{message}\n{USAGE}\nTry `pyre -h' for more information.")
}

/// Parses the arguments behind the program's name.
///
/// # Errors
/// What is wrong, for standard error; the exit status is 2.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Arguments, String> {
    let mut args = args.into_iter();
    let mut options = Options::default();
    let mut program = None;
    while program.is_none() {
        let Some(arg) = args.next() else { break };
        let text = arg.to_string_lossy().into_owned();
        program = match text.as_str() {
            "-" => Some(Program::Stdin),
            "--help" | "--help-all" | "--help-xoptions" | "--help-env" => {
                Some(Program::Print(format!("{USAGE}\n{HELP}")))
            }
            "--version" => Some(Program::Print(version())),
            "--licenses" => Some(Program::Print(pyre_stdlib::licenses::text())),
            "--check-hash-based-pycs" => {
                args.next();
                None
            }
            "--" => args.next().map(Program::File),
            _ if text.starts_with("--") => return Err(usage_error(&format!("unknown option {text}"))),
            _ if text.starts_with('-') => flags(&text[1..], &mut args, &mut options)?,
            _ => Some(Program::File(arg)),
        };
    }
    options.read_environment()?;
    Ok(Arguments { options, program: program.unwrap_or(Program::Stdin), rest: args.collect() })
}

fn version() -> String {
    format!("Python 3.14.0 (pyre {})\n", env!("CARGO_PKG_VERSION"))
}

/// One argument of single-letter flags.
fn flags(
    text: &str,
    args: &mut impl Iterator<Item = OsString>,
    o: &mut Options,
) -> Result<Option<Program>, String> {
    for (i, c) in text.char_indices() {
        let mut value = |what: &str| -> Result<OsString, String> {
            let inline = &text[i + c.len_utf8()..];
            if !inline.is_empty() {
                return Ok(OsStr::new(inline).to_owned());
            }
            args.next().ok_or_else(|| usage_error(&format!("Argument expected for the -{what} option")))
        };
        match c {
            'b' => o.bytes_warning += 1,
            'B' => o.dont_write_bytecode = true,
            'd' => o.debug += 1,
            'E' => o.ignore_environment = true,
            'h' | '?' => return Ok(Some(Program::Print(format!("{USAGE}\n{HELP}")))),
            'i' => o.inspect = true,
            'I' => {
                o.isolated = true;
                o.ignore_environment = true;
                o.no_user_site = true;
                o.safe_path = true;
            }
            'O' => o.optimize = (o.optimize + 1).min(2),
            'P' => o.safe_path = true,
            'q' => o.quiet = true,
            's' => o.no_user_site = true,
            'S' => o.no_site = true,
            'u' => o.unbuffered = true,
            'v' => o.verbose += 1,
            'V' => return Ok(Some(Program::Print(version()))),
            'x' => o.skip_first_line = true,
            'R' | 't' => {}
            'c' => return value("c").map(|v| Some(Program::Command(v))),
            'm' => return value("m").map(|v| Some(Program::Module(v))),
            'W' => {
                o.warnings.push(value("W")?.to_string_lossy().into_owned());
                return Ok(None);
            }
            'X' => {
                o.set_x(&value("X")?.to_string_lossy())?;
                return Ok(None);
            }
            _ => return Err(usage_error(&format!("unknown option -{c}"))),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Arguments, String> {
        parse(["-E"].iter().chain(args).map(OsString::from))
    }

    #[test]
    fn flags_may_stand_together_and_values_inline() {
        let a = parsed(&["-OBc", "pass", "x"]).unwrap();
        assert!(a.options.optimize == 1 && a.options.dont_write_bytecode);
        assert!(matches!(a.program, Program::Command(c) if c == "pass"));
        assert_eq!(a.rest, ["x"]);
        assert_eq!(parsed(&["-Xthreads=3", "f.py"]).unwrap().options.threads, Some(3));
    }

    #[test]
    fn wrong_values_are_refused_with_one_line() {
        for wrong in ["threads=0", "threads=x", "threads", "threads=-1", "gczeal=q", "jit=on"] {
            let e = parsed(&["-X", wrong]).unwrap_err();
            assert_eq!(e.lines().count(), 1, "{e}");
        }
        assert!(parsed(&["-c"]).is_err() && parsed(&["-Z"]).is_err() && parsed(&["--what"]).is_err());
    }
}
