import { describe, expect, test } from 'vitest';

import { toText } from '../../../src/domain/decimal.ts';
import { Harness, type OrderText } from './harness.ts';

const filled = (of: Harness): string[] =>
  of.fills().map((fill) => `${fill.side} ${toText(fill.quantity)} @ ${toText(fill.price)}`);

const EXIT: OrderText = { side: 'sell', reduceOnly: true, role: 'protective' };

function withBook(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  const harness = new Harness(options);
  harness.book([[99, 1], [98, 2], [97, 10]], [[101, 1], [102, 2], [103, 10]]); // prettier-ignore
  return harness;
}

describe('taking from a book', () => {
  test('a market order walks it, one fill per level', () => {
    const harness = withBook();
    harness.submit({ quantity: '4' });
    expect(filled(harness)).toEqual(['buy 1 @ 101', 'buy 2 @ 102', 'buy 1 @ 103']);
    expect(harness.fills().map((fill) => fill.id)).toEqual(['o1-1', 'o1-2', 'o1-3']);
  });

  test('what was taken is gone until the feed speaks of the level', () => {
    const harness = withBook();
    harness.submit({});
    harness.submit({});
    expect(filled(harness)).toEqual(['buy 1 @ 101', 'buy 1 @ 102']);
    const change = { kind: 'bookChange', symbol: 'BTC/USDT', time: 0, bids: [] } as const;
    harness.market({ ...change, asks: [{ price: 101, quantity: 5 }] });
    harness.submit({});
    expect(filled(harness).at(-1)).toBe('buy 1 @ 101');
  });

  test('the rest of a market order that empties the book is canceled', () => {
    const harness = withBook({ balances: { USDT: '1000000' } });
    const order = harness.submit({ quantity: '20' });
    expect(order.status).toBe('canceled');
    expect(toText(order.filled)).toBe('13');
    expect(harness.answers.at(-1)).toMatchObject({
      kind: 'canceled',
      reason: expect.stringContaining('NO_LIQUIDITY') as string,
    });
  });

  test('a limit takes up to its price and rests with the remainder', () => {
    const harness = withBook();
    const order = harness.submit({ type: 'limit', price: '102', quantity: '5' });
    expect(filled(harness)).toEqual(['buy 1 @ 101', 'buy 2 @ 102']);
    expect(order.status).toBe('partiallyFilled');
  });

  test('IOC drops the remainder, FOK takes all or nothing', () => {
    const harness = withBook();
    const ioc = harness.submit({ type: 'limit', price: '101', quantity: '3', timeInForce: 'IOC' });
    expect([ioc.status, toText(ioc.filled)]).toEqual(['canceled', '1']);
    harness.submit({ type: 'limit', price: '102', quantity: '3', timeInForce: 'FOK' });
    expect(harness.rejection()?.code).toBe('FOK_NOT_FILLABLE');
    const fok = harness.submit({ type: 'limit', price: '102', quantity: '2', timeInForce: 'FOK' });
    expect(fok.status).toBe('filled');
  });

  test('post-only is refused where it would take', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '101', postOnly: true });
    expect(harness.rejection()).toMatchObject({
      code: 'POST_ONLY_WOULD_TAKE',
      reason: 'price 101 would take 101',
    });
    expect(harness.submit({ type: 'limit', price: '100.99', postOnly: true }).status).toBe(
      'accepted',
    );
  });

  test('an order that comes before the first book waits for it', () => {
    const harness = new Harness();
    const order = harness.submit({});
    harness.book([[99, 1]], [[101, 1]]);
    expect(order.status).toBe('filled');
  });

  test('a candle decides nothing where a book is known', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '95' });
    harness.candle([90, 90, 90, 90]);
    expect(filled(harness)).toEqual([]);
  });
});

describe('resting at a venue with book and tape', () => {
  test('a trade beyond the price fills, limited by what was traded', () => {
    const harness = withBook();
    const order = harness.submit({ type: 'limit', price: '98', quantity: '3' });
    harness.trade(97.5, 2, 'sell');
    expect(filled(harness)).toEqual(['buy 2 @ 98']);
    expect(harness.fills()[0]?.liquidity).toBe('maker');
    harness.trade(97.5, 2, 'sell');
    expect(order.status).toBe('filled');
  });

  test('a trade at the price serves those who stood before us first', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98' });
    harness.trade(98, 1.5, 'sell');
    expect(filled(harness)).toEqual([]);
    harness.trade(98, 1.5, 'sell');
    expect(filled(harness), 'one of the two before us is left, then us').toEqual(['buy 1 @ 98']);
  });

  test('a trade of our own side at the price is not ours', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98.5' });
    harness.trade(98.5, 5, 'buy');
    expect(filled(harness)).toEqual([]);
    harness.trade(98.5, 5, 'sell');
    expect(filled(harness)).toEqual(['buy 1 @ 98.5']);
  });

  test('the queue before us shrinks with the level', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98' });
    harness.book([[98, 0.5]], [[101, 1]]);
    harness.trade(98, 1, 'sell');
    expect(filled(harness)).toEqual(['buy 0.5 @ 98']);
  });

  test('a book that crosses our price fills us at our price', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98', quantity: '3' });
    harness.book([[96, 1]], [[97, 1], [98, 1], [99, 5]]); // prettier-ignore
    expect(filled(harness)).toEqual(['buy 1 @ 98', 'buy 1 @ 98']);
  });

  test('a crossing quantity is shared by our orders', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98' });
    harness.submit({ type: 'limit', price: '98' });
    harness.book([[96, 1]], [[97, 1.5]]);
    expect(filled(harness)).toEqual(['buy 1 @ 98', 'buy 0.5 @ 98']);
  });

  test('one print is shared by our orders', () => {
    const harness = withBook();
    harness.submit({ type: 'limit', price: '98' });
    harness.submit({ type: 'limit', price: '98' });
    harness.trade(97, 1.5, 'sell');
    expect(filled(harness)).toEqual(['buy 1 @ 98', 'buy 0.5 @ 98']);
  });
});

describe('triggers where there is a book', () => {
  function holding(): Harness {
    const harness = withBook();
    harness.submit({ id: 'entry' });
    return harness;
  }

  test('a stop fires on the tape and walks the book', () => {
    const harness = holding();
    harness.trade(100);
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '98.5' });
    harness.trade(98.6);
    expect(filled(harness)).toHaveLength(1);
    harness.trade(98.5, 1, 'sell');
    expect(filled(harness).at(-1)).toBe('sell 1 @ 99');
  });

  test('where there is a tape the book alone fires nothing', () => {
    const harness = holding();
    harness.trade(100);
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '98.5' });
    harness.book([[90, 5]], [[91, 1]]);
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '95' });
    expect(filled(harness)).toHaveLength(1);
  });

  test('without a tape a stop fires on the price it would meet', () => {
    const harness = holding();
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '98.5' });
    harness.book([[98.6, 5]], [[101, 1]]);
    expect(filled(harness)).toHaveLength(1);
    harness.book([[98.5, 5]], [[101, 1]]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 98.5');
  });

  test('a stop beyond the market at arrival fires at once', () => {
    const harness = holding();
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '100' });
    expect(filled(harness).at(-1)).toBe('sell 1 @ 99');
  });

  test('a fired stop keeps trying when the book is empty', () => {
    const harness = holding();
    harness.book([], [[101, 1]]);
    const stop = harness.submit({ ...EXIT, type: 'stop', triggerPrice: '98' });
    harness.trade(97);
    expect(stop.status).toBe('accepted');
    harness.book([[90, 5]], [[101, 1]]);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 90');
  });

  test('a trailing stop follows the tape and answers each move', () => {
    const harness = holding();
    harness.trade(100);
    const trail = harness.submit({ ...EXIT, type: 'trailingStop', trailFraction: 0.01 });
    harness.trade(110);
    expect(toText(trail.triggerPrice ?? trail.quantity)).toBe('108.9');
    harness.take();
    harness.trade(110.0105);
    expect(harness.kinds(), 'less than a basis point is no news').toEqual([]);
    harness.trade(108.9);
    expect(trail.status).toBe('filled');
  });
});

describe('a market with trades only', () => {
  test('market orders get the next price with slippage', () => {
    const harness = new Harness({ model: { slippageBps: 10 } });
    harness.trade(100);
    harness.submit({});
    expect(filled(harness)).toEqual([]);
    harness.trade(200);
    expect(filled(harness)).toEqual(['buy 1 @ 200.2']);
  });

  test('a limit needs a trade beyond its price; a marketable one takes the trade', () => {
    const harness = new Harness();
    harness.trade(100);
    harness.submit({ type: 'limit', price: '99' });
    harness.trade(100.5);
    harness.trade(99);
    expect(filled(harness)).toEqual([]);
    harness.trade(98.9);
    expect(filled(harness)).toEqual(['buy 1 @ 99']);
    harness.submit({ type: 'limit', price: '99' });
    harness.trade(98);
    expect(filled(harness).at(-1)).toBe('buy 1 @ 98');
  });

  test('stops fire at the trade that triggers them', () => {
    const harness = new Harness();
    harness.submit({});
    harness.trade(100);
    harness.submit({ ...EXIT, type: 'stop', triggerPrice: '95' });
    harness.trade(94);
    expect(filled(harness).at(-1)).toBe('sell 1 @ 94');
  });
});

describe('latency', () => {
  test('orders, cancels and changes take their time where there is a book', () => {
    const harness = withBook({ model: { latencyMs: 50 } });
    const order = harness.submit({ type: 'limit', price: '98' });
    harness.advance(49);
    expect(order.status).toBe('submitted');
    harness.advance(1);
    expect(order.status).toBe('accepted');
    harness.cancel(order);
    harness.trade(97, 1, 'sell');
    expect(order.status, 'filled before the cancel arrived').toBe('filled');
    harness.take();
    harness.advance(50);
    expect(harness.kinds()).toEqual(['cancelRejected']);
  });

  test('a cancel never overtakes its order', () => {
    const harness = withBook({ model: { latencyMs: 50 } });
    const order = harness.submit({ type: 'limit', price: '98' });
    harness.cancel(order);
    harness.advance(50);
    expect(harness.kinds()).toEqual(['accepted', 'canceled']);
  });

  test('has no meaning where there are only candles', () => {
    const harness = new Harness({ model: { latencyMs: 50 } });
    harness.submit({});
    harness.candle([100, 100, 100, 100]);
    expect(filled(harness)).toHaveLength(1);
  });
});
