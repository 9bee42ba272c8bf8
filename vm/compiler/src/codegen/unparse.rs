//! Source text of expressions, as `from __future__ import annotations` keeps it and `ast.unparse` would write it.

use rustpython_ruff_python_ast::{
    self as ast, BoolOp, ConversionFlag, Expr, InterpolatedStringElement, Number, Operator, UnaryOp,
};
use rustpython_ruff_text_size::Ranged;

use crate::source::Source;

/// Binding strengths, weakest first.
mod level {
    pub(super) const TUPLE: u8 = 0;
    pub(super) const TEST: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const NOT: u8 = 4;
    pub(super) const COMPARE: u8 = 5;
    pub(super) const BIT_OR: u8 = 6;
    pub(super) const BIT_XOR: u8 = 7;
    pub(super) const BIT_AND: u8 = 8;
    pub(super) const SHIFT: u8 = 9;
    pub(super) const SUM: u8 = 10;
    pub(super) const TERM: u8 = 11;
    pub(super) const FACTOR: u8 = 12;
    pub(super) const POWER: u8 = 13;
    pub(super) const AWAIT: u8 = 14;
    pub(super) const ATOM: u8 = 15;
}

/// The expression's text.
pub(super) fn unparse(expr: &Expr, source: &Source) -> String {
    let mut writer = Writer { out: String::new(), source };
    writer.expr(expr, level::TEST);
    writer.out
}

struct Writer<'s> {
    out: String,
    source: &'s Source,
}

fn operator(op: Operator) -> (&'static str, u8) {
    match op {
        Operator::Add => (" + ", level::SUM),
        Operator::Sub => (" - ", level::SUM),
        Operator::Mult => (" * ", level::TERM),
        Operator::MatMult => (" @ ", level::TERM),
        Operator::Div => (" / ", level::TERM),
        Operator::Mod => (" % ", level::TERM),
        Operator::FloorDiv => (" // ", level::TERM),
        Operator::LShift => (" << ", level::SHIFT),
        Operator::RShift => (" >> ", level::SHIFT),
        Operator::BitOr => (" | ", level::BIT_OR),
        Operator::BitXor => (" ^ ", level::BIT_XOR),
        Operator::BitAnd => (" & ", level::BIT_AND),
        Operator::Pow => (" ** ", level::POWER),
    }
}

/// `repr` of a string.
pub(super) fn string_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::new();
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c == '\x7f' => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            byte if *byte as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..0x7F => out.push(*byte as char),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

/// `repr` of a float; infinity as a literal that gives it.
fn float_repr(value: f64) -> String {
    if value.is_infinite() {
        return "1e309".into();
    }
    let exponent = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if !(-4..16).contains(&exponent) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let text = format!("{value}");
    if text.contains('.') { text } else { format!("{text}.0") }
}

impl Writer<'_> {
    fn grouped(&mut self, outer: u8, own: u8, write: impl FnOnce(&mut Self)) {
        let parentheses = outer > own;
        if parentheses {
            self.out.push('(');
        }
        write(self);
        if parentheses {
            self.out.push(')');
        }
    }

    fn list<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for (index, expr) in exprs.into_iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.expr(expr, level::TEST);
        }
    }

    fn expr(&mut self, expr: &Expr, outer: u8) {
        match expr {
            Expr::Name(node) => self.out.push_str(&node.id),
            Expr::NoneLiteral(_) => self.out.push_str("None"),
            Expr::BooleanLiteral(node) => self.out.push_str(if node.value { "True" } else { "False" }),
            Expr::EllipsisLiteral(_) => self.out.push_str("..."),
            Expr::NumberLiteral(node) => self.number(node),
            Expr::StringLiteral(node) => self.out.push_str(&string_repr(node.value.to_str())),
            Expr::BytesLiteral(node) => {
                let bytes: Vec<u8> = node.value.bytes().collect();
                self.out.push_str(&bytes_repr(&bytes));
            }
            Expr::BoolOp(node) => {
                let (text, own) = match node.op {
                    BoolOp::And => (" and ", level::AND),
                    BoolOp::Or => (" or ", level::OR),
                };
                self.grouped(outer, own, |writer| {
                    for (index, value) in node.values.iter().enumerate() {
                        if index > 0 {
                            writer.out.push_str(text);
                        }
                        writer.expr(value, own + 1);
                    }
                });
            }
            Expr::BinOp(node) => {
                let (text, own) = operator(node.op);
                let right_associative = node.op == Operator::Pow;
                self.grouped(outer, own, |writer| {
                    writer.expr(&node.left, own + right_associative as u8);
                    writer.out.push_str(text);
                    writer.expr(&node.right, own + !right_associative as u8);
                });
            }
            Expr::UnaryOp(node) => {
                let (text, own) = match node.op {
                    UnaryOp::Invert => ("~", level::FACTOR),
                    UnaryOp::Not => ("not ", level::NOT),
                    UnaryOp::UAdd => ("+", level::FACTOR),
                    UnaryOp::USub => ("-", level::FACTOR),
                };
                self.grouped(outer, own, |writer| {
                    writer.out.push_str(text);
                    writer.expr(&node.operand, own);
                });
            }
            Expr::Compare(node) => self.grouped(outer, level::COMPARE, |writer| {
                writer.expr(&node.left, level::COMPARE + 1);
                for (op, right) in node.ops.iter().zip(&node.comparators) {
                    writer.out.push_str(&format!(" {op} "));
                    writer.expr(right, level::COMPARE + 1);
                }
            }),
            Expr::If(node) => self.grouped(outer, level::TEST, |writer| {
                writer.expr(&node.body, level::TEST + 1);
                writer.out.push_str(" if ");
                writer.expr(&node.test, level::TEST + 1);
                writer.out.push_str(" else ");
                writer.expr(&node.orelse, level::TEST);
            }),
            Expr::Named(node) => self.grouped(outer, level::TUPLE, |writer| {
                writer.expr(&node.target, level::ATOM);
                writer.out.push_str(" := ");
                writer.expr(&node.value, level::ATOM);
            }),
            Expr::Lambda(node) => self.grouped(outer, level::TEST, |writer| {
                writer.out.push_str("lambda");
                if let Some(parameters) = &node.parameters {
                    writer.out.push(' ');
                    writer.parameters(parameters);
                }
                writer.out.push_str(": ");
                writer.expr(&node.body, level::TEST);
            }),
            Expr::Tuple(node) => self.tuple(&node.elts, outer),
            Expr::List(node) => {
                self.out.push('[');
                self.list(&node.elts);
                self.out.push(']');
            }
            Expr::Set(node) => {
                self.out.push('{');
                self.list(&node.elts);
                self.out.push('}');
            }
            Expr::Dict(node) => self.dict(node),
            Expr::Call(node) => self.call(node),
            Expr::Attribute(node) => {
                self.expr(&node.value, level::ATOM);
                if matches!(&*node.value, Expr::NumberLiteral(number) if number.value.is_int()) {
                    self.out.push(' ');
                }
                self.out.push('.');
                self.out.push_str(&node.attr);
            }
            Expr::Subscript(node) => {
                self.expr(&node.value, level::ATOM);
                self.out.push('[');
                self.expr(&node.slice, level::TUPLE);
                self.out.push(']');
            }
            Expr::Slice(node) => {
                self.optional(node.lower.as_deref());
                self.out.push(':');
                self.optional(node.upper.as_deref());
                if let Some(step) = &node.step {
                    self.out.push(':');
                    self.expr(step, level::TEST);
                }
            }
            Expr::Starred(node) => {
                self.out.push('*');
                self.expr(&node.value, level::BIT_OR);
            }
            Expr::Await(node) => self.grouped(outer, level::AWAIT, |writer| {
                writer.out.push_str("await ");
                writer.expr(&node.value, level::ATOM);
            }),
            Expr::Yield(node) => self.grouped(level::ATOM, level::TUPLE, |writer| {
                writer.out.push_str("yield");
                if let Some(value) = &node.value {
                    writer.out.push(' ');
                    writer.expr(value, level::TUPLE);
                }
            }),
            Expr::YieldFrom(node) => self.grouped(level::ATOM, level::TUPLE, |writer| {
                writer.out.push_str("yield from ");
                writer.expr(&node.value, level::TEST);
            }),
            Expr::ListComp(node) => self.comprehension("[", &[&node.elt], &node.generators, "]"),
            Expr::SetComp(node) => self.comprehension("{", &[&node.elt], &node.generators, "}"),
            Expr::Generator(node) => self.comprehension("(", &[&node.elt], &node.generators, ")"),
            Expr::DictComp(node) => {
                self.comprehension("{", &[&node.key, &node.value], &node.generators, "}");
            }
            Expr::FString(node) => {
                let mut body = String::new();
                for element in node.value.elements() {
                    self.element(element, &mut body);
                }
                for part in node.value.literals() {
                    // Plain strings of an implicit concatenation.
                    body.push_str(&part.value.replace('{', "{{").replace('}', "}}"));
                }
                self.out.push('f');
                self.out.push_str(&string_repr(&body));
            }
            Expr::TString(node) => {
                let mut body = String::new();
                for element in node.value.elements() {
                    self.element(element, &mut body);
                }
                self.out.push('t');
                self.out.push_str(&string_repr(&body));
            }
            Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr, level::TEST);
        }
    }

    fn number(&mut self, node: &ast::ExprNumberLiteral) {
        let text = match &node.value {
            Number::Int(value) => match value.as_u64() {
                Some(value) => value.to_string(),
                None => {
                    let range = node.range();
                    let text = self.source.slice(range);
                    crate::fold::parse_int(text, 0).map(|value| value.to_string()).unwrap_or_default()
                }
            },
            Number::Float(value) => float_repr(*value),
            Number::Complex { imag, .. } => {
                let text = float_repr(*imag);
                format!("{}j", text.strip_suffix(".0").unwrap_or(&text))
            }
        };
        self.out.push_str(&text);
    }

    fn tuple(&mut self, elements: &[Expr], outer: u8) {
        if elements.is_empty() {
            self.out.push_str("()");
            return;
        }
        self.grouped(outer, level::TUPLE, |writer| {
            writer.list(elements);
            if elements.len() == 1 {
                writer.out.push(',');
            }
        });
    }

    fn dict(&mut self, node: &ast::ExprDict) {
        self.out.push('{');
        for (index, item) in node.items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            match &item.key {
                Some(key) => {
                    self.expr(key, level::TEST);
                    self.out.push_str(": ");
                    self.expr(&item.value, level::TEST);
                }
                None => {
                    self.out.push_str("**");
                    self.expr(&item.value, level::BIT_OR);
                }
            }
        }
        self.out.push('}');
    }

    fn call(&mut self, node: &ast::ExprCall) {
        self.expr(&node.func, level::ATOM);
        if let [Expr::Generator(_)] = &*node.arguments.args
            && node.arguments.keywords.is_empty()
        {
            self.expr(&node.arguments.args[0], level::TUPLE);
            return;
        }
        self.out.push('(');
        self.list(&node.arguments.args);
        for (index, keyword) in node.arguments.keywords.iter().enumerate() {
            if index > 0 || !node.arguments.args.is_empty() {
                self.out.push_str(", ");
            }
            match &keyword.arg {
                Some(arg) => {
                    self.out.push_str(arg);
                    self.out.push('=');
                }
                None => self.out.push_str("**"),
            }
            self.expr(&keyword.value, level::TEST);
        }
        self.out.push(')');
    }

    fn comprehension(
        &mut self,
        open: &str,
        elements: &[&Expr],
        generators: &[ast::Comprehension],
        close: &str,
    ) {
        self.out.push_str(open);
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.out.push_str(": ");
            }
            self.expr(element, level::TEST);
        }
        for generator in generators {
            self.out.push_str(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, level::TUPLE);
            self.out.push_str(" in ");
            self.expr(&generator.iter, level::TEST + 1);
            for condition in &generator.ifs {
                self.out.push_str(" if ");
                self.expr(condition, level::TEST + 1);
            }
        }
        self.out.push_str(close);
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut parts: Vec<String> = Vec::new();
        let one = |writer: &mut Self, parameter: &ast::ParameterWithDefault| {
            let mut text = parameter.parameter.name.to_string();
            if let Some(default) = &parameter.default {
                let outer = std::mem::take(&mut writer.out);
                writer.expr(default, level::TEST);
                text.push('=');
                text.push_str(&std::mem::replace(&mut writer.out, outer));
            }
            text
        };
        for parameter in &parameters.posonlyargs {
            parts.push(one(self, parameter));
        }
        if !parameters.posonlyargs.is_empty() {
            parts.push("/".into());
        }
        for parameter in &parameters.args {
            parts.push(one(self, parameter));
        }
        match &parameters.vararg {
            Some(vararg) => parts.push(format!("*{}", vararg.name)),
            None if !parameters.kwonlyargs.is_empty() => parts.push("*".into()),
            None => {}
        }
        for parameter in &parameters.kwonlyargs {
            parts.push(one(self, parameter));
        }
        if let Some(kwarg) = &parameters.kwarg {
            parts.push(format!("**{}", kwarg.name));
        }
        self.out.push_str(&parts.join(", "));
    }

    fn element(&mut self, element: &InterpolatedStringElement, body: &mut String) {
        match element {
            InterpolatedStringElement::Literal(literal) => {
                body.push_str(&literal.value.replace('{', "{{").replace('}', "}}"));
            }
            InterpolatedStringElement::Interpolation(element) => {
                let outer = std::mem::take(&mut self.out);
                self.expr(&element.expression, level::TEST + 1);
                let text = std::mem::replace(&mut self.out, outer);
                body.push('{');
                if text.starts_with('{') {
                    body.push(' ');
                }
                body.push_str(&text);
                match element.conversion {
                    ConversionFlag::None => {}
                    ConversionFlag::Str => body.push_str("!s"),
                    ConversionFlag::Repr => body.push_str("!r"),
                    ConversionFlag::Ascii => body.push_str("!a"),
                }
                if let Some(spec) = &element.format_spec {
                    body.push(':');
                    for element in &spec.elements {
                        self.element(element, body);
                    }
                }
                body.push('}');
            }
        }
    }
}
