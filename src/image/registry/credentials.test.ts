import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CredentialStore } from './credentials.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-credentials-'));
const oldPath = process.env.PATH;
process.env.PATH = `${directory}:${oldPath}`;
after(() => {
  process.env.PATH = oldPath;
  rmSync(directory, { recursive: true });
});

function storeOf(config: unknown): CredentialStore {
  const path = join(directory, 'config.json');
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  return new CredentialStore(path);
}

function helper(name: string, script: string): void {
  const path = join(directory, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

test('auths: by host, by old addresses, Docker Hub by its own; passwords may hold colons', async () => {
  const store = storeOf({
    auths: {
      'r:5000': auth('u:p:q'),
      'https://old.example/v1/': auth('a:b'),
      'https://index.docker.io/v1/': { identitytoken: 't' },
      broken: { auth: '====' },
    },
  });
  assert.deepEqual(await store.get('r:5000'), { username: 'u', password: 'p:q' });
  assert.deepEqual(await store.get('old.example'), { username: 'a', password: 'b' });
  assert.deepEqual(await store.get('docker.io'), { identityToken: 't' });
  assert.equal(await store.get('r:5001'), undefined);
  await assert.rejects(store.get('broken'), /an "auth" is not base64 of USER:PASSWORD$/);
});

test('helpers: for one registry before the one for all; tokens; nothing found; failures', async () => {
  helper('one', `read url; printf '{"Username":"<token>","Secret":"%s"}' "$url"`);
  helper('all', `printf '{"Username":"u","Secret":"s"}'`);
  helper('none', 'echo "credentials not found in native keychain"; exit 1');
  helper('bad', 'echo "the keychain is locked"; exit 1');
  helper('odd', 'echo "{}"');
  const credHelpers = { r1: 'one', r2: 'none', r3: 'bad', r4: 'odd', r5: 'missing', r6: '../x' };
  const store = storeOf({ credsStore: 'all', credHelpers });
  assert.deepEqual(await store.get('r1'), { identityToken: 'r1' });
  assert.deepEqual(await store.get('docker.io'), { username: 'u', password: 's' });
  assert.equal(await store.get('r2'), undefined);
  await assert.rejects(store.get('r3'), /docker-credential-bad get: the keychain is locked$/);
  await assert.rejects(store.get('r4'), /answers something that is not credentials$/);
  await assert.rejects(store.get('r5'), /cannot run docker-credential-missing, .*: is it installed\?$/);
  await assert.rejects(store.get('r6'), /"\.\.\/x" is no name of a credential helper$/);
});

test('a config that is no JSON is told', async () => {
  for (const text of ['{', 'null', '5'])
    await assert.rejects(storeOf(text).get('x'), /^WbxError: cannot read .*config\.json: /);
});
