"""The rows of a Mandelbrot picture, shared out among threads.   usage: mandelbrot_threads.py [THREADS] [small|full]"""
import sys
import threading

LIMIT = 100


def row(y, width, height):
    digest = 0
    ci = 2.4 * y / height - 1.2
    for x in range(width):
        cr = 3.0 * x / width - 2.1
        zr = zi = 0.0
        n = 0
        while n < LIMIT:
            rr = zr * zr
            ii = zi * zi
            if rr + ii > 4.0:
                break
            zi = 2.0 * zr * zi + ci
            zr = rr - ii + cr
            n += 1
        digest = (digest * 31 + n) % 1_000_000_007
    return digest


def work(rows, first, step, width, height):
    for y in range(first, height, step):
        rows[y] = row(y, width, height)


def main(count, width, height):
    rows = [0] * height
    threads = [threading.Thread(target=work, args=(rows, i, count, width, height)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    digest = 0
    for value in rows:
        digest = (digest * 131 + value) % 1_000_000_007
    print(width, height, digest)


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
size = sys.argv[2] if len(sys.argv) > 2 else "small"
main(count, *{"small": (160, 120), "full": (960, 720)}[size])
