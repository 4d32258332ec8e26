import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FakeSocket, openDesk } from './dialect-kit.ts';
import { signMessage } from './binance-kit.ts';

const PATHS = [
  'ping',
  'exchangeInfo',
  'klines',
  'depth',
  'trades',
  'aggTrades',
  'ticker/24hr',
  'ticker/price',
  'ticker/bookTicker',
  'account',
  'myTrades',
  'order',
  'order/test',
  'order/cancelReplace',
  'order/oco',
  'openOrders',
  'allOrders',
  'orderList',
  'orderList/oco',
  'openOrderList',
  'no/such',
];
const NAMES = [
  'symbol',
  'symbols',
  'interval',
  'limit',
  'startTime',
  'endTime',
  'fromId',
  'orderId',
  'origClientOrderId',
  'newClientOrderId',
  'cancelReplaceMode',
  'cancelOrderId',
  'side',
  'type',
  'quantity',
  'quoteOrderQty',
  'price',
  'stopPrice',
  'timeInForce',
  'trailingDelta',
  'newOrderRespType',
  'orderListId',
  'aboveType',
  'abovePrice',
  'belowType',
  'belowStopPrice',
  'recvWindow',
];
const VALUES = [
  '',
  '0',
  '1',
  '-1',
  '0.001',
  '50000',
  '1e400',
  'NaN',
  '9'.repeat(30),
  '0.000000001',
  '99999999999999999999',
  'BTCUSDT',
  '["BTCUSDT"]',
  '["',
  '[]',
  'btcusdt',
  '__proto__',
  'constructor',
  '1m',
  'BUY',
  'SELL',
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'GTC',
  'STOP_ON_FAILURE',
  'FULL',
  '\u0000',
  '%',
  '&signature=0',
  '\u{1F4A5}',
];

const value = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...VALUES) }, fc.string());
const params = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), value, {
  maxKeys: 10,
});
const order = fc.record({
  symbol: fc.constant('BTCUSDT'),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom('LIMIT', 'MARKET', 'STOP_LOSS', 'LIMIT_MAKER'),
  quantity: value,
  timeInForce: value,
});

test('whatever is asked is answered: rows, or a code in words, never a failure', async () => {
  const desk = await openDesk();
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
    path: fc.constantFrom(...PATHS),
    of: fc.oneof(
      params,
      fc.tuple(order, params).map(([a, b]) => ({ ...b, ...a })),
    ),
    isSigned: fc.boolean(),
  });
  const answers = fc.property(request, ({ method, path, of, isSigned }) => {
    desk.nextMinute();
    const reply = desk.ask(method, `/api/v3/${path}`, of, isSigned);
    if (reply === null) return;
    const body: unknown = JSON.parse(JSON.stringify(reply.body));
    expect([200, 400, 401, 409]).toContain(reply.status);
    if (reply.status === 200) return;
    expect(body).toMatchObject({
      code: expect.any(Number) as number,
      msg: expect.any(String) as string,
    });
  });
  fc.assert(answers, { numRuns: 1_500 });
  await desk.emulator.close();
});

test('whatever a socket says is answered in words', async () => {
  const desk = await openDesk();
  const credentials = desk.emulator.credentials('second');
  const method = fc.oneof(
    fc.constantFrom('SUBSCRIBE', 'UNSUBSCRIBE', 'order.place', 'order.cancel', 'klines', 'time'),
    fc.string(),
  );
  const message = fc.oneof(
    fc.record({ id: fc.anything(), method, params: fc.oneof(params, fc.anything()) }),
    fc.record({ id: fc.nat(), method, params: fc.array(fc.oneof(value, fc.constant('!x@trade'))) }),
    fc.tuple(method, params).map(([name, of]) => {
      const signed = signMessage(credentials, { ...of, timestamp: desk.now });
      return { id: 1, method: name, params: signed };
    }),
    fc.anything(),
  );
  const hears = fc.property(message, fc.constantFrom('/stream/ws/1', '/ws-api/v3'), (of, path) => {
    desk.nextMinute();
    const socket = new FakeSocket(path);
    expect(desk.dialect.connect(socket)).toBe(true);
    const text = textOf(of);
    socket.say(text);
    socket.say(text.slice(0, -1));
    expect(socket.heard).toHaveLength(2);
    expect(socket.heard[1]).toMatchObject({
      error: { msg: expect.any(String) as string },
    });
    socket.leave();
  });
  fc.assert(hears, { numRuns: 500 });
  await desk.emulator.close();
});

/** JSON of anything; text where it has none. */
function textOf(of: unknown): string {
  try {
    return JSON.stringify(of) ?? 'undefined';
  } catch {
    return String(of);
  }
}
