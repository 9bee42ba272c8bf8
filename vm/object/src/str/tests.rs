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

#[test]
fn searching_wide_strings_ignores_hits_that_straddle_units() {
    let hay: Vec<u16> = vec![0x0102, 0x0201, 0x0101, 0x0102];
    let needle: Vec<u16> = vec![0x0101];
    assert_eq!(find(Data::Two(&hay), Data::Two(&needle)), Some(2));
    assert_eq!(rfind(Data::Two(&hay), Data::Two(&needle)), Some(2));
    assert_eq!(find(Data::Two(&hay), Data::Two(&[0x0201, 0x0101])), Some(1));
    assert_eq!(find(Data::Two(&hay), Data::One(&[2])), None);
    assert_eq!(count(Data::Two(&hay), Data::Two(&[0x0102]), usize::MAX), 2);
}
