//! pyre-object: values, objects, types, shapes, attributes, calls and the operations on objects. It knows no bytecode
//! interpreter (that installs itself through [`hooks`]) and no method of a builtin type (those are in `pyre-types`).
//!
//! Design: `docs/architecture.md`, `docs/design/objects.md`.

pub mod alloc;
pub mod args;
pub mod attr;
pub mod buffer;
pub mod builtin;
pub mod bytes;
pub mod call;
pub mod class_cells;
pub mod code;
pub mod complex;
pub mod descriptor;
pub mod destroy;
pub mod dict;
pub mod error;
pub mod exception;
pub mod exception_group;
pub mod exception_support;
pub mod float;
pub mod function;
pub mod hash_table;
pub mod hooks;
pub mod int;
pub mod intern;
pub mod iterators;
pub mod layout;
pub mod list;
pub mod lock;
pub mod model;
pub mod module;
pub mod names;
pub mod native;
pub mod obj;
pub mod operator;
pub mod protocol;
pub mod range;
pub mod set;
pub mod shape;
pub mod slice;
pub mod slot_dunders;
pub mod slot_wrappers;
pub mod slots;
pub mod start;
pub mod storage;
pub mod str;
pub mod template;
#[cfg(test)]
mod testing;
pub mod tuple;
pub mod type_new;
pub mod typeobj;
pub mod typevars;
pub mod value;
pub mod value_array;
pub mod vm;
pub mod weakref;

pub use args::Args;
pub use builtin::Builtin;
pub use error::{PyResult, Raised};
pub use exception::Exc;
pub use layout::{Body, Layout, Slot};
pub use native::{Binding, GetSetDef, NativeCode, NativeDef, TypeFlags, TypeSpec};
pub use obj::Obj;
pub use slots::{BinOp, CmpOp, Slots};
pub use value::Value;
pub use vm::Vm;
