//! Functions and lambdas.

use pyre_bytecode::{
    Constant, FUNCTION_ANNOTATE, FUNCTION_CLOSURE, FUNCTION_DEFAULTS, FUNCTION_KWDEFAULTS, Instruction,
    KILL_A, flags,
};
use rustpython_ruff_python_ast::{self as ast, Decorator, Parameters};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::scopes_of_types::has_defaults;
use crate::symbols::{ScopeId, ScopeRole};

impl<'a> Codegen<'a> {
    pub(super) fn function_definition(&mut self, node: &'a ast::StmtFunctionDef) -> Result {
        let (header, first_line) = self.header(&node.decorator_list, node.range);
        let mark = self.unit.mark();
        self.decorators(&node.decorator_list)?;
        self.at(header);
        let function = self.unit.alloc();
        match self.table.find(node, ScopeRole::TypeParams) {
            Some(scope) => self.generic_function(node, scope, first_line, header, function)?,
            None => {
                let base = self.unit.mark();
                let mut kinds = self.defaults(&node.parameters)?;
                self.at(header);
                kinds |= self.annotate_attribute(node, header)?;
                self.function_object(node, first_line, base, kinds, function)?;
            }
        }
        self.unit.release(function + 1);
        self.apply_decorators(&node.decorator_list, function);
        self.at(header);
        let id = self.name_id(&node.name);
        self.store_id(id, Operand { reg: mark, owned: true });
        Ok(())
    }

    /// The place of a definition without its decorators, and the line of its code.
    pub(super) fn header(&self, decorators: &[Decorator], range: TextRange) -> (TextRange, u32) {
        let first = decorators.first().map_or(range.start(), |decorator| decorator.range.start());
        let line = self.source.line_index(first.to_usize()) as u32 + 1;
        (self.source.header(decorators, range), line)
    }

    /// Evaluates decorators into temporaries in a row.
    pub(super) fn decorators(&mut self, decorators: &'a [Decorator]) -> Result {
        for decorator in decorators {
            let register = self.unit.alloc();
            self.expr_to(&decorator.expression, register)?;
        }
        Ok(())
    }

    /// Calls the decorators in the registers below `value`, the newest temporary, from the inside out.
    pub(super) fn apply_decorators(&mut self, decorators: &'a [Decorator], value: Reg) {
        for (index, decorator) in decorators.iter().rev().enumerate() {
            let callable = value - 1 - index as Reg;
            self.at(decorator.expression.range());
            self.unit.emit(Instruction::call(callable, callable, 1));
        }
    }

    /// Evaluates defaults into the next temporaries; which of them there are.
    pub(super) fn defaults(&mut self, parameters: &'a Parameters) -> Result<u8> {
        let mut kinds = 0;
        if has_defaults(parameters, false) {
            let register = self.unit.alloc();
            let positional = parameters.posonlyargs.iter().chain(&parameters.args);
            let defaults: Vec<_> = positional.filter_map(|parameter| parameter.default.as_deref()).collect();
            let mut constants = Vec::new();
            for default in &defaults {
                match self.constant_value(default)? {
                    Some(constant) => constants.push(constant),
                    None => break,
                }
            }
            if constants.len() == defaults.len() {
                self.load_constant(Constant::Tuple(constants.into()), register);
            } else {
                let base = self.unit.mark();
                for default in &defaults {
                    self.temporary_at_top(default)?;
                }
                let count = self.unit.small(defaults.len());
                self.unit.emit(Instruction::build_tuple(register, base, count));
                self.unit.release(base);
            }
            kinds |= FUNCTION_DEFAULTS;
        }
        if has_defaults(parameters, true) {
            let register = self.unit.alloc();
            let base = self.unit.mark();
            let mut count = 0;
            for parameter in &parameters.kwonlyargs {
                if let Some(default) = &parameter.default {
                    let key = self.unit.alloc();
                    let name = self.name_constant(&parameter.parameter.name);
                    self.load_constant(name, key);
                    self.temporary_at_top(default)?;
                    count += 1;
                }
            }
            self.unit.emit(Instruction::build_map(register, base, count));
            self.unit.release(base);
            kinds |= FUNCTION_KWDEFAULTS;
        }
        Ok(kinds)
    }

    pub(super) fn temporary_at_top(&mut self, expr: &'a ast::Expr) -> Result<Reg> {
        let register = self.unit.alloc();
        self.expr_to(expr, register)?;
        Ok(register)
    }

    /// Compiles a function and makes it in `dst`; attributes of these kinds stand in the registers from `base` on.
    pub(super) fn function_object(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        first_line: u32,
        base: Reg,
        kinds: u8,
        dst: Reg,
    ) -> Result {
        let location = self.unit.location;
        let Some(scope) = self.table.find(node, ScopeRole::Body) else { return Ok(()) };
        let kind = if node.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter_unit(kind, scope, &node.name, first_line);
        self.parameter_counts(Some(&node.parameters));
        self.function_flags(scope, node.is_async);
        let mut body = &node.body[..];
        if let Some((text, _, rest)) = self.docstring(body)? {
            body = rest;
            if self.options.optimize < 2 {
                self.unit.constant(text);
                self.unit.code.flags |= flags::HAS_DOCSTRING;
            }
        }
        self.statements(body)?;
        let ends = self
            .unit
            .emitted
            .last()
            .is_some_and(|last| last.instruction.op() == pyre_bytecode::Opcode::Return)
            && !self.unit.labels.contains(&(self.unit.emitted.len() as u32));
        if !ends {
            let none = self.none_temporary();
            self.unit.emit(Instruction::return_(none).with_flags(KILL_A));
        }
        let code = self.leave_unit()?;
        self.unit.location = location;
        self.make_function(code, scope, base, kinds, dst);
        Ok(())
    }

    /// Makes a function of compiled code; the closure is added to the attributes in the registers from `base` on.
    pub(super) fn make_function(&mut self, code: Constant, scope: ScopeId, base: Reg, kinds: u8, dst: Reg) {
        let mut kinds = kinds;
        if self.closure(scope) {
            kinds |= FUNCTION_CLOSURE;
        }
        let index = self.unit.small_constant(code);
        self.unit.emit(Instruction::make_function(dst, index, base).with_flags(kinds));
        self.unit.release(base);
    }

    /// Puts the tuple of cells that a scope's code needs into a new temporary, if it needs any.
    fn closure(&mut self, scope: ScopeId) -> bool {
        use crate::symbols::{Resolution, definition::FREE_IN_CLASS};
        let mut free: Vec<NameId> = self
            .table
            .scope(scope)
            .symbols
            .iter()
            .filter(|symbol| symbol.resolution == Resolution::Free || symbol.flags & FREE_IN_CLASS != 0)
            .map(|symbol| symbol.name)
            .collect();
        if free.is_empty() {
            return false;
        }
        free.sort_by(|x, y| self.names.text(*x).cmp(self.names.text(*y)));
        let tuple = self.unit.alloc();
        let base = self.unit.mark();
        for name in &free {
            let register = self.unit.alloc();
            self.closure_cell_to(*name, register);
        }
        let count = self.unit.small(free.len());
        self.unit.emit(Instruction::build_tuple(tuple, base, count));
        self.unit.release(base);
        true
    }

    /// Sets the counts of parameters and the flags that depend on them.
    pub(super) fn parameter_counts(&mut self, parameters: Option<&Parameters>) {
        let Some(parameters) = parameters else { return };
        let code = &mut self.unit.code;
        code.posonly_arg_count = parameters.posonlyargs.len() as u32;
        code.arg_count = (parameters.posonlyargs.len() + parameters.args.len()) as u32;
        code.kwonly_arg_count = parameters.kwonlyargs.len() as u32;
        if parameters.vararg.is_some() {
            code.flags |= flags::VARARGS;
        }
        if parameters.kwarg.is_some() {
            code.flags |= flags::VARKEYWORDS;
        }
    }

    fn function_flags(&mut self, scope: ScopeId, is_async: bool) {
        let is_generator = self.table.scope(scope).is_generator;
        self.unit.code.flags |= match (is_async, is_generator) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::COROUTINE,
            (false, true) => flags::GENERATOR,
            (false, false) => 0,
        };
        self.unit.mark_suspended_start();
    }

    pub(super) fn lambda(&mut self, node: &'a ast::ExprLambda, dst: Reg) -> Result {
        let Some(scope) = self.table.find(node, ScopeRole::Body) else { return Ok(()) };
        let base = self.unit.mark();
        let kinds = match &node.parameters {
            Some(parameters) => self.defaults(parameters)?,
            None => 0,
        };
        let first_line = self.source.line_index(node.range.start().to_usize()) as u32 + 1;
        self.enter_unit(UnitKind::Lambda, scope, "<lambda>", first_line);
        self.parameter_counts(node.parameters.as_deref());
        self.function_flags(scope, false);
        let value = self.operand(&node.body)?;
        self.at(node.body.range());
        self.emit_return(value);
        let code = self.leave_unit()?;
        self.at(node.range);
        self.make_function(code, scope, base, kinds, dst);
        Ok(())
    }

    /// The annotate function of a function, in the next temporary, if it has annotations.
    pub(super) fn annotate_attribute(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        header: TextRange,
    ) -> Result<u8> {
        let first_line = self.source.line_index(header.start().to_usize()) as u32 + 1;
        let Some(scope) = self.table.find(node, ScopeRole::Annotations) else { return Ok(0) };
        let register = self.unit.alloc();
        self.function_annotate(node, scope, first_line, register)?;
        Ok(FUNCTION_ANNOTATE)
    }
}

/// A docstring without the indentation that its lines share.
pub(super) fn clean_docstring(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len());
    let mut column = 0;
    for byte in text {
        match byte {
            b'\t' => {
                let spaces = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\n' | b'\r' => {
                expanded.push(*byte);
                column = 0;
            }
            byte => {
                expanded.push(*byte);
                column += (byte & 0xC0 != 0x80) as usize;
            }
        }
    }
    let mut lines = expanded.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let margin = lines.clone().filter(|line| indent(line) < line.len()).map(indent).min().unwrap_or(0);
    let mut cleaned = first[indent(first)..].to_vec();
    for line in lines {
        cleaned.push(b'\n');
        cleaned.extend_from_slice(&line[margin.min(indent(line))..]);
    }
    cleaned
}
