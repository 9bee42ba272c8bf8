//! Tuple, list, set and dict displays.

use pyre_bytecode::{Constant, Instruction, KILL_B};
use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::Reg;
use super::{Codegen, Result};

/// Displays of more elements are built step by step instead of from registers.
const MAX_AT_ONCE: usize = 30;

impl<'a> Codegen<'a> {
    /// The elements if all are constant.
    fn constant_elements(&mut self, elements: &'a [Expr]) -> Result<Option<Vec<Constant>>> {
        let mut constants = Vec::with_capacity(elements.len());
        for element in elements {
            match self.constant_value(element)? {
                Some(constant) => constants.push(constant),
                None => return Ok(None),
            }
        }
        Ok(Some(constants))
    }

    /// A display that is only searched or iterated over, as a constant.
    pub(super) fn constant_container(&mut self, expr: &'a Expr) -> Result<Option<Constant>> {
        Ok(match expr {
            Expr::List(node) => {
                self.constant_elements(&node.elts)?.map(|items| Constant::Tuple(items.into()))
            }
            Expr::Set(node) => self.constant_elements(&node.elts)?.map(|items| {
                let mut distinct: Vec<Constant> = Vec::new();
                for item in items {
                    if !distinct.contains(&item) {
                        distinct.push(item);
                    }
                }
                Constant::FrozenSet(distinct.into())
            }),
            _ => None,
        })
    }

    pub(super) fn tuple(&mut self, elements: &'a [Expr], range: TextRange, dst: Reg) -> Result {
        if elements.is_empty() {
            self.at(range);
            self.load_constant(Constant::Tuple([].into()), dst);
            return Ok(());
        }
        if elements.len() <= MAX_AT_ONCE && !elements.iter().any(Expr::is_starred_expr) {
            let base = self.elements(elements)?;
            self.at(range);
            self.unit.emit(Instruction::build_tuple(dst, base, elements.len() as u16));
            return Ok(());
        }
        let list = self.workspace(dst);
        self.sequence_from_parts(elements, range, list, false)?;
        self.at(range);
        let kill = if list == dst { 0 } else { KILL_B };
        self.unit.emit(Instruction::list_to_tuple(dst, list).with_flags(kill));
        Ok(())
    }

    pub(super) fn list(&mut self, elements: &'a [Expr], range: TextRange, dst: Reg) -> Result {
        self.list_or_set(elements, range, dst, false)
    }

    pub(super) fn set(&mut self, elements: &'a [Expr], range: TextRange, dst: Reg) -> Result {
        self.list_or_set(elements, range, dst, true)
    }

    fn list_or_set(&mut self, elements: &'a [Expr], range: TextRange, dst: Reg, is_set: bool) -> Result {
        let build = if is_set { Instruction::build_set } else { Instruction::build_list };
        if elements.len() > 2
            && let Some(constants) = self.constant_elements(elements)?
        {
            let work = self.workspace(dst);
            self.at(range);
            self.unit.emit(build(work, work, 0));
            let items = self.unit.alloc();
            self.load_constant(Constant::Tuple(constants.into()), items);
            let extend = if is_set { Instruction::set_update } else { Instruction::list_extend };
            self.unit.emit(extend(work, items).with_flags(KILL_B));
            self.deliver(work, dst);
            return Ok(());
        }
        if elements.len() <= MAX_AT_ONCE && !elements.iter().any(Expr::is_starred_expr) {
            let base = self.elements(elements)?;
            self.at(range);
            self.unit.emit(build(dst, base, elements.len() as u16));
            return Ok(());
        }
        let work = self.workspace(dst);
        self.sequence_from_parts(elements, range, work, is_set)?;
        self.deliver(work, dst);
        Ok(())
    }

    /// Evaluates the elements into temporaries in a row.
    fn elements(&mut self, elements: &'a [Expr]) -> Result<Reg> {
        let base = self.unit.mark();
        for element in elements {
            let register = self.unit.alloc();
            self.expr_to(element, register)?;
        }
        Ok(base)
    }

    /// Builds a list or set in the temporary `work`: the elements before the first star at once, the others one by one.
    fn sequence_from_parts(
        &mut self,
        elements: &'a [Expr],
        range: TextRange,
        work: Reg,
        is_set: bool,
    ) -> Result {
        let first_star = elements.iter().position(Expr::is_starred_expr).unwrap_or(elements.len());
        let (head, tail) = elements.split_at(first_star.min(MAX_AT_ONCE));
        let mark = self.unit.mark();
        let base = self.elements(head)?;
        self.at(range);
        let build = if is_set { Instruction::build_set } else { Instruction::build_list };
        self.unit.emit(build(work, base, head.len() as u16));
        self.unit.release(mark);
        self.extend_sequence(tail, work, is_set)
    }

    /// Adds elements to the list or set in `work` one by one.
    pub(super) fn extend_sequence(&mut self, elements: &'a [Expr], work: Reg, is_set: bool) -> Result {
        for element in elements {
            let mark = self.unit.mark();
            let (value, make): (_, fn(Reg, Reg) -> Instruction) = match (element, is_set) {
                (Expr::Starred(starred), false) => (&*starred.value, Instruction::list_extend),
                (Expr::Starred(starred), true) => (&*starred.value, Instruction::set_update),
                (value, false) => (value, Instruction::list_append),
                (value, true) => (value, Instruction::set_add),
            };
            let operand = self.operand(value)?;
            self.at(element.range());
            self.unit.emit(make(work, operand.reg).with_flags(Self::value_kill(operand)));
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(super) fn dict(&mut self, node: &'a ast::ExprDict, dst: Reg) -> Result {
        let first_star = node.items.iter().position(|item| item.key.is_none()).unwrap_or(node.items.len());
        let (head, tail) = node.items.split_at(first_star.min(MAX_AT_ONCE / 2));
        let work = if tail.is_empty() { dst } else { self.workspace(dst) };
        let mark = self.unit.mark();
        for item in head {
            let key = self.unit.alloc();
            if let Some(expr) = &item.key {
                self.expr_to(expr, key)?;
            }
            let value = self.unit.alloc();
            self.expr_to(&item.value, value)?;
        }
        self.at(node.range);
        self.unit.emit(Instruction::build_map(work, mark, head.len() as u16));
        self.unit.release(mark);
        for item in tail {
            match &item.key {
                Some(expr) => {
                    let key = self.stable_operand(expr, &[&item.value], None)?;
                    let value = self.operand(&item.value)?;
                    self.at(node.range);
                    let kills = Self::value_kill(key) | Self::third_kill(value);
                    self.unit.emit(Instruction::map_insert(work, key.reg, value.reg).with_flags(kills));
                }
                None => {
                    let mapping = self.operand(&item.value)?;
                    self.at(node.range);
                    let kill = Self::value_kill(mapping);
                    self.unit.emit(Instruction::dict_update(work, mapping.reg).with_flags(kill));
                }
            }
            self.unit.release(mark);
        }
        if !tail.is_empty() {
            self.deliver(work, dst);
        }
        Ok(())
    }
}
