//! Expressions over builtin types, with the results that CPython 3.14 gave (`record.py`). A small evaluator stands in for
//! the interpreter: literals, operators, calls, attributes and items.

use pyre_object::start::{BuiltinSpec, testing};
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, Obj, PyResult, Slots, TypeSpec, Vm, bytes, complex, dict, float, int,
    intern, list, slice, str, tuple,
};
use rustpython_ruff_python_ast::{self as ast, Expr, Number, Operator, UnaryOp};
use std::sync::LazyLock;

/// The builtin types, and bare ones for containers whose methods are not needed here.
static SPECS: LazyLock<Vec<BuiltinSpec>> = LazyLock::new(|| {
    let mut all = pyre_types::specs();
    let of_list = Slots {
        getitem: Some(|vm, o, k| {
            let item = int::as_i64(k).and_then(|i| list::get(o, i as usize));
            item.ok_or_else(|| vm.type_error("list indices must be integers or slices, not str"))
        }),
        len: Some(|_, o| Ok(list::len(o))),
        ..Slots::NONE
    };
    let of_dict = Slots {
        getitem: Some(|vm, o, k| dict::get_item(vm, o, k)?.ok_or_else(|| vm.key_error(k))),
        len: Some(|_, o| Ok(dict::len(o))),
        ..Slots::NONE
    };
    let of_tuple = Slots { repr: Some(|vm, o| Ok(str::new_str(&show(vm, o)?))), ..Slots::NONE };
    let bare = [
        (Builtin::Tuple, <tuple::TupleBody as Body>::layout as fn() -> _, of_tuple),
        (Builtin::List, <list::ListBody as Body>::layout, of_list),
        (Builtin::Dict, <dict::DictBody as Body>::layout, of_dict),
        (Builtin::Slice, <slice::SliceBody as Body>::layout, Slots::NONE),
    ];
    for (ty, layout, slots) in bare {
        if !all.iter().any(|(id, _)| *id == ty.shape()) {
            let spec = TypeSpec { name: ty.name(), layout: Some(layout), slots, ..TypeSpec::EMPTY };
            all.push((ty.shape(), Box::leak(Box::new(spec))));
        }
    }
    all
});

fn eval(vm: &Vm, e: &Expr) -> PyResult {
    let all = |items: &[Expr]| items.iter().map(|i| eval(vm, i)).collect::<PyResult<Vec<Obj>>>();
    Ok(match e {
        Expr::NoneLiteral(_) => Obj::NONE,
        Expr::BooleanLiteral(b) => Obj::bool(b.value),
        Expr::EllipsisLiteral(_) => Obj::ELLIPSIS,
        Expr::StringLiteral(s) => str::new_str(s.value.to_str()),
        Expr::BytesLiteral(b) => bytes::new_bytes(&b.value.bytes().collect::<Vec<u8>>()),
        Expr::NumberLiteral(n) => match &n.value {
            Number::Int(i) => {
                let text = i.to_string();
                int::from_bigint(pyre_number::BigInt::parse(text.as_bytes(), 0).expect("an integer literal"))
            }
            Number::Float(f) => float::new_float(*f),
            Number::Complex { real, imag } => complex::new_complex(*real, *imag),
        },
        Expr::Tuple(t) => tuple::from_vec(all(&t.elts)?),
        Expr::List(l) => list::from_vec(all(&l.elts)?),
        Expr::Dict(d) => {
            let made = dict::new_dict();
            for item in &d.items {
                let key = eval(vm, item.key.as_ref().expect("no unpacking"))?;
                dict::set_item(vm, &made, &key, eval(vm, &item.value)?)?;
            }
            made
        }
        Expr::Slice(s) => {
            let part = |p: &Option<Box<Expr>>| p.as_ref().map_or(Ok(Obj::NONE), |p| eval(vm, p));
            slice::new_slice(part(&s.lower)?, part(&s.upper)?, part(&s.step)?)
        }
        Expr::BinOp(b) => {
            let (x, y) = (eval(vm, &b.left)?, eval(vm, &b.right)?);
            vm.binary(operator(b.op), &x, &y)?
        }
        Expr::UnaryOp(u) => {
            let x = eval(vm, &u.operand)?;
            match u.op {
                UnaryOp::USub => vm.negative(&x)?,
                UnaryOp::UAdd => vm.positive(&x)?,
                UnaryOp::Invert => vm.invert(&x)?,
                UnaryOp::Not => Obj::bool(!vm.truth(&x)?),
            }
        }
        Expr::Compare(c) => compare(vm, c)?,
        Expr::Attribute(a) => vm.getattr(&eval(vm, &a.value)?, &intern::intern_str(a.attr.as_str()))?,
        Expr::Subscript(s) => vm.getitem(&eval(vm, &s.value)?, &eval(vm, &s.slice)?)?,
        Expr::Name(n) => name(n.id.as_str()),
        Expr::Call(c) => {
            let args = all(&c.arguments.args)?;
            if let Expr::Name(n) = &*c.func
                && let Some(r) = function(vm, n.id.as_str(), &args)
            {
                return r;
            }
            let f = eval(vm, &c.func)?;
            let mut kw = Vec::new();
            for k in &c.arguments.keywords {
                kw.push((k.arg.as_ref().expect("no unpacking").as_str(), eval(vm, &k.value)?));
            }
            vm.call_kw(&f, &args, &kw)?
        }
        other => panic!("the evaluator does not know {other:?}"),
    })
}

fn operator(op: Operator) -> BinOp {
    match op {
        Operator::Add => BinOp::Add,
        Operator::Sub => BinOp::Sub,
        Operator::Mult => BinOp::Mul,
        Operator::Div => BinOp::TrueDiv,
        Operator::FloorDiv => BinOp::FloorDiv,
        Operator::Mod => BinOp::Mod,
        Operator::Pow => BinOp::Pow,
        Operator::LShift => BinOp::LShift,
        Operator::RShift => BinOp::RShift,
        Operator::BitAnd => BinOp::And,
        Operator::BitOr => BinOp::Or,
        Operator::BitXor => BinOp::Xor,
        Operator::MatMult => BinOp::MatMul,
    }
}

fn compare(vm: &Vm, c: &ast::ExprCompare) -> PyResult {
    let (x, y) = (eval(vm, &c.left)?, eval(vm, &c.comparators[0])?);
    let op = match c.ops[0] {
        ast::CmpOp::Lt => CmpOp::Lt,
        ast::CmpOp::LtE => CmpOp::Le,
        ast::CmpOp::Eq => CmpOp::Eq,
        ast::CmpOp::NotEq => CmpOp::Ne,
        ast::CmpOp::Gt => CmpOp::Gt,
        ast::CmpOp::GtE => CmpOp::Ge,
        ast::CmpOp::In => return vm.contains(&y, &x).map(Obj::bool),
        ast::CmpOp::NotIn => return vm.contains(&y, &x).map(|r| Obj::bool(!r)),
        ast::CmpOp::Is => return Ok(Obj::bool(x.is(&y))),
        ast::CmpOp::IsNot => return Ok(Obj::bool(!x.is(&y))),
    };
    vm.compare(&x, &y, op)
}

fn name(name: &str) -> Obj {
    let ty = Builtin::ALL.iter().find(|b| b.name() == name).unwrap_or_else(|| panic!("unknown name {name}"));
    ty.ty().clone()
}

/// The builtin functions that expressions use.
fn function(vm: &Vm, name: &str, a: &[Obj]) -> Option<PyResult> {
    let special = |o: &Obj, name: &str, args: &[Obj]| {
        let found = vm.call_special(o, &intern::intern_str(name), args)?;
        found.ok_or_else(|| vm.type_error(format!("type {} doesn't define {name} method", o.type_name())))
    };
    Some(match (name, a) {
        ("len", [o]) => vm.len(o).map(Obj::from_len),
        ("chr", [c]) => Ok(str::from_code_point(int::as_i64(c).expect("a code point") as u32)),
        ("repr", [o]) => vm.repr(o),
        ("ascii", [o]) => pyre_types::str::ascii(vm, o),
        ("hash", [o]) => vm.hash(o).map(int::new_int),
        ("abs", [o]) => vm.absolute(o),
        ("divmod", [x, y]) => vm.binary(BinOp::DivMod, x, y),
        ("pow", [x, y]) => vm.binary(BinOp::Pow, x, y),
        ("pow", [x, y, z]) => vm.power(x, y, z),
        ("round", [x, rest @ ..]) => special(x, "__round__", rest),
        ("format", [x]) => vm.format(x, &str::empty()),
        ("format", [x, spec]) => vm.format(x, spec),
        ("list", [x]) => vm.collect(x).map(list::from_vec),
        ("tuple", [x]) => vm.collect(x).map(tuple::from_vec),
        _ => return None,
    })
}

/// `ascii(o)`, containers included.
fn show(vm: &Vm, o: &Obj) -> PyResult<String> {
    let each = |items: &[Obj]| -> PyResult<Vec<String>> { items.iter().map(|i| show(vm, i)).collect() };
    if o.is_exactly(Builtin::Tuple) {
        let parts = each(tuple::items(o))?;
        return Ok(if parts.len() == 1 {
            format!("({},)", parts[0])
        } else {
            format!("({})", parts.join(", "))
        });
    }
    if o.is_exactly(Builtin::List) {
        return Ok(format!("[{}]", each(&list::snapshot(o))?.join(", ")));
    }
    if o.is_exactly(Builtin::Dict) {
        let mut parts = Vec::new();
        for (k, v) in dict::items_snapshot(o) {
            parts.push(format!("{}: {}", show(vm, &k)?, show(vm, &v)?));
        }
        return Ok(format!("{{{}}}", parts.join(", ")));
    }
    Ok(str::to_string_lossy(&pyre_types::str::ascii(vm, o)?))
}

fn outcome(vm: &Vm, source: &str) -> String {
    let parsed = match rustpython_ruff_python_parser::parse_expression(source) {
        Ok(p) => p,
        Err(e) => return format!("cannot parse: {e}"),
    };
    match eval(vm, parsed.expr()).and_then(|o| show(vm, &o)) {
        Ok(text) => text,
        Err(e) => {
            let message = match vm.str(&e.0) {
                Ok(m) => m,
                Err(_) => str::empty(),
            };
            let text = format!("{}: ", e.0.type_name());
            let mut shown = pyre_text::Buffer::new();
            shown.push_str(&text);
            shown.push_body(str::expect(&message).text());
            let escaped = pyre_text::repr::escape_non_ascii(shown.as_body());
            escaped.as_body().to_utf8().unwrap_or_default().replace('\n', "\\n")
        }
    }
}

#[test]
fn expressions_give_what_cpython_gives() {
    let file = include_str!("expressions.txt");
    let wrong = testing::with_vm(&SPECS, |vm| {
        let mut wrong = Vec::new();
        for line in file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let (source, expected) = line.split_once('\t').unwrap_or((line, ""));
            let got = outcome(vm, source);
            if got != expected {
                wrong.push(format!("{source}\n    expected {expected}\n    got      {got}"));
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
