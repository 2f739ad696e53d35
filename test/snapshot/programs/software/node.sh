# A JavaScript engine that compiles while it runs, with timers.
exec node -e '
let n = 0;
const hash = (text) => require("crypto").createHash("md5").update(text).digest("hex");
const timer = setInterval(() => {
  console.log(n, hash(String(n)));
  if (++n > 8) clearInterval(timer);
}, 20)'
