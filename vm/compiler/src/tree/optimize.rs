//! What `ast.parse(..., optimize=...)` does to nodes: `__debug__` gets its value, docstrings go at level 2, formatting
//! with `%` of a literal by a tuple display becomes an f-string, numbers in patterns become constants.

use rustpython_ruff_python_ast::{Operator, UnaryOp};

use super::{Field, Kind, Node, Place};
use crate::fold;
use pyre_bytecode::Constant;

/// Changes the nodes for that level of optimization.
pub(super) fn optimize(node: &mut Node, level: u8) {
    node.fields.iter_mut().for_each(|field| optimize_field(field, level));
    match node.kind {
        Kind::Module => remove_docstring(&mut node.fields[0], level),
        Kind::FunctionDef | Kind::AsyncFunctionDef => remove_docstring(&mut node.fields[2], level),
        Kind::ClassDef => remove_docstring(&mut node.fields[3], level),
        Kind::Name => {
            let is_debug = matches!(&node.fields[0], Field::Name(name) if &**name == "__debug__");
            if is_debug && matches!(&node.fields[1], Field::Node(ctx) if ctx.kind == Kind::Load) {
                become_constant(node, if level == 0 { Constant::True } else { Constant::False });
            }
        }
        Kind::BinOp => {
            if let Some(values) = formatted(node) {
                *node = Node {
                    kind: Kind::JoinedStr,
                    fields: vec![Field::List(values)],
                    location: node.location,
                };
            }
        }
        Kind::MatchValue => fold_number(&mut node.fields[0]),
        Kind::MatchMapping => {
            if let Field::List(keys) = &mut node.fields[0] {
                keys.iter_mut().for_each(fold_number);
            }
        }
        _ => {}
    }
}

fn optimize_field(field: &mut Field, level: u8) {
    match field {
        Field::Node(node) => optimize(node, level),
        Field::List(items) => items.iter_mut().for_each(|item| optimize_field(item, level)),
        _ => {}
    }
}

fn become_constant(node: &mut Node, value: Constant) {
    let fields = vec![Field::Constant(value), Field::None];
    *node = Node { kind: Kind::Constant, fields, location: node.location };
}

fn constant(field: &Field) -> Option<&Constant> {
    match field {
        Field::Node(node) if node.kind == Kind::Constant => match &node.fields[0] {
            Field::Constant(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn remove_docstring(body: &mut Field, level: u8) {
    let Field::List(body) = body else { return };
    let Some(Field::Node(first)) = body.first() else { return };
    if level < 2 || first.kind != Kind::Expr || !matches!(constant(&first.fields[0]), Some(Constant::Str(_)))
    {
        return;
    }
    let start = first.location.unwrap_or_default();
    body.remove(0);
    if body.is_empty() {
        let place = Place { end_line: start.line, end_column: start.column + 4, ..start };
        let pass = Node { kind: Kind::Pass, fields: Vec::new(), location: Some(place) };
        body.push(Field::Node(Box::new(pass)));
    }
}

/// `-1` and `1 + 2j` in patterns.
fn fold_number(field: &mut Field) {
    let Field::Node(node) = field else { return };
    if node.kind == Kind::BinOp {
        fold_number(&mut node.fields[0]);
    }
    let kind = |field: &Field| if let Field::Node(op) = field { Some(op.kind) } else { None };
    let value = match node.kind {
        Kind::UnaryOp if kind(&node.fields[0]) == Some(Kind::USub) => {
            constant(&node.fields[1]).and_then(|operand| fold::unary(UnaryOp::USub, operand))
        }
        Kind::BinOp => {
            let op = match kind(&node.fields[1]) {
                Some(Kind::Add) => Operator::Add,
                Some(Kind::Sub) => Operator::Sub,
                _ => return,
            };
            match (constant(&node.fields[0]), constant(&node.fields[2])) {
                (Some(left), Some(right)) => fold::binary(op, left, right),
                _ => None,
            }
        }
        _ => None,
    };
    if let Some(value) = value {
        become_constant(node, value);
    }
}

/// The parts of the f-string that `'...' % (...)` is.
fn formatted(node: &Node) -> Option<Vec<Field>> {
    let (Some(Constant::Str(format)), Field::Node(op), Field::Node(arguments)) =
        (constant(&node.fields[0]), &node.fields[1], &node.fields[2])
    else {
        return None;
    };
    let Field::List(arguments) = arguments.fields.first().filter(|_| arguments.kind == Kind::Tuple)? else {
        return None;
    };
    let is_starred = |field: &Field| matches!(field, Field::Node(n) if n.kind == Kind::Starred);
    if op.kind != Kind::Mod || arguments.iter().any(is_starred) {
        return None;
    }
    let mut values = Vec::new();
    let mut text = Vec::new();
    let mut given = arguments.iter();
    let mut rest = &format[..];
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, rest.first()) {
            (b'%', Some(b'%')) => {
                text.push(b'%');
                rest = &rest[1..];
            }
            (b'%', _) => {
                push_text(&mut values, &mut text);
                values.push(formatted_value(&mut rest, given.next()?)?);
            }
            _ => text.push(*first),
        }
    }
    push_text(&mut values, &mut text);
    given.next().is_none().then_some(values)
}

fn push_text(values: &mut Vec<Field>, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let value = Constant::Str(std::mem::take(text).into());
    let nowhere = Place { line: -1, column: -1, end_line: -1, end_column: -1 };
    values.push(constant_node(value, Some(nowhere)));
}

fn constant_node(value: Constant, location: Option<Place>) -> Field {
    let fields = vec![Field::Constant(value), Field::None];
    Field::Node(Box::new(Node { kind: Kind::Constant, fields, location }))
}

/// A conversion after its `%`: flags, width, precision and one of `s`, `r`, `a`.
fn formatted_value(rest: &mut &[u8], argument: &Field) -> Option<Field> {
    let Field::Node(node) = argument else { return None };
    let flags = rest.iter().take_while(|b| b"-+ #0".contains(b)).count();
    let is_left = rest[..flags].contains(&b'-');
    *rest = &rest[flags..];
    let width = digits(rest)?;
    let precision = match rest.split_first() {
        Some((b'.', after)) => {
            *rest = after;
            Some(digits(rest)?.unwrap_or(0))
        }
        _ => None,
    };
    let (conversion, after) = rest.split_first()?;
    if !b"sra".contains(conversion) {
        return None;
    }
    *rest = after;
    let mut spec = String::new();
    if let Some(width) = width {
        if !is_left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    let spec = if spec.is_empty() {
        Field::None
    } else {
        let text = constant_node(Constant::str(&spec), node.location);
        let fields = vec![Field::List(vec![text])];
        Field::Node(Box::new(Node { kind: Kind::JoinedStr, fields, location: node.location }))
    };
    let fields = vec![argument.clone(), Field::Int(i32::from(*conversion)), spec];
    Some(Field::Node(Box::new(Node { kind: Kind::FormattedValue, fields, location: node.location })))
}

/// A number of at most three digits, if there is one.
fn digits(rest: &mut &[u8]) -> Option<Option<u32>> {
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 {
        return Some(None);
    }
    let number = std::str::from_utf8(&rest[..count]).ok()?.parse().ok().filter(|n| *n < 1000)?;
    *rest = &rest[count..];
    Some(Some(number))
}
