// One account through the real library, HTTP and sockets, at local exchanges of both dialects.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ZERO, add, decimal, mul, sub, toText } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { Order, OrderRequest } from '../../../src/domain/order.ts';
import { DIALECTS } from '../../../src/exchange/emulator/dialects.ts';
import { valueOf } from '../practice/practice-kit.ts';
import { type Account, openAccount, orderOf, priceAt, promised, refOf } from './account-kit.ts';

const TINY = decimal('0.0005');

describe.each(DIALECTS)('an account at %s', (dialect) => {
  let account: Account;
  let calls: ReturnType<typeof promised>;
  let start: number;
  beforeAll(async () => {
    account = await openAccount(dialect);
    calls = promised(account.client);
    start = account.connection.clock.now() - 60_000;
  });
  afterEach(() => {
    account.emulator.control.clear();
    account.emulator.control.setSkew(0);
    account.emulator.control.cancelOutside('main');
  });
  afterAll(() => account.close());

  /** Places an order that is to be taken. */
  const place = async (change: Partial<OrderRequest> = {}) => {
    const order = orderOf(account, change);
    const placed = valueOf(await calls.create(order));
    return { order, placed };
  };
  const resting = () => place({ type: 'limit', price: priceAt(account, 0.9) });
  const refusal = async (change: Partial<OrderRequest>) => {
    const order = orderOf(account, change);
    const result = await calls.create(order);
    return result.ok ? 'accepted' : result.fault;
  };
  const find = (order: Order, venueOrderId: string | null = null) =>
    calls.order(refOf(order, venueOrderId));
  const cancel = (order: Order, venueOrderId: string | null = null) =>
    calls.cancel(refOf(order, venueOrderId));
  const creates = () =>
    account.emulator.control
      .requests()
      .filter(({ method, path }) => method === 'POST' && /AddOrder$|\/order$/.test(path)).length;

  /** Kraken has names of its own for orders of the exchange behind it. */
  const fillPart = (id: OrderId) => {
    const { control } = account.emulator;
    const known = account.connection.row.clientIds.encode(id);
    const order = control.dump('main').orders.find((one) => one.clientOrderId === known);
    expect(control.fillPart('main', order?.venueOrderId ?? '', '0.0005')).toBe(true);
  };

  test('an order rests, is found by either id and among the open ones, and is canceled', async () => {
    const { order, placed } = await resting();
    const said = {
      clientOrderId: order.id,
      venueOrderId: placed.venueOrderId,
      symbol: order.symbol,
      side: 'buy',
      type: 'limit',
      quantity: order.quantity,
      price: order.price,
      status: 'open',
      filled: ZERO,
    };
    expect(placed).toMatchObject(said);
    expect(await find(order)).toMatchObject({ ok: true, value: said });
    expect(await find(order, placed.venueOrderId)).toMatchObject({ ok: true, value: said });
    expect(valueOf(await calls.open())).toMatchObject([said]);
    expect((await cancel(order)).ok).toBe(true);
    expect(await find(order)).toMatchObject({ ok: true, value: { status: 'canceled' } });
    expect(await cancel(order, placed.venueOrderId)).toMatchObject({
      ok: false,
      fault: { kind: 'notFound' },
    });
  });

  test('an order nobody knows is not found, by either id', async () => {
    const order = orderOf(account);
    expect(await find(order)).toMatchObject({ ok: false, fault: { kind: 'notFound' } });
    expect(await cancel(order)).toMatchObject({ ok: false, fault: { kind: 'notFound' } });
  });

  test('fills are listed once with fees, and the account is their sum to the last digit', async () => {
    const before = valueOf(await calls.account());
    const { order } = await place();
    const { order: back } = await place({ side: 'sell', quantity: TINY });
    const fills = valueOf(await calls.fills(start));
    const ours = fills.filter(({ clientOrderId }) =>
      [order.id, back.id].includes(clientOrderId as never),
    );
    expect(new Set(ours.map(({ id }) => id)).size).toBe(ours.length);
    const { base, quote } = account.market;
    const expected = new Map(before.balances);
    const move = (asset: string, amount: typeof ZERO) =>
      expected.set(asset, add(expected.get(asset) ?? ZERO, amount));
    for (const { side, price, quantity, fee, feeAsset } of ours) {
      const cost = mul(price, quantity);
      move(base, side === 'buy' ? quantity : sub(ZERO, quantity));
      move(quote, side === 'buy' ? sub(ZERO, cost) : cost);
      move(feeAsset, sub(ZERO, fee));
    }
    const after = valueOf(await calls.account());
    for (const asset of [base, quote]) {
      expect(toText(after.balances.get(asset) ?? ZERO)).toBe(toText(expected.get(asset) ?? ZERO));
    }
    expect(after.positions.get(account.market.symbol)).toBe(after.balances.get(base));
  });

  test('a stop rests with its trigger and sells when the price is there', async () => {
    const { market, emulator } = account;
    const price = emulator.core.market.book(market.symbol).bids[0]?.price ?? 0;
    // What another test filled on purpose was printed at its own price.
    emulator.control.setPrice(market.symbol, price);
    await place();
    const triggerPrice = priceAt(account, 0.97);
    const { order, placed } = await place({
      role: 'protective', type: 'stop', side: 'sell', triggerPrice, quantity: TINY,
    }); // prettier-ignore
    expect(await find(order, placed.venueOrderId)).toMatchObject({
      ok: true,
      value: { type: 'stop', triggerPrice, price: null, status: 'open' },
    });
    emulator.control.setPrice(market.symbol, price * 0.96);
    expect(await find(order, placed.venueOrderId)).toMatchObject({
      ok: true,
      value: { type: 'stop', status: 'filled', filled: TINY },
    });
    emulator.control.setPrice(market.symbol, price);
  });

  test('what filled of an order stays filled when the rest is canceled', async () => {
    const { order, placed } = await resting();
    fillPart(order.id);
    expect(await find(order)).toMatchObject({ ok: true, value: { status: 'open', filled: TINY } });
    await cancel(order, placed.venueOrderId);
    expect(await find(order, placed.venueOrderId)).toMatchObject({
      ok: true,
      value: { status: 'canceled', filled: TINY, averagePrice: order.price },
    });
  });

  test.each([
    ['reset', 'the connection is cut after it was taken'],
    ['badGateway', 'a proxy answers for it'],
    ['timeoutCode', 'the exchange itself timed out'],
    ['html', 'a web page comes instead'],
    ['empty', 'nothing comes'],
    ['truncate', 'half of it comes'],
  ] as const)('a create whose answer is lost (%s) is unknown, sent once and found by its id', async (fault, _what) => {
    const path = dialect === 'binance' ? '/order' : '/AddOrder';
    account.emulator.control.fault({ fault, method: 'POST', path });
    const before = creates();
    const order = orderOf(account, { type: 'limit', price: priceAt(account, 0.9) });
    const result = await calls.create(order);
    expect(result).toMatchObject({ ok: false, fault: { kind: 'unknownOutcome' } });
    expect(creates()).toBe(before + 1);
    expect(await find(order)).toMatchObject({ ok: true, value: { clientOrderId: order.id } });
  }); // prettier-ignore

  test('a create that never arrived is unknown, too, and its id is not found', async () => {
    account.emulator.control.fault({ fault: 'drop', method: 'POST' });
    const order = orderOf(account, { type: 'limit', price: priceAt(account, 0.9) });
    const result = await calls.create(order);
    expect(result).toMatchObject({ ok: false, fault: { kind: 'unknownOutcome' } });
    expect(await find(order)).toMatchObject({ ok: false, fault: { kind: 'notFound' } });
  });

  test('a second order with the id of an open one is refused as such', async () => {
    const { order } = await resting();
    const again = await calls.create(order);
    expect(again).toMatchObject({ ok: false, fault: { kind: 'rejected', code: 'DUPLICATE_ID' } });
  });

  test('refusals have codes: funds, nothing to reduce, post-only that would take', async () => {
    const huge = decimal('100');
    const dear = { type: 'limit', price: priceAt(account, 0.9), quantity: huge } as const;
    expect(await refusal(dear)).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(await refusal({ side: 'sell', quantity: huge, reduceOnly: true })).toMatchObject({
      code: 'REDUCE_ONLY',
    });
    const crossing = { type: 'limit', price: priceAt(account, 1.01), postOnly: true } as const;
    expect(await refusal(crossing)).toMatchObject({ code: 'POST_ONLY_WOULD_TAKE' });
    const small = {
      type: 'limit',
      price: priceAt(account, 0.9),
      quantity: account.market.stepSize,
    };
    expect(await refusal(small as Partial<OrderRequest>)).toMatchObject({ kind: 'rejected' });
  });

  test('what is not proven or off the grid is refused without a request', async () => {
    const before = creates();
    expect(await refusal({ type: 'trailingStop', trailFraction: 0.02 })).toMatchObject({
      code: 'UNSUPPORTED',
    });
    const half = mul(account.market.stepSize, decimal('0.5'));
    expect(await refusal({ quantity: half })).toMatchObject({ code: 'STEP_SIZE' });
    expect(await refusal({ symbol: 'NONE/SUCH' })).toMatchObject({ code: 'UNKNOWN_SYMBOL' });
    expect(creates()).toBe(before);
  });

  test('too many requests and a ban are told apart, each with its wait', async () => {
    account.emulator.control.fault({ fault: 'status', status: 429, retryAfter: 3 });
    const limit = { type: 'limit', price: priceAt(account, 0.9) } as const;
    expect(await refusal(limit)).toMatchObject({
      kind: 'rateLimited',
      waitMs: 3_000,
      banned: false,
    });
    account.emulator.control.fault({ fault: 'status', status: 418, retryAfter: 60 });
    expect(await refusal(limit)).toMatchObject({
      kind: 'rateLimited',
      waitMs: 60_000,
      banned: true,
    });
  });

  test('a revoked key is refused as such, also after it worked', async () => {
    valueOf(await calls.account());
    account.emulator.control.setKey('main', { revoked: true });
    const asked = await calls.account();
    const created = await refusal({ type: 'limit', price: priceAt(account, 0.9) });
    account.emulator.control.setKey('main', { revoked: false });
    expect(asked).toMatchObject({ ok: false, fault: { kind: 'auth' } });
    expect(created).toMatchObject({ kind: 'auth' });
  });

  test('maintenance takes nothing and says so, or proves nothing', async () => {
    account.emulator.control.setMaintenance(true);
    const result = await calls.account();
    account.emulator.control.setMaintenance(false);
    expect(result.ok ? 'ok' : result.fault.kind).toMatch(/^(down|unknownOutcome)$/);
  });

  test('the answer about another market is not believed', async () => {
    const { order, placed } = await resting();
    const [from, to] = dialect === 'binance' ? ['BTCUSDT', 'ETHUSDT'] : ['XBT', 'ETH'];
    account.emulator.control.fault({ fault: 'replace', from, to });
    const result = await find(order, placed.venueOrderId);
    expect(result).toMatchObject({ ok: false, fault: { kind: 'unknownOutcome' } });
  });

  test('an order is changed where one request does it, and refused where it would be replaced', async () => {
    const { order, placed } = await resting();
    const price = priceAt(account, 0.8);
    const ref = refOf(order, placed.venueOrderId);
    const change = { price, quantity: TINY };
    const result = await calls.amend(ref, change);
    const canChange = dialect === 'kraken';
    expect(result).toMatchObject(
      canChange
        ? { ok: true, value: { venueOrderId: placed.venueOrderId, ...change } }
        : { ok: false, fault: { kind: 'rejected', code: 'UNSUPPORTED' } },
    );
    const shown = canChange ? change : { price: order.price, quantity: order.quantity };
    expect(await find(order)).toMatchObject({ ok: true, value: shown });
  });

  test('the trigger of a stop is moved where that can be done', async () => {
    await place();
    const stop = { role: 'protective', type: 'stop', side: 'sell', quantity: TINY } as const;
    const { order, placed } = await place({ ...stop, triggerPrice: priceAt(account, 0.8) });
    const change = { triggerPrice: priceAt(account, 0.82) };
    const ref = refOf(order, placed.venueOrderId);
    const result = await calls.amend(ref, change);
    expect(result).toMatchObject({ ok: dialect === 'kraken' });
    const triggerPrice = result.ok ? change.triggerPrice : order.triggerPrice;
    expect(await find(order)).toMatchObject({ ok: true, value: { triggerPrice } });
  });

  // Binance says so of a clock that is off, which asking again does not help.
  test.runIf(dialect === 'kraken')(
    'a question whose number was overtaken is asked again, an order is not',
    async () => {
      const { control } = account.emulator;
      const overtaken = (path: string) => {
        const body = '{"error":["EAPI:Invalid nonce"]}';
        control.fault({ fault: 'status', status: 200, body, path, times: 1 });
      };
      overtaken('/OpenOrders');
      overtaken('/GetWebSocketsToken');
      overtaken('/AddOrder');
      const trading = required(account.connection.trading, 'keys');
      expect(valueOf(await calls.open())).toEqual([]);
      expect(await trading.raw('privatePostGetWebSocketsToken')).toMatchObject({ error: [] });
      const before = creates();
      expect(await refusal({ type: 'limit', price: priceAt(account, 0.9) })).toMatchObject({
        kind: 'rateLimited',
      });
      expect(creates()).toBe(before + 1);
    },
  );

  test('questions and orders of one moment all arrive, whatever numbers they carry', async () => {
    const orders = Array.from({ length: 5 }, () =>
      orderOf(account, { type: 'limit', price: priceAt(account, 0.9) }),
    );
    // One that is held up on its way would come behind others, whose numbers are larger.
    account.emulator.control.fault({ fault: 'delay', ms: 200 });
    const asked = [
      ...orders.map((order) => calls.create(order)),
      ...Array.from({ length: 5 }, () => calls.account()),
      calls.open(),
      calls.fills(start),
    ];
    const answers = await Promise.all<{ readonly ok: boolean }>(asked);
    expect(answers.map(({ ok }) => ok)).toEqual(asked.map(() => true));
  });

  test('its abilities and request limit are those of its row', () => {
    const { abilities, budget } = account.client;
    expect(abilities).toMatchObject({ stops: true, trailingStops: false, oco: false, gtd: false });
    expect(abilities.amend).toBe(dialect === 'kraken');
    expect(abilities.deadMan !== null).toBe(dialect === 'kraken');
    expect(budget?.costs?.cancel).toBe(dialect === 'kraken' ? 0 : 1);
  });
});
