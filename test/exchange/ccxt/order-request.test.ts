// Orders become requests of shapes that were recorded, or they do not leave.
import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import type { Order } from '../../../src/domain/order.ts';
import { toOrderArguments } from '../../../src/exchange/ccxt/order-request.ts';
import type { ExchangeRow } from '../../../src/exchange/ccxt/row.ts';
import { ours } from '../practice/practice-kit.ts';
import { BTC, rowOf } from './kit.ts';

const ID = 'tdmqtcvbhza1200007e';

const order = (change: Partial<Order>): Order => ({
  ...ours(ID, { symbol: 'BTC/USDT', quantity: decimal('0.3') }),
  decisionPrice: 30_000,
  ...change,
});

const ask = (change: Partial<Order>, row: ExchangeRow = rowOf('binance')) =>
  toOrderArguments(order(change), { row, market: BTC });

const LIMIT = { type: 'limit', price: decimal('30000.5') } as const;

describe('an order as a request', () => {
  test('carries exact text and our id, and a market order never a price', () => {
    const market = ask({ type: 'market' });
    expect(market).toMatchObject({ ok: true, value: { type: 'market', amount: '0.3' } });
    expect(market.ok && market.value.price).toBeUndefined();
    expect(market.ok && market.value.params).toEqual({ clientOrderId: ID });
    const limit = ask(LIMIT);
    expect(limit).toMatchObject({ ok: true, value: { type: 'limit', price: '30000.5' } });
  });

  test.each([
    ['IOC', { timeInForce: 'IOC' }, { timeInForce: 'IOC' }],
    ['post-only', { postOnly: true }, { postOnly: true }],
    ['good till a date: our own timer ends it', { timeInForce: 'GTD' }, {}],
  ] as const)('says how long and how: %s', (_name, change, params) => {
    const asked = ask({ ...LIMIT, ...change });
    expect(asked.ok && asked.value.params).toEqual({ clientOrderId: ID, ...params });
  });

  test.each([
    ['stop', null, 'market', 'stopLossPrice'],
    ['stopLimit', '29990', 'limit', 'stopLossPrice'],
    ['takeProfit', null, 'market', 'takeProfitPrice'],
    ['takeProfitLimit', '31000', 'limit', 'takeProfitPrice'],
  ] as const)('triggers a %s by the parameter that was proven', (type, price, named, parameter) => {
    const triggerPrice = decimal('30000');
    for (const id of ['binance', 'kraken']) {
      const asked = ask(
        { type, side: 'sell', price: price === null ? null : decimal(price), triggerPrice },
        rowOf(id),
      );
      expect(asked).toMatchObject({ ok: true, value: { type: named } });
      expect(asked.ok && asked.value.params[parameter]).toBe('30000');
    }
  });

  test('asks Kraken for fees in quote, and gives it an id it takes', () => {
    const asked = ask(LIMIT, rowOf('kraken'));
    expect(asked.ok && asked.value.params).toEqual({
      clientOrderId: `t${ID.slice(2)}`,
      oflags: 'fciq',
    });
  });

  test.each([
    [
      'a shape that was never recorded',
      { type: 'trailingStop', trailFraction: 0.02 },
      'UNSUPPORTED',
    ],
    ['an order cut to funds', { type: 'market', cutToFunds: true }, 'UNSUPPORTED'],
    ['a quantity off the grid', { type: 'market', quantity: decimal('0.300001') }, 'STEP_SIZE'],
    ['a price off the grid', { type: 'limit', price: decimal('30000.005') }, 'TICK_SIZE'],
    ['a trigger off the grid', { type: 'stop', triggerPrice: decimal('1.001') }, 'TICK_SIZE'],
  ] as const)('does not leave: %s', (_name, change, code) => {
    expect(ask(change)).toMatchObject({ ok: false, code });
  });

  test('does not leave for a market that is not traded here', () => {
    const asked = toOrderArguments(order({}), { row: rowOf('binance'), market: undefined });
    expect(asked).toMatchObject({ ok: false, code: 'UNKNOWN_SYMBOL' });
  });

  test('is a limit within five percent where an exchange has no market orders', () => {
    const row = { ...rowOf('binance'), marketOrders: 'none' } as const;
    const buy = ask({ type: 'market' }, row);
    expect(buy).toMatchObject({ ok: true, value: { type: 'limit', price: '31500' } });
    expect(buy.ok && buy.value.params['timeInForce']).toBe('IOC');
    const sell = ask({ type: 'market', side: 'sell' }, row);
    expect(sell).toMatchObject({ ok: true, value: { price: '28500' } });
    expect(ask({ type: 'market', decisionPrice: 0 }, row)).toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('measures a buy in coins also where a market buy is measured in quote', () => {
    const row = { ...rowOf('binance'), marketOrders: 'quote' } as const;
    expect(ask({ type: 'market' }, row)).toMatchObject({ value: { type: 'limit', amount: '0.3' } });
    expect(ask({ type: 'market', side: 'sell' }, row)).toMatchObject({ value: { type: 'market' } });
  });

  test('is a stop with a far limit where an exchange has no other stops', () => {
    const shapes = rowOf('binance').shapes.filter(({ type }) => type !== 'stop');
    const stop = { type: 'stop', side: 'sell', triggerPrice: decimal('30000') } as const;
    const asked = ask(stop, { ...rowOf('binance'), shapes });
    expect(asked).toMatchObject({ ok: true, value: { type: 'limit', price: '28500' } });
    expect(asked.ok && asked.value.params['stopLossPrice']).toBe('30000');
  });
});
