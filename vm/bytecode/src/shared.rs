//! Data of code units that many may refer to: bytes of the program's own image, used in place, or memory with a count;
//! and code units themselves, which are read from the image when somebody first looks into them.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::code::CodeUnit;
use crate::serialize::{Head, Image, Outline, Parts};

/// Immutable data, shared.
pub enum Shared<T: ?Sized + 'static> {
    /// In the program's image.
    Static(&'static T),
    /// Counted.
    Counted(Arc<T>),
}

/// A name or another text.
pub type Text = Shared<str>;
/// Bytes.
pub type Bytes = Shared<[u8]>;

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Shared::Static(data) => data,
            Shared::Counted(data) => data,
        }
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        match self {
            Shared::Static(data) => Shared::Static(data),
            Shared::Counted(data) => Shared::Counted(data.clone()),
        }
    }
}

impl<T: ?Sized> AsRef<T> for Shared<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized> std::borrow::Borrow<T> for Shared<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Shared<T> {}

impl<T: ?Sized + Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + std::fmt::Display> std::fmt::Display for Shared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized> From<Arc<T>> for Shared<T> {
    fn from(data: Arc<T>) -> Self {
        Shared::Counted(data)
    }
}

impl<T, const N: usize> From<[T; N]> for Shared<[T]> {
    fn from(data: [T; N]) -> Self {
        Shared::Counted(Arc::new(data))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Shared::Counted(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Shared::Counted(text.into())
    }
}

impl<T: Clone> From<&[T]> for Shared<[T]> {
    fn from(data: &[T]) -> Self {
        Shared::Counted(data.into())
    }
}

impl<T> From<Vec<T>> for Shared<[T]> {
    fn from(data: Vec<T>) -> Self {
        Shared::Counted(data.into())
    }
}

impl<T> FromIterator<T> for Shared<[T]> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Shared::Counted(items.into_iter().collect())
    }
}

impl Default for Text {
    fn default() -> Self {
        Shared::Static("")
    }
}

impl<T> Default for Shared<[T]> {
    fn default() -> Self {
        Shared::Static(&[])
    }
}

/// A code unit that many may hold. One that comes from the program's image ([`crate::serialize::open`]) is read at the first look into it.
#[derive(Clone)]
pub struct SharedUnit(Arc<Inner>);

struct Inner {
    unit: OnceLock<Box<CodeUnit>>,
    stored: Option<Image>,
}

impl SharedUnit {
    pub(crate) fn unread(stored: Image) -> SharedUnit {
        SharedUnit(Arc::new(Inner { unit: OnceLock::new(), stored: Some(stored) }))
    }

    /// What making a code object needs, without reading the unit.
    pub fn outline(&self) -> Outline {
        if self.0.unit.get().is_none()
            && let Some(Ok(outline)) = self.0.stored.map(Image::outline)
        {
            return outline;
        }
        Outline {
            name: self.name.clone(),
            arg_count: self.arg_count,
            posonly_arg_count: self.posonly_arg_count,
            kwonly_arg_count: self.kwonly_arg_count,
            flags: self.flags,
            nregs: self.nregs,
            local_count: self.local_count() as u32,
            handlers: self.exceptions.len() as u32,
        }
    }

    /// Whether nobody has read it yet.
    pub fn is_unread(&self) -> bool {
        self.0.unit.get().is_none()
    }

    /// What can be known without reading it; `None` if it was read, or made here.
    pub fn head(&self) -> Option<Head> {
        if self.0.unit.get().is_some() { None } else { self.0.stored?.head().ok() }
    }

    /// The same of a unit that is read.
    pub fn own_head(&self) -> Head {
        let doc = match self.consts.first() {
            Some(crate::Constant::Str(doc)) if self.flags & crate::flags::HAS_DOCSTRING != 0 => {
                Some(doc.clone())
            }
            _ => None,
        };
        Head {
            name: self.name.clone(),
            qualname: self.qualname.clone(),
            filename: self.filename.clone(),
            first_line: self.first_line,
            arg_count: self.arg_count,
            posonly_arg_count: self.posonly_arg_count,
            kwonly_arg_count: self.kwonly_arg_count,
            flags: self.flags,
            nregs: self.nregs,
            local_count: self.local_count() as u32,
            handlers: self.exceptions.len() as u32,
            doc,
        }
    }

    /// What running it needs; `None` if it was read, or made here.
    pub fn parts(&self) -> Option<Parts> {
        if self.0.unit.get().is_some() { None } else { self.0.stored?.parts().ok() }
    }

    /// Whether both are the same unit.
    pub fn ptr_eq(&self, other: &SharedUnit) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// An address that is the unit's as long as it is held.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Names of the attributes that the code stores on what its first register holds, its first parameter; some may come more than once.
    pub fn stored_on_first(&self) -> Vec<Text> {
        match (self.0.unit.get(), self.0.stored) {
            (None, Some(stored)) => stored.stored_on_first().unwrap_or_default(),
            _ => self.deref().stored_on_first().cloned().collect(),
        }
    }
}

impl Deref for SharedUnit {
    type Target = CodeUnit;

    #[inline]
    fn deref(&self) -> &CodeUnit {
        match self.0.unit.get() {
            Some(unit) => unit,
            None => self.read(),
        }
    }
}

impl SharedUnit {
    /// The unit, copied if others hold it too.
    pub fn into_unit(self) -> CodeUnit {
        match Arc::try_unwrap(self.0).map(|inner| (inner.unit.into_inner(), inner.stored)) {
            Ok((Some(unit), _)) => *unit,
            Ok((None, stored)) => stored.and_then(|stored| stored.read().ok()).unwrap_or_default(),
            Err(shared) => CodeUnit::clone(&SharedUnit(shared)),
        }
    }

    #[cold]
    fn read(&self) -> &CodeUnit {
        self.0.unit.get_or_init(|| {
            // The image is part of the program, and was read as a whole when the program was built.
            let unit = self.0.stored.and_then(|stored| stored.read().ok());
            debug_assert!(unit.is_some(), "the program's image of a code unit is damaged");
            Box::new(unit.unwrap_or_default())
        })
    }
}

impl From<CodeUnit> for SharedUnit {
    fn from(unit: CodeUnit) -> Self {
        SharedUnit(Arc::new(Inner { unit: OnceLock::from(Box::new(unit)), stored: None }))
    }
}

impl PartialEq for SharedUnit {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl std::fmt::Debug for SharedUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
