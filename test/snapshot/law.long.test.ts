// The law of snapshots with programs that take minutes: PostgreSQL, OpenJDK, a Go program.
import { testLaw } from './law-tests.ts';
import { lawPrograms } from './programs.ts';

testLaw(lawPrograms('servers'));
