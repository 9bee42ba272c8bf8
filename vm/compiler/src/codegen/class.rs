//! Classes.

use pyre_bytecode::{Constant, Instruction};
use rustpython_ruff_python_ast::{self as ast, Arguments, Expr};
use rustpython_ruff_text_size::{TextRange, TextSize};

use super::unit::{Operand, Reg, UnitKind};
use super::{Codegen, Result};
use crate::names::NameId;
use crate::symbols::{ScopeId, ScopeRole};

impl<'a> Codegen<'a> {
    pub(super) fn class_definition(&mut self, node: &'a ast::StmtClassDef) -> Result {
        if let Some([Expr::Generator(generator)]) =
            node.arguments.as_deref().map(|arguments| &*arguments.args)
            && !generator.parenthesized
            && let Some(clause) = generator.generators.first()
        {
            let keyword = if clause.is_async { 5 } else { 3 };
            let range = TextRange::at(clause.range.start(), TextSize::from(keyword));
            return self.error(range, "invalid syntax");
        }
        let (header, first_line) = self.header(&node.decorator_list, node.range);
        let mark = self.unit.mark();
        self.decorators(&node.decorator_list)?;
        self.at(header);
        let class = self.unit.alloc();
        match self.table.find(node, ScopeRole::TypeParams) {
            Some(scope) => self.generic_class(node, scope, first_line, header, class)?,
            None => self.class_object(node, first_line, header, None, class)?,
        }
        self.unit.release(class + 1);
        self.apply_decorators(&node.decorator_list, class);
        self.at(header);
        let id = self.name_id(&node.name);
        self.store_id(id, Operand { reg: mark, owned: true });
        Ok(())
    }

    /// Makes the class in `dst`, the newest temporary. `generic_base` is one more base, a temporary at the top.
    pub(super) fn class_object(
        &mut self,
        node: &'a ast::StmtClassDef,
        first_line: u32,
        header: TextRange,
        generic_base: Option<Reg>,
        dst: Reg,
    ) -> Result {
        let Some(scope) = self.table.find(node, ScopeRole::Body) else { return Ok(()) };
        let base = self.unit.alloc();
        self.unit.emit(Instruction::load_build_class(base));
        let function = self.unit.alloc();
        self.class_body(node, scope, first_line)?;
        let code = self.leave_unit()?;
        self.at(header);
        let attributes = self.unit.mark();
        self.make_function(code, scope, attributes, 0, function);
        let name = self.unit.alloc();
        self.load_str(&node.name, name);
        let Some(arguments) = node.arguments.as_deref() else {
            let mut count = 2;
            if let Some(generic_base) = generic_base {
                let register = self.unit.alloc();
                self.unit.emit(Instruction::take(register, generic_base));
                count = 3;
            }
            self.unit.emit(Instruction::call(dst, base, count));
            return Ok(());
        };
        match generic_base {
            None => self.call_with(base, 2, arguments, header, dst),
            Some(generic_base) => self.generic_class_call(base, arguments, generic_base, header, dst),
        }
    }

    fn generic_class_call(
        &mut self,
        base: Reg,
        arguments: &'a Arguments,
        generic_base: Reg,
        range: TextRange,
        dst: Reg,
    ) -> Result {
        self.call_collections(base, 2, arguments, Some(generic_base), range, dst)?;
        self.unit.emit(Instruction::drop_(generic_base));
        Ok(())
    }

    /// Compiles the class's body into a unit, which stays open.
    fn class_body(&mut self, node: &'a ast::StmtClassDef, id: ScopeId, first_line: u32) -> Result {
        let table = self.table;
        let scope = table.scope(id);
        self.enter_unit(UnitKind::Class, id, &node.name, first_line);
        self.unit.location =
            pyre_bytecode::Location { line: first_line, end_line: first_line, column: 0, end_column: 0 };
        let work = self.unit.alloc();
        let name = self.names.intern("__name__");
        self.load_id(name, work);
        self.store_as("__module__", work);
        let qualname = self.unit.code.qualname.clone();
        self.load_str(&qualname, work);
        self.store_as("__qualname__", work);
        self.unit.emit(Instruction::load_int(work, first_line as i32));
        self.store_as("__firstlineno__", work);
        if node.type_params.is_some() {
            self.load_id(NameId::TYPE_PARAMS, work);
            self.store_as("__type_params__", work);
        }
        if scope.needs_classdict {
            self.unit.emit(Instruction::load_locals(work));
            self.store_class_cell(NameId::CLASSDICT, work);
        }
        let registers = &self.unit.scopes[0].registers;
        if registers.contains_key(&NameId::CONDITIONAL_ANNOTATIONS) {
            self.unit.emit(Instruction::build_set(work, work, 0));
            self.store_class_cell(NameId::CONDITIONAL_ANNOTATIONS, work);
        }
        self.unit.release(work);
        self.class_annotations_start(&node.body);
        let body = self.store_docstring(&node.body)?;
        self.statements(body)?;
        self.class_annotations_end()?;
        self.unit.location =
            pyre_bytecode::Location { line: first_line, end_line: first_line, column: 0, end_column: 0 };
        let work = self.unit.alloc();
        let attributes: Vec<Constant> =
            self.unit.static_attributes.iter().map(|name| Constant::str(name)).collect();
        self.load_constant(Constant::Tuple(attributes.into()), work);
        self.store_as("__static_attributes__", work);
        if let Some(register) = self.class_register(NameId::CLASSDICT) {
            self.unit.emit(Instruction::move_(work, register));
            self.store_as("__classdictcell__", work);
        }
        match self.class_register(NameId::CLASS) {
            Some(register) => {
                self.unit.emit(Instruction::move_(work, register));
                let copy = self.unit.alloc();
                self.unit.emit(Instruction::move_(copy, work));
                self.store_as("__classcell__", copy);
                self.unit.release(copy);
            }
            None => self.unit.emit(Instruction::load_singleton(work, 0)),
        }
        self.emit_return(Operand { reg: work, owned: true });
        Ok(())
    }

    fn class_register(&self, name: NameId) -> Option<Reg> {
        self.unit.scopes[0].registers.get(&name).copied()
    }

    fn store_class_cell(&mut self, name: NameId, work: Reg) {
        if let Some(register) = self.class_register(name) {
            self.unit.emit(Instruction::store_cell(register, work).with_flags(pyre_bytecode::KILL_B));
        }
    }

    /// Stores a temporary under a name of the class's namespace.
    pub(super) fn store_as(&mut self, name: &str, value: Reg) {
        let id = self.names.intern(name);
        let name = self.name_operand(id);
        self.unit.emit(Instruction::store_name(value, name).with_flags(pyre_bytecode::KILL_A));
    }
}
