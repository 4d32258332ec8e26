import { expect, test } from 'vitest';
import { SeededRng } from '../../../src/domain/rng.ts';
import { checkBook } from '../../../src/exchange/ccxt/book-check.ts';
import { toCandles, toTrade } from '../../../src/exchange/ccxt/market-data.ts';
import { checkDatum } from '../../../src/market/datum-check.ts';
import { finishedCandle } from '../../../src/domain/event.ts';

const NOW = Date.UTC(2026, 0, 5, 12, 0, 30);
const SYMBOL = 'BTC/USDT';
const PAYLOADS = 100_000;

/** What hostile, broken and merely strange exchanges have sent. */
const NUMBERS = [0, -0, -1, 1, 0.1, 1e308, -1e308, 5e-324, NaN, Infinity, -Infinity, 1e15, 1e16];
const TEXTS = ['', '0', '1', '-1', '1.5', 'NaN', 'Infinity', '1e308', '1e999', '0x10', ' 1', '1,0'];
const WORDS = ['9'.repeat(400), '\u001b[2J', 'null', 'BTC/USDT', 'buy', 'sell', '__proto__'];
const TIMES = [2 ** 53, new Date(NaN), NOW, NOW - 60_000, NOW + 86_400_000, String(NOW)];
const THINGS = [
  null,
  undefined,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { length: 5 },
  Symbol('x'),
  10n,
];
const VALUES: readonly unknown[] = [
  ...NUMBERS,
  ...TEXTS,
  ...WORDS,
  ...TIMES,
  ...THINGS,
  Object.create(null),
  () => 1,
  { toString: () => 'boom' },
  {
    valueOf() {
      throw new Error('never read');
    },
  },
];

test('what an exchange sends becomes a sound datum or nothing, and never throws', () => {
  const random = new SeededRng(20_261_120);
  const value = (): unknown => VALUES[Math.floor(random.next() * VALUES.length)];
  const sound = (good: unknown): unknown => (random.next() < 0.85 ? good : value());
  const level = (price: number): unknown => sound([sound(price), sound('2')]);
  const told = { trades: 0, candles: 0, books: 0 };
  const faults: unknown[] = [];
  const check = (event: Parameters<typeof checkDatum>[0]): void => {
    const known = { newest: NOW, lastOpen: NaN, reference: NOW };
    const { faults: found } = checkDatum(event, known);
    if (found.length > 0) faults.push([found, event]);
  };
  for (let i = 0; i < PAYLOADS; i++) {
    switch (i % 3) {
      case 0: {
        const raw = { id: sound('1'), symbol: sound(SYMBOL), side: sound('buy') };
        const rest = { timestamp: sound(NOW), price: sound('100'), amount: sound(1) };
        const mapped = toTrade(sound({ ...raw, ...rest }), SYMBOL, NOW);
        if (mapped.kind !== 'trade') break;
        told.trades += 1;
        check({ kind: 'trades', symbol: SYMBOL, time: NOW, trades: [mapped.trade] });
        break;
      }
      case 1: {
        const bids = sound([level(100), level(99.5), level(99)]);
        const asks = sound([level(101), level(101.5), level(102)]);
        const checked = checkBook(sound({ bids, asks, nonce: value() }));
        if (checked.kind !== 'book') break;
        told.books += 1;
        check({ kind: 'book', symbol: SYMBOL, time: NOW, levels: checked.levels });
        break;
      }
      default: {
        const open = Math.floor(NOW / 60_000) * 60_000 - 60_000;
        const row = [sound(open), sound(100), sound('101'), sound(99), sound(100.5), sound('3')];
        for (const candle of toCandles(sound([sound(row)]), '1m').candles) {
          if (candle.openTime !== open) continue;
          told.candles += 1;
          check(finishedCandle({ symbol: SYMBOL, timeframe: '1m', candle }));
        }
      }
    }
  }
  expect(faults).toEqual([]);
  // The sound ones pass: a mapping that drops everything would be as wrong.
  for (const count of Object.values(told)) expect(count).toBeGreaterThan(500);
});
