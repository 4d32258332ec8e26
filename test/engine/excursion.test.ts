import { describe, expect, test } from 'vitest';

import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { CandleEvent, MarketEvent } from '../../src/domain/event.ts';
import type { Fill } from '../../src/domain/fill.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { DEMO_START, createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import { createDigest } from '../../src/store/digest.ts';
import { NEXT_OPEN, NO_LIMITS } from '../support/backtest-kit.ts';
import { Desk, SPOT, hold, puppet } from '../support/builders.ts';
import { instance } from '../support/session-kit.ts';

/** A holding followed by its fills and by every price that was told, on its own. */
class Follower {
  quantity = 0;
  cost = 0;
  price = 0;
  best = -Infinity;
  worst = Infinity;

  fill(change: number, price: number): void {
    const before = this.quantity;
    const opposite = before !== 0 && Math.sign(before) !== Math.sign(change);
    const after = Math.abs(before + change) < 1e-12 ? 0 : before + change;
    if (!opposite) this.cost += change * price;
    else if (Math.sign(after) === Math.sign(before)) this.cost *= after / before;
    else this.cost = after * price;
    this.quantity = after;
    if (before === 0 || Math.sign(after) !== Math.sign(before)) {
      this.best = -Infinity;
      this.worst = Infinity;
    }
    this.look(this.price);
  }

  look(price: number): void {
    this.price = price;
    if (this.quantity === 0 || price === 0) return;
    const pnl = this.quantity * price - this.cost;
    this.best = Math.max(this.best, pnl);
    this.worst = Math.min(this.worst, pnl);
  }
}

/** The prices an event tells, in order: prints, or the mark of a perpetual that has one. */
function pricesOf(event: MarketEvent): readonly number[] {
  if (event.kind === 'mark') return [event.markPrice];
  const isPerpetual = event.symbol.includes(':');
  return event.kind === 'trades' && !isPerpetual ? event.trades.map(({ price }) => price) : [];
}

test('how far positions went is what their fills and every price told say, for hours', () => {
  const feed = createDemoFeed({ seed: 5 });
  const symbols = ['BTC/USDT', 'ETH/USDT'];
  const perpetual = ['BTC/USDT:USDT'];
  const fills: { readonly fill: Fill; readonly events: number }[] = [];
  const run = createAccountRun({
    feed,
    markets: demoMarkets(),
    runtimes: [
      instance('sma-cross', { fast: 3, slow: 9 }, { symbols, stopFraction: 0.004 }),
      instance('ema-cross', { fast: 2, slow: 7 }, { symbols }),
      instance('breakout', { direction: 'both' }, { symbols: perpetual }),
    ].flatMap(toRuntimes),
    limits: NO_LIMITS,
    model: NEXT_OPEN,
    cash: decimal('10000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'demo',
    seed: 5,
    version: 'test',
    startTime: DEMO_START,
    start: true,
    journal: createMemoryJournal(createDigest()),
    onRecord: (body) => {
      if (body.kind === 'fill') fills.push({ fill: body, events: run.state.market.events });
    },
  });
  const followers = new Map(demoMarkets().map(({ symbol }) => [symbol, new Follower()]));
  const book = ({ fill }: { readonly fill: Fill }): void => {
    const quantity = toNumber(fill.quantity) * (fill.side === 'buy' ? 1 : -1);
    followers.get(fill.symbol)?.fill(quantity, toNumber(fill.price));
  };
  let checked = 0;
  const end = DEMO_START + 2 * 3_600_000;
  for (let event = feed.next(); event && event.time < end; event = feed.next()) {
    const before = run.state.market.events;
    run.drive(event);
    // The venue fills what rests before the engine hears the price, and what is new after it.
    fills.filter(({ events }) => events === before).forEach(book);
    for (const price of pricesOf(event)) followers.get(event.symbol)?.look(price);
    fills.filter(({ events }) => events > before).forEach(book);
    fills.length = 0;
    if (run.state.market.events % 300 !== 0) continue;
    for (const position of makeView(run.state).positions) {
      const own = followers.get(position.symbol);
      expect(position.maxFavorable).toBeCloseTo(own?.best ?? Number.NaN, 6);
      expect(position.maxAdverse).toBeCloseTo(own?.worst ?? Number.NaN, 6);
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(100);
});

describe('where candles alone tell prices', () => {
  const open = (desk: Desk) => makeView(desk.run.state).positions[0];

  test('a candle that was held whole counts with its extremes', () => {
    const one = puppet();
    const desk = new Desk({ strategies: [{ id: 's', puppet: one, stopFraction: 0.1 }] });
    one.next = [hold('long')];
    desk.candle(100);
    desk.candle([100, 105, 97, 101]);
    // One coin from 100 with its stop at 90: 10 at risk.
    expect(open(desk)).toMatchObject({ maxFavorable: 5, maxAdverse: -3 });
    expect(open(desk)?.maxFavorableR).toBeCloseTo(0.5, 9);
    expect(open(desk)?.maxAdverseR).toBeCloseTo(-0.3, 9);
    desk.candle([101, 103, 99, 100]);
    expect(open(desk)).toMatchObject({ maxFavorable: 5, maxAdverse: -3, unrealizedPnl: 0 });
  });

  test('the candle of an entry inside it is unknown until a later one goes beyond it', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('99') });
    desk.candle([100, 102, 98, 100]);
    expect(open(desk)).toMatchObject({ maxFavorable: null, maxAdverse: null });
    desk.candle([100, 104, 99, 100]);
    expect(open(desk)).toMatchObject({ maxFavorable: 5, maxAdverse: null });
    desk.candle([100, 100, 90, 95]);
    expect(open(desk)).toMatchObject({ maxFavorable: 5, maxAdverse: -9 });
  });

  test('a part that was sold leaves what was reached before', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ quantity: decimal('2') });
    desk.candle([100, 110, 100, 104]);
    desk.order({ side: 'sell' });
    desk.candle([104, 105, 103, 104]);
    expect(open(desk)).toMatchObject({ maxFavorable: 20, unrealizedPnl: 4 });
  });

  test('a new holding begins anew', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order();
    desk.candle([100, 110, 95, 104]);
    expect(open(desk)).toMatchObject({ maxFavorable: 10, maxAdverse: -5 });
    desk.close();
    desk.candle(104);
    expect(open(desk)).toBeUndefined();
    desk.order();
    desk.candle(104);
    expect(open(desk)).toMatchObject({ maxFavorable: 0, maxAdverse: 0 });
  });
});

describe('after a restart', () => {
  const open = (desk: Desk) => makeView(desk.run.state).positions[0];
  const candleAt = (index: number, [o, h, l, c]: readonly number[], from: number): CandleEvent => ({
    kind: 'candle',
    symbol: SPOT.symbol,
    timeframe: '1m',
    time: from + (index + 1) * 60_000,
    candle: {
      openTime: from + index * 60_000,
      open: o ?? 0,
      high: h ?? 0,
      low: l ?? 0,
      close: c ?? 0,
      volume: 1,
    },
  });
  const prices = [
    [100, 100, 100, 100],
    [100, 101, 99, 100],
    [100, 108, 96, 102],
  ] as const;

  /** One coin bought at the open of the second candle, and the same books again. */
  function restarted(
    history: (start: number) => readonly CandleEvent[],
    more?: (desk: Desk) => void,
  ) {
    const before = new Desk();
    const start = before.run.state.market.now;
    before.candle(prices[0]);
    before.order();
    for (const price of prices.slice(1)) before.candle(price);
    more?.(before);
    const startTime = before.run.state.market.now;
    return new Desk({ money: before.money, last: 100, history: history(start), startTime });
  }

  test('the candles since the entry say it', () => {
    const desk = restarted((start) => prices.map((price, index) => candleAt(index, price, start)));
    expect(open(desk)).toMatchObject({ maxFavorable: 8, maxAdverse: -4 });
    desk.candle([102, 103, 90, 95]);
    expect(open(desk)).toMatchObject({ maxFavorable: 8, maxAdverse: -10 });
  });

  test('it is unknown where the candles do not reach back to the entry', () => {
    const desk = restarted((start) => [candleAt(2, prices[2], start)]);
    expect(open(desk)).toMatchObject({ maxFavorable: null, maxAdverse: null });
    desk.candle([102, 200, 1, 95]);
    expect(open(desk)).toMatchObject({ maxFavorable: null, maxAdverse: null });
  });

  test('it is unknown where the size has changed since', () => {
    const history = (start: number) => prices.map((price, index) => candleAt(index, price, start));
    const desk = restarted(history, (before) => {
      before.order();
      before.candle(102);
    });
    expect(open(desk)).toMatchObject({ maxFavorable: null, maxAdverse: null });
  });
});
