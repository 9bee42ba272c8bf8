//! Walks the tree and records which names each scope binds and uses; reports what no scope allows.

use pyre_bytecode::Text;

use rustpython_ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::definition::*;
use super::{Scope, ScopeId, ScopeKind, ScopeRole, SymbolTable, node_key};
use crate::errors::SyntaxError;
use crate::names::{Interner, NameId};
use crate::source::Source;

pub(crate) type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// The walk's state.
pub(crate) struct Builder<'a> {
    pub(super) table: SymbolTable,
    pub(super) names: &'a mut Interner,
    source: &'a Source,
    pub(super) current: ScopeId,
    /// Class whose name private names get.
    pub(super) private: Option<Text>,
    /// Inside `if`, a loop, `try`, `with` or `match` of a module or class.
    in_conditional: bool,
    /// Inside the iterable of a comprehension.
    iterable_depth: u32,
    /// Inside the target of a comprehension.
    in_iteration_target: bool,
    pub(super) future_annotations: bool,
}

/// Builds and resolves the table of a module's statements.
pub(crate) fn build_module(
    body: &[Stmt],
    source: &Source,
    names: &mut Interner,
    future_annotations: bool,
) -> Result<SymbolTable> {
    build(source, names, future_annotations, |builder| builder.statements(body))
}

/// Builds and resolves the table of one expression.
pub(crate) fn build_expression(body: &Expr, source: &Source, names: &mut Interner) -> Result<SymbolTable> {
    build(source, names, false, |builder| builder.expression(body))
}

fn build(
    source: &Source,
    names: &mut Interner,
    future_annotations: bool,
    walk: impl FnOnce(&mut Builder) -> Result,
) -> Result<SymbolTable> {
    let mut builder = Builder {
        table: SymbolTable::default(),
        names,
        source,
        current: ScopeId(0),
        private: None,
        in_conditional: false,
        iterable_depth: 0,
        in_iteration_target: false,
        future_annotations,
    };
    builder.push_scope(ScopeKind::Module, None);
    walk(&mut builder)?;
    let mut table = builder.table;
    super::resolve::resolve(&mut table, names, |message, range| SyntaxError::at(source, range, message))?;
    Ok(table)
}

impl Builder<'_> {
    pub(super) fn error<T>(&self, range: TextRange, message: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at(self.source, range, message))
    }

    pub(super) fn scope(&self) -> &Scope {
        self.table.scope(self.current)
    }

    pub(super) fn scope_mut(&mut self) -> &mut Scope {
        self.table.scope_mut(self.current)
    }

    fn push_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>) -> ScopeId {
        let id = ScopeId(self.table.scopes.len() as u32);
        let outer = parent.map(|parent| self.table.scope(parent));
        self.table.scopes.push(Scope {
            kind,
            parent,
            symbols: Vec::new(),
            index: Default::default(),
            is_nested: outer.is_some_and(|outer| outer.is_nested || outer.kind.is_function_like()),
            is_generator: false,
            is_coroutine: false,
            is_inlined: false,
            sees_class: false,
            needs_class_cell: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            is_detached: outer.is_some_and(|outer| outer.is_detached),
            has_walrus: false,
            returns_value_at: None,
            annotations: None,
            annotations_used: false,
            private: self.private.clone(),
            description: "",
        });
        id
    }

    /// Walks something inside a new scope.
    pub(super) fn in_scope<T>(
        &mut self,
        node: &T,
        role: ScopeRole,
        kind: ScopeKind,
        walk: impl FnOnce(&mut Self) -> Result,
    ) -> Result<ScopeId> {
        let id = self.push_scope(kind, Some(self.current));
        self.table.by_node.insert((node_key(node), role), id);
        self.inside(id, walk)?;
        Ok(id)
    }

    /// Walks something inside a scope that exists.
    pub(super) fn inside(&mut self, id: ScopeId, walk: impl FnOnce(&mut Self) -> Result) -> Result {
        let outer = std::mem::replace(&mut self.current, id);
        let outer_private = std::mem::replace(&mut self.private, self.table.scope(id).private.clone());
        let conditional = std::mem::replace(&mut self.in_conditional, false);
        let iterable_depth = std::mem::replace(&mut self.iterable_depth, 0);
        let in_target = std::mem::replace(&mut self.in_iteration_target, false);
        let result = walk(self);
        self.current = outer;
        self.private = outer_private;
        self.in_conditional = conditional;
        self.iterable_depth = iterable_depth;
        self.in_iteration_target = in_target;
        result
    }

    pub(super) fn mangled(&mut self, name: &str) -> NameId {
        self.names.mangled(self.private.as_deref(), name)
    }

    /// Records something about a name in the current scope.
    pub(super) fn define(&mut self, name: &str, flags: u16, range: TextRange) -> Result {
        let id = self.mangled(name);
        self.define_id(self.current, id, flags, range)
    }

    pub(super) fn define_id(&mut self, scope: ScopeId, id: NameId, flags: u16, range: TextRange) -> Result {
        let in_target = self.in_iteration_target && scope == self.current;
        let existing = self.table.scope(scope).flags(id);
        if flags & existing & PARAM != 0 {
            let message = format!("duplicate argument '{}' in function definition", self.names.text(id));
            return self.error(range, message);
        }
        if flags & existing & TYPE_PARAM != 0 {
            let message = format!("duplicate type parameter '{}'", self.names.text(id));
            return self.error(range, message);
        }
        let mut flags = existing | flags;
        if in_target {
            if flags & (GLOBAL | NONLOCAL) != 0 {
                let message = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{}'",
                    self.names.text(id)
                );
                return self.error(range, message);
            }
            flags |= ITERATION;
        }
        let symbol = self.table.scope_mut(scope).symbol_mut(id);
        symbol.flags = flags;
        if flags & (GLOBAL | NONLOCAL) != 0 && existing & (GLOBAL | NONLOCAL) == 0 {
            symbol.declared_at = range;
        }
        if flags & GLOBAL != 0 && scope != ScopeId(0) {
            self.table.scope_mut(ScopeId(0)).symbol_mut(id).flags |= GLOBAL;
        }
        Ok(())
    }

    /// `__debug__` can be neither bound nor deleted.
    fn check_bindable(&self, name: &str, ctx: ExprContext, range: TextRange) -> Result {
        match (name, ctx) {
            ("__debug__", ExprContext::Store) => self.error(range, "cannot assign to __debug__"),
            ("__debug__", ExprContext::Del) => self.error(range, "cannot delete __debug__"),
            _ => Ok(()),
        }
    }

    pub(super) fn bind(&mut self, identifier: &ast::Identifier, flags: u16) -> Result {
        self.check_bindable(identifier.as_str(), ExprContext::Store, identifier.range)?;
        self.define(identifier.as_str(), flags, identifier.range)
    }

    pub(super) fn statements(&mut self, body: &[Stmt]) -> Result {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    fn conditionally(&mut self, walk: impl FnOnce(&mut Self) -> Result) -> Result {
        let outer = std::mem::replace(&mut self.in_conditional, true);
        let result = walk(self);
        self.in_conditional = outer;
        result
    }

    fn statement(&mut self, statement: &Stmt) -> Result {
        match statement {
            Stmt::FunctionDef(node) => self.function_definition(node),
            Stmt::ClassDef(node) => self.class_definition(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    self.expression(value)?;
                    if self.scope().returns_value_at.is_none() {
                        self.scope_mut().returns_value_at = Some(node.range);
                    }
                }
                Ok(())
            }
            Stmt::Delete(node) => self.expressions(&node.targets),
            Stmt::Assign(node) => {
                self.expressions(&node.targets)?;
                self.expression(&node.value)
            }
            Stmt::AugAssign(node) => {
                self.expression(&node.target)?;
                self.expression(&node.value)
            }
            Stmt::AnnAssign(node) => self.annotated_assignment(node),
            Stmt::For(node) => {
                self.expression(&node.target)?;
                self.expression(&node.iter)?;
                self.conditionally(|builder| {
                    builder.statements(&node.body)?;
                    builder.statements(&node.orelse)
                })
            }
            Stmt::While(node) => {
                self.expression(&node.test)?;
                self.conditionally(|builder| {
                    builder.statements(&node.body)?;
                    builder.statements(&node.orelse)
                })
            }
            Stmt::If(node) => {
                self.expression(&node.test)?;
                self.conditionally(|builder| {
                    builder.statements(&node.body)?;
                    node.elif_else_clauses.iter().try_for_each(|clause| {
                        clause.test.iter().try_for_each(|test| builder.expression(test))?;
                        builder.statements(&clause.body)
                    })
                })
            }
            Stmt::With(node) => self.conditionally(|builder| {
                for item in &node.items {
                    builder.expression(&item.context_expr)?;
                    builder.optional(item.optional_vars.as_deref())?;
                }
                builder.statements(&node.body)
            }),
            Stmt::Match(node) => {
                self.expression(&node.subject)?;
                self.conditionally(|builder| {
                    node.cases.iter().try_for_each(|case| {
                        builder.pattern(&case.pattern)?;
                        builder.optional(case.guard.as_deref())?;
                        builder.statements(&case.body)
                    })
                })
            }
            Stmt::Raise(node) => {
                self.optional(node.exc.as_deref())?;
                self.optional(node.cause.as_deref())
            }
            Stmt::Try(node) => self.conditionally(|builder| builder.try_statement(node)),
            Stmt::Assert(node) => {
                self.expression(&node.test)?;
                self.optional(node.msg.as_deref())
            }
            Stmt::Import(node) => node.names.iter().try_for_each(|alias| self.import_alias(alias)),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(node) => {
                node.names.iter().try_for_each(|name| self.declaration(name, node.range, GLOBAL))
            }
            Stmt::Nonlocal(node) => {
                node.names.iter().try_for_each(|name| self.declaration(name, node.range, NONLOCAL))
            }
            Stmt::Expr(node) => self.expression(&node.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn try_statement(&mut self, node: &ast::StmtTry) -> Result {
        self.statements(&node.body)?;
        for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
            self.optional(handler.type_.as_deref())?;
            if let Some(name) = &handler.name {
                self.bind(name, LOCAL | DELETED)?;
            }
            self.statements(&handler.body)?;
        }
        self.statements(&node.orelse)?;
        self.statements(&node.finalbody)
    }

    fn import_alias(&mut self, alias: &ast::Alias) -> Result {
        let (bound, range) = match &alias.asname {
            Some(name) => (name.as_str(), name.range),
            None => (alias.name.as_str().split('.').next().unwrap_or(""), alias.name.range),
        };
        self.check_bindable(bound, ExprContext::Store, range)?;
        self.define(bound, IMPORT, range)
    }

    fn import_from(&mut self, node: &ast::StmtImportFrom) -> Result {
        for alias in &node.names {
            if alias.name.as_str() != "*" {
                self.import_alias(alias)?;
            } else if self.scope().kind != ScopeKind::Module {
                return self.error(alias.range, "import * only allowed at module level");
            }
        }
        Ok(())
    }

    /// One name of a `global` or `nonlocal` statement.
    fn declaration(&mut self, name: &ast::Identifier, range: TextRange, flag: u16) -> Result {
        let what = if flag == GLOBAL { "global" } else { "nonlocal" };
        let id = self.mangled(name.as_str());
        let existing = self.scope().flags(id);
        if existing & (PARAM | LOCAL | USE | ANNOTATED | IMPORT | TYPE_PARAM) != 0 {
            let message = if existing & PARAM != 0 {
                format!("name '{name}' is parameter and {what}")
            } else if existing & USE != 0 {
                format!("name '{name}' is used prior to {what} declaration")
            } else if existing & ANNOTATED != 0 {
                format!("annotated name '{name}' can't be {what}")
            } else {
                format!("name '{name}' is assigned to before {what} declaration")
            };
            return self.error(range, message);
        }
        self.define_id(self.current, id, flag, range)
    }

    fn annotated_assignment(&mut self, node: &ast::StmtAnnAssign) -> Result {
        match &*node.target {
            Expr::Name(target) => {
                let id = self.mangled(&target.id);
                let existing = self.scope().flags(id);
                if existing & (GLOBAL | NONLOCAL) != 0 && self.current != ScopeId(0) && node.simple {
                    let what = if existing & GLOBAL != 0 { "global" } else { "nonlocal" };
                    let message = format!("annotated name '{}' can't be {what}", target.id);
                    return self.error(node.range, message);
                }
                self.check_bindable(&target.id, ExprContext::Store, target.range)?;
                if node.simple {
                    self.define_id(self.current, id, ANNOTATED | LOCAL, target.range)?;
                } else if node.value.is_some() {
                    self.define_id(self.current, id, LOCAL, target.range)?;
                }
            }
            other => self.expression(other)?,
        }
        self.variable_annotation(&node.annotation, node.simple)?;
        self.optional(node.value.as_deref())
    }

    /// The annotation of a variable belongs to a scope that all variables of the module or class share. Those of a
    /// function's variables are never evaluated.
    fn variable_annotation(&mut self, annotation: &Expr, simple: bool) -> Result {
        if self.future_annotations {
            return Ok(());
        }
        let kind = self.scope().kind;
        let is_conditional = kind == ScopeKind::Module || kind == ScopeKind::Class && self.in_conditional;
        if is_conditional && simple {
            self.scope_mut().has_conditional_annotations = true;
        }
        let scope = match self.scope().annotations {
            Some(scope) => scope,
            None => {
                let scope = self.push_scope(ScopeKind::Annotations, Some(self.current));
                self.scope_mut().annotations = Some(scope);
                let sees_class = kind == ScopeKind::Class || self.scope().sees_class;
                let new = self.table.scope_mut(scope);
                new.description = "an annotation";
                new.sees_class = sees_class;
                new.is_detached |= kind.is_function_like();
                self.define_id(scope, NameId::FORMAT, PARAM, annotation.range())?;
                if sees_class {
                    self.define_id(scope, NameId::CLASSDICT, USE, annotation.range())?;
                }
                scope
            }
        };
        if simple {
            self.table.scope_mut(scope).annotations_used = true;
        }
        if is_conditional {
            self.define_id(scope, NameId::CONDITIONAL_ANNOTATIONS, USE, annotation.range())?;
        }
        self.inside(scope, |builder| builder.expression(annotation))
    }

    pub(super) fn optional(&mut self, expression: Option<&Expr>) -> Result {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    fn expressions(&mut self, expressions: &[Expr]) -> Result {
        expressions.iter().try_for_each(|expression| self.expression(expression))
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Result {
        match expression {
            Expr::Name(node) => self.name(node),
            Expr::Named(node) => self.named(node),
            Expr::Lambda(node) => self.lambda(node),
            Expr::ListComp(node) => {
                self.comprehension(node, ScopeKind::ListComp, &node.generators, &[&node.elt], node.range)
            }
            Expr::SetComp(node) => {
                self.comprehension(node, ScopeKind::SetComp, &node.generators, &[&node.elt], node.range)
            }
            Expr::Generator(node) => {
                self.comprehension(node, ScopeKind::Generator, &node.generators, &[&node.elt], node.range)
            }
            Expr::DictComp(node) => self.comprehension(
                node,
                ScopeKind::DictComp,
                &node.generators,
                &[&node.key, &node.value],
                node.range,
            ),
            Expr::Yield(node) => {
                self.yield_expression(node.range)?;
                self.optional(node.value.as_deref())
            }
            Expr::YieldFrom(node) => {
                self.yield_expression(node.range)?;
                self.expression(&node.value)
            }
            Expr::Await(node) => {
                self.await_expression(node.range)?;
                self.expression(&node.value)
            }
            Expr::BoolOp(node) => self.expressions(&node.values),
            Expr::BinOp(node) => {
                self.expression(&node.left)?;
                self.expression(&node.right)
            }
            Expr::UnaryOp(node) => self.expression(&node.operand),
            Expr::If(node) => {
                self.expression(&node.test)?;
                self.expression(&node.body)?;
                self.expression(&node.orelse)
            }
            Expr::Dict(node) => node.items.iter().try_for_each(|item| {
                self.optional(item.key.as_ref())?;
                self.expression(&item.value)
            }),
            Expr::Set(node) => self.expressions(&node.elts),
            Expr::Compare(node) => {
                self.expression(&node.left)?;
                self.expressions(&node.comparators)
            }
            Expr::Call(node) => {
                self.expression(&node.func)?;
                self.arguments(&node.arguments)
            }
            Expr::FString(node) => node.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::TString(node) => node.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::Attribute(node) => {
                self.check_bindable(&node.attr, node.ctx, node.range)?;
                self.expression(&node.value)
            }
            Expr::Subscript(node) => {
                self.expression(&node.value)?;
                self.expression(&node.slice)
            }
            Expr::Starred(node) => self.expression(&node.value),
            Expr::List(node) => self.expressions(&node.elts),
            Expr::Tuple(node) => self.expressions(&node.elts),
            Expr::Slice(node) => {
                self.optional(node.lower.as_deref())?;
                self.optional(node.upper.as_deref())?;
                self.optional(node.step.as_deref())
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn interpolated(&mut self, element: &ast::InterpolatedStringElement) -> Result {
        if let ast::InterpolatedStringElement::Interpolation(element) = element {
            self.expression(&element.expression)?;
            if let Some(spec) = &element.format_spec {
                spec.elements.iter().try_for_each(|element| self.interpolated(element))?;
            }
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, arguments: &ast::Arguments) -> Result {
        self.expressions(&arguments.args)?;
        arguments.keywords.iter().try_for_each(|keyword| {
            if let Some(arg) = &keyword.arg {
                self.check_bindable(arg, ExprContext::Store, keyword.range)?;
            }
            self.expression(&keyword.value)
        })
    }

    fn name(&mut self, node: &ast::ExprName) -> Result {
        self.check_bindable(&node.id, node.ctx, node.range)?;
        let flags = match node.ctx {
            ExprContext::Load => USE,
            ExprContext::Del => LOCAL | DELETED,
            _ => LOCAL,
        };
        self.define(&node.id, flags, node.range)?;
        if node.ctx == ExprContext::Load && node.id == *"super" && self.scope().kind.is_function_like() {
            self.define_id(self.current, NameId::CLASS, USE, node.range)?;
        }
        Ok(())
    }

    fn named(&mut self, node: &ast::ExprNamed) -> Result {
        self.reject_in_type_scope("named expression", node.range)?;
        if let Expr::Name(target) = &*node.target {
            if self.iterable_depth > 0 {
                return self.error(
                    node.range,
                    "assignment expression cannot be used in a comprehension iterable expression",
                );
            }
            if self.scope().kind.is_comprehension() {
                self.bind_outside_comprehensions(target)?;
            } else {
                self.scope_mut().has_walrus = true;
            }
        }
        self.expression(&node.value)?;
        self.expression(&node.target)
    }

    /// An assignment expression inside comprehensions binds its target in the scope around all of them.
    fn bind_outside_comprehensions(&mut self, target: &ast::ExprName) -> Result {
        let name = self.mangled(&target.id);
        let mut scope = self.current;
        loop {
            let this = self.table.scope_mut(scope);
            match this.kind {
                kind if kind.is_comprehension() => {
                    this.has_walrus = true;
                    if this.flags(name) & ITERATION != 0 {
                        let message = format!(
                            "assignment expression cannot rebind comprehension iteration variable '{}'",
                            target.id
                        );
                        return self.error(target.range, message);
                    }
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    this.has_walrus = true;
                    if this.flags(name) & GLOBAL != 0 {
                        return self.define_id(self.current, name, GLOBAL, target.range);
                    }
                    self.define_id(self.current, name, NONLOCAL, target.range)?;
                    return self.define_id(scope, name, LOCAL, target.range);
                }
                ScopeKind::Module => {
                    self.define_id(self.current, name, GLOBAL, target.range)?;
                    return self.define_id(scope, name, GLOBAL, target.range);
                }
                ScopeKind::Class => {
                    return self.error(
                        target.range,
                        "assignment expression within a comprehension cannot be used in a class body",
                    );
                }
                ScopeKind::TypeParams => {
                    return self.error(
                        target.range,
                        "assignment expression within a comprehension cannot be used within the definition of a generic",
                    );
                }
                ScopeKind::TypeAlias => {
                    return self.error(
                        target.range,
                        "assignment expression within a comprehension cannot be used in a type alias",
                    );
                }
                _ => {
                    return self.error(
                        target.range,
                        "assignment expression within a comprehension cannot be used in a TypeVar bound",
                    );
                }
            }
            match self.table.scope(scope).parent {
                Some(parent) => scope = parent,
                None => return Ok(()),
            }
        }
    }

    fn yield_expression(&mut self, range: TextRange) -> Result {
        self.reject_in_type_scope("yield expression", range)?;
        let kind = self.scope().kind;
        if kind.is_comprehension() {
            let what = match kind {
                ScopeKind::ListComp => "list comprehension",
                ScopeKind::SetComp => "set comprehension",
                ScopeKind::DictComp => "dict comprehension",
                _ => "generator expression",
            };
            return self.error(range, format!("'yield' inside {what}"));
        }
        self.scope_mut().is_generator = true;
        Ok(())
    }

    fn await_expression(&mut self, range: TextRange) -> Result {
        self.reject_in_type_scope("await expression", range)?;
        self.scope_mut().is_coroutine = true;
        Ok(())
    }

    fn comprehension<T>(
        &mut self,
        node: &T,
        kind: ScopeKind,
        generators: &[ast::Comprehension],
        elements: &[&Expr],
        range: TextRange,
    ) -> Result {
        let Some(first) = generators.first() else { return Ok(()) };
        self.iterable_depth += 1;
        let result = self.expression(&first.iter);
        self.iterable_depth -= 1;
        result?;
        let iterable_depth = self.iterable_depth;
        let sees_class = self.scope().sees_class;
        let id = self.in_scope(node, ScopeRole::Body, kind, |builder| {
            builder.iterable_depth = iterable_depth;
            let scope = builder.scope_mut();
            scope.sees_class = sees_class;
            scope.is_inlined = kind != ScopeKind::Generator && !sees_class;
            scope.is_generator = kind == ScopeKind::Generator;
            if sees_class {
                builder.define_id(builder.current, NameId::CLASSDICT, USE, range)?;
            }
            if !builder.scope().is_inlined {
                builder.define_id(builder.current, NameId::ITERABLE, PARAM, range)?;
            }
            for (index, generator) in generators.iter().enumerate() {
                if generator.is_async {
                    builder.scope_mut().is_coroutine = true;
                }
                builder.in_iteration_target = true;
                let result = builder.expression(&generator.target);
                builder.in_iteration_target = false;
                result?;
                if index > 0 {
                    builder.iterable_depth += 1;
                    let result = builder.expression(&generator.iter);
                    builder.iterable_depth -= 1;
                    result?;
                }
                builder.expressions(&generator.ifs)?;
            }
            elements.iter().rev().try_for_each(|element| builder.expression(element))
        })?;
        // An asynchronous comprehension makes what is around it asynchronous, unless it is a generator.
        if kind != ScopeKind::Generator && self.table.scope(id).is_coroutine {
            self.scope_mut().is_coroutine = true;
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result {
        match pattern {
            Pattern::MatchValue(node) => self.expression(&node.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(node) => node.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(node) => {
                self.expressions(&node.keys)?;
                node.patterns.iter().try_for_each(|p| self.pattern(p))?;
                node.rest.iter().try_for_each(|name| self.bind(name, LOCAL))
            }
            Pattern::MatchClass(node) => {
                self.expression(&node.cls)?;
                node.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                node.arguments.keywords.iter().try_for_each(|keyword| {
                    self.check_bindable(&keyword.attr, ExprContext::Store, keyword.attr.range)?;
                    self.pattern(&keyword.pattern)
                })
            }
            Pattern::MatchStar(node) => node.name.iter().try_for_each(|name| self.bind(name, LOCAL)),
            Pattern::MatchAs(node) => {
                node.pattern.iter().try_for_each(|p| self.pattern(p))?;
                node.name.iter().try_for_each(|name| self.bind(name, LOCAL))
            }
            Pattern::MatchOr(node) => node.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }

    /// Annotation and type scopes allow no `yield`, `await` and assignment expressions.
    fn reject_in_type_scope(&self, what: &str, range: TextRange) -> Result {
        let scope = self.scope();
        let place = match scope.kind {
            ScopeKind::Annotations => "an annotation",
            ScopeKind::TypeVariable => scope.description,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        self.error(range, format!("{what} cannot be used within {place}"))
    }
}
