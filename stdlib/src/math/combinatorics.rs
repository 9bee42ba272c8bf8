//! Integer functions.

use pyre_number::{BigInt, small};
use pyre_object::{Obj, PyResult, Vm, int, raise, tuple};

/// An integer argument as a big int.
fn big(vm: &Vm, o: &Obj) -> PyResult<BigInt> {
    let i = vm.index(o)?;
    Ok(int::to_bigint(&i).unwrap_or(BigInt::ZERO))
}

/// The product of the integers in `low..=high`, multiplied in pairs of similar size.
fn product(vm: &Vm, low: u64, high: u64) -> PyResult<BigInt> {
    if low > high {
        return Ok(BigInt::ONE);
    }
    if high - low < 8 {
        return Ok((low + 1..=high).fold(BigInt::from(low), |p, i| &p * &BigInt::from(i)));
    }
    vm.poll()?;
    let middle = low + (high - low) / 2;
    let (left, right) = (product(vm, low, middle)?, product(vm, middle + 1, high)?);
    if left.bit_length() + right.bit_length() > pyre_number::int::MAX_BITS {
        return Err(vm.memory_error());
    }
    Ok(&left * &right)
}

pub(super) fn factorial(vm: &Vm, n: &Obj) -> PyResult {
    let n = vm.index(n)?;
    if int::expect(&n).is_negative() {
        raise!(vm, ValueError, "factorial() not defined for negative values");
    }
    let Some(n) = int::as_i64(&n) else {
        raise!(vm, OverflowError, "factorial() argument should not exceed {}", i64::MAX);
    };
    if n <= 20 {
        return Ok(int::new_int((1..=n).product()));
    }
    if n > 1 << 34 {
        return Err(vm.memory_error());
    }
    Ok(int::from_bigint(product(vm, 1, n as u64)?))
}

fn check_not_negative(vm: &Vm, n: &BigInt, name: &str) -> PyResult<()> {
    if n.is_negative() {
        raise!(vm, ValueError, "{name} must be a non-negative integer");
    }
    Ok(())
}

/// `n * (n - 1) * ...`, `k` factors; `k` is at most `n`.
fn falling(vm: &Vm, n: &BigInt, k: u64) -> PyResult<BigInt> {
    if let Some(n) = n.to_u64() {
        return product(vm, n - k + 1, n);
    }
    if k <= 1 {
        return Ok(if k == 0 { BigInt::ONE } else { n.clone() });
    }
    vm.poll()?;
    if n.bit_length().saturating_mul(k) > pyre_number::int::MAX_BITS {
        return Err(vm.memory_error());
    }
    let half = k / 2;
    let left = falling(vm, n, half)?;
    let right = falling(vm, &(n - &BigInt::from(half)), k - half)?;
    Ok(&left * &right)
}

pub(super) fn perm(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(k) = a[1].not_none() else { return factorial(vm, &a[0]) };
    let (n, k) = (big(vm, &a[0])?, big(vm, k)?);
    check_not_negative(vm, &n, "n")?;
    check_not_negative(vm, &k, "k")?;
    if n < k {
        return Ok(Obj::from_len(0));
    }
    let Some(k) = k.to_i64() else { raise!(vm, OverflowError, "k must not exceed {}", i64::MAX) };
    Ok(int::from_bigint(falling(vm, &n, k as u64)?))
}

/// `n` over `k` while everything fits a word.
fn small_comb(n: u64, k: u64) -> Option<u64> {
    let mut r = 1u128;
    for i in 0..k {
        r = r * u128::from(n - i) / u128::from(i + 1);
        if r > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(r).ok()
}

pub(super) fn comb(vm: &Vm, a: &[Obj]) -> PyResult {
    let (n, k) = (big(vm, &a[0])?, big(vm, &a[1])?);
    check_not_negative(vm, &n, "n")?;
    check_not_negative(vm, &k, "k")?;
    if n < k {
        return Ok(Obj::from_len(0));
    }
    let other = &n - &k;
    let k = if other < k { other } else { k };
    let Some(k) = k.to_i64() else { raise!(vm, OverflowError, "min(n - k, k) must not exceed {}", i64::MAX) };
    let k = k as u64;
    if k < 64
        && let Some(n) = n.to_u64()
        && let Some(r) = small_comb(n, k)
    {
        return Ok(int::from_u64(r));
    }
    let numerator = falling(vm, &n, k)?;
    let denominator = product(vm, 1, k)?;
    Ok(int::from_bigint(numerator.floordiv(&denominator).map_err(|e| vm.num_error(e))?))
}

/// Two words whose greatest common divisor fits the arithmetic of words.
fn small_pair(a: &Obj, b: &Obj) -> Option<(i64, i64)> {
    Some((int::as_i64(a)?, int::as_i64(b)?))
}

fn gcd_of(a: &Obj, b: &Obj) -> Obj {
    if let Some((a, b)) = small_pair(a, b) {
        return int::from_u64(small::gcd(a, b));
    }
    int::from_bigint(int::expect(a).to_big().gcd(&int::expect(b).to_big()))
}

pub(super) fn gcd(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut result = Obj::from_len(0);
    for o in tuple::items(&a[0]) {
        let n = vm.index(o)?;
        result = gcd_of(&result, &n);
    }
    Ok(result)
}

pub(super) fn lcm(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut result = Obj::from_len(1);
    for o in tuple::items(&a[0]) {
        let n = vm.index(o)?;
        if int::expect(&result).is_zero() || int::expect(&n).is_zero() {
            result = Obj::from_len(0);
            continue;
        }
        let divisor = gcd_of(&result, &n);
        let reduced =
            int::floor_divide(int::expect(&result), int::expect(&divisor)).map_err(|e| vm.num_error(e))?;
        let product = int::mul(&reduced, &n);
        result = if int::expect(&product).is_negative() { int::neg(int::expect(&product)) } else { product };
    }
    Ok(result)
}

pub(super) fn isqrt(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.index(&a[0])?;
    if int::expect(&n).is_negative() {
        raise!(vm, ValueError, "isqrt() argument must be nonnegative");
    }
    if let Some(i) = int::as_i64(&n) {
        return Ok(int::new_int(i.isqrt()));
    }
    let root = int::expect(&n).to_big().isqrt().map_err(|e| vm.num_error(e))?;
    Ok(int::from_bigint(root))
}
