// Breakers that look at what strategies, orders and links did, not at equity.
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import type { RejectCode } from '../../src/domain/record.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { makeView } from '../../src/engine/make-view.ts';
import {
  Desk,
  type DeskOptions,
  ETH,
  type Puppet,
  SPOT,
  hold,
  place,
  puppet,
} from '../support/builders.ts';

const COOL = { breakerCooldownSeconds: 900 };

/** Two strategies on one market. */
function pair(limits: Partial<RiskLimits>, more: DeskOptions = {}) {
  const [a, b] = [puppet(), puppet()];
  const strategies = [
    { id: 'a', puppet: a },
    { id: 'b', puppet: b },
  ];
  return { desk: new Desk({ strategies, limits, ...more }), a, b };
}

/** The same books in a new process. */
function restart(desk: Desk, limits: Partial<RiskLimits>) {
  const a = puppet();
  const strategies = [{ id: 'a', puppet: a }];
  const last = desk.records.length;
  return { desk: new Desk({ money: desk.money, last, start: false, strategies, limits }), a };
}

/** One round trip that buys at 100 and sells at `exit`. */
function roundTrip(desk: Desk, who: Puppet, exit: number): void {
  who.next = [hold('long')];
  desk.candle(100);
  who.next = [hold('flat')];
  desk.candle([100, Math.max(100, exit), Math.min(100, exit), exit]);
  desk.candle(exit);
}

const scopes = (desk: Desk): string[] =>
  [...desk.money.scopes].map(([key, { state, by }]) => `${key} ${state} ${by}`);
const tripped = (desk: Desk): string[] => [...desk.money.breakers.keys()];
const clear = (desk: Desk, breaker: string): void =>
  desk.command({ kind: 'clearBreaker', breaker });
const refusals = (desk: Desk): string[] => desk.of('commandRefused').map(({ reason }) => reason);

describe('a loss streak', () => {
  const LIMITS = { lossStreakCount: 3, ...COOL };

  test('pauses the strategy that loses, and nobody else', () => {
    const { desk, a, b } = pair(LIMITS);
    for (let n = 0; n < 2; n += 1) roundTrip(desk, a, 99);
    expect(tripped(desk)).toEqual([]);
    roundTrip(desk, a, 99);
    expect(tripped(desk)).toEqual(['lossStreak strategy a']);
    expect(desk.of('breakerTripped')).toEqual([
      expect.objectContaining({
        breaker: 'lossStreak',
        scope: { strategyId: 'a' },
        value: 3,
        limit: 3,
        unit: 'count',
        cooldownUntil: desk.run.state.market.now - MINUTE_MS + 900 * SECOND_MS,
      }),
    ]);
    expect([desk.state, scopes(desk)]).toEqual(['running', ['strategy a paused breaker']]);
    expect(desk.money.scopes.get('strategy a')?.reason).toBe('breaker lossStreak of a 3 of 3');
    a.next = [hold('long')];
    b.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect([desk.held('a'), desk.held('b')]).toEqual([0, 1]);
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({ strategyId: 'a', code: 'TRADING_STATE', value: 'paused' }),
    ]);
  });

  test('ends with a round trip that does not lose', () => {
    const { desk, a } = pair(LIMITS);
    for (const exit of [99, 99, 101, 99, 99, 100, 99, 99]) roundTrip(desk, a, exit);
    expect(tripped(desk)).toEqual([]);
    roundTrip(desk, a, 99);
    expect(tripped(desk)).toEqual(['lossStreak strategy a']);
  });

  test('counts over a restart, and its pause stays', () => {
    const { desk, a } = pair(LIMITS);
    for (let n = 0; n < 2; n += 1) roundTrip(desk, a, 99);
    const next = restart(desk, LIMITS);
    next.desk.command({ kind: 'resume', phrase: null });
    roundTrip(next.desk, next.a, 99);
    expect(tripped(next.desk)).toEqual(['lossStreak strategy a']);
    const third = restart(next.desk, LIMITS).desk;
    expect([tripped(third), scopes(third)]).toEqual([
      ['lossStreak strategy a'],
      ['strategy a paused breaker'],
    ]);
  });

  test('is cleared by the operator, not before its cooldown, and counts from then on', () => {
    const { desk, a } = pair(LIMITS);
    for (let n = 0; n < 3; n += 1) roundTrip(desk, a, 99);
    desk.wait(899 * SECOND_MS - MINUTE_MS);
    clear(desk, 'lossStreak strategy a');
    expect(refusals(desk)).toEqual([
      'breaker lossStreak strategy a cools down for another 0 min 1 s',
    ]);
    expect(scopes(desk)).toHaveLength(1);
    desk.wait(SECOND_MS);
    clear(desk, 'lossStreak strategy a');
    expect([tripped(desk), scopes(desk)]).toEqual([[], []]);
    for (let n = 0; n < 2; n += 1) roundTrip(desk, a, 99);
    expect(tripped(desk)).toEqual([]);
    roundTrip(desk, a, 99);
    expect(tripped(desk)).toEqual(['lossStreak strategy a']);
  });

  test('is not cleared by a change of limits, and resuming the account leaves it', () => {
    const { desk, a } = pair({ lossStreakCount: 1 });
    roundTrip(desk, a, 99);
    desk.command({ kind: 'changeRisk', changes: { lossStreakCount: 100 } });
    desk.command({ kind: 'pause', reason: 'test' });
    desk.command({ kind: 'resume', phrase: null });
    expect([desk.state, tripped(desk), scopes(desk)]).toEqual([
      'running',
      ['lossStreak strategy a'],
      ['strategy a paused breaker'],
    ]);
    desk.command({ kind: 'resumeScope', scope: { strategyId: 'a' }, phrase: null });
    expect([tripped(desk), scopes(desk)]).toEqual([[], []]);
  });
});

describe('the cooldown of the account’s breakers', () => {
  test('refuses to resume, with the time left, until it is over', () => {
    const { desk } = pair({ dailyLossFraction: 0.05, breakerCooldownSeconds: 120 });
    desk.candle(100);
    desk.order({ quantity: decimal('100') });
    desk.candle(100);
    desk.candle(95);
    expect(desk.state).toBe('reducing');
    desk.command({ kind: 'resume', phrase: 'main' });
    expect(refusals(desk)).toEqual(['breaker dailyLoss cools down for another 2 min 0 s']);
    expect(desk.state).toBe('reducing');
    desk.wait(120 * SECOND_MS);
    desk.command({ kind: 'resume', phrase: 'main' });
    expect([desk.state, tripped(desk)]).toEqual(['running', []]);
  });

  test('survives a restart', () => {
    const limits = { dailyLossFraction: 0.05, breakerCooldownSeconds: 120 };
    const { desk } = pair(limits);
    desk.candle(100);
    desk.order({ quantity: decimal('100') });
    desk.candle(100);
    desk.candle(95);
    const next = restart(desk, limits).desk;
    clear(next, 'dailyLoss');
    expect(refusals(next)).toEqual(['breaker dailyLoss cools down for another 2 min 0 s']);
    expect(tripped(next)).toEqual(['dailyLoss']);
  });
});

describe('refused orders', () => {
  const LIMITS = { rejectionCount: 3, incidentSeconds: 60 };
  /** An order of `a` that rests and is refused later, as a stop may be when it triggers. */
  function refused(desk: Desk, who: Puppet, code: RejectCode = 'INSUFFICIENT_FUNDS'): void {
    who.next = [place({ type: 'limit', price: 50 })];
    desk.candle(100);
    const order = desk.working('entry').at(-1);
    if (!order) throw new Error('no order to refuse');
    const told = { kind: 'rejected', orderId: order.id, code, reason: 'no' } as const;
    desk.tell(told);
    desk.tell(told);
  }

  test('pause their strategy when there are too many at once, told once or twice', () => {
    const { desk, a } = pair({ ...LIMITS, incidentSeconds: 600 });
    for (let n = 0; n < 2; n += 1) refused(desk, a);
    expect(tripped(desk)).toEqual([]);
    refused(desk, a);
    expect([tripped(desk), scopes(desk)]).toEqual([
      ['rejections strategy a'],
      ['strategy a paused breaker'],
    ]);
  });

  test('are forgotten after their time, and those one asks for do not count', () => {
    const { desk, a } = pair(LIMITS);
    for (let n = 0; n < 6; n += 1) refused(desk, a);
    expect(tripped(desk), 'one a minute').toEqual([]);
    const other = pair({ ...LIMITS, incidentSeconds: 600 });
    for (let n = 0; n < 6; n += 1) refused(other.desk, other.a, 'POST_ONLY_WOULD_TAKE');
    expect(tripped(other.desk)).toEqual([]);
  });

  test('count over a restart', () => {
    const limits = { ...LIMITS, incidentSeconds: 600 };
    const { desk, a } = pair(limits);
    for (let n = 0; n < 2; n += 1) refused(desk, a);
    const next = restart(desk, limits);
    next.desk.command({ kind: 'resume', phrase: null });
    refused(next.desk, next.a);
    expect(tripped(next.desk)).toEqual(['rejections strategy a']);
  });
});

describe('F46 errors', () => {
  test('of strategies and unknown outcomes pause the account when there are too many', () => {
    const throws = puppet({
      create: () => ({
        onCandle: () => {
          throw new Error('broken');
        },
      }),
    });
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: throws }],
      limits: { errorCount: 3 },
    });
    desk.candle(100);
    desk.candle(100);
    expect(desk.of('incident')).toHaveLength(2);
    expect(desk.state).toBe('running');
    desk.order({ type: 'limit', price: decimal('50') });
    const order = desk.working('entry')[0];
    if (!order) throw new Error('no order');
    desk.tell({ kind: 'outcomeUnknown', orderId: order.id, reason: 'timeout' });
    expect([desk.state, tripped(desk)]).toEqual(['paused', ['errorRate']]);
    expect(desk.money.trading).toMatchObject({ by: 'breaker', reason: 'breaker errorRate 3 of 3' });
    desk.command({ kind: 'resume', phrase: null });
    expect([desk.state, tripped(desk)]).toEqual(['running', []]);
  });
});

describe('F36 lost connections', () => {
  const lose = (desk: Desk): void => {
    const { now: time } = desk.run.state.market;
    desk.run.post({ kind: 'link', time, name: 'venue', up: false });
    desk.run.post({ kind: 'link', time, name: 'venue', up: true });
  };

  test('pause the account when they come too often, over restarts', () => {
    const limits = { disconnectCount: 4, incidentSeconds: 600 };
    const { desk } = pair(limits);
    desk.candle(100);
    for (let n = 0; n < 2; n += 1) lose(desk);
    const next = restart(desk, limits).desk;
    next.command({ kind: 'resume', phrase: null });
    lose(next);
    expect(next.state).toBe('running');
    lose(next);
    expect([next.state, tripped(next)]).toEqual(['paused', ['connection']]);
  });
});

describe('slippage', () => {
  const LIMITS = { slippageBps: 100 };
  const buys = (desk: Desk, count: number): void => {
    for (let n = 0; n < count; n += 1) {
      desk.order({ quantity: decimal('0.5') });
      desk.candle(100);
    }
  };

  test('of the newest market orders pauses the symbol, from five orders on', () => {
    const { desk } = pair(LIMITS, { model: { slippageBps: 150 } });
    desk.candle(100);
    buys(desk, 4);
    expect(tripped(desk)).toEqual([]);
    buys(desk, 1);
    expect([tripped(desk), scopes(desk)]).toEqual([
      [`slippage symbol ${SPOT.symbol}`],
      [`symbol ${SPOT.symbol} paused breaker`],
    ]);
    expect(desk.of('breakerTripped')[0]?.value).toBeCloseTo(150, 6);
    buys(desk, 1);
    expect(desk.of('denied').at(-1)).toMatchObject({ code: 'TRADING_STATE', value: 'paused' });
  });

  test('below its limit, and of other symbols, says nothing', () => {
    const { desk } = pair(LIMITS, { model: { slippageBps: 99 }, markets: [SPOT, ETH] });
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    buys(desk, 20);
    expect(tripped(desk)).toEqual([]);
    desk.command({ kind: 'changeRisk', changes: { slippageBps: 98 } });
    desk.order({ symbol: ETH.symbol });
    desk.candle(100, ETH.symbol);
    expect(tripped(desk)).toEqual([]);
    buys(desk, 1);
    expect(tripped(desk)).toEqual([`slippage symbol ${SPOT.symbol}`]);
  });

  test('is measured over a restart', () => {
    const model = { slippageBps: 150 };
    const { desk } = pair(LIMITS, { model });
    desk.candle(100);
    buys(desk, 4);
    const last = desk.records.length;
    const next = new Desk({ money: desk.money, last, limits: LIMITS, model });
    next.candle(100);
    buys(next, 1);
    expect(tripped(next)).toEqual([`slippage symbol ${SPOT.symbol}`]);
  });
});

describe('a volatility spike', () => {
  const LIMITS = { volatilityRatio: 4 };
  /** Candles whose closes go to and fro by a thousandth. */
  const quiet = (desk: Desk, count: number): void => {
    for (let n = 0; n < count; n += 1) desk.candle(n % 2 === 0 ? 100.1 : 100);
  };

  test('pauses the symbol, and clearing it waits for a new one', () => {
    const { desk } = pair(LIMITS);
    quiet(desk, 200);
    const look = makeView(desk.run.state).breakers.find(({ name }) => name === 'volatility');
    expect(look).toMatchObject({ tripped: false, of: SPOT.symbol });
    expect(look?.value).toBeCloseTo(1, 1);
    desk.candle(103);
    expect([tripped(desk), scopes(desk)]).toEqual([
      [`volatility symbol ${SPOT.symbol}`],
      [`symbol ${SPOT.symbol} paused breaker`],
    ]);
    clear(desk, `volatility symbol ${SPOT.symbol}`);
    desk.candle(103.1);
    expect([tripped(desk), scopes(desk)]).toEqual([[], []]);
    desk.candle(100);
    expect(tripped(desk)).toEqual([`volatility symbol ${SPOT.symbol}`]);
  });

  test('is not seen before enough candles are known', () => {
    const { desk } = pair(LIMITS);
    quiet(desk, 100);
    desk.candle(150);
    expect(tripped(desk)).toEqual([]);
    const look = makeView(desk.run.state).breakers.find(({ name }) => name === 'volatility');
    expect(look?.value).toBeNull();
  });
});

describe('F22 a holding that no fill explains', () => {
  test('trips for its symbol, and is not cleared before it is decided on', () => {
    const { desk } = pair({});
    desk.candle(100);
    const report = desk.run.venue.report();
    const positions = new Map([[SPOT.symbol, decimal('5')]]);
    for (let n = 0; n < 2; n += 1) {
      const { now: time } = desk.run.state.market;
      desk.run.post({ kind: 'report', time, report: { ...report, positions } });
    }
    const key = `unexpectedPosition symbol ${SPOT.symbol}`;
    expect(tripped(desk)).toEqual([key]);
    expect(desk.money.scopes.get(`symbol ${SPOT.symbol}`)?.state).toBe('reducing');
    clear(desk, key);
    expect(refusals(desk)).toEqual([`decide first what becomes of the holding in ${SPOT.symbol}`]);
    desk.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: 'ignore' });
    clear(desk, key);
    expect(tripped(desk)).toEqual([]);
    // Stricter than paused: only the operator's own resume lifts it.
    expect(desk.money.scopes.get(`symbol ${SPOT.symbol}`)?.state).toBe('reducing');
  });
});

test('with --risk none none of them looks', () => {
  const off = { enabled: false, lossStreakCount: 1, slippageBps: 1, errorCount: 1 };
  const { desk, a } = pair(off, { model: { slippageBps: 500 } });
  for (let n = 0; n < 6; n += 1) roundTrip(desk, a, 99);
  expect(tripped(desk)).toEqual([]);
});

test('each shows its measure, limit, state and what clears it', () => {
  const { desk, a } = pair({ lossStreakCount: 2, ...COOL });
  for (let n = 0; n < 2; n += 1) roundTrip(desk, a, 99);
  const { breakers, limits, scopes: shown } = makeView(desk.run.state);
  expect(breakers.find(({ name }) => name === 'lossStreak strategy a')).toMatchObject({
    breaker: 'lossStreak',
    of: 'a',
    value: 2,
    limit: 2,
    state: 'paused',
    tripped: true,
    cooldownLeftMs: 840 * SECOND_MS,
    clears: 'the operator: c on its row of the risk pane',
  });
  // The nearest of the others stands beside it.
  expect(breakers.find(({ name }) => name === 'lossStreak')).toMatchObject({ tripped: false });
  expect(limits.filter(({ code }) => code.startsWith('lossStreak'))).toHaveLength(2);
  expect(shown).toMatchObject([{ kind: 'strategy', name: 'a', state: 'paused', by: 'breaker' }]);
});
