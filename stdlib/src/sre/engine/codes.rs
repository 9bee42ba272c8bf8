//! The numbers in `_sre` code: those of `re._constants`.

pub const FAILURE: u32 = 0;
pub const SUCCESS: u32 = 1;
pub const ANY: u32 = 2;
pub const ANY_ALL: u32 = 3;
pub const ASSERT: u32 = 4;
pub const ASSERT_NOT: u32 = 5;
pub const AT: u32 = 6;
pub const BRANCH: u32 = 7;
pub const CATEGORY: u32 = 8;
pub const CHARSET: u32 = 9;
pub const BIGCHARSET: u32 = 10;
pub const GROUPREF: u32 = 11;
pub const GROUPREF_EXISTS: u32 = 12;
pub const IN: u32 = 13;
pub const INFO: u32 = 14;
pub const JUMP: u32 = 15;
pub const LITERAL: u32 = 16;
pub const MARK: u32 = 17;
pub const MAX_UNTIL: u32 = 18;
pub const MIN_UNTIL: u32 = 19;
pub const NOT_LITERAL: u32 = 20;
pub const NEGATE: u32 = 21;
pub const RANGE: u32 = 22;
pub const REPEAT: u32 = 23;
pub const REPEAT_ONE: u32 = 24;
pub const MIN_REPEAT_ONE: u32 = 26;
pub const ATOMIC_GROUP: u32 = 27;
pub const POSSESSIVE_REPEAT: u32 = 28;
pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
pub const GROUPREF_IGNORE: u32 = 30;
pub const IN_IGNORE: u32 = 31;
pub const LITERAL_IGNORE: u32 = 32;
pub const NOT_LITERAL_IGNORE: u32 = 33;
pub const GROUPREF_LOC_IGNORE: u32 = 34;
pub const IN_LOC_IGNORE: u32 = 35;
pub const LITERAL_LOC_IGNORE: u32 = 36;
pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
pub const GROUPREF_UNI_IGNORE: u32 = 38;
pub const IN_UNI_IGNORE: u32 = 39;
pub const LITERAL_UNI_IGNORE: u32 = 40;
pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
pub const RANGE_UNI_IGNORE: u32 = 42;

/// No upper bound.
pub const MAXREPEAT: u32 = u32::MAX;

/// A place that an `AT` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start of the text.
    Beginning,
    /// The start of a line.
    BeginningLine,
    /// Between a word character and another, with ASCII's notion of words.
    Boundary,
    /// Not there.
    NonBoundary,
    /// The end, or before a newline at the end.
    End,
    /// The end of a line.
    EndLine,
    /// The very end.
    EndString,
    /// As `Boundary`, with Unicode's notion.
    UniBoundary,
    /// Not there.
    UniNonBoundary,
}

impl Place {
    /// The place with this number.
    pub fn from_code(code: u32) -> Option<Place> {
        Some(match code {
            0 | 2 => Place::Beginning,
            1 => Place::BeginningLine,
            // The locale is C, whose words are ASCII's.
            3 | 8 => Place::Boundary,
            4 | 9 => Place::NonBoundary,
            5 => Place::End,
            6 => Place::EndLine,
            7 => Place::EndString,
            10 => Place::UniBoundary,
            11 => Place::UniNonBoundary,
            _ => return None,
        })
    }
}
