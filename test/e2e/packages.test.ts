// Package tools leave the same file tree in a box as on the real kernel.
import { scriptsIn, testScripts, withFileTree } from './script-tests.ts';

testScripts('build/packages', withFileTree(scriptsIn('test/e2e/packages')));
