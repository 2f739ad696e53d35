// Dockerfile text -> instructions: parser directives, comments, continuation lines, here-documents, flags.
// Docker's "Dockerfile reference", sections Format, Parser directives and Here-documents; quirks as in BuildKit's parser.
import { dockerfileError, type Heredoc, type Instruction } from './instruction.ts';
import { KEYWORDS, nearestKeyword } from './keywords.ts';
import { splitWords } from './words.ts';

export interface Dockerfile {
  /** What errors call it. */
  file: string;
  instructions: Instruction[];
  /** `\` or, by directive, a backtick. */
  escapeChar: string;
  /** Of the directive `check`. */
  check?: string;
  /** Lines of nothing inside continued instructions. */
  emptyContinuations: number[];
}

const HEREDOC = /^\d*<<(-?)([^<]+)$/;
const HEREDOC_KEYWORDS = new Set(['RUN', 'COPY', 'ADD']);
const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;

export function parseDockerfile(text: string, file = 'Dockerfile'): Dockerfile {
  const reader = new LineReader(text.replace(/^\ufeff/, ''), file);
  const instructions: Instruction[] = [];
  for (let instruction = reader.next(); instruction; instruction = reader.next()) instructions.push(instruction);
  if (instructions.length === 0)
    throw dockerfileError({ file, line: 1 }, 'the file has no instructions; it must start with FROM');
  const { escapeChar, check, emptyContinuations } = reader;
  return { file, instructions, escapeChar, check, emptyContinuations };
}

class LineReader {
  readonly escapeChar: string;
  readonly check?: string;
  readonly emptyContinuations: number[] = [];
  readonly #lines: string[];
  readonly #file: string;
  readonly #continued: RegExp;
  #at = 0;

  constructor(text: string, file: string) {
    this.#lines = text.split(/\r?\n/);
    this.#file = file;
    const directives = this.#directives();
    this.check = directives.get('check');
    this.escapeChar = directives.get('escape') ?? '\\';
    const escapeChar = this.escapeChar === '\\' ? '\\\\' : '`';
    this.#continued = new RegExp(`(?<!${escapeChar})${escapeChar}[ \\t]*$`);
  }

  next(): Instruction | undefined {
    while (this.#at < this.#lines.length) {
      const line = this.#at + 1;
      const text = this.#logicalLine();
      if (text !== '') return this.#instruction(text, line);
    }
    return undefined;
  }

  /** Directives are comments `# name=value` before anything else. */
  #directives(): Map<string, string> {
    const directives = new Map<string, string>();
    for (const [i, line] of this.#lines.entries()) {
      const match = DIRECTIVE.exec(line);
      if (!match) break;
      const name = match[1].toLowerCase();
      const place = { file: this.#file, line: i + 1 };
      if (directives.has(name)) throw dockerfileError(place, `the directive ${name} is given twice; keep one`);
      if (name === 'escape' && match[2] !== '\\' && match[2] !== '`') {
        throw dockerfileError(place, `the escape directive takes \\ or \`, not "${match[2]}"`);
      }
      directives.set(name, match[2]);
    }
    return directives;
  }

  /** One line with its continuations; comments and empty lines between them fall away. "" for a line of nothing. */
  #logicalLine(): string {
    let text = '';
    let first = true;
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++];
      const comment = /^\s*#/.test(line);
      if (first && (comment || line.trim() === '')) return '';
      if (!first && line.trim() === '') this.emptyContinuations.push(this.#at);
      if (!comment && line.trim() !== '') {
        const piece = line.replace(this.#continued, '');
        text += first ? piece.trimStart() : piece;
        if (piece.length === line.length) break;
      }
      first = false;
    }
    return text.trim();
  }

  #instruction(text: string, line: number): Instruction {
    const place = { file: this.#file, line };
    const [, word, afterKeyword] = /^(\S+)\s*([\s\S]*)$/.exec(text) as unknown as [string, string, string];
    const keyword = word.toUpperCase();
    if (!KEYWORDS.has(keyword)) {
      throw dockerfileError(place, `unknown instruction "${word}"; ${nearestKeyword(keyword)}`);
    }
    const { flags, rest } = splitFlags(afterKeyword);
    const heredocs = this.#heredocs(keyword, rest, line);
    return { keyword, word, flags, rest, heredocs, original: text, line };
  }

  #heredocs(keyword: string, rest: string, line: number): Heredoc[] {
    const inner = keyword === 'ONBUILD' ? rest.split(/\s/, 1)[0].toUpperCase() : keyword;
    if (!HEREDOC_KEYWORDS.has(inner) || !rest.includes('<<')) return [];
    return splitWords(rest, this.escapeChar).flatMap((word) => {
      const match = HEREDOC.exec(word);
      return match ? [this.#heredoc(match[2], match[1] === '-', line)] : [];
    });
  }

  #heredoc(word: string, stripTabs: boolean, line: number): Heredoc {
    const name = word.replace(/["']/g, '');
    let content = '';
    while (this.#at < this.#lines.length) {
      const raw = this.#lines[this.#at++];
      const text = stripTabs ? raw.replace(/^\t+/, '') : raw;
      if (text === name) return { name, content, expand: word === name };
      content += `${text}\n`;
    }
    throw dockerfileError({ file: this.#file, line }, `the here-document <<${word} has no end; add a line "${name}"`);
  }
}

/** Words that start with `--` right behind the keyword; `--` alone ends them. */
function splitFlags(text: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let rest = text;
  for (let match = FLAG.exec(rest); match; match = FLAG.exec(rest)) {
    rest = rest.slice(match[0].length);
    if (match[1] === '--') break;
    flags.push(match[1]);
  }
  return { flags, rest };
}

const FLAG = /^(--(?:"[^"]*"|'[^']*'|\\.|[^\s"'])*)(?:\s+|$)/;
