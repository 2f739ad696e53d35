// The files of a box for `wbx cp`. A box that runs is asked; of one that does not a twin is started for the while, whose only
// program is ours, and what is written becomes part of what the box has written.
import { Boxes, type KnownBox, SHORT_ID } from '../../runtime/node/boxes/boxes.ts';
import { newLayer } from '../../runtime/node/boxes/layers.ts';
import { Inlet } from '../../runtime/node/boxes/inlet.ts';
import { isAlive } from '../../runtime/node/boxes/record.ts';
import { withChanges } from '../../runtime/node/boxes/written.ts';
import { answerOf, openConnection } from '../../runtime/node/control/client.ts';
import { GuestCalls } from '../../runtime/node/guest-calls.ts';
import { runBox } from '../../runtime/node/run.ts';
import { WbxError } from '../../errors.ts';
import { ParsedOptions } from '../options.ts';
import { prepareRun, RUN_OPTIONS } from '../run.ts';
import { GuestPlace } from './guest-place.ts';
import { Pieces } from './pieces.ts';

export function openGuest(box: KnownBox): Promise<GuestPlace> {
  if (box.state.status === 'paused')
    throw new WbxError('UNSUPPORTED', `the box ${box.record.name} is paused: unpause it first`);
  return isAlive(box.state) ? ofRunning(box) : ofStopped(box);
}

async function ofRunning({ record }: KnownBox): Promise<GuestPlace> {
  const id = record.id.slice(0, SHORT_ID);
  const connection = await openConnection(id, { op: 'calls' });
  const pieces = new Pieces();
  const answer = answerOf(connection, id, ({ bytes }) => void pieces.write(bytes)).finally(() => pieces.end());
  answer.catch(() => {});
  const calls = new GuestCalls((bytes) => connection.sendBytes(0, bytes), pieces);
  return new GuestPlace(calls, async () => {
    connection.sendBytes(0, new Uint8Array(0));
    await answer;
    connection.destroy();
  });
}

async function ofStopped({ record }: KnownBox): Promise<GuestPlace> {
  const boxes = new Boxes();
  const here = process.cwd();
  process.chdir(record.directory);
  const options = new ParsedOptions(RUN_OPTIONS, [...withoutPorts(record.args)]);
  const { run } = await prepareRun(options, (found) => withChanges(found, boxes, record));
  process.chdir(here);
  if (!run.boot) throw new WbxError('UNSUPPORTED', `${record.name} was made of a snapshot: start it to copy its files`);
  const input = new Inlet();
  const pieces = new Pieces();
  const layer = newLayer(boxes, record.id);
  const exit = runBox({
    ...run,
    boot: { ...run.boot, ...(await callsProgram()) },
    stdin: input,
    stdout: pieces,
    stderr: { write: (bytes) => bytes.length },
    layer,
  }).finally(() => pieces.end());
  exit.catch(() => {});
  return new GuestPlace(new GuestCalls((bytes) => void input.push(bytes), pieces), async () => {
    input.end();
    const { status } = await exit;
    layer.close(status === 0);
  });
}

/** Somebody else may have them meanwhile. */
function withoutPorts(args: string[]): string[] {
  const end = args.indexOf('--');
  return [...args.slice(0, end).filter((word) => !/^--(publish|publish-all|tty)=/.test(word)), ...args.slice(end)];
}

async function callsProgram() {
  const { CALLS } = await import('../../runtime/guest/programs.gen.ts');
  return {
    program: Buffer.from(CALLS, 'base64'),
    argv: ['calls'],
    commandIndex: 0,
    cwd: '/',
    uid: 0,
    gid: 0,
    groups: [],
  };
}
