//! `match` statements.
//!
//! A pattern works on a register. If the register is a temporary that the pattern owns, a successful match consumes it.
//! On failure control goes to a label that drops all temporaries above the subject, whatever they hold by then. Names
//! are bound only after the whole pattern has matched; until then captures are kept in temporaries of their own.

use pyre_bytecode::{Constant, Instruction, KILL_A, KILL_B};
use rustpython_ruff_python_ast::{self as ast, Expr, Identifier, Pattern, Singleton};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{Label, Operand, Reg};
use super::{Codegen, Result};
use crate::names::NameId;

/// The state of one pattern's compilation.
struct Matching {
    /// Temporaries from here on are dropped on failure.
    base: Reg,
    /// A label for each number of temporaries to drop.
    failures: Vec<(Reg, Label)>,
    /// Where captures wait for the end.
    captures: Vec<(NameId, Reg)>,
}

impl<'a> Codegen<'a> {
    pub(super) fn match_statement(&mut self, node: &'a ast::StmtMatch) -> Result {
        let end = self.unit.new_label();
        let subject = self.match_subject(node)?;
        let mark = self.unit.mark();
        let count = node.cases.len();
        for (index, case) in node.cases.iter().enumerate() {
            self.check_reachable(&case.pattern, index + 1 == count || case.guard.is_some())?;
            let mut names = Vec::new();
            self.captured_names(&case.pattern, &mut names)?;
            let mut matching = Matching { base: mark, failures: Vec::new(), captures: Vec::new() };
            for name in names {
                let register = self.unit.alloc();
                matching.captures.push((name, register));
            }
            self.pattern(&case.pattern, Operand { owned: false, ..subject }, &mut matching)?;
            for (name, register) in &matching.captures {
                self.store_id(*name, Operand { reg: *register, owned: true });
            }
            self.unit.release(mark);
            if let Some(guard) = &case.guard {
                let failure = self.failure(&mut matching);
                self.branch(guard, failure, false)?;
            }
            if subject.owned {
                self.unit.emit(Instruction::drop_(subject.reg));
            }
            self.unit.release(if subject.owned { subject.reg } else { mark });
            self.statements(&case.body)?;
            self.unit.emit_jump(Instruction::jump(0), end);
            self.unit.release(mark);
            self.place_failures(&matching);
        }
        if subject.owned {
            self.unit.emit(Instruction::drop_(subject.reg));
        }
        self.unit.place(end);
        Ok(())
    }

    /// The subject: a local variable in place, unless a case binds it.
    fn match_subject(&mut self, node: &'a ast::StmtMatch) -> Result<Operand> {
        if let Expr::Name(name) = &*node.subject
            && !self.unit.has_walrus
        {
            let id = self.name_id(&name.id);
            let mut is_bound = false;
            for case in &node.cases {
                let mut captured = Vec::new();
                // Errors are reported when the case itself is compiled.
                is_bound |=
                    self.captured_names(&case.pattern, &mut captured).is_err() || captured.contains(&id);
            }
            if !is_bound {
                return self.operand(&node.subject);
            }
        }
        Ok(Operand { reg: self.temporary(&node.subject)?, owned: true })
    }

    /// The label to jump to if the match fails now.
    fn failure(&mut self, matching: &mut Matching) -> Label {
        let top = self.unit.mark();
        if let Some((_, label)) = matching.failures.iter().find(|(register, _)| *register == top) {
            return *label;
        }
        let label = self.unit.new_label();
        matching.failures.push((top, label));
        label
    }

    /// Places the failure labels, each before the instructions that drop what is live there.
    fn place_failures(&mut self, matching: &Matching) {
        let mut failures = matching.failures.clone();
        failures.sort_by_key(|(register, _)| std::cmp::Reverse(*register));
        for (index, (top, label)) in failures.iter().enumerate() {
            self.unit.place(*label);
            let next = failures.get(index + 1).map_or(matching.base, |(register, _)| *register);
            for register in (next.max(matching.base)..*top).rev() {
                self.unit.emit(Instruction::drop_(register));
            }
        }
    }

    /// The names that a pattern binds.
    fn captured_names(&mut self, pattern: &'a Pattern, names: &mut Vec<NameId>) -> Result {
        let bind = |generator: &mut Self, name: &'a Identifier, names: &mut Vec<NameId>| {
            let id = generator.name_id(name);
            if names.contains(&id) {
                return generator
                    .error(name.range, format!("multiple assignments to name '{name}' in pattern"));
            }
            names.push(id);
            Ok(())
        };
        match pattern {
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => {
                node.patterns.iter().try_for_each(|inner| self.captured_names(inner, names))?;
            }
            Pattern::MatchMapping(node) => {
                node.patterns.iter().try_for_each(|inner| self.captured_names(inner, names))?;
                if let Some(rest) = &node.rest {
                    if rest.as_str() == "_" {
                        return self.error(rest.range, "invalid syntax");
                    }
                    bind(self, rest, names)?;
                }
            }
            Pattern::MatchClass(node) => {
                node.arguments.patterns.iter().try_for_each(|inner| self.captured_names(inner, names))?;
                let keywords = node.arguments.keywords.iter();
                keywords
                    .map(|keyword| &keyword.pattern)
                    .try_for_each(|inner| self.captured_names(inner, names))?;
            }
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    bind(self, name, names)?;
                }
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.captured_names(inner, names)?;
                }
                if let Some(name) = &node.name {
                    if name.as_str() == "_" {
                        return self.error(name.range, "cannot use '_' as a target");
                    }
                    bind(self, name, names)?;
                }
            }
            Pattern::MatchOr(node) => {
                let mut first: Option<Vec<NameId>> = None;
                for alternative in &node.patterns {
                    let mut bound = Vec::new();
                    self.captured_names(alternative, &mut bound)?;
                    let same =
                        |x: &[NameId], y: &[NameId]| x.len() == y.len() && x.iter().all(|n| y.contains(n));
                    match &first {
                        Some(first) if !same(first, &bound) => {
                            return self.error(node.range, "alternative patterns bind different names");
                        }
                        Some(_) => {}
                        None => first = Some(bound),
                    }
                }
                for id in first.unwrap_or_default() {
                    if names.contains(&id) {
                        let message =
                            format!("multiple assignments to name '{}' in pattern", self.names.text(id));
                        return self.error(node.range, message);
                    }
                    names.push(id);
                }
            }
        }
        Ok(())
    }

    /// A pattern that matches everything must be the last.
    fn check_reachable(&self, pattern: &Pattern, may_match_all: bool) -> Result {
        match pattern {
            Pattern::MatchAs(node) if !may_match_all => match (&node.pattern, &node.name) {
                (None, Some(name)) => self
                    .error(node.range, format!("name capture '{name}' makes remaining patterns unreachable")),
                (None, None) => self.error(node.range, "wildcard makes remaining patterns unreachable"),
                (Some(inner), _) => self.check_reachable(inner, false),
            },
            Pattern::MatchOr(node) => {
                let count = node.patterns.len();
                node.patterns.iter().enumerate().try_for_each(|(index, alternative)| {
                    self.check_reachable(alternative, may_match_all && index + 1 == count)
                })
            }
            _ => Ok(()),
        }
    }

    fn drop_subject(&mut self, subject: Operand) {
        if subject.owned {
            self.unit.emit(Instruction::drop_(subject.reg));
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern, subject: Operand, matching: &mut Matching) -> Result {
        self.at(pattern.range());
        match pattern {
            Pattern::MatchValue(node) => {
                let failure = self.failure(matching);
                let mark = self.unit.mark();
                if matches!(&*node.value, Expr::FString(_) | Expr::TString(_)) {
                    let message = "patterns may only match literals and attribute lookups";
                    return self.error(node.value.range(), message);
                }
                let value = self.operand(&node.value)?;
                self.at(node.range);
                let kills = subject.kill(KILL_A, Reg::MAX) | value.kill(KILL_B, Reg::MAX);
                let jump = Instruction::jump_if_not_eq(subject.reg, value.reg, 0).with_flags(kills);
                self.unit.emit_jump(jump, failure);
                self.unit.release(mark);
            }
            Pattern::MatchSingleton(node) => self.singleton_pattern(node.value, subject, matching),
            Pattern::MatchSequence(node) => self.sequence_pattern(node, subject, matching)?,
            Pattern::MatchMapping(node) => self.mapping_pattern(node, subject, matching)?,
            Pattern::MatchClass(node) => self.class_pattern(node, subject, matching)?,
            Pattern::MatchStar(node) => self.capture(node.name.as_ref(), subject, matching),
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner, Operand { owned: false, ..subject }, matching)?;
                }
                self.capture(node.name.as_ref(), subject, matching);
            }
            Pattern::MatchOr(node) => self.or_pattern(node, subject, matching)?,
        }
        Ok(())
    }

    fn capture(&mut self, name: Option<&'a Identifier>, subject: Operand, matching: &Matching) {
        let Some(name) = name else { return self.drop_subject(subject) };
        let id = self.name_id(name);
        if let Some((_, register)) = matching.captures.iter().find(|(captured, _)| *captured == id) {
            let make = if subject.owned { Instruction::take } else { Instruction::move_ };
            self.unit.emit(make(*register, subject.reg));
        }
    }

    fn singleton_pattern(&mut self, value: Singleton, subject: Operand, matching: &mut Matching) {
        let failure = self.failure(matching);
        let kill = subject.kill(KILL_A, Reg::MAX);
        let kind = match value {
            Singleton::None => {
                let jump = Instruction::jump_if_not_none(subject.reg, 0).with_flags(kill);
                return self.unit.emit_jump(jump, failure);
            }
            Singleton::False => 1,
            Singleton::True => 2,
        };
        let constant = self.unit.alloc();
        self.unit.emit(Instruction::load_singleton(constant, kind));
        let flags = subject.kill(KILL_B, constant);
        self.unit.emit(Instruction::is(constant, subject.reg, constant).with_flags(flags));
        self.jump_if(Operand { reg: constant, owned: true }, failure, false);
        self.unit.release(constant);
    }

    fn sequence_pattern(
        &mut self,
        node: &'a ast::PatternMatchSequence,
        subject: Operand,
        matching: &mut Matching,
    ) -> Result {
        let patterns = &node.patterns;
        let star = patterns.iter().position(|pattern| pattern.is_match_star());
        if let Some(star) = star
            && patterns[star + 1..].iter().any(|pattern| pattern.is_match_star())
        {
            return self.error(node.range, "multiple starred names in sequence pattern");
        }
        let required = patterns.len() - star.is_some() as usize;
        let failure = self.failure(matching);
        let work = self.unit.alloc();
        self.unit.emit(Instruction::match_sequence(work, subject.reg));
        self.jump_if(Operand { reg: work, owned: true }, failure, false);
        if star.is_none() || required > 0 {
            self.check_length(subject, required, star.is_none(), work, failure);
        }
        self.unit.release(work);
        let star_is_wildcard = star
            .is_some_and(|star| matches!(&patterns[star], Pattern::MatchStar(star) if star.name.is_none()));
        match star {
            Some(star) if star_is_wildcard => {
                for (index, pattern) in patterns.iter().enumerate() {
                    if index == star || is_wildcard(pattern) {
                        continue;
                    }
                    let item = self.unit.alloc();
                    self.load_item(subject.reg, index, patterns.len(), star, item);
                    self.pattern(pattern, Operand { reg: item, owned: true }, matching)?;
                    self.unit.release(item);
                }
                self.drop_subject(subject);
                Ok(())
            }
            None if patterns.iter().all(is_wildcard) => {
                self.drop_subject(subject);
                Ok(())
            }
            _ => self.unpacked_pattern(patterns, star, subject, node.range, matching),
        }
    }

    /// Fails unless the subject has that many items, or more.
    fn check_length(&mut self, subject: Operand, required: usize, exactly: bool, work: Reg, failure: Label) {
        self.unit.emit(Instruction::get_len(work, subject.reg));
        let required = i16::try_from(required).unwrap_or(i16::MAX);
        let jump = if exactly {
            Instruction::jump_if_not_eq_int(work, required, 0)
        } else {
            Instruction::jump_if_not_ge_int(work, required, 0)
        };
        self.unit.emit_jump(jump.with_flags(KILL_A), failure);
    }

    /// Loads the item for the pattern at `index`; those after the star are counted from the end.
    fn load_item(&mut self, sequence: Reg, index: usize, count: usize, star: usize, dst: Reg) {
        if index < star {
            self.unit.emit(Instruction::load_subscr_int(dst, sequence, index as i16));
            return;
        }
        self.unit.emit(Instruction::get_len(dst, sequence));
        self.unit.emit(Instruction::sub_int(dst, dst, (count - index) as i16));
        self.unit.emit(Instruction::load_subscr(dst, sequence, dst));
    }

    fn unpacked_pattern(
        &mut self,
        patterns: &'a [Pattern],
        star: Option<usize>,
        subject: Operand,
        range: TextRange,
        matching: &mut Matching,
    ) -> Result {
        let base = self.unit.alloc_many(patterns.len());
        let kill = subject.kill(KILL_B, Reg::MAX);
        let instruction = match star {
            None => Instruction::unpack_sequence(base, subject.reg, self.unit.small(patterns.len())),
            Some(star) => {
                let after = patterns.len() - star - 1;
                if star >= 256 || after >= 256 {
                    return self.error(range, "too many expressions in star-unpacking sequence pattern");
                }
                Instruction::unpack_ex(base, subject.reg, (star | after << 8) as u16)
            }
        };
        self.unit.emit(instruction.with_flags(kill));
        for (index, pattern) in patterns.iter().enumerate() {
            let item = Operand { reg: base + index as Reg, owned: true };
            self.pattern(pattern, item, matching)?;
        }
        self.unit.release(base);
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        node: &'a ast::PatternMatchMapping,
        subject: Operand,
        matching: &mut Matching,
    ) -> Result {
        let failure = self.failure(matching);
        let work = self.unit.alloc();
        self.unit.emit(Instruction::match_mapping(work, subject.reg));
        self.jump_if(Operand { reg: work, owned: true }, failure, false);
        if !node.keys.is_empty() {
            self.check_length(subject, node.keys.len(), false, work, failure);
        }
        self.unit.release(work);
        if node.keys.is_empty() {
            match &node.rest {
                None => self.drop_subject(subject),
                Some(rest) => {
                    let copy = self.mapping_copy(subject);
                    self.capture(Some(rest), Operand { reg: copy, owned: true }, matching);
                    self.unit.release(copy);
                    self.drop_subject(subject);
                }
            }
            return Ok(());
        }
        let keys = self.mapping_keys(node)?;
        let failure = self.failure(matching);
        let values = self.unit.alloc();
        let missing = self.failure(matching);
        let _ = failure;
        self.unit.emit(Instruction::match_keys(values, subject.reg, keys));
        self.unit.emit_jump(Instruction::jump_if_none(values, 0), missing);
        if let Some(rest) = &node.rest {
            let copy = self.mapping_copy(subject);
            let items = self.unit.alloc_many(node.keys.len());
            let count = self.unit.small(node.keys.len());
            self.unit.emit(Instruction::unpack_sequence(items, keys, count).with_flags(KILL_B));
            for index in 0..node.keys.len() {
                let key = items + index as Reg;
                self.unit.emit(Instruction::delete_subscr(copy, key).with_flags(KILL_B));
            }
            self.capture(Some(rest), Operand { reg: copy, owned: true }, matching);
            self.unit.release(copy);
        } else {
            self.unit.emit(Instruction::drop_(keys));
        }
        self.drop_subject(subject);
        let base = self.unit.alloc_many(node.patterns.len());
        let count = self.unit.small(node.patterns.len());
        self.unit.emit(Instruction::unpack_sequence(base, values, count).with_flags(KILL_B));
        for (index, pattern) in node.patterns.iter().enumerate() {
            self.pattern(pattern, Operand { reg: base + index as Reg, owned: true }, matching)?;
        }
        self.unit.release(keys);
        Ok(())
    }

    fn mapping_copy(&mut self, subject: Operand) -> Reg {
        let copy = self.unit.alloc();
        self.unit.emit(Instruction::build_map(copy, copy, 0));
        self.unit.emit(Instruction::dict_update(copy, subject.reg));
        copy
    }

    /// The tuple of a mapping pattern's keys, in a new temporary.
    fn mapping_keys(&mut self, node: &'a ast::PatternMatchMapping) -> Result<Reg> {
        let keys = self.unit.alloc();
        let mut constants: Vec<Constant> = Vec::new();
        let mut all_constant = true;
        for key in &node.keys {
            match self.constant_value(key)? {
                Some(constant) if constants.contains(&constant) => {
                    let text = self.constant_repr(key);
                    let message = format!("mapping pattern checks duplicate key ({text})");
                    return self.error(node.range, message);
                }
                Some(constant) => constants.push(constant),
                None => all_constant = false,
            }
        }
        if all_constant {
            self.load_constant(Constant::Tuple(constants.into()), keys);
            return Ok(keys);
        }
        let base = self.unit.mark();
        for key in &node.keys {
            self.temporary_at_top(key)?;
        }
        let count = self.unit.small(node.keys.len());
        self.unit.emit(Instruction::build_tuple(keys, base, count));
        self.unit.release(base);
        Ok(keys)
    }

    fn constant_repr(&self, expr: &'a Expr) -> String {
        super::unparse::unparse(expr, self.source)
    }

    fn class_pattern(
        &mut self,
        node: &'a ast::PatternMatchClass,
        subject: Operand,
        matching: &mut Matching,
    ) -> Result {
        let arguments = &node.arguments;
        let mut names: Vec<Constant> = Vec::new();
        for keyword in &arguments.keywords {
            let name = self.name_constant(&keyword.attr);
            if names.contains(&name) {
                let message = format!("attribute name repeated in class pattern: {}", keyword.attr);
                return self.error(keyword.pattern.range(), message);
            }
            names.push(name);
        }
        let pair = self.unit.alloc_many(2);
        let make = if subject.owned { Instruction::take } else { Instruction::move_ };
        self.unit.emit(make(pair, subject.reg));
        self.expr_to(&node.cls, pair + 1)?;
        self.at(node.range);
        let names = self.unit.small_constant(Constant::Tuple(names.into()));
        let positional = arguments.patterns.len();
        self.unit.emit_extra(Instruction::match_class(pair, pair, names), positional as u64);
        self.unit.release(pair + 1);
        let failure = self.failure(matching);
        self.unit.emit_jump(Instruction::jump_if_none(pair, 0), failure);
        let patterns: Vec<&Pattern> = arguments
            .patterns
            .iter()
            .chain(arguments.keywords.iter().map(|keyword| &keyword.pattern))
            .collect();
        let base = self.unit.alloc_many(patterns.len());
        let count = self.unit.small(patterns.len());
        self.unit.emit(Instruction::unpack_sequence(base, pair, count).with_flags(KILL_B));
        for (index, pattern) in patterns.into_iter().enumerate() {
            self.pattern(pattern, Operand { reg: base + index as Reg, owned: true }, matching)?;
        }
        self.unit.release(pair);
        Ok(())
    }

    fn or_pattern(
        &mut self,
        node: &'a ast::PatternMatchOr,
        subject: Operand,
        matching: &mut Matching,
    ) -> Result {
        let matched = self.unit.new_label();
        let borrowed = Operand { owned: false, ..subject };
        let Some((last, first)) = node.patterns.split_last() else { return Ok(()) };
        let base = self.unit.mark();
        for alternative in first {
            let captures = std::mem::take(&mut matching.captures);
            let mut inner = Matching { base, failures: Vec::new(), captures };
            self.pattern(alternative, borrowed, &mut inner)?;
            self.unit.emit_jump(Instruction::jump(0), matched);
            self.place_failures(&inner);
            matching.captures = inner.captures;
        }
        self.pattern(last, borrowed, matching)?;
        self.unit.place(matched);
        self.drop_subject(subject);
        Ok(())
    }
}

fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(node) if node.pattern.is_none() && node.name.is_none())
}
