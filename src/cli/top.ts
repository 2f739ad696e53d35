// wbx top: the processes of a box, by its own /proc, which a shell in the box reads to us. proc_pid_stat(5).
import { Boxes, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { askBox } from '../runtime/node/control/client.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { formatTable } from './table.ts';

/** Its own number first, which is left out. */
const SCRIPT =
  'echo $$; for each in /proc/[0-9]*; do read -r line < $each/stat && echo "$line"; done 2>/dev/null; exit 0';
/** Of sysconf(3). */
const TICKS = 100;

export function main(args: string[]): Promise<number> {
  const command = newCommand('top', 'List the processes of a box (which must hold /bin/sh).', ['wbx top web'])
    .argument('<box>', 'name or id')
    .action(async (name: string) => {
      const { record, state } = new Boxes().find(name);
      if (!isAlive(state)) throw new WbxError('UNSUPPORTED', `the box ${record.name} is not running`);
      let output = '';
      const request = { op: 'exec', argv: ['/bin/sh', '-c', SCRIPT] };
      const answer = await askBox(record.id.slice(0, SHORT_ID), request, ({ bytes }) => {
        output += Buffer.from(bytes).toString();
      });
      if ((answer as { status: number }).status !== 0) {
        throw new WbxError('UNSUPPORTED', `the box ${record.name} has no /bin/sh that could look: ${output.trim()}`);
      }
      const [own, ...lines] = output.trim().split('\n');
      const rows = lines.map(parseStat).filter(([pid]) => pid !== own);
      for (const line of formatTable(['PID', 'PPID', 'STAT', 'TIME', 'CMD'], rows)) console.log(line);
    });
  return runCommand(command, args);
}

function parseStat(line: string): string[] {
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(line) ?? ['', '', '', ''];
  const fields = rest.split(' ');
  const seconds = Math.floor((Number(fields[11]) + Number(fields[12])) / TICKS);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return [pid, fields[1] ?? '', fields[0] ?? '', time, name];
}
