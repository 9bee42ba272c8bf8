//! `select.epoll`.

use super::{milliseconds, timeout, wait};
use crate::names::KeptType;
use crate::os_calls::{self, at_once};
use crate::posix::{file_descriptor, path};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body, int,
    list, module, tuple, type_new,
};
use pyre_threads::sync::atomic::{AtomicI32, Ordering};
use pyre_types::arguments::bind_optional;

heap_body! {
    /// The body of an epoll object.
    pub struct EpollBody "epoll" { slots {} data { fd: AtomicI32 } }
}

impl Drop for EpollBody {
    fn drop(&mut self) {
        let fd = self.fd.load(Ordering::Relaxed);
        if fd >= 0 {
            // SAFETY: the descriptor is the object's own.
            unsafe { libc::close(fd) };
        }
    }
}

static EPOLL: KeptType = KeptType::new();

static SPEC: TypeSpec = TypeSpec {
    name: "select.epoll",
    layout: Some(EpollBody::layout),
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &METHODS,
    getset: &[GetSetDef::readonly("closed", |_, o| {
        Ok(Obj::bool(o.body::<EpollBody>().fd.load(Ordering::Relaxed) < 0))
    })],
    flags: TypeFlags::BASE,
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 9] = [
    NativeDef::method("register", "($self, fd, eventmask=7)", |vm, a| {
        let default = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
        control(vm, a, libc::EPOLL_CTL_ADD, default)
    }),
    NativeDef::method("modify", "($self, fd, eventmask)", |vm, a| control(vm, a, libc::EPOLL_CTL_MOD, 0)),
    NativeDef::method("unregister", "($self, fd)", |vm, a| {
        control(vm, &[a[0].clone(), a[1].clone(), Obj::UNBOUND], libc::EPOLL_CTL_DEL, 0)
    }),
    NativeDef::method("poll", "($self, timeout=None, maxevents=-1)", poll),
    NativeDef::method("close", "($self, /)", |vm, a| close(vm, &a[0])),
    NativeDef::method("fileno", "($self, /)", |vm, a| open(vm, &a[0]).map(|fd| int::new_int(fd.into()))),
    NativeDef::class_method("fromfd", "($cls, fd, /)", |vm, a| {
        let fd = path::descriptor(vm, &a[1])?;
        Ok(make(&a[0], fd))
    }),
    NativeDef::method("__enter__", "($self, /)", |vm, a| open(vm, &a[0]).map(|_| a[0].clone())),
    NativeDef::method("__exit__", "($self, /, *args)", |vm, a| close(vm, &a[0])),
];

fn make(class: &Obj, fd: i32) -> Obj {
    alloc::new_shaped(type_body(class).root_shape(), EpollBody { fd: AtomicI32::new(fd) })
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [size, flags] = bind_optional(vm, "epoll", ["sizehint", "flags"], args)?;
    let size = size.map_or(Ok(-1), |s| vm.to_i32(s))?;
    if size != -1 && size <= 0 {
        return Err(vm.value_error("negative sizehint"));
    }
    let flags = flags.map_or(Ok(0), |f| vm.to_i32(f))?;
    if flags != 0 && flags != libc::EPOLL_CLOEXEC {
        return Err(vm.os_error(libc::EINVAL, None));
    }
    // SAFETY: makes a descriptor.
    let fd = at_once(vm, unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
    Ok(make(class, fd))
}

fn open(vm: &Vm, o: &Obj) -> PyResult<i32> {
    match o.body::<EpollBody>().fd.load(Ordering::Relaxed) {
        fd if fd < 0 => Err(vm.value_error("I/O operation on closed epoll object")),
        fd => Ok(fd),
    }
}

fn close(vm: &Vm, o: &Obj) -> PyResult {
    let fd = o.body::<EpollBody>().fd.swap(-1, Ordering::Relaxed);
    if fd >= 0 {
        // SAFETY: the descriptor is the object's own.
        let r = pyre_threads::without_attachment(|| match unsafe { libc::close(fd) } {
            0 => 0,
            _ => os_calls::last_errno(),
        });
        if r != 0 {
            return Err(vm.os_error(r, None));
        }
    }
    Ok(Obj::NONE)
}

fn control(vm: &Vm, a: &[Obj], operation: i32, default: u32) -> PyResult {
    let epoll = open(vm, &a[0])?;
    let fd = file_descriptor(vm, &a[1])?;
    let events = match a[2].given() {
        None => default,
        Some(e) => u32::try_from(vm.to_u64(e)?)
            .map_err(|_| vm.overflow_error("Python int too large to convert to C unsigned int"))?,
    };
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the description outlives the call.
    at_once(vm, unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) }).map(|_| Obj::NONE)
}

fn poll(vm: &Vm, a: &[Obj]) -> PyResult {
    let epoll = open(vm, &a[0])?;
    let limit = timeout(vm, &a[1], 1e9, true)?;
    let most = match a[2].given().map_or(Ok(-1), |n| vm.to_i32(n))? {
        -1 => libc::FD_SETSIZE - 1,
        n if n < 1 => {
            return Err(vm.value_error(format!("maxevents must be greater than 0, got {n}")));
        }
        n => n as usize,
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most];
    let n = wait(vm, limit, |left| {
        // SAFETY: there is room for as many events as said.
        unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), most as i32, milliseconds(left)) }
    })?;
    let pair = |e: &libc::epoll_event| {
        let (fd, events) = (e.u64, e.events);
        tuple::pair(int::new_int(i64::from(fd as i32)), Obj::from_len(events as usize))
    };
    Ok(list::new_list(events[..n as usize].iter().map(pair).collect::<Vec<_>>()))
}

/// Adds the type and the events.
pub fn add(vm: &Vm, m: &Obj) {
    EPOLL.keep(type_new::new_native_type(vm, &SPEC, m));
    let numbers = [
        ("EPOLLIN", libc::EPOLLIN),
        ("EPOLLOUT", libc::EPOLLOUT),
        ("EPOLLPRI", libc::EPOLLPRI),
        ("EPOLLERR", libc::EPOLLERR),
        ("EPOLLHUP", libc::EPOLLHUP),
        ("EPOLLRDHUP", libc::EPOLLRDHUP),
        ("EPOLLET", libc::EPOLLET),
        ("EPOLLONESHOT", libc::EPOLLONESHOT),
        ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE),
        ("EPOLLWAKEUP", libc::EPOLLWAKEUP),
        ("EPOLLRDNORM", libc::EPOLLRDNORM),
        ("EPOLLRDBAND", libc::EPOLLRDBAND),
        ("EPOLLWRNORM", libc::EPOLLWRNORM),
        ("EPOLLWRBAND", libc::EPOLLWRBAND),
        ("EPOLLMSG", libc::EPOLLMSG),
        ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC),
    ];
    for (name, n) in numbers {
        module::set(m, name, int::new_int(i64::from(n as u32)));
    }
}
