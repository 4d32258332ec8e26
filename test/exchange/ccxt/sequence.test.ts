// Requests that carry rising numbers, in their order.
import { expect, test } from 'vitest';

import { Sequence } from '../../../src/exchange/ccxt/sequence.ts';

/** A request that is answered when the test says so. */
function requests() {
  const begun: string[] = [];
  const answers = new Map<string, (value: string) => void>();
  const ask = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => answers.set(name, resolve));
  };
  return { begun, ask, answer: (name: string) => answers.get(name)?.(name) };
}

/** Everything that was answered has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each leaves when the one before it was answered, an urgent one next', async () => {
  const { begun, ask, answer } = requests();
  const sequence = new Sequence();
  const first = sequence.run(ask('first'), false);
  void sequence.run(ask('second'), false);
  void sequence.run(ask('cancel'), true);
  expect(begun).toEqual(['first']);
  answer('first');
  expect(await first).toBe('first');
  await settled();
  expect(begun).toEqual(['first', 'cancel']);
  answer('cancel');
  await settled();
  expect(begun).toEqual(['first', 'cancel', 'second']);
});

test('one that fails holds nobody back, and its failure is heard by who asked', async () => {
  const sequence = new Sequence();
  const failed = sequence.run(() => Promise.reject(new Error('no')), false);
  const next = sequence.run(() => Promise.resolve(7), false);
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe(7);
});

test('one that is never answered holds the next back for a second and no longer', async () => {
  const { ask } = requests();
  const sequence = new Sequence();
  void sequence.run(ask('stalled'), false);
  expect(await sequence.run(() => Promise.resolve('next'), false)).toBe('next');
});
