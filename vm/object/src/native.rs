//! Native functions and the tables from which native types and modules are built.

use crate::args::{self, Args, LENT, ParamKind, Signature, lend_padded};
use crate::error::PyResult;
use crate::exception::Exc;
use crate::layout::Layout;
use crate::obj::Obj;
use crate::slots::Slots;
use crate::vm::Vm;
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::atomic::{AtomicPtr, Ordering};
use smallvec::SmallVec;

/// The code of a native function.
#[derive(Clone, Copy)]
pub enum NativeCode {
    /// Called with one borrowed value per parameter of the signature (`UNBOUND` where none was given, a tuple for
    /// `*args`, a dict for `**kwargs`).
    Bound(fn(&Vm, &[Obj]) -> PyResult),
    /// Called with the arguments as they came.
    Raw(fn(&Vm, Args<'_>) -> PyResult),
}

/// How a function of a type's table is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A method: `self` is the first argument.
    Instance,
    /// `@classmethod`: the class is the first argument.
    Class,
    /// `@staticmethod`, or a function of a module.
    Static,
}

/// The definition of a native function, method, class method or static method.
pub struct NativeDef {
    /// `__name__`
    pub name: &'static str,
    /// Parameters, such as `(self, key, default=None, /)`; also the `__text_signature__`.
    pub signature: &'static str,
    /// How it is bound.
    pub binding: Binding,
    /// What is called.
    pub code: NativeCode,
    /// `__doc__`
    pub doc: &'static str,
    /// How many parameters there are, if all are plain positional ones: a call with so many arguments needs no binding.
    simple: u8,
    /// The parsed signature, once a call has needed it; never freed.
    parsed: AtomicPtr<Signature>,
}

/// The tables of modules' functions, with the modules' names, for messages. Noted here, and not in each definition, so that
/// definitions of functions that nobody calls are never written.
static TABLES: Mutex<Vec<(&'static [NativeDef], Box<str>)>> = Mutex::new(Vec::new());

/// Notes the module whose functions these are.
pub fn note_module(defs: &'static [NativeDef], name: &str) {
    unscanned(|| {
        let mut tables = TABLES.lock();
        if !tables.iter().any(|(known, _)| std::ptr::eq(*known, defs)) {
            tables.push((defs, name.into()));
        }
    });
}

/// The module that a function was defined for.
fn module_of(def: &NativeDef) -> Option<Box<str>> {
    let tables = TABLES.lock();
    let found = tables.iter().find(|(defs, _)| defs.as_ptr_range().contains(&std::ptr::from_ref(def)))?;
    Some(found.1.clone())
}

impl NativeDef {
    /// A method of a type; `signature` begins with `self`.
    pub const fn method(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, &[Obj]) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Instance, NativeCode::Bound(f))
    }

    /// A method that takes its arguments as they come (`self` first).
    pub const fn raw_method(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, Args<'_>) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Instance, NativeCode::Raw(f))
    }

    /// A class method; `signature` begins with `cls`.
    pub const fn class_method(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, &[Obj]) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Class, NativeCode::Bound(f))
    }

    /// A class method that takes its arguments as they come (the class first).
    pub const fn raw_class_method(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, Args<'_>) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Class, NativeCode::Raw(f))
    }

    /// A static method of a type, or a function of a module.
    pub const fn function(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, &[Obj]) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Static, NativeCode::Bound(f))
    }

    /// A function of a module that takes its arguments as they come.
    pub const fn raw_function(
        name: &'static str,
        signature: &'static str,
        f: fn(&Vm, Args<'_>) -> PyResult,
    ) -> NativeDef {
        NativeDef::new(name, signature, Binding::Static, NativeCode::Raw(f))
    }

    const fn new(
        name: &'static str,
        signature: &'static str,
        binding: Binding,
        code: NativeCode,
    ) -> NativeDef {
        NativeDef {
            name,
            signature,
            binding,
            code,
            doc: "",
            simple: args::simple_count(signature),
            parsed: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// With a documentation string.
    pub const fn doc(mut self, doc: &'static str) -> NativeDef {
        self.doc = doc;
        self
    }

    /// The parsed signature.
    #[inline]
    pub fn parsed(&self) -> &'static Signature {
        // SAFETY: null, or what `parse` has leaked.
        unsafe { self.parsed.load(Ordering::Acquire).as_ref() }.unwrap_or_else(|| self.parse())
    }

    #[cold]
    fn parse(&self) -> &'static Signature {
        let fresh = unscanned(|| Box::into_raw(Box::new(Signature::parse(self.signature))));
        let first =
            self.parsed.compare_exchange(std::ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire);
        if let Err(other) = first {
            // SAFETY: `fresh` was made above and never shared; the other one is never freed.
            unsafe {
                drop(Box::from_raw(fresh));
                return &*other;
            }
        }
        // SAFETY: never freed.
        unsafe { &*fresh }
    }

    /// Calls the function.
    ///
    /// # Errors
    /// `TypeError` when the arguments do not fit the signature; whatever the function raises.
    #[inline]
    pub fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult {
        match self.code {
            NativeCode::Raw(f) => f(vm, args),
            NativeCode::Bound(f) => {
                if args.names().is_empty() {
                    if args.len() == usize::from(self.simple) {
                        return f(vm, args.all());
                    }
                    let s = self.parsed();
                    let fits = s.required <= args.len() && args.len() <= s.positional;
                    if s.plain && fits && s.params.len() <= LENT {
                        return lend_padded(None, args.all(), s.params.len(), |all| f(vm, all));
                    }
                }
                let s = self.parsed();
                self.bind_and_call(vm, s, args, f)
            }
        }
    }

    /// As [`Self::call`], with `first` in front of the arguments.
    ///
    /// # Errors
    /// As [`Self::call`].
    #[inline]
    pub fn call_with(&self, vm: &Vm, first: &Obj, args: Args<'_>) -> PyResult {
        if args.all().len() < LENT {
            let n = args.all().len() + 1;
            return lend_padded(Some(first), args.all(), n, |all| {
                self.call(vm, Args::with_names(all, args.names()))
            });
        }
        let all = args.prepend(first);
        self.call(vm, Args::with_names(&all, args.names()))
    }

    #[inline(never)]
    fn bind_and_call(
        &self,
        vm: &Vm,
        s: &Signature,
        args: Args<'_>,
        f: fn(&Vm, &[Obj]) -> PyResult,
    ) -> PyResult {
        let mut bound: SmallVec<[Obj; 8]> = SmallVec::with_capacity(s.params.len());
        bound.resize_with(s.params.len(), || Obj::UNBOUND);
        bind(vm, self, s, args, &mut bound)?;
        f(vm, &bound)
    }
}

/// Distributes arguments over parameters.
fn bind(vm: &Vm, def: &NativeDef, s: &Signature, args: Args<'_>, bound: &mut [Obj]) -> PyResult<()> {
    // `self` is not counted in messages.
    let hidden = usize::from(def.binding != Binding::Static);
    let name = def.name;
    let mut given = args.pos();
    let var_positional = s.params.iter().position(|p| p.kind == ParamKind::VarPositional);
    if given.len() > s.positional {
        match var_positional {
            Some(i) => {
                bound[i] = crate::tuple::new_tuple(given[s.positional..].iter().cloned());
                given = &given[..s.positional];
            }
            None => return Err(too_many(vm, def, s, hidden, args)),
        }
    } else if let Some(i) = var_positional {
        bound[i] = crate::tuple::empty_tuple();
    }
    for (b, g) in bound.iter_mut().zip(given) {
        *b = g.clone();
    }
    let var_keyword = s.params.iter().position(|p| p.kind == ParamKind::VarKeyword);
    let extra = var_keyword.map(|i| {
        bound[i] = crate::dict::new_dict();
        bound[i].clone()
    });
    for (key, value) in args.keywords() {
        let text = crate::str::to_utf8(key);
        let found = s.params.iter().position(|p| {
            matches!(p.kind, ParamKind::Either | ParamKind::KeywordOnly) && Some(p.name) == text.as_deref()
        });
        match (found, &extra) {
            (Some(i), _) if !bound[i].is_unbound() => {
                return Err(vm.type_error(format!(
                    "argument for {name}() given by name ('{}') and position ({})",
                    s.params[i].name,
                    i + 1 - hidden
                )));
            }
            (Some(i), _) => bound[i] = value.clone(),
            (None, Some(d)) => crate::dict::set_item(vm, d, key, value.clone())?,
            (None, None) => return Err(unexpected_keyword(vm, def, s, hidden, args, text.as_deref())),
        }
    }
    for (i, p) in s.params.iter().enumerate() {
        if bound[i].is_unbound() && p.default.is_none() {
            return Err(missing(vm, def, s, hidden, args, i));
        }
    }
    Ok(())
}

fn takes_keywords(s: &Signature, hidden: usize) -> bool {
    s.params.iter().skip(hidden).any(|p| p.kind != ParamKind::PositionalOnly)
}

/// `list.append` for a method: the name with that of the type whose table has it.
fn qualified(def: &NativeDef, args: Args<'_>) -> String {
    let first = args.pos().first();
    if let (Binding::Instance, Some(t)) = (def.binding, first.filter(|c| crate::typeobj::is_type(c))) {
        return format!("{}.{}", crate::typeobj::type_name(t), def.name);
    }
    let class = match def.binding {
        Binding::Static => None,
        Binding::Instance => first.map(Obj::ty),
        Binding::Class => first.filter(|c| crate::typeobj::is_type(c)),
    };
    let mro = class.map(|c| crate::typeobj::type_body(c).mro.get());
    let types = mro.as_ref().and_then(crate::tuple::get).unwrap_or_default();
    let has_it = |t: &&Obj| {
        let table = crate::typeobj::type_body(t).spec.map_or(&[] as &[NativeDef], |s| s.methods);
        table.iter().any(|d| std::ptr::eq(d, def))
    };
    match types.iter().find(has_it) {
        Some(t) => format!("{}.{}", crate::typeobj::type_name(t), def.name),
        None => match module_of(def).filter(|m| m.as_ref() != "builtins") {
            Some(module) if def.binding == Binding::Static => format!("{module}.{}", def.name),
            _ => def.name.to_owned(),
        },
    }
}

#[cold]
fn too_many(vm: &Vm, def: &NativeDef, s: &Signature, hidden: usize, args: Args<'_>) -> crate::Raised {
    let (max, min) = (s.positional.saturating_sub(hidden), s.required.saturating_sub(hidden));
    let got = args.len().saturating_sub(hidden);
    let name = def.name;
    vm.type_error(match (max, min) {
        (0, _) if !takes_keywords(s, hidden) => {
            format!("{}() takes no arguments ({got} given)", qualified(def, args))
        }
        (0, _) => format!("{name}() takes no positional arguments"),
        (1, 1) if !takes_keywords(s, hidden) => {
            format!("{}() takes exactly one argument ({got} given)", qualified(def, args))
        }
        _ if takes_keywords(s, hidden) => {
            let how = if max == min && s.simple { "exactly" } else { "at most" };
            let plural = if max == 1 { "" } else { "s" };
            let kind = if s.simple { "" } else { "positional " };
            format!("{name}() takes {how} {max} {kind}argument{plural} ({got} given)")
        }
        _ => {
            let how = if max == min { "" } else { "at most " };
            let plural = if max == 1 { "" } else { "s" };
            format!("{name} expected {how}{max} argument{plural}, got {got}")
        }
    })
}

#[cold]
fn unexpected_keyword(
    vm: &Vm,
    def: &NativeDef,
    s: &Signature,
    hidden: usize,
    args: Args<'_>,
    key: Option<&str>,
) -> crate::Raised {
    if !takes_keywords(s, hidden) {
        return vm.type_error(format!("{}() takes no keyword arguments", qualified(def, args)));
    }
    let name = def.name;
    vm.type_error(format!("{name}() got an unexpected keyword argument '{}'", key.unwrap_or("?")))
}

#[cold]
fn missing(
    vm: &Vm,
    def: &NativeDef,
    s: &Signature,
    hidden: usize,
    args: Args<'_>,
    i: usize,
) -> crate::Raised {
    let (max, min) = (s.positional.saturating_sub(hidden), s.required.saturating_sub(hidden));
    let got = args.len().saturating_sub(hidden);
    let p = &s.params[i];
    let name = def.name;
    if has_no_self(hidden, args) {
        return vm.error(Exc::TypeError, format!("unbound method {name}() needs an argument"));
    }
    vm.type_error(match p.kind {
        ParamKind::PositionalOnly if (max, min) == (1, 1) => {
            format!("{}() takes exactly one argument ({got} given)", qualified(def, args))
        }
        ParamKind::PositionalOnly if takes_keywords(s, hidden) => {
            let plural = if min == 1 { "" } else { "s" };
            format!("{name}() takes at least {min} positional argument{plural} ({got} given)")
        }
        ParamKind::PositionalOnly => {
            let how = if max == min { "" } else { "at least " };
            let plural = if min == 1 { "" } else { "s" };
            format!("{name} expected {how}{min} argument{plural}, got {got}")
        }
        ParamKind::KeywordOnly => format!("{name}() missing required keyword-only argument: '{}'", p.name),
        _ => format!("{name}() missing required argument '{}' (pos {})", p.name, i + 1 - hidden),
    })
}

fn has_no_self(hidden: usize, args: Args<'_>) -> bool {
    hidden == 1 && args.pos().is_empty()
}

/// Reads a computed attribute.
pub type Getter = fn(&Vm, &Obj) -> PyResult;
/// Writes (or with `None` deletes) a computed attribute.
pub type Setter = fn(&Vm, &Obj, Option<&Obj>) -> PyResult<()>;

/// A computed attribute of a native type.
pub struct GetSetDef {
    /// `__name__`
    pub name: &'static str,
    /// Reads it.
    pub get: Getter,
    /// Writes it; `None` for read-only attributes.
    pub set: Option<Setter>,
    /// Whether it shows as a `member_descriptor` (a field of the object) instead of a `getset_descriptor`.
    pub is_member: bool,
}

impl GetSetDef {
    /// A read-only attribute.
    pub const fn readonly(name: &'static str, get: Getter) -> GetSetDef {
        GetSetDef { name, get, set: None, is_member: false }
    }

    /// The same attribute as a field of the object.
    pub const fn member(mut self) -> GetSetDef {
        self.is_member = true;
        self
    }

    /// An attribute that can be assigned.
    pub const fn new(name: &'static str, get: Getter, set: Setter) -> GetSetDef {
        GetSetDef { name, get, set: Some(set), is_member: false }
    }
}

/// Properties of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeFlags(pub u32);

impl TypeFlags {
    /// Nothing special.
    pub const NONE: TypeFlags = TypeFlags(0);
    /// May be a base class.
    pub const BASE: TypeFlags = TypeFlags(1);
    /// Instances have a `__dict__`.
    pub const DICT: TypeFlags = TypeFlags(2);
    /// `hash(x)` raises `TypeError` (`__hash__ = None`).
    pub const UNHASHABLE: TypeFlags = TypeFlags(4);
    /// Matches sequence patterns.
    pub const SEQUENCE: TypeFlags = TypeFlags(8);
    /// Matches mapping patterns.
    pub const MAPPING: TypeFlags = TypeFlags(16);
    /// Attributes of the type cannot be set.
    pub const IMMUTABLE: TypeFlags = TypeFlags(32);
    /// Created by a class statement or `type()`.
    pub const HEAP: TypeFlags = TypeFlags(64);
    /// A function-like descriptor whose `__get__` binds (LoadMethod may skip the bound method).
    pub const METHOD_DESCRIPTOR: TypeFlags = TypeFlags(128);
    /// A subclass of `BaseException`.
    pub const EXCEPTION: TypeFlags = TypeFlags(256);
    /// A subclass of `type`.
    pub const TYPE_SUBCLASS: TypeFlags = TypeFlags(512);
    /// Has abstract methods.
    pub const ABSTRACT: TypeFlags = TypeFlags(1024);
    /// Instances may be weakly referenced.
    pub const WEAKREF: TypeFlags = TypeFlags(2048);
    /// Cannot be instantiated from Python (`cannot create 'x' instances`).
    pub const NO_NEW: TypeFlags = TypeFlags(4096);
    /// A single positional pattern of `case T(x)` matches the subject itself.
    pub const MATCH_SELF: TypeFlags = TypeFlags(8192);

    /// Both sets together.
    pub const fn or(self, o: TypeFlags) -> TypeFlags {
        TypeFlags(self.0 | o.0)
    }

    /// Whether all of `o` are set.
    #[inline(always)]
    pub const fn has(self, o: TypeFlags) -> bool {
        self.0 & o.0 == o.0
    }
}

/// What a native type is made of.
pub struct TypeSpec {
    /// `module.name`, or only the name for `builtins`.
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// The base; `None` is `object`.
    pub base: Option<fn(&Vm) -> Obj>,
    /// The body; `None` is the base's.
    pub layout: Option<fn() -> &'static Layout>,
    /// Properties.
    pub flags: TypeFlags,
    /// Operations.
    pub slots: Slots,
    /// Methods.
    pub methods: &'static [NativeDef],
    /// Computed attributes.
    pub getset: &'static [GetSetDef],
}

impl TypeSpec {
    /// A type with nothing in it, for `..TypeSpec::EMPTY`.
    pub const EMPTY: TypeSpec = TypeSpec {
        name: "",
        doc: "",
        base: None,
        layout: None,
        flags: TypeFlags::NONE,
        slots: Slots::NONE,
        methods: &[],
        getset: &[],
    };
}

/// A table of functions or methods: `static TABLE: &[NativeDef] = native_table![...]`. The definitions remember their
/// parsed signature, so they have to be a static of their own.
#[macro_export]
macro_rules! native_table {
    ($($def:expr),* $(,)?) => {{
        static TABLE: [$crate::NativeDef; [$(stringify!($def)),*].len()] = [$($def),*];
        &TABLE
    }};
}
