//! Interned names: every identifier of a module is one shared string, and a small number inside the compiler.

use pyre_bytecode::Text;

use rustc_hash::FxHashMap;

/// A name that the [`Interner`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NameId(u32);

macro_rules! well_known {
    ($($constant:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Order { $($constant,)* }

        impl NameId {
            $( pub(crate) const $constant: NameId = NameId(Order::$constant as u32); )*
        }

        const WELL_KNOWN: &[&str] = &[$($text,)*];
    };
}

well_known! {
    CLASS = "__class__",
    CLASSDICT = "__classdict__",
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
    SUPER = "super",
    ITERABLE = ".0",
    TYPE_PARAMS = ".type_params",
    DEFAULTS = ".defaults",
    KWDEFAULTS = ".kwdefaults",
    FORMAT = ".format",
    ANNOTATIONS = "__annotations__",
}

/// All names of one compilation.
pub(crate) struct Interner {
    ids: FxHashMap<Text, NameId>,
    texts: Vec<Text>,
}

impl Interner {
    pub(crate) fn new() -> Self {
        let mut interner = Self { ids: FxHashMap::default(), texts: Vec::new() };
        for text in WELL_KNOWN {
            interner.intern(text);
        }
        interner
    }

    pub(crate) fn intern(&mut self, text: &str) -> NameId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = NameId(self.texts.len() as u32);
        let shared: Text = text.into();
        self.texts.push(shared.clone());
        self.ids.insert(shared, id);
        id
    }

    pub(crate) fn text(&self, id: NameId) -> &Text {
        &self.texts[id.0 as usize]
    }

    /// The name as it is stored inside the class `class_name`: private names (`__x`) get the class's name in front.
    pub(crate) fn mangled(&mut self, class_name: Option<&str>, name: &str) -> NameId {
        match class_name {
            Some(class_name) if is_private(name) => {
                let class_name = class_name.trim_start_matches('_');
                if class_name.is_empty() {
                    self.intern(name)
                } else {
                    self.intern(&format!("_{class_name}{name}"))
                }
            }
            _ => self.intern(name),
        }
    }
}

fn is_private(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__") && !name.contains('.')
}
