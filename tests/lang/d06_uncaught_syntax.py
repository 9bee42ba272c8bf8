# single-threaded: does not compile
def f(x):
    if x
        return 1
