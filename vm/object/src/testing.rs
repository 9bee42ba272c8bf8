//! For the tests of this crate: a thread that runs Python, with builtin types that have bodies but no methods.

use crate::native::{TypeFlags, TypeSpec};
use crate::start::{BuiltinSpec, testing};
use crate::vm::Vm;
use crate::{Body, Builtin};

macro_rules! specs {
    ($($builtin:ident $name:literal $($body:path)?;)*) => {
        &[$((
            Builtin::$builtin as u32,
            &TypeSpec {
                name: $name,
                flags: TypeFlags::BASE,
                $(layout: Some(<$body>::layout),)?
                ..TypeSpec::EMPTY
            },
        ),)*]
    };
}

static SPECS: &[BuiltinSpec] = specs! {
    Object "object";
    Type "type" crate::typeobj::TypeBody;
    Int "int" crate::int::IntBody;
    Bool "bool" crate::int::IntBody;
    Float "float" crate::float::FloatBody;
    NoneType "NoneType";
    Str "str" crate::str::StrBody;
    Tuple "tuple" crate::tuple::TupleBody;
    List "list" crate::list::ListBody;
    Dict "dict" crate::dict::DictBody;
    Set "set" crate::set::SetBody;
    FrozenSet "frozenset" crate::set::SetBody;
};

/// Runs `f` on a thread that runs Python.
pub(crate) fn with_vm<R>(f: impl FnOnce(&Vm) -> R) -> R {
    testing::with_vm(SPECS, f)
}
