// Repeated measurements: runs are interleaved, so that a slow minute of the machine hits every contender.

export interface Contender<T> {
  name: string;
  run(): T | Promise<T>;
}

/** Results of each contender, in the order of its runs. */
export async function interleave<T>(contenders: Contender<T>[], rounds: number): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) results.get(name)!.push(await run());
  }
  return results;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
