// Loaded with `node --import`: writes the process's peak resident memory, in bytes, to descriptor 3 when it ends.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS * 1024));
});
