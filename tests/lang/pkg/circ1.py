from . import circ2
def get(): return "one+" + circ2.name
name = "one"
