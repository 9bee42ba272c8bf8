//! Random operations on shared dicts, lists and strings.

use crate::random::Random;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program that runs longer has failed.
const LIMIT: Duration = Duration::from_secs(60);

const LIST: &[&str] = &[
    "l.append(V)",
    "l.insert(I, V)",
    "l.pop()",
    "l.pop(I)",
    "l.extend(l[:3])",
    "l.extend(x for x in (1, 2, V))",
    "l[I] = V",
    "l[I:J] = [V, V]",
    "l[I::2] = [V]",
    "del l[I]",
    "del l[I:J]",
    "del l[::3]",
    "l.reverse()",
    "l.sort(key=repr)",
    "l.remove(V)",
    "l.index(V)",
    "l.count(V)",
    "l.clear()",
    "l += [V]",
    "l *= 1",
    "l.copy()",
    "list(l)",
    "tuple(l)",
    "l == m",
    "l + m",
    "repr(l)",
    "[x for x in l]",
    "V in l",
    "m.extend(l)",
    "l[:] = m",
    "next(it)",
    "it = iter(l)",
    "len(l)",
    "bool(l)",
    "max(l, key=repr, default=0)",
    "sorted(l, key=repr)",
    "l.sort(key=lambda x: (l.append(1), repr(x))[1])",
    "m.clear()",
];
const DICT: &[&str] = &[
    "d[K] = V",
    "d[K]",
    "del d[K]",
    "d.get(K)",
    "d.pop(K, 0)",
    "d.popitem()",
    "d.setdefault(K, V)",
    "d.update(e)",
    "d.clear()",
    "list(d)",
    "list(d.items())",
    "dict(d)",
    "d.copy()",
    "d | e",
    "d == e",
    "repr(d)",
    "{k: v for k, v in d.items()}",
    "K in d",
    "len(d)",
    "next(dt)",
    "dt = iter(d)",
    "e.clear()",
    "e.update(d)",
    "d.keys() & e.keys()",
    "list(reversed(d))",
    "d.update({K: V, 'x': V})",
    "d[H(I)] = V",
    "d.pop(H(I), 0)",
    "H(I) in d",
    "sum(1 for _ in d.values())",
];
const STR: &[&str] = &[
    "s = s[I:J]",
    "s = s + S",
    "s = S * 3",
    "s.find(S)",
    "s.replace(S, 'é')",
    "s.split(S)",
    "s.encode('utf-16')",
    "hash(s)",
    "s = f'{s:>{I % 50}}'",
    "s = '%s|%r' % (s, S)",
    "s.upper()",
    "s.casefold()",
    "s.partition(S)",
    "S.join([s, s])",
    "s == S",
    "s = s[::-1][:200]",
    "s.translate({97: '\\U0001f600', 98: None})",
    "ord(s[I])",
    "s.rfind(S, I)",
    "s.splitlines()",
    "d[s] = V",
    "d.get(s)",
    "sys.intern(s)",
    "s.zfill(I % 60)",
    "s.title().swapcase()",
    "s.expandtabs()",
    "l.append(s)",
];

/// Values, keys, indices and strings that the operations name.
fn fill(template: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let text: Vec<char> = template.chars().collect();
    for (i, c) in text.iter().enumerate() {
        let alone = |n: Option<&char>| n.is_none_or(|n| !n.is_alphanumeric() && *n != '_' && *n != '\'');
        let single = alone(i.checked_sub(1).and_then(|i| text.get(i))) && alone(text.get(i + 1));
        match c {
            'I' | 'J' if single => out.push_str(&(random.below(40) as i64 - 12).to_string()),
            'V' if single => {
                out.push_str(
                    random.pick(&["1", "None", "'v'", "1.5", "l", "d", "(1, [2])", "object()", "2**70"]),
                );
            }
            'K' if single => {
                let n = random.below(50);
                out.push_str(
                    &["'a'", "'b'", "1", "2.0", "None", "(1, 2)"]
                        .get(n)
                        .map_or(format!("'k{n}'"), |k| (*k).into()),
                );
            }
            'S' if single => {
                out.push_str(random.pick(&["'a'", "'ab'", "''", "'é'", "'\\u20ac'", "'\\U0001f600'", "' '"]))
            }
            c => out.push(*c),
        }
    }
    out
}

/// Makes the program of this seed.
fn program(random: &mut Random) -> String {
    let threads = 2 + random.below(4);
    let mut text = String::from(
        "import sys, threading\n\
         class H:\n    def __init__(self, n): self.n = n\n    def __hash__(self): return self.n % 3\n\
         \x20   def __eq__(self, other): return isinstance(other, H) and self.n == other.n\n\
         l, m, d, e = [1, 2, 3], [4], {'a': 1}, {'b': 2}\n\
         ALLOWED = (IndexError, KeyError, ValueError, StopIteration, TypeError, RuntimeError, RecursionError, MemoryError)\n\
         def keep():\n    if len(l) > 3000: l.clear()\n    if len(m) > 3000: m.clear()\n    if len(d) > 3000: d.clear()\n",
    );
    for t in 0..threads {
        text.push_str(&format!("def run{t}():\n    global l\n    s, it, dt = 'start', iter(l), iter(d)\n    for _ in range(60):\n"));
        for _ in 0..12 + random.below(30) {
            let table = [LIST, DICT, STR][random.below(3)];
            let operation = fill(random.pick(table), random);
            text.push_str(&format!(
                "        try: {operation}\n        except ALLOWED: pass\n        s = s[:400]\n"
            ));
        }
        text.push_str("        keep()\n");
    }
    text.push_str("threads = [threading.Thread(target=f) for f in (");
    (0..threads).for_each(|t| text.push_str(&format!("run{t}, ")));
    text.push_str(
        ")]\nfor t in threads: t.start()\nfor t in threads: t.join()\n\
         for c in (l, m): assert len(c) == sum(1 for _ in c), 'list length'\n\
         for c in (d, e):\n    assert len(c) == sum(1 for _ in c) == len(c.items()), 'dict length'\n    for k in list(c): assert k in c, 'lost key'\n\
         print('whole')\n",
    );
    text
}

/// Runs the program of this seed.
///
/// # Errors
/// What went wrong, with the program.
pub fn case(pyre: &Path, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let zeal = ["gczeal=20", "gczeal=100", "threads=2", "threads=4"][random.below(4)];
    let text = program(&mut random);
    let file = std::env::temp_dir().join(format!("pyre-fuzz-{}.py", std::process::id()));
    std::fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    let child = Command::new(pyre)
        .args(["-X", zeal])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| format!("{}: {error}", pyre.display()))?;
    let (Some(mut stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("no pipes".to_owned());
    };
    let errors = std::thread::spawn(move || {
        let mut text = String::new();
        // What was read before a broken pipe is what there is to show.
        let _ = stderr.read_to_string(&mut text);
        text
    });
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break Some(status),
            None if started.elapsed() > LIMIT => {
                // It may have ended just now.
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let mut output = String::new();
    // As above.
    let _ = stdout.read_to_string(&mut output);
    let errors = errors.join().unwrap_or_default();
    match status {
        Some(status) if status.success() && output == "whole\n" => Ok(()),
        Some(status) => Err(format!("-X {zeal}: {status}\n{output}{errors}\n{text}")),
        None => Err(format!("-X {zeal}: did not end within {LIMIT:?}\n{output}{errors}\n{text}")),
    }
}
