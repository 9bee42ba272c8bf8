//! Calls. The callable and its arguments are evaluated into consecutive temporaries at the top.

use pyre_bytecode::{Constant, Instruction, KILL_B, KILL_C};
use rustpython_ruff_python_ast::{self as ast, Arguments, Expr, Keyword};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{Operand, Reg};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::{Resolution, ScopeId, ScopeKind};

/// An argument list with stars, or with more arguments than a call instruction takes, needs a tuple and a dict.
fn needs_collections(arguments: &Arguments) -> bool {
    arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
        || arguments.args.len() + arguments.keywords.len() > 4000
}

impl<'a> Codegen<'a> {
    pub(super) fn call(&mut self, node: &'a ast::ExprCall, dst: Reg) -> Result {
        self.check_caller(&node.func);
        if !needs_collections(&node.arguments)
            && let Expr::Attribute(attribute) = &*node.func
        {
            return self.method_call(node, attribute, dst);
        }
        let base = if self.unit.is_top(dst) { dst } else { self.unit.alloc() };
        self.expr_to(&node.func, base)?;
        self.call_with(base, 0, &node.arguments, node.range, dst)
    }

    fn method_call(
        &mut self,
        node: &'a ast::ExprCall,
        attribute: &'a ast::ExprAttribute,
        dst: Reg,
    ) -> Result {
        let base = if self.unit.is_top(dst) { dst } else { self.unit.alloc() };
        let name_range = method_range(self, attribute);
        if let Some(operands) = self.super_operands(attribute)? {
            let mark = self.unit.mark();
            self.unit.release(base + 1);
            self.unit.alloc();
            self.at(name_range);
            let name = self.attribute_name(&attribute.attr);
            // The two results may overlap the operands, which are consumed first.
            self.unit.emit(Instruction::load_super_method(base, operands, name));
            debug_assert!(mark >= base + 2);
        } else {
            let object = self.operand_in(&attribute.value, Some(base))?;
            self.unit.release(base + 1);
            self.unit.alloc();
            self.at(name_range);
            let name = self.attribute_name(&attribute.attr);
            let kill = object.kill(KILL_B, base);
            self.unit.emit(Instruction::load_method(base, object.reg, name).with_flags(kill));
        }
        let range = TextRange::new(name_range.start(), node.range.end());
        let (count, names) = self.plain_arguments(&node.arguments)?;
        self.at(range);
        match names {
            None => self.unit.emit(Instruction::call_method(dst, base, count)),
            Some(names) => {
                let names = self.unit.constant(names);
                self.unit.emit_extra(Instruction::call_method_kw(dst, base, count), names as u64);
            }
        }
        Ok(())
    }

    /// Calls what is in `base`, the newest temporary but for `given` arguments after it.
    pub(super) fn call_with(
        &mut self,
        base: Reg,
        given: u16,
        arguments: &'a Arguments,
        range: TextRange,
        dst: Reg,
    ) -> Result {
        if needs_collections(arguments) {
            return self.call_collections(base, given, arguments, None, range, dst);
        }
        let (count, names) = self.plain_arguments(arguments)?;
        self.at(range);
        match names {
            None => self.unit.emit(Instruction::call(dst, base, given + count)),
            Some(names) => {
                let names = self.unit.constant(names);
                self.unit.emit_extra(Instruction::call_kw(dst, base, given + count), names as u64);
            }
        }
        Ok(())
    }

    /// Evaluates arguments into the next temporaries: their number, and the tuple of keyword names if there are any.
    pub(super) fn plain_arguments(&mut self, arguments: &'a Arguments) -> Result<(u16, Option<Constant>)> {
        for argument in &arguments.args {
            let register = self.unit.alloc();
            self.expr_to(argument, register)?;
        }
        for keyword in &arguments.keywords {
            let register = self.unit.alloc();
            self.expr_to(&keyword.value, register)?;
        }
        let count = (arguments.args.len() + arguments.keywords.len()) as u16;
        let names = (!arguments.keywords.is_empty()).then(|| self.keyword_names(&arguments.keywords));
        Ok((count, names))
    }

    fn keyword_names(&mut self, keywords: &'a [Keyword]) -> Constant {
        let names: Vec<Constant> = keywords
            .iter()
            .filter_map(|keyword| keyword.arg.as_ref())
            .map(|arg| self.name_constant(arg))
            .collect();
        Constant::Tuple(names.into())
    }

    /// A name as a string constant, mangled if it is private.
    pub(super) fn name_constant(&mut self, name: &str) -> Constant {
        let id = self.name_id(name);
        Constant::Str(self.names.text(id).as_bytes().into())
    }

    /// A call with a sequence of positional and a mapping of keyword arguments. The `given` arguments come first,
    /// `extra` last among the positional ones.
    pub(super) fn call_collections(
        &mut self,
        base: Reg,
        given: u16,
        arguments: &'a Arguments,
        extra: Option<Reg>,
        range: TextRange,
        dst: Reg,
    ) -> Result {
        if given == 0
            && extra.is_none()
            && let [Expr::Starred(only)] = &*arguments.args
        {
            let positional = self.unit.alloc();
            self.expr_to(&only.value, positional)?;
        } else if given == 0 && extra.is_none() {
            let positional = self.unit.alloc();
            self.tuple(&arguments.args, range, positional)?;
            self.unit.release(positional + 1);
        } else {
            let positional = base + 1;
            self.at(range);
            self.unit.emit(Instruction::build_list(positional, positional, given));
            self.unit.release(positional + 1);
            self.extend_sequence(&arguments.args, positional, false)?;
            if let Some(extra) = extra {
                self.at(range);
                self.unit.emit(Instruction::list_append(positional, extra));
            }
            self.at(range);
            self.unit.emit(Instruction::list_to_tuple(positional, positional));
        }
        let keywords = self.unit.alloc();
        debug_assert_eq!(keywords, base + 2);
        if arguments.keywords.is_empty() {
            self.unit.emit(Instruction::drop_(keywords));
        } else {
            self.keyword_dict(&arguments.keywords, base, keywords, range)?;
        }
        self.at(range);
        self.unit.emit(Instruction::call_ex(dst, base));
        Ok(())
    }

    /// Builds the dict of keyword arguments in `dst`.
    fn keyword_dict(&mut self, keywords: &'a [Keyword], callable: Reg, dst: Reg, range: TextRange) -> Result {
        let first_star = keywords.iter().position(|keyword| keyword.arg.is_none()).unwrap_or(keywords.len());
        let (head, tail) = keywords.split_at(first_star.min(100));
        self.keyword_map(head, dst)?;
        let mark = self.unit.mark();
        let mut rest = tail;
        while let Some((keyword, after)) = rest.split_first() {
            if keyword.arg.is_none() {
                let mapping = self.operand(&keyword.value)?;
                self.at(range);
                let kill = mapping.kill(KILL_B, Reg::MAX);
                self.unit.emit(Instruction::dict_merge(dst, mapping.reg, callable).with_flags(kill));
                rest = after;
            } else {
                let length =
                    rest.iter().position(|keyword| keyword.arg.is_none()).unwrap_or(rest.len()).min(100);
                let (run, after) = rest.split_at(length);
                let map = self.unit.alloc();
                self.keyword_map(run, map)?;
                self.at(range);
                self.unit.emit(Instruction::dict_merge(dst, map, callable).with_flags(KILL_B));
                rest = after;
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    fn keyword_map(&mut self, keywords: &'a [Keyword], dst: Reg) -> Result {
        let mark = self.unit.mark();
        for keyword in keywords {
            let key = self.unit.alloc();
            if let Some(arg) = &keyword.arg {
                let constant = self.name_constant(arg);
                self.load_constant(constant, key);
            }
            let value = self.unit.alloc();
            self.expr_to(&keyword.value, value)?;
        }
        self.unit.emit(Instruction::build_map(dst, mark, keywords.len() as u16));
        self.unit.release(mark);
        Ok(())
    }

    /// If the attribute is one of `super()` or `super(class, object)`, evaluates the three operands of the `super`
    /// instructions into temporaries in a row and gives the first.
    pub(super) fn super_operands(&mut self, node: &'a ast::ExprAttribute) -> Result<Option<Reg>> {
        let Expr::Call(call) = &*node.value else { return Ok(None) };
        let Expr::Name(name) = &*call.func else { return Ok(None) };
        if name.id != *"super" || !call.arguments.keywords.is_empty() || node.attr.as_str() == "__class__" {
            return Ok(None);
        }
        // `super` must be the builtin as far as one can see.
        let scope = self.table.scope(self.unit.scopes[self.unit.scopes.len() - 1].id);
        let is_global =
            scope.symbol(NameId::SUPER).is_some_and(|symbol| symbol.resolution == Resolution::GlobalImplicit);
        if !is_global
            || self.table.scope(ScopeId(0)).symbol(NameId::SUPER).is_some_and(|s| s.flags & 0xF != 0)
        {
            return Ok(None);
        }
        let arguments = &call.arguments.args;
        match &**arguments {
            [class, object] if !class.is_starred_expr() && !object.is_starred_expr() => {
                let base = self.unit.alloc_many(3);
                self.load_name(name, base);
                self.expr_to(class, base + 1)?;
                self.expr_to(object, base + 2)?;
                Ok(Some(base))
            }
            [] => {
                let unit_scope = self.table.scope(self.unit.scopes[0].id);
                let is_function = matches!(unit_scope.kind, ScopeKind::Function | ScopeKind::Lambda);
                let has_class = self.unit.free_index.get(&NameId::CLASS).copied();
                let (Some(class), true, true) = (has_class, is_function, self.unit.code.arg_count > 0) else {
                    return Ok(None);
                };
                let base = self.unit.alloc_many(3);
                self.load_name(name, base);
                self.at(call.range);
                self.unit.emit(Instruction::load_free(base + 1, class));
                let first = unit_scope.symbols.first().map(|symbol| symbol.name);
                match first.filter(|first| unit_scope.flags(*first) & crate::symbols::definition::PARAM != 0)
                {
                    Some(first) => self.load_first_parameter(first, base + 2),
                    None => self.unit.emit(Instruction::move_(base + 2, 0)),
                }
                Ok(Some(base))
            }
            _ => Ok(None),
        }
    }

    fn load_first_parameter(&mut self, name: NameId, dst: Reg) {
        match self.captured(name, 0) {
            super::names::Access::Cell(register) => {
                let name = self.small_name(name);
                self.unit.emit(Instruction::load_cell(dst, register, name));
            }
            _ => {
                if self.table.scope(self.unit.scopes[0].id).flags(name) & crate::symbols::definition::DELETED
                    != 0
                {
                    let name = self.name_operand(name);
                    self.unit.emit(Instruction::check_local(0, name));
                }
                self.unit.emit(Instruction::move_(dst, 0));
            }
        }
    }

    /// Drops an operand's kill flags into an instruction of the shape (container, value).
    pub(super) fn value_kill(value: Operand) -> u8 {
        value.kill(KILL_B, Reg::MAX)
    }

    /// As `value_kill` for the third operand.
    pub(super) fn third_kill(value: Operand) -> u8 {
        value.kill(KILL_C, Reg::MAX)
    }
}

/// Where a method call's lookup is shown: from the attribute's name on if it stands on a later line than its object.
fn method_range(generator: &Codegen, attribute: &ast::ExprAttribute) -> TextRange {
    let source = generator.source;
    let start_line = source.line_index(attribute.range.start().to_usize());
    let name_line = source.line_index(attribute.attr.range().start().to_usize());
    if start_line == name_line { attribute.range } else { attribute.attr.range() }
}
