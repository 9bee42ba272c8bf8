# single-threaded: ends the process
import sys, atexit
atexit.register(lambda: print("atexit runs"))
try:
    sys.exit(3)
except SystemExit as e:
    print("caught", e.code)
try:
    print("body")
    sys.exit("message to stderr")
finally:
    print("finally runs")
