// What is measured: each row is a program of bench/programs, compiled with gcc -O2 -static, run with its scale.
// The scale makes a native run last about 10 ms or more, so that what it measures is not the clock.

export interface Workload {
  name: string;
  scale: number;
  /** Operations a unit of scale stands for, when the cost of one is of interest. */
  operations?: number;
}

export const WORKLOADS: Workload[] = [
  { name: 'fib', scale: 50 },
  { name: 'hash', scale: 25 },
  { name: 'matrix', scale: 30 },
  { name: 'memory', scale: 50 },
  { name: 'mix', scale: 10 },
  { name: 'nbody', scale: 20 },
  { name: 'scan', scale: 5 },
  { name: 'sha256', scale: 4 },
  { name: 'sieve', scale: 10 },
  { name: 'sort', scale: 2 },
  { name: 'sse', scale: 200 },
  { name: 'strings', scale: 10 },
  { name: 'vm', scale: 20 },
  { name: 'x87', scale: 20 },
  { name: 'getpid', scale: 50, operations: 10_000 },
  { name: 'spawn', scale: 50, operations: 1 },
];
