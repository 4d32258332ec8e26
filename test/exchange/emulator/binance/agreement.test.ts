import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  type Decimal,
  ZERO,
  add,
  decimal,
  mul,
  sub,
  toText,
} from '../../../../src/domain/decimal.ts';
import { type Desk, openDesk } from './dialect-kit.ts';

const BTC = 'BTC/USDT';

type Act =
  | {
      readonly kind: 'place';
      readonly type: string;
      readonly side: 'BUY' | 'SELL';
      readonly quantity: number;
      readonly far: number;
      readonly time: string;
    }
  | { readonly kind: 'oco'; readonly quantity: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'cancelAll' }
  | { readonly kind: 'replace'; readonly which: number; readonly far: number }
  | { readonly kind: 'move'; readonly factor: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'deposit'; readonly amount: number };

const TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      type: fc.constantFrom(...TYPES),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      quantity: fc.integer({ min: 1, max: 9_000 }),
      far: fc.integer({ min: -60, max: 60 }),
      time: fc.constantFrom('GTC', 'IOC', 'FOK'),
    }),
  },
  fc.record({ kind: fc.constant('oco' as const), quantity: fc.integer({ min: 10, max: 9_000 }) }),
  fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('cancelAll' as const) }),
  fc.record({
    kind: fc.constant('replace' as const),
    which: fc.nat(5),
    far: fc.integer({ min: -60, max: 60 }),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    factor: fc.double({ min: 0.96, max: 1.04, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 20_000 }) }),
  fc.record({ kind: fc.constant('deposit' as const), amount: fc.integer({ min: -500, max: 500 }) }),
);

interface OrderRow {
  readonly orderId: number;
  readonly status: string;
  readonly executedQty: string;
  readonly origQty: string;
  readonly price: string;
  readonly stopPrice: string;
  readonly side: string;
  readonly type: string;
  readonly orderListId: number;
  readonly cummulativeQuoteQty: string;
}

interface Event {
  readonly e: string;
  readonly i: number;
  readonly X: string;
  readonly x: string;
  readonly l: string;
  readonly L: string;
  readonly z: string;
  readonly Z: string;
  readonly n: string;
  readonly N: string | null;
  readonly S: string;
  readonly a: string;
  readonly d: string;
  readonly B: readonly { readonly a: string; readonly f: string; readonly l: string }[];
}

const ENDED = new Set(['FILLED', 'CANCELED', 'EXPIRED', 'REJECTED']);

/** A price some thousandths away, on the grid. */
const away = (desk: Desk, far: number): string =>
  (desk.emulator.core.market.day(BTC).last * (1 + far / 1_000)).toFixed(2);

function perform(desk: Desk, act: Act): void {
  const { control } = desk.emulator;
  const symbol = 'BTCUSDT';
  const open = (): OrderRow[] => desk.rows('/api/v3/openOrders', { symbol });
  switch (act.kind) {
    case 'place': {
      const { type, side, time } = act;
      const isLimit = type.startsWith('LIMIT') || type.endsWith('_LIMIT');
      desk.ask('POST', '/api/v3/order', {
        symbol,
        type,
        side,
        quantity: (act.quantity / 100_000).toFixed(5),
        ...(isLimit ? { price: away(desk, act.far) } : {}),
        ...(isLimit && type !== 'LIMIT_MAKER' ? { timeInForce: time } : {}),
        ...(/STOP|PROFIT/.test(type) ? { stopPrice: away(desk, -act.far) } : {}),
      });
      return;
    }
    case 'oco':
      desk.ask('POST', '/api/v3/orderList/oco', {
        symbol,
        side: 'SELL',
        quantity: (act.quantity / 100_000).toFixed(5),
        aboveType: 'LIMIT_MAKER',
        abovePrice: away(desk, 10),
        belowType: 'STOP_LOSS_LIMIT',
        belowStopPrice: away(desk, -10),
        belowPrice: away(desk, -5),
        belowTimeInForce: 'GTC',
      });
      return;
    case 'cancel': {
      const order = open()[act.which];
      if (order) desk.ask('DELETE', '/api/v3/order', { symbol, orderId: String(order.orderId) });
      return;
    }
    case 'cancelAll':
      desk.ask('DELETE', '/api/v3/openOrders', { symbol });
      return;
    case 'replace': {
      const order = open()[act.which];
      desk.ask('POST', '/api/v3/order/cancelReplace', {
        symbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: '0.002',
        price: away(desk, act.far),
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrderId: String(order?.orderId ?? 1),
      });
      return;
    }
    case 'move':
      control.setPrice(BTC, Math.round(desk.emulator.core.market.day(BTC).last * act.factor));
      return;
    case 'wait':
      desk.emulator.advance(act.ms);
      return;
    case 'deposit':
      control.deposit('second', 'USDT', String(act.amount));
  }
}

const sum = (values: readonly Decimal[]): Decimal => values.reduce(add, ZERO);

/** What open orders of no list must hold, and at most of those in lists. */
function lockedBy(orders: readonly OrderRow[], asset: 'BTC' | 'USDT'): Decimal {
  const single = orders.filter(
    ({ orderListId, side }) => orderListId === -1 && (side === 'SELL') === (asset === 'BTC'),
  );
  return sum(
    single.map((row) => {
      const rest = sub(decimal(row.origQty), decimal(row.executedQty));
      if (asset === 'BTC') return rest;
      const price = decimal(row.price);
      return mul(rest, price === ZERO ? decimal(row.stopPrice) : price);
    }),
  );
}

test('events, orders, trades, locks and balances agree after anything that happens', async () => {
  const property = fc.asyncProperty(
    fc.array(acts, { minLength: 5, maxLength: 40 }),
    async (list) => {
      const desk = await openDesk();
      try {
        const start = new Map(desk.rows<Account>('/api/v3/account').balances.map(totalOf));
        const socket = desk.subscribe();
        for (const act of list) perform(desk, act);
        checkAgreement(desk, socket.heard.slice(1).map(eventOf), start);
      } finally {
        await desk.emulator.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

interface Account {
  readonly balances: readonly {
    readonly asset: string;
    readonly free: string;
    readonly locked: string;
  }[];
}

const totalOf = ({ asset, free, locked }: Account['balances'][number]): [string, Decimal] => [
  asset,
  add(decimal(free), decimal(locked)),
];
const eventOf = (message: unknown): Event => (message as { readonly event: Event }).event;

function checkAgreement(
  desk: Desk,
  events: readonly Event[],
  start: ReadonlyMap<string, Decimal>,
): void {
  const orders = desk.rows<OrderRow[]>('/api/v3/allOrders', { symbol: 'BTCUSDT', limit: '1000' });
  const reports = events.filter(({ e }) => e === 'executionReport');
  const account = desk.rows<Account>('/api/v3/account');
  checkOrders(orders, reports);
  checkBalances(account, events, start);
  const open = orders.filter(({ status }) => !ENDED.has(status));
  if (open.some(({ orderListId }) => orderListId !== -1)) return;
  for (const asset of ['BTC', 'USDT'] as const) {
    const locked = account.balances.find((row) => row.asset === asset)?.locked ?? '0';
    expect(toText(decimal(locked))).toBe(toText(lockedBy(open, asset)));
  }
}

/** Every order was told from its beginning to where it is now, and nothing after its end. */
function checkOrders(orders: readonly OrderRow[], reports: readonly Event[]): void {
  expect(new Set(reports.map(({ i }) => i))).toEqual(new Set(orders.map(({ orderId }) => orderId)));
  for (const row of orders) {
    const told = reports.filter(({ i }) => i === row.orderId);
    expect(told[0]).toMatchObject({ x: 'NEW', X: 'NEW', z: '0.00000000' });
    expect(told.at(-1)).toMatchObject({
      X: row.status,
      z: row.executedQty,
      Z: row.cummulativeQuoteQty,
    });
    expect(told.slice(0, -1).filter(({ X }) => ENDED.has(X))).toEqual([]);
    const trades = told.filter(({ x }) => x === 'TRADE');
    expect(toText(sum(trades.map(({ l }) => decimal(l))))).toBe(toText(decimal(row.executedQty)));
  }
}

/** The last balance that was told is the one there is, and fills and transfers explain it. */
function checkBalances(
  account: Account,
  events: readonly Event[],
  start: ReadonlyMap<string, Decimal>,
): void {
  const told = new Map(
    events
      .flatMap(({ e, B }) => (e === 'outboundAccountPosition' ? B : []))
      .map((row) => [row.a, row]),
  );
  for (const { asset, free, locked } of account.balances) {
    const last = told.get(asset);
    if (last) expect([last.f, last.l]).toEqual([free, locked]);
    const changes = events.flatMap((event) => changesOf(event, asset));
    const expected = add(start.get(asset) ?? ZERO, sum(changes));
    expect(toText(totalOf({ asset, free, locked })[1])).toBe(toText(expected));
  }
}

function changesOf(event: Event, asset: string): Decimal[] {
  if (event.e === 'balanceUpdate') return event.a === asset ? [decimal(event.d)] : [];
  if (event.e !== 'executionReport' || event.x !== 'TRADE') return [];
  const fee = event.N === asset ? [sub(ZERO, decimal(event.n))] : [];
  const quantity = decimal(event.l);
  const value = mul(quantity, decimal(event.L));
  const isBuy = event.S === 'BUY';
  if (asset === 'BTC') return [isBuy ? quantity : sub(ZERO, quantity), ...fee];
  return asset === 'USDT' ? [isBuy ? sub(ZERO, value) : value, ...fee] : fee;
}
