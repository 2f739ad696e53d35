// The large ones, in a root file system of their own: PostgreSQL, OpenJDK, a Go program.
import { scriptsIn, testScripts } from './script-tests.ts';

testScripts('build/servers', scriptsIn('test/e2e/servers'));
