//! Runs one process to its end and says how long it took and how much memory it held.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Peer;

/// What one run gave.
pub struct Run {
    /// Seconds from start to end, or those that the program reported itself on a line `@@SECONDS`.
    pub seconds: f64,
    /// The largest resident set, in bytes.
    pub memory: u64,
    /// Standard output without the lines that begin with `@@`.
    pub output: String,
}

/// Runs a Python with arguments; the error says in a few words what went wrong.
pub fn run(peer: &Peer, arguments: &[String], limit: Duration) -> Result<Run, String> {
    let mut stdout = temporary()?;
    let mut stderr = temporary()?;
    let started = Instant::now();
    let child = Command::new(&peer.program)
        .args(arguments)
        .env("LC_ALL", "C")
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(peer.environment.iter().cloned())
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().map_err(|error| error.to_string())?)
        .stderr(stderr.try_clone().map_err(|error| error.to_string())?)
        .spawn()
        .map_err(|error| format!("cannot start: {error}"))?;
    let (status, memory) = wait(child.id(), started + limit)?;
    let wall = started.elapsed().as_secs_f64();
    if status != 0 {
        let text = contents(&mut stderr)?;
        let last = text.lines().last().unwrap_or("no message").chars().take(60).collect::<String>();
        return Err(format!("status {status}: {last}"));
    }
    let text = contents(&mut stdout)?;
    let reported = text.lines().rev().find_map(|line| line.strip_prefix("@@")?.parse().ok());
    let output = text.lines().filter(|line| !line.starts_with("@@")).collect::<Vec<_>>().join("\n");
    Ok(Run { seconds: reported.unwrap_or(wall), memory, output })
}

/// A file without a name: output goes there so that no pipe can fill up while we wait.
fn temporary() -> Result<File, String> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("pyre-bench-{}-{number}", std::process::id()));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    std::fs::remove_file(&path).map_err(|error| error.to_string())?;
    Ok(file)
}

fn contents(file: &mut File) -> Result<String, String> {
    let mut bytes = Vec::new();
    file.rewind().map_err(|error| error.to_string())?;
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Waits for a child and returns its exit status (128 + n for signal n) and its peak memory in bytes.
fn wait(process: u32, deadline: Instant) -> Result<(i32, u64), String> {
    let process = i32::try_from(process).map_err(|_| "the process number is out of range".to_owned())?;
    let mut pause = Duration::from_micros(200);
    loop {
        let mut status = 0;
        // SAFETY: all-zero bytes are a valid `rusage`, a plain C structure of integers.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: both pointers are to live locals of the types that wait4 fills in.
        let done = unsafe { libc::wait4(process, &raw mut status, libc::WNOHANG, &raw mut usage) };
        if done < 0 {
            return Err(format!("cannot wait: {}", std::io::Error::last_os_error()));
        }
        if done == process {
            let code = if libc::WIFEXITED(status) {
                libc::WEXITSTATUS(status)
            } else {
                128 + libc::WTERMSIG(status)
            };
            return Ok((code, u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024));
        }
        if Instant::now() >= deadline {
            // SAFETY: the child has not been waited for, so its process number is still its own.
            unsafe { libc::kill(process, libc::SIGKILL) };
            // SAFETY: a null `rusage` is allowed; the status pointer is to a live local.
            unsafe { libc::wait4(process, &raw mut status, 0, std::ptr::null_mut()) };
            return Err("timeout".to_owned());
        }
        std::thread::sleep(pause);
        // Short runs are timed finely; long ones are not disturbed.
        pause = (pause * 5 / 4).min(Duration::from_millis(5));
    }
}
