// Answers as exchanges give them, read by the library and mapped: nothing exact gets lost, nothing
// false gets in.
import { describe, expect, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import { Unreadable } from '../../../src/exchange/ccxt/foreign.ts';
import {
  type KnownOrder,
  toCreatedOrder,
  toVenueAccount,
  toVenueFill,
  toVenueOrder,
} from '../../../src/exchange/ccxt/map.ts';
import { ours } from '../practice/practice-kit.ts';
import { ACCOUNT, NOW, contextOf, parserOf } from './kit.ts';

const OUR_ID = 'tdmqtcvbhza1200007e';
const SHORT_ID = 'tmqtcvbhza1200007e';

const binanceOrder = {
  symbol: 'BTCUSDT',
  orderId: '4711',
  clientOrderId: OUR_ID,
  price: '0.00000000',
  origQty: '0.30000000',
  executedQty: '0.10000000',
  cummulativeQuoteQty: '3000.10000000',
  status: 'PARTIALLY_FILLED',
  timeInForce: 'GTC',
  type: 'STOP_LOSS',
  side: 'SELL',
  stopPrice: '30001.00000000',
  time: 1_700_000_000_000,
  updateTime: 1_700_000_000_500,
};

const krakenOrder = {
  id: 'OABCDE-FGHIJ-KLMNOP',
  userref: 0,
  cl_ord_id: SHORT_ID,
  status: 'open',
  opentm: 1_700_000_000.25,
  descr: {
    pair: 'XBTUSDT',
    type: 'sell',
    ordertype: 'stop-loss',
    price: '30001.0',
    price2: '0',
    order: 'sell 0.3 XBTUSDT @ stop loss 30001.0',
  },
  vol: '0.30000000',
  vol_exec: '0.10000000',
  cost: '3000.10000',
  price: '30001.0',
  oflags: 'fciq',
};

const krakenStreamed = {
  order_id: 'OABCDE-FGHIJ-KLMNOP',
  order_userref: 0,
  cl_ord_id: SHORT_ID,
  symbol: 'BTC/USDT',
  order_qty: 0.3,
  cum_qty: 0.1,
  cum_cost: 3000.1,
  avg_price: 30001,
  exec_type: 'trade',
  side: 'sell',
  order_type: 'stop-loss',
  order_status: 'partially_filled',
  stop_price: 30001,
  timestamp: '2023-11-14T22:13:20.500Z',
};

const binanceStreamed = {
  e: 'executionReport',
  E: 1_700_000_000_600,
  s: 'BTCUSDT',
  c: 'web_cancel',
  S: 'SELL',
  o: 'LIMIT',
  f: 'GTC',
  q: '0.30000000',
  p: '31000.00000000',
  P: '0.00000000',
  C: OUR_ID,
  x: 'CANCELED',
  X: 'CANCELED',
  r: 'NONE',
  i: '4711',
  l: '0.00000000',
  z: '0.10000000',
  L: '0.00000000',
  n: '0',
  N: null,
  T: 1_700_000_000_600,
  t: -1,
  O: 1_700_000_000_000,
  Z: '3100.00000000',
  Y: '0.00000000',
  w: false,
  m: false,
};

const krakenTrade = {
  id: 'TXYZAB-CDEFG-HIJKLM',
  ordertxid: 'OABCDE-FGHIJ-KLMNOP',
  pair: 'XBTUSDT',
  time: 1_700_000_000.5,
  type: 'sell',
  ordertype: 'stop-loss',
  price: '30001.00000',
  cost: '3000.10000',
  fee: '7.80026',
  vol: '0.10000000',
  maker: false,
};

const binanceTrade = {
  symbol: 'BTCUSDT',
  id: '9001',
  orderId: '4711',
  price: '30001.00000000',
  qty: '0.10000000',
  quoteQty: '3000.10000000',
  time: 1_700_000_000_500,
  isBuyer: true,
  isMaker: true,
  isBestMatch: true,
};

describe('an order', () => {
  test.each([
    ['binance', async () => (await parserOf('binance')).parseOrder(binanceOrder)],
    ['kraken', async () => (await parserOf('kraken')).parseOrder(krakenOrder)],
    ['kraken', async () => (await parserOf('kraken')).parseWsOrder(krakenStreamed)],
  ] as const)('of %s keeps its kind, ids and exact numbers', async (id, read) => {
    const order = toVenueOrder(await read(), contextOf(id));
    expect(order).toMatchObject({
      accountId: ACCOUNT,
      symbol: 'BTC/USDT',
      clientOrderId: OUR_ID,
      side: 'sell',
      type: 'stop',
      quantity: decimal('0.3'),
      triggerPrice: decimal('30001'),
      status: 'open',
      filled: decimal('0.1'),
      averagePrice: decimal('30001'),
    });
    expect(order?.price).toBeNull();
  });

  test('of binance that was canceled has its own id, not that of the cancel', async () => {
    const raw = (await parserOf('binance')).parseWsOrder(binanceStreamed);
    expect(toVenueOrder(raw, contextOf('binance'))).toMatchObject({
      clientOrderId: OUR_ID,
      status: 'canceled',
      filled: decimal('0.1'),
      price: decimal('31000'),
      averagePrice: decimal('31000'),
      updatedTime: 1_700_000_000_600,
      reason: null,
    });
  });

  test('of which kraken tells little more than its end is completed by what was known', async () => {
    const said = {
      order_id: 'O1',
      order_status: 'canceled',
      exec_type: 'canceled',
      cum_qty: 0,
      cancel_reason: 'User requested',
      timestamp: '2023-11-14T22:13:20.500Z',
    };
    const raw = (await parserOf('kraken')).parseWsOrder(said);
    const known: KnownOrder = {
      clientOrderId: OUR_ID,
      symbol: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      quantity: decimal('0.3'),
      price: decimal('100'),
      triggerPrice: null,
    };
    expect(toVenueOrder(raw, contextOf('kraken', { O1: known }))).toMatchObject({
      ...known,
      status: 'canceled',
      filled: decimal('0'),
      reason: 'User requested',
    });
  });

  test('of another program keeps that program’s id', async () => {
    const raw = (await parserOf('binance')).parseOrder({ ...binanceOrder, clientOrderId: 'web_1' });
    expect(toVenueOrder(raw, contextOf('binance'))?.clientOrderId).toBe('web_1');
  });

  test('of a market that is not followed is left out', async () => {
    const raw = (await parserOf('binance')).parseOrder(binanceOrder) as object;
    expect(toVenueOrder({ ...raw, symbol: 'ETH/USDT' }, contextOf('binance'))).toBeNull();
  });

  test.each([
    ['without a number', { id: undefined }],
    ['without a status', { status: undefined }],
    ['with a status nobody knows', { status: 'teleported' }],
    ['with a quantity that went through a float', { amount: 0.3 }],
    ['with no quantity', { amount: '0' }],
    ['with a negative fill', { filled: '-1' }],
    ['with words for a quantity', { amount: 'NaN' }],
    ['with a quantity beyond all sense', { amount: '1e40' }],
    ['with an id of a megabyte', { id: 'x'.repeat(1_000_000) }],
  ])('%s is not believed', async (_name, change) => {
    const raw = (await parserOf('binance')).parseOrder(binanceOrder) as object;
    expect(() => toVenueOrder({ ...raw, ...change }, contextOf('binance'))).toThrow(Unreadable);
  });

  test.each([null, undefined, 'html', 7, []])('that is %s is not believed', (raw) => {
    expect(() => toVenueOrder(raw, contextOf('binance'))).toThrow(Unreadable);
  });
});

describe('the answer to a create', () => {
  const sent = ours(OUR_ID, { symbol: 'BTC/USDT', quantity: decimal('0.3'), side: 'buy' });

  test('that has a number only says that the order is there as it was sent', async () => {
    const raw = (await parserOf('kraken')).parseOrder({
      descr: { order: 'buy 0.30000000 XBTUSDT @ market' },
      txid: ['OABCDE-FGHIJ-KLMNOP'],
    });
    expect(toCreatedOrder(raw, sent, contextOf('kraken'))).toMatchObject({
      venueOrderId: 'OABCDE-FGHIJ-KLMNOP',
      clientOrderId: OUR_ID,
      status: 'open',
      filled: decimal('0'),
      updatedTime: NOW,
    });
  });

  test('without a number proves nothing', () => {
    expect(() => toCreatedOrder({}, sent, contextOf('kraken'))).toThrow(Unreadable);
    expect(() => toCreatedOrder('<html>', sent, contextOf('kraken'))).toThrow(Unreadable);
  });
});

describe('a fill', () => {
  const feeOf = async (commission: string, commissionAsset: string) => {
    const raw = { ...binanceTrade, commission, commissionAsset };
    const fill = toVenueFill((await parserOf('binance')).parseTrade(raw), contextOf('binance'));
    return fill && [toText(fill.fee), fill.feeAsset, toText(fill.feeQuote)];
  };

  test('has exact numbers, its order and who was there first', async () => {
    const raw = (await parserOf('kraken')).parseTrade(krakenTrade);
    expect(toVenueFill(raw, contextOf('kraken'))).toMatchObject({
      id: 'TXYZAB-CDEFG-HIJKLM',
      venueOrderId: 'OABCDE-FGHIJ-KLMNOP',
      clientOrderId: null,
      side: 'sell',
      price: decimal('30001'),
      quantity: decimal('0.1'),
      fee: decimal('7.80026'),
      feeAsset: 'USDT',
      feeQuote: decimal('7.80026'),
      liquidity: 'taker',
      time: 1_700_000_000_500,
    });
  });

  test('charges in quote, in the coin or in a third one, each worth something in quote', async () => {
    expect(await feeOf('3.0001', 'USDT')).toEqual(['3.0001', 'USDT', '3.0001']);
    expect(await feeOf('0.0001', 'BTC')).toEqual(['0.0001', 'BTC', '3.0001']);
    // 0.1 % as a maker, of 3000.1.
    expect(await feeOf('0.005', 'BNB')).toEqual(['0.005', 'BNB', '3.0001']);
    expect(await feeOf('0', 'BNB')).toEqual(['0', 'BNB', '0']);
  });

  test('is none where the stream tells other news of an order', async () => {
    const parser = await parserOf('kraken');
    const told = { ...krakenStreamed, exec_type: 'new', exec_id: undefined };
    expect(toVenueFill(parser.parseWsTrade(told), contextOf('kraken'))).toBeNull();
  });

  test.each([
    ['without an id', { id: undefined }],
    ['without its order', { order: undefined }],
    ['at no price', { price: '0' }],
    ['of nothing', { amount: '0' }],
    ['with a price that went through a float', { price: 30001 }],
  ])('%s is not believed', async (_name, change) => {
    const raw = (await parserOf('kraken')).parseTrade(krakenTrade) as object;
    expect(() => toVenueFill({ ...raw, ...change }, contextOf('kraken'))).toThrow(Unreadable);
  });
});

describe('the account', () => {
  test('has totals by asset, and the coin of a market as its holding', async () => {
    const raw = (await parserOf('kraken')).parseBalance({
      result: {
        USDT: { balance: '100.5', hold_trade: '20' },
        XBT: { balance: '0.123456789', hold_trade: '0' },
      },
    });
    const account = toVenueAccount(raw, contextOf('kraken'));
    expect(account.balances.get('USDT')).toBe(decimal('100.5'));
    expect(account.positions.get('BTC/USDT')).toBe(decimal('0.123456789'));
    expect(account.time).toBe(NOW);
  });

  test.each([{}, { total: { USDT: 1.5 } }, { total: { USDT: 'much' } }, null])(
    'that says %j is not believed',
    (raw) => {
      expect(() => toVenueAccount(raw, contextOf('binance'))).toThrow(Unreadable);
    },
  );
});
