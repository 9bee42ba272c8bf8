"""One hot loop for each kind of operation that traces cover: every function called `hot_...` must get a trace."""

LIMIT = 5000
counter = 0
FACTOR = 3


def hot_int_arithmetic(n):
    a, b = 7, -3
    i = 0
    while i < n:
        a = (a * 3 + b - i) % 10007
        b = ((b ^ i) | (a & 63)) // 2 - (i << 1) + (a >> 1)
        i += 1
    return a, b


def hot_overflow(n):
    values = [1 << (7 * k) for k in range(8)]
    last = 0
    for i in range(n):
        last = values[i % 8] * values[i % 7]
    return last


def hot_float_arithmetic(n):
    x, y = 0.5, 2.0
    for i in range(n):
        x = x * 1.0001 + y / 3.0 - i * 0.001
        y = -y * 0.999
        if x > 1e6:
            x = 1.0
    return x, y


def hot_float_range(n):
    # Leaves the range of immediate floats and comes back.
    x = 1.0
    for _ in range(n):
        x = x * 1e30
        if x > 1e280:
            x = 1.5
    return x


def hot_comparison(n):
    counts = 0
    for i in range(n):
        less = i < 300
        same = i == 77
        counts += 1 if less else 2
        if same or not less:
            counts += 1
        if i >= 100.5:
            counts -= 1
    return counts


def hot_branches(n):
    a = b = c = 0
    for i in range(n):
        if i % 3 == 0:
            a += i
        elif i % 3 == 1:
            b += i
        else:
            c += 1
    return a, b, c


def hot_none(n):
    last = None
    seen = 0
    for i in range(n):
        if last is None:
            last = i
        elif last is not None and i - last > 5:
            last = None
            seen += 1
    return seen


def hot_globals(n):
    global counter
    for i in range(n):
        counter += FACTOR
        if counter > LIMIT:
            counter -= LIMIT
    return counter


def helper(x, y):
    return x * 2 + y


def nested(x, y):
    z = helper(x, y)
    return helper(z, x) % 1009


def hot_calls(n):
    total = 0
    for i in range(n):
        total = nested(total, i)
    return total


def passes(thing):
    return thing


def hot_objects_through_calls(n):
    thing = ["a"]
    other = ("b",)
    for i in range(n):
        if i & 1:
            kept = passes(thing)
        else:
            kept = passes(other)
    return kept


class Point:
    scale = 2

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return self.x * self.x + self.y * self.scale

    def move(self, by):
        self.x = (self.x + by) % 101
        return self


def hot_attributes(n):
    p = Point(1, 2)
    for i in range(n):
        p.x = p.x + i
        p.y = p.x - p.y
        if p.x > 1000:
            p.x = 0
        p.label = "even" if i % 2 == 0 else p
    p.label = None
    return p.x, p.y


def hot_methods(n):
    p = Point(3, 4)
    total = 0
    for i in range(n):
        total += p.move(i).norm()
    return total


def hot_objects_in_slots(n):
    a, b = Point([1], [2]), Point(None, None)
    for _ in range(n):
        b.x = a.x
        a.x = a.y
        a.y = b.x
    return a.x, a.y, b.x


def hot_list_items(n):
    values = [0] * 16
    names = ["x", "y", "z"]
    last = None
    for i in range(n):
        values[i % 16] = values[i % 16 - 1] + i % 7
        last = names[i % 3]
        names[0] = last
    return values, last


def hot_list_loop(n):
    total = 0
    words = 0
    for v in [3, 1.5, 4] * (n // 3):
        total += v
    for w in ["a", ("b",)] * n:
        words += 1 if w is not None else 2
    return total, words


def hot_tuples(n):
    pair = (1, 2)
    total = 0
    for _ in range(n):
        a, b = pair
        total += a * b + pair[1]
    return total


def hot_tuple_loop(n):
    total = 0
    for v in (1, 2, 3) * n:
        total += v
    return total


def hot_step(n):
    total = 0
    for i in range(n * 5, -n, -3):
        total -= i
    return total


def make_adder(n):
    total = 0

    def hot_closure(k):
        nonlocal total
        for i in range(k):
            total = total + i - n
        return total

    return hot_closure


def hot_nested_loops(n):
    total = 0
    i = 0
    while i < n:
        j = 0
        while j < 30:
            total += i * j
            j += 1
        i += 10
    return total


class Finalized:
    alive = 0

    def __init__(self):
        Finalized.alive += 1

    def __del__(self):
        Finalized.alive -= 1


def hot_releases(n):
    kept = [Finalized() for _ in range(n)]
    for i in range(n):
        kept[i] = i
    return Finalized.alive


def hot_native_calls(n):
    out = []
    for i in range(n):
        out.append(len(out) + abs(-i))
    return len(out), sum(out)


def hot_strings(n):
    text = ""
    longest = 0
    for i in range(n):
        text += "ab" if i & 1 else "c"
        if len(text) > 50:
            text = text[10:20]
        longest = max(longest, len(text))
    return text, longest


def hot_dicts(n):
    counts = {}
    for i in range(n):
        counts[i % 10] = counts.get(i % 10, 0) + 1
    return counts


def hot_pairs(n):
    total = 0
    for i, (a, b) in enumerate([(1, 2), (3, 4)] * n):
        total += i * a - b
    return total


def hot_zip(n):
    total = 0.0
    for a, b in zip([0.5, 1.5] * n, range(n)):
        total += a * b
    return total


def hot_errors(n):
    # In every way of running the loop, an instruction raises in it.
    table = {i: i for i in range(10)}
    total = caught = 0
    for _ in range(n):
        try:
            for i in range(20):
                total += table[i]
        except KeyError as e:
            caught += e.args[0]
    return total, caught


def hot_finally(n):
    total = 0
    for _ in range(n):
        try:
            for i in range(8, -3, -1):
                total += 10 // i
        except ZeroDivisionError:
            total += 1
        finally:
            total += 2
    return total


class Counter:
    made = 0

    def __del__(self):
        Counter.made += 1


def hot_temporaries(n):
    for _ in range(n):
        Counter()
    return Counter.made


def late_change(n):
    # The class changes while its loop is hot.
    p = Point(1, 1)
    out = []
    for round_ in range(6):
        total = 0
        for i in range(n):
            total += p.scale + p.norm()
        out.append(total)
        if round_ == 2:
            Point.scale = 5
        if round_ == 3:
            Point.norm = lambda self: self.x
        if round_ == 4:
            p.scale = 7
    return out


N = 700
for name, function in sorted(globals().copy().items()):
    if name.startswith("hot_"):
        print(name, function(N))
print("hot_closure", make_adder(3)(N))
print("late_change", late_change(200))
