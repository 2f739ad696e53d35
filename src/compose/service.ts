// One service of a compose file as options of `wbx run`. Compose specification, "services". Invariant: a key that is not known, or that
// a box cannot do, is refused by its name, never left out in silence.
import { WbxError } from '../errors.ts';
import { byName, commandOf, listOf, type Mapping, mappingOf, pairsOf, textOf, textsOf, wrong } from './fields.ts';
import { readEnvFile } from './env-file.ts';
import { healthWords } from './health.ts';
import { mountWords, portWords } from './places.ts';
import type { Project } from './project.ts';

/** One of the conditions of depends_on. */
export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';
const CONDITIONS: Condition[] = ['service_started', 'service_healthy', 'service_completed_successfully'];

export interface Dependency {
  condition: Condition;
  required: boolean;
}

/** Keys that one option of `run` says, as it stands. */
const OPTIONS: [key: string, option: string][] = [
  ['cpus', 'cpus'],
  ['hostname', 'hostname'],
  ['mem_limit', 'memory'],
  ['pids_limit', 'pids-limit'],
  ['restart', 'restart'],
  ['stop_signal', 'stop-signal'],
  ['user', 'user'],
  ['working_dir', 'workdir'],
];
/** Keys that an option says once for each. */
const LISTS: [key: string, option: string][] = [
  ['cap_add', 'cap-add'],
  ['cap_drop', 'cap-drop'],
  ['dns', 'dns'],
  ['dns_opt', 'dns-option'],
  ['dns_search', 'dns-search'],
  ['expose', 'expose'],
  ['security_opt', 'security-opt'],
  ['tmpfs', 'tmpfs'],
];
const FLAGS: [key: string, option: string][] = [
  ['init', 'init'],
  ['read_only', 'read-only'],
  ['stdin_open', 'interactive'],
  ['tty', 'tty'],
];
/** Read by other parts. */
const ELSEWHERE = [
  'build',
  'command',
  'configs',
  'container_name',
  'depends_on',
  'deploy',
  'entrypoint',
  'env_file',
  'environment',
  'extra_hosts',
  'healthcheck',
  'image',
  'labels',
  'logging',
  'network_mode',
  'networks',
  'platform',
  'ports',
  'profiles',
  'pull_policy',
  'scale',
  'secrets',
  'stop_grace_period',
  'storage_opt',
  'ulimits',
  'volumes',
  'attach',
  'annotations',
];
const KNOWN = new Set([...OPTIONS, ...LISTS, ...FLAGS].map(([key]) => key).concat(ELSEWHERE));

export function checkKeys(service: Mapping, where: string): void {
  const odd = Object.keys(service).find((key) => !KNOWN.has(key) && !key.startsWith('x-'));
  if (odd !== undefined) throw wrong(where, `"${odd}" is not something a box can be told`);
  const platform = service.platform;
  if (platform !== undefined && platform !== 'linux/amd64' && platform !== 'linux')
    throw wrong(where, `platform ${textOf(platform, where)}: boxes are linux/amd64`);
}

/** The options of `run`, without name, labels and networks, and the words behind the image. */
export function runWords(project: Project, name: string): { options: string[]; command: string[] } {
  const service = project.service(name);
  const where = `services.${name}`;
  const value = (key: string) => textOf(service[key], `${where}.${key}`);
  const options = [
    ...OPTIONS.filter(([key]) => service[key] !== undefined).map(([key, option]) => `--${option}=${value(key)}`),
    ...LISTS.flatMap(([key, option]) => textsOf(service[key], `${where}.${key}`).map((each) => `--${option}=${each}`)),
    ...FLAGS.filter(([key]) => service[key] === true).map(([, option]) => `--${option}`),
    ...environment(project, service, where).map(([variable, text]) => `--env=${variable}=${text}`),
    ...pairsOf(service.labels, `${where}.labels`).map(([label, text]) => `--label=${label}=${text ?? ''}`),
    ...hostWords(service, where),
    ...ulimitWords(service, where),
    ...limitWords(service, where),
    ...logWords(service, where),
    ...healthWords(service, where),
    ...portWords(service, where),
    ...mountWords(project, service, where),
  ];
  if (service.stop_grace_period !== undefined) options.push(`--stop-timeout=${seconds(value('stop_grace_period'))}`);
  const entrypoint = commandOf(service.entrypoint, `${where}.entrypoint`);
  const command = commandOf(service.command, `${where}.command`) ?? [];
  if (entrypoint === undefined) return { options, command };
  const [program = '', ...rest] = entrypoint;
  return { options: [...options, `--entrypoint=${program}`], command: [...rest, ...command] };
}

export function dependenciesOf(service: Mapping, where: string): Map<string, Dependency> {
  const all = byName(service.depends_on, `${where}.depends_on`);
  return new Map(
    [...all].map(([name, { condition = 'service_started', required = true }]) => {
      if (!CONDITIONS.includes(condition as Condition))
        throw wrong(where, `depends_on.${name}: the condition is one of ${CONDITIONS.join(', ')}`);
      return [name, { condition: condition as Condition, required: required !== false }];
    }),
  );
}

/** Files first; a variable without a value is passed on. */
function environment(project: Project, service: Mapping, where: string): [string, string][] {
  const variables = new Map<string, string>();
  const files = Array.isArray(service.env_file)
    ? service.env_file
    : service.env_file === undefined
      ? []
      : [service.env_file];
  for (const entry of files) {
    const { path, required = true } =
      typeof entry === 'string' ? { path: entry } : mappingOf(entry, `${where}.env_file`);
    const file = project.path(textOf(path, `${where}.env_file`));
    if (required === false && !project.exists(file)) continue;
    for (const [name, value] of readEnvFile(file, project.variables)) variables.set(name, value);
  }
  for (const [name, value] of pairsOf(service.environment, `${where}.environment`)) {
    const given = value ?? project.variables.get(name);
    if (given !== undefined) variables.set(name, given);
  }
  return [...variables];
}

/** NAME:ADDRESS, NAME=ADDRESS, or a mapping. */
function hostWords({ extra_hosts }: Mapping, where: string): string[] {
  if (!Array.isArray(extra_hosts))
    return pairsOf(extra_hosts, `${where}.extra_hosts`).map(([name, address]) => `--add-host=${name}:${address}`);
  return textsOf(extra_hosts, `${where}.extra_hosts`).map((text) => `--add-host=${text}`);
}

function ulimitWords({ ulimits }: Mapping, where: string): string[] {
  return Object.entries(mappingOf(ulimits, `${where}.ulimits`)).map(([name, value]) => {
    if (typeof value !== 'object') return `--ulimit=${name}=${textOf(value, where)}`;
    const { soft, hard } = mappingOf(value, `${where}.ulimits.${name}`);
    return `--ulimit=${name}=${textOf(soft, where)}:${textOf(hard, where)}`;
  });
}

/** deploy.resources.limits, and storage_opt. */
function limitWords({ deploy, storage_opt }: Mapping, where: string): string[] {
  const { resources } = mappingOf(deploy, `${where}.deploy`);
  const limits = mappingOf(
    mappingOf(resources, `${where}.deploy.resources`).limits,
    `${where}.deploy.resources.limits`,
  );
  const names = { cpus: 'cpus', memory: 'memory', pids: 'pids-limit' } as Record<string, string>;
  const odd = Object.keys(limits).find((key) => !Object.hasOwn(names, key));
  if (odd !== undefined) throw wrong(where, `deploy.resources.limits.${odd} is not something a box can be told`);
  const size = mappingOf(storage_opt, `${where}.storage_opt`).size;
  return [
    ...Object.entries(limits).map(([key, value]) => `--${names[key]}=${textOf(value, where)}`),
    ...(size === undefined ? [] : [`--storage-opt=size=${textOf(size, where)}`]),
  ];
}

function logWords({ logging }: Mapping, where: string): string[] {
  const { driver, options } = mappingOf(logging, `${where}.logging`);
  return [
    ...(driver === undefined ? [] : [`--log-driver=${textOf(driver, where)}`]),
    ...Object.entries(mappingOf(options, `${where}.logging.options`)).map(
      ([key, value]) => `--log-opt=${key}=${textOf(value, where)}`,
    ),
  ];
}

/** 1m30s, 10s, or a number of seconds. */
export function seconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6 };
  if (/^\d+$/.test(text)) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|h|m|s)/g)];
  if (parts.map(([all]) => all).join('') !== text || text === '')
    throw new WbxError('BAD_ARGUMENT', `"${text}" is no duration: write it as 1m30s`);
  return Math.ceil(parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit], 0));
}

export function scaleOf(service: Mapping, where: string): number {
  const replicas = mappingOf(service.deploy, `${where}.deploy`).replicas ?? service.scale ?? 1;
  if (!Number.isInteger(replicas) || (replicas as number) < 0)
    throw wrong(where, 'the number of replicas is a whole number');
  return replicas as number;
}

export function profilesOf(service: Mapping, where: string): string[] {
  return listOf(service.profiles, `${where}.profiles`).map((each) => textOf(each, where));
}
