// The large ones, in a root file system of their own: PostgreSQL, OpenJDK, a Go program; PostgreSQL with pgbench for 30 seconds.
import { scriptsIn, testScripts } from './script-tests.ts';

const scripts = scriptsIn('test/e2e/servers');
const pgbench = `RUN='-T 30'; LEAST=1; ${scripts['postgresql.sh']}`;

testScripts('build/servers', { ...scripts, 'pgbench for 30 s': pgbench });
