//! The frozen library: every module reads back, and is found by its name.

use super::*;

#[test]
fn every_module_is_readable_and_well_formed() {
    let mut count = 0;
    for module in modules() {
        let code = pyre_bytecode::serialize::read(module.code).expect(module.name);
        pyre_bytecode::verify::verify(&code).expect(module.name);
        count += 1;
    }
    assert!(count > 500, "{count} modules");
}

#[test]
fn packages_and_modules_are_found_by_name() {
    assert!(find("encodings").is_some_and(|module| module.is_package));
    assert!(find("os").is_some_and(|module| !module.is_package && module.origin == "os.py"));
    assert!(find("no_such_module").is_none());
    assert!(find("idlelib").is_none());
}

#[test]
fn sources_and_data_are_what_the_library_has() {
    let source = source("os.py").expect("source of os");
    assert!(source.starts_with(b"r\"\"\"OS routines"));
    assert!(data("PSF-LICENSE").is_some());
    assert!(super::source("encodings/__init__.py").is_some());
    assert!(super::source("encodings.py").is_none());
}

#[test]
fn reading_checks_its_input() {
    let code = find("os").expect("os").code;
    for length in (0..code.len()).step_by(97) {
        assert!(pyre_bytecode::serialize::read(&code[..length]).is_err());
    }
    let mut damaged = code.to_vec();
    for at in (0..damaged.len()).step_by(61) {
        let original = std::mem::replace(&mut damaged[at], 0xFF);
        let _ = pyre_bytecode::serialize::read(&damaged);
        damaged[at] = original;
    }
}
