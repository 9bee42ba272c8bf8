//! The blocks around a statement, and leaving them by `return`, `break` and `continue`.
//!
//! Leaving a block runs its cleanup outside its own protection: `finally` bodies are compiled again at each place that
//! leaves them, context managers get their exit call, handlers restore the exception that was being handled.

use pyre_bytecode::Instruction;
use rustpython_ruff_python_ast::{Identifier, Stmt};
use rustpython_ruff_text_size::TextRange;

use super::unit::{Label, Operand, Reg};
use super::{Codegen, Result};

/// How many blocks may be nested, as in CPython.
const MAX_BLOCKS: usize = 21;

/// What a block needs when it is left.
#[derive(Clone, Copy)]
pub(crate) enum BlockKind<'a> {
    Loop {
        exit: Label,
        again: Label,
        iterator: Option<Reg>,
    },
    /// A `try` body with handlers.
    Protected,
    /// A `try` body with a `finally` body.
    Finally(&'a [Stmt]),
    /// The `finally` body run because of an exception.
    FinallyHandler {
        exception: Reg,
        saved: Reg,
    },
    /// An `except` body.
    Handler {
        exception: Reg,
        saved: Reg,
        name: Option<&'a Identifier>,
    },
    /// An `except*` body: cannot be left.
    StarHandler,
    With {
        exit: Reg,
        is_async: bool,
        range: TextRange,
    },
}

/// A block around the statement being compiled.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) kind: BlockKind<'a>,
    /// What protects the code outside the block.
    pub(crate) outer_handler: u32,
}

/// How far control goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    Function,
    Loop,
}

impl<'a> Codegen<'a> {
    pub(super) fn push_block(&mut self, kind: BlockKind<'a>, range: TextRange) -> Result {
        if self.unit.blocks.len() >= MAX_BLOCKS {
            return self.error(range, "too many statically nested blocks");
        }
        let outer_handler = self.unit.handler;
        self.unit.blocks.push(Block { kind, outer_handler });
        Ok(())
    }

    pub(super) fn pop_block(&mut self) {
        if let Some(block) = self.unit.blocks.pop() {
            self.unit.handler = block.outer_handler;
        }
    }

    /// Emits the cleanup of all blocks that are left; gives the loop that stays.
    pub(super) fn leave_blocks(&mut self, leave: Leave, range: TextRange) -> Result<Option<BlockKind<'a>>> {
        let handler = self.unit.handler;
        let mut left = Vec::new();
        let mut found = None;
        while let Some(block) = self.unit.blocks.pop() {
            left.push(block);
            if let BlockKind::Loop { iterator, .. } = block.kind {
                if leave == Leave::Loop {
                    found = Some(block.kind);
                    break;
                }
                let runs_code =
                    |block: &Block| matches!(block.kind, BlockKind::Finally(_) | BlockKind::With { .. });
                if let Some(iterator) = iterator.filter(|_| self.unit.blocks.iter().any(runs_code)) {
                    self.unit.emit(Instruction::drop_(iterator));
                }
                continue;
            }
            self.unit.handler = block.outer_handler;
            self.leave_block(block.kind, range)?;
        }
        self.unit.blocks.extend(left.into_iter().rev());
        if found.is_none() || leave == Leave::Function {
            self.unit.handler = handler;
        }
        Ok(found)
    }

    fn leave_block(&mut self, kind: BlockKind<'a>, range: TextRange) -> Result {
        match kind {
            BlockKind::Loop { .. } | BlockKind::Protected => Ok(()),
            BlockKind::Finally(body) => self.finally_body(body),
            BlockKind::FinallyHandler { exception, saved } => {
                self.unit.emit(Instruction::pop_exc_info(saved));
                self.unit.emit(Instruction::drop_(exception));
                Ok(())
            }
            BlockKind::Handler { exception, saved, name } => {
                self.leave_handler(exception, saved, name);
                Ok(())
            }
            BlockKind::StarHandler => self.star_handler_error(range),
            BlockKind::With { exit, is_async, range } => {
                let location = self.unit.location;
                self.with_exit(exit, is_async, range);
                self.unit.location = location;
                Ok(())
            }
        }
    }

    /// Ends the handling of an exception; the handler's name is unbound.
    pub(super) fn leave_handler(&mut self, exception: Reg, saved: Reg, name: Option<&'a Identifier>) {
        self.unit.emit(Instruction::pop_exc_info(saved));
        self.unit.emit(Instruction::drop_(exception));
        if let Some(name) = name {
            self.unbind_handler_name(name);
        }
    }

    pub(super) fn unbind_handler_name(&mut self, name: &'a Identifier) {
        let id = self.name_id(name);
        if let Some(register) = self.local_register(id) {
            self.unit.emit(Instruction::drop_(register));
            return;
        }
        // The body may have deleted the name itself, so it is bound before it is deleted.
        let mark = self.unit.mark();
        let none = self.none_temporary();
        self.store_id(id, Operand { reg: none, owned: true });
        self.unit.release(mark);
        self.delete_id(id);
    }

    pub(super) fn break_statement(&mut self, range: TextRange) -> Result {
        self.at(range);
        self.check_leaves_finally("break", range);
        if !self.in_loop(range)? {
            return self.error(range, "'break' outside loop");
        }
        let handler = self.unit.handler;
        if let Some(BlockKind::Loop { exit, iterator, .. }) = self.leave_blocks(Leave::Loop, range)? {
            if let Some(iterator) = iterator {
                self.unit.emit(Instruction::drop_(iterator));
            }
            self.unit.emit_jump(Instruction::jump(0), exit);
        }
        self.unit.handler = handler;
        Ok(())
    }

    pub(super) fn continue_statement(&mut self, range: TextRange) -> Result {
        self.at(range);
        self.check_leaves_finally("continue", range);
        if !self.in_loop(range)? {
            return self.error(range, "'continue' not properly in loop");
        }
        let handler = self.unit.handler;
        if let Some(BlockKind::Loop { again, .. }) = self.leave_blocks(Leave::Loop, range)? {
            self.unit.emit_jump(Instruction::jump(0), again);
        }
        self.unit.handler = handler;
        Ok(())
    }

    /// Is there a loop to leave? An `except*` body on the way out is an error in any case.
    fn in_loop(&self, range: TextRange) -> Result<bool> {
        for block in self.unit.blocks.iter().rev() {
            match block.kind {
                BlockKind::Loop { .. } => return Ok(true),
                BlockKind::StarHandler => return self.star_handler_error(range).map(|()| false),
                _ => {}
            }
        }
        Ok(false)
    }

    fn star_handler_error(&self, range: TextRange) -> Result {
        self.error(range, "'break', 'continue' and 'return' cannot appear in an except* block")
    }
}
