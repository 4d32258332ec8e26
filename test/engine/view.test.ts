import { describe, expect, test } from 'vitest';

import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { toStatus } from '../../src/app/status.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import { exactEquity } from '../../src/engine/exact-equity.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { DEMO_START, createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import { createDigest } from '../../src/store/digest.ts';
import { instance } from '../support/session-kit.ts';
import { NEXT_OPEN, NO_LIMITS } from '../support/backtest-kit.ts';
import { Desk, PERPETUAL, hold, puppet } from '../support/builders.ts';

const symbols = ['BTC/USDT', 'ETH/USDT'];
const perpetual = ['BTC/USDT:USDT'];

/** Three hours of the demo market with busy strategies on shared symbols. */
function play(each: (run: ReturnType<typeof createAccountRun>, count: number) => void) {
  const feed = createDemoFeed({ seed: 3 });
  const wide = { lossStreakCount: 100, clusterExposureFraction: 100, rejectionCount: 100 };
  const limits = {
    ...NO_LIMITS,
    ...wide,
    enabled: true,
    riskPerTradeFraction: 1,
    openRiskFraction: 10,
  };
  const run = createAccountRun({
    feed,
    markets: demoMarkets(),
    runtimes: [
      instance('sma-cross', { fast: 2, slow: 4 }, { symbols, stopFraction: 0.002 }),
      instance('ema-cross', { fast: 2, slow: 5 }, { symbols, targetFraction: 0.003 }),
      instance('breakout', { direction: 'both' }, { symbols: perpetual, trailFraction: 0.002 }),
      instance('macd', { direction: 'both' }, { symbols: perpetual, stopFraction: 0.002 }),
    ].flatMap(toRuntimes),
    limits: { ...limits, drawdownFraction: 0.9, dailyLossFraction: 0.9, maxOrdersPerMinute: 600 },
    model: NEXT_OPEN,
    cash: decimal('10000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'demo',
    seed: 3,
    version: 'test',
    startTime: DEMO_START,
    start: true,
    journal: createMemoryJournal(createDigest()),
  });
  let count = 0;
  const end = DEMO_START + 3 * 3_600_000;
  for (let event = feed.next(); event && event.time < end; event = feed.next()) {
    run.drive(event);
    count += 1;
    if (count % 500 === 0) each(run, count);
  }
  return run;
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

describe('every figure of a view agrees with every other, through three busy hours', () => {
  test('equity, P&L by symbol, by strategy, of positions and of the exact books', () => {
    let looks = 0;
    let held = 0;
    const run = play(({ state }) => {
      const view = makeView(state);
      const { account, pnl, positions } = view;
      expect(account.equity - account.equityStart).toBeCloseTo(pnl.netPnl, 6);
      expect(sum(pnl.bySymbol.map(({ netPnl }) => netPnl))).toBeCloseTo(pnl.netPnl, 6);
      expect(sum(pnl.byStrategy.map(({ netPnl }) => netPnl))).toBeCloseTo(pnl.netPnl, 6);
      expect(sum(view.strategies.map(({ netPnl }) => netPnl))).toBeCloseTo(pnl.netPnl, 6);
      expect(sum(positions.map((one) => one.unrealizedPnl ?? NaN))).toBeCloseTo(
        pnl.unrealizedPnl,
        6,
      );
      expect(toNumber(exactEquity(state))).toBeCloseTo(account.equity, 6);
      for (const { symbol, quantity, positionSide } of positions) {
        const own = view.strategies.flatMap((one) =>
          one.positions.filter((p) => p.symbol === symbol),
        );
        const total = sum(own.map((one) => toNumber(one.quantity)));
        expect(total).toBeCloseTo(toNumber(quantity) * (positionSide === 'long' ? 1 : -1), 9);
      }
      expect(account.drawdownFraction).toBeGreaterThanOrEqual(0);
      looks += 1;
      held += positions.length;
    });
    expect(looks).toBeGreaterThan(100);
    expect(held).toBeGreaterThan(100);
    expect(run.state.money.counts.fills).toBeGreaterThan(100);
    const [smaCross] = makeView(run.state).strategies;
    expect(smaCross?.paramInfo).toMatchObject([
      { name: 'fast', value: 2, standard: 10, kind: 'integer' },
      { name: 'slow', value: 4, standard: 30, kind: 'integer' },
      { name: 'direction', kind: 'choice', choices: ['both', 'long', 'short'] },
    ]);
    const days = makeView(run.state).pnl.byDay;
    const { totals } = run.state.money;
    expect(sum(days.map((one) => one.realizedPnl))).toBeCloseTo(toNumber(totals.realizedPnl), 9);
  });

  test('a position says its stops, its loss when they are hit, and who holds it', () => {
    let checked = 0;
    play(({ state }) => {
      for (const position of makeView(state).positions) {
        const { protection, markPrice, positionSide } = position;
        expect(position.strategyIds.length).toBeGreaterThan(0);
        if (protection.worstCase === null) continue;
        expect(protection.worstCase).toBeLessThanOrEqual(0);
        if (protection.stopPrice === null || markPrice === null || position.strategyIds.length > 1)
          continue;
        const move =
          (toNumber(protection.stopPrice) - markPrice) * (positionSide === 'long' ? 1 : -1);
        expect(protection.worstCase).toBeCloseTo(
          Math.min(0, move * toNumber(position.quantity)),
          6,
        );
        expect(protection.rests).toBe('venue');
        checked += 1;
      }
    });
    expect(checked).toBeGreaterThan(10);
  });

  test('a view is a copy: what happens later does not change it', () => {
    let first: { view: ReturnType<typeof makeView>; text: string } | null = null;
    const textOf = (view: unknown) =>
      JSON.stringify(view, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
    play(({ state }, count) => {
      if (count !== 20_000) return;
      const view = makeView(state);
      first = { view, text: textOf(view) };
    });
    const kept = first as { view: unknown; text: string } | null;
    expect(kept).not.toBeNull();
    expect(textOf(kept?.view)).toBe(kept?.text);
  });
});

describe('the protection of a position that several hold', () => {
  const bySide = (positionSide: 'long' | 'short', of: { far: number; near: number }) => {
    const { symbol } = PERPETUAL;
    const [far, near] = [puppet(), puppet()];
    const strategies = [
      { id: 'far', puppet: far, symbol, stopFraction: of.far, targetFraction: of.far },
      { id: 'near', puppet: near, symbol, stopFraction: of.near, targetFraction: of.near },
    ];
    const desk = new Desk({ markets: [PERPETUAL], strategies });
    far.next = [hold(positionSide, { symbol })];
    near.next = far.next;
    for (let n = 0; n < 2; n += 1) desk.candle(100, symbol);
    const [position] = makeView(desk.run.state).positions;
    const { stopPrice, targetPrice } = position?.protection ?? {};
    return [stopPrice, targetPrice].map((price) => (price ? toNumber(price) : null));
  };

  test('is the stop and the target that fill first', () => {
    expect(bySide('long', { far: 0.1, near: 0.02 })).toEqual([98, 102]);
    expect(bySide('long', { far: 0.02, near: 0.1 })).toEqual([98, 102]);
    expect(bySide('short', { far: 0.1, near: 0.02 })).toEqual([102, 98]);
  });

  test('leaves out the stop of a smaller holding against it', () => {
    const { symbol } = PERPETUAL;
    const [long, short] = [puppet(), puppet()];
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [
        { id: 'short', puppet: short, symbol, stopFraction: 0.05 },
        {
          id: 'long',
          puppet: long,
          symbol,
          stopFraction: 0.1,
          sizing: { kind: 'fixed', value: 3 },
        },
      ],
    });
    long.next = [hold('long', { symbol })];
    short.next = [hold('short', { symbol })];
    for (let n = 0; n < 2; n += 1) desk.candle(100, symbol);
    const [position] = makeView(desk.run.state).positions;
    expect(position?.protection.stopPrice).toBe(decimal('90'));
    const [status] = toStatus(
      { directory: '', profile: '', mode: 'demo' },
      { money: desk.money, lastRecord: 1, pid: null, writtenAt: null },
      0,
    ).positions;
    expect(status?.stopPrice).toBe('90');
  });
});

test('the figures of a day say how far they reach', () => {
  const desk = new Desk();
  for (const price of [100, 101, 110]) desk.candle(price);
  const [market] = makeView(desk.run.state).markets;
  expect(market).toMatchObject({ dayReachMs: 3 * 60_000 });
  expect(market?.changeFraction).toBeCloseTo(0.1, 9);
});
