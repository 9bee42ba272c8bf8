//! `try`, in its forms, and `raise`.
//!
//! A handler starts with the exception in the register `depth`; the next register saves the exception that was being
//! handled before. If a handler's own code raises, its cleanup restores that and raises again.

use pyre_bytecode::{Instruction, Intrinsic2, KILL_A, KILL_B, KILL_C};
use rustpython_ruff_python_ast::{self as ast, ExceptHandler, ExceptHandlerExceptHandler, Stmt};
use rustpython_ruff_text_size::TextRange;

use super::blocks::BlockKind;
use super::unit::{HandlerId, Label, Operand, Reg};
use super::{Codegen, Result};

impl<'a> Codegen<'a> {
    pub(super) fn try_statement(&mut self, node: &'a ast::StmtTry) -> Result {
        if node.finalbody.is_empty() {
            return self.try_handlers(node);
        }
        let exit = self.unit.new_label();
        let depth = self.unit.mark();
        let (handler, target) = self.unit.new_handler(depth);
        self.push_block(BlockKind::Finally(&node.finalbody), node.range)?;
        self.unit.handler = handler.0;
        if node.handlers.is_empty() {
            self.statements(&node.body)?;
        } else {
            self.try_handlers(node)?;
        }
        self.pop_block();
        self.finally_body(&node.finalbody)?;
        self.unit.emit_jump(Instruction::jump(0), exit);

        self.unit.place(target);
        let (exception, saved) = self.enter_handler(depth);
        let cleanup = self.unit.new_handler(self.unit.mark());
        self.push_block(BlockKind::FinallyHandler { exception, saved }, node.range)?;
        self.unit.handler = cleanup.0.0;
        self.finally_body(&node.finalbody)?;
        self.pop_block();
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::reraise(exception));
        self.handler_cleanup(cleanup.1, saved);
        self.unit.release(depth);
        self.unit.place(exit);
        Ok(())
    }

    pub(super) fn finally_body(&mut self, body: &'a [Stmt]) -> Result {
        self.unit.finally_context.push(true);
        let result = self.statements(body);
        self.unit.finally_context.pop();
        result
    }

    /// The start of a handler: the registers of the exception and of the one handled before.
    pub(super) fn enter_handler(&mut self, depth: Reg) -> (Reg, Reg) {
        self.unit.release(depth);
        let (exception, saved) = (self.unit.alloc(), self.unit.alloc());
        self.unit.emit(Instruction::push_exc_info(saved, exception));
        (exception, saved)
    }

    /// The code for an exception raised by a handler: what was handled before is handled again.
    pub(super) fn handler_cleanup(&mut self, label: Label, saved: Reg) {
        self.unit.place(label);
        let mark = self.unit.mark();
        self.unit.release(saved + 1);
        let raised = self.unit.alloc();
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::reraise(raised));
        self.unit.release(mark);
    }

    fn try_handlers(&mut self, node: &'a ast::StmtTry) -> Result {
        let exit = self.unit.new_label();
        let depth = self.unit.mark();
        let (handler, target) = self.unit.new_handler(depth);
        self.push_block(BlockKind::Protected, node.range)?;
        self.unit.handler = handler.0;
        self.statements(&node.body)?;
        self.pop_block();
        self.statements(&node.orelse)?;
        self.unit.emit_jump(Instruction::jump(0), exit);
        self.unit.place(target);
        if node.is_star {
            self.star_handlers(node, depth, exit)?;
        } else {
            self.handlers(node, depth, exit)?;
        }
        self.unit.release(depth);
        self.unit.place(exit);
        Ok(())
    }

    fn handlers(&mut self, node: &'a ast::StmtTry, depth: Reg, exit: Label) -> Result {
        if let Some(ExceptHandler::ExceptHandler(first)) = node.handlers.first() {
            self.at(first.range);
        }
        let outer = self.unit.handler;
        let (exception, saved) = self.enter_handler(depth);
        let cleanup = self.unit.new_handler(self.unit.mark());
        let mut caught_all = false;
        for (index, ExceptHandler::ExceptHandler(handler)) in node.handlers.iter().enumerate() {
            let next = self.unit.new_label();
            self.unit.handler = cleanup.0.0;
            match &handler.type_ {
                Some(class) => {
                    let mark = self.unit.mark();
                    let class = self.operand(class)?;
                    self.at(handler
                        .type_
                        .as_deref()
                        .map_or(handler.range, rustpython_ruff_text_size::Ranged::range));
                    let matched = if class.owned { class.reg } else { self.unit.alloc() };
                    let kill = class.kill(KILL_C, matched);
                    self.unit
                        .emit(Instruction::check_exc_match(matched, exception, class.reg).with_flags(kill));
                    self.jump_if(Operand { reg: matched, owned: true }, next, false);
                    self.unit.release(mark);
                }
                None if index + 1 < node.handlers.len() => {
                    return self.error(handler.range, "default 'except:' must be last");
                }
                None => caught_all = true,
            }
            self.handler_body(handler, exception, saved, cleanup.0, outer)?;
            self.unit.emit_jump(Instruction::jump(0), exit);
            self.unit.place(next);
        }
        self.unit.handler = outer;
        if !caught_all {
            self.unit.emit(Instruction::pop_exc_info(saved));
            self.unit.emit(Instruction::reraise(exception));
        }
        self.handler_cleanup(cleanup.1, saved);
        Ok(())
    }

    fn handler_body(
        &mut self,
        handler: &'a ExceptHandlerExceptHandler,
        exception: Reg,
        saved: Reg,
        cleanup: HandlerId,
        outer: u32,
    ) -> Result {
        let name = handler.name.as_ref();
        // What protects the code after the body.
        self.unit.handler = outer;
        self.push_block(BlockKind::Handler { exception, saved, name }, handler.range)?;
        self.unit.handler = cleanup.0;
        let unbind = self.unit.new_handler(self.unit.mark());
        if let Some(name) = name {
            let location = self.unit.location;
            self.at(handler.range);
            let id = self.name_id(name);
            self.store_id(id, Operand { reg: exception, owned: false });
            self.unit.location = location;
            self.unit.handler = unbind.0.0;
        }
        self.statements(&handler.body)?;
        self.pop_block();
        self.leave_handler(exception, saved, name);
        if let Some(name) = name {
            let skip = self.unit.new_label();
            self.unit.emit_jump(Instruction::jump(0), skip);
            self.unit.handler = cleanup.0;
            self.unit.place(unbind.1);
            let raised = self.unit.alloc();
            self.unbind_handler_name(name);
            self.unit.emit(Instruction::reraise(raised));
            self.unit.release(raised);
            self.unit.handler = outer;
            self.unit.place(skip);
        }
        Ok(())
    }

    /// `except*`: each handler takes what it matches out of the rest; exceptions raised by bodies are collected.
    fn star_handlers(&mut self, node: &'a ast::StmtTry, depth: Reg, exit: Label) -> Result {
        if let Some(ExceptHandler::ExceptHandler(first)) = node.handlers.first() {
            self.at(first.range);
        }
        let outer = self.unit.handler;
        let (exception, saved) = self.enter_handler(depth);
        let cleanup = self.unit.new_handler(self.unit.mark());
        self.unit.handler = cleanup.0.0;
        let raised = self.unit.alloc();
        self.unit.emit(Instruction::build_list(raised, raised, 0));
        let rest = self.unit.alloc();
        self.unit.emit(Instruction::move_(rest, exception));
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            self.star_handler(handler, raised, rest, cleanup.0)?;
        }
        self.unit.emit(Instruction::list_append(raised, rest).with_flags(KILL_B));
        let pair = self.unit.alloc_many(2);
        self.unit.emit(Instruction::move_(pair, exception));
        self.unit.emit(Instruction::take(pair + 1, raised));
        self.unit.emit(Instruction::intrinsic2(pair, pair, Intrinsic2::PrepReraiseStar as u16));
        let reraise = self.unit.new_label();
        self.unit.emit_jump(Instruction::jump_if_not_none(pair, 0), reraise);
        self.unit.handler = outer;
        self.unit.emit(Instruction::drop_(pair));
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::drop_(exception));
        self.unit.emit_jump(Instruction::jump(0), exit);
        self.unit.place(reraise);
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::reraise(pair));
        self.handler_cleanup(cleanup.1, saved);
        Ok(())
    }

    fn star_handler(
        &mut self,
        handler: &'a ExceptHandlerExceptHandler,
        raised: Reg,
        rest: Reg,
        cleanup: HandlerId,
    ) -> Result {
        let (next, no_match) = (self.unit.new_label(), self.unit.new_label());
        let matched = self.unit.alloc();
        if let Some(class) = &handler.type_ {
            let mark = self.unit.mark();
            let class = self.operand(class)?;
            self.at(handler.range);
            let kill = class.kill(KILL_C, Reg::MAX);
            self.unit.emit(Instruction::check_eg_match(rest, rest, class.reg).with_flags(kill));
            self.unit.release(mark);
        }
        self.unit.emit_jump(Instruction::jump_if_none(matched, 0), no_match);
        if let Some(name) = &handler.name {
            let id = self.name_id(name);
            self.store_id(id, Operand { reg: matched, owned: true });
        } else {
            self.unit.emit(Instruction::drop_(matched));
        }
        self.unit.release(matched);
        let collect = self.unit.new_handler(self.unit.mark());
        self.push_block(BlockKind::StarHandler, handler.range)?;
        self.unit.handler = collect.0.0;
        self.statements(&handler.body)?;
        self.pop_block();
        self.unit.handler = cleanup.0;
        if let Some(name) = &handler.name {
            self.unbind_handler_name(name);
        }
        self.unit.emit_jump(Instruction::jump(0), next);
        self.unit.place(collect.1);
        let exception = self.unit.alloc();
        self.unit.emit(Instruction::list_append(raised, exception).with_flags(KILL_B));
        self.unit.release(exception);
        if let Some(name) = &handler.name {
            self.unbind_handler_name(name);
        }
        self.unit.emit_jump(Instruction::jump(0), next);
        self.unit.place(no_match);
        self.unit.emit(Instruction::drop_(matched));
        self.unit.place(next);
        Ok(())
    }

    pub(super) fn raise_statement(&mut self, node: &'a ast::StmtRaise) -> Result {
        let mark = self.unit.mark();
        let Some(exception) = &node.exc else {
            self.at(node.range);
            self.unit.emit(Instruction::raise(0, 0, 0));
            return Ok(());
        };
        match &node.cause {
            None => {
                let exception = self.operand(exception)?;
                self.at(node.range);
                self.raise_one(exception);
            }
            Some(cause) => {
                let exception = self.stable_operand(exception, &[cause], None)?;
                let cause = self.operand(cause)?;
                self.at(node.range);
                let kills = exception.kill(KILL_A, Reg::MAX) | cause.kill(KILL_B, Reg::MAX);
                self.unit.emit(Instruction::raise(exception.reg, cause.reg, 2).with_flags(kills));
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    /// `raise` of an operand.
    pub(super) fn raise_one(&mut self, exception: Operand) {
        let kill = exception.kill(KILL_A, Reg::MAX);
        self.unit.emit(Instruction::raise(exception.reg, 0, 1).with_flags(kill));
    }

    /// Warns about leaving a `finally` body by that statement (PEP 765).
    pub(super) fn check_leaves_finally(&mut self, what: &str, range: TextRange) {
        if self.unit.finally_context.last() == Some(&true) {
            self.syntax_warning(range, format!("'{what}' in a 'finally' block"));
        }
    }
}
