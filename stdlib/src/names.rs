//! Attribute names that native modules look up, interned once per place of use.

/// `name!("readline")`: the interned string, a `&'static Obj`.
#[macro_export]
macro_rules! name {
    ($text:literal) => {{
        static NAME: std::sync::OnceLock<&'static pyre_object::Obj> = std::sync::OnceLock::new();
        *NAME.get_or_init(|| pyre_object::model::immortal(pyre_object::intern::intern_str($text)))
    }};
}

/// A type object that a module keeps forever.
pub struct KeptType(std::sync::OnceLock<&'static pyre_object::Obj>);

impl KeptType {
    /// Not made yet.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> KeptType {
        KeptType(std::sync::OnceLock::new())
    }

    /// Keeps the type; the first one stays.
    pub fn keep(&self, ty: pyre_object::Obj) -> &'static pyre_object::Obj {
        self.0.get_or_init(|| pyre_object::model::immortal(ty))
    }

    /// The type.
    ///
    /// # Panics
    /// Its module was not imported: nothing that needs the type can run before.
    #[inline]
    pub fn get(&self) -> &'static pyre_object::Obj {
        self.0.get().expect("the module of the type was imported")
    }

    /// The type, if its module was imported.
    #[inline]
    pub fn made(&self) -> Option<&'static pyre_object::Obj> {
        self.0.get().copied()
    }
}
