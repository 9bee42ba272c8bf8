//! Decides what every name means: the second half of the symbol table.
//!
//! A name that a scope does not bind is looked for in the function-like scopes around it, inside out. The scope that
//! binds it then keeps it in a cell, and all scopes between pass the cell on. Comprehensions that are inlined share the
//! registers of the scope around them, so reaching a variable through nothing but those needs no cell.

use rustpython_ruff_text_size::TextRange;

use super::definition::*;
use super::{Resolution, ScopeId, ScopeKind, SymbolTable};
use crate::errors::SyntaxError;
use crate::names::{Interner, NameId};

/// An error to be placed in the source by the caller.
type Unplaced = (String, TextRange);

pub(crate) fn resolve(
    table: &mut SymbolTable,
    names: &Interner,
    place: impl Fn(String, TextRange) -> SyntaxError,
) -> Result<(), SyntaxError> {
    for index in 0..table.scopes.len() {
        let id = ScopeId(index as u32);
        if table.scope(id).is_detached {
            continue;
        }
        for at in 0..table.scope(id).symbols.len() {
            resolve_symbol(table, names, id, at).map_err(|(message, range)| place(message, range))?;
        }
    }
    Ok(())
}

fn resolve_symbol(table: &mut SymbolTable, names: &Interner, id: ScopeId, at: usize) -> Result<(), Unplaced> {
    let scope = table.scope(id);
    let symbol = &scope.symbols[at];
    let (name, flags) = (symbol.name, symbol.flags);
    let resolution = if flags & GLOBAL != 0 {
        if flags & NONLOCAL != 0 {
            let message = format!("name '{}' is nonlocal and global", names.text(name));
            return Err((message, symbol.declared_at));
        }
        Resolution::GlobalExplicit
    } else if flags & NONLOCAL != 0 {
        if scope.kind == ScopeKind::Module {
            return Err(("nonlocal declaration not allowed at module level".into(), symbol.declared_at));
        }
        let declared_at = symbol.declared_at;
        match binding_scope(table, id, name) {
            Some(binder) => {
                if table.scope(binder).flags(name) & TYPE_PARAM != 0 {
                    let message =
                        format!("nonlocal binding not allowed for type parameter '{}'", names.text(name));
                    return Err((message, declared_at));
                }
                capture(table, id, binder, name)
            }
            None => {
                let message = format!("no binding for nonlocal '{}' found", names.text(name));
                return Err((message, declared_at));
            }
        }
    } else if flags & BOUND != 0 {
        // A scope inside that was resolved before this one may have made it a cell already.
        match symbol.resolution {
            Resolution::Cell => Resolution::Cell,
            _ => Resolution::Local,
        }
    } else if symbol.resolution == Resolution::Free || symbol.resolution == Resolution::Cell {
        symbol.resolution
    } else if let Some(resolution) = seen_in_class(table, id, name) {
        resolution
    } else {
        match binding_scope(table, id, name) {
            Some(binder) => capture(table, id, binder, name),
            None => Resolution::GlobalImplicit,
        }
    };
    table.scope_mut(id).symbols[at].resolution = resolution;
    Ok(())
}

/// For scopes that see their class: what a name is that the class itself binds. Its value is then found in the class's
/// namespace at run time, so it is not free even if an outer function binds it too.
fn seen_in_class(table: &SymbolTable, id: ScopeId, name: NameId) -> Option<Resolution> {
    let scope = table.scope(id);
    if !scope.sees_class || name == NameId::CLASSDICT {
        return None;
    }
    let mut class = scope.parent?;
    while table.scope(class).kind != ScopeKind::Class {
        if table.scope(class).flags(name) & (BOUND | GLOBAL | NONLOCAL) != 0 {
            return None;
        }
        class = table.scope(class).parent?;
    }
    let flags = table.scope(class).flags(name);
    if flags & GLOBAL != 0 {
        Some(Resolution::GlobalExplicit)
    } else if flags & BOUND != 0 && flags & NONLOCAL == 0 {
        Some(Resolution::GlobalImplicit)
    } else {
        None
    }
}

/// The scope around `id` whose variable `name` is.
fn binding_scope(table: &SymbolTable, id: ScopeId, name: NameId) -> Option<ScopeId> {
    let mut next = table.scope(id).parent;
    while let Some(id) = next {
        let scope = table.scope(id);
        match scope.kind {
            ScopeKind::Module => {
                return None;
            }
            ScopeKind::Class => {
                let implicit = matches!(name, NameId::CLASS | NameId::CLASSDICT)
                    || name == NameId::CONDITIONAL_ANNOTATIONS && scope.has_conditional_annotations;
                if implicit {
                    return Some(id);
                }
            }
            _ => {
                let flags = scope.flags(name);
                if flags & GLOBAL != 0 {
                    return None;
                }
                if flags & BOUND != 0 && flags & NONLOCAL == 0 {
                    return Some(id);
                }
            }
        }
        next = scope.parent;
    }
    None
}

/// Makes the variable of `binder` reach `id`, and says what it is there.
fn capture(table: &mut SymbolTable, id: ScopeId, binder: ScopeId, name: NameId) -> Resolution {
    let mut shares_registers = table.scope(id).is_inlined;
    let mut between = table.scope(id).parent;
    while let Some(scope) = between
        && scope != binder
    {
        shares_registers &= table.scope(scope).is_inlined;
        between = table.scope(scope).parent;
    }
    if shares_registers && table.scope(binder).kind.is_function_like() {
        return Resolution::Enclosing;
    }
    let mut between = table.scope(id).parent;
    while let Some(scope) = between
        && scope != binder
    {
        let scope = table.scope_mut(scope);
        let is_class = scope.kind == ScopeKind::Class;
        let symbol = scope.symbol_mut(name);
        if is_class && symbol.flags & (BOUND | GLOBAL) != 0 {
            symbol.flags |= FREE_IN_CLASS;
        } else {
            symbol.resolution = Resolution::Free;
        }
        between = scope.parent;
    }
    let scope = table.scope_mut(binder);
    if scope.kind == ScopeKind::Class {
        match name {
            NameId::CLASS => scope.needs_class_cell = true,
            NameId::CLASSDICT => scope.needs_classdict = true,
            _ => {}
        }
    } else {
        scope.symbol_mut(name).resolution = Resolution::Cell;
    }
    Resolution::Free
}
