// When V8 optimises WebAssembly. Its budget counts the bytes of code that a function ran through, and one turn of the
// interpreter's loop counts as all of the function: by default the optimising compiler takes on the interpreter after
// some 50 guest instructions, works on it for 15-20 ms, and Node waits for it before it exits, however short the run was.
// Invariant: holds for modules compiled from now on, in this whole process; so `optimiseLate` is for the command, not for the library.

const BUDGET = '--wasm-tiering-budget=';
/** In bytes: tens of thousands of guest instructions, a hello is over by then. */
const LATE = 1_000_000_000;
/** V8's own measure for a long time, for modules that are known to be hot. */
const EARLY = 1_800_000;

export function optimiseLate(): void {
  setFlag(`${BUDGET}${LATE}`);
}

export function optimiseEarly(): void {
  setFlag(`${BUDGET}${EARLY}`);
}

/** Functions are checked when they are first called: baked translations are many, and checking 1 MB takes 7 ms. */
export function checkLate(): void {
  setFlag('--wasm-lazy-validation');
}

/** Engines that know branch hints but do not heed them by default: Node before 25. */
export function heedBranchHints(): void {
  setFlag('--experimental-wasm-branch-hinting');
}

/** Not imported: as an ES module, node:v8 brings all of Node's streams along, 4 ms. Engines other than V8 refuse. */
function setFlag(flag: string): void {
  try {
    process.getBuiltinModule('v8').setFlagsFromString(flag);
  } catch {
    // Without V8 there is nothing to set.
  }
}
