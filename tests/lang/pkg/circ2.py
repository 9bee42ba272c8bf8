from . import circ1
def get(): return "two+" + circ1.name
name = "two"
