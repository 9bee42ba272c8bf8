//! Type parameters and type aliases (PEP 695, PEP 696). A generic definition is made inside a function that is called
//! at once and whose variables are the type parameters.

use pyre_bytecode::{
    Constant, FUNCTION_DEFAULTS, FUNCTION_KWDEFAULTS, Instruction, Intrinsic1, Intrinsic2, KILL_A,
};
use rustpython_ruff_python_ast::{self as ast, Expr, TypeParam, TypeParams};
use rustpython_ruff_text_size::TextRange;

use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::{ScopeId, ScopeRole};

impl<'a> Codegen<'a> {
    /// Makes a generic function in `dst`.
    pub(super) fn generic_function(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        scope: ScopeId,
        first_line: u32,
        header: TextRange,
        dst: Reg,
    ) -> Result {
        let callable = self.unit.alloc();
        let kinds = self.defaults(&node.parameters)?;
        self.at(header);
        let name = format!("<generic parameters of {}>", node.name);
        self.enter_unit(UnitKind::TypeScope, scope, &name, first_line);
        let given = kinds.count_ones() as u16;
        self.unit.code.arg_count = given as u32;
        self.at(header);
        let pair = self.unit.alloc_many(2);
        if let Some(type_params) = &node.type_params {
            self.type_params(type_params, pair + 1)?;
        }
        self.at(header);
        let base = self.unit.mark();
        let parameters = [(FUNCTION_DEFAULTS, NameId::DEFAULTS), (FUNCTION_KWDEFAULTS, NameId::KWDEFAULTS)];
        for (kind, parameter) in parameters {
            if kinds & kind != 0 {
                let register = self.unit.alloc();
                self.load_id(parameter, register);
            }
        }
        let kinds = kinds | self.annotate_attribute(node, header)?;
        self.function_object(node, first_line, base, kinds, pair)?;
        self.unit.emit(Instruction::intrinsic2(pair, pair, Intrinsic2::SetFunctionTypeParams as u16));
        self.emit_return(Operand { reg: pair, owned: true });
        let code = self.leave_unit()?;
        self.at(header);
        let attributes = self.unit.mark();
        self.make_function(code, scope, attributes, 0, callable);
        self.unit.emit(Instruction::call(dst, callable, given));
        Ok(())
    }

    /// Makes a generic class in `dst`.
    pub(super) fn generic_class(
        &mut self,
        node: &'a ast::StmtClassDef,
        scope: ScopeId,
        first_line: u32,
        header: TextRange,
        dst: Reg,
    ) -> Result {
        let name = format!("<generic parameters of {}>", node.name);
        self.enter_unit(UnitKind::TypeScope, scope, &name, first_line);
        self.at(header);
        let params = self.unit.alloc();
        if let Some(type_params) = &node.type_params {
            self.type_params(type_params, params)?;
        }
        self.at(header);
        self.store_id(NameId::TYPE_PARAMS, Operand { reg: params, owned: false });
        self.unit.emit(Instruction::intrinsic1(params, params, Intrinsic1::SubscriptGeneric as u16));
        let class = self.unit.alloc();
        self.class_object(node, first_line, header, Some(params), class)?;
        self.emit_return(Operand { reg: class, owned: true });
        self.call_type_params(scope, header, dst)
    }

    /// Ends the unit of a scope of type parameters and calls it.
    fn call_type_params(&mut self, scope: ScopeId, range: TextRange, dst: Reg) -> Result {
        let code = self.leave_unit()?;
        self.at(range);
        let callable = self.unit.alloc();
        let attributes = self.unit.mark();
        self.make_function(code, scope, attributes, 0, callable);
        self.unit.emit(Instruction::call(dst, callable, 0));
        Ok(())
    }

    /// Makes the type parameters, binds their names, and puts the tuple of them into `dst`.
    fn type_params(&mut self, type_params: &'a TypeParams, dst: Reg) -> Result {
        let base = self.unit.mark();
        for type_param in &type_params.type_params {
            let register = self.unit.alloc();
            self.type_param(type_param, register)?;
            self.unit.release(register + 1);
            let id = self.name_id(type_param.name());
            self.store_id(id, Operand { reg: register, owned: false });
        }
        let count = self.unit.small(type_params.type_params.len());
        self.unit.emit(Instruction::build_tuple(dst, base, count));
        self.unit.release(base);
        Ok(())
    }

    fn type_param(&mut self, type_param: &'a TypeParam, dst: Reg) -> Result {
        match type_param {
            TypeParam::TypeVar(node) => {
                self.at(node.range);
                match &node.bound {
                    None => self.simple_type_param(&node.name, Intrinsic1::TypeVar, dst),
                    Some(bound) => {
                        let pair = self.unit.alloc_many(2);
                        self.load_str(&node.name, pair);
                        self.evaluator(node, ScopeRole::Value, bound, &node.name, pair + 1)?;
                        let kind = if bound.is_tuple_expr() {
                            Intrinsic2::TypeVarWithConstraints
                        } else {
                            Intrinsic2::TypeVarWithBound
                        };
                        self.at(node.range);
                        self.unit.emit(Instruction::intrinsic2(dst, pair, kind as u16));
                    }
                }
                self.type_default(node, node.default.as_deref(), &node.name, dst)
            }
            TypeParam::TypeVarTuple(node) => {
                self.at(node.range);
                self.simple_type_param(&node.name, Intrinsic1::TypeVarTuple, dst);
                self.type_default(node, node.default.as_deref(), &node.name, dst)
            }
            TypeParam::ParamSpec(node) => {
                self.at(node.range);
                self.simple_type_param(&node.name, Intrinsic1::ParamSpec, dst);
                self.type_default(node, node.default.as_deref(), &node.name, dst)
            }
        }
    }

    fn simple_type_param(&mut self, name: &str, kind: Intrinsic1, dst: Reg) {
        self.load_str(name, dst);
        self.unit.emit(Instruction::intrinsic1(dst, dst, kind as u16));
    }

    fn type_default<T>(&mut self, node: &T, default: Option<&'a Expr>, name: &str, dst: Reg) -> Result {
        let Some(default) = default else { return Ok(()) };
        let pair = self.unit.alloc_many(2);
        self.unit.emit(Instruction::take(pair, dst));
        self.evaluator(node, ScopeRole::Default, default, name, pair + 1)?;
        self.unit.emit(Instruction::intrinsic2(dst, pair, Intrinsic2::SetTypeParamDefault as u16));
        Ok(())
    }

    /// Makes a function that computes a bound, default or alias value in the format it is asked for.
    fn evaluator<T>(&mut self, node: &T, role: ScopeRole, value: &'a Expr, name: &str, dst: Reg) -> Result {
        let Some(scope) = self.table.find(node, role) else { return Ok(()) };
        let location = self.unit.location;
        let base = self.unit.alloc();
        self.load_constant(Constant::Tuple([Constant::Int(1)].into()), base);
        self.enter_annotate(scope, name, location.line);
        let result = self.unit.alloc();
        if let Expr::Starred(starred) = value {
            let items = self.operand(&starred.value)?;
            let kill = items.kill(pyre_bytecode::KILL_B, Reg::MAX);
            self.unit.emit(Instruction::unpack_sequence(result, items.reg, 1).with_flags(kill));
        } else {
            self.expr_to(value, result)?;
        }
        self.unit.emit(Instruction::return_(result).with_flags(KILL_A));
        let code = self.leave_unit()?;
        self.unit.location = location;
        self.make_function(code, scope, base, FUNCTION_DEFAULTS, dst);
        Ok(())
    }

    pub(super) fn type_alias(&mut self, node: &'a ast::StmtTypeAlias) -> Result {
        let Expr::Name(name) = &*node.name else {
            return self.error(node.range, "invalid syntax");
        };
        let result = self.unit.alloc();
        match self.table.find(node, ScopeRole::TypeParams) {
            None => {
                let base = self.unit.alloc_many(3);
                self.load_str(&name.id, base);
                self.unit.emit(Instruction::load_singleton(base + 1, 0));
                self.alias_object(node, &name.id, base, result)?;
            }
            Some(scope) => {
                let first_line = self.unit.location.line;
                let unit_name = format!("<generic parameters of {}>", name.id);
                self.enter_unit(UnitKind::TypeScope, scope, &unit_name, first_line);
                self.at(node.range);
                let result_inside = self.unit.alloc();
                let base = self.unit.alloc_many(3);
                self.load_str(&name.id, base);
                if let Some(type_params) = &node.type_params {
                    self.type_params(type_params, base + 1)?;
                }
                self.alias_object(node, &name.id, base, result_inside)?;
                self.emit_return(Operand { reg: result_inside, owned: true });
                self.call_type_params(scope, node.range, result)?;
            }
        }
        self.at(node.range);
        let id = self.name_id(&name.id);
        self.store_id(id, Operand { reg: result, owned: true });
        Ok(())
    }

    fn alias_object(&mut self, node: &'a ast::StmtTypeAlias, name: &str, base: Reg, dst: Reg) -> Result {
        self.at(node.range);
        self.evaluator(node, ScopeRole::Value, &node.value, name, base + 2)?;
        self.unit.emit(Instruction::build_tuple(dst, base, 3));
        self.unit.emit(Instruction::intrinsic1(dst, dst, Intrinsic1::TypeAlias as u16));
        Ok(())
    }
}
