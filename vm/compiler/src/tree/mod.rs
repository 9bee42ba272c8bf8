//! The abstract syntax tree as people see it: plain nodes by a table of classes, made from the parser's tree
//! ([`export`]), checked ([`validate`]) and turned back into a tree that can be compiled ([`import`]).

mod export;
mod export_strings;
mod import;
mod import_parts;
mod optimize;
mod table;
mod validate;

use pyre_bytecode::Text;

use pyre_bytecode::{Constant, Location};

use crate::errors::{SyntaxError, Warning};
use crate::{Compiled, Mode, Options, Source, compile_tree, on_large_stack, parse};
pub use table::{Class, Count, FieldInfo, Group, Kind, Tables, Type, tables};

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its class.
    pub kind: Kind,
    /// Its fields, in the order of the class's.
    pub fields: Vec<Field>,
    /// Where it is in the source, if the class has positions.
    pub location: Option<Place>,
}

/// Where a node is. Lines count from 1, columns (bytes of UTF-8) from 0; nothing keeps a program from other numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `lineno`
    pub line: i32,
    /// `col_offset`
    pub column: i32,
    /// `end_lineno`
    pub end_line: i32,
    /// `end_col_offset`
    pub end_column: i32,
}

impl From<Location> for Place {
    fn from(l: Location) -> Self {
        Self {
            line: l.line as i32,
            column: l.column as i32,
            end_line: l.end_line as i32,
            end_column: l.end_column as i32,
        }
    }
}

/// The value of a field.
#[derive(Clone, Debug)]
pub enum Field {
    /// `None`
    None,
    /// An int.
    Int(i32),
    /// A name.
    Name(Text),
    /// A constant, a string among them.
    Constant(Constant),
    /// A node.
    Node(Box<Node>),
    /// A list.
    List(Vec<Field>),
}

/// A parsed source as nodes.
#[derive(Debug)]
pub struct Parsed {
    /// The root: a `Module`, `Interactive` or `Expression`.
    pub root: Node,
    /// Warnings, in the order of the source.
    pub warnings: Vec<Warning>,
}

impl Parsed {
    /// Takes the root, leaving an empty one.
    pub fn take_root(&mut self) -> Node {
        let (kind, location) = (self.root.kind, self.root.location);
        std::mem::replace(&mut self.root, Node { kind, fields: Vec::new(), location })
    }
}

impl Drop for Parsed {
    /// Without recursion: nodes may be nested more deeply than the stack has room for.
    fn drop(&mut self) {
        let mut pending = std::mem::take(&mut self.root.fields);
        while let Some(field) = pending.pop() {
            match field {
                Field::Node(mut node) => pending.append(&mut node.fields),
                Field::List(mut items) => pending.append(&mut items),
                _ => {}
            }
        }
    }
}

/// Why nodes cannot be compiled.
#[derive(Debug)]
pub enum Invalid {
    /// They say something that no source says: a `ValueError`.
    Value(String),
    /// A field has a value of a wrong type: a `TypeError`.
    Type(String),
    /// What they say is no valid Python.
    Syntax(Box<SyntaxError>),
}

/// Parses source text to nodes.
///
/// # Errors
/// If the source is not valid Python.
pub fn parse_source(source: &Source, mode: Mode, options: &Options) -> Result<Parsed, Box<SyntaxError>> {
    let depth = crate::errors::scan::nesting(source)?;
    on_large_stack(depth, source, |source| {
        let tree = parse(source, mode, options)?;
        if let (Mode::Single, rustpython_ruff_python_ast::Mod::Module(module)) = (mode, &tree) {
            crate::check_single(&module.body, source, options)?;
        }
        let mut parsed = export::export(source, &tree, mode)?;
        if options.optimize_nodes {
            optimize::optimize(&mut parsed.root, options.optimize);
        }
        Ok(parsed)
    })
    .map_err(Box::new)
}

/// Optimizes nodes as [`parse_source`] can do.
pub fn optimize_nodes(root: &mut Node, level: u8) {
    optimize::optimize(root, level);
}

/// Parses the type of a function, as a type comment has it: `(int, *str, **Any) -> bool`.
///
/// # Errors
/// If the text is something else.
pub fn parse_function_type(source: &Source, options: &Options) -> Result<Parsed, Box<SyntaxError>> {
    let invalid = || {
        let end = source.text().len() as u32;
        let range = rustpython_ruff_text_size::TextRange::empty(end.into());
        Box::new(SyntaxError::in_characters(source, range, "invalid syntax"))
    };
    let text = source.text().trim_end();
    let arrow = text.rfind("->").filter(|_| text.starts_with('(')).ok_or_else(invalid)?;
    // Each part becomes an expression of its own, at its place: the parameters as a call, one column later.
    let call = Source::from_text(format!("f{}", &text[..arrow]));
    let blank = |c: char| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) };
    let before: String = text[1..arrow + 2].chars().map(blank).collect();
    let returns = Source::from_text(format!("({before}{})", &text[arrow + 2..]));
    let part = |source: &Source| -> Result<Field, Box<SyntaxError>> {
        let mut parsed = parse_source(source, Mode::Eval, options).map_err(|_| invalid())?;
        Ok(parsed.take_root().fields.swap_remove(0))
    };
    let (call, returns) = (part(&call)?, part(&returns)?);
    let Field::Node(call) = call else { return Err(invalid()) };
    if call.kind != Kind::Call {
        return Err(invalid());
    }
    let mut parts = call.fields.into_iter().skip(1);
    let (positional, keywords) = (parts.next(), parts.next());
    let mut types = Vec::new();
    for field in [positional, keywords].into_iter().flatten() {
        let Field::List(items) = field else { continue };
        for mut item in items {
            shift_first_line(&mut item);
            types.push(match item {
                Field::Node(mut node) if node.kind == Kind::Starred => node.fields.swap_remove(0),
                Field::Node(mut node) if node.kind == Kind::keyword => {
                    if !matches!(node.fields[0], Field::None) {
                        return Err(invalid());
                    }
                    node.fields.swap_remove(1)
                }
                item => item,
            });
        }
    }
    let fields = vec![Field::List(types), returns];
    Ok(Parsed { root: Node { kind: Kind::FunctionType, fields, location: None }, warnings: Vec::new() })
}

/// Moves what is on the first line a column to the left.
fn shift_first_line(field: &mut Field) {
    match field {
        Field::Node(node) => {
            if let Some(place) = &mut node.location {
                place.column -= i32::from(place.line == 1);
                place.end_column -= i32::from(place.end_line == 1);
            }
            node.fields.iter_mut().for_each(shift_first_line);
        }
        Field::List(items) => items.iter_mut().for_each(shift_first_line),
        _ => {}
    }
}

/// Nesting of nodes that is compiled on the caller's stack.
const SHALLOW: usize = 60;
/// Stack that a level of nodes may need.
const STACK_PER_LEVEL: usize = if cfg!(debug_assertions) { 24 << 10 } else { 8 << 10 };

/// Compiles nodes.
///
/// # Errors
/// If the nodes are none that a source could have, or that source is not valid.
pub fn compile_nodes(root: Node, filename: &str, mode: Mode, options: &Options) -> Result<Compiled, Invalid> {
    let depth = depth(&root);
    let work = move || {
        validate::validate(&root)?;
        let (source, tree) = import::import(root)?;
        compile_tree(&source, &tree, filename, mode, options).map_err(|e| Invalid::Syntax(Box::new(e)))
    };
    if depth <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let size = (depth * STACK_PER_LEVEL).max(4 << 20);
        let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => {
                let error = SyntaxError::bare(crate::ErrorKind::MemoryError, "no stack for the compiler");
                Err(Invalid::Syntax(Box::new(error)))
            }
        }
    })
}

/// How deep nodes are nested.
fn depth(node: &Node) -> usize {
    fn of_field(field: &Field) -> usize {
        match field {
            Field::Node(node) => depth(node),
            Field::List(items) => items.iter().map(of_field).max().unwrap_or(0),
            _ => 0,
        }
    }
    1 + node.fields.iter().map(of_field).max().unwrap_or(0)
}
