// The terminal of this process, lent to a box: raw while the box runs, restored however the process ends. termios(3).
import { spawnSync } from 'node:child_process';
import type { Box } from '../box.ts';

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** The size of the terminal on stdout, or what terminals have by default. */
export function terminalSize(): TerminalSize {
  return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

/** Switches the terminal to raw mode and passes changes of its size on. Returns what undoes both. */
export function lendTerminal(box: Pick<Box, 'resize'>): () => void {
  const resize = () => box.resize(process.stdout.columns, process.stdout.rows);
  const restore = () => {
    process.stdin.setRawMode?.(false);
  };
  process.stdin.setRawMode?.(true);
  // Node's raw mode still turns \n into \r\n; the box's own terminal has done that where its program wants it.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  process.on('exit', restore);
  process.stdout.on('resize', resize);
  return () => {
    process.off('exit', restore);
    process.stdout.off('resize', resize);
    restore();
  };
}
