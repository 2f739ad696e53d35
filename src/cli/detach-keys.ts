// The keys that leave a box running: ctrl-p ctrl-q, or what --detach-keys says. Invariant: the beginning of the sequence is held
// back until it is clear that it is none.
import { WbxError } from '../errors.ts';

const USUAL = 'ctrl-p,ctrl-q';

export class DetachKeys {
  readonly #keys: number[];
  #matched = 0;

  constructor(text = USUAL) {
    this.#keys = text === '' ? [] : text.split(',').map(code);
  }

  /** What is to be passed on; `detached` once the sequence is complete. */
  take(bytes: Uint8Array): { bytes: Uint8Array; detached: boolean } {
    const passed: number[] = [];
    for (const byte of bytes) {
      if (this.#keys.length > 0 && byte === this.#keys[this.#matched]) {
        if (++this.#matched === this.#keys.length) return { bytes: Uint8Array.from(passed), detached: true };
        continue;
      }
      passed.push(...this.#keys.slice(0, this.#matched));
      this.#matched = 0;
      if (byte === this.#keys[0]) this.#matched = 1;
      else passed.push(byte);
    }
    return { bytes: Uint8Array.from(passed), detached: false };
  }
}

/** `ctrl-X` or one character. */
function code(key: string): number {
  const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
  if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
  if (key.length === 1) return key.charCodeAt(0);
  throw new WbxError('BAD_ARGUMENT', `--detach-keys: "${key}" is neither a character nor ctrl- and one`);
}
