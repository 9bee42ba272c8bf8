//! The node classes of Python's abstract syntax: names, fields and which group a class belongs to.
//!
//! Source: the abstract grammar on the page of the `ast` module (docs.python.org/3.14/library/ast.html). The fields
//! are written as there, because classes show them so in their `__doc__`.

use std::sync::OnceLock;

/// A group of node classes: a sum of constructors, or one class by itself.
#[derive(Debug)]
pub struct Group {
    /// Its name, which is that of the base class.
    pub name: &'static str,
    /// Do its nodes have positions?
    pub has_location: bool,
    /// Is it one class without constructors?
    pub is_product: bool,
}

impl Group {
    /// May nodes have a start only?
    pub fn may_lack_end(&self) -> bool {
        self.has_location && !matches!(self.name, "pattern" | "type_param")
    }
}

/// How often a field's value occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Once.
    One,
    /// Once or not at all: `None` is allowed.
    Optional,
    /// A list.
    Many,
    /// A list in which `None` is allowed.
    ManyOptional,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A name, a `str`.
    Identifier,
    /// A `str` or `bytes`.
    Text,
    /// An `int`.
    Int,
    /// Any constant.
    Constant,
    /// A node of a group, by its index in [`GROUPS`].
    Node(usize),
}

/// A field of a class.
#[derive(Debug)]
pub struct FieldInfo {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// How often.
    pub count: Count,
}

/// A class that nodes are instances of.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// Index of its group.
    pub group: usize,
    /// Its fields as text.
    pub fields_text: &'static str,
    /// Its fields.
    pub fields: Vec<FieldInfo>,
}

macro_rules! grammar {
    ($($group:literal $location:literal { $($name:ident $fields:literal)* })*) => {
        /// A class of nodes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, non_camel_case_types)]
        pub enum Kind { $($($name,)*)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Kind] = &[$($(Kind::$name,)*)*];
        }

        static DECLARED: &[(&str, bool, &[(&str, &str)])] =
            &[$(($group, $location, &[$((stringify!($name), $fields),)*]),)*];
    };
}

grammar! {
    "mod" false {
        Module "stmt* body, type_ignore* type_ignores"
        Interactive "stmt* body"
        Expression "expr body"
        FunctionType "expr* argtypes, expr returns"
    }
    "stmt" true {
        FunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params"
        AsyncFunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params"
        ClassDef "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params"
        Return "expr? value"
        Delete "expr* targets"
        Assign "expr* targets, expr value, string? type_comment"
        TypeAlias "expr name, type_param* type_params, expr value"
        AugAssign "expr target, operator op, expr value"
        AnnAssign "expr target, expr annotation, expr? value, int simple"
        For "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        AsyncFor "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        While "expr test, stmt* body, stmt* orelse"
        If "expr test, stmt* body, stmt* orelse"
        With "withitem* items, stmt* body, string? type_comment"
        AsyncWith "withitem* items, stmt* body, string? type_comment"
        Match "expr subject, match_case* cases"
        Raise "expr? exc, expr? cause"
        Try "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        TryStar "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        Assert "expr test, expr? msg"
        Import "alias* names"
        ImportFrom "identifier? module, alias* names, int? level"
        Global "identifier* names"
        Nonlocal "identifier* names"
        Expr "expr value"
        Pass ""
        Break ""
        Continue ""
    }
    "expr" true {
        BoolOp "boolop op, expr* values"
        NamedExpr "expr target, expr value"
        BinOp "expr left, operator op, expr right"
        UnaryOp "unaryop op, expr operand"
        Lambda "arguments args, expr body"
        IfExp "expr test, expr body, expr orelse"
        Dict "expr?* keys, expr* values"
        Set "expr* elts"
        ListComp "expr elt, comprehension* generators"
        SetComp "expr elt, comprehension* generators"
        DictComp "expr key, expr value, comprehension* generators"
        GeneratorExp "expr elt, comprehension* generators"
        Await "expr value"
        Yield "expr? value"
        YieldFrom "expr value"
        Compare "expr left, cmpop* ops, expr* comparators"
        Call "expr func, expr* args, keyword* keywords"
        FormattedValue "expr value, int conversion, expr? format_spec"
        Interpolation "expr value, constant str, int conversion, expr? format_spec"
        JoinedStr "expr* values"
        TemplateStr "expr* values"
        Constant "constant value, string? kind"
        Attribute "expr value, identifier attr, expr_context ctx"
        Subscript "expr value, expr slice, expr_context ctx"
        Starred "expr value, expr_context ctx"
        Name "identifier id, expr_context ctx"
        List "expr* elts, expr_context ctx"
        Tuple "expr* elts, expr_context ctx"
        Slice "expr? lower, expr? upper, expr? step"
    }
    "expr_context" false { Load "" Store "" Del "" }
    "boolop" false { And "" Or "" }
    "operator" false {
        Add "" Sub "" Mult "" MatMult "" Div "" Mod "" Pow "" LShift "" RShift "" BitOr "" BitXor "" BitAnd ""
        FloorDiv ""
    }
    "unaryop" false { Invert "" Not "" UAdd "" USub "" }
    "cmpop" false { Eq "" NotEq "" Lt "" LtE "" Gt "" GtE "" Is "" IsNot "" In "" NotIn "" }
    "comprehension" false { comprehension "expr target, expr iter, expr* ifs, int is_async" }
    "excepthandler" true { ExceptHandler "expr? type, identifier? name, stmt* body" }
    "arguments" false {
        arguments "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults"
    }
    "arg" true { arg "identifier arg, expr? annotation, string? type_comment" }
    "keyword" true { keyword "identifier? arg, expr value" }
    "alias" true { alias "identifier name, identifier? asname" }
    "withitem" false { withitem "expr context_expr, expr? optional_vars" }
    "match_case" false { match_case "pattern pattern, expr? guard, stmt* body" }
    "pattern" true {
        MatchValue "expr value"
        MatchSingleton "constant value"
        MatchSequence "pattern* patterns"
        MatchMapping "expr* keys, pattern* patterns, identifier? rest"
        MatchClass "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns"
        MatchStar "identifier? name"
        MatchAs "pattern? pattern, identifier? name"
        MatchOr "pattern* patterns"
    }
    "type_ignore" false { TypeIgnore "int lineno, string tag" }
    "type_param" true {
        TypeVar "identifier name, expr? bound, expr? default_value"
        ParamSpec "identifier name, expr? default_value"
        TypeVarTuple "identifier name, expr? default_value"
    }
}

/// All groups and classes.
#[derive(Debug)]
pub struct Tables {
    /// The groups.
    pub groups: Vec<Group>,
    /// The classes, by [`Kind`].
    pub classes: Vec<Class>,
}

/// The tables.
pub fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables { groups: Vec::new(), classes: Vec::new() };
        for (index, (group, has_location, classes)) in DECLARED.iter().enumerate() {
            let is_product = matches!(classes, [(name, _)] if name == group);
            tables.groups.push(Group { name: group, has_location: *has_location, is_product });
            for (name, text) in *classes {
                let fields = text.split(", ").filter(|f| !f.is_empty()).map(field).collect();
                tables.classes.push(Class { name, group: index, fields_text: text, fields });
            }
        }
        tables
    })
}

/// A field of the form `type name`, where the type may end in `?`, `*` or `?*`.
fn field(text: &'static str) -> FieldInfo {
    let (ty, name) = text.split_once(' ').unwrap_or((text, ""));
    let (ty, count) = match (ty.strip_suffix("?*"), ty.strip_suffix('*'), ty.strip_suffix('?')) {
        (Some(ty), ..) => (ty, Count::ManyOptional),
        (_, Some(ty), _) => (ty, Count::Many),
        (_, _, Some(ty)) => (ty, Count::Optional),
        _ => (ty, Count::One),
    };
    let ty = match ty {
        "identifier" => Type::Identifier,
        "string" => Type::Text,
        "int" => Type::Int,
        "constant" => Type::Constant,
        group => Type::Node(DECLARED.iter().position(|(name, ..)| *name == group).unwrap_or(0)),
    };
    FieldInfo { name, ty, count }
}

impl Kind {
    /// The class.
    pub fn class(self) -> &'static Class {
        &tables().classes[self as usize]
    }

    /// The class's group.
    pub fn group(self) -> &'static Group {
        &tables().groups[self.class().group]
    }

    /// Do its nodes have positions?
    pub fn has_location(self) -> bool {
        self.group().has_location
    }
}
