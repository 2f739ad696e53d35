// Deterministic runs of a program with threads: everywhere.ts. Larger ones: deterministic.long.test.ts.
import { before } from 'node:test';
import { makeThreadsBox, THREADS, THREADS_BOX } from './box.ts';
import { testEverywhere } from './everywhere.ts';

before(makeThreadsBox);
testEverywhere(THREADS_BOX, THREADS);
