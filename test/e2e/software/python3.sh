# Threads, processes by fork and spawn, asyncio over loopback, sqlite3, mmap, ctypes.
cat > t.py <<'P'
import asyncio, ctypes, hashlib, json, mmap, multiprocessing, os, sqlite3, subprocess, threading
async def main():
    async def serve(reader, writer):
        writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
    server = await asyncio.start_server(serve, '127.0.0.1', 8081)
    reader, writer = await asyncio.open_connection('127.0.0.1', 8081)
    writer.write(b'over loopback\n'); print(await reader.read()); server.close()
if __name__ == '__main__':
    seen = []
    threads = [threading.Thread(target=seen.append, args=(i,)) for i in range(20)]
    [t.start() for t in threads]; [t.join() for t in threads]
    print(sorted(seen), subprocess.run(['sh', '-c', 'cat; exit 3'], input=b'piped', capture_output=True), flush=True)
    for method in 'fork', 'spawn':
        with multiprocessing.get_context(method).Pool(2) as pool: print(method, pool.map(abs, range(-3, 3)))
    asyncio.run(main())
    db = sqlite3.connect('x.db'); db.execute('create table t(a, b)')
    db.executemany('insert into t values(?, ?)', [(i, i * i) for i in range(1000)]); db.commit()
    print(db.execute('select count(*), sum(b) from t where a % 7 = 0').fetchall())
    with open('m', 'wb+') as f:
        f.truncate(8192); m = mmap.mmap(f.fileno(), 8192); m[4094:4100] = b'across'; m.flush(); print(open('m', 'rb').read()[4094:4100])
    print(ctypes.CDLL(None).strlen(b'ctypes'), hashlib.blake2b(b'x').hexdigest()[:16], json.dumps({'a': [1, 2.5, None]}))
    print(sum(1 / i for i in range(1, 100000)), 2 ** 300 % 1000007, repr(0.1 + 0.2), float.fromhex('0x1.8p-3'))
P
python3 t.py; python3 -c 'import sys; sys.exit(4)'; echo $?; python3 -c 'raise ValueError("x")' 2>&1 | tail -1
