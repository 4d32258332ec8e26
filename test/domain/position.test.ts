import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Balances, settleFill, totalOf } from '../../src/domain/account.ts';
import {
  type Decimal,
  ZERO,
  abs,
  add,
  decimal,
  isZero,
  mul,
  neg,
  sub,
  toText,
} from '../../src/domain/decimal.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { Market } from '../../src/domain/market.ts';
import {
  type Position,
  applyFill,
  createPosition,
  entryPrice,
  positionSide,
  unrealizedPnl,
} from '../../src/domain/position.ts';
import { PERPETUAL, SPOT, START, fill } from '../support/builders.ts';

type Texts = Parameters<typeof fill>[0];

/** Books fills on a new position and gives what it says, in text. */
function book(market: Market, fills: readonly Texts[]) {
  const position = createPosition(market.symbol);
  const realized = fills.map((texts) =>
    toText(applyFill(position, fill({ symbol: market.symbol, ...texts }), market).realizedPnl),
  );
  return { position, realized };
}

const shown = (position: Position) => ({
  quantity: toText(position.quantity),
  cost: toText(position.cost),
  realizedPnl: toText(position.realizedPnl),
  feesPaid: toText(position.feesPaid),
});

describe.each([
  ['spot', SPOT],
  ['linear perpetual', PERPETUAL],
])('%s, by hand', (_, market) => {
  test('an opening buy holds its cost', () => {
    const { position } = book(market, [{ quantity: '2', price: '100', fee: '0.2' }]);
    expect(shown(position)).toEqual({
      quantity: '2',
      cost: '200',
      realizedPnl: '0',
      feesPaid: '0.2',
    });
    expect(position.openedTime).toBe(START);
    expect(positionSide(position)).toBe('long');
    expect(entryPrice(position)).toBe(decimal('100'));
    expect(toText(unrealizedPnl(position, decimal('110')))).toBe('20');
  });

  test('adding averages the entry price and keeps the opening time', () => {
    const { position, realized } = book(market, [
      { quantity: '1', price: '100' },
      { quantity: '3', price: '120', time: START + 5 },
    ]);
    expect(realized).toEqual(['0', '0']);
    expect(toText(entryPrice(position) ?? ZERO)).toBe('115');
    expect(position.openedTime).toBe(START);
  });

  test('reducing realizes its part and keeps the entry price', () => {
    const { position, realized } = book(market, [
      { quantity: '4', price: '100' },
      { quantity: '1', price: '130', side: 'sell' },
    ]);
    expect(realized).toEqual(['0', '30']);
    expect(shown(position)).toMatchObject({ quantity: '3', cost: '300' });
    expect(entryPrice(position)).toBe(decimal('100'));
  });

  test('closing realizes everything and leaves nothing', () => {
    const { position, realized } = book(market, [
      { quantity: '0.3', price: '100.1' },
      { quantity: '0.1', price: '99', side: 'sell' },
      { quantity: '0.2', price: '101', side: 'sell' },
    ]);
    // 9.9 − 10.01, then 20.2 − 20.02.
    expect(realized).toEqual(['0', '-0.11', '0.18']);
    expect(shown(position)).toMatchObject({ quantity: '0', cost: '0', realizedPnl: '0.07' });
    expect([position.openedTime, entryPrice(position), positionSide(position)]).toEqual([
      0,
      null,
      'flat',
    ]);
  });

  test('thirds leave no rest of cost behind', () => {
    const { position } = book(market, [
      { quantity: '3', price: '33.33' },
      { quantity: '1', price: '33.34', side: 'sell' },
      { quantity: '1', price: '33.34', side: 'sell' },
      { quantity: '1', price: '33.34', side: 'sell' },
    ]);
    expect(shown(position)).toMatchObject({ quantity: '0', cost: '0', realizedPnl: '0.03' });
  });
});

describe('perpetual, by hand', () => {
  test('a short gains when the price falls', () => {
    const { position, realized } = book(PERPETUAL, [
      { side: 'sell', quantity: '2', price: '100' },
      { side: 'buy', quantity: '1', price: '90' },
    ]);
    expect(realized).toEqual(['0', '10']);
    expect(shown(position)).toMatchObject({ quantity: '-1', cost: '-100' });
    expect(toText(unrealizedPnl(position, decimal('80')))).toBe('20');
  });

  test('a larger opposite fill reverses through zero; the rest opens at its price', () => {
    const { position, realized } = book(PERPETUAL, [
      { quantity: '2', price: '100', fee: '0.1' },
      { side: 'sell', quantity: '5', price: '110', fee: '0.5', time: START + 9 },
    ]);
    expect(realized).toEqual(['0', '20']);
    expect(shown(position)).toEqual({
      quantity: '-3',
      cost: '-330',
      realizedPnl: '20',
      feesPaid: '0.6',
    });
    expect(position.openedTime).toBe(START + 9);
    const back = applyFill(position, fill({ quantity: '4', price: '100' }), PERPETUAL);
    expect([toText(back.closed), toText(back.opened), toText(back.realizedPnl)]).toEqual([
      '3',
      '1',
      '30',
    ]);
    expect(shown(position)).toMatchObject({ quantity: '1', cost: '100', realizedPnl: '50' });
  });

  test('the effect says what was opened, closed and moved', () => {
    const position = createPosition('x');
    applyFill(position, fill({ quantity: '2', price: '50' }), PERPETUAL);
    const effect = applyFill(
      position,
      fill({ side: 'sell', quantity: '3', price: '60' }),
      PERPETUAL,
    );
    expect(effect).toEqual({
      opened: decimal('1'),
      closed: decimal('2'),
      realizedPnl: decimal('20'),
      closedCost: decimal('100'),
      notional: decimal('180'),
    });
  });
});

describe('fees', () => {
  test('a fee in the bought coin leaves the holding and appears once, in feesPaid', () => {
    const { position } = book(SPOT, [
      { quantity: '1', price: '100', fee: '0.001', feeAsset: 'BTC', feeQuote: '0.1' },
    ]);
    expect(shown(position)).toEqual({
      quantity: '0.999',
      cost: '99.9',
      realizedPnl: '0',
      feesPaid: '0.1',
    });
    expect(entryPrice(position)).toBe(decimal('100'));
  });

  test('selling what a coin fee left closes it', () => {
    const { position, realized } = book(SPOT, [
      { quantity: '1', price: '100', fee: '0.001', feeAsset: 'BTC', feeQuote: '0.1' },
      { side: 'sell', quantity: '0.999', price: '110' },
    ]);
    expect(realized[1]).toBe('9.99');
    expect(shown(position)).toMatchObject({ quantity: '0', cost: '0' });
  });

  test('a coin fee that is the whole fill leaves nothing, and its rest of cost is realized', () => {
    const { position } = book(SPOT, [
      { quantity: '0.001', price: '100', fee: '0.001', feeAsset: 'BTC', feeQuote: '0.0999' },
    ]);
    expect(shown(position)).toEqual({
      quantity: '0',
      cost: '0',
      realizedPnl: '-0.0001',
      feesPaid: '0.0999',
    });
    expect(position.openedTime).toBe(0);
  });

  test('the rest of cost that a coin fee realizes is part of the effect, once', () => {
    const { position, realized } = book(SPOT, [
      { quantity: '1', price: '100' },
      {
        side: 'sell',
        quantity: '0.999',
        price: '100',
        fee: '0.001',
        feeAsset: 'BTC',
        feeQuote: '0.0999',
      },
    ]);
    expect(realized).toEqual(['0', '-0.0001']);
    expect(shown(position)).toMatchObject({ quantity: '0', cost: '0', realizedPnl: '-0.0001' });
  });

  test('dust keeps its cost', () => {
    const { position } = book(SPOT, [
      { quantity: '1', price: '100' },
      { side: 'sell', quantity: '0.99999999', price: '100' },
    ]);
    expect(shown(position)).toMatchObject({ quantity: '0.00000001', cost: '0.000001' });
    expect(positionSide(position)).toBe('long');
  });

  test('a fee in a third coin is counted in quote and leaves the holding alone', () => {
    const { position } = book(SPOT, [
      { quantity: '1', price: '100', fee: '0.0003', feeAsset: 'BNB', feeQuote: '0.09' },
    ]);
    expect(shown(position)).toEqual({
      quantity: '1',
      cost: '100',
      realizedPnl: '0',
      feesPaid: '0.09',
    });
  });

  test('a rebate is a negative fee', () => {
    const { position } = book(SPOT, [
      { quantity: '1', price: '100', fee: '-0.01', liquidity: 'maker' },
    ]);
    expect(shown(position)).toMatchObject({ feesPaid: '-0.01' });
  });

  test('a coin fee of a perpetual does not touch the holding', () => {
    const { position } = book(PERPETUAL, [{ fee: '0.001', feeAsset: 'BTC', feeQuote: '0.1' }]);
    expect(position.quantity).toBe(decimal('1'));
  });
});

describe('balances', () => {
  const after = (
    market: Market,
    fills: readonly Texts[],
    start: Readonly<Record<string, string>>,
  ) => {
    const balances: Balances = new Map(
      Object.entries(start).map(([asset, total]) => [asset, { asset, total: decimal(total) }]),
    );
    const position = createPosition(market.symbol);
    for (const texts of fills) {
      const one = fill({ symbol: market.symbol, ...texts });
      const { realizedPnl } = applyFill(position, one, market);
      settleFill(balances, { fill: one, market, realizedPnl });
    }
    return Object.fromEntries([...balances].map(([asset, { total }]) => [asset, toText(total)]));
  };

  test('spot exchanges quote for base; each fee leaves in its own asset', () => {
    const fills: Texts[] = [
      { quantity: '2', price: '100', fee: '0.002', feeAsset: 'BTC', feeQuote: '0.2' },
      { side: 'sell', quantity: '1', price: '120', fee: '0.12' },
      {
        side: 'sell',
        quantity: '0.5',
        price: '120',
        fee: '0.0001',
        feeAsset: 'BNB',
        feeQuote: '0.06',
      },
    ];
    expect(after(SPOT, fills, { USDT: '1000', BNB: '1' })).toEqual({
      USDT: '979.88',
      BNB: '0.9999',
      BTC: '0.498',
    });
  });

  test('a perpetual moves realized P&L and fees only', () => {
    const fills: Texts[] = [
      { quantity: '2', price: '100', fee: '0.1' },
      { side: 'sell', quantity: '3', price: '110', fee: '0.2' },
    ];
    expect(after(PERPETUAL, fills, { USDT: '1000' })).toEqual({ USDT: '1019.7' });
  });
});

/** Any sequence of fills, prices and quantities on ordinary grids, fees of every kind. */
const money = (max: number, digits: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max }).map((n) => (n / 10 ** digits).toFixed(digits));
const oneFill = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  price: money(99_999, 2),
  quantity: money(50_000, 4),
  feeRate: fc.constantFrom('0', '0.001', '-0.00025', '0.0007'),
  feeKind: fc.constantFrom('quote', 'base', 'third'),
});
const script = fc.array(oneFill, { minLength: 1, maxLength: 40 });

/** A fee in the coin is an exact amount of the coin: its worth in quote is price × fee. */
function fillOf(
  of: { side: 'buy' | 'sell'; price: string; quantity: string; feeRate: string; feeKind: string },
  market: Market,
  n: number,
): Fill {
  const price = decimal(of.price);
  const quantity = decimal(of.quantity);
  const base = mul(quantity, decimal(of.feeRate));
  const quote = mul(price, base);
  const isBase = of.feeKind === 'base' && market.kind === 'spot' && of.side === 'buy';
  return {
    ...fill({ id: `f${n}`, side: of.side, symbol: market.symbol, time: START + n }),
    price,
    quantity,
    fee: isBase ? base : of.feeKind === 'third' ? decimal('0.001') : quote,
    feeAsset: isBase ? market.base : of.feeKind === 'third' ? 'BNB' : market.settle,
    feeQuote: quote,
  };
}

describe.each([
  ['spot', SPOT],
  ['perpetual', PERPETUAL],
] as const)('any fills on %s', (_, market) => {
  const marks = fc.integer({ min: 1, max: 99_999 }).map((n) => decimal((n / 100).toFixed(2)));

  test('the holding is the sum of signed fills, less fees taken from it', () => {
    fc.assert(
      fc.property(script, (fills) => {
        const position = createPosition(market.symbol);
        let sum = ZERO;
        fills.forEach((texts, n) => {
          const one = fillOf(texts, market, n);
          applyFill(position, one, market);
          sum = add(sum, one.side === 'buy' ? one.quantity : neg(one.quantity));
          if (market.kind === 'spot' && one.feeAsset === market.base) sum = sub(sum, one.fee);
        });
        expect(position.quantity).toBe(sum);
        expect(isZero(position.quantity)).toBe(position.openedTime === 0);
        if (isZero(position.quantity)) expect(position.cost).toBe(ZERO);
      }),
    );
  });

  test('money plus holding at any mark is start + realized + unrealized − fees, exactly', () => {
    fc.assert(
      fc.property(script, marks, (fills, mark) => {
        const position = createPosition(market.symbol);
        const balances: Balances = new Map();
        let thirdFees = ZERO;
        fills.forEach((texts, n) => {
          const one = fillOf(texts, market, n);
          const { realizedPnl } = applyFill(position, one, market);
          settleFill(balances, { fill: one, market, realizedPnl });
          // Paid outside of quote and base: counted in feesPaid, not in the two balances.
          if (one.feeAsset === 'BNB') thirdFees = add(thirdFees, one.feeQuote);
        });
        const cash = totalOf(balances, 'USDT');
        const held =
          market.kind === 'spot' ? mul(mark, position.quantity) : unrealizedPnl(position, mark);
        const equity = sub(add(cash, held), thirdFees);
        const told = sub(
          add(position.realizedPnl, unrealizedPnl(position, mark)),
          position.feesPaid,
        );
        expect(toText(equity)).toBe(toText(told));
        if (market.kind === 'spot') expect(totalOf(balances, market.base)).toBe(position.quantity);
      }),
    );
  });

  test('what a fill opens and closes is its quantity; nothing closes beyond what is held', () => {
    fc.assert(
      fc.property(script, (fills) => {
        const position = createPosition(market.symbol);
        fills.forEach((texts, n) => {
          const before: Decimal = abs(position.quantity);
          const one = fillOf(texts, market, n);
          const effect = applyFill(position, one, market);
          expect(add(effect.opened, effect.closed)).toBe(one.quantity);
          expect(sub(before, effect.closed) >= ZERO).toBe(true);
        });
      }),
    );
  });
});
