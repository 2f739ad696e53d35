// The one error class: a code for programs, one sentence for people, and the cause. Anything else thrown is a bug of ours.

/** What kind of failure a {@link WbxError} is; the command line maps codes to exit statuses. */
export type ErrorCode =
  | 'BAD_ARGUMENT' // a command line or an option that makes no sense
  | 'BAD_DOCKERFILE' // syntax or meaning; the sentence starts with FILE:LINE
  | 'BAD_IMAGE' // an image, layer, archive or layout that is not what it claims to be
  | 'BAD_RECORDING' // a recording that is damaged, or of another box
  | 'BAD_BOX' // a box.wasm that is corrupt, or of a version we do not read
  | 'BAD_MESSAGE' // a message between a box and its host that is not what they agreed on
  | 'NOT_FOUND' // a file, image, stage or name that does not exist
  | 'EXEC_NOT_FOUND' // the program of a container does not exist: 127
  | 'EXEC_FAILED' // the program exists but cannot be executed: 126
  | 'REGISTRY' // a registry that cannot be reached, refuses, or does not keep to the protocol
  | 'RUN_FAILED' // a RUN step ended with a status other than 0
  | 'UNSUPPORTED' // understood, and not done by this version
  | 'PANIC' // the kernel of a box gave up: a bug of ours
  | 'IO'; // the host refused: disk full, no permission

/** An error a user can act on. `message` is one sentence without a full stop, fit for stderr. */
export class WbxError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'WbxError';
    this.code = code;
  }
}

/** The `code` of a Node system error (ENOENT, ...) or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
