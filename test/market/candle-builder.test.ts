import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import {
  HigherCandleBuilder,
  MAX_EMPTY_CANDLES,
  TradeCandleBuilder,
} from '../../src/market/candle-builder.ts';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

function tradeBuilder(): { builder: TradeCandleBuilder; out: Candle[] } {
  const out: Candle[] = [];
  return { out, builder: new TradeCandleBuilder(MINUTE, (candle) => out.push({ ...candle })) };
}

const trade = (seconds: number, price: number, quantity = 1) => ({
  time: START + seconds * 1_000,
  price,
  quantity,
});
const flat = (minute: number, price: number): Candle => ({
  openTime: START + minute * MINUTE,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
});

describe('TradeCandleBuilder', () => {
  test('makes open, high, low, close and volume of the trades of a minute', () => {
    const { builder, out } = tradeBuilder();
    for (const [second, price] of [
      [1, 10],
      [20, 12],
      [30, 9],
      [59.999, 11],
    ] as const) {
      builder.add(trade(second, price, 0.5));
    }
    expect(out).toEqual([]);
    builder.add(trade(60, 20));
    expect(out).toEqual([{ openTime: START, open: 10, high: 12, low: 9, close: 11, volume: 2 }]);
  });

  test('lets no candle leave before its close, and then at once', () => {
    const { builder, out } = tradeBuilder();
    builder.add(trade(5, 10));
    builder.advanceTo(START + MINUTE - 1);
    expect(out).toEqual([]);
    builder.advanceTo(START + MINUTE);
    expect(out).toHaveLength(1);
    builder.advanceTo(START + MINUTE);
    expect(out).toHaveLength(1);
  });

  test('repeats the last close with volume 0 through minutes without a trade', () => {
    const { builder, out } = tradeBuilder();
    builder.add(trade(5, 10));
    builder.add(trade(3 * 60 + 7, 14));
    builder.advanceTo(START + 4 * MINUTE);
    expect(out.slice(1)).toEqual([flat(1, 10), flat(2, 10), { ...flat(3, 14), volume: 1 }]);
  });

  test('opens an empty minute with its first trade, not with the close before', () => {
    const { builder, out } = tradeBuilder();
    builder.add(trade(5, 10));
    builder.advanceTo(START + MINUTE + 30_000);
    builder.add(trade(95, 14));
    builder.advanceTo(START + 2 * MINUTE);
    expect(out[1]).toEqual({ ...flat(1, 14), volume: 1 });
  });

  test('leaves a leap in time empty instead of filling it', () => {
    const { builder, out } = tradeBuilder();
    builder.add(trade(5, 10));
    const leap = (MAX_EMPTY_CANDLES + 2) * 60;
    builder.add(trade(leap, 14));
    builder.advanceTo(START + leap * 1_000 + MINUTE);
    expect(out).toHaveLength(2);
    expect(out[1]).toEqual({ ...flat(leap / 60, 14), volume: 1 });
  });

  test('leaves finished candles alone when a trade comes too late', () => {
    const { builder, out } = tradeBuilder();
    builder.add(trade(5, 10));
    builder.add(trade(65, 11));
    expect(builder.add(trade(59, 99))).toBe(false);
    builder.advanceTo(START + 2 * MINUTE);
    expect(out.map((one) => one.high)).toEqual([10, 11]);
  });

  test('shows the open candle only when asked, and goes on with one that was left open', () => {
    const { builder, out } = tradeBuilder();
    expect(builder.unfinished).toBeNull();
    builder.add(trade(5, 10));
    builder.add(trade(9, 12));
    const left = { ...(builder.unfinished as Candle) };
    const next = tradeBuilder();
    next.builder.resume(left);
    for (const one of [builder, next.builder]) {
      one.add(trade(40, 8));
      one.advanceTo(START + MINUTE);
    }
    expect(next.out).toEqual(out);
  });
});

const minute = (n: number, price: number): Candle => ({
  openTime: START + n * MINUTE,
  open: price,
  high: price + 2,
  low: price - 2,
  close: price + 1,
  volume: 3,
});

function higherBuilder(minutes: number): { builder: HigherCandleBuilder; out: Candle[] } {
  const out: Candle[] = [];
  const of = { lowerMs: MINUTE, higherMs: minutes * MINUTE };
  return { out, builder: new HigherCandleBuilder(of, (candle) => out.push({ ...candle })) };
}

describe('HigherCandleBuilder', () => {
  test('emits with the minute that closes on the boundary', () => {
    const { builder, out } = higherBuilder(5);
    for (let n = 0; n < 4; n++) builder.add(minute(n, 10 + n));
    expect(out).toEqual([]);
    expect(builder.unfinished?.high).toBe(15);
    builder.add(minute(4, 9));
    expect(out).toEqual([{ openTime: START, open: 10, high: 15, low: 7, close: 10, volume: 15 }]);
    expect(builder.unfinished).toBeNull();
  });

  test('makes a candle of what exists, and emits it when a later one proves it over', () => {
    const { builder, out } = higherBuilder(5);
    builder.add(minute(1, 10));
    builder.add(minute(2, 20));
    builder.add(minute(7, 30));
    expect(out).toEqual([{ openTime: START, open: 10, high: 22, low: 8, close: 21, volume: 6 }]);
  });

  test('emits nothing for a slot without any data', () => {
    const { builder, out } = higherBuilder(5);
    builder.add(minute(4, 10));
    builder.add(minute(19, 11));
    expect(out.map((one) => one.openTime)).toEqual([START, START + 15 * MINUTE]);
  });

  test('agrees with candles grouped by their slot, whatever is missing', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 120 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(3, 5, 15, 60), (numbers, size) => {
        const { builder, out } = higherBuilder(size);
        const lower = numbers.sort((a, b) => a - b).map((n) => minute(n, 50 + ((n * 7) % 13)));
        for (const one of lower) builder.add(one);
        if (builder.unfinished) out.push({ ...builder.unfinished });
        const slots = Map.groupBy(lower, (one) =>
          Math.floor((one.openTime - START) / (size * MINUTE)),
        );
        const expected = [...slots].map(([slot, group]) => ({
          openTime: START + slot * size * MINUTE,
          open: group[0]?.open,
          high: Math.max(...group.map((one) => one.high)),
          low: Math.min(...group.map((one) => one.low)),
          close: group.at(-1)?.close,
          volume: group.length * 3,
        }));
        expect(out).toEqual(expected);
      }),
    );
  });

  test('shows the open candle as it would be with a minute that is still open', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(3, 5, 15), (numbers, size) => {
        const lower = numbers.sort((a, b) => a - b).map((n) => minute(n, 50 + ((n * 7) % 13)));
        const open = lower.pop() ?? null;
        const { builder, out } = higherBuilder(size);
        for (const one of lower) builder.add(one);
        const count = out.length;
        const before = builder.unfinishedWith(null);
        const shown = builder.unfinishedWith(open);
        expect(out).toHaveLength(count);
        expect(builder.unfinishedWith(null)).toEqual(before);
        if (open) builder.add(open);
        // Another builder's word: what it holds, or has just finished, once the minute is over.
        expect(shown).toEqual(builder.unfinished ?? out.at(-1));
      }),
    );
  });

  test('refuses a length that is no multiple', () => {
    const of = { lowerMs: 2 * MINUTE, higherMs: 5 * MINUTE };
    expect(() => new HigherCandleBuilder(of, () => undefined)).toThrow('cannot be made of');
  });
});
