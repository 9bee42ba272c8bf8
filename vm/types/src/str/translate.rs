//! `str.translate` and `str.maketrans`.

use crate::arguments::argument_type;
use pyre_object::str::{self, StrBuilder};
use pyre_object::{Builtin, Exc, Obj, PyResult, Vm, dict, int};

/// What a table says about a character.
#[derive(Clone)]
enum Mapping {
    Keep,
    Delete,
    To(u32),
    Text(Obj),
}

fn look_up(vm: &Vm, table: &Obj, c: u32) -> PyResult<Mapping> {
    let key = Obj::from_len(c as usize);
    let found = if table.is_exactly(Builtin::Dict) {
        match dict::get_item(vm, table, &key)? {
            Some(v) => v,
            None => return Ok(Mapping::Keep),
        }
    } else {
        match vm.catch(vm.getitem(table, &key), Exc::LookupError)? {
            Some(v) => v,
            None => return Ok(Mapping::Keep),
        }
    };
    if found.is_none() {
        return Ok(Mapping::Delete);
    }
    if let Some(i) = int::get(&found) {
        return match i {
            int::IntRef::Small(i) if (0..0x11_0000).contains(&i) => Ok(Mapping::To(i as u32)),
            _ => Err(vm.value_error("character mapping must be in range(0x110000)")),
        };
    }
    if str::is_str(&found) {
        return Ok(Mapping::Text(found));
    }
    Err(vm.type_error("character mapping must return integer, None or str"))
}

pub(super) fn translate(vm: &Vm, a: &[Obj]) -> PyResult {
    let s = str::expect(&a[0]);
    let mut out = StrBuilder::with_capacity(s.len());
    // Tables are asked once for each ASCII character: they are expected to be constant.
    let mut known: [Option<Mapping>; 128] = [const { None }; 128];
    for c in s.data().iter() {
        let mapping = match known.get(c as usize) {
            Some(Some(m)) => m.clone(),
            slot => {
                let ascii = slot.is_some();
                let m = look_up(vm, &a[1], c)?;
                if ascii {
                    known[c as usize] = Some(m.clone());
                }
                m
            }
        };
        match mapping {
            Mapping::Keep => out.push(c),
            Mapping::Delete => {}
            Mapping::To(c) => out.push(c),
            Mapping::Text(t) => out.push_obj(&t),
        }
    }
    Ok(out.finish())
}

pub(super) fn maketrans(vm: &Vm, a: &[Obj]) -> PyResult {
    let table = dict::new_dict();
    let Some(y) = a[1].given() else {
        if !a[0].is_exactly(Builtin::Dict) && !dict::is_dict(&a[0]) {
            return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
        }
        for (key, value) in dict::items_snapshot(&a[0]) {
            let key = match str::get(&key) {
                Some(s) if s.len() == 1 => Obj::from_len(s.char_at(0) as usize),
                Some(_) => return Err(vm.value_error("string keys in translatetable must be of length 1")),
                None if int::is_int(&key) => key,
                None => return Err(vm.type_error("keys in translate table mustbe strings or integers")),
            };
            dict::set_item(vm, &table, &key, value)?;
        }
        return Ok(table);
    };
    let wrong = |i: usize, o: &Obj| {
        vm.type_error(format!("maketrans() argument {i} must be str, not {}", argument_type(o)))
    };
    let y = str::get(y).ok_or_else(|| wrong(2, y))?;
    let z = match a[2].given() {
        Some(z) => Some(str::get(z).ok_or_else(|| wrong(3, z))?),
        None => None,
    };
    let Some(x) = str::get(&a[0]) else {
        return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.data().iter().zip(y.data().iter()) {
        dict::set_item(vm, &table, &Obj::from_len(from as usize), Obj::from_len(to as usize))?;
    }
    for c in z.iter().flat_map(|z| z.data().iter()) {
        dict::set_item(vm, &table, &Obj::from_len(c as usize), Obj::NONE)?;
    }
    Ok(table)
}
