//! The exception hierarchy: its shape ids and the body of every exception object.

use crate::builtin::{FIRST_EXCEPTION, builtin_type};
use crate::heap_body;
use crate::obj::Obj;
use pyre_threads::sync::AtomicBool;

macro_rules! exceptions {
    ($($name:ident : $base:ident [$($field:literal),*],)*) => {
        /// A builtin exception type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        #[allow(missing_docs)]
        pub enum Exc { BaseException = FIRST_EXCEPTION, $($name,)* }

        impl Exc {
            /// All of them, bases first.
            pub const ALL: &'static [Exc] = &[Exc::BaseException, $(Exc::$name,)*];

            /// The type's name.
            pub const fn name(self) -> &'static str {
                match self { Exc::BaseException => "BaseException", $(Exc::$name => stringify!($name),)* }
            }

            /// The first base; `None` stands for `object`.
            pub const fn base(self) -> Option<Exc> {
                match self { Exc::BaseException => None, $(Exc::$name => Some(Exc::$base),)* }
            }

            /// The members beyond `args` that this type adds (not its bases): they lie in [`ExceptionBody::extra`]
            /// in this order, after the base's.
            pub const fn own_fields(self) -> &'static [&'static str] {
                match self { Exc::BaseException => &[], $(Exc::$name => &[$($field),*],)* }
            }
        }
    };
}

exceptions! {
    Exception: BaseException [],
    GeneratorExit: BaseException [],
    KeyboardInterrupt: BaseException [],
    SystemExit: BaseException ["code"],
    BaseExceptionGroup: BaseException ["message", "exceptions"],
    ArithmeticError: Exception [],
    FloatingPointError: ArithmeticError [],
    OverflowError: ArithmeticError [],
    ZeroDivisionError: ArithmeticError [],
    AssertionError: Exception [],
    AttributeError: Exception ["name", "obj"],
    BufferError: Exception [],
    EOFError: Exception [],
    ImportError: Exception ["msg", "name", "path", "name_from"],
    ModuleNotFoundError: ImportError [],
    LookupError: Exception [],
    IndexError: LookupError [],
    KeyError: LookupError [],
    MemoryError: Exception [],
    NameError: Exception ["name"],
    UnboundLocalError: NameError [],
    OSError: Exception ["errno", "strerror", "filename", "filename2", "characters_written"],
    BlockingIOError: OSError [],
    ChildProcessError: OSError [],
    ConnectionError: OSError [],
    BrokenPipeError: ConnectionError [],
    ConnectionAbortedError: ConnectionError [],
    ConnectionRefusedError: ConnectionError [],
    ConnectionResetError: ConnectionError [],
    FileExistsError: OSError [],
    FileNotFoundError: OSError [],
    InterruptedError: OSError [],
    IsADirectoryError: OSError [],
    NotADirectoryError: OSError [],
    PermissionError: OSError [],
    ProcessLookupError: OSError [],
    TimeoutError: OSError [],
    ReferenceError: Exception [],
    RuntimeError: Exception [],
    NotImplementedError: RuntimeError [],
    PythonFinalizationError: RuntimeError [],
    RecursionError: RuntimeError [],
    StopAsyncIteration: Exception [],
    StopIteration: Exception ["value"],
    SyntaxError: Exception ["msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset", "print_file_and_line", "_metadata"],
    IndentationError: SyntaxError [],
    TabError: IndentationError [],
    _IncompleteInputError: SyntaxError [],
    SystemError: Exception [],
    TypeError: Exception [],
    ValueError: Exception [],
    UnicodeError: ValueError [],
    UnicodeDecodeError: UnicodeError ["encoding", "object", "start", "end", "reason"],
    UnicodeEncodeError: UnicodeError ["encoding", "object", "start", "end", "reason"],
    UnicodeTranslateError: UnicodeError ["encoding", "object", "start", "end", "reason"],
    ExceptionGroup: BaseExceptionGroup [],
    Warning: Exception [],
    BytesWarning: Warning [],
    DeprecationWarning: Warning [],
    EncodingWarning: Warning [],
    FutureWarning: Warning [],
    ImportWarning: Warning [],
    PendingDeprecationWarning: Warning [],
    ResourceWarning: Warning [],
    RuntimeWarning: Warning [],
    SyntaxWarning: Warning [],
    UnicodeWarning: Warning [],
    UserWarning: Warning [],
}

/// How many members beyond `args` the richest exception type has.
pub const EXTRA_FIELDS: usize = 9;

heap_body! {
    /// The body of every exception. Members that only some types have lie in `extra0..` by [`Exc::own_fields`].
    pub struct ExceptionBody "BaseException" {
        slots {
            args, traceback, context, cause,
            extra0, extra1, extra2, extra3, extra4, extra5, extra6, extra7, extra8,
        }
        data {
            /// `__suppress_context__`
            suppress_context: AtomicBool,
        }
    }
}

impl ExceptionBody {
    /// With `args` (a tuple) and nothing else.
    pub fn new(args: Obj) -> ExceptionBody {
        use crate::layout::Slot;
        ExceptionBody {
            args: Slot::new(args),
            traceback: Slot::new(Obj::NONE),
            context: Slot::new(Obj::NONE),
            cause: Slot::new(Obj::NONE),
            extra0: Slot::empty(),
            extra1: Slot::empty(),
            extra2: Slot::empty(),
            extra3: Slot::empty(),
            extra4: Slot::empty(),
            extra5: Slot::empty(),
            extra6: Slot::empty(),
            extra7: Slot::empty(),
            extra8: Slot::empty(),
            suppress_context: AtomicBool::new(false),
        }
    }

    /// A member by its index among all fields of the type ([`Exc::field_index`]).
    pub fn extra(&self, i: usize) -> &crate::layout::Slot {
        [
            &self.extra0,
            &self.extra1,
            &self.extra2,
            &self.extra3,
            &self.extra4,
            &self.extra5,
            &self.extra6,
            &self.extra7,
            &self.extra8,
        ][i]
    }
}

impl Exc {
    /// The type object.
    #[inline]
    pub fn ty(self) -> &'static Obj {
        builtin_type(self as u32)
    }

    /// All members beyond `args`, the bases' first.
    pub fn fields(self) -> Vec<&'static str> {
        let mut v = self.base().map_or_else(Vec::new, Exc::fields);
        v.extend(self.own_fields());
        v
    }

    /// Where a member lies in the body.
    pub fn field_index(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|f| *f == name)
    }
}
