import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePublish } from './port-spec.ts';

const tcp = { protocol: 'tcp' };

test("Docker's forms of -p", () => {
  assert.deepEqual(parsePublish('80'), [{ hostAddress: undefined, hostPort: 0, boxPort: 80, ...tcp }]);
  assert.deepEqual(parsePublish('8080:80'), [{ hostAddress: undefined, hostPort: 8080, boxPort: 80, ...tcp }]);
  assert.deepEqual(parsePublish('127.0.0.1::80/udp'), [
    { hostAddress: '127.0.0.1', hostPort: 0, boxPort: 80, protocol: 'udp' },
  ]);
  assert.deepEqual(parsePublish('[::1]:1:2'), [{ hostAddress: '::1', hostPort: 1, boxPort: 2, ...tcp }]);
  const both = parsePublish('8000-8001:80-81').map(({ hostPort, boxPort }) => [hostPort, boxPort]);
  assert.deepEqual(both, [
    [8000, 80],
    [8001, 81],
  ]);
});

test('what makes no sense is refused', () => {
  for (const text of ['', 'a', '80:', '1:2:3:4', '99999', '1-3:1-2', '80/sctp', '300.1.1.1:1:1', '3-1', '1-2-3']) {
    assert.throws(() => parsePublish(text), /published port/, text);
  }
});
