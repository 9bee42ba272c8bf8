"""`and` and `or` in each other: each value is asked for its truth once at most."""


class V:
    def __init__(self, name, truth):
        self.name, self.truth = name, truth

    def __bool__(self):
        asked.append(self.name)
        return self.truth


for bits in range(16):
    a, b, c, d = (V("abcd"[i], bool(bits >> i & 1)) for i in range(4))
    for text in ("a and b or c and d", "(a or b) and (c or d)", "a or b and c or d", "(a and (b or c)) or d",
                 "not (a and b) or c", "a and (b or c and d)", "(a or b) and c and d", "((a or b) and c) or d"):
        asked = []
        result = eval(text)
        print(bits, text, "->", getattr(result, "name", result), "".join(asked), end="; ")
        asked = []
        print("yes" if eval(f"1 if {text} else 0") else "no", "".join(asked))
