import { describe, expect, test } from 'vitest';

import { tellHistory } from '../../src/app/history.ts';
import type { HistoryOf } from '../../src/app/session-types.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { Desk, ETH, PERPETUAL, SPOT, hold, market, puppet } from '../support/builders.ts';

const told = (desk: Desk, of: HistoryOf, records = desk.journal) =>
  tellHistory(records, desk.money, of).map(({ text }) => text);

/** A strategy that bought at 100 with stop and target, in a market with fees. */
function bought() {
  const one = puppet();
  const fee = { takerFeeRate: decimal('0.001'), makerFeeRate: decimal('0.001') };
  const desk = new Desk({
    markets: [market(fee), ETH],
    strategies: [{ id: 's', puppet: one, stopFraction: 0.05, targetFraction: 0.1 }],
  });
  one.next = [hold('long', { reason: 'averages crossed' })];
  desk.candle(100);
  desk.candle([101, 102, 100, 101]);
  const [entry] = desk.of('orderCreated');
  return { desk, one, entry };
}

describe('the life of an order', () => {
  test('is told from the wish to the fill, with price, size, fee and slippage', () => {
    const { desk, entry } = bought();
    expect(told(desk, { orderId: entry?.orderId ?? '' })).toEqual([
      'buy 1 BTC/USDT market with stop 95, target 110 by s, passed the review: averages crossed',
      `accepted by the venue as sim-${entry?.orderId}`,
      'buy 1 filled at 101 · 1 of 1 · taker · fee 0.101 USDT · 100.0 bps worse than at the decision',
    ]);
  });

  test('tells fills in part with what had filled before them', () => {
    const desk = new Desk();
    desk.book([[99, 9]], [[100, 2]]);
    desk.order({ type: 'limit', price: decimal('100'), quantity: decimal('5') });
    const [order] = desk.working();
    desk.book([[99, 9]], [[100, 1]]);
    const fills = told(desk, { orderId: order?.id ?? '' }).filter((text) =>
      text.includes('filled'),
    );
    expect(fills).toEqual([
      'buy 2 filled at 100 · 2 of 5 · taker',
      'buy 1 filled at 100 · 3 of 5 · maker',
    ]);
    // With the first fill no longer among the records the sum is the same.
    const late = desk.journal.slice(desk.journal.findIndex(({ kind }) => kind === 'fill') + 1);
    expect(told(desk, { orderId: order?.id ?? '' }, late).at(-1)).toContain('· 3 of 5 ·');
  });

  test('tells each fill in part of the size that the order had then', () => {
    const desk = new Desk();
    desk.book([[99, 9]], [[100, 2]]);
    desk.order({ type: 'limit', price: decimal('100'), quantity: decimal('5') });
    const orderId = desk.working()[0]?.id ?? ('' as OrderId);
    const change = { kind: 'amendOrder', orderId, price: null, triggerPrice: null } as const;
    desk.command({ ...change, quantity: decimal('3'), pressId: 'a' });
    desk.book([[99, 9]], [[100, 1]]);
    const filled = (records = desk.journal) =>
      told(desk, { orderId }, records).filter((text) => text.includes('filled'));
    expect(filled()).toEqual([
      'buy 2 filled at 100 · 2 of 5 · taker',
      'buy 1 filled at 100 · 3 of 3 · maker',
    ]);
    // With its creation no longer among the records nobody knows what it was before the change.
    const late = desk.journal.slice(desk.journal.findIndex(({ kind }) => kind === 'fill'));
    expect(filled(late)).toEqual([
      'buy 2 filled at 100 · taker',
      'buy 1 filled at 100 · 3 of 3 · maker',
    ]);
  });

  test('measures a stop against its trigger, not against the price when it was placed', () => {
    const { desk } = bought();
    const stop = desk.working('protective').find(({ type }) => type === 'stop');
    const orderId = stop?.id ?? '';
    // From 101, a stop at 95 that opens at 90: (95 - 90) / 95.
    desk.candle([90, 91, 89, 90]);
    expect(told(desk, { orderId }).at(-1)).toBe(
      'sell 1 filled at 90 · 1 of 1 · taker · fee 0.09 USDT · 526.3 bps worse than its trigger',
    );
    const calm = bought();
    const own = calm.desk.working('protective').find(({ type }) => type === 'stop');
    calm.desk.candle([96, 96, 94, 94]);
    expect(told(calm.desk, { orderId: own?.id ?? '' }).at(-1)).toBe(
      'sell 1 filled at 95 · 1 of 1 · taker · fee 0.095 USDT',
    );
  });

  test('tells changes and the end', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('90') });
    const [order] = desk.working();
    const id = order?.id ?? ('' as OrderId);
    const price = decimal('91');
    const nothing = { triggerPrice: null, quantity: null };
    desk.command({ kind: 'amendOrder', orderId: id, price, ...nothing, pressId: 'a' });
    desk.command({ kind: 'cancelOrder', orderId: id });
    expect(told(desk, { orderId: id }).slice(2)).toEqual([
      'change asked for: price 91 (by the operator)',
      'changed: price 91 (amended on request)',
      'cancel asked for: canceled by the operator',
      'canceled: canceled on request',
    ]);
  });

  test('is told from the books where the records are gone', () => {
    const { desk, entry } = bought();
    const of = { orderId: entry?.orderId ?? '' };
    expect(tellHistory([], desk.money, of)).toMatchObject([
      { record: 0, text: 'buy 1 BTC/USDT market by s: averages crossed (from the books)' },
      { record: 0, text: 'filled, 1 of 1 filled' },
    ]);
    expect(told(desk, { orderId: 'unknown' })).toEqual([]);
  });
});

describe('the life of a market and of a strategy', () => {
  test('has protection, denials, switches and parameters, of nobody else', () => {
    const { desk } = bought();
    desk.candle(10, ETH.symbol);
    desk.order({ symbol: ETH.symbol, quantity: decimal('0.0001') });
    desk.command({ kind: 'toggleStrategy', strategyId: 's', enabled: false });
    const own = told(desk, { symbol: SPOT.symbol });
    expect(own).toContain('protection placed for s: sell 1 BTC/USDT stop 95');
    expect(own).toContain('protection placed for s: sell 1 BTC/USDT limit 110');
    expect(own.join('\n')).not.toContain('ETH');
    expect(told(desk, { symbol: ETH.symbol })).toEqual([
      'denied INVALID_NUMBER quantity 0.0001, needs above zero, a multiple of 0.001: ' +
        'buy 0.0001 ETH/USDT market',
    ]);
    expect(told(desk, { strategyId: 's' }).at(-1)).toBe(
      'switched off; long 1 BTC/USDT with its stop at 95 stays, x closes it',
    );
    expect(told(desk, { strategyId: 'manual' })).toHaveLength(1);
  });

  test('names what was changed of the parameters, and funding by who pays', () => {
    const desk = new Desk({ markets: [PERPETUAL] });
    const { symbol } = PERPETUAL;
    const at = { n: 7, t: 1, m: 1 };
    const change = { strategy: 'x', configuredParams: {} };
    const records = [
      {
        ...at,
        kind: 'paramsChanged',
        strategyId: 's',
        ...change,
        previousParams: { fast: 3 },
        params: { fast: 5 },
      },
      {
        ...at,
        kind: 'funding',
        accountId: 'main',
        symbol,
        asset: 'USDT',
        amount: decimal('-0.5'),
        rate: -0.0001,
      },
    ] as const;
    expect(told(desk, { strategyId: 's' }, [...records])).toEqual([
      'parameters changed: fast 3 → 5',
    ]);
    expect(told(desk, { symbol }, [...records])).toEqual([
      'funding received: 0.5 USDT at -0.0100 %',
    ]);
  });

  test('is bounded, the newest stay', () => {
    const { desk } = bought();
    const [accepted] = desk.journal.filter(({ kind }) => kind === 'accepted');
    const many = Array.from({ length: 500 }, (_, n) => ({ ...(accepted ?? desk.journal[0]), n }));
    const lines = tellHistory(many as typeof desk.journal, desk.money, { symbol: SPOT.symbol });
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)?.record).toBe(499);
  });
});
