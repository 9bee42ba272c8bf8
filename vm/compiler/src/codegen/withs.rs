//! `with` and `async with`.

use pyre_bytecode::{Instruction, KILL_B, SpecialMethod};
use rustpython_ruff_python_ast as ast;
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::blocks::BlockKind;
use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};

impl<'a> Codegen<'a> {
    pub(super) fn with_statement(&mut self, node: &'a ast::StmtWith) -> Result {
        if node.is_async {
            self.check_async("async with", node.range)?;
        }
        self.with_items(node, 0)
    }

    /// An asynchronous statement is allowed in asynchronous functions only.
    pub(super) fn check_async(&mut self, what: &str, range: TextRange) -> Result {
        match self.unit.kind {
            UnitKind::AsyncFunction => Ok(()),
            UnitKind::Module if self.options.allow_top_level_await => Ok(()),
            _ => self.error(range, format!("'{what}' outside async function")),
        }
    }

    fn with_items(&mut self, node: &'a ast::StmtWith, index: usize) -> Result {
        let Some(item) = node.items.get(index) else { return self.statements(&node.body) };
        let range = item.context_expr.range();
        let exit_label = self.unit.new_label();
        let exit = self.unit.alloc_many(2);
        let value = self.unit.alloc();
        self.with_enter(item, exit, value, node.is_async)?;
        let depth = exit + 2;
        let (handler, target) = self.unit.new_handler(depth);
        self.push_block(BlockKind::With { exit, is_async: node.is_async, range }, range)?;
        self.unit.handler = handler.0;
        match &item.optional_vars {
            Some(target) => self.store(target, Operand { reg: value, owned: true })?,
            None => self.unit.emit(Instruction::drop_(value)),
        }
        self.unit.release(depth);
        self.with_items(node, index + 1)?;
        self.pop_block();
        self.with_exit(exit, node.is_async, range);
        self.unit.emit_jump(Instruction::jump(0), exit_label);

        self.unit.place(target);
        self.at(range);
        let (exception, saved) = self.enter_handler(depth);
        let cleanup = self.unit.new_handler(self.unit.mark());
        let outer = std::mem::replace(&mut self.unit.handler, cleanup.0.0);
        let result = self.unit.alloc();
        self.unit.emit(Instruction::with_except_start(result, exit, exception));
        if node.is_async {
            let work = self.unit.alloc();
            self.await_operand(Operand { reg: result, owned: true }, work, 2, result);
        }
        let suppressed = self.unit.new_label();
        self.jump_if(Operand { reg: result, owned: true }, suppressed, true);
        self.unit.handler = outer;
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::reraise(exception));
        self.unit.place(suppressed);
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::drop_(exception));
        self.unit.emit_jump(Instruction::jump(0), exit_label);
        self.handler_cleanup(cleanup.1, saved);
        self.unit.release(exit);
        self.unit.place(exit_label);
        Ok(())
    }

    /// Looks up both methods and calls the first; `value` is the newest temporary.
    fn with_enter(&mut self, item: &'a ast::WithItem, exit: Reg, value: Reg, is_async: bool) -> Result {
        let (enter_kind, exit_kind) = if is_async {
            (SpecialMethod::Aenter, SpecialMethod::Aexit)
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit)
        };
        let manager = self.operand_in(&item.context_expr, Some(value))?;
        self.at(item.context_expr.range());
        self.unit.emit(Instruction::load_special(exit, manager.reg, exit_kind as u16));
        self.unit.release(value + 1);
        self.unit.alloc();
        let kill = manager.kill(KILL_B, value);
        self.unit.emit(Instruction::load_special(value, manager.reg, enter_kind as u16).with_flags(kill));
        self.unit.emit(Instruction::call_method(value, value, 0));
        self.unit.release(value + 1);
        if is_async {
            let work = self.unit.alloc();
            self.await_operand(Operand { reg: value, owned: true }, work, 1, value);
            self.unit.release(value + 1);
        }
        Ok(())
    }

    /// The exit call without an exception.
    pub(super) fn with_exit(&mut self, exit: Reg, is_async: bool, range: TextRange) {
        let mark = self.unit.mark();
        self.at(range);
        let base = if mark == exit + 2 {
            exit
        } else {
            // A value to be returned lies above: the call needs the top.
            let base = self.unit.alloc_many(2);
            self.unit.emit(Instruction::take(base, exit));
            self.unit.emit(Instruction::take(base + 1, exit + 1));
            base
        };
        for _ in 0..3 {
            self.none_temporary();
        }
        self.unit.emit(Instruction::call_method(base, base, 3));
        self.unit.release(base + 1);
        if is_async {
            let work = self.unit.alloc();
            self.await_operand(Operand { reg: base, owned: true }, work, 2, base);
        }
        self.unit.emit(Instruction::drop_(base));
        self.unit.release(mark);
    }
}
