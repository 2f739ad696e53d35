// Transform for asc: keeps slow paths out of the functions that call them, where they would only take up machine code and
// registers. Binaryen decides inlining by size alone and the language has no word for it.
import binaryen from 'binaryen';

/** Functions by internal name; * stands for anything. */
const KEEP_APART = [
  'kernel/cpu/mem_slow/*',
  'kernel/syscalls/*',
  'kernel/cpu/flags/flag*',
  'kernel/cpu/cond/*',
  'kernel/cpu/interp/*',
  'kernel/cpu/sse/float_arith/slow*',
  'kernel/cpu/sse/*_slow*',
  'kernel/cpu/sse/float_fast/lanes_stand*',
  'kernel/cpu/sse/soft_*',
];

export function afterCompile(module) {
  for (const pattern of KEEP_APART) {
    binaryen.setPassArgument('no-inline', pattern);
    module.runPasses(['no-inline']);
  }
  binaryen.clearPassArguments();
}
