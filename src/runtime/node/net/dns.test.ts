import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'node:test';
import { parseQuery, RCODE, TYPE, writeName, writeReply } from '../../net/dns-message.ts';
import { Gate } from '../../net/gate.ts';
import { NameService } from './dns.ts';

const MEMBERS = {
  addressesOf: (name: string) => (name === 'db' ? ['10.89.0.2', '10.89.0.3'] : []),
  nameOf: (address: string) => (address === '10.89.0.2' ? 'db.app' : undefined),
};

function query(name: string, type: number): Buffer {
  const head = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, writeName(name), Buffer.from([0, type, 0, 1])]);
}

/** Code and number of answers. */
function summary(reply: Uint8Array | undefined): [number, number] {
  return [reply![3] & 15, (reply![6] << 8) | reply![7]];
}

test('addresses come from the resolver of the host, refusals from the policy', async () => {
  const names = new NameService(new Gate({ deny: ['secret.example'] }), MEMBERS);
  const reply = await names.answer(query('localhost', TYPE.A));
  assert.deepEqual(summary(reply), [RCODE.NOERROR, 1]);
  assert.deepEqual([...reply!.slice(-4)], [127, 0, 0, 1]);
  assert.deepEqual(summary(await names.answer(query('secret.example', TYPE.A))), [RCODE.REFUSED, 0]);
  assert.deepEqual(summary(await names.answer(query('localhost', 99))), [RCODE.NOTIMP, 0]);
});

test('other records come from a name server, its errors too', async () => {
  const server = createSocket('udp4');
  server.on('message', (message, from) => {
    const asked = parseQuery(message)!;
    const text = { type: TYPE.TXT, ttl: 60, data: Buffer.from('\x05hello') };
    const reply = asked.name === 'text.test' ? writeReply(asked, 0, [text]) : writeReply(asked, RCODE.NXDOMAIN);
    server.send(reply, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const names = new NameService(new Gate({}), MEMBERS, [`127.0.0.1:${server.address().port}`]);
  const reply = await names.answer(query('text.test', TYPE.TXT));
  assert.deepEqual(summary(reply), [RCODE.NOERROR, 1]);
  assert.equal(Buffer.from(reply!.slice(-5)).toString(), 'hello');
  assert.deepEqual(summary(await names.answer(query('other.test', TYPE.TXT))), [RCODE.NXDOMAIN, 0]);
  server.close();
});

test('members of a network are known before the host is asked', async () => {
  const names = new NameService(new Gate({ allow: [] }), MEMBERS);
  assert.deepEqual(summary(await names.answer(query('db', TYPE.A))), [RCODE.NOERROR, 2]);
  assert.deepEqual(summary(await names.answer(query('db', TYPE.AAAA))), [RCODE.NOERROR, 0]);
  const reverse = await names.answer(query('2.0.89.10.in-addr.arpa', TYPE.PTR));
  assert.equal(Buffer.from(reverse!.slice(-8)).toString('latin1'), '\x02db\x03app\0');
});

test('what is no query is not answered', async () => {
  const names = new NameService(new Gate({}), MEMBERS);
  const whole = query('a.b', TYPE.A);
  for (let length = 0; length < whole.length; length++)
    assert.equal(await names.answer(whole.subarray(0, length)), undefined);
  const loop = Buffer.concat([whole.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
  assert.equal(await names.answer(loop), undefined);
});
