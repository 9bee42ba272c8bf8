//! `select.poll`.

use super::{milliseconds, timeout, wait};
use crate::names::KeptType;
use crate::posix::file_descriptor;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Body, NativeDef, Obj, PyResult, TypeFlags, TypeSpec, Vm, alloc, heap_body, int, list, module, tuple,
    type_new,
};
use pyre_threads::sync::Mutex;
use std::collections::BTreeMap;

heap_body! {
    /// The body of a poll object: descriptors with the events that are asked for.
    pub struct PollBody "poll" { slots {} data { files: Mutex<BTreeMap<i32, i16>> } }
}

static POLL: KeptType = KeptType::new();

static SPEC: TypeSpec = TypeSpec {
    name: "select.poll",
    layout: Some(PollBody::layout),
    flags: TypeFlags::NO_NEW,
    methods: &METHODS,
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 4] = [
    NativeDef::method("register", "($self, fd, eventmask=7, /)", |vm, a| {
        let fd = file_descriptor(vm, &a[1])?;
        let events = mask(vm, &a[2], libc::POLLIN | libc::POLLPRI | libc::POLLOUT)?;
        a[0].body::<PollBody>().files.lock().insert(fd, events);
        Ok(Obj::NONE)
    }),
    NativeDef::method("modify", "($self, fd, eventmask, /)", |vm, a| {
        let fd = file_descriptor(vm, &a[1])?;
        let events = mask(vm, &a[2], 0)?;
        let known = a[0].body::<PollBody>().files.lock().get_mut(&fd).map(|e| *e = events).is_some();
        if known { Ok(Obj::NONE) } else { Err(vm.os_error(libc::ENOENT, None)) }
    }),
    NativeDef::method("unregister", "($self, fd, /)", |vm, a| {
        let fd = file_descriptor(vm, &a[1])?;
        let known = a[0].body::<PollBody>().files.lock().remove(&fd).is_some();
        if known { Ok(Obj::NONE) } else { Err(vm.key_error(&int::new_int(fd.into()))) }
    }),
    NativeDef::method("poll", "($self, timeout=None, /)", |vm, a| {
        let limit = timeout(vm, &a[1], 1e6, true)?;
        let mut files: Vec<libc::pollfd> = {
            let known = a[0].body::<PollBody>().files.lock();
            known.iter().map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 }).collect()
        };
        wait(vm, limit, |left| {
            // SAFETY: the descriptions outlive the call.
            unsafe { libc::poll(files.as_mut_ptr(), files.len() as libc::nfds_t, milliseconds(left)) }
        })?;
        let ready = files.iter().filter(|f| f.revents != 0);
        let pair = |f: &libc::pollfd| {
            tuple::pair(int::new_int(f.fd.into()), Obj::from_len(usize::from(f.revents as u16)))
        };
        Ok(list::new_list(ready.map(pair).collect::<Vec<_>>()))
    }),
];

fn mask(vm: &Vm, o: &Obj, default: i16) -> PyResult<i16> {
    let Some(o) = o.given() else { return Ok(default) };
    let i = vm.index(o)?;
    match int::as_i64(&i) {
        Some(n) if (0..=0xffff).contains(&n) => Ok(n as u16 as i16),
        Some(n) if n < 0 => Err(vm.value_error("value must be positive")),
        _ => Err(vm.overflow_error("Python int too large to convert to C unsigned short")),
    }
}

/// `select.poll()`
pub fn new(_: &Vm, _: &[Obj]) -> PyResult {
    let body = PollBody { files: Mutex::new(BTreeMap::new()) };
    Ok(alloc::new_shaped(type_body(POLL.get()).root_shape(), body))
}

/// Adds the events; the type is not an attribute of the module.
pub fn add(vm: &Vm, m: &Obj) {
    POLL.keep(type_new::new_native_type(vm, &SPEC, &Obj::NONE));
    let events = [
        ("POLLIN", libc::POLLIN),
        ("POLLPRI", libc::POLLPRI),
        ("POLLOUT", libc::POLLOUT),
        ("POLLERR", libc::POLLERR),
        ("POLLHUP", libc::POLLHUP),
        ("POLLNVAL", libc::POLLNVAL),
        ("POLLRDNORM", libc::POLLRDNORM),
        ("POLLRDBAND", libc::POLLRDBAND),
        ("POLLWRNORM", libc::POLLWRNORM),
        ("POLLWRBAND", libc::POLLWRBAND),
        ("POLLMSG", 0x400),
        ("POLLRDHUP", libc::POLLRDHUP),
    ];
    for (name, n) in events {
        module::set(m, name, int::new_int(n.into()));
    }
    module::set(m, "PIPE_BUF", Obj::from_len(libc::PIPE_BUF));
}
