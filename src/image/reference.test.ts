import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiarName, normalizeReference } from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

const NAMES: [written: string, full: string][] = [
  ['debian', 'docker.io/library/debian:latest'],
  ['debian:bookworm', 'docker.io/library/debian:bookworm'],
  ['library/debian', 'docker.io/library/debian:latest'],
  ['user/app:1.0', 'docker.io/user/app:1.0'],
  ['docker.io/debian', 'docker.io/library/debian:latest'],
  ['index.docker.io/library/debian', 'docker.io/library/debian:latest'],
  ['ghcr.io/a/b/c:x', 'ghcr.io/a/b/c:x'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['my.host:5000/a:b', 'my.host:5000/a:b'],
  [`debian@${DIGEST}`, `docker.io/library/debian@${DIGEST}`],
  [`debian:x@${DIGEST}`, `docker.io/library/debian:x@${DIGEST}`],
  ['a__b/c-d.e', 'docker.io/a__b/c-d.e:latest'],
];

for (const [written, full] of NAMES) {
  test(written, () => {
    assert.equal(normalizeReference(written), full);
    assert.equal(normalizeReference(familiarName(full)), full);
  });
}

for (const bad of ['', ':x', 'a:', 'Upper', 'a b', 'a//b', '-a', 'a:b c', 'a@sha256:12', '../x', 'a/../b', 'a:../x']) {
  test(`refuses "${bad}"`, () => assert.throws(() => normalizeReference(bad), { name: 'WbxError' }));
}
