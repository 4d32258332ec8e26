import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  type Decimal,
  ZERO,
  add,
  decimal,
  isNegative,
  mul,
  neg,
  toText,
} from '../../../src/domain/decimal.ts';
import type { Order } from '../../../src/domain/order.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import { EmulatorControl } from '../../../src/exchange/emulator/control.ts';
import { LiveCore } from '../../../src/exchange/emulator/core.ts';
import type {
  Dialect,
  DialectName,
  EmulatorAccount,
} from '../../../src/exchange/emulator/dialect.ts';
import { FaultBoard } from '../../../src/exchange/emulator/faults.ts';
import { RequestLog } from '../../../src/exchange/emulator/request-log.ts';
import { Sockets } from '../../../src/exchange/emulator/sockets.ts';
import { toOrder } from '../../../src/exchange/practice/outside-order.ts';
import { EMULATOR_START } from '../../support/emulator.ts';

const BTC = 'BTC/USDT';

interface Desk {
  readonly core: LiveCore;
  readonly clock: SimulatedClock;
  readonly main: EmulatorAccount;
  readonly second: EmulatorAccount;
  readonly control: EmulatorControl;
}

function desk(dialect: DialectName = 'binance'): Desk {
  const clock = createSimulatedClock(EMULATOR_START);
  const core = new LiveCore({ dialect, seed: 7, clock, scheduler: clock });
  const [main, second] = core.accounts;
  if (!main || !second) throw new Error('no accounts');
  const silent: Dialect = {
    name: dialect,
    request: () => null,
    connect: () => false,
    pushUserEvent: () => undefined,
  };
  const [faults, log] = [new FaultBoard(7), new RequestLog()];
  const sockets = new Sockets({ dialect: silent, faults, log, now: () => clock.now() });
  sockets.close();
  const instance = 'test';
  const control = new EmulatorControl({ core, dialect: silent, sockets, log, faults, instance });
  return { core, clock, main, second, control };
}

type Asked = { quantity: string; price?: string; triggerPrice?: string; id?: string } & Partial<
  Pick<Order, 'side' | 'type' | 'timeInForce' | 'postOnly'>
>;

function order(account: EmulatorAccount, asked: Asked): Order {
  const { quantity, price, triggerPrice, id = 'mine', side = 'buy', type = 'limit' } = asked;
  const outside = toOrder(
    {
      symbol: BTC,
      side,
      type,
      quantity: decimal(quantity),
      ...(price === undefined ? {} : { price: decimal(price) }),
      ...(triggerPrice === undefined ? {} : { triggerPrice: decimal(triggerPrice) }),
    },
    account.id,
    EMULATOR_START,
  );
  const { timeInForce = 'GTC', postOnly = false } = asked;
  return { ...outside, id: id as Order['id'], timeInForce, postOnly };
}

const place = (account: EmulatorAccount, asked: Asked) =>
  account.exchange.create(order(account, asked));

const money = (account: EmulatorAccount): Record<string, readonly [string, string]> =>
  Object.fromEntries(
    account.exchange
      .balances()
      .map(({ asset, free, locked }) => [asset, [toText(free), toText(locked)] as const]),
  );

test('keys follow from the seed and tell what they are', () => {
  const keys = (): readonly string[] => desk().core.accounts.map(({ key }) => key);
  expect(keys()).toEqual(keys());
  expect(new Set(keys()).size).toBe(4);
  expect(keys().every((key) => /^EMULATOR[A-Za-z0-9]{56}$/.test(key))).toBe(true);
  const { core } = desk();
  expect(core.account(keys()[0] ?? '')?.id).toBe('main');
  expect(core.account('stranger')).toBeUndefined();
  expect(Buffer.from(core.accounts[0]?.secret ?? '', 'base64')).toHaveLength(64);
});

test('a resting buy locks price times quantity, a resting sell its coins, a stop too', () => {
  const { second } = desk();
  place(second, { quantity: '0.1', price: '60000' });
  place(second, { id: 'b', side: 'sell', quantity: '0.05', price: '90000' });
  place(second, { id: 'c', side: 'sell', type: 'stop', quantity: '0.1', triggerPrice: '50000' });
  expect(money(second)).toMatchObject({ USDT: ['19000', '6000'], BTC: ['0.1', '0.15'] });
});

test('where fees are taken of what is received, a buy pays in coins and a sell in quote', () => {
  const { second, core } = desk('binance');
  core.market.setPrice(BTC, 60_000);
  place(second, { type: 'market', quantity: '0.1' });
  place(second, { id: 'b', type: 'market', side: 'sell', quantity: '0.05' });
  const [bought, ...sold] = fillsOf(second);
  expect(bought?.feeAsset).toBe('BTC');
  expect(sold.at(-1)?.feeAsset).toBe('USDT');
  const paid = fillsOf(second).filter(({ side }) => side === 'buy');
  for (const fill of paid)
    expect(Number(toText(fill.fee))).toBeCloseTo(Number(toText(fill.quantity)) * 0.001, 12);
  const digits = fillsOf(second).map(({ fee }) => toText(fee).split('.')[1]?.length ?? 0);
  expect(Math.max(...digits)).toBeLessThanOrEqual(8);
  expect(money(second)['BTC']).toEqual(['0.2999', '0']);
});

test('where fees are taken in quote, coins come whole', () => {
  const { second, core } = desk('kraken');
  core.market.setPrice(BTC, 60_000);
  place(second, { type: 'market', quantity: '0.1' });
  expect(fillsOf(second).every(({ feeAsset }) => feeAsset === 'USDT')).toBe(true);
  expect(money(second)['BTC']).toEqual(['0.35', '0']);
});

const fillsOf = ({ exchange }: EmulatorAccount) => {
  const fills = exchange.fills(0);
  if (!fills.ok) throw new Error('no fills');
  return fills.value;
};

test('a price that is set fills and triggers in every account before the call returns', () => {
  const { main, second, control } = desk();
  place(main, { quantity: '0.01', price: '55000' });
  place(second, { side: 'sell', type: 'stop', quantity: '0.01', triggerPrice: '55000' });
  control.setPrice(BTC, 54_000);
  expect(main.exchange.detailByClient('mine')).toMatchObject({ status: 'filled' });
  expect(second.exchange.detailByClient('mine')).toMatchObject({ status: 'filled' });
  expect(fillsOf(main)[0]).toMatchObject({ liquidity: 'maker', price: decimal('55000') });
});

test('a stop-limit is at work only after its trigger', () => {
  const { main, control } = desk();
  const asked = { type: 'stopLimit', quantity: '0.01', triggerPrice: '75000' } as const;
  place(main, { ...asked, price: '74000' });
  expect(main.exchange.detailByClient('mine')).toMatchObject({ isWorking: false, status: 'open' });
  control.setPrice(BTC, 76_000);
  expect(main.exchange.detailByClient('mine')).toMatchObject({ isWorking: true, status: 'open' });
  control.setPrice(BTC, 73_000);
  expect(main.exchange.detailByClient('mine')).toMatchObject({ status: 'filled' });
});

test('orders are found by both ids, with their history, times and fills', () => {
  const { main, clock } = desk();
  const placed = place(main, { quantity: '0.01', price: '90000' });
  if (!placed.ok) throw new Error('refused');
  const { venueOrderId } = placed.value;
  expect(main.exchange.detail(venueOrderId)).toBe(main.exchange.detailByClient('mine'));
  expect(main.exchange.detail(venueOrderId)).toMatchObject({
    createdTime: clock.now(),
    timeInForce: 'GTC',
    postOnly: false,
  });
  expect(main.exchange.fillsOf(venueOrderId)).toEqual(fillsOf(main));
  expect(main.exchange.history()).toHaveLength(1);
  expect(venueOrderId).toMatch(/^\d+$/);
});

test('a client id is free again once its order has ended, not before', () => {
  const { main } = desk();
  place(main, { quantity: '0.01', price: '50000' });
  expect(place(main, { quantity: '0.01', price: '50000' })).toMatchObject({
    fault: { code: 'DUPLICATE_ID' },
  });
  main.exchange.cancelAll();
  expect(place(main, { quantity: '0.01', price: '50000' }).ok).toBe(true);
});

test('two accounts never give the same ids', () => {
  const { main, second } = desk();
  const a = place(main, { quantity: '0.01', price: '90000' });
  const b = place(second, { quantity: '0.01', price: '90000' });
  expect(a.ok && b.ok && a.value.venueOrderId !== b.value.venueOrderId).toBe(true);
  expect(fillsOf(main)[0]?.id).not.toBe(fillsOf(second)[0]?.id);
});

test('a resting order is filled in part by hand, at its price, on its account alone', () => {
  const { main, second, control } = desk();
  const placed = place(main, { quantity: '0.1', price: '60000' });
  place(second, { quantity: '0.1', price: '60000' });
  if (!placed.ok) throw new Error('refused');
  expect(control.fillPart('main', placed.value.venueOrderId, '0.04')).toBe(true);
  expect(main.exchange.detailByClient('mine')).toMatchObject({
    status: 'open',
    filled: decimal('0.04'),
  });
  expect(fillsOf(main)[0]).toMatchObject({ price: decimal('60000') });
  expect(fillsOf(second)).toEqual([]);
  expect(control.fillPart('main', 'unknown', '1')).toBe(false);
});

test('a person places, cancels and closes; money comes and goes', () => {
  const { control, second } = desk();
  const what = { symbol: BTC, side: 'buy', type: 'limit' } as const;
  const id = control.placeOutside('second', {
    ...what,
    quantity: decimal('0.01'),
    price: decimal('50000'),
  });
  expect(control.cancelOutside('second', id)).toBe(1);
  expect(control.closeOutside('second', BTC)).toBe(true);
  expect(money(second)['BTC']).toEqual(['0', '0']);
  expect(control.closeOutside('second', BTC)).toBe(false);
  control.deposit('second', 'BTC', '1.5');
  control.deposit('second', 'BTC', '-0.5');
  expect(money(second)['BTC']).toEqual(['1', '0']);
  expect(() => control.placeOutside('second', { ...what, quantity: decimal('9') })).toThrow(
    /refused/,
  );
  expect(() => control.deposit('nobody', 'BTC', '1')).toThrow(/known: main, second/);
  expect(() => control.deposit('main', 'BTC', 'x')).toThrow(/not a decimal/);
});

test('a market that is not traded takes no price', () => {
  const { control } = desk();
  expect(() => control.setPrice('LUNA/USDT', 80)).toThrow('LUNA/USDT is not traded now');
  control.setStatus('LUNA/USDT', 'trading');
  control.setPrice('LUNA/USDT', 80);
});

test('delisting cancels the open orders of a market and nothing else', () => {
  const { main, core, control } = desk();
  place(main, { quantity: '0.01', price: '50000' });
  control.placeOutside('main', {
    symbol: 'ETH/USDT',
    side: 'buy',
    type: 'limit',
    quantity: decimal('0.1'),
    price: decimal('2000'),
  });
  control.setStatus(BTC, 'delisted');
  expect(core.market.status(BTC)).toBeUndefined();
  expect(main.exchange.history().map(({ symbol, status }) => [symbol, status])).toEqual([
    [BTC, 'canceled'],
    ['ETH/USDT', 'open'],
  ]);
});

test('filters that change hold for the next order', () => {
  const { main, control } = desk();
  expect(place(main, { quantity: '0.001', price: '60000.01' }).ok).toBe(true);
  control.setFilters(BTC, { tickSize: '0.1', minNotional: '100' });
  expect(place(main, { id: 'b', quantity: '0.01', price: '60000.01' })).toMatchObject({
    fault: { code: 'TICK_SIZE' },
  });
  expect(place(main, { id: 'c', quantity: '0.001', price: '60000' })).toMatchObject({
    fault: { code: 'MIN_NOTIONAL' },
  });
  expect(() => control.setFilters(BTC, { stepSize: '0.000000001' })).toThrow(/decimals together/);
  expect(() => control.setFilters(BTC, { stepSize: '0' })).toThrow(/not above zero/);
});

test('keys are revoked and lose rights; the clock is off by what is asked', () => {
  const { main, core, clock, control } = desk();
  control.setKey('main', { revoked: true, withdraw: true });
  expect(main).toMatchObject({ revoked: true, permissions: { withdraw: true, trade: true } });
  control.setSkew(-5_000);
  expect(core.clock.now()).toBe(clock.now() - 5_000);
});

test('a clock that is set back hides no fill from the history', () => {
  const { main, core, control } = desk();
  place(main, { type: 'market', quantity: '0.01' });
  const since = core.clock.now();
  control.setSkew(-5_000);
  place(main, { id: 'b', type: 'market', quantity: '0.01' });
  const fills = main.exchange.fills(since);
  expect(fills.ok && fills.value.every(({ clientOrderId }) => clientOrderId === 'mine')).toBe(true);
  expect(fills.ok && fills.value.length > 0).toBe(true);
});

test('the dump has every order, fill and balance as exact text', () => {
  const { main, control } = desk();
  place(main, { quantity: '0.01', price: '60000' });
  place(main, { id: 'b', type: 'market', quantity: '0.001' });
  const dump = JSON.parse(JSON.stringify(control.dump('main'))) as ReturnType<typeof control.dump>;
  expect(dump.orders).toHaveLength(2);
  expect(dump.orders[0]).toMatchObject({ price: '60000', quantity: '0.01', status: 'open' });
  expect(dump.fills[0]).toMatchObject({ quantity: '0.001', fee: '0.000001', feeAsset: 'BTC' });
  expect(dump.balances.find(({ asset }) => asset === 'USDT')).toMatchObject({ locked: '600' });
});

test('the history of fills can be behind, the dump never is', () => {
  const { main, clock, control } = desk();
  control.setFillLag('main', 5_000);
  place(main, { type: 'market', quantity: '0.01' });
  expect(fillsOf(main)).toEqual([]);
  expect(control.dump('main').fills).not.toEqual([]);
  clock.observe(clock.now() + 5_000);
  expect(fillsOf(main)).toHaveLength(control.dump('main').fills.length);
});

const step = fc.record({
  side: fc.constantFrom('buy', 'sell'),
  type: fc.constantFrom('limit', 'market', 'stop', 'stopLimit', 'takeProfit'),
  timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
  postOnly: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 30_000 }).map((n) => (n / 100_000).toFixed(5)),
  price: fc.integer({ min: 5_000_000, max: 9_000_000 }).map((n) => (n / 100).toFixed(2)),
  after: fc.constantFrom('wait', 'jump', 'cancel', 'nothing'),
  to: fc.integer({ min: 50_000, max: 90_000 }),
} as const);

test.for(['binance', 'kraken'] as const)('%s: money is what fills made of it', (dialect) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const { second, clock, control } = desk(dialect);
      const start = new Map(second.exchange.balances().map((one) => [one.asset, one.total]));
      steps.forEach(({ price, after, to, ...asked }, i) => {
        const { type } = asked;
        const limit = type === 'limit' || type === 'stopLimit';
        const waits = type === 'stop' || type === 'stopLimit' || type === 'takeProfit';
        place(second, {
          ...asked,
          id: `o${i}`,
          ...(limit ? { price } : {}),
          ...(waits ? { triggerPrice: price } : {}),
        });
        if (after === 'jump') control.setPrice(BTC, to);
        if (after === 'cancel') second.exchange.cancelAll(({ side }) => side === asked.side);
        if (after !== 'wait') return;
        const until = clock.now() + 2_000;
        while (clock.nextDue() <= until) clock.fireNext();
      });
      const made = new Map(start);
      const move = (asset: string, amount: Decimal): void =>
        void made.set(asset, add(made.get(asset) ?? ZERO, amount));
      for (const { side, quantity, price, fee, feeAsset } of second.exchange.everyFill()) {
        const [base, quote] = [quantity, mul(price, quantity)];
        move('BTC', side === 'buy' ? base : neg(base));
        move('USDT', side === 'buy' ? neg(quote) : quote);
        move(feeAsset, neg(fee));
      }
      for (const { asset, total, free, locked } of second.exchange.balances()) {
        expect(toText(total)).toBe(toText(made.get(asset) ?? ZERO));
        expect(isNegative(free) || isNegative(locked)).toBe(false);
        expect(toText(total).split('.')[1]?.length ?? 0).toBeLessThanOrEqual(8);
      }
      second.exchange.cancelAll();
      for (const { locked } of second.exchange.balances()) expect(toText(locked)).toBe('0');
    }),
    { numRuns: 40 },
  );
});
