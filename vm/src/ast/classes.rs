//! The classes of nodes. `AST` is native; the others are ordinary classes, as in CPython: people set attributes on them
//! and inherit from them.

use pyre_compiler::tree::{Class, Count, Group, Kind, Type, tables};
use pyre_object::{
    Args, BinOp, Builtin, Obj, PyResult, Raised, Vm, dict, intern, model, str, tuple, type_new, typeobj,
};
use std::collections::HashMap;
use std::sync::OnceLock;

/// All classes. They exist once per process.
pub struct Classes {
    /// `AST`
    pub ast: &'static Obj,
    /// The base classes of the groups.
    pub groups: Vec<&'static Obj>,
    /// The class of each kind.
    pub kinds: Vec<&'static Obj>,
    /// The one node of each kind that has neither fields nor place.
    pub singletons: Vec<Option<&'static Obj>>,
    /// Names of the fields of each kind.
    pub field_names: Vec<Vec<Obj>>,
    /// `lineno`, `col_offset`, `end_lineno`, `end_col_offset`
    pub place_names: [Obj; 4],
    /// Kinds by their classes.
    pub by_class: HashMap<u64, Kind>,
}

static CLASSES: OnceLock<Classes> = OnceLock::new();

/// The attributes that say where a node is.
pub const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The classes; made at the first call.
///
/// # Errors
/// What making them raises: nothing, short of exhaustion.
pub fn classes(vm: &Vm) -> PyResult<&'static Classes> {
    if let Some(classes) = CLASSES.get() {
        return Ok(classes);
    }
    let made = make(vm)?;
    // Two threads may have made them: the first one's are those of everybody.
    Ok(CLASSES.get_or_init(|| made))
}

/// Is it a node?
pub fn is_node(o: &Obj) -> bool {
    CLASSES.get().is_some_and(|c| typeobj::is_subtype(o.ty(), c.ast))
}

impl Classes {
    /// The kind of a node, also if its class is a subclass of the kind's.
    pub fn kind_of(&self, o: &Obj) -> Option<Kind> {
        let find = |ty: &Obj| self.by_class.get(&ty.raw().0).copied();
        if let Some(kind) = find(o.ty()) {
            return Some(kind);
        }
        let mro = typeobj::type_body(o.ty()).mro.get();
        tuple::get(&mro)?.iter().find_map(find)
    }
}

fn strings<'s>(items: impl IntoIterator<Item = &'s str>) -> Obj {
    tuple::new_tuple(items.into_iter().map(intern::intern_str))
}

/// A class, with what its namespace holds.
fn class(vm: &Vm, name: &str, base: &Obj, doc: &str, entries: &[(&str, Obj)]) -> PyResult<&'static Obj> {
    let ns = dict::new_dict();
    for (key, value) in entries {
        dict::set_str(&ns, &intern::intern_str(key), value.clone());
    }
    dict::set_str(&ns, &intern::intern_str("__module__"), intern::intern_str("ast"));
    dict::set_str(&ns, &intern::intern_str("__doc__"), str::new_str(doc));
    let bases = tuple::new_tuple([base.clone()]);
    let args = [intern::intern_str(name), bases, ns];
    let ty = type_new::type_new(vm, Builtin::Type.ty(), Args::positional(&args))?;
    Ok(model::immortal(ty))
}

/// `Name(type field, ...)`, or the name alone.
fn signature(class: &Class) -> String {
    if class.fields_text.is_empty() {
        class.name.to_owned()
    } else {
        format!("{}({})", class.name, class.fields_text)
    }
}

/// `group = A(...) | B`, with a line for each constructor if any has fields.
fn group_doc(index: usize, group: &Group) -> String {
    let constructors: Vec<&Class> = tables().classes.iter().filter(|c| c.group == index).collect();
    let separator = if constructors.iter().all(|c| c.fields_text.is_empty()) {
        " | ".to_owned()
    } else {
        format!("\n{}| ", " ".repeat(group.name.len() + 1))
    };
    let texts: Vec<String> = constructors.into_iter().map(signature).collect();
    format!("{} = {}", group.name, texts.join(&separator))
}

fn place_entries(group: &Group) -> Vec<(&'static str, Obj)> {
    let names: &[&str] = if group.has_location { &PLACE } else { &[] };
    let mut entries = vec![("_attributes", strings(names.iter().copied()))];
    if group.may_lack_end() {
        entries.extend([("end_lineno", Obj::NONE), ("end_col_offset", Obj::NONE)]);
    }
    entries
}

fn field_entries(class: &Class) -> Vec<(&'static str, Obj)> {
    let names = strings(class.fields.iter().map(|f| f.name));
    let mut entries = vec![("_fields", names.clone()), ("__match_args__", names)];
    let optional = class.fields.iter().filter(|f| f.count == Count::Optional);
    entries.extend(optional.map(|f| (f.name, Obj::NONE)));
    entries
}

fn make(vm: &Vm) -> PyResult<Classes> {
    let ast = model::immortal(super::base::make(vm)?);
    let (mut groups, mut kinds) = (Vec::new(), Vec::new());
    for (index, group) in tables().groups.iter().enumerate() {
        let members: Vec<&Class> = tables().classes.iter().filter(|c| c.group == index).collect();
        if let ([only], true) = (&members[..], group.is_product) {
            let mut entries = field_entries(only);
            entries.extend(place_entries(group));
            let ty = class(vm, only.name, ast, &signature(only), &entries)?;
            groups.push(ty);
            kinds.push(ty);
            continue;
        }
        let mut entries = vec![("_fields", strings([])), ("__match_args__", strings([]))];
        entries.extend(place_entries(group));
        let base = class(vm, group.name, ast, &group_doc(index, group), &entries)?;
        groups.push(base);
        for member in members {
            kinds.push(class(vm, member.name, base, &signature(member), &field_entries(member))?);
        }
    }
    for (ty, class) in kinds.iter().zip(&tables().classes) {
        set_field_types(vm, ty, class, &groups)?;
    }
    let is_bare = |c: &Class| c.fields.is_empty() && !tables().groups[c.group].has_location;
    let singleton = |(ty, c): (&&'static Obj, &Class)| {
        is_bare(c).then(|| model::immortal(pyre_object::code::managed(instance(ty))))
    };
    let field_names = |c: &Class| c.fields.iter().map(|f| immortal_name(f.name)).collect();
    Ok(Classes {
        ast,
        singletons: kinds.iter().zip(&tables().classes).map(singleton).collect(),
        field_names: tables().classes.iter().map(field_names).collect(),
        place_names: PLACE.map(immortal_name),
        by_class: kinds.iter().zip(all_kinds()).map(|(ty, kind)| (ty.raw().0, kind)).collect(),
        groups,
        kinds,
    })
}

/// All kinds, in the order of the table.
pub fn all_kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied()
}

fn immortal_name(text: &str) -> Obj {
    model::immortal(intern::intern_str(text)).clone()
}

/// An instance without attributes.
pub fn instance(ty: &Obj) -> Obj {
    pyre_object::alloc::new_plain(typeobj::type_body(ty).root_shape())
}

/// `_field_types`: `str`, `list[ast.expr]`, `ast.expr | None` and the like.
fn set_field_types(vm: &Vm, ty: &Obj, class: &Class, groups: &[&'static Obj]) -> PyResult<()> {
    let types = dict::new_dict();
    for field in &class.fields {
        let one = match field.ty {
            Type::Identifier | Type::Text => Builtin::Str.ty().clone(),
            Type::Int => Builtin::Int.ty().clone(),
            Type::Constant => Builtin::Object.ty().clone(),
            Type::Node(group) => groups[group].clone(),
        };
        let whole = match field.count {
            Count::One => one,
            Count::Optional => vm.binary(BinOp::Or, &one, &Obj::NONE)?,
            Count::Many | Count::ManyOptional => type_new::generic_alias(vm, Builtin::List.ty(), &one)?,
        };
        dict::set_str(&types, &intern::intern_str(field.name), whole);
    }
    let set = |name: &str| -> Result<(), Raised> { vm.setattr(ty, &intern::intern_str(name), Some(&types)) };
    set("_field_types")?;
    set("__annotations__")
}
