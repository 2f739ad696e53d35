// An instruction of a Dockerfile as it stands in the text: keyword, flags, the rest of its line, here-documents. Nothing is
// expanded yet. Invariant: `line` is where its keyword stands, so that every error can say where.
import { WbxError } from '../errors.ts';

export interface Heredoc {
  /** The word behind `<<`, without quotes: also the file's name in COPY. */
  name: string;
  content: string;
  /** False when the word was quoted. */
  expand: boolean;
}

export interface Instruction {
  /** In upper case. */
  keyword: string;
  /** The keyword as it is written. */
  word: string;
  /** `--name=value` words as written. */
  flags: string[];
  /** What follows keyword and flags, continuation lines joined. */
  rest: string;
  heredocs: Heredoc[];
  /** Keyword and all, continuation lines joined: what history and progress show. */
  original: string;
  line: number;
}

/** Where an instruction stands: what errors start with. */
export interface Place {
  file: string;
  line: number;
}

/** `Dockerfile:7: what is wrong, what to do` */
export function dockerfileError({ file, line }: Place, sentence: string, cause?: unknown): WbxError {
  return new WbxError('BAD_DOCKERFILE', `${file}:${line}: ${sentence}`, cause);
}
