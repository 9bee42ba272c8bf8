//! f-strings and t-strings.

use pyre_bytecode::{Constant, Conversion, Instruction, KILL_B};
use rustpython_ruff_python_ast::{
    self as ast, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement,
};
use rustpython_ruff_text_size::TextRange;

use super::unit::{Operand, Reg};
use super::{Codegen, Result};
use crate::literal;

/// A part of a formatted string, literals joined.
enum Part<'a> {
    Text(Vec<u8>),
    /// With whether its string is raw, which holds for its format specification too.
    Value(&'a InterpolatedElement, bool),
}

fn push_text(parts: &mut Vec<Part>, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Text(last)) => last.extend_from_slice(text),
        _ => parts.push(Part::Text(text.to_vec())),
    }
}

fn conversion(element: &InterpolatedElement) -> Conversion {
    match element.conversion {
        ConversionFlag::Str => Conversion::Str,
        ConversionFlag::Repr => Conversion::Repr,
        ConversionFlag::Ascii => Conversion::Ascii,
        // `{x=}` shows the repr unless it says otherwise.
        ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => {
            Conversion::Repr
        }
        ConversionFlag::None => Conversion::None,
    }
}

impl<'a> Codegen<'a> {
    pub(super) fn fstring(&mut self, node: &'a ast::ExprFString, dst: Reg) -> Result {
        let mut parts = Vec::new();
        for part in node.value.as_slice() {
            match part {
                FStringPart::Literal(literal) => {
                    let mut text = Vec::new();
                    self.string_part(literal, &mut text)?;
                    push_text(&mut parts, &text);
                }
                FStringPart::FString(fstring) => {
                    let (_, raw) = literal::content_of(self.source, fstring.range);
                    self.collect_parts(&fstring.elements, raw, &mut parts)?;
                }
            }
        }
        self.join_parts(parts, node.range, dst)
    }

    fn collect_parts(
        &mut self,
        elements: &'a [InterpolatedStringElement],
        raw: bool,
        parts: &mut Vec<Part<'a>>,
    ) -> Result {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = self.literal_element(literal, raw)?;
                    push_text(parts, &text);
                }
                InterpolatedStringElement::Interpolation(element) => {
                    if let Some(debug) = &element.debug_text {
                        let (text, _) = literal::debug_text(self.source, element, debug);
                        push_text(parts, text.as_bytes());
                    }
                    parts.push(Part::Value(element, raw));
                }
            }
        }
        Ok(())
    }

    fn literal_element(
        &mut self,
        literal: &'a ast::InterpolatedStringLiteralElement,
        raw: bool,
    ) -> Result<Vec<u8>> {
        let mut warnings = Vec::new();
        let value = literal::interpolated_part(self.source, literal, raw, &mut warnings);
        warnings.into_iter().for_each(|warning| self.warn(warning));
        value
    }

    fn join_parts(&mut self, parts: Vec<Part<'a>>, range: TextRange, dst: Reg) -> Result {
        match &parts[..] {
            [] => {
                self.at(range);
                self.load_constant(Constant::Str([].into()), dst);
            }
            [Part::Text(text)] => {
                self.at(range);
                self.load_constant(Constant::Str(text[..].into()), dst);
            }
            [Part::Value(element, raw)] => return self.format_value(element, *raw, dst),
            _ => {
                let base = self.unit.mark();
                for part in &parts {
                    let register = self.unit.alloc();
                    match part {
                        Part::Text(text) => {
                            self.at(range);
                            self.load_constant(Constant::Str(text[..].into()), register);
                        }
                        Part::Value(element, raw) => {
                            let mark = self.unit.mark();
                            self.format_value(element, *raw, register)?;
                            self.unit.release(mark);
                        }
                    }
                }
                self.at(range);
                let count = self.unit.small(parts.len());
                self.unit.emit(Instruction::build_string(dst, base, count));
            }
        }
        Ok(())
    }

    fn format_value(&mut self, element: &'a InterpolatedElement, raw: bool, dst: Reg) -> Result {
        let conversion = conversion(element);
        if self.unit.format_depth >= 3 {
            let at = TextRange::empty(element.range.start() - rustpython_ruff_text_size::TextSize::from(1));
            return self.error(at, "f-string: expressions nested too deeply");
        }
        let Some(spec) = &element.format_spec else {
            let value = self.operand_in(&element.expression, Some(dst))?;
            self.at(element.range);
            let kill = value.kill(KILL_B, dst);
            self.unit.emit(Instruction::format_simple(dst, value.reg, conversion as u16).with_flags(kill));
            return Ok(());
        };
        let mut value = self.operand_in(&element.expression, Some(dst))?;
        if conversion != Conversion::None {
            let converted = if value.owned { value.reg } else { self.unit.alloc() };
            self.at(element.range);
            self.unit.emit(Instruction::convert_value(converted, value.reg, conversion as u16));
            value = Operand { reg: converted, owned: true };
        } else if !value.owned && self.unit.has_walrus {
            let copy = self.unit.alloc();
            self.unit.emit(Instruction::move_(copy, value.reg));
            value = Operand { reg: copy, owned: true };
        }
        let text = self.unit.alloc();
        self.format_spec(spec, raw, text)?;
        self.at(element.range);
        self.emit_two(pyre_bytecode::Opcode::FormatSpec, 0, dst, value, Operand { reg: text, owned: true });
        Ok(())
    }

    fn format_spec(&mut self, spec: &'a ast::InterpolatedStringFormatSpec, raw: bool, dst: Reg) -> Result {
        let mut parts = Vec::new();
        self.collect_parts(&spec.elements, raw, &mut parts)?;
        let mark = self.unit.mark();
        self.unit.format_depth += 1;
        self.join_parts(parts, self.source.with_colon(spec.range), dst)?;
        self.unit.format_depth -= 1;
        self.unit.release(mark);
        Ok(())
    }

    pub(super) fn tstring(&mut self, node: &'a ast::ExprTString, dst: Reg) -> Result {
        let mut parts = Vec::new();
        for tstring in node.value.as_slice() {
            let (_, raw) = literal::content_of(self.source, tstring.range);
            self.collect_parts(&tstring.elements, raw, &mut parts)?;
        }
        // One more string than interpolations, empty ones included.
        let mut strings = vec![Vec::new()];
        let mut values = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => {
                    if let Some(last) = strings.last_mut() {
                        last.extend_from_slice(&text);
                    }
                }
                Part::Value(element, raw) => {
                    values.push((element, raw));
                    strings.push(Vec::new());
                }
            }
        }
        let base = self.unit.alloc_many(2);
        self.at(node.range);
        let strings: Vec<Constant> = strings.into_iter().map(|text| Constant::Str(text.into())).collect();
        self.load_constant(Constant::Tuple(strings.into()), base);
        let mark = self.unit.mark();
        for (element, raw) in &values {
            let register = self.unit.alloc();
            self.interpolation(element, *raw, register)?;
        }
        self.at(node.range);
        let count = self.unit.small(values.len());
        self.unit.emit(Instruction::build_tuple(base + 1, mark, count));
        self.unit.emit(Instruction::build_template(dst, base));
        Ok(())
    }

    fn interpolation(&mut self, element: &'a InterpolatedElement, raw: bool, dst: Reg) -> Result {
        let mark = self.unit.mark();
        let base = self.unit.alloc_many(2);
        self.expr_to(&element.expression, base)?;
        self.at(element.range);
        let text = literal::interpolation_text(self.source, element);
        self.load_str(&text, base + 1);
        let mut kind = conversion(element) as u16;
        if let Some(spec) = &element.format_spec {
            let register = self.unit.alloc();
            self.format_spec(spec, raw, register)?;
            kind |= 1 << 4;
        }
        self.at(element.range);
        self.unit.emit(Instruction::build_interpolation(dst, base, kind));
        self.unit.release(mark);
        Ok(())
    }
}
