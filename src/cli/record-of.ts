// What `run` and `create` keep of their options: the record of a box.
import { readFileSync } from 'node:fs';
import type { ContainerConfig } from '../image/oci.ts';
import type { BoxRecord, HealthOptions, LogOptions, RestartPolicy } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { parseDuration } from './duration.ts';
import { environmentOf } from './environment.ts';
import { KEEPING_OPTIONS } from './keeping-options.ts';
import type { ParsedOptions } from './options.ts';
import { parseSignal } from './signal.ts';
import { parseSize } from './size.ts';

/** Options that are of no use when the box is started again, or are resolved once. */
const RESOLVED = new Set([...KEEPING_OPTIONS.map(([name]) => name), 'env', 'env-file', 'pull']);
const STOP_TIMEOUT = 10;
const LOG_SIZE = 10 << 20;
const LOG_FILES = 2;

export function recordOf(options: ParsedOptions): Omit<BoxRecord, 'id' | 'name' | 'createdAt'> {
  const rootfs = options.value('rootfs');
  const [image = '', ...command] = rootfs === undefined ? options.rest : [rootfs, ...options.rest];
  if (image === '') throw new WbxError('BAD_ARGUMENT', 'name a box or an image to run; see "wbx run --help"');
  const restart = parseRestart(options.value('restart') ?? 'no');
  const autoRemove = options.has('rm');
  if (autoRemove && restart.name !== 'no') throw new WbxError('BAD_ARGUMENT', '--restart and --rm exclude each other');
  const stopSignal = options.value('stop-signal');
  const env = environmentOf(options).map((each) => `--env=${each}`);
  return {
    args: [...options.words(RESOLVED), ...env, '--', ...options.rest],
    directory: process.cwd(),
    image,
    command,
    tty: options.has('tty'),
    interactive: options.has('interactive'),
    labels: labelsOf(options),
    autoRemove,
    restart,
    stopSignal: stopSignal === undefined ? undefined : parseSignal(stopSignal),
    stopTimeout: wholeNumber('stop-timeout', options.value('stop-timeout') ?? String(STOP_TIMEOUT)),
    log: logOf(options),
    health: healthOf(options),
    noHealthcheck: options.has('no-healthcheck'),
    hostname: options.value('hostname'),
  };
}

export function parseRestart(text: string): RestartPolicy {
  const [, name, maximum = '0'] = /^(no|always|unless-stopped|on-failure(?=:|$))(?::(\d+))?$/.exec(text) ?? [];
  if (name === undefined || (maximum !== '0' && name !== 'on-failure')) {
    throw new WbxError('BAD_ARGUMENT', `--restart ${text}: no, on-failure[:N], always or unless-stopped`);
  }
  return { name: name as RestartPolicy['name'], maximum: Number(maximum) };
}

function labelsOf(options: ParsedOptions): Record<string, string> {
  const lines = options.list('label-file').flatMap((path) => readFileSync(path, 'utf8').split(/\r?\n/));
  const labels = [...lines.filter((line) => line !== '' && !line.startsWith('#')), ...options.list('label')];
  return Object.fromEntries(labels.map((text) => [text.split('=')[0], text.split('=').slice(1).join('=')]));
}

function logOf(options: ParsedOptions): LogOptions {
  const driver = options.value('log-driver') ?? 'json-file';
  if (driver !== 'json-file' && driver !== 'none') {
    throw new WbxError('BAD_ARGUMENT', `--log-driver ${driver}: json-file and none are known`);
  }
  const log: LogOptions = { driver, maxSize: LOG_SIZE, maxFiles: LOG_FILES };
  for (const text of options.list('log-opt')) {
    const [name, value = ''] = text.split(/=(.*)/s);
    if (name === 'max-size') log.maxSize = parseSize(value) ?? LOG_SIZE;
    else if (name === 'max-file') log.maxFiles = Math.max(1, wholeNumber('log-opt max-file', value));
    else throw new WbxError('BAD_ARGUMENT', `--log-opt ${text}: max-size and max-file are known`);
  }
  return log;
}

function healthOf(options: ParsedOptions): HealthOptions | undefined {
  const command = options.value('health-cmd');
  if (command === undefined || options.has('no-healthcheck')) return undefined;
  const time = (name: string, usual: string) => parseDuration(options.value(name) ?? usual, `--${name}`);
  return {
    command: ['/bin/sh', '-c', command],
    interval: time('health-interval', '30s'),
    timeout: time('health-timeout', '30s'),
    startPeriod: time('health-start-period', '0'),
    retries: wholeNumber('health-retries', options.value('health-retries') ?? '3'),
  };
}

/** What the image says where the user does not. */
export function withImageConfig(record: BoxRecord, config: ContainerConfig): BoxRecord {
  const { StopSignal, Healthcheck, Labels } = config;
  const [kind, ...words] = Healthcheck?.Test ?? [];
  const usable = !record.noHealthcheck && !record.health && (kind === 'CMD' || kind === 'CMD-SHELL');
  const milliseconds = (ns: number | undefined, usual: number) => (ns ? ns / 1e6 : usual);
  const health = usable
    ? {
        command: kind === 'CMD' ? words : ['/bin/sh', '-c', ...words],
        interval: milliseconds(Healthcheck?.Interval, 30_000),
        timeout: milliseconds(Healthcheck?.Timeout, 30_000),
        startPeriod: milliseconds(Healthcheck?.StartPeriod, 0),
        retries: Healthcheck?.Retries || 3,
      }
    : record.health;
  const stopSignal = record.stopSignal ?? (StopSignal ? parseSignal(StopSignal) : undefined);
  return { ...record, health, stopSignal, labels: { ...Labels, ...record.labels } };
}

function wholeNumber(name: string, text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new WbxError('BAD_ARGUMENT', `--${name} ${text}: give a whole number`);
  return Number(text);
}
