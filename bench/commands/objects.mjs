// What services do all day: parse and write JSON, sort, maps, closures, string work, a digest.
import { createHash } from 'node:crypto';

const rows = Array.from({ length: 20000 }, (_, i) => ({
  id: i,
  name: `user ${(i * 7919) % 1000}`,
  tags: [i % 7, i % 11],
}));
const digest = createHash('sha256');
let total = 0;
for (let round = 0; round < 5; round++) {
  const copy = JSON.parse(JSON.stringify(rows));
  copy.sort((a, b) => a.name.localeCompare(b.name) || b.id - a.id);
  const groups = new Map();
  for (const { name, id } of copy) groups.set(name, (groups.get(name) ?? 0) + id);
  total += [...groups.values()].reduce((sum, value) => sum ^ value, round);
  digest.update(JSON.stringify(copy.slice(0, 100)));
}
console.log(total, digest.digest('hex'));
