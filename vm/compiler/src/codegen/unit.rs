//! The code unit being compiled: its instructions so far, its constants and names, and which registers are in use.
//!
//! Temporaries are a stack above the variables' registers: [`Unit::alloc`] takes the next one, [`Unit::release`] gives
//! back everything from a mark on. A temporary that is given back must be unbound by then, because an instruction
//! consumed it.

use pyre_bytecode::Text;

use pyre_bytecode::{CodeUnit, Constant, Instruction, Location, NO_REGISTER};
use rustc_hash::FxHashMap;

use super::blocks::Block;
use crate::names::NameId;
use crate::symbols::ScopeId;

/// A register.
pub(crate) type Reg = u16;

/// A place to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(pub(crate) u32);

/// A protected range's handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HandlerId(pub(crate) u32);

/// "No label", "no handler", "label not placed yet".
pub(crate) const NONE: u32 = u32::MAX;

/// An instruction before the assembler has placed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emitted {
    pub(crate) instruction: Instruction,
    /// The word after it.
    pub(crate) extra: u64,
    /// Where it jumps.
    pub(crate) label: u32,
    /// What protects it.
    pub(crate) handler: u32,
    pub(crate) location: Location,
}

/// What an operand is in: a variable used in place, or a temporary that dies with its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operand {
    pub(crate) reg: Reg,
    pub(crate) owned: bool,
}

impl Operand {
    /// The kill flag for this operand of an instruction that writes `dst`.
    pub(crate) fn kill(self, flag: u8, dst: Reg) -> u8 {
        if self.owned && self.reg != dst { flag } else { 0 }
    }
}

/// A scope whose names are in this unit's registers: the unit's own, then inlined comprehensions.
pub(crate) struct ActiveScope {
    pub(crate) id: ScopeId,
    pub(crate) registers: FxHashMap<NameId, Reg>,
}

/// A variable of an inlined comprehension, while the unit is compiled.
pub(crate) struct OpenScopedLocal {
    pub(crate) name: NameId,
    pub(crate) register: Reg,
    pub(crate) is_cell: bool,
    pub(crate) start: Label,
    pub(crate) end: Label,
}

/// What a unit is the code of, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    /// Annotations, type parameters and their like.
    TypeScope,
}

/// The unit being compiled.
pub(crate) struct Unit<'a> {
    pub(crate) kind: UnitKind,
    /// What is known already: name, flags, parameters, variables.
    pub(crate) code: CodeUnit,
    pub(crate) scopes: Vec<ActiveScope>,
    pub(crate) emitted: Vec<Emitted>,
    pub(crate) labels: Vec<u32>,
    /// Label and depth of each handler.
    pub(crate) handlers: Vec<(Label, Reg)>,
    pub(crate) handler: u32,
    pub(crate) location: Location,
    pub(crate) consts: Vec<Constant>,
    const_index: FxHashMap<Constant, u32>,
    pub(crate) names: Vec<Text>,
    name_index: FxHashMap<NameId, u32>,
    pub(crate) free_index: FxHashMap<NameId, u16>,
    next_register: u32,
    max_registers: u32,
    pub(crate) first_temporary: Reg,
    pub(crate) blocks: Vec<Block<'a>>,
    pub(crate) scoped_locals: Vec<OpenScopedLocal>,
    pub(crate) has_walrus: bool,
    /// Class: the attributes that methods assign through their first parameter.
    pub(crate) static_attributes: Vec<Text>,
    /// Name of the class in whose body private names are mangled.
    pub(crate) private: Option<Text>,
    /// Annotated assignments seen so far, for conditional annotations.
    pub(crate) annotations: Vec<super::annotations::Deferred<'a>>,
    /// Enclosing `finally` bodies (true) and loops (false) of the statement being compiled.
    pub(crate) finally_context: Vec<bool>,
    /// Format specifications around the expression being compiled.
    pub(crate) format_depth: u32,
    /// Something does not fit an instruction's operand.
    pub(crate) overflow: bool,
}

impl<'a> Unit<'a> {
    pub(crate) fn new(kind: UnitKind, code: CodeUnit, scope: ActiveScope, registers: usize) -> Self {
        Self {
            kind,
            code,
            scopes: vec![scope],
            emitted: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            handler: NONE,
            location: Location::NONE,
            consts: Vec::new(),
            const_index: FxHashMap::default(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            free_index: FxHashMap::default(),
            next_register: registers as u32,
            max_registers: registers as u32,
            first_temporary: registers.min(NO_REGISTER as usize) as Reg,
            blocks: Vec::new(),
            scoped_locals: Vec::new(),
            has_walrus: false,
            static_attributes: Vec::new(),
            private: None,
            annotations: Vec::new(),
            finally_context: Vec::new(),
            format_depth: 0,
            overflow: registers >= NO_REGISTER as usize,
        }
    }

    /// The next temporary.
    pub(crate) fn alloc(&mut self) -> Reg {
        let register = self.next_register;
        self.next_register += 1;
        self.max_registers = self.max_registers.max(self.next_register);
        if register >= NO_REGISTER as u32 {
            self.overflow = true;
            return NO_REGISTER - 1;
        }
        register as Reg
    }

    /// So many temporaries in a row; the first of them.
    pub(crate) fn alloc_many(&mut self, count: usize) -> Reg {
        let first = self.mark();
        for _ in 0..count {
            self.alloc();
        }
        first
    }

    /// The temporary that `alloc` would give next.
    pub(crate) fn mark(&self) -> Reg {
        self.next_register.min(NO_REGISTER as u32 - 1) as Reg
    }

    /// Gives back all temporaries from the mark on.
    pub(crate) fn release(&mut self, mark: Reg) {
        self.next_register = mark as u32;
    }

    pub(crate) fn register_count(&self) -> u32 {
        self.max_registers
    }

    pub(crate) fn is_temporary(&self, register: Reg) -> bool {
        register >= self.first_temporary
    }

    /// Is this temporary the newest?
    pub(crate) fn is_top(&self, register: Reg) -> bool {
        self.is_temporary(register) && register as u32 + 1 == self.next_register
    }

    pub(crate) fn new_label(&mut self) -> Label {
        self.labels.push(NONE);
        Label(self.labels.len() as u32 - 1)
    }

    /// The next instruction is where the label stands.
    pub(crate) fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.emitted.len() as u32;
    }

    pub(crate) fn new_handler(&mut self, depth: Reg) -> (HandlerId, Label) {
        let label = self.new_label();
        self.handlers.push((label, depth));
        (HandlerId(self.handlers.len() as u32 - 1), label)
    }

    pub(crate) fn emit(&mut self, instruction: Instruction) {
        self.emit_full(instruction, 0, NONE);
    }

    pub(crate) fn emit_extra(&mut self, instruction: Instruction, extra: u64) {
        self.emit_full(instruction, extra, NONE);
    }

    pub(crate) fn emit_jump(&mut self, instruction: Instruction, label: Label) {
        self.emit_full(instruction, 0, label.0);
    }

    /// In code that starts suspended: an instruction outside all protected ranges, where an exception thrown into it
    /// before it runs is raised.
    pub(crate) fn mark_suspended_start(&mut self) {
        use pyre_bytecode::flags::{ASYNC_GENERATOR, COROUTINE, GENERATOR};
        if self.code.flags & (GENERATOR | COROUTINE | ASYNC_GENERATOR) != 0 {
            // The flag keeps the assembler from dropping it.
            self.emit(Instruction::nop().with_flags(1));
        }
    }

    fn emit_full(&mut self, instruction: Instruction, extra: u64, label: u32) {
        let (handler, location) = (self.handler, self.location);
        self.emitted.push(Emitted { instruction, extra, label, handler, location });
    }

    pub(crate) fn constant(&mut self, constant: Constant) -> u32 {
        if let Some(index) = self.const_index.get(&constant) {
            return *index;
        }
        let index = self.consts.len() as u32;
        self.consts.push(constant.clone());
        self.const_index.insert(constant, index);
        index
    }

    /// A constant's index where an instruction has 16 bits for it.
    pub(crate) fn small_constant(&mut self, constant: Constant) -> u16 {
        let index = self.constant(constant);
        self.small(index as usize)
    }

    pub(crate) fn name_index(&mut self, id: NameId, text: &Text) -> u32 {
        if let Some(index) = self.name_index.get(&id) {
            return *index;
        }
        let index = self.names.len() as u32;
        self.names.push(text.clone());
        self.name_index.insert(id, index);
        index
    }

    /// A number that an instruction has 16 bits for.
    pub(crate) fn small(&mut self, value: usize) -> u16 {
        u16::try_from(value).unwrap_or_else(|_| {
            self.overflow = true;
            0
        })
    }
}
