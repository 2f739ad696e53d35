// `wbx run --policy FILE`: everything that a box may reach, as the library's type Policy has it (runtime/policy.ts), in JSON. It
// becomes the options that say the same, so that a kept box remembers it; what the file does not name is not reachable. And back:
// the policy that options amount to, for `wbx inspect`.
import { readFileSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { isMapping } from '../compose/merge.ts';
import type { Policy } from '../runtime/policy.ts';
import { limitsOf } from './limit-options.ts';
import { wantedMounts } from './mounts.ts';
import { networkOf } from './network-options.ts';
import { type OptionTable, ParsedOptions } from './options.ts';

/** Options that say what a box may reach: beside a policy they would widen it. */
const INSTEAD = [
  'allow-net',
  'deny-net',
  'memory',
  'mount',
  'net',
  'network',
  'pids-limit',
  'publish',
  'storage-opt',
  'volume',
];
const KNOWN: Record<string, string[]> = {
  '': ['network', 'publish', 'mounts', 'limits'],
  network: ['allow', 'deny'],
  limits: ['memory', 'tasks', 'files'],
};

/** The options with those of --policy in its place. */
export function withPolicy(table: OptionTable, options: ParsedOptions): ParsedOptions {
  const path = options.value('policy');
  if (path === undefined) return options;
  const other = INSTEAD.find((name) => options.has(name));
  if (other !== undefined) throw new WbxError('BAD_ARGUMENT', `--${other} beside --policy: say it in ${path}`);
  const words = [...wordsOf(readPolicy(path)), ...options.words(new Set(['policy']))];
  return new ParsedOptions(table, [...words, '--', ...options.rest]);
}

/** What the options let a box reach. */
export function policyOf(options: ParsedOptions): Policy {
  const network = networkOf(options, []);
  const { memoryLimit, taskLimit, upperLimit } = limitsOf(options);
  const mounts = wantedMounts(options).filter(({ type }) => type !== 'tmpfs');
  return {
    network: network && { allow: network.policy.allow, deny: network.policy.deny },
    publish: options.list('publish'),
    mounts: mounts.map(({ source, target, readOnly }) => ({ source, target, writable: !readOnly })),
    limits: { memory: memoryLimit, tasks: taskLimit, files: upperLimit },
  };
}

function readPolicy(path: string): Policy {
  let policy: unknown;
  try {
    policy = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WbxError('NOT_FOUND', `cannot read --policy ${path}: ${(error as Error).message}`, error);
  }
  for (const [part, keys] of Object.entries(KNOWN)) {
    const value = part === '' ? policy : (policy as Record<string, unknown>)[part];
    if (value === undefined && part !== '') continue;
    if (!isMapping(value)) throw new WbxError('BAD_ARGUMENT', `${path}: ${part || 'it'} must be an object`);
    const odd = Object.keys(value).find((key) => !keys.includes(key));
    if (odd !== undefined)
      throw new WbxError(
        'BAD_ARGUMENT',
        `${path}: "${odd}" is not known${part && ` in ${part}`}: there are ${keys.join(', ')}`,
      );
  }
  return policy as Policy;
}

function wordsOf({ network, publish = [], mounts = [], limits = {} }: Policy): string[] {
  const { memory, tasks, files } = limits;
  const inward = network ?? (publish.length > 0 ? { allow: [] } : undefined);
  // Nothing allowed is no rule that allows: only a rule against everything says it.
  const nothing = inward?.allow?.length === 0 ? ['--deny-net=*'] : [];
  return [
    ...(inward ? [] : ['--network=none']),
    ...nothing,
    ...(inward?.allow ?? []).map((rule) => `--allow-net=${rule}`),
    ...(inward?.deny ?? []).map((rule) => `--deny-net=${rule}`),
    ...publish.map((port) => `--publish=${port}`),
    ...mounts.map(
      ({ source, target, writable }) =>
        `--mount=type=bind,source=${source},target=${target}${writable ? '' : ',readonly'}`,
    ),
    ...(memory === undefined ? [] : [`--memory=${memory}`]),
    ...(tasks === undefined ? [] : [`--pids-limit=${tasks}`]),
    ...(files === undefined ? [] : [`--storage-opt=size=${files}`]),
  ];
}
