//! Expressions over builtin types, with the results that CPython 3.14 gave (`record.py`). A small evaluator stands in for
//! the interpreter: literals, operators, calls, attributes and items.

use pyre_object::start::testing;
use pyre_object::{
    BinOp, Builtin, CmpOp, Obj, PyResult, Vm, bytes, complex, dict, float, int, intern, list, set, slice,
    str, tuple,
};
use rustpython_ruff_python_ast::{self as ast, Expr, Number, Operator, UnaryOp};
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    /// What `:=` bound in the current line.
    static VARIABLES: RefCell<HashMap<String, Obj>> = RefCell::new(HashMap::new());
}

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
        Expr::Set(s) => set::set_of(vm, all(&s.elts)?)?,
        Expr::Named(n) => {
            let value = eval(vm, &n.value)?;
            let Expr::Name(target) = &*n.target else { panic!("a name is bound") };
            VARIABLES.with(|v| v.borrow_mut().insert(target.id.to_string(), value.clone()));
            value
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
    if let Some(value) = VARIABLES.with(|v| v.borrow().get(name).cloned()) {
        return value;
    }
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
        ("iter", [o]) => vm.iter(o),
        ("next", [o]) => {
            vm.next(o).and_then(|v| v.ok_or_else(|| vm.error(pyre_object::Exc::StopIteration, "")))
        }
        _ => return None,
    })
}

fn outcome(vm: &Vm, source: &str) -> String {
    let parsed = match rustpython_ruff_python_parser::parse_expression(source) {
        Ok(p) => p,
        Err(e) => return format!("cannot parse: {e}"),
    };
    match eval(vm, parsed.expr()).and_then(|o| pyre_types::str::ascii(vm, &o)) {
        Ok(text) => str::to_string_lossy(&text),
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

fn check(file: &str) {
    let wrong = testing::with_vm(&pyre_types::specs(), |vm| {
        let mut wrong = Vec::new();
        for line in file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let (source, expected) = line.split_once('\t').unwrap_or((line, ""));
            let got = outcome(vm, source);
            drop(VARIABLES.take());
            if got != expected {
                wrong.push(format!("{source}\n    expected {expected}\n    got      {got}"));
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn expressions_give_what_cpython_gives() {
    check(include_str!("expressions.txt"));
}

#[test]
fn expressions_with_containers_give_what_cpython_gives() {
    check(include_str!("containers.txt"));
}
