// `--progress`: which view of a build its user wants.
import { WbxError } from '../../errors.ts';
import { PlainView } from './plain.ts';
import type { ProgressSink, ProgressView } from './progress.ts';
import { RawJsonView } from './rawjson.ts';
import { TtyView } from './tty.ts';

export type ProgressMode = 'plain' | 'rawjson' | 'tty';

const VIEWS: Record<ProgressMode, new (sink: ProgressSink) => ProgressView> = {
  plain: PlainView,
  rawjson: RawJsonView,
  tty: TtyView,
};

export function viewOf(mode: ProgressMode, sink: ProgressSink): ProgressView {
  return new VIEWS[mode](sink);
}

/** `auto` is tty on a terminal. */
export function parseProgressMode(text: string, isTerminal: boolean): ProgressMode {
  if (text === 'auto') return isTerminal ? 'tty' : 'plain';
  if (Object.hasOwn(VIEWS, text)) return text as ProgressMode;
  throw new WbxError('BAD_ARGUMENT', `--progress ${text}: it can be auto, plain, rawjson or tty`);
}
