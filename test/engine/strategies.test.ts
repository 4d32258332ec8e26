import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { Desk, ETH, SPOT, hold, place, puppet } from '../support/builders.ts';

describe('toggling a strategy', () => {
  const withOne = (stopFraction?: number) => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, ...(stopFraction ? { stopFraction } : {}) }],
    });
    return { desk, a };
  };
  const toggle = (desk: Desk, enabled: boolean): string => {
    desk.command({ kind: 'toggleStrategy', strategyId: 'a', enabled });
    return desk.of('strategyToggled').at(-1)?.note ?? '';
  };

  test('off with a position says that it stays, with its stop, and how to close it', () => {
    const { desk, a } = withOne(0.05);
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect(toggle(desk, false)).toBe('off; long 1 BTC/USDT with its stop at 95 stays, x closes it');
    expect([desk.held('a'), desk.protection('a')]).toEqual([1, ['sell stop 1 at 95']]);
    expect(toggle(desk, true)).toBe('on; takes over long 1 BTC/USDT with its stop at 95');
  });

  test('off without a stop says so', () => {
    const { desk, a } = withOne();
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect(toggle(desk, false)).toBe('off; long 1 BTC/USDT without a stop stays, x closes it');
  });

  test('off and flat says so, takes its entries away and acts no more; on acts again', () => {
    const { desk, a } = withOne();
    a.next = [place({ type: 'limit', price: 50 })];
    desk.candle(100);
    expect(toggle(desk, false)).toBe('off; holds nothing');
    expect(desk.notices.at(-1)).toBe('info a off; holds nothing · 1 order canceled');
    expect(desk.working()).toEqual([]);
    a.next = [hold('long')];
    desk.candle(100);
    expect(a.next).toEqual([]);
    expect(desk.of('orderCreated')).toHaveLength(1);
    expect(toggle(desk, true)).toBe('on; acts on its next signal');
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect(desk.held('a')).toBe(1);
  });

  test('of an unknown name is refused', () => {
    const { desk } = withOne();
    desk.command({ kind: 'toggleStrategy', strategyId: 'b', enabled: true });
    expect(desk.of('commandRefused')[0]?.reason).toBe('no strategy b');
  });

  test('is remembered over a restart', () => {
    const { desk } = withOne();
    toggle(desk, false);
    const b = puppet();
    const next = new Desk({
      money: desk.money,
      last: desk.records.length,
      strategies: [{ id: 'a', puppet: b }],
    });
    b.next = [hold('long')];
    next.candle(100);
    expect(next.of('orderCreated')).toEqual([]);
  });
});

describe('a strategy', () => {
  test('sees its first order as expected before anything has filled', () => {
    const seen: number[] = [];
    const looking = puppet({
      create: () => ({
        onCandle: (_event, view) => {
          seen.push(view.expected);
          return view.expected === 0 ? [place({ type: 'limit', price: 90 })] : [];
        },
      }),
    });
    const desk = new Desk({ strategies: [{ id: 'a', puppet: looking }] });
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    expect(seen).toEqual([0, 1, 1]);
    expect(desk.working()).toHaveLength(1);
  });

  test('that throws three times is switched off, its position keeps its stop', () => {
    let mode: 'buy' | 'throw' = 'buy';
    const broken = puppet({
      params: z.object({}),
      create: () => ({
        onCandle: () => {
          if (mode === 'throw') throw new Error('boom');
          return [hold('long')];
        },
      }),
    });
    const desk = new Desk({ strategies: [{ id: 'a', puppet: broken, stopFraction: 0.05 }] });
    desk.candle(100);
    desk.candle(100);
    mode = 'throw';
    for (let n = 0; n < 5; n += 1) desk.candle(100);
    expect(desk.of('strategyToggled')).toEqual([
      expect.objectContaining({
        strategyId: 'a',
        enabled: false,
        note: 'switched off after 3 errors: boom',
      }),
    ]);
    expect(desk.protection('a')).toEqual(['sell stop 1 at 95']);
  });

  test('that throws in one market is off in all, its resting entries leave', () => {
    let isBroken = false;
    const broken = puppet({
      create: (_params, { symbol }) => ({
        onCandle: () => {
          if (isBroken && symbol === SPOT.symbol) throw new Error('boom');
          return [place({ symbol, type: 'limit', price: 90 })];
        },
      }),
    });
    const both = [SPOT, ETH].map(({ symbol }) => ({ id: 'a', puppet: broken, symbol }));
    const desk = new Desk({ markets: [SPOT, ETH], strategies: both });
    desk.candle(100, ETH.symbol);
    desk.candle(100, ETH.symbol);
    expect(desk.working()).toHaveLength(2);
    isBroken = true;
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    expect(desk.working()).toEqual([]);
    desk.candle(100, ETH.symbol);
    expect(desk.working()).toEqual([]);
    expect(desk.of('strategyToggled')).toHaveLength(1);
  });

  test('that asks for ten thousand orders gets a hundred', () => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }], cash: '10000000' });
    desk.candle(100);
    a.next = Array.from({ length: 10_000 }, (_, n) =>
      place({ type: 'limit', price: 10 + n / 100, quantity: '0.001' }),
    );
    desk.candle(100);
    expect(desk.of('orderCreated')).toHaveLength(100);
  });

  test.each([
    ['no number', { quantity: 'NaN' }, 'SIZE_ZERO'],
    ['text', { quantity: 'much' }, 'SIZE_ZERO'],
    ['less than a step', { quantity: '0.0001' }, 'SIZE_ZERO'],
    ['nothing', { quantity: '0' }, 'SIZE_ZERO'],
    ['less than nothing', { quantity: '-1' }, 'INVALID_NUMBER'],
    ['too much', { quantity: '1000000000' }, 'MAX_NOTIONAL'],
    ['a share of less than nothing', { share: -3 }, 'INVALID_NUMBER'],
    ['a share that is no number', { share: NaN }, 'INVALID_NUMBER'],
    ['more than a whole share', { share: 1.01 }, 'INVALID_NUMBER'],
    ['a trigger without one', { type: 'stop' }, 'INVALID_NUMBER'],
    ['a limit without a price', { type: 'limit' }, 'INVALID_NUMBER'],
  ] as const)('that wants %s is denied with a code, and nothing is sent', (_, more, code) => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }] });
    desk.candle(100);
    a.next = [place(more)];
    desk.candle(100);
    expect([desk.denials(), desk.of('orderCreated')]).toEqual([[code], []]);
  });

  test.each([
    ['no number', NaN],
    ['infinite', Infinity],
    ['below zero', -5],
    ['zero', 0],
    ['beyond every grid', 1e308],
  ])('whose limit price is %s sends nothing', (_, price) => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }] });
    desk.candle(100);
    a.next = [place({ type: 'limit', price })];
    desk.candle(100);
    expect([desk.of('orderCreated'), desk.denials()]).toEqual([[], ['INVALID_NUMBER']]);
  });

  test.each([
    ['no number', { stopPrice: NaN }],
    ['a trail that is no number', { trailFraction: NaN }],
    ['a trail beyond the price', { trailFraction: 1.5 }],
    ['below zero', { stopPrice: -5 }],
  ])('whose stop is %s gets no position without protection', (_, more) => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }] });
    desk.candle(100);
    a.next = [place(more)];
    desk.candle(100);
    desk.candle(100);
    expect([desk.held('a'), desk.denials().length]).toEqual([0, 1]);
  });

  test('asking for another market is told, not obeyed', () => {
    const a = puppet();
    const desk = new Desk({ markets: [SPOT, ETH], strategies: [{ id: 'a', puppet: a }] });
    desk.candle(100, ETH.symbol);
    a.next = [place({ symbol: ETH.symbol })];
    desk.candle(100);
    expect(desk.of('orderCreated')).toEqual([]);
    expect(desk.notices.some((text) => text.includes('not its market'))).toBe(true);
  });
});

describe('changed parameters', () => {
  const counting = (seen: number[] = []) =>
    puppet({
      params: z.object({ fail: z.boolean().default(false) }),
      create: (params) => ({
        onCandle: ({ time }) => {
          if ((params as { fail: boolean }).fail) throw new Error('boom');
          seen.push(time);
          return [];
        },
      }),
    });
  const change = (params: Record<string, boolean | string>) =>
    ({ kind: 'changeParams', strategyId: 'a', params }) as const;

  test('warm the strategy up again with the candles as they came', () => {
    const seen: number[] = [];
    const desk = new Desk({ strategies: [{ id: 'a', puppet: counting(seen) }] });
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    const times = seen.splice(0);
    desk.command(change({ fail: false }));
    expect(seen.splice(0)).toEqual(times);
  });

  test('the strategy does not take are refused and change nothing', () => {
    const desk = new Desk({ strategies: [{ id: 'a', puppet: counting() }] });
    desk.candle(100);
    desk.command(change({ fail: 'often' }));
    expect(desk.of('paramsChanged')).toEqual([]);
    expect(desk.of('commandRefused')).toHaveLength(1);
  });

  test('on which the strategy throws switch it off, the engine goes on', () => {
    const desk = new Desk({ strategies: [{ id: 'a', puppet: counting() }] });
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    desk.command(change({ fail: true }));
    expect(desk.of('strategyToggled')).toEqual([expect.objectContaining({ enabled: false })]);
    desk.candle(100);
    expect(desk.state).toBe('running');
  });
});
