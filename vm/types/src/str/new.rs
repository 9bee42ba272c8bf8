//! `str(...)` and `str.encode`.

use crate::arguments::{bind_optional, name_argument};
use pyre_object::str;
use pyre_object::typeobj::type_body;
use pyre_object::{Args, Builtin, Obj, PyResult, Vm};

pub(super) fn str_new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let value = match args.all() {
        [] => str::empty(),
        [x] if !args.has_keywords() => vm.str(x)?,
        _ => with_keywords(vm, args)?,
    };
    if cls.is(Builtin::Str.ty()) {
        return Ok(value);
    }
    Ok(str::subclass_copy(Some(type_body(cls).root_shape()), &value))
}

fn with_keywords(vm: &Vm, args: Args<'_>) -> PyResult {
    let [object, encoding, errors] = bind_optional(vm, "str", ["object", "encoding", "errors"], args)?;
    let encoding = encoding.map(|o| name_argument(vm, "str", "encoding", o)).transpose()?;
    let errors = errors.map(|o| name_argument(vm, "str", "errors", o)).transpose()?;
    let Some(object) = object else { return Ok(str::empty()) };
    if encoding.is_none() && errors.is_none() {
        return vm.str(object);
    }
    if str::is_str(object) {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if !vm.has_buffer(object) {
        return Err(
            vm.type_error(format!("decoding to str: need a bytes-like object, {} found", object.type_name()))
        );
    }
    let b = vm.contiguous_buffer(object)?;
    let (encoding, errors) = (encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"));
    crate::codecs::decode(vm, &b.to_bytes(), encoding, errors)
}

pub(super) fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let encoding = a[1].given().map(|o| name_argument(vm, "encode", "encoding", o)).transpose()?;
    let errors = a[2].given().map(|o| name_argument(vm, "encode", "errors", o)).transpose()?;
    let (encoding, errors) = (encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"));
    crate::codecs::encode(vm, &a[0], encoding, errors)
}
