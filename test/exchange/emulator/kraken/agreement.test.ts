import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ZERO, add, decimal, mul, sub, toText } from '../../../../src/domain/decimal.ts';
import { KrakenDesk } from './desk-kit.ts';
import type { Row } from './kraken-kit.ts';

const BTC = 'BTC/USDT';
const PAGE = 50;

const far = fc.integer({ min: -60, max: 60 });
const which = fc.nat(5);
/** Some beyond what the account can pay. */
const volume = fc.integer({ min: 1, max: 60_000 }).map((steps) => (steps / 100_000).toFixed(5));

/** What a client, the market and the exchange do. Distances are thousandths of the price. */
const acts = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      ordertype: fc.constantFrom(
        'limit',
        'limit',
        'market',
        'stop-loss',
        'stop-loss-limit',
        'take-profit',
        'take-profit-limit',
        'trailing-stop',
      ),
      type: fc.constantFrom('buy', 'sell'),
      volume,
      far,
      timeinforce: fc.constantFrom('GTC', 'GTC', 'IOC'),
      oflags: fc.constantFrom('fciq', 'fciq', 'fciq,post'),
    }),
  },
  fc.record({ kind: fc.constant('cancel' as const), which }),
  fc.record({ kind: fc.constant('cancelAll' as const) }),
  fc.record({ kind: fc.constant('amend' as const), which, volume, far }),
  fc.record({ kind: fc.constant('edit' as const), which, far }),
  fc.record({ kind: fc.constant('move' as const), far }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 20_000 }) }),
  fc.record({ kind: fc.constant('deposit' as const), amount: fc.integer({ min: 1, max: 500 }) }),
);
type Act = typeof acts extends fc.Arbitrary<infer One> ? One : never;

const idOfOpen = (desk: KrakenDesk, at: number): string => {
  const ids = Object.keys(desk.ask('OpenOrders')?.['open'] ?? {});
  return ids[at % Math.max(1, ids.length)] ?? 'ONONEE-ONONE-ONONEE';
};

function perform(desk: KrakenDesk, act: Act): void {
  const away = (thousandths: number): string =>
    (desk.core.market.day(BTC).last * (1 + thousandths / 1_000)).toFixed(2);
  switch (act.kind) {
    case 'place': {
      const { ordertype, type, timeinforce, oflags } = act;
      const price = ordertype === 'trailing-stop' ? '+2%' : away(act.far);
      const order = { pair: 'XBTUSDT', type, ordertype, volume: act.volume, timeinforce, oflags };
      desk.ask('AddOrder', { ...order, price, price2: away(act.far / 2) });
      return;
    }
    case 'cancel':
      desk.ask('CancelOrder', { txid: idOfOpen(desk, act.which) });
      return;
    case 'cancelAll':
      desk.ask('CancelAll');
      return;
    case 'amend':
      desk.ask('AmendOrder', {
        txid: idOfOpen(desk, act.which),
        order_qty: act.volume,
        limit_price: away(act.far),
      });
      return;
    case 'edit':
      desk.ask('EditOrder', { txid: idOfOpen(desk, act.which), price: away(act.far) });
      return;
    case 'move':
      desk.core.market.setPrice(BTC, Number(away(act.far)));
      return;
    case 'wait':
      return desk.pass(act.ms);
    case 'deposit':
      desk.account.exchange.deposit('USDT', decimal(String(act.amount)));
  }
}

/** Everything of a history, page by page. */
function history(desk: KrakenDesk, call: string, name: string): Record<string, Row> {
  const all: Record<string, Row> = {};
  for (let ofs = 0; ; ofs += PAGE) {
    const page = (desk.ask(call, { ofs: String(ofs) })?.[name] ?? {}) as Record<string, Row>;
    Object.assign(all, page);
    if (Object.keys(page).length < PAGE) return all;
  }
}

const updatesOf = (desk: KrakenDesk, channel: string): Row[] =>
  desk.heard.flatMap((row) =>
    row['channel'] === channel && row['type'] === 'update' ? (row['data'] as Row[]) : [],
  );

/** Orders as somebody knows them who heard every message and asked nothing. */
function ordersHeard(desk: KrakenDesk): Record<string, Row> {
  const orders: Record<string, Row> = {};
  for (const row of updatesOf(desk, 'executions')) {
    const id = String(row['order_id']);
    if (orders[id] === undefined) expect(row['exec_type'], 'its first word').toBe('pending_new');
    orders[id] = { ...orders[id], ...row };
  }
  return orders;
}

const STATUS: Readonly<Record<string, string>> = { filled: 'closed' };

function checkOrders(desk: KrakenDesk): void {
  const open = (desk.ask('OpenOrders')?.['open'] ?? {}) as Record<string, Row>;
  const told: Record<string, Row> = { ...open, ...history(desk, 'ClosedOrders', 'closed') };
  for (const { venueOrderId, filled, status } of desk.account.exchange.history()) {
    const order = told[desk.wireId(venueOrderId)];
    // Refused at once it has never been; a stop that could not be paid when it fired has.
    if (order === undefined && status === 'rejected') continue;
    expect(Number(order?.['vol_exec'])).toBe(Number(toText(filled)));
  }
  const heard = ordersHeard(desk);
  expect(Object.keys(heard).toSorted()).toEqual(Object.keys(told).toSorted());
  for (const [id, order] of Object.entries(told)) {
    const { order_status, cum_qty, order_qty } = heard[id] ?? {};
    const status = String(order_status);
    const isOpen = status === 'new' || status === 'partially_filled';
    expect(isOpen ? 'open' : (STATUS[status] ?? status)).toBe(order['status']);
    expect(Number(cum_qty ?? 0)).toBe(Number(order['vol_exec']));
    expect(Number(order_qty)).toBe(Number(order['vol']));
  }
}

/** Money is what it was at first, with every trade and deposit; the last word of each asset. */
function checkMoney(desk: KrakenDesk): void {
  const trades = Object.values(history(desk, 'TradesHistory', 'trades'));
  const fills = desk.account.exchange.everyFill();
  expect(trades).toHaveLength(fills.length);
  const heard = updatesOf(desk, 'executions').filter((row) => row['exec_type'] === 'trade');
  expect(heard.map((row) => row['last_qty'])).toEqual(
    fills.map(({ quantity }) => Number(toText(quantity))),
  );
  const entries = updatesOf(desk, 'balances');
  let usdt = decimal('25000');
  let btc = decimal('0.25');
  for (const { asset, amount, fee } of entries) {
    const change = sub(decimal(String(amount)), decimal(String(fee)));
    if (asset === 'USDT') usdt = add(usdt, change);
    if (asset === 'BTC') btc = add(btc, change);
  }
  let byTrades = decimal('25000');
  for (const { type, price, vol, fee } of trades) {
    const value = mul(decimal(String(price)), decimal(String(vol)));
    const paid = type === 'buy' ? sub(ZERO, value) : value;
    byTrades = sub(add(byTrades, paid), decimal(String(fee)));
  }
  const deposits = entries.filter((row) => row['type'] === 'deposit');
  for (const { amount } of deposits) byTrades = add(byTrades, decimal(String(amount)));
  const balances = desk.account.exchange.balances();
  const total = (name: string): string =>
    toText(balances.find(({ asset }) => asset === name)?.total ?? ZERO);
  expect([toText(usdt), toText(btc)]).toEqual([total('USDT'), total('BTC')]);
  expect(toText(byTrades)).toBe(total('USDT'));
  const held = (desk.ask('BalanceEx')?.['USDT'] ?? {}) as Row;
  expect(toText(decimal(String(held['balance'])))).toBe(total('USDT'));
}

test('requests, messages and the exchange itself agree on every order and every coin', () => {
  fc.assert(
    fc.property(fc.array(acts, { minLength: 5, maxLength: 60 }), (list) => {
      const desk = new KrakenDesk();
      const token = desk.ask('GetWebSocketsToken')?.['token'];
      for (const channel of ['executions', 'balances']) {
        desk.say({ method: 'subscribe', params: { channel, token } });
      }
      for (const act of list) perform(desk, act);
      checkOrders(desk);
      checkMoney(desk);
      for (const channel of ['executions', 'balances']) {
        const numbers = desk.heard.flatMap((row) =>
          row['channel'] === channel ? [row['sequence']] : [],
        );
        expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      }
    }),
    { numRuns: 40 },
  );
});
