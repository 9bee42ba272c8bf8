//! From the command line to the exit status.

use crate::arguments::{self, Arguments, Program};
use pyre_compiler::{Mode, Options as CompileOptions};
use pyre_object::{Obj, PyResult, Raised, Vm, dict, list, module, names, str};
use pyre_vm::runtime::{self, Config, FrozenModule};
use pyre_vm::{compiling, report, streams};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Native stack of the main thread. Only touched pages cost memory.
const MAIN_STACK: usize = 512 << 20;

/// Runs everything; returns the exit status. The first argument is the program's name.
pub fn main(mut args: impl Iterator<Item = OsString>) -> i32 {
    let name = args.next().unwrap_or_default();
    let arguments = match arguments::parse(args) {
        Ok(a) => a,
        Err(e) => {
            eprintln!("pyre: {e}");
            return 2;
        }
    };
    if let Program::Print(text) = &arguments.program {
        print!("{text}");
        return 0;
    }
    // Python needs a larger native stack than the process begins with.
    match pyre_threads::with_stack(MAIN_STACK, || python_main(name, arguments)) {
        Ok(status) => status,
        Err(e) => {
            eprintln!("pyre: no memory for the main thread's stack: {e}");
            1
        }
    }
}

fn frozen(name: &str) -> Option<FrozenModule> {
    pyre_frozen::find(name).map(|f| FrozenModule { code: f.code, is_package: f.is_package })
}

fn python_main(name: OsString, a: Arguments) -> i32 {
    let first = match &a.program {
        Program::Command(_) => "-c".into(),
        Program::Module(_) => "-m".into(),
        Program::File(f) => f.clone(),
        Program::Stdin | Program::Print(_) => OsString::new(),
    };
    let executable = std::env::current_exe().map_or(name, PathBuf::into_os_string);
    pyre_gc_options(&a);
    let limit = a.options.thread_limit();
    pyre_threads::set_attach_limit(if a.options.threads.is_some() { limit } else { 0 });
    let config = Config {
        native_modules: pyre_stdlib::registry::MODULES,
        frozen,
        frozen_source: |name| pyre_frozen::source(pyre_frozen::find(name)?.origin),
        frozen_names: pyre_frozen::names,
        argv: std::iter::once(first).chain(a.rest.iter().cloned()).collect(),
        executable,
        stdlib_dir: Some(pyre_frozen::source_dir()).filter(|p| p.is_dir()),
        options: a.options,
    };
    let vm = match runtime::start(config) {
        Ok(vm) => vm,
        Err(e) => {
            let vm = Vm::current();
            eprint!("pyre: the runtime could not start\n{}", report::plain(vm, &e.0));
            return 1;
        }
    };
    pyre_stdlib::signal::install(vm);
    if runtime::config().options.walker
        && let Err(e) = pyre_vm::walker::start()
    {
        eprintln!("pyre: cannot start the walker: {e}");
        return 1;
    }
    if runtime::config().options.check_traces {
        pyre_interp::tracing::start(vm);
    }
    let status = match run(vm, &a.program) {
        Ok(()) => 0,
        Err(e) => report::exit_status(vm, &e),
    };
    finish(vm, status)
}

/// Sets the collector's options; before anything is allocated.
fn pyre_gc_options(a: &Arguments) {
    if let Some(n) = a.options.gc_zeal {
        pyre_gc::Options { zeal: n as usize, ..pyre_gc::Options::default() }.install();
    }
    if let Some(seed) = a.options.hash_seed {
        str::set_hash_seed(Some(seed));
    }
}

/// Runs exit handlers, waits for threads, flushes.
fn finish(vm: &Vm, status: i32) -> ! {
    // Those that `threading` does not know.
    if let Ok(thread) = vm.import("_thread")
        && dict::get_str(runtime::runtime().modules, &str::new_str("threading")).is_none()
        && let Err(e) = vm.call_method_str(&thread, "_shutdown", &[])
    {
        vm.unraisable(&e, "Exception ignored on threading shutdown", Some(&thread));
    }
    if let Some(threading) = dict::get_str(runtime::runtime().modules, &str::new_str("threading"))
        && let Err(e) = vm.call_method_str(&threading, "_shutdown", &[])
    {
        vm.unraisable(&e, "Exception ignored on threading shutdown", Some(&threading));
    }
    if let Err(e) = pyre_stdlib::atexit::run_callbacks(vm) {
        vm.unraisable(&e, "Exception ignored in atexit callback", None);
    }
    let fine = streams::flush(vm);
    pyre_stdlib::exit::finalize(vm);
    // Finalizers may have printed.
    let fine = streams::flush(vm) && fine;
    let status = if status == 0 && !fine { 120 } else { status };
    if runtime::config().options.gc_stats {
        eprint!("{}", pyre_vm::gc_stats::report());
    }
    if let Some(text) = pyre_interp::tracing::report(vm) {
        eprint!("{text}");
    }
    // At once: daemon threads go on to the end, so nothing that they use may be taken down before, and in the child of a
    // fork there is no first thread that would take the status.
    let _ = std::io::Write::flush(&mut std::io::stdout());
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

fn run(vm: &Vm, program: &Program) -> PyResult<()> {
    let main = module::new_module("__main__");
    let r = runtime::runtime();
    dict::set_str(r.modules, &str::new_str("__main__"), main.clone());
    let globals = module::module_dict(&main).unwrap_or(Obj::NONE);
    dict::set_str(&globals, names::__builtins__(), r.builtins.clone());
    search_path();
    if !runtime::config().options.no_site {
        vm.import("site")?;
    }
    prepend_own_path(program);
    match program {
        Program::Command(code) => {
            let text = code.to_string_lossy();
            exec(vm, text.as_bytes(), "<string>", &globals)
        }
        Program::Module(name) => {
            let runpy = vm.import("runpy")?;
            let name = str::new_str(&name.to_string_lossy());
            vm.call_method_str(&runpy, "_run_module_as_main", &[name]).map(drop)
        }
        Program::File(path) => file(vm, Path::new(path), &globals),
        Program::Stdin => stdin(vm, &globals),
        Program::Print(_) => Ok(()),
    }
}

/// `sys.path` without the program's directory: `PYTHONPATH`, and the library's sources where there are any.
fn search_path() {
    let c = runtime::config();
    let mut path: Vec<Obj> = Vec::new();
    if let Some(p) = &c.options.path {
        path.extend(std::env::split_paths(p).map(|p| pyre_vm::sys::os_str(p.as_os_str())));
    }
    if let Some(p) = &c.stdlib_dir {
        path.push(pyre_vm::sys::os_str(p.as_os_str()));
    }
    runtime::set_sys_attribute("path", list::from_vec(path));
}

/// Puts the program's directory in front of `sys.path`.
fn prepend_own_path(program: &Program) {
    if runtime::config().options.safe_path {
        return;
    }
    let first = match program {
        Program::File(f) => {
            let p = std::fs::canonicalize(f).unwrap_or_else(|_| f.into());
            if p.is_dir() { Some(p) } else { p.parent().map(Path::to_path_buf) }
        }
        Program::Module(_) => std::env::current_dir().ok(),
        _ => Some(PathBuf::new()),
    };
    if let (Some(first), Some(path)) = (first, runtime::sys_attribute("path"))
        && list::is_list(&path)
    {
        list::insert(&path, 0, pyre_vm::sys::os_str(first.as_os_str()));
    }
}

fn exec(vm: &Vm, source: &[u8], filename: &str, globals: &Obj) -> PyResult<()> {
    let options =
        CompileOptions { optimize: runtime::config().options.optimize, ..CompileOptions::default() };
    let code = compiling::compile(vm, source, filename, Mode::Exec, &options)?;
    let builtins = runtime::runtime().builtins_dict;
    pyre_interp::run_code(vm, &code, globals, builtins, globals, Obj::UNBOUND).map(drop)
}

fn file(vm: &Vm, path: &Path, globals: &Obj) -> PyResult<()> {
    // What the program is called is absolute; `sys.argv[0]` stays as given.
    let absolute = std::env::current_dir().map_or_else(|_| path.to_path_buf(), |d| d.join(path));
    let path = absolute.as_path();
    let shown = path.to_string_lossy();
    if path.is_dir() || is_zip(path) {
        let runpy = vm.import("runpy")?;
        let p = pyre_vm::sys::os_str(path.as_os_str());
        let sys_path = runtime::sys_attribute("path").unwrap_or(Obj::NONE);
        list::insert(&sys_path, 0, p);
        let main = str::new_str("__main__");
        return vm.call_method_str(&runpy, "_run_module_as_main", &[main, Obj::FALSE]).map(drop);
    }
    let mut source = match std::fs::read(path) {
        Ok(s) => s,
        Err(e) => {
            let number = e.raw_os_error().unwrap_or(0);
            let text = e.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text);
            eprintln!("pyre: can't open file '{shown}': [Errno {number}] {reason}");
            return Err(exit(vm, 2));
        }
    };
    if runtime::config().options.skip_first_line {
        let end = source.iter().position(|b| *b == b'\n').unwrap_or(source.len());
        source.drain(..end);
    }
    dict::set_str(globals, names::__file__(), pyre_vm::sys::os_str(path.as_os_str()));
    exec(vm, &source, &shown, globals)
}

fn is_zip(path: &Path) -> bool {
    let mut magic = [0; 4];
    std::fs::File::open(path)
        .and_then(|mut f| std::io::Read::read_exact(&mut f, &mut magic))
        .is_ok_and(|()| magic == *b"PK\x03\x04")
}

fn exit(vm: &Vm, status: usize) -> Raised {
    vm.error_with(pyre_object::Exc::SystemExit, &[Obj::from_len(status)])
}

fn stdin(vm: &Vm, globals: &Obj) -> PyResult<()> {
    use std::io::{IsTerminal, Read};
    if std::io::stdin().is_terminal() {
        let code = vm.import("code")?;
        let local = [("local", globals.clone())];
        let interact = vm.getattr_str(&code, "interact")?;
        return vm.call_kw(&interact, &[], &local).map(drop);
    }
    let mut source = Vec::new();
    if let Err(e) = pyre_threads::without_attachment(|| std::io::stdin().read_to_end(&mut source)) {
        eprintln!("pyre: cannot read standard input: {e}");
        return Err(exit(vm, 1));
    }
    exec(vm, &source, "<stdin>", globals)
}
