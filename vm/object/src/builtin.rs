//! The builtin types: their fixed shape ids and their type objects.
//!
//! The shape id of an exact instance of a builtin type is a constant, so "is this exactly a list" is one comparison.

use crate::obj::Obj;
use crate::value::Value;
use pyre_threads::sync::{AtomicU64, Ordering};

macro_rules! builtins {
    ($($(#[$m:meta])* $name:ident = $text:literal,)*) => {
        /// A builtin type; the discriminant is the shape id of its exact instances.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        #[allow(missing_docs)]
        pub enum Builtin { Free = 0, $($(#[$m])* $name,)* }

        impl Builtin {
            /// All builtin types, bases before what derives from them.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$name,)*];

            /// The type's `__name__`.
            pub const fn name(self) -> &'static str {
                match self { Builtin::Free => "free", $(Builtin::$name => $text,)* }
            }
        }
    };
}

builtins! {
    Object = "object",
    Type = "type",
    Int = "int",
    Bool = "bool",
    Float = "float",
    Complex = "complex",
    Str = "str",
    Bytes = "bytes",
    ByteArray = "bytearray",
    MemoryView = "memoryview",
    Tuple = "tuple",
    List = "list",
    Dict = "dict",
    Set = "set",
    FrozenSet = "frozenset",
    Range = "range",
    Slice = "slice",
    NoneType = "NoneType",
    EllipsisType = "ellipsis",
    NotImplementedType = "NotImplementedType",
    Function = "function",
    Method = "method",
    NativeFunction = "builtin_function_or_method",
    MethodDescriptor = "method_descriptor",
    ClassMethodDescriptor = "classmethod_descriptor",
    WrapperDescriptor = "wrapper_descriptor",
    MethodWrapper = "method-wrapper",
    GetSetDescriptor = "getset_descriptor",
    MemberDescriptor = "member_descriptor",
    ClassMethod = "classmethod",
    StaticMethod = "staticmethod",
    Property = "property",
    Super = "super",
    Module = "module",
    Code = "code",
    Frame = "frame",
    Traceback = "traceback",
    Cell = "cell",
    Generator = "generator",
    Coroutine = "coroutine",
    AsyncGenerator = "async_generator",
    CoroutineWrapper = "coroutine_wrapper",
    AsyncGenASend = "async_generator_asend",
    AsyncGenAThrow = "async_generator_athrow",
    AsyncGenWrapped = "async_generator_wrapped_value",
    AnextAwaitable = "anext_awaitable",
    WeakRef = "ReferenceType",
    WeakProxy = "ProxyType",
    WeakCallableProxy = "CallableProxyType",
    MappingProxy = "mappingproxy",
    SimpleNamespace = "SimpleNamespace",
    GenericAlias = "GenericAlias",
    Union = "Union",
    TypeVar = "TypeVar",
    ParamSpec = "ParamSpec",
    TypeVarTuple = "TypeVarTuple",
    TypeAliasType = "TypeAliasType",
    ParamSpecArgs = "ParamSpecArgs",
    ParamSpecKwargs = "ParamSpecKwargs",
    Generic = "Generic",
    Template = "Template",
    TemplateIter = "TemplateIter",
    Interpolation = "Interpolation",
    ListIter = "list_iterator",
    ListReverseIter = "list_reverseiterator",
    TupleIter = "tuple_iterator",
    StrIter = "str_iterator",
    StrAsciiIter = "str_ascii_iterator",
    BytesIter = "bytes_iterator",
    ByteArrayIter = "bytearray_iterator",
    MemoryIter = "memory_iterator",
    RangeIter = "range_iterator",
    LongRangeIter = "longrange_iterator",
    SetIter = "set_iterator",
    DictKeys = "dict_keys",
    DictValues = "dict_values",
    DictItems = "dict_items",
    DictKeyIter = "dict_keyiterator",
    DictValueIter = "dict_valueiterator",
    DictItemIter = "dict_itemiterator",
    DictReverseKeyIter = "dict_reversekeyiterator",
    DictReverseValueIter = "dict_reversevalueiterator",
    DictReverseItemIter = "dict_reverseitemiterator",
    SequenceIter = "iterator",
    CallableIter = "callable_iterator",
    Enumerate = "enumerate",
    Zip = "zip",
    Map = "map",
    Filter = "filter",
    Reversed = "reversed",
    GenericAliasIter = "generic_alias_iterator",
    StructSequence = "structseq",
    FrameLocalsProxy = "FrameLocalsProxy",
    Capsule = "PyCapsule",
    /// Growable storage of values: bodies of lists, out-of-line attributes. Never seen by Python code.
    ValueArray = "value_array",
    /// The table of a dict. Never seen by Python code.
    DictTable = "dict_table",
    /// The table of a set. Never seen by Python code.
    SetTable = "set_table",
    /// Raw bytes: the body of a bytearray. Never seen by Python code.
    ByteArrayStorage = "byte_storage",
    /// A boxed word that belongs to an embedding module. Never seen by Python code.
    Internal = "internal",
}

/// Shape ids of exceptions start here (see [`crate::exception`]).
pub const FIRST_EXCEPTION: u32 = 256;

static TYPES: [AtomicU64; 512] = [const { AtomicU64::new(Value::UNBOUND.0) }; 512];

/// Records the type object of a builtin shape id; once, at start. Types are tracing-managed and these live forever.
pub fn set_builtin_type(id: u32, ty: &Obj) {
    TYPES[id as usize].store(ty.raw().0, Ordering::Release);
}

/// The type object of a builtin shape id.
#[inline(always)]
pub fn builtin_type(id: u32) -> &'static Obj {
    // SAFETY: the word is a value that never changes after start and is never freed; `Obj` is transparent over it.
    unsafe { &*(TYPES[id as usize].as_ptr() as *const Obj) }
}

impl Builtin {
    /// The shape id of exact instances.
    #[inline(always)]
    pub const fn shape(self) -> u32 {
        self as u32
    }

    /// The type object.
    #[inline(always)]
    pub fn ty(self) -> &'static Obj {
        builtin_type(self as u32)
    }
}
