//! The synchronisation façade: the only door to atomics, cells, mutexes and threads for the workspace.
//!
//! A normal build re-exports the standard library, so that nothing here costs anything. Under `--cfg loom` the same
//! names are loom's, so that the very code that ships is what the models explore.
//!
//! Differences that code written against this file must respect:
//! - loom's constructors are not `const`; wrap constructors that must be `const` in a normal build in
//!   [`const_unless_loom!`](crate::const_unless_loom).
//! - [`UnsafeCell`] is entered through closures ([`UnsafeCell::with`], [`UnsafeCell::with_mut`]), because loom tracks how
//!   long an access lasts. `get` exists in a normal build only, and so does `as_ptr` of the atomics.
//! - loom treats `SeqCst` accesses as `AcqRel`. Where sequential consistency matters, use [`fence`].
//! - loom has no clock: a timed wait never times out there.

/// Defines functions as `const fn` in a normal build and as plain `fn` under loom.
#[macro_export]
macro_rules! const_unless_loom {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident : $ty:ty),* $(,)?) -> $ret:ty $body:block)*) => {
        $(
            #[cfg(not(loom))]
            $(#[$meta])*
            $vis const fn $name($($arg: $ty),*) -> $ret $body
            #[cfg(loom)]
            $(#[$meta])*
            $vis fn $name($($arg: $ty),*) -> $ret $body
        )*
    };
}

pub use imp::*;

/// A switch of the whole process that is part of no protocol. std's atomic in models too, as loom's cannot stand in statics.
#[derive(Debug)]
pub struct Switch(std::sync::atomic::AtomicBool);

impl Switch {
    /// A switch in this position.
    pub const fn new(on: bool) -> Switch {
        Switch(std::sync::atomic::AtomicBool::new(on))
    }

    /// Its position; orders nothing.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Sets its position.
    pub fn set(&self, on: bool) {
        self.0.store(on, std::sync::atomic::Ordering::SeqCst);
    }
}

/// The atomics, under the path that the standard library has them at.
pub mod atomic {
    pub use super::imp::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
}

#[cfg(not(loom))]
mod imp {
    use std::sync::PoisonError;
    use std::time::Duration;

    pub use std::hint::spin_loop;
    pub use std::sync::Arc;
    pub use std::sync::atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub use std::thread;

    /// The guard of a [`Mutex`].
    pub type MutexGuard<'a, T> = std::sync::MutexGuard<'a, T>;

    /// `std::sync::Mutex` without poisoning: a panic under the lock leaves the data as it was at that moment.
    #[derive(Debug, Default)]
    pub struct Mutex<T>(std::sync::Mutex<T>);

    impl<T> Mutex<T> {
        /// A mutex holding `value`.
        pub const fn new(value: T) -> Self {
            Mutex(std::sync::Mutex::new(value))
        }
        /// Blocks until the lock is held. Does not detach the thread: hold such locks for a moment only.
        #[inline]
        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
        /// The value, when nobody else can hold the lock.
        pub fn get_mut(&mut self) -> &mut T {
            self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// `std::sync::Condvar` for [`Mutex`].
    #[derive(Debug, Default)]
    pub struct Condvar(std::sync::Condvar);

    impl Condvar {
        /// A condition variable without waiters.
        pub const fn new() -> Self {
            Condvar(std::sync::Condvar::new())
        }
        /// Releases the lock, waits for a notification (or wakes spuriously), takes the lock again.
        pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
            self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
        }
        /// Like [`Condvar::wait`]; the flag says whether the time ran out.
        pub fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            timeout: Duration,
        ) -> (MutexGuard<'a, T>, bool) {
            let (guard, result) = self.0.wait_timeout(guard, timeout).unwrap_or_else(PoisonError::into_inner);
            (guard, result.timed_out())
        }
        /// Wakes one waiter.
        pub fn notify_one(&self) {
            self.0.notify_one();
        }
        /// Wakes every waiter.
        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    /// `std::cell::UnsafeCell` with loom's closure interface.
    #[derive(Debug, Default)]
    #[repr(transparent)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// A cell holding `value`.
        #[inline(always)]
        pub const fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }
        /// Lends the contents for reading. Dereferencing the pointer is the caller's responsibility.
        #[inline(always)]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }
        /// Lends the contents for writing. Dereferencing the pointer is the caller's responsibility.
        #[inline(always)]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
        /// The address of the contents. Absent under loom.
        #[inline(always)]
        pub const fn get(&self) -> *mut T {
            self.0.get()
        }
        /// The contents.
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
    }
}

#[cfg(loom)]
mod imp {
    use std::sync::PoisonError;
    use std::time::Duration;

    pub use loom::hint::spin_loop;
    pub use loom::sync::Arc;
    pub use loom::sync::atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub use loom::thread;

    /// The guard of a [`Mutex`].
    pub type MutexGuard<'a, T> = loom::sync::MutexGuard<'a, T>;

    /// loom's mutex without poisoning.
    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        /// A mutex holding `value`.
        pub fn new(value: T) -> Self {
            Mutex(loom::sync::Mutex::new(value))
        }
        /// Blocks until the lock is held.
        #[track_caller]
        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
        /// The value, when nobody else can hold the lock.
        pub fn get_mut(&mut self) -> &mut T {
            self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl<T: Default> Default for Mutex<T> {
        fn default() -> Self {
            Mutex::new(T::default())
        }
    }

    /// loom's condition variable for [`Mutex`].
    #[derive(Debug, Default)]
    pub struct Condvar(loom::sync::Condvar);

    impl Condvar {
        /// A condition variable without waiters.
        pub fn new() -> Self {
            Condvar(loom::sync::Condvar::new())
        }
        /// Releases the lock, waits for a notification, takes the lock again.
        #[track_caller]
        pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
            self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
        }
        /// Never times out: loom has no clock.
        #[track_caller]
        pub fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            _timeout: Duration,
        ) -> (MutexGuard<'a, T>, bool) {
            (self.wait(guard), false)
        }
        /// Wakes one waiter.
        #[track_caller]
        pub fn notify_one(&self) {
            self.0.notify_one();
        }
        /// Wakes every waiter.
        #[track_caller]
        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    /// loom's cell behind the closure interface.
    #[derive(Debug)]
    pub struct UnsafeCell<T>(loom::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// A cell holding `value`.
        pub fn new(value: T) -> Self {
            UnsafeCell(loom::cell::UnsafeCell::new(value))
        }
        /// Lends the contents for reading.
        #[track_caller]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            self.0.with(f)
        }
        /// Lends the contents for writing.
        #[track_caller]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            self.0.with_mut(f)
        }
        /// The contents.
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
    }

    impl<T: Default> Default for UnsafeCell<T> {
        fn default() -> Self {
            UnsafeCell::new(T::default())
        }
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    #[test]
    fn the_cell_is_as_large_as_its_contents() {
        assert_eq!(size_of::<UnsafeCell<u64>>(), 8);
        assert_eq!(size_of::<UnsafeCell<Option<Box<u8>>>>(), size_of::<Option<Box<u8>>>());
    }

    #[test]
    fn a_panic_under_the_lock_does_not_poison_it() {
        let mutex = Arc::new(Mutex::new(1));
        let other = mutex.clone();
        let _ = thread::spawn(move || {
            let _guard = other.lock();
            std::panic::resume_unwind(Box::new(()));
        })
        .join();
        assert_eq!(*mutex.lock(), 1);
    }
}
