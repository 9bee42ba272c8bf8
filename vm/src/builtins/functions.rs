//! Builtin functions on objects of any kind.

use crate::runtime::sys_attribute;
use pyre_object::args::Args;
use pyre_object::{CmpOp, Exc, Obj, PyResult, Vm, attr, int, intern, list, raise, slot_dunders, str, tuple};

pub fn all(vm: &Vm, a: &[Obj]) -> PyResult {
    let it = vm.iter(&a[0])?;
    while let Some(o) = vm.next(&it)? {
        if !vm.truth(&o)? {
            return Ok(Obj::FALSE);
        }
    }
    Ok(Obj::TRUE)
}

pub fn any(vm: &Vm, a: &[Obj]) -> PyResult {
    let it = vm.iter(&a[0])?;
    while let Some(o) = vm.next(&it)? {
        if vm.truth(&o)? {
            return Ok(Obj::TRUE);
        }
    }
    Ok(Obj::FALSE)
}

pub fn ascii(vm: &Vm, a: &[Obj]) -> PyResult {
    let r = vm.repr(&a[0])?;
    if str::as_ascii(&r).is_some() {
        return Ok(r);
    }
    let mut out = String::new();
    for c in str::expect(&r).data().iter() {
        match c {
            0..=0x7f => out.push(c as u8 as char),
            0x80..=0xff => out.push_str(&format!("\\x{c:02x}")),
            0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(str::new_str(&out))
}

pub fn breakpoint(vm: &Vm, args: Args<'_>) -> PyResult {
    match sys_attribute("breakpointhook") {
        Some(hook) => vm.call_args(&hook, args),
        None => Err(vm.runtime_error("lost sys.breakpointhook")),
    }
}

pub fn callable(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(vm.is_callable(&a[0])))
}

pub fn delattr(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = attr::attribute_name(vm, &a[1])?;
    vm.setattr(&a[0], &name, None)?;
    Ok(Obj::NONE)
}

pub fn dir(vm: &Vm, a: &[Obj]) -> PyResult {
    let items = match a[0].given() {
        None => {
            let l = super::source::locals(vm, &[])?;
            vm.collect(&vm.call_method_str(&l, "keys", &[])?)?
        }
        Some(o) => match vm.call_special(o, &intern::intern_str("__dir__"), &[])? {
            Some(l) => vm.collect(&l)?,
            None => raise!(vm, TypeError, "object does not provide __dir__"),
        },
    };
    let l = list::from_vec(items);
    vm.call_method_str(&l, "sort", &[])?;
    Ok(l)
}

pub fn format(vm: &Vm, a: &[Obj]) -> PyResult {
    let spec = a[1].given().cloned().unwrap_or_else(str::empty);
    if !str::is_str(&spec) {
        raise!(vm, TypeError, "format() argument 2 must be str, not {}", spec.type_name());
    }
    vm.format(&a[0], &spec)
}

fn attribute_name(vm: &Vm, name: &Obj) -> PyResult {
    if !str::is_str(name) {
        raise!(vm, TypeError, "attribute name must be string, not '{}'", name.type_name());
    }
    Ok(intern::intern(name))
}

pub fn getattr(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = attribute_name(vm, &a[1])?;
    match a[2].given() {
        None => vm.getattr(&a[0], &name),
        Some(default) => Ok(vm.getattr_opt(&a[0], &name)?.unwrap_or_else(|| default.clone())),
    }
}

pub fn hasattr(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = attribute_name(vm, &a[1])?;
    Ok(Obj::bool(vm.getattr_opt(&a[0], &name)?.is_some()))
}

pub fn setattr(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = attribute_name(vm, &a[1])?;
    vm.setattr(&a[0], &name, Some(&a[2]))?;
    Ok(Obj::NONE)
}

pub fn hash(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(int::new_int(vm.hash(&a[0])?))
}

pub fn id(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(int::from_u64(a[0].raw().0))
}

pub fn input(vm: &Vm, a: &[Obj]) -> PyResult {
    let stream = |name: &str| {
        sys_attribute(name)
            .filter(|s| !s.is_none())
            .ok_or_else(|| vm.runtime_error(format!("input(): lost sys.{name}")))
    };
    let (stdin, stdout) = (stream("stdin")?, stream("stdout")?);
    if let Some(prompt) = a[0].given() {
        let text = vm.str(prompt)?;
        vm.call_method_str(&stdout, "write", &[text])?;
    }
    vm.call_method_str(&stdout, "flush", &[])?;
    let line = vm.call_method_str(&stdin, "readline", &[])?;
    let n = str::len(&line);
    if n == 0 {
        raise!(vm, EOFError, "EOF when reading a line");
    }
    let newline = str::expect(&line).char_at(n - 1) == u32::from(b'\n');
    Ok(if newline { str::slice(&line, 0, n - 1) } else { line })
}

pub fn isinstance(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(vm.is_instance(&a[0], &a[1])?))
}

pub fn issubclass(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(vm.is_subclass(&a[0], &a[1])?))
}

pub fn iter(vm: &Vm, a: &[Obj]) -> PyResult {
    match a[1].given() {
        None => vm.iter(&a[0]),
        Some(_) if !vm.is_callable(&a[0]) => raise!(vm, TypeError, "iter(v, w): v must be callable"),
        Some(sentinel) => Ok(pyre_types::iterators::callable_iter(a[0].clone(), sentinel.clone())),
    }
}

pub fn aiter(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(f) = a[0].slots().aiter.get() else {
        raise!(vm, TypeError, "'{}' object is not an async iterable", a[0].type_name())
    };
    let it = f(vm, &a[0])?;
    if it.slots().anext.addr() == 0 {
        raise!(vm, TypeError, "aiter() returned not an async iterator of type '{}'", it.type_name());
    }
    Ok(it)
}

pub fn anext(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(f) = a[0].slots().anext.get() else {
        raise!(vm, TypeError, "'{}' object is not an async iterator", a[0].type_name())
    };
    let awaitable = f(vm, &a[0])?;
    match a[1].given() {
        None => Ok(awaitable),
        Some(default) => Ok(pyre_interp::types::anext_awaitable(awaitable, default.clone())),
    }
}

pub fn len(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(vm.len(&a[0])?))
}

pub fn max(vm: &Vm, args: Args<'_>) -> PyResult {
    extreme(vm, args, "max", CmpOp::Gt)
}

pub fn min(vm: &Vm, args: Args<'_>) -> PyResult {
    extreme(vm, args, "min", CmpOp::Lt)
}

fn extreme(vm: &Vm, args: Args<'_>, name: &str, op: CmpOp) -> PyResult {
    let (mut key, mut default) = (None, None);
    for (k, v) in args.keywords() {
        match str::to_string_lossy(k).as_str() {
            "key" => key = v.not_none().cloned(),
            "default" => default = Some(v.clone()),
            other => raise!(vm, TypeError, "{name}() got an unexpected keyword argument '{other}'"),
        }
    }
    let pos = args.pos();
    if pos.is_empty() {
        raise!(vm, TypeError, "{name} expected at least 1 argument, got 0");
    }
    if pos.len() > 1 && default.is_some() {
        raise!(vm, TypeError, "Cannot specify a default for {name}() with multiple positional arguments");
    }
    let mut best: Option<(Obj, Obj)> = None;
    let mut consider = |item: Obj| {
        let k = match &key {
            Some(f) => vm.call1(f, &item)?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, b)) => vm.compare_bool(&k, b, op)?,
        };
        if better {
            best = Some((item, k));
        }
        Ok(())
    };
    match pos {
        [iterable] => vm.for_each(iterable, consider)?,
        several => several.iter().try_for_each(|item| consider(item.clone()))?,
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(d)) => Ok(d),
        (None, None) => raise!(vm, ValueError, "{name}() iterable argument is empty"),
    }
}

pub fn next(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[1].given().is_none() {
        if a[0].is_exactly(pyre_object::Builtin::Generator) {
            return pyre_interp::types::generator_next(vm, &a[0]);
        }
        if a[0].slots().next.is(slot_dunders::DUNDERS.next) {
            return slot_dunders::call_next(vm, &a[0]);
        }
    }
    let r = vm.next(&a[0]);
    match (r, a[1].given()) {
        (Ok(Some(v)), _) => Ok(v),
        (Ok(None), Some(d)) => Ok(d.clone()),
        (Ok(None), None) => Err(vm.error_with(Exc::StopIteration, &[])),
        (Err(e), Some(d)) if vm.matches(&e, Exc::StopIteration) => Ok(d.clone()),
        (Err(e), _) => Err(e),
    }
}

pub fn print(vm: &Vm, a: &[Obj]) -> PyResult {
    let file = match a[3].not_none() {
        Some(f) => f.clone(),
        None => match sys_attribute("stdout") {
            Some(f) if f.is_none() => return Ok(Obj::NONE),
            Some(f) => f,
            None => {
                let t: Vec<String> =
                    tuple::items(&a[0]).iter().map(|o| vm.str_text(o)).collect::<PyResult<_>>()?;
                println!("{}", t.join(" "));
                return Ok(Obj::NONE);
            }
        },
    };
    let text = |o: &Obj, what: &str, default: &str| -> PyResult {
        match o.not_none() {
            None => Ok(str::new_str(default)),
            Some(s) if str::is_str(s) => Ok(s.clone()),
            Some(s) => Err(vm.type_error(format!("{what} must be None or a string, not {}", s.type_name()))),
        }
    };
    let (sep, end) = (text(&a[1], "sep", " ")?, text(&a[2], "end", "\n")?);
    let write = vm.getattr(&file, &intern::intern_str("write"))?;
    for (i, o) in tuple::items(&a[0]).iter().enumerate() {
        if i > 0 {
            vm.call1(&write, &sep)?;
        }
        let s = vm.str(o)?;
        vm.call1(&write, &s)?;
    }
    vm.call1(&write, &end)?;
    if let Some(f) = a[4].given()
        && vm.truth(f)?
    {
        vm.call_method_str(&file, "flush", &[])?;
    }
    Ok(Obj::NONE)
}

pub fn repr(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.repr(&a[0])
}

pub fn sorted(vm: &Vm, args: Args<'_>) -> PyResult {
    let [iterable] = args.pos() else {
        raise!(vm, TypeError, "sorted expected 1 argument, got {}", args.pos().len());
    };
    let l = list::from_vec(vm.collect(iterable)?);
    let sort = vm.getattr(&l, &intern::intern_str("sort"))?;
    vm.call_args(&sort, args.skip(1))?;
    Ok(l)
}

pub fn import(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[0]) {
        raise!(vm, TypeError, "__import__() argument 1 must be str, not {}", a[0].type_name());
    }
    let globals = a[1].not_none().cloned().unwrap_or(Obj::NONE);
    let fromlist = a[3].given().cloned().unwrap_or_else(tuple::empty_tuple);
    let level = a[4].given().cloned().unwrap_or_else(|| Obj::from_len(0));
    crate::importing::import_name(vm, &intern::intern(&a[0]), &globals, &fromlist, &level)
}

pub fn open(vm: &Vm, a: &[Obj]) -> PyResult {
    let io = vm.import("io")?;
    let open = vm.getattr_str(&io, "open")?;
    let keys = ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"];
    let kw: Vec<(&str, Obj)> =
        keys.iter().zip(a).filter(|(_, v)| v.given().is_some()).map(|(k, v)| (*k, v.clone())).collect();
    vm.call_kw(&open, &[], &kw)
}
