// Writes every *.gen.ts file from its table. `--check` writes nothing and fails when a file is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A generated file: its path from the project's root and its text. */
export interface Generated {
  path: string;
  text: string;
}

/** Modules below tools/ that export `generate(): Generated[]`. */
const GENERATORS: string[] = ['../isa/generate/main.js', 'gen-syscalls.js', 'gen-syscall-docs.js'];

async function main(check: boolean): Promise<void> {
  let stale = 0;
  for (const name of GENERATORS) {
    const module = (await import(new URL(name, pathToFileURL(`${import.meta.dirname}/`)).href)) as {
      generate(): Generated[];
    };
    for (const file of module.generate()) {
      const old = readIfPresent(file.path);
      if (old === file.text) continue;
      if (check) {
        stale++;
        console.error(`${file.path} is out of date: run npm run build:gen`);
      } else writeFileSync(file.path, file.text);
    }
  }
  process.exitCode = stale ? 1 : 0;
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

await main(process.argv.includes('--check'));
