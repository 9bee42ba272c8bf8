//! Python objects as nodes of the compiler. Only what a class says of its fields is checked here; what sources could
//! not say is found by the compiler.

use super::classes::{Classes, PLACE, classes};
use pyre_bytecode::Constant;
use pyre_compiler::Mode;
use pyre_compiler::tree::{Class, Count, Field, FieldInfo, Group, Kind, Node, Place, Type, tables};
use pyre_object::{
    Builtin, Obj, PyResult, Raised, Vm, bytes, code, complex, float, int, list, raise, set, str, tuple,
};

const STACK_RESERVE: usize = 256 << 10;

/// The class of a root that goes with a mode.
fn expected(mode: Mode) -> Kind {
    match mode {
        Mode::Exec => Kind::Module,
        Mode::Eval => Kind::Expression,
        Mode::Single => Kind::Interactive,
    }
}

/// Checks that the root is what the mode is for.
///
/// # Errors
/// `TypeError`
pub fn check_mode(vm: &Vm, o: &Obj, mode: Mode) -> PyResult<()> {
    check_kind(vm, o, expected(mode))
}

/// Checks that the root is of a class.
///
/// # Errors
/// `TypeError`
pub fn check_kind(vm: &Vm, o: &Obj, expected: Kind) -> PyResult<()> {
    if classes(vm)?.kind_of(o) != Some(expected) {
        raise!(vm, TypeError, "expected {} node, got {}", expected.class().name, o.type_name());
    }
    Ok(())
}

/// A root node.
///
/// # Errors
/// `TypeError` and `ValueError` for what is no node of the grammar; what attributes raise.
pub fn root_from_object(vm: &Vm, o: &Obj, mode: Mode) -> PyResult<Node> {
    check_mode(vm, o, mode)?;
    let c = classes(vm)?;
    match (Reader { vm, c }).node(o, 0)? {
        Field::Node(node) => Ok(*node),
        _ => Err(vm.type_error("expected a node")),
    }
}

struct Reader<'a> {
    vm: &'a Vm,
    c: &'static Classes,
}

impl Reader<'_> {
    /// A node of a group.
    fn node(&self, o: &Obj, group: usize) -> PyResult<Field> {
        let vm = self.vm;
        let info = &tables().groups[group];
        let is_enumeration =
            self.c.kinds.iter().zip(&tables().classes).all(|(_, c)| c.group != group || c.fields.is_empty())
                && !info.has_location;
        if o.is_none() && !is_enumeration {
            return Ok(Field::None);
        }
        if vm.native_stack_left() < STACK_RESERVE {
            return Err(vm.recursion_error(" during ast construction"));
        }
        let mut location = None;
        if info.has_location && !info.is_product {
            location = Some(self.place(o, info)?);
        }
        let kind = match self.c.kind_of(o) {
            Some(kind) if kind.class().group == group => kind,
            _ if info.is_product => {
                // A product takes whatever has its fields.
                tables()
                    .classes
                    .iter()
                    .position(|c| c.group == group)
                    .and_then(kind_at)
                    .ok_or_else(|| self.unexpected(info.name, o))?
            }
            _ => return Err(self.unexpected(info.name, o)),
        };
        let class = kind.class();
        let mut fields = Vec::with_capacity(class.fields.len());
        for (field, name) in class.fields.iter().zip(&self.c.field_names[kind as usize]) {
            let value = match vm.getattr_opt(o, name)? {
                Some(value) => self.field(&value, field, class)?,
                None => match field.count {
                    Count::Optional => Field::None,
                    Count::Many | Count::ManyOptional => Field::List(Vec::new()),
                    Count::One if self.is_context(field) => {
                        Field::Node(Box::new(Node { kind: Kind::Load, fields: vec![], location: None }))
                    }
                    Count::One => {
                        raise!(vm, TypeError, "required field \"{}\" missing from {}", field.name, class.name)
                    }
                },
            };
            fields.push(value);
        }
        if info.has_location && info.is_product {
            location = Some(self.place(o, info)?);
        }
        Ok(Field::Node(Box::new(Node { kind, fields, location })))
    }

    fn is_context(&self, field: &FieldInfo) -> bool {
        matches!(field.ty, Type::Node(group) if tables().groups[group].name == "expr_context")
    }

    fn unexpected(&self, group: &str, o: &Obj) -> Raised {
        match self.vm.repr_text(o) {
            Ok(text) => self.vm.type_error(format!("expected some sort of {group}, but got {text}")),
            Err(e) => e,
        }
    }

    fn place(&self, o: &Obj, group: &Group) -> PyResult<Place> {
        let vm = self.vm;
        let mut numbers = [0; 4];
        for (i, name) in self.c.place_names.iter().enumerate() {
            numbers[i] = match vm.getattr_opt(o, name)? {
                Some(value) if i >= 2 && value.is_none() && group.may_lack_end() => numbers[i - 2],
                Some(value) => self.number(&value)?,
                None if i >= 2 && group.may_lack_end() => numbers[i - 2],
                None => {
                    raise!(vm, TypeError, "required field \"{}\" missing from {}", PLACE[i], group.name)
                }
            };
        }
        let [line, column, end_line, end_column] = numbers;
        Ok(Place { line, column, end_line, end_column })
    }

    fn number(&self, o: &Obj) -> PyResult<i32> {
        if !int::is_int(o) {
            raise!(self.vm, ValueError, "invalid integer value: {}", self.vm.repr_text(o)?);
        }
        self.vm.to_i32(o)
    }

    fn field(&self, o: &Obj, field: &FieldInfo, class: &Class) -> PyResult<Field> {
        if matches!(field.count, Count::Many | Count::ManyOptional) {
            if !list::is_list(o) {
                let (class, name, given) = (class.name, field.name, o.type_name());
                raise!(self.vm, TypeError, "{class} field \"{name}\" must be a list, not a {given}");
            }
            let mut items = Vec::new();
            let mut i = 0;
            // The list may change meanwhile.
            while let Some(item) = list::get(o, i) {
                items.push(self.one(&item, field)?);
                i += 1;
            }
            return Ok(Field::List(items));
        }
        let value = self.one(o, field)?;
        if matches!(value, Field::None) && field.count == Count::One {
            raise!(self.vm, ValueError, "field '{}' is required for {}", field.name, class.name);
        }
        Ok(value)
    }

    fn one(&self, o: &Obj, field: &FieldInfo) -> PyResult<Field> {
        let vm = self.vm;
        Ok(match field.ty {
            Type::Node(group) => self.node(o, group)?,
            Type::Constant => Field::Constant(self.constant(o)?),
            _ if o.is_none() && matches!(field.count, Count::Many) => {
                raise!(vm, ValueError, "None disallowed in {} list", field.name)
            }
            Type::Int if o.is_none() && field.count == Count::Optional => Field::None,
            Type::Int => Field::Int(self.number(o)?),
            Type::Identifier | Type::Text if o.is_none() => Field::None,
            Type::Identifier if o.is_exactly(Builtin::Str) => Field::Name(str::to_string_lossy(o).into()),
            Type::Identifier => raise!(vm, TypeError, "AST identifier must be of type str"),
            Type::Text if o.is_exactly(Builtin::Str) || o.is_exactly(Builtin::Bytes) => {
                Field::Constant(self.constant(o)?)
            }
            Type::Text => raise!(vm, TypeError, "AST string must be of type str"),
        })
    }

    fn constant(&self, o: &Obj) -> PyResult<Constant> {
        let vm = self.vm;
        if vm.native_stack_left() < STACK_RESERVE {
            return Err(vm.recursion_error(" during compilation"));
        }
        let all =
            |items: &[Obj]| -> PyResult<Vec<Constant>> { items.iter().map(|i| self.constant(i)).collect() };
        Ok(match o {
            o if o.is_none() => Constant::None,
            o if o.is(&Obj::TRUE) => Constant::True,
            o if o.is(&Obj::FALSE) => Constant::False,
            o if o.is(&Obj::ELLIPSIS) => Constant::Ellipsis,
            o if o.is_exactly(Builtin::Int) => integer(o),
            o if o.is_exactly(Builtin::Float) => Constant::Float(float::as_float(o).unwrap_or(0.0)),
            o if o.is_exactly(Builtin::Complex) => match complex::as_complex(o) {
                Some(value) => Constant::Complex(value.re, value.im),
                None => Constant::Complex(0.0, 0.0),
            },
            o if o.is_exactly(Builtin::Str) => Constant::Str(str::to_wtf8(o)[..].into()),
            o if o.is_exactly(Builtin::Bytes) => Constant::Bytes(bytes::as_bytes(o).into()),
            o if o.is_exactly(Builtin::Tuple) => Constant::Tuple(all(tuple::items(o))?.into()),
            o if o.is_exactly(Builtin::FrozenSet) => Constant::FrozenSet(all(&set_items(o))?.into()),
            o if o.is_exactly(Builtin::Code) => Constant::Code(code::code_body(o).unit.clone()),
            o => raise!(vm, TypeError, "got an invalid type in Constant: {}", o.type_name()),
        })
    }
}

fn set_items(o: &Obj) -> Vec<Obj> {
    let mut at = 0;
    std::iter::from_fn(|| set::next_entry(o, &mut at).map(|(_, item)| item)).collect()
}

fn kind_at(index: usize) -> Option<Kind> {
    super::classes::all_kinds().nth(index)
}

fn integer(o: &Obj) -> Constant {
    match int::as_i64(o) {
        Some(small) => Constant::Int(small),
        None => {
            let value = int::expect(o);
            let big = value.to_big();
            let mut magnitude: Vec<u8> = big.magnitude_words().iter().flat_map(|w| w.to_le_bytes()).collect();
            while magnitude.last() == Some(&0) {
                magnitude.pop();
            }
            Constant::BigInt { negative: value.is_negative(), magnitude: magnitude.into() }
        }
    }
}
