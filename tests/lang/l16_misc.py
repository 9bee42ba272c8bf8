def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import operator as op, statistics as st, types, logging, io, unittest, traceback, sys
print(op.add(1, 2), op.itemgetter(1)([5, 6]), op.itemgetter(0, 2)("abc"), op.attrgetter("real")(5))
print(op.attrgetter("real", "imag")(1j), op.attrgetter("__class__.__name__")(5))
print(op.methodcaller("upper")("a"), op.methodcaller("split", ",", maxsplit=1)("a,b,c"))
print(op.concat([1], [2]), op.contains([1], 1), op.countOf([1, 1], 1), op.indexOf("abc", "c"))
print(op.truth([]), op.is_(None, None), op.not_(1), op.index(True), op.iadd([1], [2]), op.floordiv(7, 2))
print(op.matmul.__name__, op.pos(-1), op.inv(5), op.lshift(1, 3), op.setitem([0], 0, 1))
print(op.getitem({1: 2}, 1), op.call(max, 1, 2), op.length_hint([1]), op.is_none(None))
print(repr(op.itemgetter(1, 2)), repr(op.attrgetter("a.b")), repr(op.methodcaller("f", 1, x=2)))
err(lambda: op.itemgetter())
err(lambda: op.itemgetter(5)([1]))
err(lambda: op.attrgetter(5))
err(lambda: op.attrgetter("nope")(5))
err(lambda: op.indexOf([1], 5))
err(lambda: op.methodcaller())
err(lambda: op.concat(1, 2))
err(lambda: op.index(1.5))
err(lambda: op.length_hint(1, "a"))
d = [1, 2, 2, 3, 4, 10]
print(st.mean(d), st.median(d), st.mode(d), st.multimode([1, 1, 2, 2]), st.stdev(d), st.pstdev(d))
print(st.variance(d), st.pvariance(d), st.median_low(d), st.median_high(d), st.median_grouped(d))
print(st.fmean(d), st.fmean([1, 2], [3, 1]), st.geometric_mean([1, 2, 4]), st.harmonic_mean([1, 2, 4]))
print(st.quantiles(d), st.quantiles(d, n=3, method="inclusive"), st.correlation([1, 2, 3], [2, 4, 7]))
print(st.covariance([1, 2, 3], [1, 5, 7]), st.linear_regression([1, 2, 3], [2, 4, 6]), st.mean([0.1] * 3))
err(lambda: st.mean([]))
err(lambda: st.stdev([1]))
err(lambda: st.median([]))
err(lambda: st.mode([]))
err(lambda: st.mean(["a"]))
err(lambda: st.quantiles([1]))
err(lambda: st.correlation([1], [1]))
n = st.NormalDist(10, 2)
print(n.mean, n.stdev, round(n.cdf(12), 10), round(n.pdf(10), 10), round(n.inv_cdf(0.9), 10), n + 5, n * 2)
print(st.NormalDist.from_samples([1, 2, 3]), n.zscore(14))
from fractions import Fraction
from decimal import Decimal
print(st.mean([Fraction(1, 2), Fraction(1, 3)]), st.mean([Decimal("1.5"), Decimal("2.5")]))
ns = types.SimpleNamespace(a=1, b="x")
ns.c = 3
print(ns, ns == types.SimpleNamespace(a=1, b="x", c=3), types.MappingProxyType({"a": 1}))
print(types.MappingProxyType({"a": 1})["a"], type(int.__dict__).__name__)
err(lambda: types.MappingProxyType({}).__setitem__)
err(lambda: types.MappingProxyType(5))
mp = types.MappingProxyType({1: 2})
print(list(mp), mp | {3: 4}, len(mp), mp.get(9))
C = types.new_class("C", (list,), {}, lambda n: n.update(x=5))
print(C.x, C([1]), types.resolve_bases((int,)), types.prepare_class("X")[0].__name__)
print(types.FunctionType.__name__, types.GeneratorType.__name__, types.NoneType, types.EllipsisType)
print(isinstance(len, types.BuiltinFunctionType), isinstance(err, types.FunctionType))
print(types.DynamicClassAttribute.__name__, types.get_original_bases(C))
cell = types.CellType(5)
print(cell.cell_contents)
cell.cell_contents = 6
print(cell.cell_contents == 6)
err(lambda: types.CellType().cell_contents)
g = types.GenericAlias(list, (int,))
print(g, g == list[int], types.UnionType.__name__)
f = types.FunctionType((lambda x, y=2: (x, y)).__code__, {}, "nm", (9,))
print(f(1), f.__name__, f.__defaults__)
f.__defaults__ = (7,)
print(f(1))
c = f.__code__.replace(co_name="other")
print(c.co_name)
log = logging.Logger("mylog")
s = io.StringIO()
h = logging.StreamHandler(s)
h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
log.addHandler(h)
log.setLevel(logging.INFO)
log.debug("no")
log.info("hello %s", "w")
log.warning("n=%d", 5)
log.error("e")
log.log(35, "custom")
try: 1 / 0
except ZeroDivisionError: log.exception("exc")
print(s.getvalue().splitlines()[:5], s.getvalue().splitlines()[-1])
h.setFormatter(logging.Formatter("{message}|{levelno}", style="{"))
s.truncate(0)
s.seek(0)
log.info("brace")
h.addFilter(lambda r: "secret" not in r.getMessage())
log.info("secret")
print(s.getvalue(), log.isEnabledFor(10), log.getEffectiveLevel(), logging.getLevelName(20))
print(logging.getLevelName("ERROR"), logging.getLevelName(35), repr(log))
a = logging.LoggerAdapter(log, {"k": 1})
a.info("adapted")
print(s.getvalue().splitlines()[-1], logging.getLogger("a.b").parent.name)
print(logging.getLogger("x") is logging.getLogger("x"))
err(lambda: log.setLevel("NOPE"))
err(lambda: logging.Formatter("%(x", style="q"))
r = logging.LogRecord("n", 20, "p", 1, "m %s", ("a",), None)
print(r.getMessage(), r.levelname, logging.Formatter("%(asctime)s", "%Y").format(r) > "2000")
print(logging.Formatter("%(message)s %(funcName)s %(lineno)d").format(r))
class_h = type("H", (logging.Handler,), {"emit": lambda self, rec: out.append(rec.getMessage())})
out = []
log.addHandler(class_h())
log.warning("to list")
print(out)
class T(unittest.TestCase):
    def setUp(self): self.x = 1
    def test_ok(self): self.assertEqual(self.x, 1); self.assertTrue(1); self.assertIn(1, [1]); self.assertIsNone(None); self.assertAlmostEqual(0.1 + 0.2, 0.3); self.assertCountEqual([1, 2], [2, 1]); self.assertRegex("abc", "b")
    def test_fail(self): self.assertEqual([1, 2], [1, 3])
    def test_error(self): 1 / 0
    @unittest.skip("why")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_xfail(self): self.fail("expected")
    def test_raises(self):
        with self.assertRaises(ValueError) as c: int("x")
        self.assertIn("invalid", str(c.exception))
        with self.assertRaisesRegex(KeyError, "k"): {}["k"]
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertLess(i, 2)
res = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(T).run(res)
print(res.testsRun, len(res.failures), len(res.errors), len(res.skipped), len(res.expectedFailures))
print(res.wasSuccessful(), res.skipped[0][1])
print(sorted(t[0].id().split(".")[-1] for t in res.failures + res.errors))
fails = [x[1].splitlines()[-1] for x in res.failures]
print(sorted(fails), res.errors[0][1].splitlines()[-1])
tc = unittest.TestCase()
for bad in (lambda: tc.assertEqual(1, 2), lambda: tc.assertEqual("a\nb", "a\nc"), lambda: tc.assertTrue(0),
    lambda: tc.assertIs(1, 2), lambda: tc.assertIn(1, []), lambda: tc.assertRaises(ValueError, int, "5"),
    lambda: tc.assertDictEqual({1: 2}, {1: 3}), lambda: tc.assertEqual(1, 2, "msg"),
    lambda: tc.assertGreater(1, 2), lambda: tc.assertIsInstance(1, str), lambda: tc.fail("f"),
    lambda: tc.assertNotEqual(1, 1), lambda: tc.assertAlmostEqual(1, 2), lambda: tc.assertSetEqual({1}, {2}),
    lambda: tc.assertTupleEqual((1,), (2,)), lambda: tc.assertIsNone(1), lambda: tc.assertFalse(1)):
    err(bad)
print(traceback.format_exception_only(ValueError("x")))
print(traceback.format_exception(ValueError, ValueError("y"), None))
print(traceback.TracebackException.from_exception(KeyError("k")).exc_type_str)
print(type(traceback.extract_stack()).__name__, traceback.format_list([("f.py", 1, "fn", "code")]))
print(list(traceback.walk_tb(None)))
