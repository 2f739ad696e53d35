import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WbxError } from '../../errors.ts';
import { retryAfter, TemporaryFailure, withRetries } from './retry.ts';

const POLICY = { tries: 3, delay: 1, patience: 100 };
const failure = (after?: number) => new TemporaryFailure(new WbxError('REGISTRY', 'busy'), after);

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2030-01-01T00:00:00Z');
  assert.equal(retryAfter('3', now), 3000);
  assert.equal(retryAfter('Tue, 01 Jan 2030 00:00:05 GMT', now), 5000);
  assert.equal(retryAfter('Mon, 31 Dec 2029 00:00:00 GMT', now), 0);
  assert.equal(retryAfter('soon', now), undefined);
  assert.equal(retryAfter(undefined), undefined);
});

test('tries are counted, and counted anew when one got on', async () => {
  let tries = 0;
  const fail = async (): Promise<never> => {
    tries++;
    throw failure();
  };
  await assert.rejects(withRetries(POLICY, fail), /busy/);
  assert.equal(tries, 3);
  tries = 0;
  await assert.rejects(
    withRetries(POLICY, fail, () => tries < 5),
    /busy/,
  );
  assert.equal(tries, 6);
});

test('other failures are not tried again, nor those that want too much patience', async () => {
  let tries = 0;
  const count = (error: Error) => async (): Promise<never> => {
    tries++;
    throw error;
  };
  await assert.rejects(withRetries(POLICY, count(new WbxError('REGISTRY', 'no'))), /no/);
  await assert.rejects(withRetries(POLICY, count(failure(5000))), /busy; it asks to wait 5 s, try again then/);
  assert.equal(tries, 2);
});
