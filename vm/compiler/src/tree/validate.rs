//! What nodes made by a program must keep to, as sources do by themselves. Messages are CPython's.

use super::import::Result;
use super::{Field, Invalid, Kind, Node};
use pyre_bytecode::Constant;

/// How an expression is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Load,
    Store,
    Del,
}

impl Use {
    fn name(self) -> &'static str {
        match self {
            Use::Load => "Load",
            Use::Store => "Store",
            Use::Del => "Del",
        }
    }
}

fn value<T>(message: impl Into<String>) -> Result<T> {
    Err(Invalid::Value(message.into()))
}

/// Checks a root node.
///
/// # Errors
/// `Invalid::Value`, `Invalid::Type`
pub(super) fn validate(root: &Node) -> Result<()> {
    match root.kind {
        Kind::Module | Kind::Interactive => stmts(&root.fields[0]),
        Kind::Expression => expr_field(&root.fields[0], Use::Load),
        _ => value("this kind of node cannot be compiled"),
    }
}

fn list(field: &Field) -> &[Field] {
    if let Field::List(items) = field { items } else { &[] }
}

fn positions(n: &Node) -> Result<()> {
    let Some(p) = n.location else { return Ok(()) };
    if p.line > p.end_line {
        return value(format!("AST node line range ({}, {}) is not valid", p.line, p.end_line));
    }
    if (p.line < 0 && p.end_line != p.line) || (p.column < 0 && p.column != p.end_column) {
        return value(format!(
            "AST node column range ({}, {}) for line range ({}, {}) is not valid",
            p.column, p.end_column, p.line, p.end_line
        ));
    }
    if p.line == p.end_line && p.column > p.end_column {
        return value(format!("line {}, column {}-{} is not a valid range", p.line, p.column, p.end_column));
    }
    Ok(())
}

fn not_empty<'n>(items: &'n Field, what: &str, owner: &str) -> Result<&'n [Field]> {
    match list(items) {
        [] => value(format!("empty {what} on {owner}")),
        items => Ok(items),
    }
}

fn stmts(field: &Field) -> Result<()> {
    list(field).iter().try_for_each(|item| match item {
        Field::Node(n) => stmt(n),
        _ => value("None disallowed in statement list"),
    })
}

fn body(field: &Field, owner: &str) -> Result<()> {
    not_empty(field, "body", owner)?;
    stmts(field)
}

fn exprs(field: &Field, used: Use, none_allowed: bool) -> Result<()> {
    list(field).iter().try_for_each(|item| match item {
        Field::Node(n) => expr(n, used),
        _ if none_allowed => Ok(()),
        _ => value("None disallowed in expression list"),
    })
}

/// The items of an assignment or `del`.
fn targets(field: &Field, used: Use, owner: &str) -> Result<()> {
    not_empty(field, "targets", owner)?;
    exprs(field, used, false)
}

fn expr_field(field: &Field, used: Use) -> Result<()> {
    match field {
        Field::Node(n) => expr(n, used),
        _ => Ok(()),
    }
}

fn name(field: &Field) -> Result<()> {
    match field {
        Field::Name(name) if matches!(&**name, "None" | "True" | "False") => {
            value(format!("identifier field can't represent '{name}' constant"))
        }
        _ => Ok(()),
    }
}

fn parameters(field: &Field) -> Result<()> {
    let Field::Node(n) = field else { return Ok(()) };
    let [posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults] = &n.fields[..] else { return Ok(()) };
    let all = list(posonly).iter().chain(list(args)).chain([vararg]).chain(list(kwonly)).chain([kwarg]);
    for parameter in all {
        if let Field::Node(parameter) = parameter {
            positions(parameter)?;
            expr_field(&parameter.fields[1], Use::Load)?;
        }
    }
    if list(defaults).len() > list(posonly).len() + list(args).len() {
        return value("more positional defaults than args on arguments");
    }
    if list(kw_defaults).len() != list(kwonly).len() {
        return value("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    exprs(defaults, Use::Load, false)?;
    exprs(kw_defaults, Use::Load, true)
}

fn keywords(field: &Field) -> Result<()> {
    list(field).iter().try_for_each(|item| match item {
        Field::Node(n) => positions(n).and_then(|()| expr_field(&n.fields[1], Use::Load)),
        _ => Ok(()),
    })
}

fn type_params(field: &Field) -> Result<()> {
    list(field).iter().try_for_each(|item| {
        let Field::Node(n) = item else { return Ok(()) };
        positions(n)?;
        name(&n.fields[0])?;
        n.fields[1..].iter().try_for_each(|field| expr_field(field, Use::Load))
    })
}

fn comprehensions(field: &Field) -> Result<()> {
    if list(field).is_empty() {
        return value("comprehension with no generators");
    }
    list(field).iter().try_for_each(|item| {
        let Field::Node(n) = item else { return Ok(()) };
        expr_field(&n.fields[0], Use::Store)?;
        expr_field(&n.fields[1], Use::Load)?;
        exprs(&n.fields[2], Use::Load, false)
    })
}

fn aliases(field: &Field, owner: &str) -> Result<()> {
    for alias in not_empty(field, "names", owner)? {
        if let Field::Node(alias) = alias {
            name(&alias.fields[0])?;
            name(&alias.fields[1])?;
        }
    }
    Ok(())
}

fn stmt(n: &Node) -> Result<()> {
    positions(n)?;
    let f = &n.fields[..];
    let owner = n.kind.class().name;
    let load = |field: &Field| expr_field(field, Use::Load);
    match n.kind {
        Kind::FunctionDef | Kind::AsyncFunctionDef => {
            name(&f[0])?;
            body(&f[2], owner)?;
            type_params(&f[6])?;
            parameters(&f[1])?;
            exprs(&f[3], Use::Load, false)?;
            load(&f[4])
        }
        Kind::ClassDef => {
            name(&f[0])?;
            body(&f[3], owner)?;
            type_params(&f[5])?;
            exprs(&f[1], Use::Load, false)?;
            keywords(&f[2])?;
            exprs(&f[4], Use::Load, false)
        }
        Kind::Return | Kind::Expr => load(&f[0]),
        Kind::Delete => targets(&f[0], Use::Del, owner),
        Kind::Assign => targets(&f[0], Use::Store, owner).and_then(|()| load(&f[1])),
        Kind::AugAssign => expr_field(&f[0], Use::Store).and_then(|()| load(&f[2])),
        Kind::AnnAssign => {
            let is_name = matches!(&f[0], Field::Node(target) if target.kind == Kind::Name);
            if !is_name && matches!(f[3], Field::Int(n) if n != 0) {
                return Err(Invalid::Type("AnnAssign with simple non-Name target".into()));
            }
            expr_field(&f[0], Use::Store)?;
            load(&f[2])?;
            load(&f[1])
        }
        Kind::TypeAlias => {
            if !matches!(&f[0], Field::Node(target) if target.kind == Kind::Name) {
                return Err(Invalid::Type("TypeAlias with non-Name name".into()));
            }
            expr_field(&f[0], Use::Store)?;
            type_params(&f[1])?;
            load(&f[2])
        }
        Kind::For | Kind::AsyncFor => {
            expr_field(&f[0], Use::Store)?;
            load(&f[1])?;
            body(&f[2], owner)?;
            stmts(&f[3])
        }
        Kind::While | Kind::If => {
            load(&f[0])?;
            body(&f[1], owner)?;
            stmts(&f[2])
        }
        Kind::With | Kind::AsyncWith => {
            for item in not_empty(&f[0], "items", owner)? {
                if let Field::Node(item) = item {
                    load(&item.fields[0])?;
                    expr_field(&item.fields[1], Use::Store)?;
                }
            }
            body(&f[1], owner)
        }
        Kind::Match => {
            load(&f[0])?;
            for case in not_empty(&f[1], "cases", owner)? {
                if let Field::Node(case) = case {
                    pattern_field(&case.fields[0], false)?;
                    load(&case.fields[1])?;
                    body(&case.fields[2], "match_case")?;
                }
            }
            Ok(())
        }
        Kind::Raise => match (&f[0], &f[1]) {
            (Field::None, Field::Node(_)) => value("Raise with cause but no exception"),
            _ => load(&f[0]).and_then(|()| load(&f[1])),
        },
        Kind::Try | Kind::TryStar => try_statement(f, owner),
        Kind::Assert => load(&f[0]).and_then(|()| load(&f[1])),
        Kind::Import => aliases(&f[0], owner),
        Kind::ImportFrom => {
            if matches!(f[2], Field::Int(level) if level < 0) {
                return value("Negative ImportFrom level");
            }
            aliases(&f[1], owner)
        }
        Kind::Global | Kind::Nonlocal => not_empty(&f[0], "names", owner).map(drop),
        _ => Ok(()),
    }
}

fn try_statement(f: &[Field], owner: &str) -> Result<()> {
    body(&f[0], owner)?;
    let (handlers, orelse, finalbody) = (list(&f[1]), list(&f[2]), list(&f[3]));
    if handlers.is_empty() && finalbody.is_empty() {
        return value(format!("{owner} has neither except handlers nor finalbody"));
    }
    if handlers.is_empty() && !orelse.is_empty() {
        return value(format!("{owner} has orelse but no except handlers"));
    }
    for handler in handlers {
        if let Field::Node(handler) = handler {
            positions(handler)?;
            name(&handler.fields[1])?;
            expr_field(&handler.fields[0], Use::Load)?;
            body(&handler.fields[2], "ExceptHandler")?;
        }
    }
    stmts(&f[3])?;
    stmts(&f[2])
}

/// The context that an expression says it has.
fn context(n: &Node) -> Option<Use> {
    let at = match n.kind {
        Kind::Attribute | Kind::Subscript => 2,
        Kind::Starred | Kind::Name | Kind::List | Kind::Tuple => 1,
        _ => return None,
    };
    match &n.fields[at] {
        Field::Node(ctx) if ctx.kind == Kind::Store => Some(Use::Store),
        Field::Node(ctx) if ctx.kind == Kind::Del => Some(Use::Del),
        _ => Some(Use::Load),
    }
}

fn expr(n: &Node, used: Use) -> Result<()> {
    positions(n)?;
    match context(n) {
        Some(actual) if actual != used => {
            let (expected, actual) = (used.name(), actual.name());
            return value(format!("expression must have {expected} context but has {actual} instead"));
        }
        None if used != Use::Load => {
            return value(format!("expression which can't be assigned to in {} context", used.name()));
        }
        _ => {}
    }
    let f = &n.fields[..];
    let load = |field: &Field| expr_field(field, Use::Load);
    match n.kind {
        Kind::BoolOp => match list(&f[1]) {
            [] | [_] => value("BoolOp with less than 2 values"),
            _ => exprs(&f[1], Use::Load, false),
        },
        Kind::BinOp => load(&f[0]).and_then(|()| load(&f[2])),
        Kind::UnaryOp => load(&f[1]),
        Kind::Lambda => parameters(&f[0]).and_then(|()| load(&f[1])),
        Kind::IfExp => f.iter().try_for_each(load),
        Kind::Dict => {
            if list(&f[0]).len() != list(&f[1]).len() {
                return value("Dict doesn't have the same number of keys as values");
            }
            // A missing key means that a dictionary is unpacked.
            exprs(&f[0], Use::Load, true)?;
            exprs(&f[1], Use::Load, false)
        }
        Kind::Set => exprs(&f[0], Use::Load, false),
        Kind::ListComp | Kind::SetComp | Kind::GeneratorExp => {
            comprehensions(&f[1])?;
            load(&f[0])
        }
        Kind::DictComp => {
            comprehensions(&f[2])?;
            load(&f[0])?;
            load(&f[1])
        }
        Kind::Yield | Kind::YieldFrom | Kind::Await => load(&f[0]),
        Kind::Compare => {
            if list(&f[2]).is_empty() {
                return value("Compare with no comparators");
            }
            if list(&f[1]).len() != list(&f[2]).len() {
                return value("Compare has a different number of comparators and operands");
            }
            exprs(&f[2], Use::Load, false)?;
            load(&f[0])
        }
        Kind::Call => {
            load(&f[0])?;
            exprs(&f[1], Use::Load, false)?;
            keywords(&f[2])
        }
        Kind::FormattedValue => load(&f[0]).and_then(|()| load(&f[2])),
        Kind::Interpolation => load(&f[0]).and_then(|()| load(&f[3])),
        Kind::JoinedStr | Kind::TemplateStr => exprs(&f[0], Use::Load, false),
        Kind::Attribute => load(&f[0]),
        Kind::Subscript => load(&f[1]).and_then(|()| load(&f[0])),
        Kind::Starred => expr_field(&f[0], used),
        Kind::Name => name(&f[0]),
        Kind::List | Kind::Tuple => exprs(&f[0], used, false),
        Kind::NamedExpr => {
            if !matches!(&f[0], Field::Node(target) if target.kind == Kind::Name) {
                return Err(Invalid::Type("NamedExpr target must be a Name".into()));
            }
            load(&f[1])
        }
        Kind::Slice => f.iter().try_for_each(load),
        _ => Ok(()),
    }
}

fn patterns(field: &Field, star_allowed: bool) -> Result<()> {
    list(field).iter().try_for_each(|item| pattern_field(item, star_allowed))
}

fn capture(field: &Field) -> Result<()> {
    match field {
        Field::Name(name) if &**name == "_" => value("can't capture name '_' in patterns"),
        field => name(field),
    }
}

fn pattern_field(field: &Field, star_allowed: bool) -> Result<()> {
    let Field::Node(n) = field else { return value("None disallowed in pattern list") };
    positions(n)?;
    let f = &n.fields[..];
    match n.kind {
        Kind::MatchValue => match_value(&f[0]),
        Kind::MatchSingleton => match &f[0] {
            Field::Constant(Constant::None | Constant::True | Constant::False) => Ok(()),
            _ => value("MatchSingleton can only contain True, False and None"),
        },
        Kind::MatchSequence => patterns(&f[0], true),
        Kind::MatchMapping => {
            if list(&f[0]).len() != list(&f[1]).len() {
                return value("MatchMapping doesn't have the same number of keys as patterns");
            }
            capture(&f[2])?;
            for key in list(&f[0]) {
                let is_constant =
                    matches!(key, Field::Node(k) if k.kind == Kind::Constant && is_singleton(k));
                if !is_constant {
                    match_value(key)?;
                }
            }
            patterns(&f[1], false)
        }
        Kind::MatchClass => {
            if list(&f[2]).len() != list(&f[3]).len() {
                return value("MatchClass doesn't have the same number of keyword attributes as patterns");
            }
            expr_field(&f[0], Use::Load)?;
            class_name(&f[0])?;
            list(&f[2]).iter().try_for_each(name)?;
            patterns(&f[1], false)?;
            patterns(&f[3], false)
        }
        Kind::MatchStar if !star_allowed => value("can't use MatchStar here"),
        Kind::MatchStar => capture(&f[0]),
        Kind::MatchAs => {
            capture(&f[1])?;
            match (&f[0], &f[1]) {
                (Field::None, _) => Ok(()),
                (_, Field::None) => value("MatchAs must specify a target name if a pattern is given"),
                (inner, _) => pattern_field(inner, false),
            }
        }
        Kind::MatchOr if list(&f[0]).len() < 2 => value("MatchOr requires at least 2 patterns"),
        Kind::MatchOr => patterns(&f[0], false),
        _ => Ok(()),
    }
}

fn is_singleton(n: &Node) -> bool {
    matches!(n.fields[0], Field::Constant(Constant::None | Constant::True | Constant::False))
}

/// The class of a class pattern is a name or attributes of one.
fn class_name(field: &Field) -> Result<()> {
    let mut field = field;
    loop {
        match field {
            Field::Node(n) if n.kind == Kind::Name => return Ok(()),
            Field::Node(n) if n.kind == Kind::Attribute => field = &n.fields[0],
            _ => return value("MatchClass cls field can only contain Name or Attribute nodes."),
        }
    }
}

fn match_value(field: &Field) -> Result<()> {
    expr_field(field, Use::Load)?;
    let Field::Node(n) = field else { return Ok(()) };
    match n.kind {
        Kind::Constant => match &n.fields[0] {
            Field::Constant(
                Constant::Int(_)
                | Constant::BigInt { .. }
                | Constant::Float(_)
                | Constant::Bytes(_)
                | Constant::Complex(..)
                | Constant::Str(_),
            ) => Ok(()),
            _ => value("unexpected constant inside of a literal pattern"),
        },
        // Their meaning is left to the compiler.
        Kind::Attribute | Kind::UnaryOp | Kind::BinOp | Kind::JoinedStr | Kind::TemplateStr => Ok(()),
        _ => value("patterns may only match literals and attribute lookups"),
    }
}
