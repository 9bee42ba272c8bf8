//! `import` statements.

use pyre_bytecode::{Constant, Instruction, Intrinsic1};
use rustpython_ruff_python_ast as ast;
use rustpython_ruff_text_size::TextRange;

use super::unit::{Operand, Reg};
use super::{Codegen, Result};

impl<'a> Codegen<'a> {
    pub(super) fn import_statement(&mut self, node: &'a ast::StmtImport) -> Result {
        for alias in &node.names {
            let name = alias.name.as_str();
            let work = self.unit.alloc();
            self.import_name(name, 0, Constant::None, work, node.range);
            let bound = match &alias.asname {
                None => name.split('.').next().unwrap_or(name),
                Some(bound) => {
                    // `import a.b.c as d` binds the innermost module.
                    for part in name.split('.').skip(1) {
                        let id = self.names.intern(part);
                        let part = self.small_name(id);
                        let inner = self.unit.alloc();
                        self.unit.emit(Instruction::import_from(inner, work, part));
                        self.unit.emit(Instruction::take(work, inner));
                        self.unit.release(inner);
                    }
                    bound.as_str()
                }
            };
            let id = self.name_id(bound);
            self.store_id(id, Operand { reg: work, owned: true });
            self.unit.release(work);
        }
        Ok(())
    }

    fn import_name(&mut self, name: &str, level: u32, from: Constant, dst: Reg, range: TextRange) {
        let base = self.unit.alloc_many(2);
        self.at(range);
        self.load_constant(Constant::Int(level as i64), base);
        self.load_constant(from, base + 1);
        let id = self.names.intern(name);
        let name = self.small_name(id);
        self.unit.emit(Instruction::import_name(dst, base, name));
        self.unit.release(base);
    }

    pub(super) fn import_from_statement(&mut self, node: &'a ast::StmtImportFrom) -> Result {
        if let [alias] = &node.names[..]
            && alias.name.as_str() == "*"
        {
            let before = self
                .source
                .slice(rustpython_ruff_text_size::TextRange::new(node.range.start(), alias.range.start()));
            if before.trim_end().ends_with('(') {
                return self.error(alias.range, "invalid syntax");
            }
        }
        let names: Vec<Constant> = node.names.iter().map(|alias| Constant::str(&alias.name)).collect();
        let module = node.module.as_ref().map_or("", |module| module.as_str());
        let work = self.unit.alloc();
        self.import_name(module, node.level, Constant::Tuple(names.into()), work, node.range);
        if node.names.len() == 1 && node.names[0].name.as_str() == "*" {
            self.unit.emit(Instruction::intrinsic1(work, work, Intrinsic1::ImportStar as u16));
            self.unit.emit(Instruction::drop_(work));
            return Ok(());
        }
        for alias in &node.names {
            let id = self.names.intern(&alias.name);
            let name = self.small_name(id);
            let bound = self.name_id(alias.asname.as_ref().unwrap_or(&alias.name));
            self.at(node.range);
            match self.local_register(bound) {
                Some(register) => self.unit.emit(Instruction::import_from(register, work, name)),
                None => {
                    let item = self.unit.alloc();
                    self.unit.emit(Instruction::import_from(item, work, name));
                    self.store_id(bound, Operand { reg: item, owned: true });
                    self.unit.release(item);
                }
            }
        }
        self.unit.emit(Instruction::drop_(work));
        Ok(())
    }
}
