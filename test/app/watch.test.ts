import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { KEPT_TRADES } from '../../src/app/watch.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { ticket } from '../support/builders.ts';
import {
  demoOptions,
  instance,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';
import {
  MINUTE,
  REQUEST,
  candlesFromMinutes,
  candlesFromPrints,
  closeAll,
  closeTo,
  demoEvents,
  look,
  openHeld,
  play,
  printsOf,
} from './watch-kit.ts';

afterEach(closeAll);
afterAll(removeAll);

const SYMBOL = 'ETH/USDT';
const EVENTS = 12_000;

describe('a watched market of prints and books', () => {
  test('shows the candles that its prints make, the forming one included', async () => {
    const session = await openHeld(demoOptions({ strategies: [] }));
    play(session, EVENTS);
    const { events } = demoEvents(1, EVENTS);
    const prints = printsOf(events, SYMBOL);
    for (const [timeframe, lengthMs] of [
      ['1m', MINUTE],
      ['5m', 5 * MINUTE],
      ['15m', 15 * MINUTE],
      ['1h', 60 * MINUTE],
    ] as const) {
      const expected = candlesFromPrints(prints, lengthMs);
      const shown = look(session, { symbol: SYMBOL, timeframe, candles: expected.length });
      expect(closeTo(shown.candles), timeframe).toEqual(closeTo(expected));
      expect(shown).toMatchObject({ timeframe, forming: true, hasOlder: true, hasNewer: false });
    }
  });

  test('goes on from the past of the feed, in every timeframe that a minute makes', async () => {
    const session = await openHeld(demoOptions({ strategies: [] }));
    play(session, 2_000);
    const { feed, events } = demoEvents(1, 2_000);
    const past = feed.history(2_000).filter(({ symbol }) => symbol === SYMBOL);
    const minutes = [
      ...past.map(({ candle }) => candle),
      ...candlesFromPrints(printsOf(events, SYMBOL), MINUTE),
    ];
    expect(minutes.length).toBeGreaterThan(480);
    const { timeframes } = look(session);
    expect(timeframes.join(' ')).toBe('1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w');
    for (const [timeframe, lengthMs] of [
      ['1m', MINUTE],
      ['30m', 30 * MINUTE],
      ['4h', 240 * MINUTE],
    ] as const) {
      const shown = look(session, { symbol: SYMBOL, timeframe, candles: 1_500 });
      expect(closeTo(shown.candles)).toEqual(closeTo(candlesFromMinutes(minutes, lengthMs)));
      expect(shown.hasOlder).toBe(false);
    }
    // The past begins at 16:00: of yesterday only a third was seen, so it is left out.
    const days = look(session, { symbol: SYMBOL, timeframe: '1d' }).candles;
    expect(days.map(({ openTime }) => openTime)).toEqual([Date.UTC(2026, 0, 5)]);
  });

  test('shows the newest book as the feed told it, and its balance', async () => {
    const session = await openHeld(demoOptions({ strategies: [] }));
    expect(look(session).book).toEqual({ bids: [], asks: [], imbalance: null, time: null });
    play(session, 777);
    const { events } = demoEvents(1, 777);
    const last = events.findLast((event) => event.kind === 'book' && event.symbol === SYMBOL);
    if (last?.kind !== 'book') throw new Error('no book');
    const { book } = look(session, { symbol: SYMBOL, bookLevels: 7 });
    const rows = (levels: readonly { price: number; quantity: number }[]) =>
      levels.slice(0, 7).map(({ price, quantity }) => [price, quantity]);
    expect(book?.bids).toEqual(rows(last.levels.bids));
    expect(book?.asks).toEqual(rows(last.levels.asks));
    expect(book?.time).toBe(last.time);
    const sum = (side: readonly (readonly [number, number])[]) =>
      side.reduce((total, [, quantity]) => total + quantity, 0);
    const [bid, ask] = [sum(book?.bids ?? []), sum(book?.asks ?? [])];
    expect(book?.imbalance).toBeCloseTo((bid - ask) / (bid + ask), 12);
    expect(look(session, { symbol: SYMBOL, bookLevels: 0 }).book).toMatchObject({
      bids: [],
      asks: [],
      imbalance: null,
    });
  });

  test('shows the newest prints, newest first, and keeps a bounded number of them', async () => {
    const session = await openHeld(demoOptions({ strategies: [] }));
    expect(look(session).trades).toEqual([]);
    play(session, EVENTS);
    const prints = printsOf(demoEvents(1, EVENTS).events, SYMBOL).toReversed();
    expect(prints.length).toBeGreaterThan(2 * KEPT_TRADES);
    expect(look(session, { symbol: SYMBOL, trades: 30 }).trades).toEqual(prints.slice(0, 30));
    const most = look(session, { symbol: SYMBOL, trades: 10_000 }).trades;
    expect(most).toEqual(prints.slice(0, KEPT_TRADES));
    expect(look(session, { symbol: SYMBOL, trades: 0 }).trades).toEqual([]);
  });

  test('knows the change and volume of as much of a day as there is', async () => {
    const session = await openHeld(demoOptions({ strategies: [] }));
    play(session, EVENTS);
    const { feed, events } = demoEvents(1, EVENTS);
    const past = feed.history(2_000).filter(({ symbol }) => symbol === SYMBOL);
    const minutes = [
      ...past.map(({ candle }) => candle),
      ...candlesFromPrints(printsOf(events, SYMBOL), MINUTE),
    ];
    const market = session.view().markets.find(({ symbol }) => symbol === SYMBOL);
    const open = minutes[0]?.open ?? NaN;
    const volume = minutes.reduce((sum, one) => sum + one.volume * one.close, 0);
    expect(market?.changeFraction).toBeCloseTo((market?.lastPrice ?? NaN) / open - 1, 12);
    expect((market?.volumeQuote ?? NaN) / volume).toBeCloseTo(1, 9);
    expect(market?.dayReachMs).toBe((market?.dataTime ?? NaN) - (minutes[0]?.openTime ?? NaN));
  });
});

describe('a watched recording of candles', () => {
  const file = generatedCandles(4_000, { seed: 5 });
  const path = writeCandles(file);
  const times = Array.from(file.times);

  test('has no book, no prints and no forming minute', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    expect(look(session)).toMatchObject({ candles: [], timeframes: [], lines: [], trades: null });
    play(session, 130);
    const shown = look(session, { candles: 3 });
    expect(shown).toMatchObject({ book: null, trades: null, forming: false });
    expect(shown.candles.map(({ openTime }) => openTime)).toEqual(times.slice(127, 130));
    const hours = look(session, { timeframe: '1h', candles: 3 });
    // Two hours are over, ten minutes of the third have come.
    expect(hours.forming).toBe(true);
    const minutes = look(session, { candles: 130 }).candles;
    expect(hours.candles).toEqual(candlesFromMinutes(minutes, 60 * MINUTE));
  });

  test('is panned: candles up to a moment, and whether there are others', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 200);
    const shown = look(session, { candles: 20, until: times[99] ?? 0 });
    expect(shown.candles.map(({ openTime }) => openTime)).toEqual(times.slice(80, 100));
    expect(shown).toMatchObject({ hasOlder: true, hasNewer: true, forming: false });
    expect(look(session, { candles: 100, until: times[99] ?? 0 }).hasOlder).toBe(false);
    expect(look(session, { candles: 20, until: times[199] ?? 0 }).hasNewer).toBe(false);
    expect(look(session, { candles: 20, until: (times[0] ?? 0) - 1 }).candles).toEqual([]);
    // Where it was panned to, it stays while the market moves on.
    play(session, 50);
    const later = look(session, { candles: 20, until: times[99] ?? 0 });
    expect(later.candles).toEqual(shown.candles);
    // An hour that is still forming lies beyond the moment: it is newer.
    const hour = look(session, { timeframe: '1h', candles: 5, until: times[180] ?? 0 });
    const hours = [0, 60, 120, 180].map((minute) => times[minute]);
    expect(hour.candles.map(({ openTime }) => openTime)).toEqual(hours);
    expect(hour).toMatchObject({ forming: false, hasNewer: true });
  });

  test('is served in a longer timeframe where it has not the one asked for', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 10);
    expect(look(session, { timeframe: '1s' }).timeframe).toBe('1m');
    expect(look(session, { timeframe: '1w' }).timeframe).toBe('1w');
  });

  test('keeps a day of minutes and 1,500 candles; the figures of a day reach a day', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 4_000);
    const shown = look(session, { candles: 9_999 });
    expect(shown.candles.map(({ openTime }) => openTime)).toEqual(times.slice(-1_500));
    expect(shown.hasOlder).toBe(false);
    const [market] = session.view().markets;
    expect(market?.dayReachMs).toBe(86_400_000);
    const day = 4_000 - 1_440;
    expect(market?.changeFraction).toBeCloseTo(
      (file.closes[3_999] ?? NaN) / (file.opens[day] ?? NaN) - 1,
      12,
    );
    const volume = file.closes.slice(day).reduce((sum, close) => sum + close, 0);
    expect((market?.volumeQuote ?? NaN) / volume).toBeCloseTo(1, 9);
  });

  test('is not followed before somebody reads; who comes late sees what there is', async () => {
    const session = await openSession(replayOptions(path, { strategies: [] }));
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    play(session, 900);
    expect(session.view().watched).toBeNull();
    // 900 minutes have passed, the engine keeps 600.
    expect(look(session, { candles: 1_500 }).candles.map(({ openTime }) => openTime)).toEqual(
      times.slice(300, 900),
    );
    play(session, 10);
    expect(look(session, { candles: 1_500 }).candles).toHaveLength(610);
    await session.close('the test is over');
  });

  test.each([
    [500, 1_400, 'the past and the engine meet'],
    [900, 600, 'there is a hole between the past and the engine'],
  ])('who comes %i minutes late sees %i of 1,400: %s', async (late, seen) => {
    const options = replayOptions(path, { strategies: [], continueReplay: true });
    const first = await openHeld(options);
    play(first, 1_400 - late);
    await closeAll();
    const session = await openSession(options);
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    play(session, late);
    expect(look(session, { candles: 1_500 }).candles.map(({ openTime }) => openTime)).toEqual(
      times.slice(1_400 - seen, 1_400),
    );
    await session.close('the test is over');
  });

  test('shows the whole past again after a restart, of days as well', async () => {
    const options = replayOptions(path, { strategies: [], continueReplay: true });
    const first = await openHeld(options);
    play(first, 3_700);
    const wanted = ['1m', '15m', '1h', '4h', '1d'] as const;
    const before = wanted.map((timeframe) => look(first, { timeframe, candles: 1_500 }));
    await closeAll();
    const second = await openHeld(options);
    const after = wanted.map((timeframe) => look(second, { timeframe, candles: 1_500 }));
    expect(after).toEqual(before);
    expect(before.map(({ candles }) => candles.length)).toEqual([1_500, 247, 62, 16, 3]);
    const figures = (session: typeof first) => session.view().markets[0]?.changeFraction;
    expect(figures(second)).toBeCloseTo(
      (file.closes[3_699] ?? NaN) / (file.opens[3_699 - 1_439] ?? NaN) - 1,
      12,
    );
  });

  test('shows nothing of a symbol that is not in the session', async () => {
    const session = await openHeld(replayOptions(path));
    session.watch({ ...REQUEST, symbol: 'DOGE/USDT' });
    expect(session.view().watched).toBeNull();
  });
});

test('a recording of prints is watched with its prints and without a book', async () => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const time = Date.UTC(2024, 0, 1) + i * 7_000;
    return { time, price: 100 + (i % 13), quantity: 1 + (i % 3), side: i % 2 ? 'sell' : 'buy' };
  });
  const path = join(makeDirectory(), 'trades.csv');
  const text = rows.map((row) => [row.time, row.price, row.quantity, row.side].join(','));
  writeFileSync(path, ['timestamp,price,quantity,side', ...text, ''].join('\n'));
  const session = await openHeld(replayOptions(path, { strategies: [] }));
  play(session, 300);
  const shown = look(session, { trades: 5, timeframe: '5m' });
  expect(shown.trades).toEqual(rows.slice(295, 300).toReversed());
  expect(shown.book).toBeNull();
  const prints = rows.slice(0, 300).map((row) => ({ ...row, side: 'buy' as const }));
  expect(shown.candles).toEqual(candlesFromPrints(prints, 5 * MINUTE));
});

describe('our fills', () => {
  const path = writeCandles(generatedCandles(1_200, { seed: 3 }));
  // A perpetual, so that sells open as well.
  const symbol = 'BTC/USDT:USDT';
  const strategies = [
    instance('sma-cross', { fast: 5, slow: 20, direction: 'both' }, { symbols: [symbol] }),
    instance('rsi-reversion', { period: 7 }, { symbols: [symbol] }),
  ];

  test('are those of the journal that lie within the candles', async () => {
    const options = replayOptions(path, { strategies, symbols: [symbol] });
    const session = await openHeld(options);
    play(session, 1_000);
    const { fills, candles } = look(session, { symbol, candles: 300 });
    const opens = candles[0]?.openTime ?? NaN;
    await until(() => session.view().store.waiting === 0, 30_000);
    const { money, records } = readState(options.stateDirectory);
    const held = new Map<string, number>();
    const expected = records.flatMap((record) => {
      if (record.kind !== 'fill') return [];
      const order = money.closed.get(record.orderId) ?? money.working.get(record.orderId);
      const owner = order?.strategyId ?? '';
      const before = held.get(owner) ?? 0;
      const quantity = toNumber(record.quantity);
      const after = before + (record.side === 'buy' ? quantity : -quantity);
      held.set(owner, after);
      const { side, time } = record;
      // Another way to ask: does the holding grow in size?
      const grows = Math.abs(after) > Math.abs(before);
      return [
        { time, side, price: toNumber(record.price), quantity, opens: grows, strategyId: owner },
      ];
    });
    expect(expected.length).toBeGreaterThan(fills.length);
    expect(fills.filter(({ side, opens }) => opens && side === 'sell').length).toBeGreaterThan(3);
    expect(fills.filter(({ side, opens }) => !opens && side === 'sell').length).toBeGreaterThan(3);
    expect(fills).toEqual(expected.filter(({ time }) => time >= opens));
    expect(new Set(fills.map((fill) => fill.strategyId)).size).toBe(2);
  });

  test('are there again after a restart, from the orders that are kept', async () => {
    const options = replayOptions(path, { strategies, symbols: [symbol], continueReplay: true });
    const first = await openHeld(options);
    play(first, 900);
    const before = look(first, { symbol, candles: 900 }).fills;
    expect(before.filter(({ opens }) => opens).length).toBeGreaterThan(5);
    await closeAll();
    const second = await openHeld(options);
    expect(look(second, { symbol, candles: 900 }).fills).toEqual(before);
  });

  test("of the operator's own orders name no strategy", async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 50);
    const wanted = ticket({ type: 'market', price: null, quantity: decimal('0.1') });
    session.dispatch({ kind: 'placeOrder', ticket: wanted, pressId: 'a' });
    play(session, 2);
    const { fills } = look(session);
    expect(fills).toMatchObject([{ strategyId: null, side: 'buy', opens: true }]);
  });
});

test('patterns come once their library is loaded, on finished candles only', async () => {
  const session = await openHeld(demoOptions({ strategies: [] }));
  play(session, 2_000);
  expect(look(session, { candles: 300 }).patterns).toEqual([]);
  await until(() => look(session, { candles: 300, patterns: true }).patterns.length > 0, 30_000);
  const { patterns, candles } = look(session, { candles: 300, patterns: true });
  const closed = candles.slice(0, -1).map(({ openTime }) => openTime);
  expect(patterns.every(({ openTime }) => closed.includes(openTime))).toBe(true);
  // A mark does not depend on where the window of the chart begins.
  const part = look(session, { candles: 50, patterns: true });
  const first = part.candles[0]?.openTime ?? 0;
  expect(part.patterns).toEqual(patterns.filter(({ openTime }) => openTime >= first));
});
