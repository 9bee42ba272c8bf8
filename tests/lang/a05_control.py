x = 5
if x > 3:
    print("big")
else:
    print("small")
if x > 10:
    print("a")
elif x > 4:
    print("b")
else:
    print("c")
i = 0
while i < 3:
    print("while", i)
    i += 1
else:
    print("while else", i)
i = 0
while True:
    i += 1
    if i == 2:
        continue
    if i > 4:
        break
    print("loop", i)
else:
    print("never")
for i in range(3):
    print("for", i)
else:
    print("for else")
for i in range(10):
    if i == 3:
        break
else:
    print("never")
print("left at", i)
for i in range(2, 10, 3):
    print(i, end=" ")
print()
for i in range(5, 0, -2):
    print(i, end=" ")
print()
for c in "abc":
    print(c, end="")
print()
for a, b in [(1, 2), (3, 4)]:
    print(a + b)
for i in range(3):
    for j in range(3):
        if j > i:
            break
        if (i + j) % 2:
            continue
        print(i, j)
print("yes" if x else "no", "yes" if not x else "no")
print(1 < x < 10, 1 < x > 7, 5 == x != 6 < 7)
total = 0
n = 10
while n:
    total += n
    n -= 1
print(total)
pass
if []:
    print("no")
elif {}:
    print("no")
elif "":
    print("no")
elif 0.0:
    print("no")
elif None:
    print("no")
else:
    print("all empty things are false")
for i in range(0):
    pass
else:
    print("empty loop runs else")
assert x == 5
assert x, "message"
