//! The smaller parts of statements and expressions, and strings, for [`import`](super::import).

use rustpython_ruff_python_ast::{
    self as ast, ConversionFlag, ExceptHandler, Expr, FStringFlags, InterpolatedStringElement,
    InterpolatedStringElements, Pattern, TStringFlags,
};
use rustpython_ruff_text_size::TextRange;

use super::import::{Importer, Result, fields, index, list, node, wrong};
use super::{Field, Kind, Node};
use pyre_bytecode::Constant;

impl Importer {
    pub(super) fn patterns(&mut self, field: Field) -> Result<Vec<Pattern>> {
        list(field).into_iter().map(|item| self.pattern(item)).collect()
    }

    pub(super) fn pattern_arguments(
        &mut self,
        patterns: Field,
        names: Field,
        values: Field,
    ) -> Result<ast::PatternArguments> {
        let start = self.here().start();
        let patterns = self.patterns(patterns)?;
        let mut keywords = Vec::new();
        for (name, value) in list(names).iter().zip(list(values)) {
            let attr = self.name(name);
            let pattern = self.pattern(value)?;
            let range = TextRange::new(attr.range.start(), self.here().end());
            keywords.push(ast::PatternKeyword { range, node_index: index(), attr, pattern });
        }
        let range = TextRange::new(start, self.here().end());
        Ok(ast::PatternArguments { range, node_index: index(), patterns, keywords })
    }

    pub(super) fn with_items(&mut self, field: Field) -> Result<Vec<ast::WithItem>> {
        let mut items = Vec::new();
        for item in list(field) {
            let start = self.here().start();
            let [value, target] = fields::<2>(node(item)?.fields);
            let context_expr = self.expr(value)?;
            let optional_vars = self.optional(target)?;
            let range = TextRange::new(start, self.here().end());
            items.push(ast::WithItem { range, node_index: index(), context_expr, optional_vars });
        }
        Ok(items)
    }

    pub(super) fn cases(&mut self, field: Field) -> Result<Vec<ast::MatchCase>> {
        let mut cases = Vec::new();
        for item in list(field) {
            let start = self.here().start();
            let [pattern, guard, body] = fields::<3>(node(item)?.fields);
            let pattern = self.pattern(pattern)?;
            let guard = self.optional(guard)?;
            let body = self.body(body)?;
            let range = TextRange::new(start, self.here().end());
            cases.push(ast::MatchCase { range, node_index: index(), pattern, guard, body });
        }
        Ok(cases)
    }

    pub(super) fn handlers(&mut self, field: Field) -> Result<Vec<ExceptHandler>> {
        let mut handlers = Vec::new();
        for item in list(field) {
            let n = node(item)?;
            let place = n.location.unwrap_or_default();
            let start = self.begin(place);
            let [ty, name, body] = fields::<3>(n.fields);
            let type_ = self.optional(ty)?;
            let mut name = self.optional_name(&name);
            let body = self.body(body)?;
            let range = self.end(start, place);
            if let Some(name) = &mut name {
                name.range = range;
            }
            let handler = ast::ExceptHandlerExceptHandler { range, node_index: index(), type_, name, body };
            handlers.push(ExceptHandler::ExceptHandler(handler));
        }
        Ok(handlers)
    }

    pub(super) fn aliases(&mut self, field: Field) -> Result<Vec<ast::Alias>> {
        let mut aliases = Vec::new();
        for item in list(field) {
            let n = node(item)?;
            let place = n.location.unwrap_or_default();
            let start = self.begin(place);
            let [name, asname] = fields::<2>(n.fields);
            let (name, asname) = (self.name(&name), self.optional_name(&asname));
            let range = self.end(start, place);
            aliases.push(ast::Alias { range, node_index: index(), name, asname });
        }
        Ok(aliases)
    }

    pub(super) fn arguments(&mut self, args: Field, keywords: Field) -> Result<ast::Arguments> {
        let start = self.here().start();
        let args = self.exprs(args)?.into();
        let mut named = Vec::new();
        for item in list(keywords) {
            let n = node(item)?;
            let place = n.location.unwrap_or_default();
            let start = self.begin(place);
            let [arg, value] = fields::<2>(n.fields);
            let arg = self.optional_name(&arg);
            let value = self.expr(value)?;
            let range = self.end(start, place);
            named.push(ast::Keyword { range, node_index: index(), arg, value });
        }
        let range = TextRange::new(start, self.here().end());
        Ok(ast::Arguments { range, node_index: index(), args, keywords: named.into() })
    }

    pub(super) fn dict_items(&mut self, keys: Field, values: Field) -> Result<Vec<ast::DictItem>> {
        let mut items = Vec::new();
        for (key, value) in list(keys).into_iter().zip(list(values)) {
            let key = self.optional(key)?.map(|key| *key);
            items.push(ast::DictItem { key, value: self.expr(value)? });
        }
        Ok(items)
    }

    pub(super) fn comprehensions(&mut self, field: Field) -> Result<Vec<ast::Comprehension>> {
        let mut generators = Vec::new();
        for item in list(field) {
            let start = self.here().start();
            let [target, iter, ifs, is_async] = fields::<4>(node(item)?.fields);
            let target = self.expr(target)?;
            let iter = self.expr(iter)?;
            let ifs = self.exprs(ifs)?;
            let is_async = matches!(is_async, Field::Int(n) if n != 0);
            let range = TextRange::new(start, self.here().end());
            generators.push(ast::Comprehension { range, node_index: index(), target, iter, ifs, is_async });
        }
        Ok(generators)
    }

    fn parameter(&mut self, field: Field) -> Result<ast::Parameter> {
        let n = node(field)?;
        let place = n.location.unwrap_or_default();
        let start = self.begin(place);
        let [name, annotation] = fields::<2>(n.fields);
        let name = self.name(&name);
        let annotation = self.optional(annotation)?;
        let range = self.end(start, place);
        Ok(ast::Parameter { range, node_index: index(), name, annotation })
    }

    fn with_default(&mut self, field: Field, default: Field) -> Result<ast::ParameterWithDefault> {
        let start = self.here().start();
        let parameter = self.parameter(field)?;
        let default = self.optional(default)?;
        let range = TextRange::new(start, self.here().end());
        Ok(ast::ParameterWithDefault { range, node_index: index(), parameter, default })
    }

    pub(super) fn parameters(&mut self, n: Node) -> Result<ast::Parameters> {
        let [posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults] = fields::<7>(n.fields);
        let start = self.here().start();
        let (posonly, args, mut defaults) = (list(posonly), list(args), list(defaults));
        // Defaults belong to the last parameters.
        let missing = (posonly.len() + args.len()).saturating_sub(defaults.len());
        defaults.splice(..0, std::iter::repeat_n(Field::None, missing));
        let mut defaults = defaults.into_iter();
        let mut positional = |this: &mut Self, items: Vec<Field>| -> Result<Vec<_>> {
            let next = |item| this.with_default(item, defaults.next().unwrap_or(Field::None));
            items.into_iter().map(next).collect()
        };
        let posonlyargs = positional(self, posonly)?;
        let args = positional(self, args)?;
        let vararg = match vararg {
            Field::None => None,
            field => Some(Box::new(self.parameter(field)?)),
        };
        let mut kwonlyargs = Vec::new();
        for (item, default) in list(kwonly).into_iter().zip(list(kw_defaults)) {
            kwonlyargs.push(self.with_default(item, default)?);
        }
        let kwarg = match kwarg {
            Field::None => None,
            field => Some(Box::new(self.parameter(field)?)),
        };
        let range = TextRange::new(start, self.here().end());
        Ok(ast::Parameters { range, node_index: index(), posonlyargs, args, vararg, kwonlyargs, kwarg })
    }

    pub(super) fn constant(&mut self, n: Node) -> Result<Expr> {
        let place = n.location.unwrap_or_default();
        let start = self.begin(place);
        let range = self.end(start, place);
        let [Field::Constant(value), _] = fields::<2>(n.fields) else {
            return Err(wrong("a constant has no value"));
        };
        let node_index = index();
        let expr = match &value {
            Constant::None => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            Constant::True | Constant::False => {
                let value = value == Constant::True;
                Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value })
            }
            Constant::Int(_) | Constant::BigInt { .. } => {
                let small = if let Constant::Int(n) = &value { u64::try_from(*n).unwrap_or(0) } else { 0 };
                let value = ast::Number::Int(small.into());
                Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value })
            }
            Constant::Float(x) => {
                let value = ast::Number::Float(*x);
                Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value })
            }
            Constant::Complex(real, imag) => {
                let value = ast::Number::Complex { real: *real, imag: *imag };
                Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value })
            }
            Constant::Str(text) => {
                let part = ast::StringLiteral {
                    range,
                    node_index: index(),
                    value: String::from_utf8_lossy(text).into(),
                    flags: ast::StringLiteralFlags::empty(),
                };
                let value = ast::StringLiteralValue::single(part);
                Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value })
            }
            Constant::Bytes(content) => {
                let part = ast::BytesLiteral {
                    range,
                    node_index: index(),
                    value: content[..].into(),
                    flags: ast::BytesLiteralFlags::empty(),
                };
                let value = ast::BytesLiteralValue::single(part);
                Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value })
            }
            _ => Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }),
        };
        if !matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis) {
            self.note_constant(start, value);
        }
        Ok(expr)
    }

    /// The range and the elements of a formatted string.
    fn elements(&mut self, n: Node) -> Result<(TextRange, InterpolatedStringElements)> {
        let place = n.location.unwrap_or_default();
        let start = self.begin(place);
        let mut elements = Vec::new();
        self.element(Field::Node(Box::new(n)), &mut elements)?;
        Ok((self.end(start, place), InterpolatedStringElements::from(elements)))
    }

    pub(super) fn joined(&mut self, n: Node) -> Result<Expr> {
        let (range, elements) = self.elements(n)?;
        let string = ast::FString { range, node_index: index(), elements, flags: FStringFlags::empty() };
        let value = ast::FStringValue::single(string);
        Ok(Expr::FString(ast::ExprFString { node_index: index(), range, value }))
    }

    pub(super) fn template(&mut self, n: Node) -> Result<Expr> {
        let (range, elements) = self.elements(n)?;
        let string = ast::TString { range, node_index: index(), elements, flags: TStringFlags::empty() };
        let value = ast::TStringValue::single(string);
        Ok(Expr::TString(ast::ExprTString { node_index: index(), range, value }))
    }

    /// The elements that a part of a formatted string is.
    fn element(&mut self, field: Field, out: &mut Vec<InterpolatedStringElement>) -> Result<()> {
        let n = node(field)?;
        let place = n.location.unwrap_or_default();
        match n.kind {
            Kind::JoinedStr | Kind::TemplateStr => {
                let [values] = fields::<1>(n.fields);
                list(values).into_iter().try_for_each(|value| self.element(value, out))
            }
            Kind::Constant => {
                let [Field::Constant(value @ Constant::Str(_))] = fields::<1>(n.fields) else {
                    return Err(wrong("a formatted string has a part that is no str"));
                };
                let start = self.begin(place);
                let range = self.end(start, place);
                self.note_constant(start, value);
                out.push(InterpolatedStringElement::Literal(ast::InterpolatedStringLiteralElement {
                    range,
                    node_index: index(),
                    value: "".into(),
                }));
                Ok(())
            }
            Kind::FormattedValue => {
                let [value, conversion, spec] = fields::<3>(n.fields);
                self.interpolation(place, None, value, &conversion, spec, out)
            }
            Kind::Interpolation => {
                let [value, text, conversion, spec] = fields::<4>(n.fields);
                let text = match text {
                    Field::Constant(Constant::Str(text)) => String::from_utf8_lossy(&text).into_owned(),
                    _ => String::new(),
                };
                self.interpolation(place, Some(text), value, &conversion, spec, out)
            }
            // Any other expression is shown as it is.
            _ => {
                let conversion = Field::Int(-1);
                self.interpolation(place, None, Field::Node(Box::new(n)), &conversion, Field::None, out)
            }
        }
    }

    fn interpolation(
        &mut self,
        place: super::Place,
        text: Option<String>,
        value: Field,
        conversion: &Field,
        spec: Field,
        out: &mut Vec<InterpolatedStringElement>,
    ) -> Result<()> {
        let start = self.begin(place);
        if let Some(text) = text {
            self.made.texts.insert(start.into(), text);
        }
        let expression = Box::new(self.expr(value)?);
        let conversion = match conversion {
            Field::Int(n) if *n == i32::from(b's') => ConversionFlag::Str,
            Field::Int(n) if *n == i32::from(b'r') => ConversionFlag::Repr,
            Field::Int(n) if *n == i32::from(b'a') => ConversionFlag::Ascii,
            _ => ConversionFlag::None,
        };
        let format_spec = match spec {
            Field::None => None,
            spec => {
                let place = if let Field::Node(n) = &spec { n.location } else { None }.unwrap_or_default();
                let start = self.begin(place);
                let mut elements = Vec::new();
                self.element(spec, &mut elements)?;
                let range = self.end(start, place);
                let elements = InterpolatedStringElements::from(elements);
                Some(Box::new(ast::InterpolatedStringFormatSpec { range, node_index: index(), elements }))
            }
        };
        let range = self.end(start, place);
        out.push(InterpolatedStringElement::Interpolation(ast::InterpolatedElement {
            range,
            node_index: index(),
            expression,
            debug_text: None,
            conversion,
            format_spec,
        }));
        Ok(())
    }
}
