// Reads compose files: the ones that are named or the usual ones, overrides over them, variables put in, `extends` and `include`
// followed. What comes out is one mapping as the specification has it.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { WbxError } from '../errors.ts';
import { readEnvFile } from './env-file.ts';
import { interpolateAll, type Variables } from './interpolate.ts';
import { isMapping, mergeFiles } from './merge.ts';

export type Mapping = Record<string, unknown>;

const USUAL = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** A file may extend another so often; more is a circle. */
const EXTENDS_MOST = 20;

export interface LoadOptions {
  /** Of -f; the usual names in the directory or above it when there are none. */
  files: string[];
  /** Of --project-directory. */
  directory?: string;
  /** Of --env-file; .env of the project when there is none. */
  envFiles: string[];
  /** Of -p. */
  name?: string;
  /** Told what is odd but no error. */
  warn(sentence: string): void;
}

export interface LoadedProject {
  name: string;
  directory: string;
  files: string[];
  content: Mapping;
  variables: Variables;
}

export function loadProject(options: LoadOptions): LoadedProject {
  const files = options.files.length > 0 ? options.files.map((file) => resolve(file)) : usualFiles(process.cwd());
  const directory = resolve(options.directory ?? dirname(files[0]));
  const variables = variablesOf(options, directory);
  const missing = new Set<string>();
  let content: Mapping = {};
  for (const file of files) {
    const loaded = readCompose(file, variables, (name) => missing.add(name));
    content = mergeFiles(
      content,
      withIncludes(loaded, file, variables, (name) => missing.add(name)),
    );
  }
  for (const name of missing) options.warn(`the variable ${name} is not set: an empty text stands for it`);
  const wanted = options.name ?? variables.get('COMPOSE_PROJECT_NAME') ?? (content.name as string | undefined);
  return { name: projectName(wanted ?? basename(directory)), directory, files, content, variables };
}

/** In the directory or the nearest above that has one, with its override. */
function usualFiles(start: string): string[] {
  for (let directory = start; ; directory = dirname(directory)) {
    const found = USUAL.map((name) => join(directory, name)).find((path) => existsSync(path));
    if (found) {
      const override = found.replace(/\.(ya?ml)$/, '.override.$1');
      const other = override.endsWith('.yaml') ? override.replace(/yaml$/, 'yml') : override.replace(/yml$/, 'yaml');
      return [found, ...[override, other].filter((path) => existsSync(path)).slice(0, 1)];
    }
    if (directory === dirname(directory)) break;
  }
  throw new WbxError('NOT_FOUND', `no compose file here or above: make ${USUAL[0]}, or name one with -f`);
}

/** The environment wins over .env. */
function variablesOf({ envFiles }: LoadOptions, directory: string): Variables {
  const own = join(directory, '.env');
  const files = envFiles.length > 0 ? envFiles : existsSync(own) ? [own] : [];
  const pairs = files.flatMap((file) => [
    ...readEnvFile(file, new Map(Object.entries(process.env as Record<string, string>))),
  ]);
  return new Map([...pairs, ...Object.entries(process.env as Record<string, string>)]);
}

function projectName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
  if (name === '') throw new WbxError('BAD_ARGUMENT', `"${text}" gives no name for the project: choose one with -p`);
  return name;
}

function readCompose(file: string, variables: Variables, missing: (name: string) => void): Mapping {
  const text = readText(file);
  let parsed: unknown;
  try {
    parsed = parseYaml(text, { merge: true, maxAliasCount: 1000 });
  } catch (error) {
    throw new WbxError('BAD_ARGUMENT', `${file}: ${(error as Error).message.split('\n')[0]}`, error);
  }
  if (!isMapping(parsed)) throw new WbxError('BAD_ARGUMENT', `${file} is no compose file: it holds no mapping`);
  const content = interpolateAll(parsed, variables, basename(file), missing) as Mapping;
  const services = isMapping(content.services) ? content.services : {};
  const extended = Object.entries(services).map(([name, service]) => {
    return [name, withExtends(service, services, { file, variables, missing }, 0)];
  });
  return content.services === undefined ? content : { ...content, services: Object.fromEntries(extended) };
}

interface Source {
  file: string;
  variables: Variables;
  missing(name: string): void;
}

/** The service over the one that it extends. */
function withExtends(service: unknown, siblings: Mapping, source: Source, depth: number): unknown {
  if (!isMapping(service) || service.extends === undefined) return service;
  if (depth > EXTENDS_MOST)
    throw new WbxError('BAD_ARGUMENT', `${source.file}: services extend each other in a circle`);
  const { extends: wanted, ...own } = service;
  const { service: name, file } = isMapping(wanted) ? wanted : { service: wanted, file: undefined };
  const from = file === undefined ? source : { ...source, file: resolve(dirname(source.file), String(file)) };
  const others = file === undefined ? siblings : servicesOf(from);
  const below = others[String(name)];
  if (!isMapping(below))
    throw new WbxError('BAD_ARGUMENT', `${from.file}: there is no service "${String(name)}" to extend`);
  return mergeFiles(withExtends(below, others, from, depth + 1) as Mapping, own);
}

function servicesOf({ file, variables, missing }: Source): Mapping {
  const parsed = parseYaml(readText(file), { merge: true, maxAliasCount: 1000 }) as unknown;
  const content = interpolateAll(parsed, variables, basename(file), missing);
  return isMapping(content) && isMapping(content.services) ? content.services : {};
}

/** Files of `include` lie below the one that names them. */
function withIncludes(content: Mapping, file: string, variables: Variables, missing: (name: string) => void): Mapping {
  const { include, ...own } = content;
  const entries = include === undefined ? [] : Array.isArray(include) ? include : [include];
  let all: Mapping = {};
  for (const entry of entries) {
    const paths = isMapping(entry) ? [entry.path].flat() : [entry];
    for (const path of paths) {
      const included = resolve(dirname(file), String(path));
      all = mergeFiles(all, withIncludes(readCompose(included, variables, missing), included, variables, missing));
    }
  }
  return mergeFiles(all, own);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WbxError('NOT_FOUND', `cannot read ${file}: ${(error as Error).message}`, error);
  }
}
