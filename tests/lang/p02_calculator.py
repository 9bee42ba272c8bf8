import re

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|(.))")

class ParseError(Exception):
    pass

class Parser:
    def __init__(self, text):
        self.tokens = [(number, op) for number, op in TOKEN.findall(text)]
        self.position = 0
        self.names = {"pi": 3.14159}

    def peek(self):
        return self.tokens[self.position] if self.position < len(self.tokens) else (None, None)

    def take(self, op):
        if self.peek()[1] == op:
            self.position += 1
            return True
        return False

    def expression(self):
        value = self.term()
        while True:
            if self.take("+"):
                value += self.term()
            elif self.take("-"):
                value -= self.term()
            else:
                return value

    def term(self):
        value = self.factor()
        while True:
            if self.take("*"):
                value *= self.factor()
            elif self.take("/"):
                value /= self.factor()
            elif self.take("%"):
                value %= self.factor()
            else:
                return value

    def factor(self):
        base = self.atom()
        if self.take("^"):
            return base ** self.factor()
        return base

    def atom(self):
        number, op = self.peek()
        if number:
            self.position += 1
            return float(number) if "." in number else int(number)
        if self.take("("):
            value = self.expression()
            if not self.take(")"):
                raise ParseError(f"expected ) at token {self.position}")
            return value
        if self.take("-"):
            return -self.atom()
        raise ParseError(f"unexpected {op!r} at token {self.position}")

    def parse(self):
        value = self.expression()
        if self.position != len(self.tokens):
            raise ParseError(f"left over from token {self.position}")
        return value

for text in ["1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-(4 - 6) / 4", "10 % 4 + 0.5", "2 * (3", "1 +", "1 2",
    "4 / 0", "", "2 ^ 100", "((((7))))", "1.5 * 4"]:
    try:
        print(text, "=", Parser(text).parse())
    except (ParseError, ZeroDivisionError) as error:
        print(text, "->", type(error).__name__, error)
