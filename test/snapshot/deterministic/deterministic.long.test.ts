// Deterministic runs of real programs with threads: everywhere.ts.
import { before } from 'node:test';
import { BOX, makeBox, SCRIPTS } from './box.ts';
import { testEverywhere } from './everywhere.ts';

before(makeBox);
testEverywhere(BOX, SCRIPTS);
