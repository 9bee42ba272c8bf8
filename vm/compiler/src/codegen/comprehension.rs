//! Comprehensions. List, set and dict comprehensions are part of the code around them, their variables in temporaries
//! (PEP 709); generator expressions are functions that get the first iterator as their argument.

use pyre_bytecode::{Instruction, Intrinsic1, KILL_B, KILL_C, NO_REGISTER, flags};
use rustpython_ruff_python_ast::{Comprehension, Expr};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{ActiveScope, OpenScopedLocal, Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::symbols::definition::{BOUND, NONLOCAL};
use crate::symbols::{Resolution, ScopeId, ScopeRole};

/// The parts that all comprehensions have.
#[derive(Clone, Copy)]
struct Parts<'a> {
    generators: &'a [Comprehension],
    element: Element<'a>,
    range: TextRange,
}

#[derive(Clone, Copy)]
enum Element<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
    Generator(&'a Expr),
}

impl<'a> Codegen<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr, dst: Reg) -> Result {
        let (scope, generators, element) = match expr {
            Expr::ListComp(node) => {
                (self.table.find(node, ScopeRole::Body), &node.generators, Element::List(&node.elt))
            }
            Expr::SetComp(node) => {
                (self.table.find(node, ScopeRole::Body), &node.generators, Element::Set(&node.elt))
            }
            Expr::DictComp(node) => (
                self.table.find(node, ScopeRole::Body),
                &node.generators,
                Element::Dict(&node.key, &node.value),
            ),
            Expr::Generator(node) => {
                (self.table.find(node, ScopeRole::Body), &node.generators, Element::Generator(&node.elt))
            }
            _ => return Ok(()),
        };
        let Some(id) = scope else { return Ok(()) };
        if let Element::List(value) | Element::Set(value) | Element::Generator(value) = element
            && value.is_starred_expr()
        {
            return self.error(value.range(), "iterable unpacking cannot be used in comprehension");
        }
        let scope = self.table.scope(id);
        let range = match expr {
            Expr::Generator(node) if !node.parenthesized => self.source.with_parentheses(node.range),
            _ => expr.range(),
        };
        let parts = Parts { generators, element, range };
        if scope.is_coroutine && !matches!(element, Element::Generator(_)) {
            let allowed = match self.unit.kind {
                UnitKind::AsyncFunction | UnitKind::Comprehension => true,
                UnitKind::Module => self.options.allow_top_level_await,
                _ => false,
            };
            if !allowed {
                let message = "asynchronous comprehension outside of an asynchronous function";
                return self.error(parts.range, message);
            }
        }
        if scope.is_inlined { self.inlined(id, parts, dst) } else { self.separate(id, parts, dst) }
    }

    /// A comprehension as part of the code around it.
    fn inlined(&mut self, id: ScopeId, parts: Parts<'a>, dst: Reg) -> Result {
        let Some(first) = parts.generators.first() else { return Ok(()) };
        let result = self.workspace(dst);
        let table = self.table;
        let variables: Vec<_> = table
            .scope(id)
            .symbols
            .iter()
            .filter(|symbol| symbol.flags & BOUND != 0 && symbol.flags & NONLOCAL == 0)
            .filter(|symbol| matches!(symbol.resolution, Resolution::Local | Resolution::Cell))
            .map(|symbol| (symbol.name, symbol.resolution == Resolution::Cell, self.unit.alloc()))
            .collect();
        let iterator =
            if first.is_async { self.async_iterator(&first.iter)? } else { self.iterator(&first.iter)? };
        self.at(parts.range);
        let build = match parts.element {
            Element::Set(_) => Instruction::build_set,
            Element::Dict(..) => Instruction::build_map,
            _ => Instruction::build_list,
        };
        self.unit.emit(build(result, result, 0));
        let (start, end) = (self.unit.new_label(), self.unit.new_label());
        for (_, is_cell, register) in &variables {
            if *is_cell {
                self.unit.emit(Instruction::make_cell(*register));
            }
        }
        self.unit.place(start);
        for (name, is_cell, register) in &variables {
            let local = OpenScopedLocal { name: *name, register: *register, is_cell: *is_cell, start, end };
            self.unit.scoped_locals.push(local);
        }
        let registers = variables.iter().map(|(name, _, register)| (*name, *register)).collect();
        self.unit.scopes.push(ActiveScope { id, registers });
        let outer_walrus = self.unit.has_walrus;
        self.unit.has_walrus |= table.scope(id).has_walrus;
        self.generator(parts, 0, Some(iterator), result)?;
        self.unit.has_walrus = outer_walrus;
        self.unit.scopes.pop();
        self.unit.place(end);
        for (_, _, register) in &variables {
            self.unit.emit(Instruction::drop_(*register));
        }
        self.deliver(result, dst);
        Ok(())
    }

    /// A comprehension as a function of its own, called at once.
    fn separate(&mut self, id: ScopeId, parts: Parts<'a>, dst: Reg) -> Result {
        let Some(first) = parts.generators.first() else { return Ok(()) };
        let table = self.table;
        let scope = table.scope(id);
        let is_generator = matches!(parts.element, Element::Generator(_));
        let name = match parts.element {
            Element::Generator(_) => "<genexpr>",
            Element::List(_) => "<listcomp>",
            Element::Set(_) => "<setcomp>",
            Element::Dict(..) => "<dictcomp>",
        };
        let callable = if self.unit.is_top(dst) { dst } else { self.unit.alloc() };
        let line = self.source.line_index(parts.range.start().to_usize()) as u32 + 1;
        self.enter_unit(UnitKind::Comprehension, id, name, line);
        self.unit.code.arg_count = 1;
        self.at(parts.range);
        self.unit.code.flags |= match (is_generator, scope.is_coroutine) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::GENERATOR,
            (false, true) => flags::COROUTINE,
            (false, false) => 0,
        };
        self.unit.mark_suspended_start();
        let result = self.unit.alloc();
        if !is_generator {
            let build = match parts.element {
                Element::Set(_) => Instruction::build_set,
                Element::Dict(..) => Instruction::build_map,
                _ => Instruction::build_list,
            };
            self.unit.emit(build(result, result, 0));
        }
        // The iterator is an argument; asynchronous loops need it in the newest temporary.
        let iterator = self.unit.alloc();
        self.unit.emit(Instruction::take(iterator, 0));
        self.generator(parts, 0, Some(iterator), result)?;
        self.at(parts.range);
        if is_generator {
            self.unit.emit(Instruction::load_singleton(result, 0));
        }
        self.emit_return(Operand { reg: result, owned: true });
        let is_coroutine = self.unit.code.flags & flags::COROUTINE != 0;
        let code = self.leave_unit()?;
        self.at(parts.range);
        let attributes = self.unit.mark();
        self.make_function(code, id, attributes, 0, callable);
        if first.is_async {
            self.async_iterator(&first.iter)?;
        } else {
            self.iterator(&first.iter)?;
        }
        self.at(parts.range);
        self.unit.emit(Instruction::call(dst, callable, 1));
        if is_coroutine {
            let work = self.unit.alloc();
            let owned = self.unit.is_temporary(dst);
            self.await_operand(Operand { reg: dst, owned }, work, 0, dst);
        }
        Ok(())
    }

    /// The loops from that index on. The first one's iterator exists already.
    fn generator(&mut self, parts: Parts<'a>, index: usize, iterator: Option<Reg>, result: Reg) -> Result {
        let Some(generator) = parts.generators.get(index) else { return self.element(parts, result) };
        let mark = self.unit.mark();
        let (top, exhausted) = (self.unit.new_label(), self.unit.new_label());
        if iterator.is_none()
            && !generator.is_async
            && let Some(only) = single_item(&generator.iter)
        {
            // `for x in [value]` is an assignment.
            self.assign(&generator.target, only)?;
            self.unit.release(mark);
            for condition in &generator.ifs {
                self.branch(condition, exhausted, false)?;
            }
            self.generator(parts, index + 1, None, result)?;
            self.unit.place(exhausted);
            return Ok(());
        }
        if generator.is_async {
            let iterator = match iterator {
                Some(iterator) => iterator,
                None => self.async_iterator(&generator.iter)?,
            };
            let end = self.unit.new_handler(self.unit.mark());
            self.unit.place(top);
            self.async_next(&generator.target, iterator, end.0, generator.iter.range())?;
            self.loop_body(parts, index, generator, top, result)?;
            self.unit.place(end.1);
            self.end_async_for(iterator);
        } else {
            let iterator = match iterator {
                Some(iterator) => iterator,
                None => self.iterator(&generator.iter)?,
            };
            self.unit.place(top);
            self.for_target(&generator.target, iterator, generator.iter.range(), exhausted)?;
            self.loop_body(parts, index, generator, top, result)?;
            self.unit.place(exhausted);
        }
        self.unit.release(mark);
        Ok(())
    }

    fn loop_body(
        &mut self,
        parts: Parts<'a>,
        index: usize,
        generator: &'a Comprehension,
        top: super::unit::Label,
        result: Reg,
    ) -> Result {
        for condition in &generator.ifs {
            self.branch(condition, top, false)?;
        }
        self.generator(parts, index + 1, None, result)?;
        self.at(parts.range);
        self.unit.emit_jump(Instruction::jump_back(0), top);
        Ok(())
    }

    fn element(&mut self, parts: Parts<'a>, result: Reg) -> Result {
        let mark = self.unit.mark();
        match parts.element {
            Element::List(element) => {
                let value = self.operand(element)?;
                self.at(element.range());
                let kill = value.kill(KILL_B, Reg::MAX);
                self.unit.emit(Instruction::list_append(result, value.reg).with_flags(kill));
            }
            Element::Set(element) => {
                let value = self.operand(element)?;
                self.at(element.range());
                let kill = value.kill(KILL_B, Reg::MAX);
                self.unit.emit(Instruction::set_add(result, value.reg).with_flags(kill));
            }
            Element::Dict(key, value) => {
                let key = self.stable_operand(key, &[value], None)?;
                let value = self.operand(value)?;
                self.at(parts.range);
                let kills = key.kill(KILL_B, Reg::MAX) | value.kill(KILL_C, Reg::MAX);
                self.unit.emit(Instruction::map_insert(result, key.reg, value.reg).with_flags(kills));
            }
            Element::Generator(element) => {
                let mut value = self.operand(element)?;
                self.at(element.range());
                let sent = self.unit.alloc();
                if self.unit.code.flags & flags::ASYNC_GENERATOR != 0 {
                    let instruction =
                        Instruction::intrinsic1(sent, value.reg, Intrinsic1::AsyncGenWrap as u16);
                    self.unit.emit(instruction.with_flags(value.kill(KILL_B, sent)));
                    value = Operand { reg: sent, owned: true };
                }
                let kill = value.kill(KILL_B, sent);
                self.unit.emit(Instruction::yield_(sent, value.reg, NO_REGISTER).with_flags(kill));
                self.unit.emit(Instruction::drop_(sent));
            }
        }
        self.unit.release(mark);
        Ok(())
    }
}

/// The only item of a list or tuple display.
fn single_item(expr: &Expr) -> Option<&Expr> {
    let items = match expr {
        Expr::List(node) => &node.elts,
        Expr::Tuple(node) => &node.elts,
        _ => return None,
    };
    match &items[..] {
        [only] if !only.is_starred_expr() => Some(only),
        _ => None,
    }
}
