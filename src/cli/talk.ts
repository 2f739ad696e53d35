// wbx talk: a conversation with a box. Each line of stdin is a message, each message a line of stdout; what the programs print
// goes to stderr. Invariant: lines are done in order, each once the box has taken the one before, orders once it has answered, too: once
// all its programs wait.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { WbxError } from '../errors.ts';
import { type RunningBox, start } from '../index.ts';
import { newCommand, runCommand } from './command.ts';

/** So long an order waits for a box that never comes to rest. */
const BUSY_MS = 2000;

interface TalkOptions {
  freezeTime?: boolean;
}

class Conversation {
  readonly #options: TalkOptions;
  #box!: RunningBox;
  #shown: Promise<void> = Promise.resolve();

  constructor(options: TalkOptions) {
    this.#options = options;
  }

  get box(): RunningBox {
    return this.#box;
  }

  /** Starts a box, or goes on with a snapshot, in place of the one before. */
  async begin(path: string, command?: string[]): Promise<void> {
    const next = await start(path, {
      messages: 'text',
      stdout: log,
      stderr: log,
      command,
      clock: this.#options.freezeTime ? 'continue' : 'jump',
      deterministic: this.#options.freezeTime ? {} : undefined,
    });
    await this.#box?.stop();
    await this.#shown;
    this.#box = next;
    this.#shown = show(next);
  }

  /** Once the box has ended: its status. */
  async end(): Promise<number> {
    const { status } = await this.#box.exit;
    await this.#shown;
    return status;
  }
}

function log(bytes: Uint8Array): void {
  process.stderr.write(bytes);
}

async function show(box: RunningBox): Promise<void> {
  for await (const text of box.messages) process.stdout.write(`${String(text).replaceAll('\n', '\\n')}\n`);
}

/** What lines that begin with !! do. */
const ORDERS: Record<string, (talk: Conversation, word?: string) => Promise<void> | void> = {
  snapshot: async ({ box }, path) => save(box, required(path, '!!snapshot FILE')),
  restore: (talk, path) => talk.begin(required(path, '!!restore FILE')),
  clock: ({ box }, text = '0') => {
    if (!/^\d{1,15}$/.test(text))
      throw new WbxError('BAD_ARGUMENT', `!!clock ${text}: give milliseconds to move on by`);
    process.stderr.write(`${new Date(box.moveClock(Number(text))).toISOString()}\n`);
  },
};

function required(word: string | undefined, usage: string): string {
  if (word === undefined) throw new WbxError('BAD_ARGUMENT', `the file is missing: ${usage}`);
  return word;
}

async function save(box: RunningBox, path: string): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of box.snapshot().toBox()) parts.push(part);
  writeFileSync(path, Buffer.concat(parts));
  process.stderr.write(`wrote ${path}\n`);
}

/** False when the box has ended. */
async function take(talk: Conversation, line: string): Promise<boolean> {
  const order = /^!!(\S*)\s*(.*)$/.exec(line);
  if (!order) return told(talk.box, line);
  const [, name, word] = order;
  if (!Object.hasOwn(ORDERS, name)) {
    throw new WbxError('BAD_ARGUMENT', `!!${name} is unknown; there are !!${Object.keys(ORDERS).join(', !!')}`);
  }
  await Promise.race([talk.box.idle(), setTimeout(BUSY_MS, undefined, { ref: false })]);
  await ORDERS[name](talk, word || undefined);
  return true;
}

/** A box that has ended takes nothing more: that is no failure. */
async function told(box: RunningBox, line: string): Promise<boolean> {
  try {
    await box.send(line);
    return true;
  } catch (error) {
    if (error instanceof WbxError && error.code === 'UNSUPPORTED') return false;
    throw error;
  }
}

async function converse(path: string, command: string[], options: TalkOptions): Promise<number> {
  const talk = new Conversation(options);
  await talk.begin(path, command.length > 0 ? command : undefined);
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      if (!(await take(talk, line))) break;
    }
  } catch (error) {
    await talk.box.stop();
    throw error;
  }
  talk.box.endMessages();
  return talk.end();
}

export async function main(args: string[]): Promise<number> {
  let status = 0;
  const command = newCommand('talk', 'Send each line of stdin to a box as a message; print its messages as lines.', [
    'echo hello | wbx talk echo.wasm',
    "printf 'one\\n!!snapshot warm.wasm\\n' | wbx talk app.wasm python3 /app.py",
    "printf '!!clock 86400000\\nwhat day is it\\n' | wbx talk --freeze-time app.wasm",
  ])
    .argument('<box>', 'a box file or a snapshot')
    .argument('[command...]', 'in place of its own command')
    .option('--freeze-time', 'its time stands still while it waits; !!clock MS moves it on')
    .passThroughOptions()
    .action(async (path: string, words: string[], options: TalkOptions) => {
      status = await converse(path, words, options);
    });
  await runCommand(command, args);
  return status;
}
