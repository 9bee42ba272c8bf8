//! Strings: kinds, capacities, building, comparing.

use super::*;

#[test]
fn capacity_codes_round_up_and_name_sizes() {
    for bytes in [32usize, 33, 48, 100, 1000, 4097, 1 << 20, (1 << 40) + 1] {
        let code = capacity_code(bytes);
        assert!(code != 0 && code < 256);
        assert!(capacity_bytes(code) >= bytes);
        assert!(capacity_bytes(code) <= bytes + bytes / 4 + 1);
    }
}

#[test]
fn the_smallest_kind_follows_from_the_largest_code_point() {
    assert_eq!(Kind::for_max(0xff), Kind::One);
    assert_eq!(Kind::for_max(0x100), Kind::Two);
    assert_eq!(Kind::for_max(0xffff), Kind::Two);
    assert_eq!(Kind::for_max(0x10000), Kind::Four);
}
