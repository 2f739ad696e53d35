# Random numbers, addresses and times, as programs ask for them.
exec python3 - <<'END'
import os, random, threading, time
print(random.random(), os.urandom(8).hex(), hash('x'), id(object()), time.time(), time.monotonic())
def draw(n):
    for _ in range(3):
        time.sleep(random.random())
        print(n, time.monotonic(), flush=True)
threads = [threading.Thread(target=draw, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
END
