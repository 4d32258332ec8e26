import { afterEach, expect, test, vi } from 'vitest';

import { required } from '../../../src/domain/errors.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import { fieldOf } from '../../../src/exchange/ccxt/data-client.ts';
import { createInstance, type Instance } from '../../../src/exchange/ccxt/instance.ts';
import { type TestEmulator, openEmulator } from '../../support/emulator.ts';

const SYMBOL = 'BTC/USDT';
const DEPTH = 100;

let open: { readonly emulator: TestEmulator; readonly instance: Instance } | null = null;

afterEach(async () => {
  await open?.instance.close();
  await open?.emulator.close();
  open = null;
});

test('a streamed book has no empty, doubled or misplaced level after many changes', async () => {
  const emulator = await openEmulator({ dialect: 'kraken' });
  const { endpoint } = emulator;
  const plan = {
    id: 'kraken',
    account: 'main',
    venue: 'data',
    endpoint,
    symbols: [SYMBOL],
  } as const;
  const row = required(findExchange('kraken'), 'row');
  const instance = await createInstance({ plan, row, credentials: null, purpose: 'data' });
  open = { emulator, instance };
  Object.assign(instance, { enableRateLimit: false });
  await instance.watchOrderBook(SYMBOL, DEPTH);
  for (let step = 0; step < 12; step += 1) {
    emulator.advance(1_500);
    const { bids, asks } = emulator.core.market.book(SYMBOL);
    const truth = [bids, asks].map((side) =>
      side.slice(0, DEPTH).map(({ price, quantity }) => [price, quantity]),
    );
    const kept = (): unknown => {
      const book = fieldOf(instance.orderbooks, SYMBOL);
      return [fieldOf(book, 'bids'), fieldOf(book, 'asks')];
    };
    const isTrue = (): void => expect(kept()).toEqual(truth);
    await vi.waitFor(isTrue, { timeout: 60_000, interval: 1 });
  }
});
