# Threads of a JavaScript engine that share memory, random numbers and hashes, timers.
exec node -e '
const { Worker } = require("worker_threads"), crypto = require("crypto");
const shared = new SharedArrayBuffer(64), order = new Int32Array(shared);
const work = `const { workerData, parentPort } = require("worker_threads"), crypto = require("crypto");
  const order = new Int32Array(workerData.shared);
  for (let i = 0; i < 3; i++) parentPort.postMessage([workerData.n, Atomics.add(order, 0, 1), crypto.randomBytes(4).toString("hex")].join(" "));`;
console.log(Math.random(), crypto.randomUUID(), process.hrtime.bigint() > 0n);
for (let n = 0; n < 2; n++) new Worker(work, { eval: true, workerData: { n, shared } }).on("message", (text) => console.log(text));
setTimeout(() => console.log("late", Math.random(), Date.now()), 30);
process.on("exit", () => console.log("all", order[0]));'
