//! Template strings (PEP 750): `Template`, `Interpolation` and the template iterator.

use crate::arguments::{argument_type, native_table};
use crate::iterators::read_only;
use pyre_object::template::{
    InterpolationBody, TemplateBody, TemplateIterBody, new_interpolation, new_template, template_iter,
};
use pyre_object::{
    Args, BinOp, Body, Builtin, GetSetDef, NativeDef, Obj, PyResult, Raised, Slots, TypeSpec, Vm, code,
    intern, names, str, tuple, type_new, typeobj,
};
use pyre_threads::sync::Ordering;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::Template, &TEMPLATE),
        (Builtin::TemplateIter, &TEMPLATE_ITER),
        (Builtin::Interpolation, &INTERPOLATION),
    ];
    &ALL
}

static INTERPOLATION: TypeSpec = TypeSpec {
    name: "string.templatelib.Interpolation",
    doc: "An interpolation of a template string: a value with its expression, conversion and format specification.",
    layout: Some(InterpolationBody::layout),
    slots: Slots { new: Some(interpolation_new), repr: Some(interpolation_repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
            type_new::generic_alias(vm, &a[0], &a[1])
        })
        .doc("See PEP 585"),
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            Ok(tuple::pair(Builtin::Interpolation.ty().clone(), tuple::from_slice(&parts(&a[0]))))
        })
        .doc("Helper for pickle."),
    ],
    getset: &[
        GetSetDef::new("value", |_, o| Ok(o.body::<InterpolationBody>().value.get()), read_only),
        GetSetDef::new("expression", |_, o| Ok(o.body::<InterpolationBody>().expression.get()), read_only),
        GetSetDef::new("conversion", |_, o| Ok(o.body::<InterpolationBody>().conversion.get()), read_only),
        GetSetDef::new("format_spec", |_, o| Ok(o.body::<InterpolationBody>().format_spec.get()), read_only),
    ],
    ..TypeSpec::EMPTY
};

fn parts(o: &Obj) -> [Obj; 4] {
    let b: &InterpolationBody = o.body();
    [b.value.get(), b.expression.get(), b.conversion.get(), b.format_spec.get()]
}

static INTERPOLATION_NEW: NativeDef = NativeDef::function(
    "Interpolation",
    "(value, expression='', conversion=None, format_spec='')",
    |vm, a| {
        let text = |i: usize, name: &str| match a[i].given() {
            None => Ok(str::empty()),
            Some(s) if str::is_str(s) => Ok(s.clone()),
            Some(o) => Err(vm.type_error(format!(
                "Interpolation() argument '{name}' must be str, not {}",
                argument_type(o)
            ))),
        };
        let expression = text(1, "expression")?;
        let conversion = match a[2].not_none() {
            None => Obj::NONE,
            Some(c) if !str::is_str(c) => {
                return Err(vm.type_error(format!(
                    "Interpolation() argument 'conversion' must be str, not {}",
                    argument_type(c)
                )));
            }
            Some(c) if ["s", "a", "r"].iter().any(|k| str::eq_str(c, k)) => c.clone(),
            Some(_) => {
                return Err(
                    vm.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
                );
            }
        };
        Ok(new_interpolation(a[0].clone(), expression, conversion, text(3, "format_spec")?))
    },
);

fn interpolation_new(vm: &Vm, _class: &Obj, args: Args<'_>) -> PyResult {
    INTERPOLATION_NEW.call(vm, args)
}

fn interpolation_repr(vm: &Vm, o: &Obj) -> PyResult {
    let mut out = str::StrBuilder::new();
    out.push_str("Interpolation(");
    for (i, part) in parts(o).iter().enumerate() {
        if i != 0 {
            out.push_str(", ");
        }
        out.push_obj(&vm.repr(part)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

/// Adds the class attributes that are no methods; once, after the types were made.
///
/// # Errors
/// `MemoryError`
pub fn complete(vm: &Vm) -> PyResult<()> {
    let order = ["value", "expression", "conversion", "format_spec"].map(intern::intern_str);
    let order = code::managed(tuple::from_slice(&order));
    typeobj::set_entry(vm, Builtin::Interpolation.ty(), names::__match_args__(), Some(order)).map(drop)
}

static TEMPLATE: TypeSpec = TypeSpec {
    name: "string.templatelib.Template",
    doc: "The value of a template string: static strings and the interpolations between them.",
    layout: Some(TemplateBody::layout),
    slots: Slots {
        new: Some(template_new),
        repr: Some(template_repr),
        iter: Some(|_, o| Ok(template_iter(o.clone()))),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, concat),
    methods: native_table![
        NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
            type_new::generic_alias(vm, &a[0], &a[1])
        })
        .doc("See PEP 585"),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &TemplateBody = a[0].body();
            let module = vm.import("string.templatelib")?;
            let function = vm.getattr_str(&module, "_template_unpickle")?;
            Ok(tuple::pair(function, tuple::pair(b.strings.get(), b.interpolations.get())))
        })
        .doc("Helper for pickle."),
    ],
    getset: &[
        GetSetDef::new("strings", |_, o| Ok(o.body::<TemplateBody>().strings.get()), read_only),
        GetSetDef::new("interpolations", |_, o| Ok(o.body::<TemplateBody>().interpolations.get()), read_only),
        GetSetDef::readonly("values", |_, o| {
            let all = tuple::items(o.body::<TemplateBody>().interpolations.get_fixed());
            Ok(tuple::new_tuple(all.iter().map(|i| i.body::<InterpolationBody>().value.get())))
        }),
    ],
    ..TypeSpec::EMPTY
};

/// Adjacent strings are joined, and there is a string, perhaps empty, around every interpolation.
fn template_new(vm: &Vm, _class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
    }
    let (mut strings, mut interpolations) = (Vec::new(), Vec::new());
    let mut last = Obj::UNBOUND;
    for part in args.pos() {
        if str::is_str(part) {
            last = if last.is_unbound() { part.clone() } else { join(vm, &last, part)? };
        } else if part.is_exactly(Builtin::Interpolation) {
            let before = std::mem::replace(&mut last, Obj::UNBOUND);
            strings.push(if before.is_unbound() { str::empty() } else { before });
            interpolations.push(part.clone());
        } else {
            return Err(vm.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                part.type_name()
            )));
        }
    }
    strings.push(if last.is_unbound() { str::empty() } else { last });
    Ok(new_template(tuple::from_vec(strings), tuple::from_vec(interpolations)))
}

fn join(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    str::concat(a, b).ok_or_else(|| vm.memory_error())
}

fn template_repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &TemplateBody = o.body();
    let mut out = str::StrBuilder::new();
    out.push_str("Template(strings=");
    out.push_obj(&vm.repr(b.strings.get_fixed())?);
    out.push_str(", interpolations=");
    out.push_obj(&vm.repr(b.interpolations.get_fixed())?);
    out.push_str(")");
    Ok(out.finish())
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !a.is_exactly(Builtin::Template) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if !b.is_exactly(Builtin::Template) {
        return Err(not_a_template(vm, b));
    }
    let (x, y): (&TemplateBody, &TemplateBody) = (a.body(), b.body());
    let (left, right) = (tuple::items(x.strings.get_fixed()), tuple::items(y.strings.get_fixed()));
    let ([init @ .., last], [first, rest @ ..]) = (left, right) else { return Ok(a.clone()) };
    let middle = join(vm, last, first)?;
    let strings = init.iter().cloned().chain([middle]).chain(rest.iter().cloned());
    let interpolations =
        tuple::concat(tuple::items(x.interpolations.get_fixed()), tuple::items(y.interpolations.get_fixed()));
    Ok(new_template(tuple::new_tuple(strings), interpolations))
}

#[cold]
fn not_a_template(vm: &Vm, b: &Obj) -> Raised {
    vm.type_error(format!(
        "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
        type_new::full_name(b.ty())
    ))
}

static TEMPLATE_ITER: TypeSpec = TypeSpec {
    name: "string.templatelib.TemplateIter",
    layout: Some(TemplateIterBody::layout),
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(iter_next), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn iter_next(_vm: &Vm, it: &Obj) -> PyResult<Option<Obj>> {
    let b: &TemplateIterBody = it.body();
    let t: &TemplateBody = b.template.get_fixed().body();
    loop {
        let at = b.position.load(Ordering::Relaxed);
        let from = if at.is_multiple_of(2) { t.strings.get_fixed() } else { t.interpolations.get_fixed() };
        let Some(part) = tuple::items(from).get(at / 2) else { return Ok(None) };
        b.position.store(at + 1, Ordering::Relaxed);
        if str::get(part).is_none_or(|s| !s.is_empty()) {
            return Ok(Some(part.clone()));
        }
    }
}
