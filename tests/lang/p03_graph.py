import heapq
from collections import deque, defaultdict

class Graph:
    def __init__(self, edges):
        self.out = defaultdict(list)
        self.nodes = set()
        for a, b, weight in edges:
            self.out[a].append((b, weight))
            self.nodes |= {a, b}

    def dijkstra(self, start):
        distance = {start: 0}
        heap = [(0, start)]
        while heap:
            d, node = heapq.heappop(heap)
            if d > distance[node]:
                continue
            for other, weight in self.out[node]:
                new = d + weight
                if new < distance.get(other, float("inf")):
                    distance[other] = new
                    heapq.heappush(heap, (new, other))
        return distance

    def bfs(self, start):
        seen, queue, order = {start}, deque([start]), []
        while queue:
            node = queue.popleft()
            order.append(node)
            for other, _ in sorted(self.out[node]):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        return order

    def topological(self):
        incoming = dict.fromkeys(sorted(self.nodes), 0)
        for targets in list(self.out.values()):
            for other, _ in targets:
                incoming[other] += 1
        ready = sorted(n for n, count in incoming.items() if not count)
        order = []
        while ready:
            node = ready.pop(0)
            order.append(node)
            for other, _ in self.out[node]:
                incoming[other] -= 1
                if not incoming[other]:
                    ready.append(other)
            ready.sort()
        if len(order) != len(self.nodes):
            raise ValueError("cycle among " + ", ".join(sorted(self.nodes - set(order))))
        return order

    def components(self):
        parent = {n: n for n in self.nodes}
        def find(n):
            while parent[n] != n:
                parent[n] = parent[parent[n]]
                n = parent[n]
            return n
        for a, targets in self.out.items():
            for b, _ in targets:
                parent[find(a)] = find(b)
        groups = defaultdict(set)
        for n in self.nodes:
            groups[find(n)].add(n)
        return sorted(map(sorted, groups.values()))

g = Graph([("a", "b", 7), ("a", "c", 3), ("c", "b", 1), ("b", "d", 2), ("c", "d", 8), ("x", "y", 1)])
print(g.dijkstra("a"), g.bfs("a"), g.topological(), g.components())
try:
    Graph([("a", "b", 1), ("b", "a", 1), ("b", "c", 1)]).topological()
except ValueError as e:
    print(e)
grid = Graph([((x, y), (x + dx, y + dy), (x * 7 + y * 13) % 10 + 1) for x in range(15) for y in range(15) for dx, dy in ((0, 1), (1, 0)) if x + dx < 15 and y + dy < 15])
print(grid.dijkstra((0, 0))[14, 14], len(grid.bfs((0, 0))), grid.topological()[:3])
