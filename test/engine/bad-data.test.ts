import { describe, expect, test } from 'vitest';

import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { Desk, SPOT, hold, puppet } from '../support/builders.ts';

/** A desk with a coin bought at 100 and a stop at 95. */
function holding(limits = {}) {
  const a = puppet();
  const desk = new Desk({ strategies: [{ id: 'a', puppet: a, stopFraction: 0.05 }], limits });
  a.next = [hold('long')];
  desk.candle(100);
  desk.candle(100);
  expect(desk.held('a')).toBe(1);
  return { desk, a };
}

/** A candle of the next minute whose numbers are these, whatever they are. */
function bad(desk: Desk, change: object): void {
  const { now } = desk.run.state.market;
  const candle = { openTime: now, open: 100, high: 100, low: 100, close: 100, volume: 1 };
  const event = {
    kind: 'candle',
    symbol: SPOT.symbol,
    time: now + 60_000,
    timeframe: '1m',
    candle: { ...candle, ...change },
  } as MarketEvent;
  desk.run.drive(event);
}

const last = (desk: Desk): number | undefined =>
  desk.run.state.market.symbols.get(SPOT.symbol)?.lastPrice;
const badNotices = (desk: Desk): string[] => desk.notices.filter((text) => text.includes('feed'));

describe('F39 data that cannot be true', () => {
  test('move no price, fire no stop and are counted', () => {
    const { desk } = holding();
    const records = desk.records.length;
    for (const close of [0, -5, NaN, 1e308]) bad(desk, { close, low: close });
    bad(desk, { high: 1, low: 2 });
    expect([last(desk), desk.held('a')]).toEqual([100, 1]);
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95']);
    expect(desk.run.state.market.badData).toBe(5);
    expect(desk.records).toHaveLength(records);
  });

  test('mark the feed bad at the third: entries are denied, exits are not', () => {
    const { desk, a } = holding();
    for (let n = 0; n < 2; n += 1) bad(desk, { close: -1 });
    desk.order({ quantity: decimal('0.1') });
    expect(desk.denials()).toEqual([]);
    bad(desk, { close: -1 });
    expect(badNotices(desk)).toEqual([
      'error BTC/USDT: its feed is bad, no entries: candle price -1 is not above zero',
    ]);
    desk.order({ quantity: decimal('0.1') });
    expect(desk.of('denied').at(-1)).toMatchObject({ code: 'FEED_BAD', value: 3 });
    a.next = [hold('flat')];
    desk.candle(100);
    desk.candle(100);
    expect(desk.held('a')).toBe(0);
  });

  test('are forgotten once twenty good ones in a row have come', () => {
    const { desk } = holding();
    for (let n = 0; n < 3; n += 1) bad(desk, { close: -1 });
    for (let n = 0; n < 19; n += 1) desk.candle(100);
    desk.order({ quantity: decimal('0.1') });
    expect(desk.denials()).toEqual(['FEED_BAD']);
    desk.candle(100);
    expect(badNotices(desk).at(-1)).toBe('info BTC/USDT: its feed is good again');
    desk.order({ quantity: decimal('0.1') });
    expect(desk.denials()).toEqual(['FEED_BAD']);
  });

  test('count as a part of the recording, so that a restart continues behind them', () => {
    const { desk } = holding();
    const before = desk.run.state.market.events;
    bad(desk, { close: -1 });
    expect(desk.run.state.market.events).toBe(before + 1);
  });
});

describe('F41 a candle out of its time', () => {
  test('is dropped: the newest is never written again, nothing is extended backwards', () => {
    const { desk } = holding();
    const { now } = desk.run.state.market;
    const series = desk.run.state.market.symbols.get(SPOT.symbol)?.builder.baseSeries;
    const length = series?.length;
    for (const ago of [1, 2, 100]) bad(desk, { openTime: now - ago * 60_000, close: 90, low: 90 });
    expect([series?.length, series?.openTimeAt(0)]).toEqual([length, now - 60_000]);
    expect([last(desk), desk.held('a')]).toEqual([100, 1]);
  });
});

describe('F40 a flash crash of sixty percent and back', () => {
  const CRASH = [100, 100, 40, 41, 99, 100, 101];

  test('trips the daily loss once, and nothing leaves out of band', () => {
    const desk = new Desk({ limits: { dailyLossFraction: 0.05, priceBandFraction: 0.05 } });
    desk.candle(100);
    desk.order({ quantity: decimal('50') });
    desk.candle(100);
    for (const price of CRASH) {
      // What an operator may still try in between: bought at the price of a moment ago.
      desk.order({ type: 'limit', price: decimal('100'), quantity: decimal('1') });
      desk.candle(price);
    }
    expect(desk.of('breakerTripped').map(({ breaker }) => breaker)).toEqual(['dailyLoss']);
    expect(desk.state).toBe('reducing');
    for (const { request, decisionPrice } of desk.of('orderCreated')) {
      const price = request.price === null ? decisionPrice : toNumber(request.price);
      expect(
        Math.abs(price / decisionPrice - 1),
        'distance from the last price',
      ).toBeLessThanOrEqual(0.05);
    }
    expect(desk.money.working.size, 'resting entries left').toBe(0);
  });

  test('where its prices are written beyond all measure, they are held back', () => {
    const desk = new Desk({ limits: { dailyLossFraction: 0.05 } });
    desk.candle(100);
    desk.order({ quantity: decimal('50') });
    desk.candle(100);
    bad(desk, { low: 0 });
    bad(desk, { low: -60 });
    expect([desk.state, desk.of('breakerTripped')]).toEqual(['running', []]);
  });
});

describe('F35 a market feed that stands still', () => {
  test('allows no entry on its old price, exits and stops go on', () => {
    const a = puppet();
    const strategies = [{ id: 'a', puppet: a, stopFraction: 0.05 }];
    const desk = new Desk({ strategies, limits: { staleSeconds: 90 } });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    desk.wait(91_000);
    desk.order({ quantity: decimal('0.1') });
    expect(desk.of('denied').at(-1)).toMatchObject({ code: 'STALE_DATA', value: 91, limit: 90 });
    desk.close();
    expect(desk.of('orderCreated').at(-1)?.request).toMatchObject({ role: 'exit' });
    desk.candle(100);
    expect(desk.held('a')).toBe(0);
  });
});
