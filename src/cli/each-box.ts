// Commands about several boxes: each is tried, what fails is told, and the status is 1 then. As Docker's.
import { Boxes, type KnownBox, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { type BoxState, isAlive } from '../runtime/node/boxes/record.ts';
import { askBox, type Request } from '../runtime/node/control/client.ts';
import { systemCode, WbxError } from '../errors.ts';

/** Runs `action` for all at once and prints the names in their order. */
export async function eachBox(
  names: string[],
  action: (box: KnownBox, boxes: Boxes) => Promise<unknown>,
): Promise<void> {
  const boxes = new Boxes();
  const run = async (name: string) => {
    const answer = await action(boxes.find(name), boxes);
    return typeof answer === 'string' ? answer : name;
  };
  const results = await Promise.allSettled(names.map(run));
  const problems: string[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') console.log(result.value);
    else if (!(result.reason instanceof WbxError) && !systemCode(result.reason)) throw result.reason;
    else problems.push((result.reason as Error).message);
  }
  if (problems.length > 0) throw new WbxError('NOT_FOUND', problems.join('\nwbx: '));
}

/** Asks the process of a box that must run. */
export function ask({ record, state }: KnownBox, request: Request): Promise<unknown> {
  if (!isAlive(state)) throw new WbxError('UNSUPPORTED', `the box ${record.name} is not running`);
  return askBox(record.id.slice(0, SHORT_ID), request);
}

/** Waits for the end of a box; a box whose process is killed meanwhile has ended as well. */
export async function waitForEnd(boxes: Boxes, box: KnownBox): Promise<BoxState> {
  if (!isAlive(box.state)) return box.state;
  try {
    const { status } = (await ask(box, { op: 'wait' })) as { status: number };
    return { ...box.state, status: 'exited', exitCode: status };
  } catch (error) {
    if (!(error instanceof WbxError)) throw error;
    return boxes.find(box.record.id).state;
  }
}
