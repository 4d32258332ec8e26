import { describe, expect, test } from 'vitest';

import type { Intent } from '../../src/domain/intent.ts';
import { Desk, SPOT, hold, place, puppet } from '../support/builders.ts';

/** A strategy whose process is elsewhere: it hears, and what it wants comes as an event. */
function withRemote() {
  const switched: boolean[] = [];
  const warmed: number[] = [];
  const remote = puppet({
    create: () => ({
      onWarm: ({ candle }) => void warmed.push(candle.close),
      onSwitch: (enabled) => void switched.push(enabled),
    }),
  });
  const desk = new Desk({ strategies: [{ id: 'a', puppet: remote }] });
  const sender = { strategyId: 'a', symbol: SPOT.symbol };
  const answer = (list: readonly Intent[], of: { ageMs?: number; strategyId?: string } = {}) => {
    const { ageMs = 0, ...other } = of;
    const { now } = desk.run.state.market;
    desk.run.post({ kind: 'intents', ...sender, ...other, time: now, basis: now - ageMs, list });
  };
  const fail = (reason: string) => {
    desk.run.post({ kind: 'strategyFailed', ...sender, time: desk.run.state.market.now, reason });
  };
  return { desk, answer, fail, switched, warmed };
}

describe('what a strategy in a process of its own answers', () => {
  test('is carried out like the word of a built-in, reviewed when it arrives', () => {
    const { desk, answer } = withRemote();
    desk.candle(100);
    answer([hold('long')]);
    desk.candle(100);
    expect(desk.held('a')).toBe(1);
    // It had not heard of its fill yet: the target is held already, and nothing is bought twice.
    answer([hold('long')]);
    desk.candle(100);
    expect([desk.held('a'), desk.of('orderCreated').length]).toEqual([1, 1]);
  });

  test('is refused and said when it is older than a candle of its timeframe', () => {
    const { desk, answer } = withRemote();
    desk.candle(100);
    answer([hold('long')], { ageMs: 60_001 });
    expect(desk.of('orderCreated')).toEqual([]);
    expect(desk.notices.at(-1)).toMatch(/warn a on BTC\/USDT is too late: 1 intents 60 s after/);
    answer([hold('long')], { ageMs: 60_000 });
    expect(desk.of('orderCreated')).toHaveLength(1);
  });

  test('is nothing from a strategy that this run does not have, or that is off (S22)', () => {
    const { desk, answer } = withRemote();
    desk.candle(100);
    answer([hold('long')], { strategyId: 'b' });
    desk.command({ kind: 'toggleStrategy', strategyId: 'a', enabled: false });
    answer([hold('long')]);
    expect(desk.of('orderCreated')).toEqual([]);
  });

  test('asks for another market in vain', () => {
    const { desk, answer } = withRemote();
    desk.candle(100);
    answer([{ ...hold('long'), symbol: 'DOGE/USDT' }]);
    expect(desk.of('orderCreated')).toEqual([]);
    expect(desk.notices.at(-1)).toBe('warn a asked for DOGE/USDT, which is not its market');
  });

  test('meets the same risk rules: a billion is denied (F49)', () => {
    const { desk, answer } = withRemote();
    desk.candle(100);
    answer([place({ type: 'limit', price: 100, quantity: '1000000000' })]);
    expect(desk.of('orderCreated')).toEqual([]);
    expect(desk.of('denied')).toHaveLength(1);
  });
});

describe('a failure of a strategy in a process of its own', () => {
  test('counts as a throw: the third switches it off, and on again begins anew (F46)', () => {
    const { desk, fail, switched } = withRemote();
    desk.candle(100);
    for (const reason of ['first', 'second', 'third']) fail(reason);
    expect(desk.notices).toContain('error a on BTC/USDT failed: first');
    expect(desk.of('strategyToggled').at(-1)?.note).toBe('switched off after 3 errors: third');
    expect(switched).toEqual([false]);
    const before = desk.notices.length;
    fail('and again, while it is off');
    expect(desk.notices).toHaveLength(before);
    desk.command({ kind: 'toggleStrategy', strategyId: 'a', enabled: true });
    expect(switched).toEqual([false, true]);
  });
});
