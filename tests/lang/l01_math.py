def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import math
print(math.pi, math.e, math.tau, math.inf, math.nan)
for f, xs in [("sqrt", (4, 2, 0.25)), ("exp", (0, 1, -1)), ("log", (1, math.e, 10)), ("log2", (8, 1024)), ("log10", (1000, 2)), ("log1p", (0, 1)), ("expm1", (0, 1)), ("sin", (0, 1)), ("cos", (0, 1)), ("tan", (1,)), ("asin", (1,)), ("acos", (1, 0)), ("atan", (1,)),
              ("sinh", (1,)), ("cosh", (1,)), ("tanh", (1,)), ("asinh", (1,)), ("acosh", (2,)), ("atanh", (0.5,)), ("gamma", (5, 0.5)), ("lgamma", (10,)), ("erf", (0.5,)), ("erfc", (0.5,)), ("cbrt", (27,)), ("exp2", (3,)), ("degrees", (math.pi,)), ("radians", (180,)), ("fabs", (-2,))]:
    print(f, *[round(getattr(math, f)(x), 12) for x in xs])
print(math.floor(2.7), math.floor(-2.7), math.ceil(2.1), math.ceil(-2.1), math.trunc(-2.7))
print(math.floor(10 ** 30), math.ceil(1e20), math.modf(3.25), math.frexp(8.0), math.ldexp(0.5, 4))
print(math.gcd(12, 18), math.gcd(), math.gcd(0, 5), math.gcd(12, 18, 27), math.lcm(4, 6), math.lcm())
print(math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.perm(4), math.isqrt(99))
print(math.isqrt(10 ** 30))
print(math.copysign(1, -0.0), math.fmod(-7, 3), math.remainder(7, 4), math.hypot(3, 4))
print(math.hypot(1, 2, 3), math.dist((0, 0), (3, 4)), math.atan2(1, -1), math.pow(2, 10))
print(math.fsum([0.1] * 10), math.prod([1, 2, 3, 4]), math.prod([], start=5), math.sumprod([1, 2], [3, 4]))
print(math.fma(2.0, 3.0, 4.0))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3))
print(math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9), math.nextafter(1, 2))
print(math.ulp(1.0), math.log(8, 2), math.log(10 ** 400), math.log2(2 ** 2000))
for bad in ("sqrt(-1)", "log(0)", "log(-1)", "log2(0)", "log10(0)", "acos(2)", "asin(-2)", "atanh(1)",
    "acosh(0)", "gamma(-1)", "gamma(0)", "exp(1000)", "factorial(-1)", "factorial(1.5)", "gcd(1.5, 2)",
    "isqrt(-1)", "comb(-1, 2)", "perm(3, -1)", "fmod(1, 0)", "fmod(math.inf, 1)", "floor(math.nan)",
    "floor(math.inf)", "ceil(math.nan)", "sqrt('a')", "sqrt()", "sqrt(1, 2)", "pow(0, -1)", "pow(-1, 0.5)",
    "dist((1,), (1, 2))", "hypot('a')", "log(1, 0)", "log(2, 1)", "sin(math.inf)", "fsum([1, 'a'])",
    "prod(5)", "ldexp(1, 10000)", "isclose(1, 1, rel_tol=-1)", "sumprod([1], [1, 2])", "cosh(1000)",
    "lgamma(0)", "remainder(1, 0)", "trunc('a')", "nope(1)", "log('a')", "sqrt(10 ** 400)"):
    print(bad, end=" "); err(lambda: eval("math." + bad, {"math": math}))
