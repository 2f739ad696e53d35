#!/usr/bin/env node
// The command as tsc leaves it, a module a file; what is installed is the bundle that tools/build-cli.ts makes.
import { wbx } from './wbx.ts';

await wbx(process.argv.slice(2));
