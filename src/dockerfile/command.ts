// What each instruction means: one record per keyword, with its own fields, still unexpanded. The forms and their errors
// are those of Docker's "Dockerfile reference".
import type { Healthcheck } from '../image/oci.ts';
import { type Flags, parseFlags } from './flags.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { dockerfileError, type Heredoc, type Instruction, type Place } from './instruction.ts';
import { type Mount, parseMount } from './mount.ts';
import { parseJsonArray, parsePairs, splitWords } from './words.ts';

/** RUN, CMD, ENTRYPOINT: a line for the shell, or the words of an exec form. */
export type CommandLine = { shell: string } | { exec: string[] };

export type Command =
  | { keyword: 'ADD' | 'COPY'; flags: Flags; sources: string[]; destination: string; heredocs: Heredoc[] }
  | { keyword: 'ARG'; args: [name: string, value: string | undefined][] }
  | { keyword: 'CMD' | 'ENTRYPOINT'; command: CommandLine }
  | { keyword: 'RUN'; flags: Flags; mounts: Mount[]; command: CommandLine; heredocs: Heredoc[] }
  | { keyword: 'ENV' | 'LABEL'; pairs: [string, string][] }
  | { keyword: 'EXPOSE' | 'VOLUME'; words: string[] }
  | { keyword: 'FROM'; image: string; name?: string; writtenName?: string; flags: Flags }
  | { keyword: 'HEALTHCHECK'; healthcheck: Healthcheck }
  | { keyword: 'MAINTAINER' | 'STOPSIGNAL' | 'USER' | 'WORKDIR'; value: string }
  | { keyword: 'ONBUILD'; trigger: string }
  | { keyword: 'SHELL'; exec: string[] };

export function parseCommand(instruction: Instruction, file: string, escapeChar: string): Command {
  const place = { file, line: instruction.line };
  const flags = parseFlags(instruction, place);
  const { keyword, rest, heredocs } = instruction;
  if (rest === '') throw dockerfileError(place, `${keyword} needs an argument`);
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      return { keyword, flags, heredocs, ...parseCopy(keyword, rest, escapeChar, place) };
    case 'ARG':
      return { keyword, args: parseArgs(rest, escapeChar, place) };
    case 'CMD':
    case 'ENTRYPOINT':
      return { keyword, command: commandLine(rest) };
    case 'RUN':
      return { keyword, flags, heredocs, command: commandLine(rest), mounts: parseMounts(flags, place) };
    case 'ENV':
    case 'LABEL':
      return { keyword, pairs: parsePairs(rest, keyword, escapeChar, place) };
    case 'EXPOSE':
      return { keyword, words: splitWords(rest, escapeChar) };
    case 'VOLUME':
      return { keyword, words: parseJsonArray(rest) ?? splitWords(rest, escapeChar) };
    case 'FROM':
      return { keyword, flags, ...parseFrom(rest, place) };
    case 'HEALTHCHECK':
      return { keyword, healthcheck: parseHealthcheck(flags, rest, place) };
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return { keyword, value: rest };
    case 'ONBUILD':
      return { keyword, trigger: parseOnbuild(rest, place) };
    case 'SHELL':
      return { keyword, exec: parseShell(rest, place) };
  }
  throw new RangeError(`keyword ${keyword} has no meaning`);
}

function parseMounts(flags: Flags, place: Place): Mount[] {
  return flags.all('mount').map((text) => parseMount(text, place));
}

function commandLine(text: string): CommandLine {
  const exec = parseJsonArray(text);
  return exec ? { exec } : { shell: text };
}

function parseCopy(keyword: string, text: string, escapeChar: string, place: Place) {
  const words = parseJsonArray(text) ?? splitWords(text, escapeChar);
  const destination = words.pop();
  if (destination === undefined || words.length === 0) {
    throw dockerfileError(place, `${keyword} needs a source and a destination, as in ${keyword} file /dir/`);
  }
  return { sources: words, destination };
}

function parseArgs(text: string, escapeChar: string, place: Place): [string, string | undefined][] {
  return splitWords(text, escapeChar).map((word) => {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw dockerfileError(place, `ARG "${name}" is no name of a variable`);
    return [name, equals < 0 ? undefined : word.slice(equals + 1)];
  });
}

function parseFrom(text: string, place: Place): { image: string; name?: string; writtenName?: string } {
  const words = text.split(/\s+/);
  if (words.length === 1) return { image: words[0] };
  const [image, as, name] = words;
  if (words.length !== 3 || as.toUpperCase() !== 'AS') {
    throw dockerfileError(
      place,
      `FROM takes an image and, if wanted, a name for the stage, as in FROM ${image} AS build`,
    );
  }
  if (!/^[a-z][a-z0-9_.-]*$/.test(name.toLowerCase())) {
    throw dockerfileError(place, `"${name}" cannot name a stage; use a letter, then letters, digits, "_", "-" and "."`);
  }
  return { image, name: name.toLowerCase(), writtenName: name };
}

function parseOnbuild(text: string, place: Place): string {
  const keyword = text.split(/\s/, 1)[0].toUpperCase();
  if (keyword === 'ONBUILD' || keyword === 'FROM' || keyword === 'MAINTAINER') {
    throw dockerfileError(place, `ONBUILD cannot hold ${keyword}`);
  }
  return text;
}

function parseShell(text: string, place: Place): string[] {
  const exec = parseJsonArray(text);
  if (exec && exec.length > 0) return exec;
  throw dockerfileError(place, 'SHELL needs a JSON array, as in SHELL ["/bin/bash", "-c"]');
}
