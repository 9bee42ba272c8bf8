//! pyre-types: the builtin types and their methods. The values themselves, and what the interpreter needs of them, are
//! in `pyre-object`.
//!
//! Each module has `specs()`: the types that it defines.

pub mod arguments;
pub mod bytearray;
pub mod bytes;
pub mod codecs;
mod collection;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod enumerate;
pub mod exceptions;
pub mod filter;
pub mod float;
pub mod format;
pub mod function;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod map;
pub mod mapping_proxy;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod object;
pub mod property;
pub mod range;
pub mod reversed;
pub mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod struct_sequence;
pub mod super_;
mod support;
pub mod template;
pub mod tuple;
pub mod type_;
pub mod typing_;
pub mod union;
pub mod weakref;
pub mod zip;

/// Results of more bytes than this are refused with `MemoryError` before anything is allocated.
pub const MAX_NATIVE_BYTES: usize = 1 << 40;

use pyre_object::TypeSpec;
use pyre_object::start::BuiltinSpec;

/// All builtin types with their shape ids, for [`pyre_object::start::init`].
pub fn specs() -> Vec<BuiltinSpec> {
    let modules: &[&[(pyre_object::Builtin, &'static TypeSpec)]] = &[
        bytearray::specs(),
        memoryview::specs(),
        bytes::specs(),
        str::specs(),
        slice::specs(),
        range::specs(),
        enumerate::specs(),
        zip::specs(),
        map::specs(),
        filter::specs(),
        reversed::specs(),
        iterators::specs(),
        template::specs(),
        typing_::specs(),
        object::specs(),
        type_::specs(),
        complex::specs(),
        descriptor::specs(),
        dict::specs(),
        float::specs(),
        function::specs(),
        generic_alias::specs(),
        int::specs(),
        list::specs(),
        mapping_proxy::specs(),
        module::specs(),
        namespace::specs(),
        property::specs(),
        set::specs(),
        singletons::specs(),
        super_::specs(),
        tuple::specs(),
        union::specs(),
        weakref::specs(),
    ];
    let types = modules.iter().copied().flatten().map(|(b, s)| (b.shape(), *s));
    types.chain(exceptions::specs()).collect()
}

/// What remains to be done once the types of [`specs`] exist.
///
/// # Errors
/// `MemoryError`
pub fn complete(vm: &pyre_object::Vm) -> pyre_object::PyResult<()> {
    template::complete(vm)
}
