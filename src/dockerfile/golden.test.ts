// Every test/dockerfiles/parse/NAME.Dockerfile parses to what NAME.json says. BLESS=1 writes the JSON files anew.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDockerfile } from './parse.ts';
import { parseStages } from './stages.ts';

const DIRECTORY = new URL('../../../test/dockerfiles/parse/', import.meta.url);

/** Maps as objects; a place as its line. */
function plain(key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return key === 'place' ? (value as { line: number }).line : value;
}

for (const file of readdirSync(DIRECTORY).filter((name) => name.endsWith('.Dockerfile'))) {
  test(file, () => {
    const stages = parseStages(parseDockerfile(readFileSync(new URL(file, DIRECTORY), 'utf8'), file));
    const text = `${JSON.stringify(stages, plain, 2)}\n`;
    const golden = new URL(file.replace('.Dockerfile', '.json'), DIRECTORY);
    if (process.env.BLESS) writeFileSync(golden, text);
    assert.equal(text, readFileSync(golden, 'utf8'));
  });
}
