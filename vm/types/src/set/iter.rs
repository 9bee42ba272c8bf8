//! `set_iterator`; the body is in `pyre_object::set::iterator`.

use crate::arguments::native_table;
use crate::iterators::reduce_iter;
use pyre_object::set::iterator::SetIterBody;
use pyre_object::{Body, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, list};

pub(super) static SET_ITER: TypeSpec = TypeSpec {
    name: "set_iterator",
    layout: Some(<SetIterBody as Body>::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__length_hint__", "($self, /)", |_, a| {
            Ok(Obj::from_len(a[0].body::<SetIterBody>().length_hint()))
        })
        .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "($self, /)", |vm, a| {
            let rest = list::with_capacity(0);
            crate::list::extend(vm, &rest, &a[0].body::<SetIterBody>().copy())?;
            reduce_iter(vm, rest, None)
        })
        .doc("Return state information for pickling."),
    ],
    ..TypeSpec::EMPTY
};

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    o.body::<SetIterBody>().advance().map_err(|_| vm.runtime_error("Set changed size during iteration"))
}
