//! Statements.

use pyre_bytecode::{CommonConst, Instruction, Intrinsic1};
use rustpython_ruff_python_ast::{self as ast, Expr, Stmt};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::blocks::Leave;
use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};

impl<'a> Codegen<'a> {
    pub(super) fn statements(&mut self, body: &'a [Stmt]) -> Result {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> Result {
        let mark = self.unit.mark();
        self.at(statement.range());
        match statement {
            Stmt::FunctionDef(node) => self.function_definition(node)?,
            Stmt::ClassDef(node) => self.class_definition(node)?,
            Stmt::Return(node) => self.return_statement(node)?,
            Stmt::Delete(node) => {
                node.targets.iter().try_for_each(|target| self.delete(target))?;
            }
            Stmt::TypeAlias(node) => self.type_alias(node)?,
            Stmt::Assign(node) => self.assignment(node)?,
            Stmt::AugAssign(node) => self.augmented_assignment(node)?,
            Stmt::AnnAssign(node) => self.annotated_assignment(node)?,
            Stmt::For(node) => self.for_statement(node)?,
            Stmt::While(node) => self.while_statement(node)?,
            Stmt::If(node) => self.if_statement(node)?,
            Stmt::With(node) => self.with_statement(node)?,
            Stmt::Match(node) => self.match_statement(node)?,
            Stmt::Raise(node) => self.raise_statement(node)?,
            Stmt::Try(node) => self.try_statement(node)?,
            Stmt::Assert(node) => self.assert_statement(node)?,
            Stmt::Import(node) => self.import_statement(node)?,
            Stmt::ImportFrom(node) => self.import_from_statement(node)?,
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::Expr(node) => self.expression_statement(&node.value)?,
            Stmt::Pass(_) => self.unit.emit(Instruction::nop()),
            Stmt::Break(node) => self.break_statement(node.range)?,
            Stmt::Continue(node) => self.continue_statement(node.range)?,
            Stmt::IpyEscapeCommand(node) => return self.error(node.range, "invalid syntax"),
        }
        self.unit.release(mark);
        Ok(())
    }

    fn expression_statement(&mut self, value: &'a Expr) -> Result {
        if self.interactive && self.outer.is_empty() {
            let work = self.unit.alloc();
            self.expr_to(value, work)?;
            self.at(value.range());
            self.unit.emit(Instruction::intrinsic1(work, work, Intrinsic1::PrintExpr as u16));
            self.unit.emit(Instruction::drop_(work));
            return Ok(());
        }
        if Self::is_literal(value) {
            // Evaluated for the errors and warnings it may give.
            return self.constant_value(value).map(|_| ());
        }
        self.discard(value)
    }

    fn return_statement(&mut self, node: &'a ast::StmtReturn) -> Result {
        if !self.in_function() {
            return self.error(node.range, "'return' outside function");
        }
        self.check_leaves_finally("return", node.range);
        let scope = self.table.scope(self.unit.scopes[0].id);
        if node.value.is_some() && self.unit.kind == UnitKind::AsyncFunction && scope.is_generator {
            return self.error(node.range, "'return' with value in async generator");
        }
        let runs_code = !self.unit.blocks.is_empty();
        let value = match &node.value {
            // Cleanup may rebind a variable, so what is returned is a copy of it.
            Some(value) if runs_code => Operand { reg: self.temporary(value)?, owned: true },
            Some(value) => self.operand(value)?,
            None => {
                self.at(node.range);
                self.leave_blocks(Leave::Function, node.range)?;
                self.at(node.range);
                let handler = std::mem::replace(&mut self.unit.handler, super::unit::NONE);
                let none = self.none_temporary();
                self.emit_return(Operand { reg: none, owned: true });
                self.unit.handler = handler;
                return Ok(());
            }
        };
        self.at(node.range);
        self.leave_blocks(Leave::Function, node.range)?;
        self.at(node.range);
        let handler = std::mem::replace(&mut self.unit.handler, super::unit::NONE);
        self.emit_return(value);
        self.unit.handler = handler;
        Ok(())
    }

    fn if_statement(&mut self, node: &'a ast::StmtIf) -> Result {
        let end = self.unit.new_label();
        let mut next = self.unit.new_label();
        self.branch(&node.test, next, false)?;
        self.statements(&node.body)?;
        for clause in &node.elif_else_clauses {
            self.unit.emit_jump(Instruction::jump(0), end);
            self.unit.place(next);
            next = self.unit.new_label();
            if let Some(test) = &clause.test {
                self.at(test.range());
                self.branch(test, next, false)?;
            }
            self.statements(&clause.body)?;
        }
        self.unit.place(next);
        self.unit.place(end);
        Ok(())
    }

    fn assert_statement(&mut self, node: &'a ast::StmtAssert) -> Result {
        if let Expr::Tuple(tuple) = &*node.test
            && !tuple.elts.is_empty()
        {
            self.syntax_warning(node.range, "assertion is always true, perhaps remove parentheses?".into());
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.unit.new_label();
        self.branch(&node.test, end, true)?;
        let error = self.unit.alloc();
        self.at(node.range);
        self.unit.emit(Instruction::load_common_const(error, CommonConst::AssertionError as u16));
        if let Some(message) = &node.msg {
            let argument = self.unit.alloc();
            self.expr_to(message, argument)?;
            self.at(node.range);
            self.unit.emit(Instruction::call(error, error, 1));
        }
        self.at(node.test.range());
        self.raise_one(Operand { reg: error, owned: true });
        self.unit.place(end);
        Ok(())
    }

    fn delete(&mut self, target: &'a Expr) -> Result {
        let mark = self.unit.mark();
        match target {
            Expr::Name(node) => {
                self.at(node.range);
                let id = self.name_id(&node.id);
                self.delete_id(id);
            }
            Expr::Attribute(node) => {
                let object = self.operand(&node.value)?;
                self.at(node.range);
                let name = self.attribute_name(&node.attr);
                let kill = object.kill(pyre_bytecode::KILL_A, Reg::MAX);
                self.unit.emit(Instruction::delete_attr(object.reg, name).with_flags(kill));
            }
            Expr::Subscript(node) => {
                let object = self.stable_operand(&node.value, &[&node.slice], None)?;
                let key = self.operand(&node.slice)?;
                self.at(node.range);
                let kills = object.kill(pyre_bytecode::KILL_A, Reg::MAX) | Self::value_kill(key);
                self.unit.emit(Instruction::delete_subscr(object.reg, key.reg).with_flags(kills));
            }
            Expr::Tuple(node) => node.elts.iter().try_for_each(|target| self.delete(target))?,
            Expr::List(node) => node.elts.iter().try_for_each(|target| self.delete(target))?,
            other => return self.error(other.range(), "cannot delete expression"),
        }
        self.unit.release(mark);
        Ok(())
    }

    /// The body of a module: docstring, annotations, statements.
    pub(super) fn module_body(&mut self, body: &'a [Stmt]) -> Result {
        self.module_annotations(body)?;
        let body = self.store_docstring(body)?;
        self.statements(body)
    }

    /// Stores the docstring as `__doc__`; gives the other statements.
    pub(super) fn store_docstring(&mut self, body: &'a [Stmt]) -> Result<&'a [Stmt]> {
        if self.interactive && self.outer.is_empty() {
            return Ok(body);
        }
        let Some((text, range, rest)) = self.docstring(body)? else { return Ok(body) };
        if self.options.optimize < 2 {
            self.at(range);
            let register = self.unit.alloc();
            self.load_constant(text, register);
            let id = self.names.intern("__doc__");
            self.store_id(id, Operand { reg: register, owned: true });
            self.unit.release(register);
        }
        Ok(rest)
    }

    /// The docstring of a body, its place, and the statements after it.
    pub(super) fn docstring(
        &mut self,
        body: &'a [Stmt],
    ) -> Result<Option<(pyre_bytecode::Constant, TextRange, &'a [Stmt])>> {
        let Some((Stmt::Expr(first), rest)) = body.split_first() else { return Ok(None) };
        if !first.value.is_string_literal_expr() {
            return Ok(None);
        }
        match self.constant_value(&first.value)? {
            Some(pyre_bytecode::Constant::Str(text)) => {
                let text = super::function::clean_docstring(&text);
                Ok(Some((pyre_bytecode::Constant::Str(text.into()), first.range, rest)))
            }
            _ => Ok(None),
        }
    }
}
