// What is shown of a step that failed: its last lines and the lines of the Dockerfile round it, as `docker build` does.

/** Lines before and behind the instruction. */
const ROUND = 2;
const RULE = '--------------------';

export function formatFailure(
  { file, text }: { file: string; text: string },
  message: string,
  failed: { title: string; lines: string[] } | undefined,
): string {
  const log = failed ? `------\n > ${failed.title}:\n${failed.lines.map((line) => `${line}\n`).join('')}------\n` : '';
  const match = message.startsWith(`${file}:`) ? /^:(\d+):/.exec(message.slice(file.length)) : null;
  return `\n${log}${match ? excerpt(file, text.split(/\r?\n/), Number(match[1])) : ''}`;
}

function excerpt(file: string, lines: string[], line: number): string {
  let last = line;
  while (last < lines.length && /\\[ \t]*$/.test(lines[last - 1])) last++;
  const shown = lines.slice(Math.max(0, line - 1 - ROUND), last + ROUND).map((text, i) => {
    const number = Math.max(1, line - ROUND) + i;
    const mark = number >= line && number <= last ? '>>>' : '   ';
    return `${String(number).padStart(4)} | ${mark} ${text}\n`;
  });
  return `${file}:${line}\n${RULE}\n${shown.join('')}${RULE}\n`;
}
