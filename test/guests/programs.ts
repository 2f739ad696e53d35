// The guest programs: a C or C++ file a call family, compiled once for each content of it and of its headers.
// Static unless below dynamic/, which runs over debian:bookworm with the libraries NAME.so.c beside it.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

export interface Program {
  /** Family and name, such as `fs/open`. */
  name: string;
  source: string;
  dynamic: boolean;
}

/** What one run needs: the program and the shared libraries that lie beside it. */
export interface Binary {
  path: string;
  libraries: string[];
  dynamic: boolean;
}

const SOURCES = 'test/guests';
const OUT = 'build/guests';
const HEADER = `${SOURCES}/check.h`;
/** Warnings about what tests do on purpose: bad pointers, sizes and formats. */
const QUIET = [
  'nonnull',
  'unused-result',
  'stringop-overflow',
  'stringop-overread',
  'array-bounds',
  'alloc-size-larger-than',
  'infinite-recursion',
];
const FLAGS = [
  '-O1',
  '-g',
  '-Wall',
  '-Werror',
  '-D_GNU_SOURCE',
  `-I${SOURCES}`,
  '-pthread',
  ...QUIET.map((name) => `-Wno-${name}`),
];
const LIBRARIES = ['-lrt', '-lm', '-ldl'];

const run = promisify(execFile);

/** Programs whose name holds one of the words; all without words. A file without check.h is no guest test. */
export function guestPrograms(words: string[] = []): Program[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(c|cc)$/.test(path) && !path.endsWith('.so.c'))
    .filter((path) => readFileSync(`${SOURCES}/${path}`, 'utf8').includes('#include "check.h"'))
    .map((path) => ({
      name: path.replace(/\.(c|cc)$/, ''),
      source: `${SOURCES}/${path}`,
      dynamic: path.startsWith('dynamic/'),
    }))
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The compiled program. Throws what the compiler says. */
export async function compile({ source, dynamic }: Program): Promise<Binary> {
  const sources = dynamic ? librarySources(dirname(source)) : [];
  const libraries = await Promise.all(
    sources.map((each) => cached(each, ['-shared', '-fPIC'], `${basename(each, '.c')}`)),
  );
  const path = await cached(source, dynamic ? ['-rdynamic'] : ['-static']);
  return { path, libraries, dynamic };
}

function librarySources(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.so.c'))
    .map((name) => `${directory}/${name}`);
}

function headersBeside(source: string): string[] {
  const directory = dirname(source);
  const names = readdirSync(directory).filter((name) => name.endsWith('.h'));
  return names.map((name) => `${directory}/${name}`);
}

/** Compiles into a directory named by content, so that a program's own name stays what it was. */
async function cached(source: string, flags: string[], name = basename(source).replace(/\.cc?$/, '')): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([source, flags, FLAGS, LIBRARIES]));
  for (const file of [source, HEADER, ...headersBeside(source)]) hash.update(readFileSync(file));
  const directory = `${OUT}/${hash.digest('hex').slice(0, 16)}`;
  const path = `${directory}/${name}`;
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  // Two runners at once must not write one file.
  const part = `${path}.${process.pid}`;
  const compiler = source.endsWith('.cc') ? 'g++' : 'gcc';
  await run(compiler, [...FLAGS, ...flags, '-o', part, source, ...LIBRARIES]);
  renameSync(part, path);
  return path;
}
