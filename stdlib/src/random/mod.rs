//! `_random`: the Mersenne Twister, seeded and read as in CPython, so that seeds give the same numbers.

mod twister;

use crate::support::{NativeType, instance_of, native_table, new_module, no_keywords};
use pyre_number::BigInt;
use pyre_object::{
    Args, Body, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, float, heap_body, int, raise, tuple,
};
use pyre_threads::sync::Mutex;
use twister::{N, Twister};

heap_body! {
    /// `_random.Random`
    struct Random "Random" { slots {} data { state: Mutex<Twister> } }
}

static RANDOM: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_random.Random",
    doc: "Random() -> create a random number generator with its own internal state.",
    layout: Some(Random::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        new: Some(|_, class, _| Ok(instance_of(class, Random { state: Mutex::new(Twister::new()) }))),
        init: Some(init),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("random", "(self, /)", |_, a| {
            let f = a[0].body::<Random>().state.lock().next_f64();
            Ok(float::new_float(f))
        })
        .doc("random() -> x in the interval [0, 1)."),
        NativeDef::method("seed", "(self, n=None, /)", |vm, a| {
            seed(vm, &a[0], a[1].not_none())?;
            Ok(Obj::NONE)
        })
        .doc("seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier."),
        NativeDef::method("getstate", "(self, /)", getstate)
            .doc("getstate() -> tuple containing the current state."),
        NativeDef::method("setstate", "(self, state, /)", setstate)
            .doc("setstate(state) -> None.  Restores generator state."),
        NativeDef::method("getrandbits", "(self, k, /)", getrandbits)
            .doc("getrandbits(k) -> x.  Generates an int with k random bits."),
    ],
    ..TypeSpec::EMPTY
};

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    if RANDOM.is_exact(o) {
        no_keywords(vm, "Random", pyre_object::Builtin::Object.ty(), args)?;
    }
    match args.pos() {
        [] => seed(vm, o, None),
        [n] => seed(vm, o, n.not_none()),
        many => raise!(vm, TypeError, "Random expected at most 1 argument, got {}", many.len()),
    }
}

/// Words from the operating system; the time and the process's number if it has none.
fn system_key() -> Vec<u32> {
    let mut bytes = [0u8; N * 4];
    let mut done = 0;
    while done < bytes.len() {
        // SAFETY: the buffer has as many bytes as the call is told.
        let n = unsafe { libc::getrandom(bytes[done..].as_mut_ptr().cast(), bytes.len() - done, 0) };
        if n <= 0 {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            let nanos = now.as_nanos() as u64;
            return vec![nanos as u32, (nanos >> 32) as u32, std::process::id()];
        }
        done += n as usize;
    }
    bytes.chunks_exact(4).map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]])).collect()
}

/// The magnitude of an int in 32-bit words, the lowest first, at least one.
fn words_of(n: &BigInt) -> Vec<u32> {
    let mut words: Vec<u32> =
        n.magnitude_words().iter().flat_map(|w| [*w as u32, (*w >> 32) as u32]).collect();
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() { vec![0] } else { words }
}

fn seed(vm: &Vm, o: &Obj, n: Option<&Obj>) -> PyResult<()> {
    let key = match n {
        None => system_key(),
        Some(n) if int::is_int(n) => {
            // A subclass may have an `__abs__` of its own.
            let n = vm.absolute(n)?;
            words_of(&int::to_bigint(&n).unwrap_or(BigInt::ZERO))
        }
        Some(n) => words_of(&BigInt::from(vm.hash(n)? as u64)),
    };
    o.body::<Random>().state.lock().seed(&key);
    Ok(())
}

fn getstate(_: &Vm, a: &[Obj]) -> PyResult {
    let state = a[0].body::<Random>().state.lock();
    let (words, index) = (state.words, state.index);
    drop(state);
    let words = words.iter().map(|w| Obj::from_len(*w as usize));
    Ok(tuple::new_tuple(words.chain([Obj::from_len(index)])))
}

fn setstate(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(items) = tuple::get(&a[1]) else { raise!(vm, TypeError, "state vector must be a tuple") };
    let [words @ .., index] = items else { raise!(vm, ValueError, "state vector is the wrong size") };
    if words.len() != N {
        raise!(vm, ValueError, "state vector is the wrong size");
    }
    let mut fresh = Twister::new();
    for (to, from) in fresh.words.iter_mut().zip(words) {
        if !int::is_int(from) {
            raise!(vm, TypeError, "an integer is required");
        }
        if int::expect(from).is_negative() {
            raise!(vm, OverflowError, "can't convert negative value to unsigned int");
        }
        match int::as_u64(from) {
            Some(w) if w <= u64::from(u32::MAX) => *to = w as u32,
            Some(_) => raise!(vm, ValueError, "invalid state"),
            None => raise!(vm, OverflowError, "Python int too large to convert to C unsigned long"),
        }
    }
    if !int::is_int(index) {
        raise!(vm, TypeError, "an integer is required");
    }
    match int::as_i64(index) {
        Some(i) if (0..=N as i64).contains(&i) => fresh.index = i as usize,
        Some(_) => raise!(vm, ValueError, "invalid state"),
        None => raise!(vm, OverflowError, "Python int too large to convert to C long"),
    }
    *a[0].body::<Random>().state.lock() = fresh;
    Ok(Obj::NONE)
}

fn getrandbits(vm: &Vm, a: &[Obj]) -> PyResult {
    let k = vm.index(&a[1])?;
    if int::expect(&k).is_negative() {
        raise!(vm, ValueError, "Cannot convert negative int");
    }
    let Some(k) = int::as_u64(&k) else { raise!(vm, OverflowError, "Python int too large for C uint64_t") };
    let b: &Random = a[0].body();
    if k == 0 {
        return Ok(Obj::from_len(0));
    }
    if k <= 32 {
        let word = b.state.lock().next_u32();
        return Ok(Obj::from_len((word >> (32 - k)) as usize));
    }
    let count = k.div_ceil(32);
    if count > 1 << 32 {
        return Err(vm.memory_error());
    }
    let mut words = Vec::with_capacity(count as usize);
    let mut state = b.state.lock();
    for i in 0..count {
        let word = state.next_u32();
        let left = k - 32 * i;
        words.push(if left < 32 { word >> (32 - left) } else { word });
    }
    drop(state);
    let wide: Vec<u64> =
        words.chunks(2).map(|c| u64::from(c[0]) | u64::from(c.get(1).copied().unwrap_or(0)) << 32).collect();
    Ok(int::from_bigint(BigInt::from_sign_words(false, &wide)))
}

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let doc = "Module implements the Mersenne Twister random number generator.";
    let m = new_module("_random", doc, &[]);
    RANDOM.add_to(vm, &m);
    Ok(m)
}
