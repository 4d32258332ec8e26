// A panic that nobody answers, at the local exchange: real library, keys from whoever has them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { writeExchangeNote } from '../../../src/app/exchange-note.ts';
import { type KeysOf, panic } from '../../../src/app/panic.ts';
import { required } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { decimal, quantizeNumber } from '../../../src/domain/decimal.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import { openExchange } from '../../exchange/ccxt/account-kit.ts';

describe.each([
  ['binance', 'td0000000000a00001e'],
  ['kraken', 't0000000000a00001e'],
] as const)('tapedeck panic without a console at %s', (dialect, id) => {
  let emulator: TestEmulator;
  let home: string;
  let symbol: string;
  beforeAll(async () => {
    emulator = await openExchange(dialect);
    home = mkdtempSync(join(tmpdir(), 'tapedeck-panic-'));
    ({ symbol } = required(emulator.core.market.allMarkets[0], 'a market'));
    const { endpoint } = emulator;
    const plan = {
      id: dialect,
      account: 'main',
      venue: 'live',
      endpoint,
      symbols: [symbol],
    } as const;
    writeExchangeNote(home, { plan, keyName: null });
  });
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await emulator.close();
  });

  const keysOf: KeysOf = () => {
    const { apiKey, secret } = emulator.credentials();
    return Promise.resolve({
      key: Secret.of(apiKey),
      secret: Secret.of(secret),
      passphrase: null,
    });
  };
  const place = (type: 'limit' | 'market', clientOrderId?: string): string =>
    emulator.control.placeOutside('main', {
      symbol,
      side: 'buy',
      type,
      quantity: decimal('0.002'),
      ...(type === 'limit' ? { price: farBelow() } : {}),
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
    });
  const farBelow = () => {
    const [best] = emulator.core.market.book(symbol).bids;
    return quantizeNumber(required(best, 'a bid').price * 0.8, decimal('1'), 'down');
  };

  test('cancels what is ours, sells what is held, leaves what is not ours, and proves it', async () => {
    place('limit', id);
    const foreign = place('limit');
    place('market');
    const report = await panic(home, 'flatten', keysOf);
    expect(report).toMatchObject({ by: 'panic', canceled: 1, open: 0, holdings: [], done: true });
    const left = emulator.control.dump('main').orders.filter(({ status }) => status === 'open');
    expect(left.map(({ venueOrderId }) => venueOrderId)).toEqual([foreign]);
  });

  test('without a key it halts the next start, and says that the exchange was not reached', async () => {
    const report = await panic(home, 'halt', () => Promise.resolve(null));
    expect(report.done).toBe(false);
    expect(report.lines).toContainEqual(expect.stringContaining(`no key for ${dialect}`));
    expect(report.lines).toContainEqual(expect.stringContaining('the next start is halted'));
  });
});
