import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addressOf, mirrorsOf, readRegistryConfig } from './hosts.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-hosts-'));
after(() => rmSync(directory, { recursive: true }));

function configOf(value: unknown) {
  const path = join(directory, 'registries.json');
  writeFileSync(path, JSON.stringify(value));
  return readRegistryConfig(path);
}

test('registries of this machine, and those the config names, may be insecure; others never', () => {
  const config = configOf({ 'insecure-registries': ['plain:5000', '10.0.0.0/8', 'every-port'] });
  for (const host of [
    'localhost',
    'localhost:5000',
    '127.0.0.1:5000',
    '127.9.9.9',
    '[::1]:5000',
    'plain:5000',
    '10.1.2.3:80',
    'every-port:1',
  ]) {
    assert.deepEqual(addressOf(host, config), { host, schemes: ['https', 'http'], verify: false }, host);
  }
  for (const host of ['example.org', 'plain:5001', '11.0.0.1', 'localhost.example.org', '[::2]:5000']) {
    assert.deepEqual(addressOf(host, config), { host, schemes: ['https'], verify: true }, host);
  }
});

test('mirrors: a list is for docker.io, an object for anybody', () => {
  assert.equal(mirrorsOf('docker.io', configOf({ 'registry-mirrors': ['https://m:1/'] }))[0].host, 'm:1');
  const config = configOf({ 'registry-mirrors': { 'quay.example': ['http://127.0.0.1:5'] } });
  assert.deepEqual(mirrorsOf('quay.example', config), [{ host: '127.0.0.1:5', schemes: ['http'], verify: false }]);
  assert.deepEqual(mirrorsOf('docker.io', config), []);
  assert.deepEqual(mirrorsOf('docker.io', readRegistryConfig(join(directory, 'none'))), []);
});

test('a config that is wrong is told with its file', () => {
  assert.throws(
    () => configOf({ 'registry-mirrors': ['m'] }),
    /registries\.json: the mirror "m" is not of the form https:/,
  );
  assert.throws(() => configOf({ 'insecure-registries': 'x' }), /"insecure-registries" is not a list/);
  assert.throws(() => configOf(null), /registries\.json: /);
});
