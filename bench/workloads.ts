// What is measured: each row is a program of bench/programs, compiled with gcc -O2 -static, run with its scale.
// The scale makes the slowest engine take about a second.

export interface Workload {
  name: string;
  scale: number;
  /** Operations a unit of scale stands for, when the cost of one is of interest. */
  operations?: number;
}

export const WORKLOADS: Workload[] = [
  { name: 'fib', scale: 10 },
  { name: 'matrix', scale: 10 },
  { name: 'sha256', scale: 2 },
  { name: 'sieve', scale: 10 },
  { name: 'sort', scale: 2 },
  { name: 'strings', scale: 2 },
  { name: 'getpid', scale: 50, operations: 10_000 },
  { name: 'spawn', scale: 50, operations: 1 },
];
