// Types of wbx.mjs.
export function next<T = unknown>(): Promise<T | undefined>;
export function send(value: unknown): Promise<void>;
export function messages<T = unknown>(): AsyncGenerator<T, void>;
export function nextBytes(): Promise<Uint8Array | undefined>;
export function sendBytes(bytes: Uint8Array): Promise<void>;
export function nextSync<T = unknown>(): T | undefined;
export function sendSync(value: unknown): void;
export function nextBytesSync(): Uint8Array | undefined;
export function sendBytesSync(bytes: Uint8Array): void;
