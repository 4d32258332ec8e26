import { describe, expect, test } from 'vitest';

import { toText } from '../../../src/domain/decimal.ts';
import { Harness, type OrderText, PERPETUAL, SPOT } from './harness.ts';

/** Fills as `side quantity @ price`. */
const filled = (of: Harness): string[] =>
  of.fills().map((fill) => `${fill.side} ${toText(fill.quantity)} @ ${toText(fill.price)}`);

const LONG: OrderText = { side: 'sell', reduceOnly: true, role: 'protective' };

/** A harness that holds 1 BTC bought at 100. */
function holding(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  const harness = new Harness(options);
  harness.submit({ id: 'entry' });
  harness.candle([100, 100, 100, 100]);
  harness.take();
  return harness;
}

describe('market orders of the candle model', () => {
  test('fill at the next open and not before', () => {
    const harness = new Harness();
    harness.candle([90, 95, 85, 91]);
    harness.submit({});
    expect(harness.kinds()).toEqual(['accepted']);
    harness.candle([100, 110, 90, 105]);
    expect(filled(harness)).toEqual(['buy 1 @ 100']);
    expect(harness.fills()[0]).toMatchObject({ id: 'o1-1', liquidity: 'taker', time: 120_000 });
  });

  test('fill at the close just seen when the model says so', () => {
    const harness = new Harness({ model: { fill: 'close' } });
    harness.candle([90, 95, 85, 91]);
    harness.submit({});
    expect(filled(harness)).toEqual(['buy 1 @ 91']);
  });

  test('pay the spread on entries only, and slippage both ways, against us and on the tick', () => {
    const harness = new Harness({ model: { spreadFraction: 0.001, slippageBps: 10 } });
    harness.submit({ side: 'buy' });
    harness.candle([100, 110, 90, 100]);
    harness.submit({ side: 'sell', reduceOnly: true, role: 'exit' });
    harness.candle([100, 110, 90, 100]);
    // 100 × 1.001 × 1.001 = 100.2001, up to the tick; 100 × 0.999 exactly.
    expect(filled(harness)).toEqual(['buy 1 @ 100.21', 'sell 1 @ 99.9']);
  });

  test('an answer to an open fill meets the same open', () => {
    const harness = new Harness();
    harness.submit({});
    harness.candle([100, 110, 90, 105], {
      afterOpen: () => harness.submit({ side: 'sell', reduceOnly: true, role: 'exit' }),
    });
    expect(filled(harness)).toEqual(['buy 1 @ 100', 'sell 1 @ 100']);
  });

  test('an order never meets an open older than itself', () => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.time += 30_000;
    harness.submit({});
    harness.time -= 30_000;
    harness.candle([101, 101, 101, 101]);
    expect(filled(harness)).toEqual([]);
    harness.candle([102, 102, 102, 102]);
    expect(filled(harness)).toEqual(['buy 1 @ 102']);
  });

  test('nor extremes older than itself', () => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.time += 30_000;
    harness.submit({ type: 'limit', price: '95' });
    harness.time -= 30_000;
    harness.candle([100, 100, 90, 100]);
    expect(filled(harness)).toEqual([]);
  });

  test('know nothing of candles of other markets', () => {
    const harness = new Harness();
    harness.submit({});
    harness.candle([100, 110, 90, 105], { symbol: PERPETUAL.symbol });
    harness.candle([100, 110, 90, 105], { symbol: 'DOGE/USDT' });
    expect(filled(harness)).toEqual([]);
  });
});

describe('limits of the candle model', () => {
  test.each([
    ['a touch does not fill', [100, 105, 95, 100], []],
    ['a trade-through fills at the limit', [100, 105, 94.99, 100], ['buy 1 @ 95']],
    ['a better open fills at the open', [93, 105, 90, 100], ['buy 1 @ 93']],
  ] as const)('buy at 95: %s', (_, ohlc, expected) => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.submit({ type: 'limit', price: '95' });
    harness.candle([...ohlc]);
    expect(filled(harness)).toEqual(expected);
  });

  test.each([
    ['a touch does not fill', [100, 105, 95, 100], []],
    ['a trade-through fills at the limit', [100, 105.01, 95, 100], ['sell 1 @ 105']],
    ['a better open fills at the open', [107, 108, 95, 100], ['sell 1 @ 107']],
  ] as const)('sell at 105: %s', (_, ohlc, expected) => {
    const harness = new Harness({ balances: { USDT: '0', BTC: '1' } });
    harness.submit({ side: 'sell', type: 'limit', price: '105' });
    harness.candle([...ohlc]);
    expect(filled(harness)).toEqual(expected);
  });

  test('pay the taker fee when they take at once, the maker fee when they rested', () => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.submit({ type: 'limit', price: '105' });
    harness.submit({ type: 'limit', price: '95' });
    harness.candle([100, 100, 100, 100]);
    harness.candle([94, 94, 94, 94]);
    expect(harness.fills().map((fill) => [fill.liquidity, toText(fill.fee)])).toEqual([
      ['taker', '0.1'],
      ['maker', '0.047'],
    ]);
  });

  test('pay the spread when they take, but never more than their limit', () => {
    const harness = new Harness({ model: { spreadFraction: 0.01 } });
    harness.submit({ type: 'limit', price: '100' });
    harness.submit({ type: 'limit', price: '102' });
    harness.candle([99.5, 99.5, 99.5, 99.5]);
    expect(filled(harness)).toEqual(['buy 1 @ 100', 'buy 1 @ 100.5']);
  });

  test('IOC and FOK see one open, then end', () => {
    const harness = new Harness();
    harness.submit({ type: 'limit', price: '95', timeInForce: 'IOC' });
    harness.submit({ type: 'limit', price: '95', timeInForce: 'FOK' });
    harness.submit({ type: 'limit', price: '101', timeInForce: 'FOK' });
    harness.candle([100, 100, 90, 100]);
    expect(harness.kinds().slice(3)).toEqual(['canceled', 'rejected', 'fill']);
    expect(harness.rejection()?.code).toBe('FOK_NOT_FILLABLE');
  });

  test('post-only is refused where it would take', () => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.submit({ type: 'limit', price: '100', postOnly: true });
    expect(harness.rejection()?.code).toBe('POST_ONLY_WOULD_TAKE');
    harness.submit({ type: 'limit', price: '99.99', postOnly: true });
    expect(harness.openOrders()).toHaveLength(1);
  });
});

describe('stops and targets of the candle model', () => {
  const STOP: OrderText = { ...LONG, type: 'stop', triggerPrice: '95' };
  const TARGET: OrderText = { ...LONG, type: 'takeProfit', triggerPrice: '110' };

  test.each([
    ['a stop fills at its trigger', STOP, [100, 101, 94, 99], ['sell 1 @ 95']],
    ['a stop triggers on a touch', STOP, [100, 101, 95, 99], ['sell 1 @ 95']],
    ['a gap through a stop fills at the open', STOP, [90, 96, 89, 94], ['sell 1 @ 90']],
    ['a stop stays while the candle is above', STOP, [100, 101, 95.01, 99], []],
    ['a target fills on a touch', TARGET, [100, 110, 99, 99], ['sell 1 @ 110']],
    ['a gap through a target fills at the open', TARGET, [112, 113, 99, 99], ['sell 1 @ 112']],
  ] as const)('%s', (_, order, ohlc, expected) => {
    const harness = holding();
    harness.submit(order);
    harness.candle([...ohlc]);
    expect(filled(harness).slice(1)).toEqual(expected);
  });

  test('slippage of a stop stays within what the candle traded', () => {
    const harness = holding({ model: { slippageBps: 100 } });
    harness.submit(STOP);
    harness.candle([100, 101, 94.5, 99]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 94.5');
  });

  test('where stop and target both lie inside, the stop comes first and ends the target', () => {
    const harness = holding();
    const target = harness.submit({ ...TARGET, groupId: 'g' });
    const stop = harness.submit({ ...STOP, groupId: 'g' });
    harness.candle([100, 120, 90, 119]);
    expect(filled(harness).slice(1)).toEqual(['sell 1 @ 95']);
    expect([stop.status, target.status]).toEqual(['filled', 'canceled']);
  });

  test('a short is the mirror image', () => {
    const harness = new Harness();
    harness.submit({ symbol: PERPETUAL.symbol, side: 'sell' });
    const protect = (): void => {
      const common = { symbol: PERPETUAL.symbol, side: 'buy', reduceOnly: true } as const;
      harness.submit({ ...common, role: 'protective', type: 'stop', triggerPrice: '105' });
      harness.submit({ ...common, role: 'protective', type: 'takeProfit', triggerPrice: '90' });
    };
    harness.candle([100, 106, 89, 90], { afterOpen: protect, symbol: PERPETUAL.symbol });
    expect(filled(harness)).toEqual(['sell 1 @ 100', 'buy 1 @ 105']);
    expect(harness.openOrders()).toEqual([]);
  });

  test('a stop placed on the open fill is held against the same candle', () => {
    const harness = new Harness();
    harness.submit({});
    harness.candle([100, 101, 94, 99], { afterOpen: () => harness.submit(STOP) });
    expect(filled(harness)).toEqual(['buy 1 @ 100', 'sell 1 @ 95']);
  });

  test('after a limit entry inside the candle the stop counts there, the target waits', () => {
    const place = (trigger: string) => (): void => {
      harness.submit({ ...LONG, type: 'stop', triggerPrice: trigger });
      harness.submit({ ...LONG, type: 'limit', price: '97' });
    };
    let harness = new Harness();
    harness.submit({ type: 'limit', price: '96' });
    harness.candle([100, 101, 94, 99], { afterExtremes: place('95') });
    expect(filled(harness)).toEqual(['buy 1 @ 96', 'sell 1 @ 95']);

    harness = new Harness();
    harness.submit({ type: 'limit', price: '96' });
    harness.candle([100, 101, 94, 99], { afterExtremes: place('93') });
    expect(filled(harness)).toEqual(['buy 1 @ 96']);
    harness.candle([99, 99, 99, 99]);
    expect(filled(harness)).toEqual(['buy 1 @ 96', 'sell 1 @ 99']);
  });

  test('a stop entry placed between the extremes is not held against them', () => {
    const harness = new Harness();
    harness.candle([100, 110, 90, 100], {
      afterExtremes: () => harness.submit({ type: 'stop', triggerPrice: '105' }),
    });
    expect(filled(harness)).toEqual([]);
  });

  test('a protective order that would trigger at once is accepted and fires at the next price', () => {
    const harness = holding();
    harness.submit({ ...LONG, type: 'stop', triggerPrice: '120' });
    expect(harness.kinds()).toEqual(['accepted']);
    harness.candle([99, 99, 99, 99]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 99');
  });

  test('a stop-limit triggers and then needs its limit', () => {
    const harness = holding();
    harness.submit({ ...LONG, type: 'stopLimit', triggerPrice: '95', price: '94' });
    harness.candle([90, 92, 89, 91]);
    expect(filled(harness)).toHaveLength(1);
    harness.candle([91, 94.5, 90, 93]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 94');
  });

  test('a take-profit-limit fills on the way beyond its trigger', () => {
    const harness = holding();
    harness.submit({ ...LONG, type: 'takeProfitLimit', triggerPrice: '105', price: '106' });
    harness.candle([100, 106, 99, 100]);
    expect(filled(harness), 'its limit was only touched').toHaveLength(1);
    harness.candle([100, 106.5, 99, 100]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 106');
  });

  test('a buy stop enters a breakout', () => {
    const harness = new Harness();
    harness.submit({ type: 'stop', triggerPrice: '105' });
    harness.candle([100, 106, 99, 104]);
    expect(filled(harness)).toEqual(['buy 1 @ 105']);
  });
});

describe('trailing stops of the candle model', () => {
  const TRAIL: OrderText = { ...LONG, type: 'trailingStop', trailFraction: 0.1 };

  test('start at the newest price, move with the high and say so', () => {
    const harness = holding();
    const trail = harness.submit(TRAIL);
    expect(toText(trail.triggerPrice ?? SPOT.stepSize)).toBe('90');
    harness.candle([100, 120, 99, 119]);
    expect(toText(trail.triggerPrice ?? SPOT.stepSize)).toBe('108');
    harness.candle([119, 119, 110, 110]);
    expect(toText(trail.triggerPrice ?? SPOT.stepSize)).toBe('108');
    harness.candle([110, 112, 107, 111]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 108');
  });

  test('meet the low at the old level before the high moves it', () => {
    const harness = holding();
    harness.submit(TRAIL);
    harness.candle([100, 150, 89, 149]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 90');
  });

  test('a close beyond the new level exits at the worst price a path allows', () => {
    const harness = holding();
    harness.submit(TRAIL);
    harness.candle([100, 120, 95, 100]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 95');
  });

  test('a gap exits at the open', () => {
    const harness = holding();
    harness.submit({ ...TRAIL, triggerPrice: '92' });
    harness.candle([91, 95, 91, 94]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 91');
  });
});
