// PostgreSQL under load: the script of servers.test.ts with pgbench running for 30 seconds.
import { scriptsIn, testScripts } from './script-tests.ts';

const script = scriptsIn('test/e2e/servers')['postgresql.sh'];

testScripts('build/servers', { 'pgbench for 30 s': `RUN='-T 30'; ${script}` }, 300_000);
