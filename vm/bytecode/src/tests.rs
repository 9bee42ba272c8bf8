//! Instructions and code units: what was encoded reads back as it was.

use std::sync::Arc;

use crate::serialize::{read, read_with_filename, write};
use crate::verify::verify;
use crate::*;

fn sample() -> CodeUnit {
    let inner = CodeUnit {
        name: "inner".into(),
        qualname: "outer.inner".into(),
        words: vec![Instruction::load_singleton(0, 0).0, Instruction::return_(0).with_flags(KILL_A).0].into(),
        nregs: 1,
        ..CodeUnit::default()
    };
    CodeUnit {
        name: "outer".into(),
        qualname: "outer".into(),
        filename: "file.py".into(),
        first_line: 3,
        arg_count: 1,
        varnames: vec!["x".into(), "y".into()].into(),
        names: vec!["print".into()].into(),
        consts: vec![
            Constant::None,
            Constant::Int(-5),
            Constant::BigInt { negative: true, magnitude: vec![1, 2, 3, 4, 5, 6, 7, 8, 9].into() },
            Constant::Float(-0.0),
            Constant::Complex(1.5, f64::INFINITY),
            Constant::Str(vec![0xED, 0xA0, 0x80].into()),
            Constant::Bytes(vec![0, 255].into()),
            Constant::Tuple(
                vec![Constant::True, Constant::FrozenSet(vec![Constant::Ellipsis].into())].into(),
            ),
            Constant::Slice(Arc::new([Constant::Int(1), Constant::None, Constant::False])),
            Constant::Code(inner.into()),
        ]
        .into(),
        nregs: 5,
        words: vec![
            Instruction::load_global(2, 0).0,
            0,
            Instruction::move_(3, 0).0,
            Instruction::call(2, 2, 1).0,
            0,
            Instruction::return_(2).with_flags(KILL_A).0,
            Instruction::reraise(2).0,
        ]
        .into(),
        exceptions: vec![ExceptionEntry { start: 3, end: 5, target: 6, depth: 2 }].into(),
        scoped_locals: vec![ScopedLocal { name: "z".into(), register: 2, is_cell: false, start: 2, end: 4 }]
            .into(),
        locations: LocationTable::from_runs([
            (2, Location { line: 3, end_line: 3, column: 0, end_column: 5 }),
            (3, Location { line: 5, end_line: 6, column: 4, end_column: 2 }),
            (1, Location::NONE),
            (1, Location { line: 2, end_line: 2, column: 1, end_column: 9 }),
        ]),
        ..CodeUnit::default()
    }
}

#[test]
fn fields_are_read_as_they_were_encoded() {
    let instruction = Instruction::jump_if_lt_int(7, -3, -200).with_flags(KILL_A);
    assert_eq!(instruction.op(), Opcode::JumpIfLtInt);
    assert_eq!((instruction.a(), instruction.b_i16(), instruction.c_i16()), (7, -3, -200));
    assert_eq!(instruction.flags(), KILL_A);
    assert_eq!(Instruction::load_int(1, i32::MIN).bc_i32(), i32::MIN);
    assert_eq!(
        Instruction::new(Opcode::Add, INPLACE, 1, 2, 3),
        Instruction::add(1, 2, 3).with_flags(INPLACE)
    );
}

#[test]
fn opcodes_are_numbered_in_the_order_of_the_table() {
    for (number, op) in Opcode::ALL.iter().enumerate() {
        assert_eq!(Opcode::from_u8(number as u8), Some(*op));
        assert!(op.size() == 1 || op.size() == 2);
    }
    assert_eq!(Opcode::from_u8(Opcode::ALL.len() as u8), None);
}

#[test]
fn a_code_unit_survives_serialization() {
    let code = sample();
    let bytes = write(&code);
    let read_back = read(&bytes).unwrap();
    assert_eq!(write(&read_back), bytes);
    assert_eq!(read_back.consts[..9], code.consts[..9]);
    assert_eq!(read_back.words, code.words);
    assert_eq!(read_back.exceptions, code.exceptions);
    assert_eq!(read_back.scoped_locals, code.scoped_locals);
    let renamed = read_with_filename(&bytes, Some("other.py")).unwrap();
    assert_eq!(&*renamed.filename, "other.py");
    let Constant::Code(inner) = &renamed.consts[9] else { panic!("code expected") };
    assert_eq!(inner.filename, renamed.filename);
}

#[test]
fn damaged_bytes_give_errors() {
    let bytes = write(&sample());
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err());
    }
    for at in 0..bytes.len() {
        for value in [0, 1, 0x7F, 0x80, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] = value;
            let _ = read(&damaged);
        }
    }
}

#[test]
fn locations_are_found_by_word() {
    let code = sample();
    assert_eq!(code.locations.lookup(1).line, 3);
    let location = code.locations.lookup(4);
    assert_eq!((location.line, location.end_line, location.column, location.end_column), (5, 6, 4, 2));
    assert_eq!(code.locations.lookup(5), Location::NONE);
    assert_eq!(code.locations.lookup(6).line, 2);
    assert_eq!(code.locations.lookup(99), Location::NONE);
}

#[test]
fn handlers_are_found_by_word() {
    let code = sample();
    assert_eq!(code.handler(2), None);
    assert_eq!(code.handler(3).map(|entry| entry.target), Some(6));
    assert_eq!(code.handler(5), None);
}

#[test]
fn the_verifier_accepts_good_and_rejects_bad_code() {
    verify(&sample()).unwrap();
    let with_words =
        |words: &[Instruction]| CodeUnit { words: words.iter().map(|word| word.0).collect(), ..sample() };
    let bad: [(&str, Vec<Instruction>); 6] = [
        ("reads", vec![Instruction::return_(2)]),
        ("no instruction", vec![Instruction::jump(5)]),
        ("out of range", vec![Instruction::load_const(2, 10), Instruction::return_(2)]),
        ("register", vec![Instruction::move_(2, 77), Instruction::return_(2)]),
        ("kill flag", vec![Instruction::return_(0).with_flags(KILL_A)]),
        ("does not end", vec![Instruction::nop()]),
    ];
    for (text, words) in bad {
        let code = CodeUnit { exceptions: Box::default(), ..with_words(&words) };
        let error = verify(&code).expect_err(text).to_string();
        assert!(error.contains(text), "{error} should mention {text}");
    }
}

#[test]
fn constants_are_equal_bit_by_bit() {
    assert_ne!(Constant::Float(0.0), Constant::Float(-0.0));
    assert_eq!(Constant::Float(f64::NAN), Constant::Float(f64::NAN));
    assert_ne!(Constant::Int(1), Constant::True);
    assert_ne!(Constant::str("a"), Constant::Bytes(b"a"[..].into()));
}
