// Software that people really run, from Debian's packages: a box beside a chroot of the same tree on the real kernel.
import { scriptsIn, testScripts } from './script-tests.ts';

testScripts('build/software', scriptsIn('test/e2e/software'));
