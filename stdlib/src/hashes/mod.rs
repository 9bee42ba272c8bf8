//! `_md5`, `_sha1` and `_sha2`: hashes of bytes (RFC 1321, FIPS 180-4).
//!
//! All of them work on blocks with a length at the end; what differs is the step for one block.

mod blocks;

use crate::support::{NativeType, native_table, new_module};
use blocks::{Algorithm, Hasher};
use pyre_object::{
    Body, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, bytes, heap_body, int, module,
    raise, str,
};
use pyre_threads::sync::Mutex;

heap_body! {
    /// A hash under way.
    struct HashBody "hash" { slots {} data { hasher: Mutex<Hasher> } }
}

fn hasher(o: &Obj) -> Hasher {
    o.body::<HashBody>().hasher.lock().clone()
}

static METHODS: &[NativeDef] = native_table![
    NativeDef::method("copy", "($self, /)", |_, a| {
        let body = HashBody { hasher: Mutex::new(hasher(&a[0])) };
        Ok(crate::support::instance_of(a[0].ty(), body))
    })
    .doc("Return a copy of the hash object."),
    NativeDef::method("digest", "($self, /)", |_, a| Ok(bytes::new_bytes(&hasher(&a[0]).digest())))
        .doc("Return the digest value as a bytes object."),
    NativeDef::method("hexdigest", "($self, /)", |_, a| {
        let text: String = hasher(&a[0]).digest().iter().map(|b| format!("{b:02x}")).collect();
        Ok(str::new_str(&text))
    })
    .doc("Return the digest value as a string of hexadecimal digits."),
    NativeDef::method("update", "($self, obj, /)", |vm, a| {
        update(vm, &a[0], &a[1])?;
        Ok(Obj::NONE)
    })
    .doc("Update this hash object's state with the provided string."),
];

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("block_size", |_, o| Ok(int::from_usize(hasher(o).algorithm.block_size()))),
    GetSetDef::readonly("digest_size", |_, o| Ok(int::from_usize(hasher(o).algorithm.digest_size()))),
    GetSetDef::readonly("name", |_, o| Ok(str::new_str(hasher(o).algorithm.name()))),
];

fn update(vm: &Vm, o: &Obj, data: &Obj) -> PyResult<()> {
    if str::is_str(data) {
        raise!(vm, TypeError, "Strings must be encoded before hashing");
    }
    if !vm.has_buffer(data) {
        raise!(vm, TypeError, "object supporting the buffer API required");
    }
    let content = vm.buffer(data)?.to_bytes().into_owned();
    o.body::<HashBody>().hasher.lock().update(&content);
    Ok(())
}

macro_rules! hash_types {
    ($($ty:ident $name:literal;)*) => {
        $(static $ty: NativeType = NativeType::new(&TypeSpec {
            name: $name,
            layout: Some(HashBody::layout),
            flags: TypeFlags::NO_NEW.or(TypeFlags::IMMUTABLE),
            slots: Slots::NONE,
            methods: METHODS,
            getset: GETSET,
            ..TypeSpec::EMPTY
        });)*
    };
}

hash_types! {
    MD5 "_md5.md5";
    SHA1 "_sha1.sha1";
    SHA224 "_sha2.SHA224Type";
    SHA256 "_sha2.SHA256Type";
    SHA384 "_sha2.SHA384Type";
    SHA512 "_sha2.SHA512Type";
}

fn start(vm: &Vm, algorithm: Algorithm, a: &[Obj]) -> PyResult {
    let ty = match algorithm {
        Algorithm::Md5 => &MD5,
        Algorithm::Sha1 => &SHA1,
        Algorithm::Sha224 => &SHA224,
        Algorithm::Sha256 => &SHA256,
        Algorithm::Sha384 => &SHA384,
        Algorithm::Sha512 => &SHA512,
    };
    let data = a[0].given().or(a[2].not_none());
    if a[0].given().is_some() && a[2].not_none().is_some() {
        raise!(
            vm,
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        );
    }
    let o = ty.instance(vm, HashBody { hasher: Mutex::new(Hasher::new(algorithm)) });
    if let Some(data) = data {
        update(vm, &o, data)?;
    }
    Ok(o)
}

const SIGNATURE: &str = "(data=b'', *, usedforsecurity=True, string=None)";

macro_rules! constructors {
    ($($name:literal $algorithm:ident),*) => {
        native_table![$(
            NativeDef::function($name, SIGNATURE, |vm, a| start(vm, Algorithm::$algorithm, a))
                .doc(concat!("Return a new ", $name, " hash object."))
        ),*]
    };
}

static MD5_FUNCTIONS: &[NativeDef] = constructors!["md5" Md5];
static SHA1_FUNCTIONS: &[NativeDef] = constructors!["sha1" Sha1];
static SHA2_FUNCTIONS: &[NativeDef] =
    constructors!["sha224" Sha224, "sha256" Sha256, "sha384" Sha384, "sha512" Sha512];

fn make(vm: &Vm, name: &str, functions: &'static [NativeDef], types: &[(&str, &NativeType)]) -> Obj {
    let m = new_module(name, "", functions);
    for (name, ty) in types {
        module::set(&m, name, ty.get(vm).clone());
    }
    module::set(&m, "_GIL_MINSIZE", int::new_int(2048));
    m
}

/// `_md5`
///
/// # Errors
/// None.
pub fn md5_module(vm: &Vm) -> PyResult {
    Ok(make(vm, "_md5", MD5_FUNCTIONS, &[("MD5Type", &MD5)]))
}

/// `_sha1`
///
/// # Errors
/// None.
pub fn sha1_module(vm: &Vm) -> PyResult {
    Ok(make(vm, "_sha1", SHA1_FUNCTIONS, &[("SHA1Type", &SHA1)]))
}

/// `_sha2`
///
/// # Errors
/// None.
pub fn sha2_module(vm: &Vm) -> PyResult {
    let types =
        [("SHA224Type", &SHA224), ("SHA256Type", &SHA256), ("SHA384Type", &SHA384), ("SHA512Type", &SHA512)];
    Ok(make(vm, "_sha2", SHA2_FUNCTIONS, &types))
}
