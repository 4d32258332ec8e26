import { expect, test } from 'vitest';

import { Connecting } from '../../src/app/exchange/connecting.ts';
import { InputError } from '../../src/domain/errors.ts';
import { waitingRows } from '../../src/ui/waiting.tsx';
import { demoOptions } from '../support/session-kit.ts';
import { shown } from '../support/rows.ts';

const CHOICE = {
  plan: {
    id: 'binance',
    account: 'main',
    venue: 'live',
    endpoint: 'http://127.0.0.1:8777',
    symbols: ['BTC/USDT'],
  },
  ownEmulator: false,
  keyName: null,
  risk: {},
  source: 'binance.json',
} as const;

const connecting = () => new Connecting(demoOptions({ mode: 'live' }), CHOICE);
const rows = (of: Connecting, size = { width: 80, height: 12 }) =>
  shown(waitingRows(of.view(), size)).split('\n');

test('the way to an exchange says where, what for, and how far it is', async () => {
  const waited = connecting();
  let seen: string[] = [];
  await waited.open(async ({ exchange }) => {
    exchange?.onProgress?.({ step: 'history', done: 1, total: 4 });
    seen = rows(waited);
  });
  expect(seen[0]).toContain('TAPEDECK  LIVE · EMULATOR  binance:main at http://127.0.0.1:8777');
  expect(seen[2]).toContain('✓ library, markets and clock');
  expect(seen[3]).toMatch(/▸ history of the markets +██████$/);
  expect(seen.at(-1)).toContain('q leave   nothing is traded before the console opens');
});

test('an exchange that does not answer is said and asked again', async () => {
  const waited = connecting();
  let attempts = 0;
  const opened = waited.open(async () => {
    attempts += 1;
    throw new InputError('exchange binance does not answer: 503', 4);
  });
  const failed = expect(opened).rejects.toThrow(/503/);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (waited.view().problem === null) return;
      expect(rows(waited).join('\n')).toMatch(/does not answer: 503; trying again in 2\.0 s/);
      resolve();
    };
    waited.subscribe(look);
    look();
  });
  waited.stop();
  await failed;
  expect(attempts).toBe(1);
});

test('what no waiting mends ends at once', async () => {
  const waited = connecting();
  await expect(
    waited.open(async () => {
      throw new InputError('exchange binance refuses the key', 3);
    }),
  ).rejects.toThrow(/refuses the key/);
});

test('every row fits, however small the screen', () => {
  for (const size of [
    { width: 20, height: 5 },
    { width: 200, height: 50 },
  ]) {
    const drawn = waitingRows(connecting().view(), size);
    for (const row of shown(drawn).split('\n')) expect(row.length).toBeLessThanOrEqual(size.width);
  }
});
