# The event loop, http on loopback, child processes, worker threads, files.
cat > t.js <<'J'
const http = require('http'), cp = require('child_process'), fs = require('fs'), { Worker } = require('worker_threads');
console.log([3, 1, 2].sort().join(), 2n ** 64n, new Intl.NumberFormat('en').format(1234567.891));
fs.writeFileSync('f', 'written'); console.log(fs.readFileSync('f', 'utf8'), fs.statSync('f').size);
const server = http.createServer((q, r) => r.end('served ' + q.url)).listen(8080, '127.0.0.1', () =>
  http.get('http://127.0.0.1:8080/x', (r) => r.on('data', (d) => console.log(String(d))).on('end', () => {
    server.close();
    console.log(cp.execSync('echo child').toString().trim(), cp.spawnSync('sh', ['-c', 'exit 7']).status);
    new Worker('require("worker_threads").parentPort.postMessage([1,2,3].map((x) => x * x))', { eval: true })
      .on('message', (m) => console.log('worker', m)).on('exit', (c) => console.log('exit', c));
  })));
J
node t.js; node -e 'process.exit(5)'; echo $?
