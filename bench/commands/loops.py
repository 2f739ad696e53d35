# Pure Python: attribute access, dictionaries, lists, integer and float arithmetic, exceptions, string building.
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, dx):
        return Point(self.x + dx, self.y * 0.5)

def primes(bound):
    found = []
    for n in range(2, bound):
        if all(n % p for p in found if p * p <= n):
            found.append(n)
    return found

def words(count):
    seen = {}
    for i in range(count):
        word = "w%d" % (i * 7919 % 1000)
        seen[word] = seen.get(word, 0) + 1
    return sorted(seen.items())[:3]

point = Point(1, 1.0)
for i in range(100000):
    point = point.moved(i & 3)
failed = 0
for i in range(50000):
    try:
        [][i]
    except IndexError:
        failed += 1
print(len(primes(6000)), words(100000), point.x, failed)
