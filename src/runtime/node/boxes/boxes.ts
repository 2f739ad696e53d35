// The boxes of this user, each a directory: box.json (its record), state.json, its logs and what it has written.
// Invariants: a name leads to one box, by a link that is made exclusively; a box whose process is gone shows as exited,
// whatever its state says, since a killed process tells nobody.
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemCode, WbxError } from '../../../errors.ts';
import { isProcess } from './host-process.ts';
import { randomName } from './random-name.ts';
import { type BoxRecord, type BoxState, freshState, isAlive } from './record.ts';

/** Docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const NAME_MAX = 128;
/** Digits that name a box in tables and its socket. */
export const SHORT_ID = 12;
/** Status of what SIGKILL has ended. */
const KILLED = 137;

export interface KnownBox {
  record: BoxRecord;
  state: BoxState;
}

export class Boxes {
  readonly #dir: string;
  readonly #names: string;

  constructor(dir = join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'wbx', 'boxes')) {
    this.#dir = dir;
    this.#names = join(dir, 'names');
  }

  /** Where the files of a box are. */
  path(id: string, ...below: string[]): string {
    return join(this.#dir, id, ...below);
  }

  get eventsPath(): string {
    return join(this.#dir, 'events');
  }

  create(name: string | undefined, fields: Omit<BoxRecord, 'id' | 'name' | 'createdAt'>): BoxRecord {
    const id = randomBytes(32).toString('hex');
    fs.mkdirSync(this.#names, { recursive: true, mode: 0o700 });
    fs.mkdirSync(this.path(id), { mode: 0o700 });
    try {
      const record = { id, name: this.#claim(id, name), createdAt: new Date().toISOString(), ...fields };
      this.write(record);
      this.writeState(id, freshState());
      return record;
    } catch (error) {
      fs.rmSync(this.path(id), { recursive: true });
      throw error;
    }
  }

  /** All, the youngest first. What is being made or removed is left out. */
  list(): KnownBox[] {
    const ids = fs.existsSync(this.#dir) ? fs.readdirSync(this.#dir).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
    return ids.flatMap((id) => this.#read(id) ?? []).sort((a, b) => (a.record.createdAt < b.record.createdAt ? 1 : -1));
  }

  /** By its name, its id or the beginning of it. */
  find(wanted: string): KnownBox {
    const named = NAME.test(wanted) ? this.#idOf(wanted) : undefined;
    const exact = named === undefined ? undefined : this.#read(named);
    if (exact) return exact;
    const hits = /^[0-9a-f]+$/.test(wanted) ? this.list().filter(({ record }) => record.id.startsWith(wanted)) : [];
    if (hits.length > 1) throw new WbxError('NOT_FOUND', `several boxes have an id that begins with "${wanted}"`);
    if (hits.length === 0) throw new WbxError('NOT_FOUND', `no such box: ${wanted}`);
    return hits[0];
  }

  write(record: BoxRecord): void {
    replaceFile(this.path(record.id, 'box.json'), record);
  }

  writeState(id: string, state: BoxState): void {
    replaceFile(this.path(id, 'state.json'), state);
  }

  /** As it was written; see `find` for what has become of it. */
  state(id: string): BoxState | undefined {
    return readJson(this.path(id, 'state.json')) as BoxState | undefined;
  }

  rename(record: BoxRecord, name: string): void {
    const old = record.name;
    this.write({ ...record, name: this.#claim(record.id, name) });
    fs.rmSync(join(this.#names, old), { force: true });
  }

  remove({ id, name }: BoxRecord): void {
    if (this.#idOf(name) === id) fs.rmSync(join(this.#names, name), { force: true });
    fs.rmSync(this.path(id), { recursive: true, force: true });
  }

  #read(id: string): KnownBox | undefined {
    const record = readJson(this.path(id, 'box.json')) as BoxRecord | undefined;
    const state = this.state(id);
    return record && state && { record, state: this.#truth(id, state) };
  }

  /** A process that is gone has been killed: nothing else leaves such a state behind. */
  #truth(id: string, state: BoxState): BoxState {
    if (!isAlive(state) || isProcess(state.pid, state.pidStart)) return state;
    // It may have written its end since we read.
    const latest = this.state(id) ?? state;
    if (!isAlive(latest)) return latest;
    const finishedAt = fs.statSync(this.path(id), { throwIfNoEntry: false })?.mtime.toISOString() ?? latest.finishedAt;
    return { ...latest, status: 'exited', exitCode: KILLED, finishedAt, ports: [], pid: 0 };
  }

  /** Makes the name lead to the box; one is found when none is given. */
  #claim(id: string, wanted: string | undefined): string {
    if (wanted !== undefined && (!NAME.test(wanted) || wanted.length > NAME_MAX)) {
      const rule = `two or more letters, digits, ".", "_" and "-", beginning with a letter or digit`;
      throw new WbxError('BAD_ARGUMENT', `"${wanted}" is no name for a box: ${rule}`);
    }
    for (;;) {
      const name = wanted ?? randomName();
      const holder = this.#tryClaim(id, name);
      if (holder === undefined) return name;
      if (wanted !== undefined) {
        const sentence = `the name "${name}" is in use by the box ${holder.slice(0, SHORT_ID)}`;
        throw new WbxError('BAD_ARGUMENT', `${sentence}: remove or rename that one, or choose another`);
      }
    }
  }

  /** The id of the box that has the name already. A link to what is gone is replaced. */
  #tryClaim(id: string, name: string): string | undefined {
    const path = join(this.#names, name);
    try {
      fs.symlinkSync(id, path);
      return undefined;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = this.#idOf(name);
    if (holder !== undefined && fs.existsSync(this.path(holder))) return holder;
    fs.rmSync(path, { force: true });
    return this.#tryClaim(id, name);
  }

  #idOf(name: string): string | undefined {
    try {
      return fs.readlinkSync(join(this.#names, name));
    } catch {
      return undefined;
    }
  }
}

function replaceFile(path: string, value: object): void {
  const temporary = `${path}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  fs.renameSync(temporary, path);
}

/** Undefined when it does not exist. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw new WbxError('IO', `${path} cannot be read: ${(error as Error).message}`, error);
  }
}
