# Threads and a queue.
exec python3 - <<'END'
import hashlib, queue, threading
jobs, results = queue.Queue(), []
def work():
    while (job := jobs.get()) is not None:
        results.append(hashlib.sha256(str(job).encode()).hexdigest()[:6])
threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads: t.start()
for i in range(300): jobs.put(i)
for _ in threads: jobs.put(None)
for t in threads: t.join()
print(len(results), sorted(results))
END
