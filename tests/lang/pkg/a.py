name = "a in " + __name__
