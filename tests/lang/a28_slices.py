a = list(range(10))
s = "0123456789"
t = tuple(a)
b = bytes(range(48, 58))
r = range(10)
for sl in [slice(None), slice(2, 5), slice(-3, None), slice(None, -3), slice(None, None, 2), slice(None, None, -1),
           slice(8, 2, -2), slice(100), slice(-100, 100), slice(5, 5), slice(5, 2), slice(2, 5, -1), slice(-1, -5, -1),
           slice(None, None, 3), slice(1, None, 4), slice(None, 0, -1), slice(10 ** 30), slice(-10 ** 30, 10 ** 30, 10 ** 30),
           slice(True, False + 5), slice(9, None, -10 ** 25)]:
    print(sl, a[sl], s[sl], t[sl], b[sl], r[sl], sl.indices(10))

def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

x = list(range(6))
x[1:3] = []
print(x)
x[1:1] = [7, 8, 9]
print(x)
x[::2] = ["a", "b", "c", "d"]
print(x)
x[::-1] = range(7)
print(x)
x[5:2] = ["z"]
print(x)
x[:] = "abc"
print(x)
x[1:] = x
print(x)
x[-100:2] = (i for i in range(2))
print(x)
del x[::2]
print(x)
x = list(range(10))
del x[-3:]
del x[8:2:-2]
print(x)
del x[:]
print(x)
err(lambda: slice())
err(lambda: slice(1, 2, 3, 4))
err(lambda: a[::0])
err(lambda: a["a":])
err(lambda: a[1.5:])
err(lambda: slice(1, 2, 0).indices(5))
err(lambda: slice(1).indices(-1))
err(lambda: slice("a", None).indices(5))
print(slice(1, 2) == slice(1, 2, None), slice(1) == slice(2), slice(1, 2, 3), slice(1, 2) < slice(1, 3))
print(hash(slice(1, 2)) == hash(slice(1, 2)), {slice(1): "ok"}[slice(1)])
print(slice(1, 2, 3).start, slice(1, 2, 3).stop, slice(1, 2, 3).step)

class Idx:
    def __init__(self, n):
        self.n = n
    def __index__(self):
        return self.n

print(a[Idx(2)], a[Idx(1):Idx(4)], s[Idx(-1)], r[Idx(3)])

class Show:
    def __getitem__(self, k):
        return k

q = Show()
print(q[1], q[1:2], q[::], q[1:2, 3], q[...], q[1, 2], q[()], q[:, None], q[*[1, 2]], q[1:2, *[3]])
print(q["a":"b"])

class BadIdx:
    def __index__(self):
        return "x"

err(lambda: a[BadIdx()])
err(lambda: a[10 ** 30])
err(lambda: "abc"[10 ** 30])
err(lambda: range(10 ** 30)[10 ** 29])
err(lambda: a.__setitem__(slice(0, 4, 2), [1, 2, 3]))
err(lambda: a.__setitem__(slice(0, 1), 5))
y = [1, 2, 3]
y[1:2] += [9]
print(y)
y[0] += 5
print(y)
m = bytearray(b"abcdef")
m[1:3] = b"XYZ"
print(m)
m[::2] = b"...."
print(m)
del m[1:4]
print(m)
