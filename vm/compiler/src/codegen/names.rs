//! Loading, storing and deleting names.

use pyre_bytecode::{Instruction, KILL_A, KILL_B};
use rustpython_ruff_python_ast::{Expr, ExprName};

use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::definition::{DELETED, PARAM};
use crate::symbols::{Resolution, ScopeKind};

/// How a name is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// In a register; must it be checked before use?
    Local(Reg, bool),
    /// In a cell that a register holds.
    Cell(Reg),
    /// In a cell of the closure.
    Free(u16),
    /// In the class's namespace or a cell of the closure.
    ClassFree(u16),
    Global,
    /// In the namespace, the globals or the builtins.
    Name,
    /// In the namespace of the class around an annotation scope, or else global.
    DictOrGlobal,
    /// In the namespace of the class around an annotation scope, or else a cell of the closure.
    DictOrFree(u16),
}

impl<'a> Codegen<'a> {
    pub(super) fn name_id(&mut self, name: &str) -> NameId {
        self.names.mangled(self.unit.private.as_deref(), name)
    }

    /// Index of a name for an operand of 32 bits.
    pub(super) fn name_operand(&mut self, id: NameId) -> i32 {
        self.unit.name_index(id, self.names.text(id)) as i32
    }

    /// Index of a name for an operand of 16 bits.
    pub(super) fn small_name(&mut self, id: NameId) -> u16 {
        let index = self.name_operand(id);
        self.unit.small(index as usize)
    }

    /// Index of an attribute's name.
    pub(super) fn attribute_name(&mut self, name: &str) -> u16 {
        let id = self.name_id(name);
        self.small_name(id)
    }

    pub(super) fn access(&mut self, id: NameId) -> Access {
        let mut level = self.unit.scopes.len() - 1;
        loop {
            let active = &self.unit.scopes[level];
            let scope = self.table.scope(active.id);
            let symbol = scope.symbol(id);
            if symbol.is_none() && level > 0 {
                // A comprehension inside uses it: this one only shares its registers with the scope that has it.
                level -= 1;
                continue;
            }
            match symbol.map_or(Resolution::GlobalImplicit, |symbol| symbol.resolution) {
                Resolution::Local if scope.kind.is_function_like() => {
                    let flags = symbol.map_or(0, |symbol| symbol.flags);
                    let always_bound = flags & PARAM != 0 && flags & DELETED == 0;
                    return match active.registers.get(&id) {
                        Some(register) => Access::Local(*register, !always_bound),
                        None => Access::Name,
                    };
                }
                Resolution::Local => return Access::Name,
                Resolution::Cell => match active.registers.get(&id) {
                    Some(register) => return Access::Cell(*register),
                    None => return Access::Name,
                },
                Resolution::Enclosing if level > 0 => level -= 1,
                Resolution::Free if level > 0 => return self.captured(id, level - 1),
                Resolution::Free | Resolution::Enclosing => {
                    let Some(index) = self.unit.free_index.get(&id).copied() else { return Access::Global };
                    return if scope.kind == ScopeKind::Class {
                        Access::ClassFree(index)
                    } else if scope.sees_class && id != NameId::CLASSDICT {
                        Access::DictOrFree(index)
                    } else {
                        Access::Free(index)
                    };
                }
                Resolution::GlobalExplicit => return Access::Global,
                Resolution::GlobalImplicit => {
                    let base = self.table.scope(self.unit.scopes[0].id);
                    return if base.sees_class {
                        Access::DictOrGlobal
                    } else if base.kind.is_function_like() || level > 0 && base.kind == ScopeKind::Class {
                        Access::Global
                    } else {
                        Access::Name
                    };
                }
            }
        }
    }

    /// How the variable of an enclosing function is reached from the scopes up to that level.
    pub(super) fn captured(&self, id: NameId, mut level: usize) -> Access {
        loop {
            let active = &self.unit.scopes[level];
            let scope = self.table.scope(active.id);
            if let Some(register) = active.registers.get(&id) {
                let is_cell = scope.kind == ScopeKind::Class
                    || scope.symbol(id).is_some_and(|symbol| symbol.resolution == Resolution::Cell);
                return if is_cell { Access::Cell(*register) } else { Access::Local(*register, true) };
            }
            if level == 0 {
                return match self.unit.free_index.get(&id) {
                    Some(index) => Access::Free(*index),
                    None => Access::Global,
                };
            }
            level -= 1;
        }
    }

    /// Puts the cell of a variable that a nested function uses into a register.
    pub(super) fn closure_cell_to(&mut self, id: NameId, dst: Reg) {
        match self.captured(id, self.unit.scopes.len() - 1) {
            Access::Cell(register) => self.unit.emit(Instruction::move_(dst, register)),
            Access::Free(index) => self.unit.emit(Instruction::load_closure_cell(dst, index)),
            _ => debug_assert!(false, "variable {} has no cell", self.names.text(id)),
        }
    }

    /// The register of a local variable (or of the target of a walrus to one) that can be an operand in place.
    pub(super) fn local_in_place(&mut self, expr: &'a Expr) -> Result<Option<Reg>> {
        match expr {
            Expr::Name(node) => {
                let id = self.name_id(&node.id);
                if let Access::Local(register, check) = self.access(id) {
                    self.check_local(register, check, id, node);
                    return Ok(Some(register));
                }
            }
            Expr::Named(node) => {
                if let Expr::Name(target) = &*node.target {
                    let id = self.name_id(&target.id);
                    if let Access::Local(register, _) = self.access(id) {
                        self.expr_to(&node.value, register)?;
                        return Ok(Some(register));
                    }
                }
            }
            _ => {}
        }
        Ok(None)
    }

    fn check_local(&mut self, register: Reg, check: bool, id: NameId, node: &ExprName) {
        if check {
            self.at(node.range);
            let name = self.name_operand(id);
            self.unit.emit(Instruction::check_local(register, name));
        }
    }

    pub(super) fn load_name(&mut self, node: &ExprName, dst: Reg) {
        if node.id == *"__debug__" {
            let kind = if self.options.optimize == 0 { 2 } else { 1 };
            self.at(node.range);
            self.unit.emit(Instruction::load_singleton(dst, kind));
            return;
        }
        let id = self.name_id(&node.id);
        if let Access::Local(register, check) = self.access(id) {
            self.check_local(register, check, id, node);
            self.at(node.range);
            if register != dst {
                self.unit.emit(Instruction::move_(dst, register));
            }
            return;
        }
        self.at(node.range);
        self.load_id(id, dst);
    }

    /// Loads a name that is not a local variable in a register of another name.
    pub(super) fn load_id(&mut self, id: NameId, dst: Reg) {
        let access = self.access(id);
        match access {
            Access::Local(register, _) => self.unit.emit(Instruction::move_(dst, register)),
            Access::Cell(register) => {
                let name = self.small_name(id);
                self.unit.emit(Instruction::load_cell(dst, register, name));
            }
            Access::Free(index) => self.unit.emit(Instruction::load_free(dst, index)),
            Access::ClassFree(index) => {
                let name = self.small_name(id);
                self.unit.emit(Instruction::load_class_free(dst, index, name));
            }
            Access::Global => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::load_global(dst, name));
            }
            Access::Name => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::load_name(dst, name));
            }
            Access::DictOrGlobal | Access::DictOrFree(_) => {
                let mark = self.unit.mark();
                let dict = if self.unit.is_temporary(dst) { dst } else { self.unit.alloc() };
                self.load_id(NameId::CLASSDICT, dict);
                let instruction = match access {
                    Access::DictOrFree(index) => Instruction::load_from_dict_or_free(dst, dict, index),
                    _ => {
                        let name = self.small_name(id);
                        Instruction::load_from_dict_or_globals(dst, dict, name)
                    }
                };
                let kill = Operand { reg: dict, owned: true }.kill(KILL_B, dst);
                self.unit.emit(instruction.with_flags(kill));
                self.unit.release(mark);
            }
        }
    }

    /// Stores an operand as a name.
    pub(super) fn store_id(&mut self, id: NameId, value: Operand) {
        match self.access(id) {
            Access::Local(register, _) => {
                if register != value.reg {
                    let instruction = if value.owned {
                        Instruction::take(register, value.reg)
                    } else {
                        Instruction::move_(register, value.reg)
                    };
                    self.unit.emit(instruction);
                }
            }
            Access::Cell(register) => {
                let kill = value.kill(KILL_B, Reg::MAX);
                self.unit.emit(Instruction::store_cell(register, value.reg).with_flags(kill));
            }
            Access::Free(index) | Access::ClassFree(index) | Access::DictOrFree(index) => {
                let kill = value.kill(KILL_A, Reg::MAX);
                self.unit.emit(Instruction::store_free(value.reg, index).with_flags(kill));
            }
            Access::Global | Access::DictOrGlobal => {
                let kill = value.kill(KILL_A, Reg::MAX);
                let name = self.name_operand(id);
                self.unit.emit(Instruction::store_global(value.reg, name).with_flags(kill));
            }
            Access::Name => {
                let kill = value.kill(KILL_A, Reg::MAX);
                let name = self.name_operand(id);
                self.unit.emit(Instruction::store_name(value.reg, name).with_flags(kill));
            }
        }
    }

    pub(super) fn delete_id(&mut self, id: NameId) {
        match self.access(id) {
            Access::Local(register, _) => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::delete_local(register, name));
            }
            Access::Cell(register) => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::delete_cell(register, name));
            }
            Access::Free(index) | Access::ClassFree(index) | Access::DictOrFree(index) => {
                self.unit.emit(Instruction::delete_free(index));
            }
            Access::Global | Access::DictOrGlobal => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::delete_global(name));
            }
            Access::Name => {
                let name = self.name_operand(id);
                self.unit.emit(Instruction::delete_name(name));
            }
        }
    }

    /// The register of a name if it is a local variable.
    pub(super) fn local_register(&mut self, id: NameId) -> Option<Reg> {
        match self.access(id) {
            Access::Local(register, _) => Some(register),
            _ => None,
        }
    }

    /// Is the unit one whose code is a function's, generators' and coroutines' included?
    pub(super) fn in_function(&self) -> bool {
        matches!(self.unit.kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda)
    }
}
