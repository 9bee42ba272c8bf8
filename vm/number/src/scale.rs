//! Rounding of `mantissa * 2**exponent` to the nearest double, ties to even.
//!
//! One routine serves integer-to-float conversion, integer true division and `float.fromhex`, so that the
//! handling of subnormals and of overflow exists once.

/// Rounds `(mantissa + s) * 2**exponent` to a double, where `s` is some value strictly between 0 and 1 when
/// `sticky` is set, else 0. `None` means that the rounded value exceeds the largest double.
///
/// With `sticky` set, `mantissa` must have at least 55 significant bits, so that the lost part cannot reach
/// the rounding position.
pub(crate) fn round_scaled(mantissa: u128, sticky: bool, exponent: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = i64::from(128 - mantissa.leading_zeros());
    debug_assert!(!sticky || bits >= 55);
    // The value is in [2**(top-1), 2**top).
    let top = bits + exponent;
    if top > 1024 {
        return None;
    }
    if top < -1074 {
        return Some(0.0);
    }
    // The exponent of the result's last place.
    let last_place = (top - 53).max(-1074);
    let drop = last_place - exponent;
    let significand = if drop <= 0 {
        debug_assert!(!sticky);
        (mantissa << -drop) as u64
    } else if drop > 127 {
        // The mantissa fills its 128 bits and lies wholly below the smallest subnormal, at half of it or above.
        u64::from(sticky || mantissa > 1 << 127)
    } else {
        let kept = (mantissa >> drop) as u64;
        let rest = mantissa & ((1u128 << drop) - 1);
        let half = 1u128 << (drop - 1);
        let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
        kept + u64::from(up)
    };
    // `significand` is at most 2**53, so both factors and the product are exact; the exponent is split because
    // 2**-1074 and 2**971 are representable but intermediate powers beyond the range are not.
    let value = significand as f64 * power_of_two(last_place);
    value.is_finite().then_some(value)
}

/// `2.0**exponent` for exponents in `-1074..=1023`.
pub(crate) fn power_of_two(exponent: i64) -> f64 {
    debug_assert!((-1074..=1023).contains(&exponent));
    if exponent >= -1022 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074))
    }
}

/// Splits a finite double into `(negative, m, e)` with `|x| == m * 2**e`.
pub(crate) fn decompose(x: f64) -> (bool, u64, i32) {
    let bits = x.to_bits();
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let negative = bits >> 63 == 1;
    if biased == 0 { (negative, fraction, -1074) } else { (negative, fraction | 1 << 52, biased - 1075) }
}
