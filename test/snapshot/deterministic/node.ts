// A deterministic run in Node and Bun: `node.js BOX REQUEST` prints its result.
import { openBox } from '../../../src/box/inspect.ts';
import { openFile } from '../../../src/box/open-file.ts';
import { scheduler } from '../../../src/runtime/node/scheduler.ts';
import { deterministicRun, type RunRequest } from './run.ts';

const [path, request] = process.argv.slice(2);
const file = await openBox(openFile(path), path);
console.log(JSON.stringify(await deterministicRun(file, scheduler, JSON.parse(request) as RunRequest)));
