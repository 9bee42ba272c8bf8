//! The table that relates dunder names to the operations of types ([`crate::slots`]).
//!
//! For every operation that a native type fills in, its namespace gets the wrappers of this table. For Python classes
//! the table says which operations depend on a name ([`crate::slot_dunders`]).

mod call;
mod ids;
mod table;

pub use call::call;
pub use ids::{SlotFn, SlotId};
pub use table::{NEW_DEF, WRAPPERS};

use crate::obj::Obj;
use crate::slots::{BinOp, Slots};
use crate::{descriptor, dict, intern, native::TypeFlags};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

/// How a wrapper passes Python arguments to the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// `()`
    Unary,
    /// `(other)`
    Binary,
    /// `(other)`, with the operands swapped
    Reflected,
    /// `(other)`, for one comparison operator
    Compare(crate::slots::CmpOp),
    /// `(exponent, modulus=None)`
    Power,
    /// `(base, modulus=None)`
    ReflectedPower,
    /// `()` -> int
    Hash,
    /// `()` -> int
    Len,
    /// `()` -> bool
    Bool,
    /// `(item)` -> bool
    Contains,
    /// `(*args, **kwargs)`
    Call,
    /// `(*args, **kwargs)` -> None
    Init,
    /// `(name)`
    GetAttr,
    /// `(name, value)` -> None
    SetAttr,
    /// `(name)` -> None
    DelAttr,
    /// `(key, value)` -> None
    SetItem,
    /// `(key)` -> None
    DelItem,
    /// `()`; `StopIteration` at the end
    Next,
    /// `(instance, owner=None)`
    DescrGet,
    /// `(instance, value)` -> None
    DescrSet,
    /// `(instance)` -> None
    DescrDelete,
    /// `()` -> None
    Finalize,
    /// `(flags)` -> memoryview
    Buffer,
    /// Not a wrapper: the name only says that a Python class defines the operation.
    NameOnly,
}

/// A dunder method that calls an operation.
#[derive(Debug)]
pub struct WrapperDef {
    /// The dunder name.
    pub name: &'static str,
    /// The operation.
    pub slot: SlotId,
    /// How it is called.
    pub convention: Convention,
    /// `__text_signature__`
    pub signature: &'static str,
    /// `__doc__`
    pub doc: &'static str,
}

/// Hashes the addresses of objects, which nobody chooses.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
}

type ByName = HashMap<u64, Vec<SlotId>, BuildHasherDefault<AddressHasher>>;

/// The operations that depend on a name, by the interned name's word.
fn by_name() -> &'static ByName {
    static MAP: OnceLock<ByName> = OnceLock::new();
    MAP.get_or_init(|| {
        let mut map = ByName::default();
        for w in WRAPPERS {
            let slots = map.entry(intern::intern_str(w.name).raw().0).or_default();
            if !slots.contains(&w.slot) {
                slots.push(w.slot);
            }
            // Three operands share their method with two.
            if w.slot == SlotId::Binary(BinOp::Pow) {
                slots.push(SlotId::PowMod);
            }
        }
        map.insert(crate::names::__new__().raw().0, vec![SlotId::New]);
        map
    })
}

/// The operations that depend on the dunder method `name` (interned).
pub fn slots_of_name(name: &Obj) -> &'static [SlotId] {
    by_name().get(&name.raw().0).map_or(&[], Vec::as_slice)
}

/// The dunder names on which an operation depends, interned, in the order of the table.
pub fn names_of_slot(slot: SlotId) -> &'static [Obj] {
    static MAP: OnceLock<HashMap<SlotId, Vec<Obj>>> = OnceLock::new();
    let map = MAP.get_or_init(|| {
        let mut map: HashMap<SlotId, Vec<Obj>> = HashMap::new();
        for w in WRAPPERS {
            map.entry(w.slot).or_default().push(intern::intern_str(w.name));
        }
        let power = map.get(&SlotId::Binary(BinOp::Pow)).cloned().unwrap_or_default();
        map.insert(SlotId::PowMod, power);
        map.insert(SlotId::New, vec![crate::names::__new__().clone()]);
        map
    });
    map.get(&slot).map_or(&[], Vec::as_slice)
}

/// Adds the wrappers for the operations that a native type fills in to its namespace, except where `namespace` already
/// has the name.
pub fn add_wrappers(ty: &Obj, namespace: &Obj, slots: &Slots, flags: TypeFlags) {
    // A sequence concatenates: `+` has no reflected form.
    let concatenates = slots.len.is_some() && slots.getitem.is_some();
    let add = |name: &'static str, value: &dyn Fn() -> Obj| {
        let name = intern::intern_str(name);
        if dict::get_str(namespace, &name).is_none() {
            dict::set_str(namespace, &name, value());
        }
    };
    if flags.has(TypeFlags::UNHASHABLE) {
        add("__hash__", &|| Obj::NONE);
    }
    if slots.new.is_some() {
        add("__new__", &|| descriptor::new_bound_native(&NEW_DEF, ty.clone()));
    }
    for def in WRAPPERS {
        let Some(f) = def.slot.of_table(slots) else { continue };
        let skip = match def.convention {
            Convention::NameOnly => true,
            Convention::Reflected => concatenates && def.slot == SlotId::Binary(BinOp::Add),
            _ => false,
        };
        if !skip {
            add(def.name, &|| descriptor::new_wrapper(def, ty.clone(), f));
        }
    }
}
