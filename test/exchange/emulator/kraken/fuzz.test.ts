import fc from 'fast-check';
import { expect, test } from 'vitest';

import { KrakenDesk } from './desk-kit.ts';

const CALLS = [
  'AddOrder', 'AddOrderBatch', 'AmendOrder', 'Balance', 'BalanceEx', 'CancelAll',
  'CancelAllOrdersAfter', 'CancelOrder', 'CancelOrderBatch', 'ClosedOrders', 'EditOrder',
  'GetApiKeyInfo', 'OpenOrders', 'QueryOrders', 'QueryTrades', 'TradeBalance', 'TradeVolume',
  'TradesHistory', 'AssetPairs', 'Assets', 'Depth', 'OHLC', 'Spread', 'Ticker', 'Time', 'Trades',
  'toString', '__proto__', '',
] as const; // prettier-ignore

const NAMES = [
  'pair', 'type', 'ordertype', 'volume', 'price', 'price2', 'oflags', 'timeinforce', 'expiretm',
  'starttm', 'userref', 'cl_ord_id', 'reduce_only', 'leverage', 'deadline', 'validate', 'txid',
  'order_qty', 'limit_price', 'trigger_price', 'post_only', 'orders', 'start', 'end', 'ofs',
  'timeout', 'since', 'interval', 'count', 'asset', 'trades', 'close[price]', '__proto__',
] as const; // prettier-ignore

/** What is right somewhere, and what is wrong everywhere. */
const VALUES = [
  'XBTUSDT', 'BTC/USDT', 'buy', 'sell', 'limit', 'market', 'stop-loss', 'take-profit-limit',
  'trailing-stop', '+5%', '+1e9', '0.01', '0.00001', '50000', '90000.123', '-1', '0', '1e308',
  '1e-300', '99999999999999999999', '1e15000000000000', 'NaN', 'Infinity', 'post', 'viqc',
  'post,viqc', 'GTC', 'GTD', 'IOC', '+60', '+1e300', '2026-11-20T12:00:01Z', 'true', 'abc', '7',
  'OAAAAA-AAAAA-AAAAAA', 'a,b,c', ' ', '\u0000', '💥', '[object Object]', '{}',
] as const; // prettier-ignore

const fields = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom(...VALUES), fc.string())),
  { selector: ([name]) => name, maxLength: 9 },
);

/** A whole order in most of its parts, so that many get far. */
const orders = fc.record({
  pair: fc.constant('XBTUSDT'),
  type: fc.constantFrom('buy', 'sell'),
  ordertype: fc.constantFrom('limit', 'market', 'stop-loss', 'trailing-stop', 'take-profit-limit'),
  volume: fc.constantFrom('0.01', '0.001', '2'),
  price: fc.constantFrom(...VALUES),
  price2: fc.constantFrom(...VALUES),
});

test('whatever is asked is answered: with a result or in words', () => {
  const desk = new KrakenDesk();
  const seen = new Set<string>();
  const call = fc.constantFrom(...CALLS);
  const some = fc.oneof(
    fields.map((list) => ({ list, isJson: false })),
    fields.map((list) => ({ list, isJson: true })),
    fc.tuple(orders, fields).map(([order, more]) => {
      return { list: [...Object.entries(order), ...more], isJson: false };
    }),
  );
  fc.assert(
    fc.property(call, some, (name, { list, isJson }) => {
      const form = new URLSearchParams(list).toString();
      const json = JSON.stringify({ a: 1, ...Object.fromEntries(list) });
      const isPublic = CALLS.indexOf(name) > CALLS.indexOf('TradesHistory');
      const path = `/0/${isPublic ? 'public' : 'private'}/${name}`;
      const reply = desk.request(path, isJson ? json : form, isJson);
      expect(reply?.status).toBe(200);
      const { error, result } = JSON.parse(JSON.stringify(reply?.body)) as Record<string, unknown>;
      const words = (error as string[])[0];
      if (words === undefined) expect(result).toBeDefined();
      else expect(words).toMatch(/^E[A-Z][A-Za-z]+:/);
      seen.add(words ?? name);
    }),
    { numRuns: 1_500 },
  );
  expect(seen, 'orders get through').toContain('AddOrder');
  expect(seen).not.toContain('EAPI:Invalid nonce');
  expect(seen).not.toContain('EAPI:Invalid signature');
});

test('whatever is said on a socket ends nothing', () => {
  const desk = new KrakenDesk();
  const token = desk.ask('GetWebSocketsToken')?.['token'];
  const value = fc.oneof(fc.constantFrom(...VALUES), fc.integer(), fc.constant(null), fc.object());
  const methods = ['add_order', 'amend_order', 'cancel_order', 'subscribe', 'ping', 'cancel_all'];
  const names = ['token', 'channel', 'symbol', 'order_id', 'order_type', 'side', 'triggers'];
  const message = fc.record({
    method: fc.oneof(fc.constantFrom(...methods), value),
    params: fc.oneof(
      value,
      fc
        .dictionary(fc.constantFrom(...NAMES, ...names), value)
        .map((more) => ({ symbol: 'BTC/USDT', order_type: 'limit', ...more, token })),
    ),
    req_id: value,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), message), (what) => {
      desk.say(what);
    }),
    { numRuns: 1_000 },
  );
});
