"""Builds and walks many short-lived binary trees, and one that lives long."""
import sys


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)


def main(depth):
    print("stretch", depth + 1, count(build(depth + 1)))
    lasting = build(depth)
    for level in range(4, depth + 1, 4):
        rounds = 1 << (depth - level + 4)
        nodes = 0
        for _ in range(rounds):
            nodes += count(build(level))
        print(rounds, level, nodes)
    print("lasting", depth, count(lasting))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 12, "full": 17}[size])
