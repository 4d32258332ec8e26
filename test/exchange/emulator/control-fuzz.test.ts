import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { CreateDialect } from '../../../src/exchange/emulator/dialect.ts';
import { CONTROLS, answerControl } from '../../../src/exchange/emulator/control-api.ts';
import { openEmulator } from '../../support/emulator.ts';

const silent: CreateDialect = () => ({
  name: 'binance',
  request: () => null,
  connect: () => false,
  pushUserEvent: () => undefined,
});

/** Values that are near to what a call wants, and far from it. */
const value = fc.oneof(
  fc.constantFrom('BTC/USDT', 'LUNA/USDT', 'X/Y', 'main', 'readonly', 'buy', 'sell', 'limit'),
  fc.constantFrom('0.01', '0', '-1', '1e308', '0.000000000000000001', '60000', 'NaN', ''),
  fc.constantFrom('trading', 'halted', 'delisted', 'market', 'stop', 'hang', 'lose', 'close'),
  fc.integer({ min: -10, max: 100_000 }),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.jsonValue({ maxDepth: 1 }),
);

const call = fc.constantFrom(...CONTROLS).chain(({ name, fields }) => {
  const shape = Object.fromEntries(Object.keys(fields.shape).map((field) => [field, value]));
  return fc.record({ name: fc.constant(name), given: fc.record(shape, { requiredKeys: [] }) });
});

test('no call breaks the exchange, whatever it is given, and its market goes on', async () => {
  const emulator = await openEmulator({ dialect: 'binance', create: silent });
  const answer = answerControl(emulator.control);
  try {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
        for (const { name, given } of calls) {
          const reply = answer({
            method: 'POST',
            path: `/_control/${name}`,
            query: '',
            body: JSON.stringify(given),
            headers: {},
          });
          expect([200, 400]).toContain(reply.status);
          expect(() => JSON.stringify(reply.body)).not.toThrow();
          // Time passes below: what floods is stopped at once.
          emulator.control.flood(0);
        }
        emulator.control.clear();
        emulator.advance(2_000);
        for (const { symbol } of emulator.core.market.markets) {
          const { bids, asks } = emulator.core.market.book(symbol);
          const [bid = { price: 0 }, ask = { price: Infinity }] = [bids[0], asks[0]];
          expect(bid.price).toBeLessThan(ask.price);
          const shown = [...bids, ...asks, ...emulator.core.market.trades(symbol, 50)];
          const isSound = (one: number): boolean => one > 0 && Number.isFinite(one);
          const broken = shown.filter((one) => !isSound(one.price) || !isSound(one.quantity));
          expect(broken).toEqual([]);
        }
        for (const { exchange } of emulator.core.accounts) {
          for (const { free } of exchange.balances()) expect(free).toBeDefined();
        }
      }),
      { numRuns: 100 },
    );
  } finally {
    await emulator.close();
  }
});
