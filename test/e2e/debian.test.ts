// A box of debian:bookworm beside a chroot of the same tree on the real kernel: same script, same bytes, same status.
import { SCRIPTS } from './debian-scripts.ts';
import { scriptsIn, testScripts } from './script-tests.ts';

testScripts('build/bookworm', { ...SCRIPTS, ...scriptsIn('test/e2e/debian') });
