//! `for` and `while`. A loop's condition stands at its end, so that an iteration takes one branch.

use pyre_bytecode::{Instruction, KILL_B};
use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::Ranged;

use super::blocks::BlockKind;
use super::unit::{HandlerId, Operand, Reg};
use super::{Codegen, Result};
use crate::fold;

impl<'a> Codegen<'a> {
    pub(super) fn while_statement(&mut self, node: &'a ast::StmtWhile) -> Result {
        let (top, again, exit) = (self.unit.new_label(), self.unit.new_label(), self.unit.new_label());
        let endless = self.constant_value(&node.test)?.is_some_and(|constant| fold::truth(&constant));
        self.at(node.test.range());
        if !endless {
            self.unit.emit_jump(Instruction::jump(0), again);
        }
        self.unit.place(top);
        if endless {
            self.unit.place(again);
        }
        self.push_block(BlockKind::Loop { exit, again, iterator: None }, node.range)?;
        self.unit.finally_context.push(false);
        self.statements(&node.body)?;
        self.unit.finally_context.pop();
        self.pop_block();
        if endless {
            self.at(node.test.range());
            self.unit.emit_jump(Instruction::jump_back(0), top);
        } else {
            self.unit.place(again);
            self.branch(&node.test, top, true)?;
        }
        self.statements(&node.orelse)?;
        self.unit.place(exit);
        Ok(())
    }

    pub(super) fn for_statement(&mut self, node: &'a ast::StmtFor) -> Result {
        if node.is_async {
            return self.async_for(node);
        }
        let mark = self.unit.mark();
        let (top, exhausted, exit) = (self.unit.new_label(), self.unit.new_label(), self.unit.new_label());
        let iterator = self.iterator(&node.iter)?;
        self.unit.place(top);
        self.for_target(&node.target, iterator, node.iter.range(), exhausted)?;
        self.push_block(BlockKind::Loop { exit, again: top, iterator: Some(iterator) }, node.range)?;
        self.unit.finally_context.push(false);
        self.statements(&node.body)?;
        self.unit.finally_context.pop();
        self.pop_block();
        self.at(node.iter.range());
        self.unit.emit_jump(Instruction::jump_back(0), top);
        self.unit.place(exhausted);
        self.unit.release(mark);
        self.statements(&node.orelse)?;
        self.unit.place(exit);
        Ok(())
    }

    /// The iterator of an expression, in a new temporary.
    pub(super) fn iterator(&mut self, iterable: &'a Expr) -> Result<Reg> {
        let iterator = self.unit.alloc();
        let mark = self.unit.mark();
        let source = match self.constant_container(iterable)? {
            Some(constant) => {
                self.at(iterable.range());
                self.load_constant(constant, iterator);
                Operand { reg: iterator, owned: true }
            }
            None => self.operand_in(iterable, Some(iterator))?,
        };
        self.at(iterable.range());
        let kill = source.kill(KILL_B, iterator);
        self.unit.emit(Instruction::get_iter(iterator, source.reg).with_flags(kill));
        self.unit.release(mark);
        Ok(iterator)
    }

    /// Emits `ForIter` and the assignment to the target.
    pub(super) fn for_target(
        &mut self,
        target: &'a Expr,
        iterator: Reg,
        range: rustpython_ruff_text_size::TextRange,
        exhausted: super::unit::Label,
    ) -> Result {
        if let Expr::Name(name) = target {
            let id = self.name_id(&name.id);
            if let Some(register) = self.local_register(id) {
                self.at(range);
                self.unit.emit_jump(Instruction::for_iter(register, iterator), exhausted);
                return Ok(());
            }
        }
        let mark = self.unit.mark();
        let item = self.unit.alloc();
        self.at(range);
        self.unit.emit_jump(Instruction::for_iter(item, iterator), exhausted);
        self.store(target, Operand { reg: item, owned: true })?;
        self.unit.release(mark);
        Ok(())
    }

    fn async_for(&mut self, node: &'a ast::StmtFor) -> Result {
        self.check_async("async for", node.range)?;
        let mark = self.unit.mark();
        let (top, exit) = (self.unit.new_label(), self.unit.new_label());
        let iterator = self.async_iterator(&node.iter)?;
        let end = self.unit.new_handler(self.unit.mark());
        self.unit.place(top);
        self.push_block(BlockKind::Loop { exit, again: top, iterator: Some(iterator) }, node.range)?;
        self.async_next(&node.target, iterator, end.0, node.iter.range())?;
        self.unit.finally_context.push(false);
        self.statements(&node.body)?;
        self.unit.finally_context.pop();
        self.at(node.iter.range());
        self.unit.emit_jump(Instruction::jump_back(0), top);
        self.pop_block();
        self.unit.place(end.1);
        self.end_async_for(iterator);
        self.unit.release(mark);
        self.statements(&node.orelse)?;
        self.unit.place(exit);
        Ok(())
    }

    /// The asynchronous iterator of an expression, in a new temporary.
    pub(super) fn async_iterator(&mut self, iterable: &'a Expr) -> Result<Reg> {
        let iterator = self.unit.alloc();
        let mark = self.unit.mark();
        let source = self.operand_in(iterable, Some(iterator))?;
        self.at(iterable.range());
        let kill = source.kill(KILL_B, iterator);
        self.unit.emit(Instruction::get_aiter(iterator, source.reg).with_flags(kill));
        self.unit.release(mark);
        Ok(iterator)
    }

    /// Awaits the next item, protected by the handler that ends the loop, and assigns it to the target.
    pub(super) fn async_next(
        &mut self,
        target: &'a Expr,
        iterator: Reg,
        end: HandlerId,
        range: rustpython_ruff_text_size::TextRange,
    ) -> Result {
        let mark = self.unit.mark();
        let outer = std::mem::replace(&mut self.unit.handler, end.0);
        let awaitable = self.unit.alloc();
        self.at(range);
        self.unit.emit(Instruction::get_anext(awaitable, iterator));
        self.delegate(awaitable, awaitable);
        self.unit.handler = outer;
        self.unit.release(mark);
        let item = self.unit.alloc();
        self.store(target, Operand { reg: item, owned: true })?;
        self.unit.release(mark);
        Ok(())
    }

    /// The end of an asynchronous loop; the exception is in the register after the iterator.
    pub(super) fn end_async_for(&mut self, iterator: Reg) {
        let exception = iterator + 1;
        self.unit.emit(Instruction::end_async_for(exception));
        self.unit.emit(Instruction::drop_(iterator));
    }
}
