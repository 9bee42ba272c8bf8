def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

b = bytearray(b"hello")
print(b, b.append(33), b.extend([1, 2]), b, b.pop(), b.pop(0), b.insert(1, 65), b.remove(65), b.reverse())
print(b, b.copy() == b, b.find(b"l"), b.count(b"l"), b.replace(b"l", b"L"), b.split(b"l"), b.upper())
print(b.hex(), bytes(b), b[1], b[1:3], b[::-1], 111 in b, b"ol" in b, b * 2, b + b"x", b == bytes(b))
print(b < b"z", len(b), list(b)[:2], b.decode("latin-1"), b.startswith(b"\x01"), b.strip(b"\x01"))
print(b.translate(None, b"l"), b.isalpha(), b.center(12, b"-"), b.partition(b"l"), b.join([b"a", b"b"]))
b[0] = 72
b[1:3] = b"XYZ"
b[::2] = bytes(len(b[::2]))
print(b)
del b[0]
del b[-2:]
print(b)
b += b"more"
b *= 2
print(b, b.clear(), b, bytearray(4), bytearray(b"x") * 3, bytearray("é", "latin-1"), bytearray([1, 2]))
print(bytearray.fromhex("0a0b"), bytearray(b"ab").ljust(4, b"."))
b.resize(3) if hasattr(b, "resize") else None
print(b)
for bad in (lambda: b.append(256), lambda: b.append("a"), lambda: bytearray([300]), lambda: bytearray("x"),
    lambda: bytearray(-1), lambda: b.__setitem__(0, 300), lambda: b.__setitem__(0, b"a"),
    lambda: b.__setitem__(99, 1), lambda: b.__setitem__(slice(0, 1), 5),
    lambda: b.__setitem__(slice(0, 1), "s"), lambda: b.pop(99), lambda: bytearray().pop(),
    lambda: b.remove(77), lambda: hash(b), lambda: b + "s", lambda: b.extend("s"), lambda: b.extend([1, 999]),
    lambda: b["a"], lambda: b.insert(0, 256), lambda: bytearray(b"a").index(b"z"), lambda: b.__delitem__(99),
    lambda: bytearray(1, 2)):
    err(bad)
m = memoryview(b"abcdef")
print(len(m), m[0], m[-1], m[1:3].tobytes(), m[::2].tobytes(), m[::-1].tobytes(), m.tolist(), m.format)
print(m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.readonly, m.contiguous, m.obj, m == b"abcdef")
print(hash(m) == hash(b"abcdef"), 97 in m, m.hex(), bytes(m[2:]), m.suboffsets, m.count(97), m.index(98))
a = bytearray(b"12345678")
w = memoryview(a)
w[0] = 65
w[1:3] = b"BC"
print(a, w.readonly)
err(lambda: a.append(1))
err(lambda: a.clear())
x = w[2:4]
x[0] = 90
print(a)
w.release()
err(lambda: w[0])
err(lambda: len(w))
err(lambda: a.append(1))
x.release()
a.append(33)
print(a)
w = memoryview(bytearray(8))
i = w.cast("I")
print(i.shape, i.itemsize, i.format, len(i))
i[0] = 0x01020304
print(w.tobytes(), i.tolist(), i[1:].nbytes)
h = w.cast("B", [2, 4])
print(h.shape, h.ndim, h.tolist(), h[0, 3], h.strides)
err(lambda: h[0])
err(lambda: h[0, 9])
err(lambda: w.cast("Q").__setitem__(0, -1))
print(memoryview(b"\x01\x00\x02\x00").cast("h").tolist(), memoryview(b"\0\0\x80\x3f").cast("f")[0])
print(memoryview(b"a").cast("c")[0], memoryview(b"\xff").cast("b")[0], memoryview(b"\1").cast("?")[0])
for bad in (lambda: memoryview(5), lambda: memoryview("s"), lambda: m.__setitem__(0, 1), lambda: m[99],
    lambda: m["a"], lambda: w.__setitem__(0, 300), lambda: w.__setitem__(0, b"a"),
    lambda: w.__setitem__(slice(0, 2), b"abc"), lambda: m.cast("Z"), lambda: m.cast("I"),
    lambda: memoryview(b"abc").cast("h"), lambda: w.__delitem__(0), lambda: hash(w),
    lambda: m.cast("I").cast("h"), lambda: m < m, lambda: m + b"x", lambda: m[1.5], lambda: m.tobytes("Z"),
    lambda: memoryview(), lambda: m.foo):
    err(bad)
with memoryview(b"ctx") as c: print(c.tolist())
err(lambda: c.tolist())
print(bytes(memoryview(b"x")), bytearray(memoryview(b"yz")), b"".join([memoryview(b"a"), b"b"]))
print(int.from_bytes(memoryview(b"\1\2")), b"abc".find(memoryview(b"c")), b"a" + memoryview(b"b"))
print(memoryview(b"ab") == bytearray(b"ab"), memoryview(b"a") != b"b", b"%b" % memoryview(b"fmt"))
print(str(memoryview(b"s"), "ascii"), memoryview(memoryview(b"q"))[0], sorted(memoryview(b"cab")))
print(max(memoryview(b"az")), [*reversed(memoryview(b"ab"))])
import array
ar = array.array("i", [1, 2, 3])
mm = memoryview(ar)
print(mm.format, mm.tolist(), mm.itemsize)
mm[0] = 9
print(ar)
err(lambda: ar.append(1))
mm.release()
ar.append(4)
print(ar, ar.typecode, ar[1:], ar.tobytes()[:4], ar.index(3), ar.pop(), ar.tolist())
print(array.array("d", [1.5]), array.array("B", b"ab"), ar == array.array("i", [9, 2, 3]))
err(lambda: array.array("z"))
err(lambda: array.array("b", [200]))
err(lambda: ar.append("a"))
