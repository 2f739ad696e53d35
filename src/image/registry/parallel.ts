// Works through a list with a few hands at once. After the first failure no new item is begun, and the failure is told when
// all hands are still: nothing goes on behind the back of whoever cleans up.

export async function inParallel<T>(items: T[], hands: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const failures: unknown[] = [];
  const hand = async (): Promise<void> => {
    while (left.length > 0 && failures.length === 0) {
      try {
        await work(left.shift() as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(hands, items.length) }, hand));
  if (failures.length > 0) throw failures[0];
}
