//! `ast.AST`: constructor, `repr`, copying and pickling of nodes. The rules are those of CPython 3.13 and later:
//! fields that are not given get their default if they have one, and a warning if not.

use super::classes::{classes, instance, is_node};
use pyre_object::attr::{instance_dict, instance_get, instance_set};
use pyre_object::{
    Args, Builtin, Exc, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, dict, intern, list, raise,
    str, tuple, type_new, typeobj,
};

static METHODS: [NativeDef; 2] = [
    NativeDef::method("__reduce__", "(self, /)", reduce),
    NativeDef::raw_method("__replace__", "(self, /, **fields)", replace)
        .doc("Return a copy of the AST node with new values for the specified fields."),
];

static AST: TypeSpec = TypeSpec {
    name: "ast.AST",
    flags: TypeFlags::BASE.or(TypeFlags::DICT),
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: &METHODS,
    ..TypeSpec::EMPTY
};

/// The type.
pub fn make(vm: &Vm) -> PyResult {
    let ty = type_new::new_native_type(vm, &AST, &Obj::NONE);
    // People change it, as they can in CPython.
    typeobj::type_body(&ty).remove_flags(TypeFlags::IMMUTABLE);
    for name in ["_fields", "_attributes", "__match_args__"] {
        typeobj::set_entry(vm, &ty, &intern::intern_str(name), Some(tuple::empty_tuple()))?;
    }
    Ok(ty)
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(instance(cls))
}

/// A sequence of names that the class of a node has.
fn names(vm: &Vm, o: &Obj, what: &str) -> PyResult<Vec<Obj>> {
    match vm.getattr_opt(o, &intern::intern_str(what))? {
        Some(names) => vm.collect(&names),
        None => Ok(Vec::new()),
    }
}

fn position(vm: &Vm, names: &[Obj], name: &Obj) -> PyResult<Option<usize>> {
    for (i, n) in names.iter().enumerate() {
        if n.is(name) || vm.eq(n, name)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn class_name(o: &Obj) -> String {
    type_new::full_name(o.ty())
}

fn deprecated(vm: &Vm, message: &str) -> PyResult<()> {
    vm.warn(Exc::DeprecationWarning, message, 1)
}

fn init(vm: &Vm, this: &Obj, args: Args<'_>) -> PyResult<()> {
    let fields = vm.getattr_str(this.ty(), "_fields").and_then(|fields| vm.collect(&fields))?;
    let class = || class_name(this);
    if args.len() > fields.len() {
        let plural = if fields.len() == 1 { "" } else { "s" };
        let n = fields.len();
        let class = typeobj::type_name(this.ty());
        raise!(vm, TypeError, "{class} constructor takes at most {n} positional argument{plural}");
    }
    let mut given = vec![false; fields.len()];
    for (i, value) in args.pos().iter().enumerate() {
        vm.setattr(this, &fields[i], Some(value))?;
        given[i] = true;
    }
    let mut attributes = None;
    for (key, value) in args.keywords() {
        match position(vm, &fields, key)? {
            Some(i) if given[i] => {
                raise!(vm, TypeError, "{} got multiple values for argument {}", class(), vm.repr_text(key)?)
            }
            Some(i) => given[i] = true,
            None => {
                if attributes.is_none() {
                    attributes = Some(names(vm, this.ty(), "_attributes")?);
                }
                if position(vm, attributes.as_deref().unwrap_or_default(), key)?.is_none() {
                    let key = vm.repr_text(key)?;
                    deprecated(
                        vm,
                        &format!(
                            "{}.__init__ got an unexpected keyword argument {key}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                            class()
                        ),
                    )?;
                }
            }
        }
        vm.setattr(this, key, Some(value))?;
    }
    let missing: Vec<&Obj> =
        fields.iter().zip(&given).filter(|(_, given)| !**given).map(|(f, _)| f).collect();
    if missing.is_empty() { Ok(()) } else { set_defaults(vm, this, &missing) }
}

fn set_defaults(vm: &Vm, this: &Obj, missing: &[&Obj]) -> PyResult<()> {
    let Some(types) = vm.getattr_opt(this.ty(), &intern::intern_str("_field_types"))? else { return Ok(()) };
    let c = classes(vm)?;
    for field in missing {
        let ty = if dict::is_dict(&types) { dict::get_item(vm, &types, field)? } else { None };
        let quoted = || vm.repr_text(field);
        let class = class_name(this);
        match ty {
            None => deprecated(
                vm,
                &format!(
                    "Field {} is missing from {class}._field_types. This will become an error in Python 3.15.",
                    quoted()?
                ),
            )?,
            Some(ty) if ty.is_exactly(Builtin::Union) => {}
            Some(ty) if ty.is_exactly(Builtin::GenericAlias) => {
                vm.setattr(this, field, Some(&list::new_list([])))?;
            }
            Some(ty) if ty.is(c.groups[CONTEXT_GROUP]) => {
                let load = c.singletons[pyre_compiler::tree::Kind::Load as usize];
                vm.setattr(this, field, load)?;
            }
            Some(_) => deprecated(
                vm,
                &format!(
                    "{class}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                    quoted()?
                ),
            )?,
        }
    }
    Ok(())
}

/// The index of `expr_context` among the groups.
const CONTEXT_GROUP: usize = 3;

/// How deep nodes are shown.
const REPR_DEPTH: usize = 3;

fn repr(vm: &Vm, this: &Obj) -> PyResult {
    let mut out = str::StrBuilder::new();
    write_node(vm, this, REPR_DEPTH, &mut out)?;
    Ok(out.finish())
}

fn write_node(vm: &Vm, this: &Obj, depth: usize, out: &mut str::StrBuilder) -> PyResult<()> {
    out.push_str(&class_name(this));
    if depth == 0 || !vm.repr_enter(this) {
        out.push_str("(...)");
        return Ok(());
    }
    let result = write_fields(vm, this, depth, out);
    vm.repr_leave(this);
    result
}

fn write_fields(vm: &Vm, this: &Obj, depth: usize, out: &mut str::StrBuilder) -> PyResult<()> {
    out.push_str("(");
    for (i, field) in names(vm, this.ty(), "_fields")?.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_obj(&vm.str(field)?);
        out.push_str("=");
        let value = vm.getattr(this, field)?;
        if list::is_list(&value) {
            write_items(vm, &list::snapshot(&value), ["[", "]"], depth, out)?;
        } else if let Some(items) = tuple::get(&value) {
            write_items(vm, items, ["(", ")"], depth, out)?;
        } else {
            write_value(vm, &value, depth, out)?;
        }
    }
    out.push_str(")");
    Ok(())
}

fn write_value(vm: &Vm, value: &Obj, depth: usize, out: &mut str::StrBuilder) -> PyResult<()> {
    if is_node(value) {
        return write_node(vm, value, depth - 1, out);
    }
    out.push_obj(&vm.repr(value)?);
    Ok(())
}

/// The first and the last of the items.
fn write_items(
    vm: &Vm,
    items: &[Obj],
    brackets: [&str; 2],
    depth: usize,
    out: &mut str::StrBuilder,
) -> PyResult<()> {
    out.push_str(brackets[0]);
    if let Some(first) = items.first() {
        write_value(vm, first, depth, out)?;
    }
    if items.len() > 2 {
        out.push_str(", ...");
    }
    if let [_, .., last] = items {
        out.push_str(", ");
        write_value(vm, last, depth, out)?;
    }
    out.push_str(brackets[1]);
    Ok(())
}

/// The class, `None` for each field up to the first that is missing, and the attributes.
fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let this = &a[0];
    let mut given = Vec::new();
    for field in names(vm, this.ty(), "_fields")? {
        if vm.getattr_opt(this, &field)?.is_none() {
            break;
        }
        given.push(Obj::NONE);
    }
    let state = instance_dict(this).map_or_else(dict::new_dict, |d| dict::copy(&d));
    Ok(tuple::new_tuple([this.ty().clone(), tuple::from_vec(given), state]))
}

/// An attribute of the node itself.
fn own(this: &Obj, name: &Obj) -> Option<Obj> {
    str::is_str(name).then(|| instance_get(this, &intern::intern(name))).flatten()
}

fn replace(vm: &Vm, args: Args<'_>) -> PyResult {
    let [this] = args.pos() else {
        raise!(vm, TypeError, "__replace__() takes no positional arguments");
    };
    let fields = names(vm, this.ty(), "_fields")?;
    let attributes = names(vm, this.ty(), "_attributes")?;
    let class = class_name(this);
    for key in args.names() {
        if position(vm, &fields, key)?.is_none() && position(vm, &attributes, key)?.is_none() {
            let key = str::to_string_lossy(key);
            raise!(vm, TypeError, "{class}.__replace__ got an unexpected keyword argument '{key}'.");
        }
    }
    let payload = dict::new_dict();
    let mut missing = Vec::new();
    for (i, name) in fields.iter().chain(&attributes).enumerate() {
        let given = args.keywords().find(|(key, _)| str::is_str(name) && str::eq(key, name));
        match given.map(|(_, value)| value.clone()).or_else(|| own(this, name)) {
            Some(value) => dict::set_item(vm, &payload, name, value)?,
            None if i < fields.len() && vm.getattr_opt(this, name)?.is_none() => {
                missing.push(vm.repr_text(name)?);
            }
            None => {}
        }
    }
    if !missing.is_empty() {
        missing.sort();
        let plural = if missing.len() == 1 { "" } else { "s" };
        let (n, names) = (missing.len(), missing.join(", "));
        raise!(vm, TypeError, "{class}.__replace__ missing {n} keyword argument{plural}: {names}.");
    }
    vm.call_tuple_dict(this.ty(), &tuple::empty_tuple(), Some(&payload))
}

/// Sets an attribute of a fresh node.
pub fn set(vm: &Vm, node: &Obj, name: &Obj, value: Obj) -> PyResult<()> {
    instance_set(vm, node, name, Some(value)).map(drop)
}
