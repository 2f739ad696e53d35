// wbx history: the steps an image was made by, the last first.
import { type Image, Store } from '../image/store/store.ts';
import { ago } from './ago.ts';
import { newCommand, runCommand } from './command.ts';
import { formatLines } from './format.ts';
import { formatSize, formatTable } from './table.ts';

const HEAD = ['IMAGE', 'CREATED', 'CREATED BY', 'SIZE', 'COMMENT'];
const WIDTH = 45;

interface HistoryFlags {
  format?: string;
  human: boolean | string;
  trunc: boolean;
  quiet?: boolean;
}

interface Step {
  ID: string;
  CreatedSince: string;
  CreatedAt: string;
  CreatedBy: string;
  Size: string;
  Comment: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('history', 'Show how an image was made.', [
    'wbx history debian:bookworm',
    "wbx history --no-trunc --format '{{.Size}}: {{.CreatedBy}}' app",
  ])
    .argument('<image>')
    .option('--format <template>', 'json, or a Go template')
    .option('-H, --human [yes]', 'sizes and dates for people (false: bytes, RFC 3339)', true)
    .option('--no-trunc', 'whole digests and commands')
    .option('-q, --quiet', 'digests only')
    .action((name: string, flags: HistoryFlags) => {
      const store = new Store();
      for (const line of lines(steps(store.get(name), flags), flags)) console.log(line);
    });
  return runCommand(command, args);
}

function steps({ digest, config, layers }: Image, { human, trunc }: HistoryFlags): Step[] {
  const people = human !== 'false' && human !== '0';
  const id = trunc ? digest.slice('sha256:'.length, 'sha256:'.length + 12) : digest;
  const sizes = layers.map(({ layer }) => layer.size).reverse();
  return [...(config.history ?? [])].reverse().map((step, i) => {
    const size = step.empty_layer ? 0 : (sizes.shift() ?? 0);
    const by = (step.created_by ?? '').replace(/\s+/g, ' ');
    return {
      ID: i === 0 ? id : '<missing>',
      CreatedSince: people ? ago(step.created) : (step.created ?? ''),
      CreatedAt: step.created ?? '',
      CreatedBy: trunc && by.length > WIDTH ? `${by.slice(0, WIDTH - 1)}…` : by,
      Size: people ? formatSize(size) : String(size),
      Comment: step.comment ?? '',
    };
  });
}

function lines(all: Step[], { format, quiet }: HistoryFlags): string[] {
  if (quiet) return all.map(({ ID }) => ID);
  if (format !== undefined && format !== 'table') return formatLines(format, all);
  return formatTable(
    HEAD,
    all.map((step) => [step.ID, step.CreatedSince, step.CreatedBy, step.Size, step.Comment]),
  );
}
