"""ast: classes of nodes, trees of sources with their positions, and compiling trees."""
import ast
import copy
import pickle
import warnings

warnings.simplefilter("error", DeprecationWarning)


def show(what):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__ + ":", e)


SOURCES = [
    "x = 1\ny: int = x\nx += 2 ** -x\ndel x, y[0], z.a\nassert x, 'no'\nraise A from B\n",
    "def f(a, /, b: int = 1, *c, d, e=2, **g) -> int:\n    '''Doc.'''\n    global q\n    return lambda x, *y: (yield)\n",
    "@dec.a(1)\n@b\n# note\nasync def f():\n    async with a as b, c: await d\n    async for i in x: pass\n    else: pass\n    [i async for i in x if i if j]\n",
    "@dec\nclass C[T: int, *U, **P](B, metaclass=M, **kw):\n    a = 1;\ntype A[T = int] = list[T]\n",
    "if a: b\nelif c: d\nelse: e\nwhile a: break\nelse: continue;\n",
    "try:\n    a\nexcept E as e: b;\nexcept (F, G): c\nelse: d\nfinally: e\ntry: a\nexcept* H: b\n",
    "import a.b as c, d\nfrom . import e\nfrom .f import (g as h, i)\nfrom j import *\n",
    "f(*a, b, c=d, **e)(x for x in y)\nf(( x ) for (x) in y)\na[1:2, ::3, ...]\na[b, *c]\n{**a, 'b': 1, c: {2, 3}}\n",
    "a if b else c; not a and b or c; a < b is not c not in d; ~a; (a := 1)\n",
    "match x:\n    case 1 | -2.5 | 3+4j | None | 'a' 'b': pass\n    case [a, *_] | (b, *c) if d: pass\n    case {'k': v, **rest}: pass\n    case m.C(1, x=P(), y=_ as z): pass\n",
    "'a' 'b' u'c'; u'd' 'e'; b'f' rb'\\g'; '\\ud800'; 1_000; 0xff; 1e3; 2j; ...; 123456789012345678901234567890\n",
    "f'a{x}b' 'c'; f'{x!r:>{w}}'; f'{x = }'; f'{{}}'; f'\u00e9{x}'; f'''{\nx # note\n=}'''\n",
    "t'a{x}b{y!s:z}'; t'{ (x) = }'; t''\n",
]
for source in SOURCES:
    tree = ast.parse(source)
    print(ast.dump(tree, include_attributes=True))
    again = copy.deepcopy(tree)
    print(ast.dump(again) == ast.dump(tree), ast.unparse(tree) == ast.unparse(ast.parse(ast.unparse(tree))))
print(ast.dump(ast.parse("a + 1", mode="eval")), ast.dump(ast.parse("a\n", mode="single")))

print(repr(tree)[:40], repr(ast.parse("f(1, 2, 3)\na\nb")))
print(ast.expr.__doc__, ast.boolop.__doc__, ast.Name.__doc__, ast.arguments.__doc__, sep="\n")
print(ast.Name._fields, ast.Name.__match_args__, ast.Name._attributes, ast.Name.__mro__, ast.Name.end_lineno)
print(ast.FunctionDef._field_types, ast.Dict._field_types)
show(lambda: ast.Constant(1))
show(lambda: ast.Name("a").ctx)
show(lambda: ast.Name())
show(lambda: ast.Name("a", zoo=1))
show(lambda: ast.Name(1, 2, 3))
show(lambda: ast.Name("a", id="b"))
show(lambda: ast.AST(1))
show(lambda: sorted(vars(ast.FunctionDef("f", ast.arguments()))))
show(lambda: vars(ast.Name("x", lineno=3)))
show(lambda: vars(copy.replace(ast.Name("x"), id="y")))
show(lambda: copy.replace(ast.Name("x"), zoo="y"))
show(lambda: ast.Name("x").__reduce__())
show(lambda: ast.dump(pickle.loads(pickle.dumps(ast.parse("a + b")))))
show(lambda: ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx)


class Mine(ast.expr):
    _fields = ("a", "b")
    _field_types = {"a": int, "b": list[int]}


show(lambda: vars(Mine(1)))
show(lambda: Mine())

AT = dict(lineno=1, col_offset=0)


def module(*body):
    return compile(ast.Module(list(body)), "<t>", "exec")


def value(node):
    return eval(compile(ast.Expression(node), "<t>", "eval"), {"x": 7})


def name(text, ctx=ast.Load()):
    return ast.Name(text, ctx, **AT)


show(lambda: value(ast.BinOp(name("x"), ast.Mult(), ast.Constant(6, **AT), **AT)))
show(lambda: value(ast.Constant((1, (2.5, "\ud800"), frozenset([3]), -4, 1 << 80, b"x"), **AT)) == (1, (2.5, "\ud800"), {3}, -4, 1 << 80, b"x"))
show(lambda: value(ast.JoinedStr([ast.Constant("a{", **AT), ast.FormattedValue(name("x"), 114, ast.JoinedStr([ast.Constant(">4", **AT)], **AT), **AT)], **AT)))
show(lambda: value(ast.Lambda(ast.arguments(args=[ast.arg("a b", **AT)]), name("a b"), **AT))(5))
show(lambda: module(5))
show(lambda: module(ast.Expr(name("x"))))
show(lambda: module(ast.Expr(None, **AT)))
show(lambda: compile(ast.Expression(name("x")), "<t>", "exec"))
show(lambda: compile(ast.Module(5), "<t>", "exec"))
show(lambda: value(ast.Name(5, **AT)))
show(lambda: value(name("None")))
show(lambda: value(name("x", ast.Store())))
show(lambda: value(ast.Constant([1], **AT)))
show(lambda: value(ast.BinOp(name("x"), name("x"), name("x"), **AT)))
show(lambda: value(ast.BoolOp(ast.And(), [name("x")], **AT)))
show(lambda: value(ast.Name("x", lineno="q", col_offset=0)))
show(lambda: value(ast.Name("x", lineno=3, col_offset=2, end_lineno=2)))
show(lambda: value(ast.List([None], **AT)))
show(lambda: module(ast.FunctionDef("f", ast.arguments(), [], **AT)))
show(lambda: module(ast.Delete([], **AT)))
show(lambda: module(ast.Try([ast.Pass(**AT)], **AT)))
show(lambda: module(ast.Return(**AT)))
show(lambda: module(ast.Match(name("x"), [ast.match_case(ast.MatchAs(None, "_", **AT), None, [ast.Pass(**AT)])], **AT)))


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


tree = Double().visit(ast.parse("def f(a, b=[1, 'x']):\n    return a, b, {k: v for k, v in zip('ab', (3, 4))}\nprint(f(5))\n"))
exec(compile(ast.fix_missing_locations(tree), "<t>", "exec"))
show(lambda: ast.literal_eval("{'a': [1, -2, (3.5, None)], b'c': {True}}"))
show(lambda: ast.literal_eval("f()"))
show(lambda: ast.parse("a b"))
show(lambda: compile("a", "<t>", "exec", flags=1))
