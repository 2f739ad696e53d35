// debootstrap's second stage, which unpacks and configures a whole Debian, ends with the same file tree as on the real kernel.
import { testScripts, withFileTree } from './script-tests.ts';

const SCRIPT = `
  touch /tmp/stamp; sleep 1
  DEBIAN_FRONTEND=noninteractive /debootstrap/debootstrap --second-stage 2>&1; echo $?; tree /tmp/stamp`;

testScripts('build/first-stage', withFileTree({ 'debootstrap --second-stage': SCRIPT }), 900_000);
