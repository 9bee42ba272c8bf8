//! pyre-frozen: the pure-Python library, compiled at build time and embedded. Finding a module is a binary search in a
//! static index; nothing is read from disk. Sources and data files are embedded compressed, for tracebacks, `inspect`
//! and `pkgutil`.

/// A compressed file in the blob of files.
struct Stored {
    start: usize,
    end: usize,
    size: usize,
}

/// A module in the index.
struct Entry {
    name: &'static str,
    path: &'static str,
    is_package: bool,
    start: usize,
    end: usize,
    source: Stored,
}

include!(concat!(env!("OUT_DIR"), "/index.rs"));

const SOURCE_DIR: &str = env!("PYRE_LIBRARY_SOURCES");

/// Bytes at a multiple of eight.
#[repr(C, align(8))]
struct Aligned<T: ?Sized>(T);

static CODE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/code.bin")));
static FILES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.bin"));

/// A module of the library.
#[derive(Clone, Copy, Debug)]
pub struct FrozenModule {
    /// Its full name.
    pub name: &'static str,
    /// Its code, to be opened with [`pyre_bytecode::serialize::open`].
    pub code: &'static [u8],
    /// Is it a package?
    pub is_package: bool,
    /// Path of its source relative to the library's root, with `/`.
    pub origin: &'static str,
}

impl Entry {
    fn module(&self) -> FrozenModule {
        FrozenModule {
            name: self.name,
            code: &CODE.0[self.start..self.end],
            is_package: self.is_package,
            origin: self.path,
        }
    }
}

/// The module of that full name.
pub fn find(name: &str) -> Option<FrozenModule> {
    let at = MODULES.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    Some(MODULES[at].module())
}

/// All modules, sorted by name.
pub fn modules() -> impl Iterator<Item = FrozenModule> {
    MODULES.iter().map(Entry::module)
}

/// Directory of the library's sources on the machine that built this; it may not exist here.
pub fn source_dir() -> std::path::PathBuf {
    std::path::PathBuf::from(SOURCE_DIR)
}

/// Names of all modules, sorted.
pub fn names() -> Vec<&'static str> {
    MODULES.iter().map(|entry| entry.name).collect()
}

/// The source of the module at that path (as in [`FrozenModule::origin`]).
pub fn source(path: &str) -> Option<Vec<u8>> {
    let stem = path.strip_suffix(".py")?;
    let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
    let at = MODULES.binary_search_by(|entry| entry.name.cmp(&name)).ok()?;
    let entry = &MODULES[at];
    (entry.path == path).then(|| decompress(&entry.source)).flatten()
}

/// A file of the library that is no module, by its path relative to the library's root.
pub fn data(path: &str) -> Option<Vec<u8>> {
    let at = DATA.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    decompress(&DATA[at].1)
}

/// Paths of all files that are no modules.
pub fn data_paths() -> impl Iterator<Item = &'static str> {
    DATA.iter().map(|(path, _)| *path)
}

fn decompress(stored: &Stored) -> Option<Vec<u8>> {
    lz4_flex::decompress(&FILES[stored.start..stored.end], stored.size).ok()
}

#[cfg(test)]
mod tests;
