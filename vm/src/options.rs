//! Options of the command line and of the environment, in one place: every `-X` key and every variable that the
//! runtime reads.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// What the flags say (`sys.flags`).
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `-d`
    pub debug: u8,
    /// `-i`
    pub inspect: bool,
    /// `-O`, `-OO`
    pub optimize: u8,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-v`
    pub verbose: u8,
    /// `-b`
    pub bytes_warning: u8,
    /// `-q`
    pub quiet: bool,
    /// `-I`
    pub isolated: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-x`
    pub skip_first_line: bool,
    /// `-W`, in order
    pub warnings: Vec<String>,
    /// `-X key[=value]`, all of them
    pub x: BTreeMap<String, Option<String>>,
    /// `-X threads=N`, `PYRE_THREADS`: how many threads run Python at once; `None` is `auto`
    pub threads: Option<usize>,
    /// `-X gczeal=N`: request a collection at every Nth allocation, and verify the heap at each
    pub gc_zeal: Option<u32>,
    /// `-X gcstats`: print the collector's statistics at exit
    pub gc_stats: bool,
    /// `-X walker`: a helper thread walks everything reachable, over and over
    pub walker: bool,
    /// `-X jit=check`: the main thread records its hot loops, checks the traces, and says at exit what it found
    pub check_traces: bool,
    /// `PYTHONHASHSEED`: `None` is random
    pub hash_seed: Option<u32>,
    /// `PYTHONPATH`
    pub path: Option<OsString>,
}

fn number<T: std::str::FromStr>(key: &str, value: &str, what: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("invalid value '{value}' for {key}: expected {what}"))
}

fn threads(key: &str, value: &str) -> Result<Option<usize>, String> {
    if value == "auto" {
        return Ok(None);
    }
    match number::<usize>(key, value, "a positive number or 'auto'")? {
        n @ 1..=65_000 => Ok(Some(n)),
        _ => Err(format!("invalid value '{value}' for {key}: expected a positive number or 'auto'")),
    }
}

impl Options {
    /// Takes one `-X key[=value]`.
    ///
    /// # Errors
    /// One line that says what is wrong with the value.
    pub fn set_x(&mut self, text: &str) -> Result<(), String> {
        let (key, value) = match text.split_once('=') {
            Some((k, v)) => (k, Some(v)),
            None => (text, None),
        };
        match (key, value) {
            ("threads", Some(v)) => self.threads = threads("-X threads", v)?,
            ("threads", None) => return Err("-X threads needs a value: a positive number or 'auto'".into()),
            ("gczeal", v) => self.gc_zeal = Some(number("-X gczeal", v.unwrap_or("1"), "a positive number")?),
            ("gcstats", _) => self.gc_stats = true,
            ("jit", Some("check")) => self.check_traces = true,
            ("jit", Some("off")) => self.check_traces = false,
            ("jit", v) => {
                let v = v.unwrap_or("");
                return Err(format!("invalid value '{v}' for -X jit: expected 'off' or 'check'"));
            }
            ("walker", _) => self.walker = true,
            _ => {}
        }
        self.x.insert(key.to_owned(), value.map(str::to_owned));
        Ok(())
    }

    /// Takes what the environment says, where the command line says nothing. Call after the flags were read.
    ///
    /// # Errors
    /// One line that says what is wrong with a variable.
    pub fn read_environment(&mut self) -> Result<(), String> {
        if self.ignore_environment {
            return Ok(());
        }
        let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        if !self.x.contains_key("threads")
            && let Some(v) = set("PYRE_THREADS")
        {
            self.threads = threads("PYRE_THREADS", &v.to_string_lossy())?;
        }
        match set("PYTHONHASHSEED").map(|v| v.to_string_lossy().into_owned()) {
            None => {}
            Some(v) if v == "random" => {}
            Some(v) => {
                let what = "\"random\" or an integer in range [0; 4294967295]";
                self.hash_seed = Some(v.parse().map_err(|_| format!("PYTHONHASHSEED must be {what}"))?);
            }
        }
        self.path = set("PYTHONPATH");
        self.dont_write_bytecode |= set("PYTHONDONTWRITEBYTECODE").is_some();
        self.unbuffered |= set("PYTHONUNBUFFERED").is_some();
        self.inspect |= set("PYTHONINSPECT").is_some();
        self.no_user_site |= set("PYTHONNOUSERSITE").is_some();
        self.safe_path |= set("PYTHONSAFEPATH").is_some();
        if let Some(v) = set("PYTHONOPTIMIZE") {
            self.optimize = self.optimize.max(v.to_string_lossy().parse().unwrap_or(1).min(2));
        }
        if let Some(v) = set("PYTHONWARNINGS") {
            let mut all: Vec<String> = v.to_string_lossy().split(',').map(str::to_owned).collect();
            all.append(&mut self.warnings);
            self.warnings = all;
        }
        Ok(())
    }

    /// How many threads may run Python at once: the option, or what the machine gives to this process.
    pub fn thread_limit(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}
