//! The part of the walk that handles definitions: functions, classes, lambdas, type parameters, type aliases and the
//! annotation scopes that belong to them.

use rustpython_ruff_python_ast::{self as ast, Expr, Parameters, TypeParam, TypeParams};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::build::{Builder, Result};
use super::definition::*;
use super::{ScopeKind, ScopeRole};
use crate::names::NameId;

impl Builder<'_> {
    pub(super) fn function_definition(&mut self, node: &ast::StmtFunctionDef) -> Result {
        self.bind(&node.name, LOCAL)?;
        self.parameter_defaults(&node.parameters)?;
        node.decorator_list.iter().try_for_each(|decorator| self.expression(&decorator.expression))?;
        match &node.type_params {
            None => self.function_parts(node),
            Some(type_params) => self.type_params_scope(node, node.range, |builder| {
                if has_defaults(&node.parameters, false) {
                    builder.define_id(builder.current, NameId::DEFAULTS, PARAM, node.range)?;
                }
                if has_defaults(&node.parameters, true) {
                    builder.define_id(builder.current, NameId::KWDEFAULTS, PARAM, node.range)?;
                }
                builder.type_params(type_params)?;
                builder.function_parts(node)
            }),
        }
    }

    /// Annotations, parameters and body of a function.
    fn function_parts(&mut self, node: &ast::StmtFunctionDef) -> Result {
        self.function_annotations(node)?;
        self.in_scope(node, ScopeRole::Body, ScopeKind::Function, |builder| {
            builder.parameters(&node.parameters)?;
            if node.is_async {
                builder.scope_mut().is_coroutine = true;
            }
            builder.statements(&node.body)
        })?;
        Ok(())
    }

    fn function_annotations(&mut self, node: &ast::StmtFunctionDef) -> Result {
        let annotations = || {
            let parameters = node.parameters.iter().filter_map(|parameter| parameter.annotation());
            parameters.chain(node.returns.as_deref())
        };
        if annotations().next().is_none() {
            return Ok(());
        }
        if self.future_annotations {
            // They are kept as text and use no names.
            self.in_scope(node, ScopeRole::Annotations, ScopeKind::Annotations, |builder| {
                builder.scope_mut().annotations_used = true;
                builder.define_id(builder.current, NameId::FORMAT, PARAM, node.range)
            })?;
            return Ok(());
        }
        self.type_scope(
            node,
            ScopeRole::Annotations,
            ScopeKind::Annotations,
            node.range,
            "an annotation",
            |builder| {
                builder.scope_mut().annotations_used = true;
                annotations().try_for_each(|annotation| builder.annotation(annotation))
            },
        )
    }

    /// `*args: *Ts` has a starred annotation.
    fn annotation(&mut self, annotation: &Expr) -> Result {
        match annotation {
            Expr::Starred(starred) => self.expression(&starred.value),
            other => self.expression(other),
        }
    }

    pub(super) fn lambda(&mut self, node: &ast::ExprLambda) -> Result {
        if let Some(parameters) = &node.parameters {
            self.parameter_defaults(parameters)?;
        }
        self.in_scope(node, ScopeRole::Body, ScopeKind::Lambda, |builder| {
            if let Some(parameters) = &node.parameters {
                builder.parameters(parameters)?;
            }
            builder.expression(&node.body)
        })?;
        Ok(())
    }

    fn parameter_defaults(&mut self, parameters: &Parameters) -> Result {
        parameters
            .iter_non_variadic_params()
            .try_for_each(|parameter| self.optional(parameter.default.as_deref()))
    }

    fn parameters(&mut self, parameters: &Parameters) -> Result {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        for parameter in positional.chain(&parameters.kwonlyargs) {
            self.bind(&parameter.parameter.name, PARAM)?;
        }
        let variadic = parameters.vararg.iter().chain(&parameters.kwarg);
        variadic.into_iter().try_for_each(|parameter| self.bind(&parameter.name, PARAM))
    }

    pub(super) fn class_definition(&mut self, node: &ast::StmtClassDef) -> Result {
        self.bind(&node.name, LOCAL)?;
        node.decorator_list.iter().try_for_each(|decorator| self.expression(&decorator.expression))?;
        match &node.type_params {
            None => self.class_parts(node),
            Some(type_params) => {
                let outer = self.private.clone();
                self.private = Some(node.name.as_str().into());
                let result = self.type_params_scope(node, node.range, |builder| {
                    builder.define_id(builder.current, NameId::TYPE_PARAMS, LOCAL, node.range)?;
                    builder.define_id(builder.current, NameId::TYPE_PARAMS, USE, node.range)?;
                    builder.type_params(type_params)?;
                    builder.class_parts(node)
                });
                self.private = outer;
                result
            }
        }
    }

    /// Bases and body of a class.
    fn class_parts(&mut self, node: &ast::StmtClassDef) -> Result {
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments)?;
        }
        let outer = self.private.clone();
        self.private = Some(node.name.as_str().into());
        let result = self.in_scope(node, ScopeRole::Body, ScopeKind::Class, |builder| {
            if node.type_params.is_some() {
                builder.define_id(builder.current, NameId::TYPE_PARAMS, USE, node.range)?;
            }
            builder.statements(&node.body)
        });
        self.private = outer;
        result.map(|_| ())
    }

    pub(super) fn type_alias(&mut self, node: &ast::StmtTypeAlias) -> Result {
        self.expression(&node.name)?;
        match &node.type_params {
            None => self.alias_value(node),
            Some(type_params) => self.type_params_scope(node, node.range, |builder| {
                builder.type_params(type_params)?;
                builder.alias_value(node)
            }),
        }
    }

    fn alias_value(&mut self, node: &ast::StmtTypeAlias) -> Result {
        self.type_scope(node, ScopeRole::Value, ScopeKind::TypeAlias, node.range, "a type alias", |builder| {
            builder.expression(&node.value)
        })
    }

    fn type_params_scope<T>(
        &mut self,
        node: &T,
        range: TextRange,
        walk: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        self.type_scope(node, ScopeRole::TypeParams, ScopeKind::TypeParams, range, "", walk)
    }

    /// A scope that can see the namespace of the class around it.
    fn type_scope<T>(
        &mut self,
        node: &T,
        role: ScopeRole,
        kind: ScopeKind,
        range: TextRange,
        description: &'static str,
        walk: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        let sees_class = self.scope().kind == ScopeKind::Class || self.scope().sees_class;
        self.in_scope(node, role, kind, |builder| {
            builder.scope_mut().description = description;
            if kind != ScopeKind::TypeParams {
                builder.define_id(builder.current, NameId::FORMAT, PARAM, range)?;
            }
            if sees_class {
                builder.scope_mut().sees_class = true;
                builder.define_id(builder.current, NameId::CLASSDICT, USE, range)?;
            }
            walk(builder)
        })?;
        Ok(())
    }

    fn type_params(&mut self, type_params: &TypeParams) -> Result {
        let mut seen_default = false;
        for type_param in &type_params.type_params {
            if type_param.default().is_some() {
                seen_default = true;
            } else if seen_default {
                let message = format!(
                    "non-default type parameter '{}' follows default type parameter",
                    type_param.name()
                );
                return self.error(type_param.range(), message);
            }
            match type_param {
                TypeParam::TypeVar(node) => {
                    self.bind(&node.name, TYPE_PARAM | LOCAL)?;
                    if let Some(bound) = &node.bound {
                        let description =
                            if bound.is_tuple_expr() { "a TypeVar constraint" } else { "a TypeVar bound" };
                        self.type_variable(node, ScopeRole::Value, bound, description)?;
                    }
                    self.type_default(node, node.default.as_deref(), "a TypeVar default")?;
                }
                TypeParam::TypeVarTuple(node) => {
                    self.bind(&node.name, TYPE_PARAM | LOCAL)?;
                    self.type_default(node, node.default.as_deref(), "a TypeVarTuple default")?;
                }
                TypeParam::ParamSpec(node) => {
                    self.bind(&node.name, TYPE_PARAM | LOCAL)?;
                    self.type_default(node, node.default.as_deref(), "a ParamSpec default")?;
                }
            }
        }
        Ok(())
    }

    fn type_default<T>(&mut self, node: &T, default: Option<&Expr>, description: &'static str) -> Result {
        default.map_or(Ok(()), |default| self.type_variable(node, ScopeRole::Default, default, description))
    }

    fn type_variable<T>(
        &mut self,
        node: &T,
        role: ScopeRole,
        value: &Expr,
        description: &'static str,
    ) -> Result {
        self.type_scope(node, role, ScopeKind::TypeVariable, value.range(), description, |builder| {
            builder.annotation(value)
        })
    }
}

/// Does a function have defaults, of its keyword-only or of its other parameters?
pub(crate) fn has_defaults(parameters: &Parameters, keyword_only: bool) -> bool {
    if keyword_only {
        parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some())
    } else {
        parameters.posonlyargs.iter().chain(&parameters.args).any(|parameter| parameter.default.is_some())
    }
}
