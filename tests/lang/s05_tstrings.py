def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

from string.templatelib import Template, Interpolation
name, n = "world", 5
t = t"hello {name}!"
print(type(t).__name__, t.strings, t.values)
print([ (i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations])
print(t"{n!r:>5}".interpolations[0].conversion, t"{n:{n}d}".interpolations[0].format_spec, t"{n=}".strings)
print(t"{n + 1 = !s}".interpolations[0].expression)
print(list(t"a{n}b{name}"), t"".strings, t"{n}{n}".strings, len(t"x{n}y".interpolations))
print(repr(t"a{n}"), t"a" t"b{n}", (t"a{n}" + t"b").strings)
err(lambda: t"a" + "b")
err(lambda: "b" + t"a")
err(lambda: t"a" + 5)
def render(t):
    out = []
    for part in t:
        if isinstance(part, str): out.append(part)
        else:
            v = part.value
            if part.conversion: v = {"r": repr, "s": str, "a": ascii}[part.conversion](v)
            out.append(format(v, part.format_spec))
    return "".join(out)
print(render(t"{name!r:>10}|{n:03d}|{1.5:.2f}"), render(t"{'nested ' + t'{n}'.strings[0]}"))
print(render(t"{{literal}} {n}"))
print(rt"\n{n}".strings, tr"\d".strings, T"{n}".values, t'''multi
{n}'''.strings)
x = Template("a", Interpolation(5, "five", "r", ".2f"), "b")
print(x.strings, x.interpolations[0].expression, x.values)
print(Template("a", "b", Interpolation(1), Interpolation(2)).strings, Template().strings)
print(Interpolation("v").expression, Interpolation("v").conversion)
err(lambda: Template(5))
err(lambda: Interpolation())
err(lambda: Interpolation(1, "e", "z"))
err(lambda: Interpolation(1, 2))
match t"hi {n}".interpolations[0]:
    case Interpolation(value, expr): print("matched", value, expr)
err(lambda: setattr(t, "strings", ()))
err(lambda: setattr(t.interpolations[0], "value", 1))
err(lambda: t == t)
print(t == t"hello {name}!", t"a" == t"a", hash(t) == hash(t), bool(t""))
def lazy():
    print("evaluated"); return 1
v = t"{lazy()}"
print(v.values)
print(t"{[i for i in range(3)]}".values, t"{(lambda q: q)(3)}".values)
print(t"{n if n > 3 else name}".interpolations[0].expression, t"{ n }".interpolations[0].expression)
err(lambda: exec("t'{'"))
err(lambda: exec("f'' t''"))
err(lambda: exec("t'a' 'b'"))
class S(str): pass
print(t"{S('x')}".values, type(t"{S('x')}".values[0]).__name__)
