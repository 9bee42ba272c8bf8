//! Symbol tables: which scopes a module has, which names each binds and uses, and what each name therefore means.
//!
//! [`build`] walks the tree and records definitions and uses; [`resolve`] then decides for every name of every scope
//! whether it is local, a cell, free or global. Scopes are found again by the address of the tree node that opens them,
//! so the tree must stay where it is between the two walks.

pub(crate) mod build;
pub(crate) mod resolve;
pub(crate) mod scopes_of_types;

use rustc_hash::FxHashMap;
use rustpython_ruff_text_size::TextRange;

use crate::names::NameId;

/// Index of a scope in [`SymbolTable::scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopeId(pub(crate) u32);

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    Generator,
    ListComp,
    SetComp,
    DictComp,
    /// The function that computes annotations (PEP 649).
    Annotations,
    /// The scope of type parameters (PEP 695).
    TypeParams,
    /// The lazily computed value of a type alias.
    TypeAlias,
    /// The lazily computed bound, constraints or default of a type parameter.
    TypeVariable,
}

impl ScopeKind {
    /// Do its names live in registers and cells, visible to scopes inside?
    pub(crate) fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    pub(crate) fn is_comprehension(self) -> bool {
        matches!(self, ScopeKind::Generator | ScopeKind::ListComp | ScopeKind::SetComp | ScopeKind::DictComp)
    }
}

/// Which of the scopes that a tree node can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ScopeRole {
    Body,
    TypeParams,
    Annotations,
    Value,
    Default,
}

/// What happens to a name in a scope; a set of bits.
pub(crate) mod definition {
    pub(crate) const GLOBAL: u16 = 1;
    pub(crate) const LOCAL: u16 = 2;
    pub(crate) const PARAM: u16 = 4;
    pub(crate) const NONLOCAL: u16 = 8;
    pub(crate) const USE: u16 = 16;
    pub(crate) const IMPORT: u16 = 32;
    pub(crate) const ANNOTATED: u16 = 64;
    pub(crate) const ITERATION: u16 = 128;
    pub(crate) const TYPE_PARAM: u16 = 256;
    /// The class binds the name itself, and a scope inside uses an outer function's variable of that name.
    pub(crate) const FREE_IN_CLASS: u16 = 512;
    /// A `del` statement or the end of an `except` clause unbinds it.
    pub(crate) const DELETED: u16 = 1024;
    pub(crate) const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// What a name means in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// Bound here.
    Local,
    /// Bound here and used by functions inside.
    Cell,
    /// Bound in an enclosing function.
    Free,
    /// In an inlined comprehension: whatever it is in the scope around it, which shares the registers.
    Enclosing,
    /// Declared `global`.
    GlobalExplicit,
    /// Found nowhere.
    GlobalImplicit,
}

/// A name of a scope.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub(crate) name: NameId,
    pub(crate) flags: u16,
    pub(crate) resolution: Resolution,
    /// Where a `global` or `nonlocal` statement declares it.
    pub(crate) declared_at: TextRange,
}

/// A scope.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) parent: Option<ScopeId>,
    pub(crate) symbols: Vec<Symbol>,
    index: FxHashMap<NameId, u32>,
    /// Is it inside a function?
    pub(crate) is_nested: bool,
    pub(crate) is_generator: bool,
    pub(crate) is_coroutine: bool,
    /// Is it a comprehension whose code is part of the scope around it?
    pub(crate) is_inlined: bool,
    /// Does it look names up in the namespace of the class directly around it?
    pub(crate) sees_class: bool,
    /// Class: do methods use `__class__`?
    pub(crate) needs_class_cell: bool,
    /// Class: do annotation scopes use its namespace?
    pub(crate) needs_classdict: bool,
    /// Module or class: must the annotate function know which annotations were executed?
    pub(crate) has_conditional_annotations: bool,
    /// Its names do not count (annotations of local variables, which are never evaluated).
    pub(crate) is_detached: bool,
    /// Contains an assignment expression that binds a name here.
    pub(crate) has_walrus: bool,
    /// Does it have a `yield` with a value or `await`, told apart for error texts?
    pub(crate) returns_value_at: Option<TextRange>,
    /// Scope of the variable annotations, for modules and classes.
    pub(crate) annotations: Option<ScopeId>,
    /// Annotation scopes: is there any annotation?
    pub(crate) annotations_used: bool,
    /// Do private names in it get a class's name in front?
    pub(crate) private: Option<pyre_bytecode::Text>,
    /// What an expression scope is called in error texts ("an annotation", "a TypeVar bound", ...).
    pub(crate) description: &'static str,
}

impl Scope {
    pub(crate) fn symbol(&self, name: NameId) -> Option<&Symbol> {
        self.index.get(&name).map(|at| &self.symbols[*at as usize])
    }

    pub(crate) fn flags(&self, name: NameId) -> u16 {
        self.symbol(name).map_or(0, |symbol| symbol.flags)
    }

    pub(crate) fn symbol_mut(&mut self, name: NameId) -> &mut Symbol {
        let at = *self.index.entry(name).or_insert_with(|| {
            self.symbols.push(Symbol {
                name,
                flags: 0,
                resolution: Resolution::GlobalImplicit,
                declared_at: TextRange::default(),
            });
            self.symbols.len() as u32 - 1
        });
        &mut self.symbols[at as usize]
    }
}

/// All scopes of a module.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    pub(crate) scopes: Vec<Scope>,
    by_node: FxHashMap<(usize, ScopeRole), ScopeId>,
}

/// The key of a tree node: its address.
pub(crate) fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

impl SymbolTable {
    pub(crate) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    pub(crate) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope that the node opens in that role.
    pub(crate) fn find<T>(&self, node: &T, role: ScopeRole) -> Option<ScopeId> {
        self.by_node.get(&(node_key(node), role)).copied()
    }
}
