//! Strings, f-strings and t-strings as nodes. Adjacent literals become one constant that reaches from the first to the
//! last; the text that `{x=}` shows is a literal too.

use rustpython_ruff_python_ast::{
    self as ast, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement,
};
use rustpython_ruff_text_size::{TextRange, TextSize};

use super::export::{Exporter, Result};
use super::{Field, Kind};
use crate::literal;
use pyre_bytecode::Constant;

/// A part of a string.
enum Piece {
    Text { value: Vec<u8>, range: TextRange, has_u: bool },
    Value(Field),
}

/// Where interpolations stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FString,
    TString,
}

fn push_text(pieces: &mut Vec<Piece>, value: Vec<u8>, range: TextRange, has_u: bool) {
    if value.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text { value: before, range: whole, .. }) => {
            before.extend_from_slice(&value);
            *whole = TextRange::new(whole.start(), range.end());
        }
        _ => pieces.push(Piece::Text { value, range, has_u }),
    }
}

impl Exporter<'_> {
    fn has_u(&self, range: TextRange) -> bool {
        matches!(self.source.text().as_bytes().get(range.start().to_usize()), Some(b'u' | b'U'))
    }

    pub(super) fn string(&mut self, node: &ast::ExprStringLiteral) -> Result {
        let mut value = Vec::new();
        for part in node.value.as_slice() {
            literal::string_part(self.source, part.range, &mut value, &mut self.warnings)?;
        }
        let kind = if self.has_u(node.range) { Some("u") } else { None };
        Ok(self.constant(node.range, Constant::Str(value.into()), kind))
    }

    pub(super) fn fstring(&mut self, node: &ast::ExprFString) -> Result {
        let mut pieces = Vec::new();
        for part in node.value.as_slice() {
            match part {
                FStringPart::Literal(part) => {
                    let mut value = Vec::new();
                    literal::string_part(self.source, part.range, &mut value, &mut self.warnings)?;
                    push_text(&mut pieces, value, part.range, self.has_u(part.range));
                }
                FStringPart::FString(part) => {
                    let (_, raw) = literal::content_of(self.source, part.range);
                    self.elements(&part.elements, raw, Place::FString, &mut pieces)?;
                }
            }
        }
        Ok(self.joined(Kind::JoinedStr, node.range, pieces))
    }

    pub(super) fn tstring(&mut self, node: &ast::ExprTString) -> Result {
        let mut pieces = Vec::new();
        for part in node.value.as_slice() {
            let (_, raw) = literal::content_of(self.source, part.range);
            self.elements(&part.elements, raw, Place::TString, &mut pieces)?;
        }
        Ok(self.joined(Kind::TemplateStr, node.range, pieces))
    }

    fn joined(&self, kind: Kind, range: TextRange, pieces: Vec<Piece>) -> Field {
        let values = pieces.into_iter().map(|piece| match piece {
            Piece::Value(node) => node,
            Piece::Text { value, range, has_u } => {
                self.constant(range, Constant::Str(value.into()), has_u.then_some("u"))
            }
        });
        let values = Field::List(values.collect());
        self.node(kind, range, vec![values])
    }

    fn elements(
        &mut self,
        elements: &[InterpolatedStringElement],
        raw: bool,
        place: Place,
        pieces: &mut Vec<Piece>,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    let value = literal::interpolated_part(self.source, text, raw, &mut self.warnings)?;
                    push_text(pieces, value, text.range, false);
                }
                InterpolatedStringElement::Interpolation(element) => {
                    if let Some(debug) = &element.debug_text {
                        let (text, length) = literal::debug_text(self.source, element, debug);
                        let start = element.range.start() + TextSize::from(1);
                        let range = TextRange::at(start, TextSize::from(length as u32));
                        push_text(pieces, text.into_bytes(), range, false);
                    }
                    let value = self.interpolation(element, raw, place)?;
                    pieces.push(Piece::Value(value));
                }
            }
        }
        Ok(())
    }

    fn interpolation(&mut self, element: &InterpolatedElement, raw: bool, place: Place) -> Result {
        let value = self.expr(&element.expression)?;
        let conversion = match element.conversion {
            ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => {
                i32::from(b'r')
            }
            ConversionFlag::None => -1,
            ConversionFlag::Str => i32::from(b's'),
            ConversionFlag::Ascii => i32::from(b'a'),
            ConversionFlag::Repr => i32::from(b'r'),
        };
        let spec = match &element.format_spec {
            None => Field::None,
            Some(spec) => {
                let mut pieces = Vec::new();
                self.elements(&spec.elements, raw, Place::FString, &mut pieces)?;
                self.joined(Kind::JoinedStr, self.source.with_colon(spec.range), pieces)
            }
        };
        let conversion = Field::Int(conversion);
        Ok(match place {
            Place::FString => self.node(Kind::FormattedValue, element.range, vec![value, conversion, spec]),
            Place::TString => {
                let text = Constant::str(&literal::interpolation_text(self.source, element));
                let fields = vec![value, Field::Constant(text), conversion, spec];
                self.node(Kind::Interpolation, element.range, fields)
            }
        })
    }
}
