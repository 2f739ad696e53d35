// Messages as values. Both ends agree on what the bytes of a message are: JSON (UTF-8), text, or nothing in particular.
import { WbxError } from '../errors.ts';
import type { Messages } from '../runtime/messages.ts';

/** A schema: returns the value, or throws. Those of zod and others have this method. */
export interface Schema {
  parse(value: unknown): unknown;
}

/** JSON, also checked by a schema in both directions; strings; or bytes. */
export type MessageFormat = 'json' | 'text' | 'bytes' | Schema;

interface Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

const utf8 = { encode: (text: string) => new TextEncoder().encode(text), decode: decodeText };

const JSON_CODEC: Codec = {
  encode: (value) => {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON has no ${typeof value}`);
    return utf8.encode(text);
  },
  decode: (bytes) => JSON.parse(utf8.decode(bytes)) as unknown,
};

const CODECS: Record<'json' | 'text' | 'bytes', Codec> = {
  json: JSON_CODEC,
  text: {
    encode: (value) => {
      if (typeof value !== 'string') throw new TypeError(`a string is wanted, not a value of type ${typeof value}`);
      return utf8.encode(value);
    },
    decode: utf8.decode,
  },
  bytes: {
    encode: (value) => {
      if (!(value instanceof Uint8Array)) throw new TypeError('a Uint8Array is wanted');
      return value;
    },
    decode: (bytes) => bytes,
  },
};

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function codecOf(format: MessageFormat): Codec {
  if (typeof format === 'string') return CODECS[format];
  return {
    encode: (value) => JSON_CODEC.encode(format.parse(value)),
    decode: (bytes) => format.parse(JSON_CODEC.decode(bytes)),
  };
}

export class TypedMessages {
  readonly #messages: Messages;
  readonly #codec: Codec;

  constructor(messages: Messages, format: MessageFormat = 'json') {
    this.#messages = messages;
    this.#codec = codecOf(format);
  }

  async send(value: unknown): Promise<void> {
    await this.#messages.send(attempt('to the box', () => this.#codec.encode(value)));
  }

  end(): void {
    this.#messages.end();
  }

  /** Not a generator, which would be finished by the first error. */
  readonly received: AsyncIterableIterator<unknown> = {
    next: async () => {
      const bytes = await this.#messages.next();
      if (!bytes) return { done: true, value: undefined };
      return { done: false, value: attempt('from the box', () => this.#codec.decode(bytes)) };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function attempt<T>(which: string, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    const reason = (error as Error | undefined)?.message ?? String(error);
    throw new WbxError('BAD_MESSAGE', `a message ${which} is not what was agreed on: ${reason}`, error);
  }
}
