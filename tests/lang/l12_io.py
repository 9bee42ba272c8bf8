def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import io
s = io.StringIO("line1\nline2\r\nline3"); print(s.read(3), s.readline(), s.readlines(), s.read(), s.tell(), s.seek(0), list(s)); s = io.StringIO(); print(s.write("abc"), s.writelines(["d", "e\n"]), s.getvalue(), s.truncate(2), s.getvalue(), s.seek(0, 2), s.closed, s.readable(), s.writable(), s.seekable(), s.isatty()); s.close(); err(lambda: s.read()); print(s.closed); err(lambda: io.StringIO(5)); err(lambda: io.StringIO().write(b"x")); err(lambda: io.StringIO().seek(-1)); err(lambda: io.StringIO().fileno()); print(io.StringIO("a\r\nb\rc", newline=None).read().encode(), io.StringIO("a\r\nb", newline="").readlines(), io.StringIO("a\nb", newline="\r\n").getvalue().encode(), io.StringIO(initial_value="x").getvalue(), io.StringIO("abc").read(-1), io.StringIO("abc").readline(2))
b = io.BytesIO(b"hello"); print(b.read(2), b.read1(1), b.tell(), b.seek(1), b.getvalue(), b.write(b"XY"), b.getvalue(), b.getbuffer()[0], b.readinto(bytearray(2)), b.seek(-1, 2), b.read(), b.seek(10), b.write(b"z"), b.getvalue(), io.BytesIO(b"a\nb").readlines(), io.BytesIO(b"abc").readline(2)); err(lambda: b.write("s")); err(lambda: io.BytesIO("s")); v = b.getbuffer(); err(lambda: b.write(b"x" * 100)); v.release(); err(lambda: b.seek(-1)); err(lambda: b.seek(0, 9)); b.truncate(3); print(b.getvalue())
t = io.TextIOWrapper(io.BytesIO("é\nü\r\n€".encode()), encoding="utf-8"); print(t.encoding, t.readline(), t.read(1), t.read(), t.newlines, t.errors, t.line_buffering); w = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n", write_through=True); print(w.write("a\nb"), w.flush(), w.buffer.getvalue(), w.detach().getvalue()); err(lambda: w.read()); e = io.TextIOWrapper(io.BytesIO(b"\xff\xfea"), encoding="ascii", errors="replace"); print(e.read()); err(lambda: io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8").read()); err(lambda: io.TextIOWrapper(io.BytesIO(), encoding="nope")); err(lambda: io.TextIOWrapper(io.BytesIO(), encoding="ascii").write("é")); t = io.TextIOWrapper(io.BytesIO(b"abc\ndef\n"), encoding="ascii"); t.readline(); p = t.tell(); print(p, t.read(2), t.seek(p), t.read()); print([l for l in io.TextIOWrapper(io.BytesIO(b"x\ny\n"), encoding="ascii")], io.TextIOWrapper(io.BytesIO(b"q"), encoding="utf-8").name if False else "")
br = io.BufferedReader(io.BytesIO(b"abcdefgh"), 4); print(br.peek(2)[:2], br.read(3), br.read1(10), br.tell(), br.seek(0), br.readinto(bytearray(3)), br.raw.tell() >= 0, br.read()); bw = io.BufferedWriter(io.BytesIO(), 4); print(bw.write(b"ab"), bw.raw.getvalue(), bw.write(b"cdef"), bw.flush(), bw.raw.getvalue()); rw = io.BufferedRandom(io.BytesIO(b"12345")); print(rw.read(2), rw.write(b"X"), rw.seek(0), rw.read()); err(lambda: br.write(b"x")); err(lambda: bw.read()); err(lambda: io.BufferedReader(io.BytesIO(), 0)); rp = io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()); print(rp.read(), rp.write(b"o"))
import os, tempfile
with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, "f.txt")
    with open(p, "w", encoding="utf-8") as f: print(f.write("héllo\nworld\n"), f.mode, f.encoding, f.name == p, f.fileno() > 2, f.closed)
    print(f.closed); err(lambda: f.write("x"))
    with open(p, encoding="utf-8") as f: print(f.read(), f.read(), f.seek(0), f.readline(), next(f), list(f))
    with open(p, "rb") as f: print(f.read(3), f.seek(-3, 2), f.read(), type(f).__name__, f.raw.__class__.__name__, f.mode)
    with open(p, "a") as f: f.write("more")
    with open(p, "r+") as f: f.seek(0); f.write("J"); f.seek(0); print(f.read())
    with open(p, "w+b", buffering=0) as f: print(f.write(b"raw"), f.seek(0), f.readall(), type(f).__name__, f.truncate(1), os.path.getsize(p))
    print(type(f).__name__); print(os.path.exists(p)); err(lambda: open(os.path.join(d, "nope")) if False else open("/nonexistent/file")); err(lambda: open(d + "x/y" if False else "/", "w")); err(lambda: open(p, "q")); err(lambda: open(p, "rw")); err(lambda: open(p, "r", buffering=0)); err(lambda: open(p, "rb", encoding="utf-8")); err(lambda: open(p).write("x")); err(lambda: open(p, "w").read()); err(lambda: open(5.5)); err(lambda: open("a\0b")); err(lambda: open(p, "rb", newline="")); err(lambda: open(-1)); err(lambda: open(p, "rt", newline="q"))
    fd = os.open(p, os.O_RDWR | os.O_CREAT | os.O_TRUNC); os.write(fd, b"via fd\nx"); os.lseek(fd, 0, 0); f = os.fdopen(fd, "r"); print(f.read()); f.close(); print(sum(len(x) for x in open(p))) if False else None
    with open(p, "w", newline="") as f: f.write("a\r\nb\nc\r")
    with open(p) as f: print(f.read().encode(), f.newlines)
    with open(p, newline="") as f: print(f.readlines())
print(io.DEFAULT_BUFFER_SIZE, io.SEEK_SET, io.SEEK_END, issubclass(io.UnsupportedOperation, OSError), issubclass(io.UnsupportedOperation, ValueError), isinstance(io.StringIO(), io.TextIOBase), isinstance(io.BytesIO(), io.IOBase), io.text_encoding("utf-8"), io.open is open)
class R(io.RawIOBase):
    def __init__(self, d): self.d = d
    def readable(self): return True
    def readinto(self, b): n = min(len(b), len(self.d)); b[:n] = self.d[:n]; self.d = self.d[n:]; return n
print(R(b"rawdata").read(3), R(b"xyz").readall(), io.BufferedReader(R(b"l1\nl2")).readlines(), io.TextIOWrapper(io.BufferedReader(R("ü".encode())), "utf-8").read()); print(io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\r"), file=io.StringIO()); import contextlib
x = io.StringIO(); print("to", "file", sep="-", end="|", file=x); print(x.getvalue())
