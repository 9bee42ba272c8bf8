//! Annotations (PEP 649, PEP 749): annotated assignments and the functions that compute annotations on demand.

use pyre_bytecode::{CommonConst, Constant, Instruction, KILL_B, KILL_C};
use rustpython_ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use rustpython_ruff_python_ast::{self as ast, Expr, Stmt};
use rustpython_ruff_text_size::Ranged;

use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::{ScopeId, ScopeKind};

/// A variable's annotation, computed by the annotate function of its module or class.
#[derive(Clone, Copy)]
pub(crate) struct Deferred<'a> {
    pub(crate) node: &'a ast::StmtAnnAssign,
    pub(crate) name: &'a str,
    /// It counts only if this number is in `__conditional_annotations__`.
    pub(crate) condition: Option<u32>,
}

/// Finds the annotated variables of a body, nested statements included.
struct Finder<'a> {
    found: Vec<Deferred<'a>>,
    is_class: bool,
    depth: u32,
    next: u32,
}

impl<'a> StatementVisitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::AnnAssign(node) => {
                if let Expr::Name(target) = &*node.target
                    && node.simple
                {
                    let conditional = !self.is_class || self.depth > 0;
                    let condition = conditional.then_some(self.next);
                    self.next += conditional as u32;
                    self.found.push(Deferred { node, name: &target.id, condition });
                }
            }
            other => {
                self.depth += 1;
                walk_stmt(self, other);
                self.depth -= 1;
            }
        }
    }
}

fn find_annotations<'a>(body: &'a [Stmt], is_class: bool) -> Vec<Deferred<'a>> {
    let mut finder = Finder { found: Vec::new(), is_class, depth: 0, next: 0 };
    finder.visit_body(body);
    finder.found
}

impl<'a> Codegen<'a> {
    /// At the start of a module: its annotate function, and the set of executed annotations.
    pub(super) fn module_annotations(&mut self, body: &'a [Stmt]) -> Result {
        let found = find_annotations(body, false);
        if found.is_empty() {
            return Ok(());
        }
        if self.features.annotations {
            self.unit.emit(Instruction::setup_annotations());
            return Ok(());
        }
        self.unit.annotations = found;
        if let Some(first) = body.first() {
            self.at(first.range());
        }
        let work = self.unit.alloc();
        self.variables_annotate(work)?;
        self.store_as("__annotate__", work);
        self.unit.emit(Instruction::build_set(work, work, 0));
        self.store_id(NameId::CONDITIONAL_ANNOTATIONS, Operand { reg: work, owned: true });
        self.unit.release(work);
        Ok(())
    }

    /// At the start of a class: notes its annotations.
    pub(super) fn class_annotations_start(&mut self, body: &'a [Stmt]) {
        self.unit.annotations = find_annotations(body, true);
        if self.features.annotations && !self.unit.annotations.is_empty() {
            self.unit.emit(Instruction::setup_annotations());
        }
    }

    /// At the end of a class: its annotate function.
    pub(super) fn class_annotations_end(&mut self) -> Result {
        if self.features.annotations || self.unit.annotations.is_empty() {
            return Ok(());
        }
        let work = self.unit.alloc();
        self.variables_annotate(work)?;
        self.store_as("__annotate_func__", work);
        self.unit.release(work);
        Ok(())
    }

    /// Makes the annotate function of the current unit's variables.
    fn variables_annotate(&mut self, dst: Reg) -> Result {
        let Some(scope) = self.table.scope(self.unit.scopes[0].id).annotations else { return Ok(()) };
        let annotations = self.unit.annotations.clone();
        let location = self.unit.location;
        let is_module = self.unit.kind == UnitKind::Module;
        let first_line = if is_module { location.line } else { self.unit.code.first_line };
        let base = self.unit.mark();
        self.enter_annotate(scope, "__annotate__", first_line);
        let map = self.unit.alloc();
        self.unit.emit(Instruction::build_map(map, map, 0));
        for annotation in annotations {
            let skip = self.unit.new_label();
            if let Some(condition) = annotation.condition {
                let pair = self.unit.alloc_many(2);
                self.at(annotation.node.range);
                self.unit.emit(Instruction::load_int(pair, condition as i32));
                self.load_conditional_set(pair + 1);
                self.unit.emit(Instruction::in_(pair, pair, pair + 1).with_flags(KILL_C));
                self.jump_if(Operand { reg: pair, owned: true }, skip, false);
                self.unit.release(pair);
            }
            let key = self.unit.alloc();
            let name = self.name_constant(annotation.name);
            let value = self.operand(&annotation.node.annotation)?;
            self.at(annotation.node.range);
            self.load_constant(name, key);
            let kills = KILL_B | Self::third_kill(value);
            self.unit.emit(Instruction::map_insert(map, key, value.reg).with_flags(kills));
            self.unit.release(key);
            self.unit.place(skip);
        }
        self.emit_return(Operand { reg: map, owned: true });
        let code = self.leave_unit()?;
        self.unit.location = location;
        self.make_function(code, scope, base, 0, dst);
        Ok(())
    }

    fn load_conditional_set(&mut self, dst: Reg) {
        self.load_id(NameId::CONDITIONAL_ANNOTATIONS, dst);
    }

    /// Starts a unit that takes an annotation format and rejects those it does not know.
    pub(super) fn enter_annotate(&mut self, scope: ScopeId, name: &str, first_line: u32) {
        self.enter_unit(UnitKind::TypeScope, scope, name, first_line);
        if name == "__annotate__"
            && let Some(parameter) = self.unit.code.varnames.first_mut()
        {
            *parameter = "format".into();
        }
        self.unit.code.arg_count = 1;
        self.unit.code.posonly_arg_count = 1;
        self.unit.location =
            pyre_bytecode::Location { line: first_line, end_line: first_line, column: 0, end_column: 0 };
        let known = self.unit.new_label();
        self.unit.emit_jump(Instruction::jump_if_not_gt_int(0, 2, 0), known);
        let error = self.unit.alloc();
        self.unit.emit(Instruction::load_common_const(error, CommonConst::NotImplementedError as u16));
        self.raise_one(Operand { reg: error, owned: true });
        self.unit.release(error);
        self.unit.place(known);
    }

    /// Makes the annotate function of a function definition.
    pub(super) fn function_annotate(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        scope: ScopeId,
        first_line: u32,
        dst: Reg,
    ) -> Result {
        let base = self.unit.mark();
        let location = self.unit.location;
        self.enter_annotate(scope, "__annotate__", first_line);
        let parameters = &node.parameters;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args).map(|p| &p.parameter);
        let all = positional
            .chain(parameters.vararg.as_deref())
            .chain(parameters.kwonlyargs.iter().map(|p| &p.parameter))
            .chain(parameters.kwarg.as_deref());
        let annotations = all
            .filter_map(|parameter| Some((parameter.name.as_str(), parameter.annotation.as_deref()?)))
            .chain(node.returns.as_deref().map(|returns| ("return", returns)));
        let map = self.unit.alloc();
        let first = self.unit.mark();
        let mut count = 0usize;
        for (name, annotation) in annotations {
            let key = self.unit.alloc();
            self.at(annotation.range());
            let name = self.name_constant(name);
            self.load_constant(name, key);
            let value = self.unit.alloc();
            self.annotation_to(annotation, value)?;
            count += 1;
        }
        self.unit.location = location;
        let count = self.unit.small(count);
        self.unit.release(first);
        self.unit.emit(Instruction::build_map(map, first, count));
        self.emit_return(Operand { reg: map, owned: true });
        let code = self.leave_unit()?;
        self.unit.location = location;
        self.make_function(code, scope, base, 0, dst);
        Ok(())
    }

    /// An annotation's value; with `from __future__ import annotations`, its text.
    fn annotation_to(&mut self, annotation: &'a Expr, dst: Reg) -> Result {
        if self.features.annotations {
            let text = super::unparse::unparse(annotation, self.source);
            self.at(annotation.range());
            self.load_str(&text, dst);
            return Ok(());
        }
        if let Expr::Starred(starred) = annotation {
            let mark = self.unit.mark();
            let value = self.operand(&starred.value)?;
            self.at(annotation.range());
            let kill = value.kill(KILL_B, Reg::MAX);
            self.unit.emit(Instruction::unpack_sequence(dst, value.reg, 1).with_flags(kill));
            self.unit.release(mark);
            return Ok(());
        }
        self.expr_to(annotation, dst)
    }

    pub(super) fn annotated_assignment(&mut self, node: &'a ast::StmtAnnAssign) -> Result {
        if let Some(value) = &node.value {
            self.assign(&node.target, value)?;
        }
        let kind = self.table.scope(self.unit.scopes[0].id).kind;
        let is_recorded = matches!(kind, ScopeKind::Module | ScopeKind::Class);
        self.at(node.range);
        match &*node.target {
            Expr::Name(target) if node.simple && is_recorded => {
                if self.features.annotations {
                    return self.record_text(target, node);
                }
                let found = self.unit.annotations.iter().find(|found| std::ptr::eq(found.node, node));
                if let Some(condition) = found.and_then(|found| found.condition) {
                    let pair = self.unit.alloc_many(2);
                    self.load_own_conditional_set(pair);
                    self.unit.emit(Instruction::load_int(pair + 1, condition as i32));
                    self.unit.emit(Instruction::set_add(pair, pair + 1).with_flags(KILL_B));
                    self.unit.emit(Instruction::drop_(pair));
                }
                return Ok(());
            }
            Expr::Attribute(target) if node.value.is_none() => self.discard(&target.value)?,
            Expr::Subscript(target) if node.value.is_none() => {
                self.discard(&target.value)?;
                self.discard(&target.slice)?;
            }
            _ => {}
        }
        // The annotation of another target is evaluated but not kept, in modules and classes only.
        if !node.simple && is_recorded && !self.features.annotations {
            self.discard(&node.annotation)?;
        }
        Ok(())
    }

    fn load_own_conditional_set(&mut self, dst: Reg) {
        let own = self.unit.scopes[0].registers.get(&NameId::CONDITIONAL_ANNOTATIONS).copied();
        match own {
            Some(register) => {
                let name = self.small_name(NameId::CONDITIONAL_ANNOTATIONS);
                self.unit.emit(Instruction::load_cell(dst, register, name));
            }
            None => {
                let name = self.name_operand(NameId::CONDITIONAL_ANNOTATIONS);
                self.unit.emit(Instruction::load_name(dst, name));
            }
        }
    }

    /// With `from __future__ import annotations`: `__annotations__[name] = text`.
    fn record_text(&mut self, target: &'a ast::ExprName, node: &'a ast::StmtAnnAssign) -> Result {
        let registers = self.unit.alloc_many(3);
        let text = super::unparse::unparse(&node.annotation, self.source);
        self.load_str(&text, registers);
        self.load_id(NameId::ANNOTATIONS, registers + 1);
        let name: Constant = self.name_constant(&target.id);
        self.load_constant(name, registers + 2);
        let kills = pyre_bytecode::KILL_A | KILL_B | KILL_C;
        let store = Instruction::store_subscr(registers + 1, registers + 2, registers);
        self.unit.emit(store.with_flags(kills));
        Ok(())
    }
}
