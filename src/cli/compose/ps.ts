// wbx compose ps: the boxes of a project.
import type { KnownBox } from '../../runtime/node/boxes/boxes.ts';
import { isAlive } from '../../runtime/node/boxes/record.ts';
import { formatLines } from '../format.ts';
import { describe } from '../ps.ts';
import { formatTable } from '../table.ts';
import { composeLabel } from './boxes-of.ts';

export interface ComposePsFlags {
  all?: boolean;
  format?: string;
  quiet?: boolean;
  services?: boolean;
}

export function composePs(boxes: KnownBox[], { all, format, quiet, services }: ComposePsFlags): string[] {
  const shown = boxes.filter(({ state }) => all || isAlive(state));
  const rows = shown.map((box) => {
    const { ID, Image, Command, RunningFor, Status, State, Ports, Names } = describe(box, true);
    const { health } = box.state;
    const Service = composeLabel(box.record, 'service') ?? '';
    const Project = composeLabel(box.record, 'project') ?? '';
    return {
      ID,
      Name: Names,
      Image,
      Command,
      Project,
      Service,
      RunningFor,
      State,
      Health: health?.status ?? '',
      Status,
      ExitCode: box.state.exitCode,
      Ports,
    };
  });
  if (quiet) return rows.map(({ ID }) => ID);
  if (services) return [...new Set(rows.map(({ Service }) => Service))];
  if (format !== undefined && format !== 'table') return formatLines(format, rows);
  const titles = ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'];
  const cells = rows.map((row) => [
    row.Name,
    row.Image,
    row.Command,
    row.Service,
    row.RunningFor,
    row.Status,
    row.Ports,
  ]);
  return formatTable(titles, cells);
}
