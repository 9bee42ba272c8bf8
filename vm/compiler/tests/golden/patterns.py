def f(x):
    match x:
        case 0 | 1:
            return "small"
        case [a, *rest] if a:
            return rest
        case {"key": value, **others}:
            return value, others
        case Point(x=0, y=py):
            return py
        case str() as s:
            return s
        case _:
            return None
