// All families of emitters: importing this fills the table of rows. A family is a file; an operation without a row is run by
// the interpreter's handler.
import './alu.ts';
import './bit-test.ts';
import './bits.ts';
import './convert.ts';
import './exchange.ts';
import './float.ts';
import './move.ts';
import './multiply.ts';
import './shift.ts';
import './stack.ts';
import './vector-integer.ts';
import './vector-move.ts';
import './vex.ts';

export { TABLE } from './row.ts';
