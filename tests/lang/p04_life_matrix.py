from itertools import product
def step(cells):
    counts = {}
    for x, y in cells:
        for dx, dy in product((-1, 0, 1), repeat=2):
            if dx or dy:
                key = x + dx, y + dy
                counts[key] = counts.get(key, 0) + 1
    return {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in cells}
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
cells = glider
for _ in range(40):
    cells = step(cells)
print(sorted(cells), cells == {(x + 10, y + 10) for x, y in glider})
r = {(0, 1), (0, 2), (1, 0), (1, 1), (2, 1)}
sizes = []
for _ in range(60):
    r = step(r)
    sizes.append(len(r))
print(sizes)
class Matrix:
    def __init__(self, rows): self.rows = [list(row) for row in rows]
    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
    def __matmul__(self, other): return Matrix([[sum(a * b for a, b in zip(row, col)) for col in zip(*other.rows)] for row in self.rows])
    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1: result = result @ base
            base = base @ base
            n >>= 1
        return result
    def __eq__(self, other): return self.rows == other.rows
    def __repr__(self): return "Matrix(%r)" % self.rows
    def __getitem__(self, key): return self.rows[key[0]][key[1]] if isinstance(key, tuple) else self.rows[key]
    def transpose(self): return Matrix(zip(*self.rows))
    def determinant(self):
        from fractions import Fraction
        m = [[Fraction(v) for v in row] for row in self.rows]
        det = Fraction(1)
        for i in range(len(m)):
            pivot = next((r for r in range(i, len(m)) if m[r][i]), None)
            if pivot is None: return 0
            if pivot != i: m[i], m[pivot] = m[pivot], m[i]; det = -det
            det *= m[i][i]
            for r in range(i + 1, len(m)):
                f = m[r][i] / m[i][i]
                m[r] = [a - f * b for a, b in zip(m[r], m[i])]
        return int(det)
fib = Matrix([[1, 1], [1, 0]])
print((fib ** 10)[0, 1], (fib ** 300)[0, 1], fib.transpose() == fib)
print(Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]]).determinant(), Matrix([[1, 2], [2, 4]]).determinant())
print(Matrix([[0, 1], [1, 0]]).determinant())
print(Matrix([[1, 2, 3]]) @ Matrix([[1], [2], [3]]), Matrix.identity(3) ** 5)
