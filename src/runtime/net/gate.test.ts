import assert from 'node:assert/strict';
import test from 'node:test';
import { parseAddress } from './address.ts';
import { Gate } from './gate.ts';
import { parseRule } from './rule.ts';

function permits(gate: Gate, text: string, port = 80, protocol: 'tcp' | 'udp' = 'tcp'): boolean {
  return gate.permits({ address: parseAddress(text)!, port, protocol });
}

test('without rules everything is reached but the host itself, link-local and what no host has', () => {
  const gate = new Gate({});
  for (const open of ['93.184.216.34', '10.0.0.1', '192.168.1.1', '2001:db8::1']) assert.ok(permits(gate, open), open);
  const closed = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const closed6 = ['::1', '::', 'fe80::1', 'fd00:ec2::254', 'ff02::1', '::ffff:127.0.0.1'];
  for (const text of [...closed, ...closed6]) assert.ok(!permits(gate, text), text);
});

test('what is private must be named by its address; what is denied stays so', () => {
  assert.ok(!permits(new Gate({ allow: ['*'] }), '127.0.0.1'));
  assert.ok(permits(new Gate({ allow: ['127.0.0.0/8:80'] }), '127.0.0.1'));
  assert.ok(!permits(new Gate({ allow: ['127.0.0.0/8:80'] }), '127.0.0.1', 81));
  assert.ok(!permits(new Gate({ allow: ['127.0.0.1'], deny: ['127.0.0.1:80/tcp'] }), '127.0.0.1'));
  assert.ok(permits(new Gate({ allow: ['127.0.0.1'], deny: ['127.0.0.1:80/udp'] }), '127.0.0.1'));
  assert.ok(!permits(new Gate({ allow: ['*', '224.0.0.1'] }), '224.0.0.1'));
});

test('blocks end where their bits do', () => {
  const gate = new Gate({ allow: ['10.1.128.0/17', '[2001:db8::/33]:443'] });
  assert.ok(permits(gate, '10.1.255.255') && !permits(gate, '10.1.127.255') && !permits(gate, '10.2.128.0'));
  assert.ok(permits(gate, '2001:db8:7fff::1', 443) && !permits(gate, '2001:db8:8000::1', 443));
  assert.ok(!permits(gate, '2001:db8::1', 80));
});

test('a name stands for what the box was told, and opens nothing private', () => {
  const gate = new Gate({ allow: ['*.example.com:443'] });
  gate.learn('www.Example.com', parseAddress('93.184.216.34')!);
  gate.learn('rebind.example.com', parseAddress('127.0.0.1')!);
  gate.learn('example.org', parseAddress('1.2.3.4')!);
  assert.ok(permits(gate, '93.184.216.34', 443));
  assert.ok(!permits(gate, '93.184.216.34', 80));
  assert.ok(!permits(gate, '127.0.0.1', 443) && !permits(gate, '1.2.3.4', 443) && !permits(gate, '5.6.7.8', 443));
  assert.ok(gate.permitsName('a.example.com') && !gate.permitsName('example.org'));
  assert.ok(!new Gate({ deny: ['bad.org'] }).permitsName('BAD.org'));
});

test('rules that make no sense are refused', () => {
  for (const text of [
    '',
    ':80',
    'a:1:2',
    '10.0.0.0/33',
    '1.2.3.4:70000',
    '1.2.3.4:9-8',
    'a/24',
    'a b',
    '[::1',
    '10.0.0.0/x',
  ]) {
    assert.throws(() => parseRule(text), /network rule/, text);
  }
});
