//! Raising exceptions from native code.

use crate::exception::Exc;
use crate::obj::Obj;
use crate::vm::Vm;

/// An exception on its way to a handler: an instance of a subclass of `BaseException`.
#[derive(Debug)]
#[must_use]
pub struct Raised(pub Obj);

/// The result of everything that can raise.
pub type PyResult<T = Obj> = Result<T, Raised>;

/// `raise!(vm, ValueError, "bad {}", x)`: returns an `Err` from the enclosing function.
#[macro_export]
macro_rules! raise {
    ($vm:expr, $exc:ident, $($arg:tt)*) => {
        return Err($vm.error($crate::Exc::$exc, format!($($arg)*)))
    };
}

impl Vm {
    /// An exception of a builtin type with one string argument.
    #[cold]
    pub fn error(&self, exc: Exc, message: impl AsRef<str>) -> Raised {
        let message = crate::str::new_str(message.as_ref());
        self.error_with(exc, &[message])
    }

    /// An exception of a builtin type with these `args`; no `__init__` of a subclass is involved.
    #[cold]
    pub fn error_with(&self, exc: Exc, args: &[Obj]) -> Raised {
        Raised(crate::exception_support::new_exception(exc, args))
    }

    /// `TypeError(message)`
    #[cold]
    pub fn type_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::TypeError, message)
    }

    /// `ValueError(message)`
    #[cold]
    pub fn value_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::ValueError, message)
    }

    /// `KeyError(key)`
    #[cold]
    pub fn key_error(&self, key: &Obj) -> Raised {
        self.error_with(Exc::KeyError, std::slice::from_ref(key))
    }

    /// `IndexError(message)`
    #[cold]
    pub fn index_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::IndexError, message)
    }

    /// `OverflowError(message)`
    #[cold]
    pub fn overflow_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::OverflowError, message)
    }

    /// `RuntimeError(message)`
    #[cold]
    pub fn runtime_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(Exc::RuntimeError, message)
    }

    /// `AttributeError` with its `name` and `obj` members set.
    #[cold]
    pub fn attribute_error(&self, obj: &Obj, name: &Obj, message: impl AsRef<str>) -> Raised {
        let e = self.error(Exc::AttributeError, message);
        let b = crate::exception_support::exception_body(&e.0);
        b.extra(0).set(name.clone());
        b.extra(1).set(obj.clone());
        e
    }

    /// `NameError` with its `name` member set.
    #[cold]
    pub fn name_error(&self, exc: Exc, name: &Obj, message: impl AsRef<str>) -> Raised {
        let e = self.error(exc, message);
        crate::exception_support::exception_body(&e.0).extra(0).set(name.clone());
        e
    }

    /// Whether `e` is an instance of a builtin exception type (or of a subclass).
    pub fn matches(&self, e: &Raised, exc: Exc) -> bool {
        crate::typeobj::is_instance_exact_mro(&e.0, exc.ty())
    }

    /// `None` when `r` is an exception of this type, which is dropped; everything else passes through.
    ///
    /// # Errors
    /// Any other exception.
    pub fn catch<T>(&self, r: PyResult<T>, exc: Exc) -> PyResult<Option<T>> {
        match r {
            Ok(v) => Ok(Some(v)),
            Err(e) if self.matches(&e, exc) => Ok(None),
            Err(e) => Err(e),
        }
    }
}
