//! The parser's tree as nodes, with CPython's positions where the two differ: definitions without their decorators,
//! generator expressions with the parentheses of the call around them, `elif` as a nested `if`.

use rustpython_ruff_python_ast::{
    self as ast, BoolOp, CmpOp, ExceptHandler, Expr, ExprContext, Mod, Operator, Pattern, Singleton, Stmt,
    TypeParam, UnaryOp,
};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::{Field, Kind, Node, Parsed};
use crate::errors::{SyntaxError, Warning};
use crate::{Mode, Source, literal};
use pyre_bytecode::Constant;

pub(super) type Result<T = Field> = std::result::Result<T, SyntaxError>;

/// Makes nodes of the parser's tree.
pub(super) struct Exporter<'s> {
    pub(super) source: &'s Source,
    pub(super) warnings: Vec<Warning>,
}

/// The tree as nodes.
pub(super) fn export(source: &Source, tree: &Mod, mode: Mode) -> Result<Parsed> {
    let mut exporter = Exporter { source, warnings: Vec::new() };
    let (kind, fields) = match tree {
        Mod::Expression(module) => (Kind::Expression, vec![exporter.expr(&module.body)?]),
        Mod::Module(module) if mode == Mode::Single => {
            (Kind::Interactive, vec![exporter.body(&module.body)?])
        }
        Mod::Module(module) => (Kind::Module, vec![exporter.body(&module.body)?, Field::List(Vec::new())]),
    };
    Ok(Parsed { root: Node { kind, fields, location: None }, warnings: exporter.warnings })
}

/// A node without fields and without a place.
fn bare(kind: Kind) -> Field {
    Field::Node(Box::new(Node { kind, fields: Vec::new(), location: None }))
}

fn name(identifier: &ast::Identifier) -> Field {
    Field::Name(identifier.as_str().into())
}

fn optional_name(identifier: Option<&ast::Identifier>) -> Field {
    identifier.map_or(Field::None, name)
}

fn context(ctx: ExprContext) -> Field {
    bare(match ctx {
        ExprContext::Load | ExprContext::Invalid => Kind::Load,
        ExprContext::Store => Kind::Store,
        ExprContext::Del => Kind::Del,
    })
}

fn operator(op: Operator) -> Field {
    bare(match op {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Sub,
        Operator::Mult => Kind::Mult,
        Operator::MatMult => Kind::MatMult,
        Operator::Div => Kind::Div,
        Operator::Mod => Kind::Mod,
        Operator::Pow => Kind::Pow,
        Operator::LShift => Kind::LShift,
        Operator::RShift => Kind::RShift,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
        Operator::BitAnd => Kind::BitAnd,
        Operator::FloorDiv => Kind::FloorDiv,
    })
}

fn comparison(op: CmpOp) -> Field {
    bare(match op {
        CmpOp::Eq => Kind::Eq,
        CmpOp::NotEq => Kind::NotEq,
        CmpOp::Lt => Kind::Lt,
        CmpOp::LtE => Kind::LtE,
        CmpOp::Gt => Kind::Gt,
        CmpOp::GtE => Kind::GtE,
        CmpOp::Is => Kind::Is,
        CmpOp::IsNot => Kind::IsNot,
        CmpOp::In => Kind::In,
        CmpOp::NotIn => Kind::NotIn,
    })
}

impl Exporter<'_> {
    pub(super) fn node(&self, kind: Kind, range: TextRange, fields: Vec<Field>) -> Field {
        let location = kind.has_location().then(|| self.source.location(range).into());
        Field::Node(Box::new(Node { kind, fields, location }))
    }

    fn list<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T) -> Result) -> Result {
        let list: Result<Vec<Field>> = items.iter().map(|item| f(self, item)).collect();
        list.map(Field::List)
    }

    fn body(&mut self, body: &[Stmt]) -> Result {
        self.list(body, Self::stmt)
    }

    fn exprs(&mut self, items: &[Expr]) -> Result {
        self.list(items, Self::expr)
    }

    fn optional(&mut self, expr: Option<&Expr>) -> Result {
        expr.map_or(Ok(Field::None), |expr| self.expr(expr))
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) -> Result {
        self.list(decorators, |this, decorator| this.expr(&decorator.expression))
    }

    fn type_params(&mut self, params: Option<&ast::TypeParams>) -> Result {
        self.list(params.map_or(&[], |params| &params.type_params[..]), |this, param| {
            let (kind, fields) = match param {
                TypeParam::TypeVar(node) => {
                    let bound = this.optional(node.bound.as_deref())?;
                    (Kind::TypeVar, vec![name(&node.name), bound, this.optional(node.default.as_deref())?])
                }
                TypeParam::ParamSpec(node) => {
                    (Kind::ParamSpec, vec![name(&node.name), this.optional(node.default.as_deref())?])
                }
                TypeParam::TypeVarTuple(node) => {
                    (Kind::TypeVarTuple, vec![name(&node.name), this.optional(node.default.as_deref())?])
                }
            };
            Ok(this.node(kind, param.range(), fields))
        })
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result {
        let range = match stmt {
            Stmt::For(_) | Stmt::While(_) | Stmt::If(_) | Stmt::With(_) | Stmt::Match(_) | Stmt::Try(_) => {
                self.source.with_semicolon(stmt.range())
            }
            _ => stmt.range(),
        };
        let (kind, fields) = match stmt {
            Stmt::FunctionDef(node) => return self.function(node),
            Stmt::ClassDef(node) => return self.class(node),
            Stmt::Return(node) => (Kind::Return, vec![self.optional(node.value.as_deref())?]),
            Stmt::Delete(node) => (Kind::Delete, vec![self.exprs(&node.targets)?]),
            Stmt::TypeAlias(node) => {
                let target = self.expr(&node.name)?;
                let params = self.type_params(node.type_params.as_deref())?;
                (Kind::TypeAlias, vec![target, params, self.expr(&node.value)?])
            }
            Stmt::Assign(node) => {
                let targets = self.exprs(&node.targets)?;
                (Kind::Assign, vec![targets, self.expr(&node.value)?, Field::None])
            }
            Stmt::AugAssign(node) => {
                let target = self.expr(&node.target)?;
                (Kind::AugAssign, vec![target, operator(node.op), self.expr(&node.value)?])
            }
            Stmt::AnnAssign(node) => {
                let target = self.expr(&node.target)?;
                let annotation = self.expr(&node.annotation)?;
                let value = self.optional(node.value.as_deref())?;
                (Kind::AnnAssign, vec![target, annotation, value, Field::Int(i32::from(node.simple))])
            }
            Stmt::For(node) => {
                let target = self.expr(&node.target)?;
                let iter = self.expr(&node.iter)?;
                let body = self.body(&node.body)?;
                let kind = if node.is_async { Kind::AsyncFor } else { Kind::For };
                (kind, vec![target, iter, body, self.body(&node.orelse)?, Field::None])
            }
            Stmt::While(node) => {
                let test = self.expr(&node.test)?;
                let body = self.body(&node.body)?;
                (Kind::While, vec![test, body, self.body(&node.orelse)?])
            }
            Stmt::If(node) => {
                let test = self.expr(&node.test)?;
                let body = self.body(&node.body)?;
                (Kind::If, vec![test, body, self.clauses(&node.elif_else_clauses, range)?])
            }
            Stmt::With(node) => {
                let items = self.list(&node.items, |this, item| {
                    let value = this.expr(&item.context_expr)?;
                    let target = this.optional(item.optional_vars.as_deref())?;
                    Ok(this.node(Kind::withitem, item.range, vec![value, target]))
                })?;
                let kind = if node.is_async { Kind::AsyncWith } else { Kind::With };
                (kind, vec![items, self.body(&node.body)?, Field::None])
            }
            Stmt::Match(node) => {
                let subject = self.expr(&node.subject)?;
                let cases = self.list(&node.cases, |this, case| {
                    let pattern = this.pattern(&case.pattern)?;
                    let guard = this.optional(case.guard.as_deref())?;
                    let body = this.body(&case.body)?;
                    Ok(this.node(Kind::match_case, case.range, vec![pattern, guard, body]))
                })?;
                (Kind::Match, vec![subject, cases])
            }
            Stmt::Raise(node) => {
                let exc = self.optional(node.exc.as_deref())?;
                (Kind::Raise, vec![exc, self.optional(node.cause.as_deref())?])
            }
            Stmt::Try(node) => {
                let body = self.body(&node.body)?;
                let handlers = self.list(&node.handlers, Self::handler)?;
                let orelse = self.body(&node.orelse)?;
                let kind = if node.is_star { Kind::TryStar } else { Kind::Try };
                (kind, vec![body, handlers, orelse, self.body(&node.finalbody)?])
            }
            Stmt::Assert(node) => {
                let test = self.expr(&node.test)?;
                (Kind::Assert, vec![test, self.optional(node.msg.as_deref())?])
            }
            Stmt::Import(node) => (Kind::Import, vec![self.aliases(&node.names)?]),
            Stmt::ImportFrom(node) => {
                let names = self.aliases(&node.names)?;
                let level = Field::Int(node.level as i32);
                (Kind::ImportFrom, vec![optional_name(node.module.as_ref()), names, level])
            }
            Stmt::Global(node) => (Kind::Global, vec![Field::List(node.names.iter().map(name).collect())]),
            Stmt::Nonlocal(node) => {
                (Kind::Nonlocal, vec![Field::List(node.names.iter().map(name).collect())])
            }
            Stmt::Expr(node) => (Kind::Expr, vec![self.expr(&node.value)?]),
            Stmt::Pass(_) => (Kind::Pass, vec![]),
            Stmt::Break(_) => (Kind::Break, vec![]),
            Stmt::Continue(_) => (Kind::Continue, vec![]),
            Stmt::IpyEscapeCommand(_) => {
                return Err(SyntaxError::in_characters(self.source, range, "invalid syntax"));
            }
        };
        Ok(self.node(kind, range, fields))
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) -> Result {
        let decorators = self.decorators(&node.decorator_list)?;
        let type_params = self.type_params(node.type_params.as_deref())?;
        let arguments = self.parameters(&node.parameters)?;
        let returns = self.optional(node.returns.as_deref())?;
        let body = self.body(&node.body)?;
        let fields = vec![name(&node.name), arguments, body, decorators, returns, Field::None, type_params];
        let kind = if node.is_async { Kind::AsyncFunctionDef } else { Kind::FunctionDef };
        Ok(self.node(kind, self.source.header(&node.decorator_list, node.range), fields))
    }

    fn class(&mut self, node: &ast::StmtClassDef) -> Result {
        let decorators = self.decorators(&node.decorator_list)?;
        let type_params = self.type_params(node.type_params.as_deref())?;
        let (bases, keywords) = match &node.arguments {
            Some(arguments) => (self.exprs(&arguments.args)?, self.keywords(&arguments.keywords)?),
            None => (Field::List(vec![]), Field::List(vec![])),
        };
        let body = self.body(&node.body)?;
        let fields = vec![name(&node.name), bases, keywords, body, decorators, type_params];
        Ok(self.node(Kind::ClassDef, self.source.header(&node.decorator_list, node.range), fields))
    }

    /// `elif` and `else` after an `if` that ends where `whole` ends.
    fn clauses(&mut self, clauses: &[ast::ElifElseClause], whole: TextRange) -> Result {
        let Some((first, rest)) = clauses.split_first() else { return Ok(Field::List(vec![])) };
        let body = self.body(&first.body)?;
        let Some(test) = &first.test else { return Ok(body) };
        let test = self.expr(test)?;
        let orelse = self.clauses(rest, whole)?;
        let range = TextRange::new(first.range.start(), whole.end());
        Ok(Field::List(vec![self.node(Kind::If, range, vec![test, body, orelse])]))
    }

    fn handler(&mut self, handler: &ExceptHandler) -> Result {
        let ExceptHandler::ExceptHandler(node) = handler;
        let ty = self.optional(node.type_.as_deref())?;
        let body = self.body(&node.body)?;
        Ok(self.node(
            Kind::ExceptHandler,
            self.source.with_semicolon(node.range),
            vec![ty, optional_name(node.name.as_ref()), body],
        ))
    }

    fn aliases(&mut self, aliases: &[ast::Alias]) -> Result {
        self.list(aliases, |this, alias| {
            let fields = vec![name(&alias.name), optional_name(alias.asname.as_ref())];
            Ok(this.node(Kind::alias, alias.range, fields))
        })
    }

    fn keywords(&mut self, keywords: &[ast::Keyword]) -> Result {
        self.list(keywords, |this, keyword| {
            let value = this.expr(&keyword.value)?;
            Ok(this.node(Kind::keyword, keyword.range, vec![optional_name(keyword.arg.as_ref()), value]))
        })
    }

    fn parameter(&mut self, parameter: &ast::Parameter) -> Result {
        let annotation = self.optional(parameter.annotation.as_deref())?;
        // Without the stars of `*args` and `**kwargs`.
        let range = TextRange::new(parameter.name.range.start(), parameter.range.end());
        Ok(self.node(Kind::arg, range, vec![name(&parameter.name), annotation, Field::None]))
    }

    fn parameters(&mut self, node: &ast::Parameters) -> Result {
        let plain = |this: &mut Self, p: &ast::ParameterWithDefault| this.parameter(&p.parameter);
        let posonly = self.list(&node.posonlyargs, plain)?;
        let args = self.list(&node.args, plain)?;
        let vararg = node.vararg.as_deref().map_or(Ok(Field::None), |p| self.parameter(p))?;
        let kwonly = self.list(&node.kwonlyargs, plain)?;
        let kw_defaults = self.list(&node.kwonlyargs, |this, p| this.optional(p.default.as_deref()))?;
        let kwarg = node.kwarg.as_deref().map_or(Ok(Field::None), |p| self.parameter(p))?;
        let defaults = node.posonlyargs.iter().chain(&node.args).filter_map(|p| p.default.as_deref());
        let defaults: Result<Vec<Field>> = defaults.map(|e| self.expr(e)).collect();
        let fields = vec![posonly, args, vararg, kwonly, kw_defaults, kwarg, Field::List(defaults?)];
        Ok(self.node(Kind::arguments, node.range, fields))
    }

    fn comprehensions(&mut self, generators: &[ast::Comprehension]) -> Result {
        self.list(generators, |this, node| {
            let target = this.expr(&node.target)?;
            let iter = this.expr(&node.iter)?;
            let ifs = this.exprs(&node.ifs)?;
            let fields = vec![target, iter, ifs, Field::Int(i32::from(node.is_async))];
            Ok(this.node(Kind::comprehension, node.range, fields))
        })
    }

    pub(super) fn constant(&self, range: TextRange, value: Constant, kind: Option<&str>) -> Field {
        let kind = kind.map_or(Field::None, |kind| Field::Constant(Constant::str(kind)));
        self.node(Kind::Constant, range, vec![Field::Constant(value), kind])
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result {
        let mut range = expr.range();
        let (kind, fields) = match expr {
            Expr::BoolOp(node) => {
                let op = bare(if node.op == BoolOp::And { Kind::And } else { Kind::Or });
                (Kind::BoolOp, vec![op, self.exprs(&node.values)?])
            }
            Expr::Named(node) => {
                let target = self.expr(&node.target)?;
                (Kind::NamedExpr, vec![target, self.expr(&node.value)?])
            }
            Expr::BinOp(node) => {
                let left = self.expr(&node.left)?;
                (Kind::BinOp, vec![left, operator(node.op), self.expr(&node.right)?])
            }
            Expr::UnaryOp(node) => {
                let op = bare(match node.op {
                    UnaryOp::Invert => Kind::Invert,
                    UnaryOp::Not => Kind::Not,
                    UnaryOp::UAdd => Kind::UAdd,
                    UnaryOp::USub => Kind::USub,
                });
                (Kind::UnaryOp, vec![op, self.expr(&node.operand)?])
            }
            Expr::Lambda(node) => {
                let parameters = match &node.parameters {
                    Some(parameters) => self.parameters(parameters)?,
                    None => self.parameters(&ast::Parameters::default())?,
                };
                (Kind::Lambda, vec![parameters, self.expr(&node.body)?])
            }
            Expr::If(node) => {
                let test = self.expr(&node.test)?;
                let body = self.expr(&node.body)?;
                (Kind::IfExp, vec![test, body, self.expr(&node.orelse)?])
            }
            Expr::Dict(node) => {
                let keys = self.list(&node.items, |this, item| this.optional(item.key.as_ref()))?;
                (Kind::Dict, vec![keys, self.list(&node.items, |this, item| this.expr(&item.value))?])
            }
            Expr::Set(node) => (Kind::Set, vec![self.exprs(&node.elts)?]),
            Expr::ListComp(node) => {
                let element = self.expr(&node.elt)?;
                (Kind::ListComp, vec![element, self.comprehensions(&node.generators)?])
            }
            Expr::SetComp(node) => {
                let element = self.expr(&node.elt)?;
                (Kind::SetComp, vec![element, self.comprehensions(&node.generators)?])
            }
            Expr::DictComp(node) => {
                let key = self.expr(&node.key)?;
                let value = self.expr(&node.value)?;
                (Kind::DictComp, vec![key, value, self.comprehensions(&node.generators)?])
            }
            Expr::Generator(node) => {
                if !node.parenthesized {
                    range = self.source.with_parentheses(range);
                }
                let element = self.expr(&node.elt)?;
                (Kind::GeneratorExp, vec![element, self.comprehensions(&node.generators)?])
            }
            Expr::Await(node) => (Kind::Await, vec![self.expr(&node.value)?]),
            Expr::Yield(node) => (Kind::Yield, vec![self.optional(node.value.as_deref())?]),
            Expr::YieldFrom(node) => (Kind::YieldFrom, vec![self.expr(&node.value)?]),
            Expr::Compare(node) => {
                let left = self.expr(&node.left)?;
                let ops = Field::List(node.ops.iter().map(|op| comparison(*op)).collect());
                (Kind::Compare, vec![left, ops, self.exprs(&node.comparators)?])
            }
            Expr::Call(node) => {
                let function = self.expr(&node.func)?;
                let args = self.exprs(&node.arguments.args)?;
                (Kind::Call, vec![function, args, self.keywords(&node.arguments.keywords)?])
            }
            Expr::FString(node) => return self.fstring(node),
            Expr::TString(node) => return self.tstring(node),
            Expr::StringLiteral(node) => return self.string(node),
            Expr::BytesLiteral(node) => {
                let mut value = Vec::new();
                for part in node.value.as_slice() {
                    literal::bytes_part(self.source, part.range, &mut value, &mut self.warnings)?;
                }
                return Ok(self.constant(range, Constant::Bytes(value.into()), None));
            }
            Expr::NumberLiteral(node) => {
                let value = literal::number(self.source, node)?;
                return Ok(self.constant(range, value, None));
            }
            Expr::BooleanLiteral(node) => {
                let value = if node.value { Constant::True } else { Constant::False };
                return Ok(self.constant(range, value, None));
            }
            Expr::NoneLiteral(_) => return Ok(self.constant(range, Constant::None, None)),
            Expr::EllipsisLiteral(_) => return Ok(self.constant(range, Constant::Ellipsis, None)),
            Expr::Attribute(node) => {
                let value = self.expr(&node.value)?;
                (Kind::Attribute, vec![value, name(&node.attr), context(node.ctx)])
            }
            Expr::Subscript(node) => {
                let value = self.expr(&node.value)?;
                (Kind::Subscript, vec![value, self.expr(&node.slice)?, context(node.ctx)])
            }
            Expr::Starred(node) => (Kind::Starred, vec![self.expr(&node.value)?, context(node.ctx)]),
            Expr::Name(node) => (Kind::Name, vec![Field::Name(node.id.as_str().into()), context(node.ctx)]),
            Expr::List(node) => (Kind::List, vec![self.exprs(&node.elts)?, context(node.ctx)]),
            Expr::Tuple(node) => (Kind::Tuple, vec![self.exprs(&node.elts)?, context(node.ctx)]),
            Expr::Slice(node) => {
                let lower = self.optional(node.lower.as_deref())?;
                let upper = self.optional(node.upper.as_deref())?;
                (Kind::Slice, vec![lower, upper, self.optional(node.step.as_deref())?])
            }
            Expr::IpyEscapeCommand(_) => {
                return Err(SyntaxError::in_characters(self.source, range, "invalid syntax"));
            }
        };
        Ok(self.node(kind, range, fields))
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Result {
        self.list(patterns, Self::pattern)
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result {
        let (kind, fields) = match pattern {
            Pattern::MatchValue(node) => (Kind::MatchValue, vec![self.expr(&node.value)?]),
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    Singleton::None => Constant::None,
                    Singleton::True => Constant::True,
                    Singleton::False => Constant::False,
                };
                (Kind::MatchSingleton, vec![Field::Constant(value)])
            }
            Pattern::MatchSequence(node) => (Kind::MatchSequence, vec![self.patterns(&node.patterns)?]),
            Pattern::MatchMapping(node) => {
                let keys = self.exprs(&node.keys)?;
                let patterns = self.patterns(&node.patterns)?;
                (Kind::MatchMapping, vec![keys, patterns, optional_name(node.rest.as_ref())])
            }
            Pattern::MatchClass(node) => {
                let class = self.expr(&node.cls)?;
                let patterns = self.patterns(&node.arguments.patterns)?;
                let keywords = &node.arguments.keywords;
                let names = Field::List(keywords.iter().map(|k| name(&k.attr)).collect());
                let values = self.list(keywords, |this, keyword| this.pattern(&keyword.pattern))?;
                (Kind::MatchClass, vec![class, patterns, names, values])
            }
            Pattern::MatchStar(node) => (Kind::MatchStar, vec![optional_name(node.name.as_ref())]),
            Pattern::MatchAs(node) => {
                let inner = node.pattern.as_deref().map_or(Ok(Field::None), |p| self.pattern(p))?;
                (Kind::MatchAs, vec![inner, optional_name(node.name.as_ref())])
            }
            Pattern::MatchOr(node) => (Kind::MatchOr, vec![self.patterns(&node.patterns)?]),
        };
        Ok(self.node(kind, pattern.range(), fields))
    }
}
