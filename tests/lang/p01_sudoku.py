PUZZLE = "530070000600195000098000060800060003400803001700020006060000280000419005000080079"

def peers(cell):
    row, column = divmod(cell, 9)
    box = {(r * 9 + c) for r in range(row // 3 * 3, row // 3 * 3 + 3) for c in range(column // 3 * 3, column // 3 * 3 + 3)}
    return ({row * 9 + i for i in range(9)} | {i * 9 + column for i in range(9)} | box) - {cell}

PEERS = [peers(cell) for cell in range(81)]

def solve(grid):
    best = None
    for cell, digit in enumerate(grid):
        if digit == "0":
            options = [d for d in "123456789" if all(grid[p] != d for p in PEERS[cell])]
            if best is None or len(options) < len(best[1]):
                best = cell, options
                if len(options) < 2:
                    break
    if best is None:
        return grid
    cell, options = best
    for digit in options:
        solved = solve(grid[:cell] + digit + grid[cell + 1:])
        if solved:
            return solved
    return None

solution = solve(PUZZLE)
for row in range(9):
    print(" ".join(solution[row * 9:row * 9 + 9]))
print(solve("123456780" + "000000009" + "0" * 63))
