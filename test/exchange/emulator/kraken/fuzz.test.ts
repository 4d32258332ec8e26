import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createSimulatedClock } from '../../../../src/engine/clock.ts';
import { required } from '../../../../src/domain/errors.ts';
import { LiveCore } from '../../../../src/exchange/emulator/core.ts';
import type { HttpReply } from '../../../../src/exchange/emulator/dialect.ts';
import { KrakenDialect } from '../../../../src/exchange/emulator/kraken/dialect.ts';
import { apiSign } from '../../../../src/exchange/emulator/kraken/sign.ts';
import { EMULATOR_START } from '../../../support/emulator.ts';
import { GENEROUS } from './kraken-kit.ts';

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

function createExchange(): {
  ask: (name: string, body: string, isJson: boolean) => HttpReply | null;
  socket: (text: string) => void;
} {
  const clock = createSimulatedClock(EMULATOR_START);
  const core = new LiveCore({ dialect: 'kraken', seed: 7, clock, scheduler: clock });
  const dialect = new KrakenDialect(core, GENEROUS);
  const { key = '', secret = '' } = core.accounts[1] ?? {};
  let nonce = 0;
  let hear: (text: string) => void = () => undefined;
  dialect.connect({
    path: '/ws/private/v2',
    send: (message) => void JSON.stringify(message),
    sendUserEvent: (message) => void JSON.stringify(message),
    onMessage: (listener) => (hear = listener),
    onClose: () => undefined,
    close: () => undefined,
  });
  return {
    socket: (text) => hear(text),
    ask(name, asked, isJson) {
      const isPublic = CALLS.indexOf(name as 'Time') > CALLS.indexOf('TradesHistory');
      const path = `/0/${isPublic ? 'public' : 'private'}/${name}`;
      const number = String((nonce += 1));
      const body = isJson ? asked.replace('{', `{"nonce":${number},`) : `nonce=${number}&${asked}`;
      const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
      const sign = apiSign({ path, nonce: number, body, secret });
      const headers = { 'api-key': key, 'api-sign': sign, 'content-type': type };
      return dialect.request({ method: 'POST', path, query: '', body, headers });
    },
  };
}

test('whatever is asked is answered: with a result or in words', () => {
  const exchange = createExchange();
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
      const reply = exchange.ask(
        name,
        isJson ? JSON.stringify({ a: 1, ...Object.fromEntries(list) }) : form,
        isJson,
      );
      expect(reply?.status).toBe(200);
      const { error, result } = JSON.parse(JSON.stringify(reply?.body)) as Record<string, unknown>;
      const words = (error as string[])[0];
      if (words === undefined) expect(result).toBeDefined();
      else expect(words).toMatch(/^E[A-Z][A-Za-z]+:/);
      seen.add(words ?? name);
    }),
    { numRuns: 3_000 },
  );
  expect(seen, 'orders get through').toContain('AddOrder');
  expect(seen).not.toContain('EAPI:Invalid nonce');
  expect(seen).not.toContain('EAPI:Invalid signature');
});

test('whatever is said on a socket ends nothing', () => {
  const exchange = createExchange();
  const reply = exchange.ask('GetWebSocketsToken', '', false);
  const { result } = required(reply, 'token').body as { readonly result: object };
  const value = fc.oneof(fc.constantFrom(...VALUES), fc.integer(), fc.constant(null), fc.object());
  const methods = ['add_order', 'amend_order', 'cancel_order', 'subscribe', 'ping', 'cancel_all'];
  const names = ['token', 'channel', 'symbol', 'order_id', 'order_type', 'side', 'triggers'];
  const message = fc.record({
    method: fc.oneof(fc.constantFrom(...methods), value),
    params: fc.oneof(
      value,
      fc
        .dictionary(fc.constantFrom(...NAMES, ...names), value)
        .map((more) => ({ symbol: 'BTC/USDT', order_type: 'limit', ...more, ...result })),
    ),
    req_id: value,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), message), (what) => {
      exchange.socket(typeof what === 'string' ? what : JSON.stringify(what));
    }),
    { numRuns: 2_000 },
  );
});
