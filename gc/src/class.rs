//! Size classes: multiples of 16 up to 512 bytes, then spaced by at most a quarter up to 8 KiB.

/// Bytes in a block: the unit that holds cells of one class.
pub const BLOCK_BYTES: usize = 32 * 1024;
/// The largest cell that shares a block with others.
pub const MAX_SMALL: usize = 8 * 1024;
/// The smallest cell: a header and a link.
pub const MIN_CELL: usize = 32;

const COARSE: [usize; 15] =
    [640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 5456, 6544, 8192];
const FINE: usize = 31;
/// The number of size classes.
pub const CLASSES: usize = FINE + COARSE.len();

const fn class_bytes(class: usize) -> usize {
    if class < FINE { MIN_CELL + 16 * class } else { COARSE[class - FINE] }
}

const fn build_bytes() -> [u16; CLASSES] {
    let mut table = [0; CLASSES];
    let mut class = 0;
    while class < CLASSES {
        table[class] = class_bytes(class) as u16;
        class += 1;
    }
    table
}

const fn build_lookup() -> [u8; MAX_SMALL / 16 + 1] {
    let mut table = [0; MAX_SMALL / 16 + 1];
    let mut class = 0;
    let mut at = 0;
    while at < table.len() {
        while class_bytes(class) < at * 16 {
            class += 1;
        }
        table[at] = class as u8;
        at += 1;
    }
    table
}

static BYTES: [u16; CLASSES] = build_bytes();
static LOOKUP: [u8; MAX_SMALL / 16 + 1] = build_lookup();
const CONST_LOOKUP: [u8; MAX_SMALL / 16 + 1] = build_lookup();

/// A size class. For a constant size, build it in a `const` so that allocation is a pop from a known list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SizeClass(u8);

impl SizeClass {
    /// The class for `size` bytes, header included, at compile time; fails to compile if `size` is larger than [`MAX_SMALL`].
    pub const fn of_const(size: usize) -> SizeClass {
        assert!(size <= MAX_SMALL, "no size class holds this many bytes");
        SizeClass(CONST_LOOKUP[size.div_ceil(16)])
    }

    /// The class for `size` bytes, header included; `None` for a large object.
    #[inline(always)]
    pub fn of(size: usize) -> Option<SizeClass> {
        if size <= MAX_SMALL { Some(SizeClass(LOOKUP[size.div_ceil(16)])) } else { None }
    }

    /// The class with this index.
    #[cfg(test)]
    pub(crate) const fn from_index(index: usize) -> SizeClass {
        assert!(index < CLASSES);
        SizeClass(index as u8)
    }

    /// Its index, below [`CLASSES`].
    #[inline(always)]
    pub const fn index(self) -> usize {
        // SAFETY: every constructor makes an index below `CLASSES`.
        unsafe { std::hint::assert_unchecked((self.0 as usize) < CLASSES) };
        self.0 as usize
    }

    /// Bytes of a cell of this class.
    #[inline(always)]
    pub fn bytes(self) -> usize {
        usize::from(BYTES[self.index()])
    }
}

/// The bytes a cell for `size` bytes really has: what a growable body may use.
pub fn good_size(size: usize) -> usize {
    match SizeClass::of(size) {
        Some(class) => class.bytes(),
        None => crate::large::rounded(size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for size in 0..=MAX_SMALL {
            let class = SizeClass::of(size).unwrap();
            assert_eq!(class, SizeClass::of_const(size));
            assert!(class.bytes() >= size && class.bytes().is_multiple_of(16));
            assert!(class.index() == 0 || SizeClass::from_index(class.index() - 1).bytes() < size);
        }
        assert_eq!(SizeClass::of(MAX_SMALL + 1), None);
    }

    #[test]
    fn classes_waste_at_most_a_quarter() {
        for class in FINE..CLASSES {
            assert!(class_bytes(class) * 3 <= class_bytes(class - 1) * 4);
        }
    }
}
