// A slice of the law of snapshots: `npm run test:law` does more than a thousand breaks.
import { testLaw } from './law-tests.ts';
import { lawPrograms, threadsProgram } from './programs.ts';

testLaw({ ...lawPrograms('software'), 'threads.c': threadsProgram() });
