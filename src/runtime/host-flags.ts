// The flags of a boot block that tell the kernel what an attached host serves.
import * as H from '../../abi/host.ts';

export interface HostFeatures {
  /** Stream 0 is connected. */
  stdin: boolean;
  /** Streams 0..2 are one terminal. */
  tty?: boolean;
  strace?: boolean;
  trace?: boolean;
  /** Somebody takes the layer stream. */
  layer?: boolean;
  /** Somebody is there for /dev/wbx. */
  messages?: boolean;
  /** Clocks count instructions, and nothing runs while a request is unanswered: the same run every time. */
  deterministic?: boolean;
  /** Nothing but the interpreter runs code. */
  interpret?: boolean;
}

/** HOST_* of a host that serves the rings and the image's chunks. */
export function hostFlags({
  stdin,
  tty,
  strace,
  trace,
  layer,
  messages,
  deterministic,
  interpret,
}: HostFeatures): number {
  const flag = (on: boolean | undefined, value: number) => (on ? value : 0);
  return (
    H.HOST_ATTACHED |
    H.HOST_IMAGE |
    flag(stdin, H.HOST_STDIN_OPEN) |
    flag(tty, H.HOST_TTY) |
    flag(strace, H.HOST_STRACE) |
    flag(trace, H.HOST_TRACE) |
    flag(layer, H.HOST_LAYER) |
    flag(messages, H.HOST_MESSAGES) |
    flag(interpret, H.HOST_INTERPRET) |
    flag(deterministic, H.HOST_VIRTUAL_CLOCK | H.HOST_LOCKSTEP)
  );
}
