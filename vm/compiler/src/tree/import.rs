//! Nodes as a tree that can be compiled. The compiler knows places as offsets in a text, so a text of filler is made
//! along the way, in which each node begins and ends at an offset of its own, in the order of a real source; a table
//! says which line and column an offset stands for, another one which constant begins there.

use rustpython_ruff_python_ast::{
    self as ast, AtomicNodeIndex, BoolOp, CmpOp, ElifElseClause, Expr, ExprContext, Mod, Operator, Pattern,
    Singleton, Stmt, TypeParam, UnaryOp,
};
use rustpython_ruff_text_size::{TextRange, TextSize};

use super::{Field, Invalid, Kind, Node, Place};
use crate::Source;
use crate::source::Made;
use pyre_bytecode::Constant;

pub(super) type Result<T> = std::result::Result<T, Invalid>;

/// No index: nobody asks for it.
pub(super) fn index() -> AtomicNodeIndex {
    AtomicNodeIndex::default()
}

/// Makes the parser's tree of nodes.
#[derive(Default)]
pub(super) struct Importer {
    text: String,
    pub(super) made: Made,
}

/// The tree of a root node, and the source in which its ranges lie.
pub(super) fn import(root: Node) -> Result<(Source, Mod)> {
    let mut importer = Importer::default();
    let [body, ..] = fields::<2>(root.fields);
    let tree = match root.kind {
        Kind::Expression => {
            let body = Box::new(importer.expr(body)?);
            Mod::Expression(ast::ModExpression { node_index: index(), range: TextRange::default(), body })
        }
        Kind::Module | Kind::Interactive => {
            let body = importer.body(body)?;
            Mod::Module(ast::ModModule { node_index: index(), range: TextRange::default(), body })
        }
        _ => return Err(wrong("this kind of node cannot be compiled")),
    };
    Ok((Source::for_nodes(importer.text, importer.made), tree))
}

pub(super) fn wrong(message: &str) -> Invalid {
    Invalid::Value(message.to_owned())
}

/// The fields as an array, filled up with `None`.
pub(super) fn fields<const N: usize>(fields: Vec<Field>) -> [Field; N] {
    let mut given = fields.into_iter();
    std::array::from_fn(|_| given.next().unwrap_or(Field::None))
}

/// A field that must be a node.
pub(super) fn node(field: Field) -> Result<Node> {
    match field {
        Field::Node(node) => Ok(*node),
        _ => Err(wrong("None disallowed in this place")),
    }
}

pub(super) fn list(field: Field) -> Vec<Field> {
    match field {
        Field::List(items) => items,
        _ => Vec::new(),
    }
}

fn kind_of(field: &Field) -> Option<Kind> {
    if let Field::Node(node) = field { Some(node.kind) } else { None }
}

fn flag(field: &Field) -> bool {
    matches!(field, Field::Int(n) if *n != 0)
}

fn context(field: &Field) -> ExprContext {
    match kind_of(field) {
        Some(Kind::Store) => ExprContext::Store,
        Some(Kind::Del) => ExprContext::Del,
        _ => ExprContext::Load,
    }
}

fn operator(field: &Field) -> Operator {
    match kind_of(field) {
        Some(Kind::Sub) => Operator::Sub,
        Some(Kind::Mult) => Operator::Mult,
        Some(Kind::MatMult) => Operator::MatMult,
        Some(Kind::Div) => Operator::Div,
        Some(Kind::Mod) => Operator::Mod,
        Some(Kind::Pow) => Operator::Pow,
        Some(Kind::LShift) => Operator::LShift,
        Some(Kind::RShift) => Operator::RShift,
        Some(Kind::BitOr) => Operator::BitOr,
        Some(Kind::BitXor) => Operator::BitXor,
        Some(Kind::BitAnd) => Operator::BitAnd,
        Some(Kind::FloorDiv) => Operator::FloorDiv,
        _ => Operator::Add,
    }
}

fn comparison(field: &Field) -> CmpOp {
    match kind_of(field) {
        Some(Kind::NotEq) => CmpOp::NotEq,
        Some(Kind::Lt) => CmpOp::Lt,
        Some(Kind::LtE) => CmpOp::LtE,
        Some(Kind::Gt) => CmpOp::Gt,
        Some(Kind::GtE) => CmpOp::GtE,
        Some(Kind::Is) => CmpOp::Is,
        Some(Kind::IsNot) => CmpOp::IsNot,
        Some(Kind::In) => CmpOp::In,
        Some(Kind::NotIn) => CmpOp::NotIn,
        _ => CmpOp::Eq,
    }
}

impl Importer {
    fn mark(&mut self, line: i32, column: i32, filler: char) -> TextSize {
        let at = self.text.len() as u32;
        self.made.places.push((at, line.max(0) as u32, column.max(0) as u32));
        self.text.push(filler);
        at.into()
    }

    pub(super) fn begin(&mut self, place: Place) -> TextSize {
        self.mark(place.line, place.column, '_')
    }

    /// The range up to here: what follows is looked for behind space.
    pub(super) fn end(&mut self, start: TextSize, place: Place) -> TextRange {
        TextRange::new(start, self.mark(place.end_line, place.end_column, ' '))
    }

    /// The range of something that has no place of its own.
    pub(super) fn here(&self) -> TextRange {
        TextRange::empty((self.text.len() as u32).into())
    }

    pub(super) fn name(&self, field: &Field) -> ast::Identifier {
        let text = if let Field::Name(name) = field { &**name } else { "" };
        ast::Identifier::new(text, self.here())
    }

    pub(super) fn optional_name(&self, field: &Field) -> Option<ast::Identifier> {
        matches!(field, Field::Name(_)).then(|| self.name(field))
    }

    pub(super) fn body(&mut self, field: Field) -> Result<Vec<Stmt>> {
        list(field).into_iter().map(|item| self.stmt(node(item)?)).collect()
    }

    pub(super) fn exprs(&mut self, field: Field) -> Result<Vec<Expr>> {
        list(field).into_iter().map(|item| self.expr(item)).collect()
    }

    pub(super) fn optional(&mut self, field: Field) -> Result<Option<Box<Expr>>> {
        match field {
            Field::None => Ok(None),
            field => Ok(Some(self.boxed(field)?)),
        }
    }

    fn boxed(&mut self, field: Field) -> Result<Box<Expr>> {
        self.expr(field).map(Box::new)
    }

    fn stmt(&mut self, n: Node) -> Result<Stmt> {
        let place = n.location.unwrap_or_default();
        if matches!(n.kind, Kind::FunctionDef | Kind::AsyncFunctionDef | Kind::ClassDef) {
            return self.definition(n);
        }
        let start = self.begin(place);
        let [f0, f1, f2, f3, _] = fields::<5>(n.fields);
        let node_index = index();
        let mut range = TextRange::empty(start);
        macro_rules! finish {
            ($variant:ident, $struct:ident { $($field:ident: $value:expr),* $(,)? }) => {{
                $(let $field = $value;)*
                range = self.end(range.start(), place);
                Stmt::$variant(ast::$struct { node_index, range, $($field),* })
            }};
        }
        Ok(match n.kind {
            Kind::Return => finish!(Return, StmtReturn { value: self.optional(f0)? }),
            Kind::Delete => finish!(Delete, StmtDelete { targets: self.exprs(f0)? }),
            Kind::TypeAlias => finish!(
                TypeAlias,
                StmtTypeAlias {
                    name: self.boxed(f0)?,
                    type_params: self.type_params(f1)?,
                    value: self.boxed(f2)?,
                }
            ),
            Kind::Assign => finish!(Assign, StmtAssign { targets: self.exprs(f0)?, value: self.boxed(f1)? }),
            Kind::AugAssign => finish!(
                AugAssign,
                StmtAugAssign { target: self.boxed(f0)?, op: operator(&f1), value: self.boxed(f2)? }
            ),
            Kind::AnnAssign => finish!(
                AnnAssign,
                StmtAnnAssign {
                    target: self.boxed(f0)?,
                    annotation: self.boxed(f1)?,
                    value: self.optional(f2)?,
                    simple: flag(&f3),
                }
            ),
            Kind::For | Kind::AsyncFor => finish!(
                For,
                StmtFor {
                    is_async: n.kind == Kind::AsyncFor,
                    target: self.boxed(f0)?,
                    iter: self.boxed(f1)?,
                    body: self.body(f2)?,
                    orelse: self.body(f3)?,
                }
            ),
            Kind::While => finish!(
                While,
                StmtWhile { test: self.boxed(f0)?, body: self.body(f1)?, orelse: self.body(f2)? }
            ),
            Kind::If => finish!(
                If,
                StmtIf {
                    test: self.boxed(f0)?,
                    body: self.body(f1)?,
                    elif_else_clauses: self.otherwise(f2)?,
                }
            ),
            Kind::With | Kind::AsyncWith => finish!(
                With,
                StmtWith {
                    is_async: n.kind == Kind::AsyncWith,
                    items: self.with_items(f0)?,
                    body: self.body(f1)?,
                }
            ),
            Kind::Match => finish!(Match, StmtMatch { subject: self.boxed(f0)?, cases: self.cases(f1)? }),
            Kind::Raise => finish!(Raise, StmtRaise { exc: self.optional(f0)?, cause: self.optional(f1)? }),
            Kind::Try | Kind::TryStar => finish!(
                Try,
                StmtTry {
                    body: self.body(f0)?,
                    handlers: self.handlers(f1)?,
                    orelse: self.body(f2)?,
                    finalbody: self.body(f3)?,
                    is_star: n.kind == Kind::TryStar,
                }
            ),
            Kind::Assert => finish!(Assert, StmtAssert { test: self.boxed(f0)?, msg: self.optional(f1)? }),
            Kind::Import => finish!(Import, StmtImport { names: self.aliases(f0)?, is_lazy: false }),
            Kind::ImportFrom => finish!(
                ImportFrom,
                StmtImportFrom {
                    module: self.optional_name(&f0),
                    names: self.aliases(f1)?,
                    level: if let Field::Int(level) = f2 { level.max(0) as u32 } else { 0 },
                    is_lazy: false,
                }
            ),
            Kind::Global => finish!(Global, StmtGlobal { names: self.names(f0) }),
            Kind::Nonlocal => finish!(Nonlocal, StmtNonlocal { names: self.names(f0) }),
            Kind::Expr => finish!(Expr, StmtExpr { value: self.boxed(f0)? }),
            Kind::Pass => finish!(Pass, StmtPass {}),
            Kind::Break => finish!(Break, StmtBreak {}),
            Kind::Continue => finish!(Continue, StmtContinue {}),
            _ => return Err(wrong("this kind of node is no statement")),
        })
    }

    fn names(&self, field: Field) -> Vec<ast::Identifier> {
        list(field).iter().map(|name| self.name(name)).collect()
    }

    fn definition(&mut self, n: Node) -> Result<Stmt> {
        let place = n.location.unwrap_or_default();
        let [f0, f1, f2, f3, f4, f5, f6] = fields::<7>(n.fields);
        let is_class = n.kind == Kind::ClassDef;
        let decorators = if is_class { f4.clone() } else { f3.clone() };
        let decorator_list = self.decorators(decorators)?;
        let first = decorator_list.first().map(|decorator| decorator.range.start());
        let header = self.begin(place);
        let start = first.unwrap_or(header);
        let name = self.name(&f0);
        if is_class {
            let type_params = self.type_params(f5)?;
            let arguments = self.arguments(f1, f2)?;
            let arguments =
                (!arguments.args.is_empty() || !arguments.keywords.is_empty()).then(|| Box::new(arguments));
            let body = self.body(f3)?;
            let range = self.end(start, place);
            let node_index = index();
            return Ok(Stmt::ClassDef(ast::StmtClassDef {
                node_index,
                range,
                decorator_list,
                name,
                type_params,
                arguments,
                body,
            }));
        }
        let type_params = self.type_params(f6)?;
        let parameters = Box::new(self.parameters(node(f1)?)?);
        let returns = self.optional(f4)?;
        let body = self.body(f2)?;
        let _ = f5;
        let range = self.end(start, place);
        Ok(Stmt::FunctionDef(ast::StmtFunctionDef {
            node_index: index(),
            range,
            is_async: n.kind == Kind::AsyncFunctionDef,
            decorator_list,
            name,
            type_params,
            parameters,
            returns,
            body,
        }))
    }

    fn decorators(&mut self, field: Field) -> Result<Vec<ast::Decorator>> {
        let mut decorators = Vec::new();
        for item in list(field) {
            let Field::Node(item) = item else { return Err(wrong("None disallowed in expression list")) };
            let place = item.location.unwrap_or_default();
            let start = self.begin(place);
            let expression = self.expr(Field::Node(item))?;
            let range = self.end(start, place);
            decorators.push(ast::Decorator { range, node_index: index(), expression });
        }
        Ok(decorators)
    }

    /// The `else` part of an `if`. An `if` in it by itself is an `elif`: both compile to the same.
    fn otherwise(&mut self, field: Field) -> Result<Vec<ElifElseClause>> {
        let mut clauses = Vec::new();
        let mut rest = list(field);
        while !rest.is_empty() {
            let is_elif = matches!(&rest[..], [Field::Node(only)] if only.kind == Kind::If);
            if !is_elif {
                let start = self.here().start();
                let body = self.body(Field::List(rest))?;
                let range = TextRange::new(start, self.here().end());
                clauses.push(ElifElseClause { range, node_index: index(), test: None, body });
                break;
            }
            let Some(only) = rest.pop() else { break };
            let only = node(only)?;
            let place = only.location.unwrap_or_default();
            let [test, body, orelse] = fields::<3>(only.fields);
            let start = self.begin(place);
            let test = Some(self.expr(test)?);
            let body = self.body(body)?;
            let range = self.end(start, place);
            clauses.push(ElifElseClause { range, node_index: index(), test, body });
            rest = list(orelse);
        }
        Ok(clauses)
    }

    /// Notes the constant that begins where the next node begins.
    pub(super) fn note_constant(&mut self, start: TextSize, value: Constant) {
        self.made.constants.insert(start.into(), value);
    }

    pub(super) fn expr(&mut self, field: Field) -> Result<Expr> {
        let n = node(field)?;
        let place = n.location.unwrap_or_default();
        match n.kind {
            Kind::Constant => return self.constant(n),
            Kind::JoinedStr | Kind::FormattedValue => return self.joined(n),
            Kind::TemplateStr | Kind::Interpolation => return self.template(n),
            _ => {}
        }
        let start = self.begin(place);
        let [f0, f1, f2] = fields::<3>(n.fields);
        let node_index = index();
        let mut range = TextRange::empty(start);
        macro_rules! finish {
            ($variant:ident, $struct:ident { $($field:ident: $value:expr),* $(,)? }) => {{
                $(let $field = $value;)*
                range = self.end(range.start(), place);
                Expr::$variant(ast::$struct { node_index, range, $($field),* })
            }};
        }
        Ok(match n.kind {
            Kind::BoolOp => finish!(
                BoolOp,
                ExprBoolOp {
                    op: if kind_of(&f0) == Some(Kind::Or) { BoolOp::Or } else { BoolOp::And },
                    values: self.exprs(f1)?,
                }
            ),
            Kind::NamedExpr => finish!(Named, ExprNamed { target: self.boxed(f0)?, value: self.boxed(f1)? }),
            Kind::BinOp => {
                finish!(BinOp, ExprBinOp { left: self.boxed(f0)?, op: operator(&f1), right: self.boxed(f2)? })
            }
            Kind::UnaryOp => finish!(
                UnaryOp,
                ExprUnaryOp {
                    op: match kind_of(&f0) {
                        Some(Kind::Invert) => UnaryOp::Invert,
                        Some(Kind::Not) => UnaryOp::Not,
                        Some(Kind::UAdd) => UnaryOp::UAdd,
                        _ => UnaryOp::USub,
                    },
                    operand: self.boxed(f1)?,
                }
            ),
            Kind::Lambda => finish!(
                Lambda,
                ExprLambda { parameters: Some(Box::new(self.parameters(node(f0)?)?)), body: self.boxed(f1)? }
            ),
            Kind::IfExp => {
                finish!(If, ExprIf { test: self.boxed(f0)?, body: self.boxed(f1)?, orelse: self.boxed(f2)? })
            }
            Kind::Dict => finish!(Dict, ExprDict { items: self.dict_items(f0, f1)? }),
            Kind::Set => finish!(Set, ExprSet { elts: self.exprs(f0)? }),
            Kind::ListComp => {
                finish!(ListComp, ExprListComp { elt: self.boxed(f0)?, generators: self.comprehensions(f1)? })
            }
            Kind::SetComp => {
                finish!(SetComp, ExprSetComp { elt: self.boxed(f0)?, generators: self.comprehensions(f1)? })
            }
            Kind::DictComp => finish!(
                DictComp,
                ExprDictComp {
                    key: self.boxed(f0)?,
                    value: self.boxed(f1)?,
                    generators: self.comprehensions(f2)?,
                }
            ),
            Kind::GeneratorExp => finish!(
                Generator,
                ExprGenerator {
                    elt: self.boxed(f0)?,
                    generators: self.comprehensions(f1)?,
                    parenthesized: true,
                }
            ),
            Kind::Await => finish!(Await, ExprAwait { value: self.boxed(f0)? }),
            Kind::Yield => finish!(Yield, ExprYield { value: self.optional(f0)? }),
            Kind::YieldFrom => finish!(YieldFrom, ExprYieldFrom { value: self.boxed(f0)? }),
            Kind::Compare => finish!(
                Compare,
                ExprCompare {
                    left: self.boxed(f0)?,
                    ops: list(f1).iter().map(comparison).collect(),
                    comparators: self.exprs(f2)?.into(),
                }
            ),
            Kind::Call => {
                finish!(Call, ExprCall { func: self.boxed(f0)?, arguments: self.arguments(f1, f2)? })
            }
            Kind::Attribute => {
                let value = self.boxed(f0)?;
                let mut attr = self.name(&f1);
                // The name is the last thing of an attribute.
                let column = place.end_column - attr.as_str().len() as i32;
                let name_start = self.mark(place.end_line, column, '_');
                attr.range = self.end(name_start, place);
                range = self.end(range.start(), place);
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx: context(&f2) })
            }
            Kind::Subscript => finish!(
                Subscript,
                ExprSubscript { value: self.boxed(f0)?, slice: self.boxed(f1)?, ctx: context(&f2) }
            ),
            Kind::Starred => finish!(Starred, ExprStarred { value: self.boxed(f0)?, ctx: context(&f1) }),
            Kind::Name => {
                let id = if let Field::Name(id) = &f0 {
                    ast::name::Name::new(&**id)
                } else {
                    ast::name::Name::empty()
                };
                finish!(Name, ExprName { id: id, ctx: context(&f1) })
            }
            Kind::List => finish!(List, ExprList { elts: self.exprs(f0)?, ctx: context(&f1) }),
            Kind::Tuple => {
                finish!(Tuple, ExprTuple { elts: self.exprs(f0)?, ctx: context(&f1), parenthesized: true })
            }
            Kind::Slice => finish!(
                Slice,
                ExprSlice { lower: self.optional(f0)?, upper: self.optional(f1)?, step: self.optional(f2)? }
            ),
            _ => return Err(wrong("this kind of node is no expression")),
        })
    }

    pub(super) fn pattern(&mut self, field: Field) -> Result<Pattern> {
        let n = node(field)?;
        let place = n.location.unwrap_or_default();
        let start = self.begin(place);
        let [f0, f1, f2, f3] = fields::<4>(n.fields);
        let node_index = index();
        let mut range = TextRange::empty(start);
        macro_rules! finish {
            ($struct:ident { $($field:ident: $value:expr),* $(,)? }, $variant:ident) => {{
                $(let $field = $value;)*
                range = self.end(range.start(), place);
                Pattern::$variant(ast::$struct { node_index, range, $($field),* })
            }};
        }
        Ok(match n.kind {
            Kind::MatchValue => finish!(PatternMatchValue { value: self.boxed(f0)? }, MatchValue),
            Kind::MatchSingleton => finish!(
                PatternMatchSingleton {
                    value: match f0 {
                        Field::Constant(Constant::True) => Singleton::True,
                        Field::Constant(Constant::False) => Singleton::False,
                        _ => Singleton::None,
                    },
                },
                MatchSingleton
            ),
            Kind::MatchSequence => {
                finish!(PatternMatchSequence { patterns: self.patterns(f0)? }, MatchSequence)
            }
            Kind::MatchMapping => finish!(
                PatternMatchMapping {
                    keys: self.exprs(f0)?,
                    patterns: self.patterns(f1)?,
                    rest: self.optional_name(&f2),
                },
                MatchMapping
            ),
            Kind::MatchClass => finish!(
                PatternMatchClass { cls: self.boxed(f0)?, arguments: self.pattern_arguments(f1, f2, f3)? },
                MatchClass
            ),
            Kind::MatchStar => finish!(PatternMatchStar { name: self.optional_name(&f0) }, MatchStar),
            Kind::MatchAs => finish!(
                PatternMatchAs {
                    pattern: if matches!(f0, Field::None) { None } else { Some(Box::new(self.pattern(f0)?)) },
                    name: self.optional_name(&f1),
                },
                MatchAs
            ),
            Kind::MatchOr => finish!(PatternMatchOr { patterns: self.patterns(f0)? }, MatchOr),
            _ => return Err(wrong("this kind of node is no pattern")),
        })
    }

    fn type_params(&mut self, field: Field) -> Result<Option<Box<ast::TypeParams>>> {
        let start = self.here().start();
        let mut type_params = Vec::new();
        for item in list(field) {
            let n = node(item)?;
            let place = n.location.unwrap_or_default();
            let start = self.begin(place);
            let [f0, f1, f2] = fields::<3>(n.fields);
            let name = self.name(&f0);
            let first = self.optional(f1)?;
            let second = self.optional(f2)?;
            let (node_index, range) = (index(), self.end(start, place));
            type_params.push(match n.kind {
                Kind::TypeVar => TypeParam::TypeVar(ast::TypeParamTypeVar {
                    node_index,
                    range,
                    name,
                    bound: first,
                    default: second,
                }),
                Kind::ParamSpec => {
                    TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default: first })
                }
                _ => TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                    node_index,
                    range,
                    name,
                    default: first,
                }),
            });
        }
        let range = TextRange::new(start, self.here().end());
        Ok((!type_params.is_empty())
            .then(|| Box::new(ast::TypeParams { range, node_index: index(), type_params })))
    }
}
