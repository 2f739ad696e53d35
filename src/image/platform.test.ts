import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor } from './oci.ts';
import { chooseEntry, formatPlatform, parsePlatform, platformsOf, RUNNABLE } from './platform.ts';

const entry = (platform?: string): Descriptor => ({
  mediaType: '',
  digest: `sha256:${'0'.repeat(64)}`,
  size: 0,
  platform: platform === undefined ? undefined : parsePlatform(platform),
});

function chosen(wanted: string | undefined, ...platforms: (string | undefined)[]): string | undefined {
  const found = chooseEntry(platforms.map(entry), wanted === undefined ? RUNNABLE : [parsePlatform(wanted)]);
  return found && (found.platform ? formatPlatform(found.platform) : 'any');
}

test('the best entry of an index', () => {
  assert.equal(chosen(undefined, 'linux/arm64', 'linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64'), 'linux/amd64');
  assert.equal(chosen(undefined, 'linux/amd64/v3', 'linux/amd64/v2'), 'linux/amd64/v2');
  assert.equal(chosen(undefined, 'linux/amd64/v3', 'windows/amd64'), undefined);
  assert.equal(chosen(undefined, 'wasi/wasm', 'linux/amd64'), 'linux/amd64');
  assert.equal(chosen(undefined, 'wasi/wasm', 'linux/arm64'), 'wasi/wasm');
  assert.equal(chosen('linux/arm/v6', 'linux/arm/v7', 'linux/arm/v6'), 'linux/arm/v6');
  assert.equal(chosen('linux/aarch64', 'linux/arm64/v8'), 'linux/arm64/v8');
  assert.equal(chosen(undefined, undefined, 'linux/arm64'), 'any');
});

test('platforms as people write them', () => {
  assert.deepEqual(parsePlatform('Linux/x86_64'), { os: 'linux', architecture: 'amd64' });
  for (const text of ['linux', '', '/amd64', 'a/b/c/d']) assert.throws(() => parsePlatform(text), /is no platform/);
  assert.equal(platformsOf([entry('linux/amd64'), entry('unknown/unknown'), entry()]), 'linux/amd64');
});
