import { describe, expect, test } from 'vitest';

import { ACCOUNT, Desk, PERPETUAL, SPOT, START, hold, puppet } from '../support/builders.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { ACCOUNT_BREAKERS, BREAKERS } from '../../src/risk/breakers.ts';

const LIMITS = { dailyLossFraction: 0.05, drawdownFraction: 0.15 };

/** Holds a whole account of coins bought at 100; 10,000 of cash. */
function invested(limits: Partial<typeof LIMITS> & { enabled?: boolean } = LIMITS) {
  const a = puppet();
  const sizing = { kind: 'percent', value: 100 } as const;
  const desk = new Desk({
    strategies: [{ id: 'a', puppet: a, sizing, stopFraction: 0.5 }],
    limits,
  });
  a.next = [hold('long')];
  desk.candle(100);
  desk.candle(100);
  expect(desk.held('a')).toBe(100);
  return { desk, a };
}

const restart = (desk: Desk, limits: object = LIMITS): Desk =>
  new Desk({
    money: desk.money,
    last: desk.records.length,
    start: false,
    limits,
    strategies: [{ id: 'a', puppet: puppet() }],
  });

test('each says what it measures, from 0, and where it stops', () => {
  const [daily, drawdown] = ACCOUNT_BREAKERS;
  const quiet = { errors: 0, disconnects: 0 };
  const input = { ...quiet, equity: 90, dayOpen: 100, peak: 120 };
  expect(daily?.measure(input)).toBeCloseTo(0.1, 12);
  expect(drawdown?.measure(input)).toBe(0.25);
  const gain = { ...quiet, equity: 130, dayOpen: 100, peak: 120 };
  expect(ACCOUNT_BREAKERS.map((breaker) => breaker.measure(gain))).toEqual([0, 0, 0, 0]);
  const nothing = { ...quiet, equity: 0, dayOpen: 0, peak: 0 };
  expect(ACCOUNT_BREAKERS.map((breaker) => breaker.measure(nothing))).toEqual([0, 0, 0, 0]);
  expect(BREAKERS.map(({ name, scope, state }) => [name, scope, state])).toEqual([
    ['dailyLoss', 'account', 'reducing'],
    ['drawdown', 'account', 'halted'],
    ['errorRate', 'account', 'paused'],
    ['connection', 'account', 'paused'],
    ['lossStreak', 'strategy', 'paused'],
    ['rejections', 'strategy', 'paused'],
    ['slippage', 'symbol', 'paused'],
    ['volatility', 'symbol', 'paused'],
    ['unexpectedPosition', 'symbol', 'reducing'],
  ]);
});

describe('the daily loss', () => {
  test('below its limit says nothing, at it reduces: entries end, the position stays protected', () => {
    const { desk } = invested();
    desk.candle(95.01);
    expect(desk.state).toBe('running');
    desk.candle(95);
    expect(desk.state).toBe('reducing');
    expect(desk.of('breakerTripped')).toEqual([
      expect.objectContaining({ breaker: 'dailyLoss', value: 0.05, limit: 0.05 }),
    ]);
    expect(desk.money.trading).toMatchObject({
      by: 'breaker',
      reason: 'breaker dailyLoss 5.00 % of 5.00 %',
    });
    desk.order({});
    expect(desk.of('denied').at(-1)).toMatchObject({ code: 'TRADING_STATE', value: 'reducing' });
    expect(desk.protection('a')).toEqual(['sell stop 100 at 50']);
    expect(desk.held('a')).toBe(100);
  });

  test('counts from the equity the day opened with', () => {
    const { desk } = invested();
    desk.candle(96);
    desk.drive({
      kind: 'candle',
      symbol: SPOT.symbol,
      time: START + DAY_MS + 60_000,
      timeframe: '1m',
      candle: { openTime: START + DAY_MS, open: 96, high: 96, low: 96, close: 96, volume: 1 },
    });
    expect(desk.money.day).toEqual({ start: START + DAY_MS, equity: 9600 });
    desk.candle(91.21);
    expect(desk.state).toBe('running');
    desk.candle(91.2);
    expect(desk.state).toBe('reducing');
  });

  test('a new day does not lift it', () => {
    const { desk } = invested();
    desk.candle(95);
    desk.drive({
      kind: 'candle',
      symbol: SPOT.symbol,
      time: START + DAY_MS + 60_000,
      timeframe: '1m',
      candle: { openTime: START + DAY_MS, open: 99, high: 99, low: 99, close: 99, volume: 1 },
    });
    expect([desk.state, desk.money.breakers.has('dailyLoss')]).toEqual(['reducing', true]);
  });

  test('speaks once, however far it falls', () => {
    const { desk } = invested({ ...LIMITS, drawdownFraction: 0.9 });
    for (const price of [95, 94, 96, 80, 95, 70]) desk.candle(price);
    expect(desk.of('breakerTripped')).toHaveLength(1);
  });

  test('once cleared by the typed phrase it waits for a new loss', () => {
    const { desk } = invested({ ...LIMITS, drawdownFraction: 0.9 });
    desk.candle(95);
    desk.command({ kind: 'resume', phrase: 'no' });
    expect([desk.state, desk.money.breakers.size]).toEqual(['reducing', 1]);
    desk.command({ kind: 'resume', phrase: ACCOUNT });
    expect([desk.state, desk.money.breakers.size]).toEqual(['running', 0]);
    for (const price of [95, 94, 90.26]) desk.candle(price);
    expect(desk.state).toBe('running');
    desk.candle(90.25);
    expect(desk.state).toBe('reducing');
    expect(desk.of('breakerTripped')).toHaveLength(2);
  });
});

describe('the drawdown', () => {
  test('halts at its limit from the highest equity, unrealized included', () => {
    const { desk } = invested({ ...LIMITS, dailyLossFraction: 10 });
    desk.candle(200);
    desk.candle(170.01);
    expect(desk.state).toBe('running');
    desk.candle(170);
    expect(desk.state).toBe('halted');
    expect(desk.of('breakerTripped')).toEqual([
      expect.objectContaining({ breaker: 'drawdown', limit: 0.15 }),
    ]);
    expect(desk.protection('a')).toEqual(['sell stop 100 at 50']);
  });

  test('tightens what the daily loss reduced, and never loosens', () => {
    const { desk } = invested();
    desk.candle(95);
    expect(desk.state).toBe('reducing');
    desk.candle(85);
    expect(desk.state).toBe('halted');
    desk.candle(99);
    expect(desk.state).toBe('halted');
  });

  test('both in one fall end in the stricter state', () => {
    const { desk } = invested();
    desk.candle(80);
    expect(desk.state).toBe('halted');
    expect(desk.of('breakerTripped').map(({ breaker }) => breaker)).toEqual([
      'dailyLoss',
      'drawdown',
    ]);
  });

  test('a breaker speaks in a stricter state without changing it', () => {
    const { desk } = invested();
    desk.command({ kind: 'halt', reason: 'mine' });
    desk.candle(95);
    expect(desk.money.trading).toMatchObject({ state: 'halted', reason: 'mine' });
    expect(desk.of('breakerTripped')).toHaveLength(1);
  });

  test('once cleared it measures from now on', () => {
    const { desk } = invested({ ...LIMITS, dailyLossFraction: 10 });
    desk.candle(85);
    desk.command({ kind: 'resume', phrase: ACCOUNT });
    desk.candle(84);
    expect(desk.state).toBe('running');
    desk.candle(72.25);
    expect(desk.state).toBe('halted');
  });
});

describe('over a restart', () => {
  test('state, breaker and its reason are there, and it does not trip again', () => {
    const { desk } = invested();
    desk.candle(95);
    const next = restart(desk);
    expect([next.state, [...next.money.breakers.keys()]]).toEqual(['reducing', ['dailyLoss']]);
    next.candle(94);
    expect(next.of('breakerTripped')).toEqual([]);
    expect(next.state).toBe('reducing');
  });

  test('peak and day-open stay: a restart forgets no loss', () => {
    const { desk } = invested({ dailyLossFraction: 10, drawdownFraction: 0.15 });
    desk.candle(200);
    desk.candle(180);
    const limits = { dailyLossFraction: 10, drawdownFraction: 0.15 };
    const next = restart(desk, limits);
    next.candle(170);
    expect(next.state).toBe('halted');
    const losing = invested().desk;
    losing.candle(96);
    const after = restart(losing);
    after.candle(95);
    expect(after.state).toBe('reducing');
  });
});

test('--risk none has no breakers', () => {
  const { desk } = invested({ ...LIMITS, enabled: false });
  desk.candle(10);
  expect([desk.state, desk.of('breakerTripped')]).toEqual(['running', []]);
});

test('a short position loses when the price rises', () => {
  const a = puppet();
  const desk = new Desk({
    markets: [PERPETUAL],
    model: { leverage: 2 },
    strategies: [
      { id: 'a', puppet: a, symbol: PERPETUAL.symbol, sizing: { kind: 'percent', value: 100 } },
    ],
    limits: LIMITS,
  });
  a.next = [hold('short', { symbol: PERPETUAL.symbol })];
  desk.candle(100, PERPETUAL.symbol);
  desk.candle(100, PERPETUAL.symbol);
  desk.candle(105, PERPETUAL.symbol);
  expect(desk.state).toBe('reducing');
});

test('clearing a breaker that is not tripped says so', () => {
  const { desk } = invested();
  desk.command({ kind: 'clearBreaker', breaker: 'drawdwn' });
  expect(desk.of('commandRefused')).toEqual([
    { kind: 'commandRefused', command: 'clear', reason: 'breaker drawdwn is not tripped' },
  ]);
});
