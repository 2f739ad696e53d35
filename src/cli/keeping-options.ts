// The options of `run` that make it keep a record of the box, so that other commands reach it. Loaded at every start:
// nothing is imported here that costs time.
import type { OptionTable, ParsedOptions } from './options.ts';

export const KEEPING_OPTIONS: OptionTable = [
  ['attach', 'list', 'a'],
  ['cidfile', 'value'],
  ['detach', 'flag', 'd'],
  ['detach-keys', 'value'],
  ['health-cmd', 'value'],
  ['health-interval', 'value'],
  ['health-retries', 'value'],
  ['health-start-period', 'value'],
  ['health-timeout', 'value'],
  ['label', 'list', 'l'],
  ['label-file', 'list'],
  ['log-driver', 'value'],
  ['log-opt', 'list'],
  ['name', 'value'],
  ['no-healthcheck', 'flag'],
  ['restart', 'value'],
  ['rm', 'flag'],
  ['sig-proxy', 'value'],
  ['stop-signal', 'value'],
  ['stop-timeout', 'value'],
];

export const KEEPING_HELP = `  -d, --detach           run in the background and print the id
      --name NAME        for other commands; boxes without -d and --name leave no record
      --rm               remove the record at the end
      --cidfile FILE     write the id to a file
      --restart POLICY   no, on-failure[:N], always or unless-stopped
      --stop-signal SIGNAL, --stop-timeout SECONDS
                         what "wbx stop" sends, and how long it waits before SIGKILL (10)
      --label NAME=VALUE, --label-file FILE
      --log-driver json-file|none, --log-opt max-size=10m, --log-opt max-file=2
      --health-cmd COMMAND, --health-interval, --health-timeout, --health-start-period DURATION,
      --health-retries N, --no-healthcheck
      --detach-keys KEYS leave the box running: ctrl-p,ctrl-q if not given
`;

/** Options without which nobody would look for the box. */
const KEPT = ['detach', 'name', 'cidfile', 'restart', 'health-cmd', 'label', 'label-file'];

export function isKept(options: ParsedOptions): boolean {
  return KEPT.some((name) => options.has(name));
}
