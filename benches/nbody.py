"""The outer planets under gravity: float arithmetic on attributes of lists."""
import math
import sys

DAYS = 365.24
SUN_MASS = 4 * math.pi * math.pi

# position (astronomical units), velocity (units a day), mass (of the sun)
BODIES = {
    "sun": ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
    "jupiter": ((4.84143144246472090, -1.16032004402742839, -0.103622044471123109),
                (0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023), 0.000954791938424326609),
    "saturn": ((8.34336671824457987, 4.12479856412430479, -0.403523417114321381),
               (-0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929), 0.000285885980666130812),
    "uranus": ((12.8943695621391310, -15.1111514016986312, -0.223307578892655734),
               (0.00296460137564761618, 0.0023784717395948095, -0.0000296589568540237556), 0.0000436624404335156298),
    "neptune": ((15.3796971148509165, -25.9193146099879641, 0.179258772950371181),
                (0.00268067772490389322, 0.00162824170038242295, -0.000095159225451971587), 0.0000515138902046611451),
}


def make_system():
    return [[list(position), [v * DAYS for v in velocity], mass * SUN_MASS]
            for position, velocity, mass in BODIES.values()]


def balance(system):
    """Gives the sun the velocity that makes the total momentum zero."""
    momentum = [sum(v[axis] * mass for _, v, mass in system) for axis in range(3)]
    system[0][1] = [-p / SUN_MASS for p in momentum]


def energy(system):
    total = 0.0
    for i, (p, v, mass) in enumerate(system):
        total += 0.5 * mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
        for q, _, other in system[i + 1:]:
            total -= mass * other / math.dist(p, q)
    return total


def advance(system, pairs, dt, steps):
    for _ in range(steps):
        for (p, v, mass), (q, w, other) in pairs:
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            dz = p[2] - q[2]
            square = dx * dx + dy * dy + dz * dz
            pull = dt / (square * math.sqrt(square))
            a = other * pull
            b = mass * pull
            v[0] -= dx * a
            v[1] -= dy * a
            v[2] -= dz * a
            w[0] += dx * b
            w[1] += dy * b
            w[2] += dz * b
        for p, v, _ in system:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


def main(steps):
    system = make_system()
    balance(system)
    pairs = [(a, b) for i, a in enumerate(system) for b in system[i + 1:]]
    print("%.9f" % energy(system))
    advance(system, pairs, 0.01, steps)
    print("%.9f" % energy(system))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 15_000, "full": 400_000}[size])
