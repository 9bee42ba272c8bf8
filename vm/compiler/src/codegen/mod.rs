//! Code generation: from the tree and its symbol table to code units.
//!
//! An expression is compiled *to* a register ([`Codegen::expr_to`]) or *as an operand* ([`Codegen::operand`]), in which
//! case a local variable is used in place. When the target of `expr_to` is a variable, it is written as the last
//! effect, so that an exception leaves it as it was; a temporary may be written early.

mod annotations;
mod assemble;
mod assign;
mod assigned;
mod blocks;
mod branch;
mod call;
mod class;
mod comprehension;
mod constants;
mod display;
mod expr;
mod fstring;
mod function;
mod imports;
mod loops;
mod names;
mod pattern;
mod stmt;
mod tries;
mod typeparams;
mod unit;
mod unparse;
mod warn;
mod withs;

use pyre_bytecode::{SharedUnit, Text};

use pyre_bytecode::{CodeUnit, Constant, Instruction, KILL_A, flags};
use rustpython_ruff_python_ast::{Expr, Stmt};
use rustpython_ruff_text_size::TextRange;

use crate::errors::{ErrorKind, SyntaxError, Warning};
use crate::future::Features;
use crate::names::Interner;
use crate::source::Source;
use crate::symbols::{ScopeId, ScopeKind, SymbolTable, definition};
use crate::{Mode, Options};
use unit::{ActiveScope, Reg, Unit, UnitKind};

pub(crate) type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// How deeply functions and classes may be nested.
const MAX_UNITS: usize = 1000;

/// The state of code generation.
pub(crate) struct Codegen<'a> {
    source: &'a Source,
    table: &'a SymbolTable,
    names: &'a mut Interner,
    options: &'a Options,
    filename: Text,
    features: Features,
    interactive: bool,
    unit: Unit<'a>,
    outer: Vec<Unit<'a>>,
    warnings: &'a mut Vec<Warning>,
}

/// What a compilation works with.
pub(crate) struct Input<'a> {
    pub(crate) source: &'a Source,
    pub(crate) table: &'a SymbolTable,
    pub(crate) names: &'a mut Interner,
    pub(crate) options: &'a Options,
    pub(crate) filename: &'a str,
    pub(crate) features: Features,
    pub(crate) mode: Mode,
    pub(crate) warnings: &'a mut Vec<Warning>,
}

impl<'a> Codegen<'a> {
    fn new(input: Input<'a>) -> Self {
        let filename: Text = input.filename.into();
        let mut generator = Self {
            source: input.source,
            table: input.table,
            names: input.names,
            options: input.options,
            filename,
            features: input.features,
            interactive: input.mode == Mode::Single,
            unit: Unit::new(
                UnitKind::Module,
                CodeUnit::default(),
                ActiveScope { id: ScopeId(0), registers: Default::default() },
                0,
            ),
            outer: Vec::new(),
            warnings: input.warnings,
        };
        generator.unit = generator.new_unit(UnitKind::Module, ScopeId(0), "<module>", 1);
        generator.unit.code.qualname = "<module>".into();
        generator
    }

    /// Compiles the statements of a module or of interactive input.
    pub(crate) fn module(input: Input<'a>, body: &'a [Stmt]) -> Result<CodeUnit> {
        let mut generator = Self::new(input);
        generator.module_body(body)?;
        let none = generator.none_temporary();
        generator.unit.emit(Instruction::return_(none).with_flags(KILL_A));
        generator.top_level_flags();
        let code = generator.finish_unit()?;
        Ok(code.into_unit())
    }

    /// Compiles one expression, whose value the code returns.
    pub(crate) fn expression(input: Input<'a>, body: &'a Expr) -> Result<CodeUnit> {
        let mut generator = Self::new(input);
        let value = generator.operand(body)?;
        generator.unit.emit(Instruction::return_(value.reg).with_flags(value.kill(KILL_A, Reg::MAX)));
        generator.top_level_flags();
        let code = generator.finish_unit()?;
        Ok(code.into_unit())
    }

    fn top_level_flags(&mut self) {
        let scope = self.table.scope(ScopeId(0));
        if self.options.allow_top_level_await && scope.is_coroutine {
            self.unit.code.flags |= flags::COROUTINE;
        }
    }

    fn none_temporary(&mut self) -> Reg {
        let register = self.unit.alloc();
        self.unit.emit(Instruction::load_singleton(register, 0));
        register
    }

    /// A `SyntaxError` at that range.
    fn error<T>(&self, range: TextRange, message: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at(self.source, range, message))
    }

    /// The instructions from here on come from that range.
    fn at(&mut self, range: TextRange) {
        self.unit.location = self.source.location(range);
    }

    /// A new unit for the scope, its variables in registers.
    fn new_unit(&mut self, kind: UnitKind, id: ScopeId, name: &str, first_line: u32) -> Unit<'a> {
        let table = self.table;
        let scope = table.scope(id);
        let mut registers = rustc_hash::FxHashMap::default();
        let mut code = CodeUnit {
            name: name.into(),
            filename: self.filename.clone(),
            first_line,
            flags: self.features.code_flags(),
            ..CodeUnit::default()
        };
        let mut varnames = Vec::new();
        let mut cells = Vec::new();
        if scope.kind.is_function_like() {
            code.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
            if scope.is_nested {
                code.flags |= flags::NESTED;
            }
            let in_class = scope.parent.is_some_and(|parent| table.scope(parent).kind == ScopeKind::Class);
            let is_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda);
            if in_class && (is_function || scope.kind.is_comprehension()) {
                code.flags |= flags::METHOD;
            }
            let parameters = scope.symbols.iter().filter(|symbol| symbol.flags & definition::PARAM != 0);
            let locals = scope.symbols.iter().filter(|symbol| {
                symbol.flags & definition::PARAM == 0
                    && symbol.resolution == crate::symbols::Resolution::Local
                    && symbol.flags & definition::BOUND != 0
            });
            for symbol in parameters.chain(locals) {
                registers.insert(symbol.name, varnames.len() as Reg);
                varnames.push(self.names.text(symbol.name).clone());
            }
            cells.extend(
                scope
                    .symbols
                    .iter()
                    .filter(|symbol| symbol.resolution == crate::symbols::Resolution::Cell)
                    .map(|symbol| symbol.name),
            );
        } else if scope.kind == ScopeKind::Class {
            use crate::names::NameId;
            if scope.needs_class_cell {
                cells.push(NameId::CLASS);
            }
            if scope.needs_classdict {
                cells.push(NameId::CLASSDICT);
            }
            if scope.has_conditional_annotations && scope.annotations.is_some() {
                cells.push(NameId::CONDITIONAL_ANNOTATIONS);
            }
        }
        // Parameters in their order, then the others by name.
        cells.sort_by(|x, y| {
            let is_other = |name| scope.flags(name) & definition::PARAM == 0;
            let position = |name| registers.get(&name).copied().unwrap_or(Reg::MAX);
            let order = |name| if is_other(name) { Reg::MAX } else { position(name) };
            order(*x).cmp(&order(*y)).then_with(|| self.names.text(*x).cmp(self.names.text(*y)))
        });
        let mut next = varnames.len();
        let mut cell_registers = Vec::new();
        for cell in &cells {
            let register = *registers.entry(*cell).or_insert_with(|| {
                next += 1;
                next as Reg - 1
            });
            cell_registers.push(register);
        }
        code.varnames = varnames.into();
        code.cellvars = cells.iter().map(|name| self.names.text(*name).clone()).collect();
        code.cell_registers = cell_registers.clone().into();
        let mut free: Vec<_> = scope
            .symbols
            .iter()
            .filter(|symbol| {
                symbol.resolution == crate::symbols::Resolution::Free
                    || symbol.flags & definition::FREE_IN_CLASS != 0
            })
            .map(|symbol| symbol.name)
            .collect();
        free.sort_by(|x, y| self.names.text(*x).cmp(self.names.text(*y)));
        code.freevars = free.iter().map(|name| self.names.text(*name).clone()).collect();
        let mut unit = Unit::new(kind, code, ActiveScope { id, registers }, next);
        unit.free_index = free.iter().enumerate().map(|(index, name)| (*name, index as u16)).collect();
        unit.has_walrus = scope.has_walrus;
        unit.private = scope.private.clone();
        for register in cell_registers {
            unit.emit(Instruction::make_cell(register));
        }
        unit
    }

    /// Starts a unit inside the current one.
    fn enter_unit(&mut self, kind: UnitKind, id: ScopeId, name: &str, first_line: u32) {
        let qualname = self.qualified_name(kind, name);
        let mut unit = self.new_unit(kind, id, name, first_line);
        // Code nests in the constants of code, which later walks over it follow recursively.
        unit.overflow |= self.outer.len() >= MAX_UNITS;
        self.outer.push(std::mem::replace(&mut self.unit, unit));
        self.unit.code.qualname = qualname;
    }

    /// Ends the current unit; its code is a constant for the unit around it.
    fn leave_unit(&mut self) -> Result<Constant> {
        let code = self.finish_unit()?;
        if let Some(outer) = self.outer.pop() {
            self.unit = outer;
        }
        Ok(Constant::Code(code))
    }

    /// `co_qualname` of a unit of that name inside the current one.
    fn qualified_name(&mut self, kind: UnitKind, name: &str) -> Text {
        // One scope of types between a definition and what is around it does not show.
        let mut parent = &self.unit;
        if parent.kind == UnitKind::TypeScope {
            match self.outer.last() {
                Some(outer) => parent = outer,
                None => return name.into(),
            }
        }
        if parent.kind == UnitKind::Module {
            return name.into();
        }
        let is_function =
            matches!(parent.kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda);
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let id = self.names.mangled(parent.private.as_deref(), name);
            if self.table.scope(parent.scopes[0].id).flags(id) & definition::GLOBAL != 0 {
                return name.into();
            }
        }
        let locals = if is_function { ".<locals>" } else { "" };
        format!("{}{locals}.{name}", parent.code.qualname).into()
    }

    fn finish_unit(&mut self) -> Result<SharedUnit> {
        let empty = Unit::new(
            UnitKind::Module,
            CodeUnit::default(),
            ActiveScope { id: ScopeId(0), registers: Default::default() },
            0,
        );
        let unit = std::mem::replace(&mut self.unit, empty);
        if unit.overflow {
            if self.outer.len() > MAX_UNITS {
                let message = "maximum recursion depth exceeded during compilation";
                return Err(SyntaxError::bare(ErrorKind::RecursionError, message));
            }
            let message = format!("code of '{}' is too large", unit.code.name);
            return Err(SyntaxError::bare(ErrorKind::MemoryError, message));
        }
        Ok(assemble::assemble(unit, self.names).into())
    }
}
