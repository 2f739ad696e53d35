// In which order services start: each after those that it depends on.
import { WbxError } from '../errors.ts';

/** `dependencies` answers the names a service depends on. All that the wanted ones need is part of the answer. */
export function startOrder(wanted: string[], dependencies: (name: string) => string[]): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, above: string[]) => {
    if (above.includes(name)) {
      const circle = [...above.slice(above.indexOf(name)), name].join(' -> ');
      throw new WbxError('BAD_ARGUMENT', `services depend on each other in a circle: ${circle}`);
    }
    if (done.has(name)) return;
    for (const other of dependencies(name)) visit(other, [...above, name]);
    done.add(name);
    order.push(name);
  };
  for (const name of wanted) visit(name, []);
  return order;
}
