// The order manager over the real library keeps the contract that the engine relies on.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { add, decimal, quantize, toText } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import type { Order } from '../../../src/domain/order.ts';
import { DIALECTS } from '../../../src/exchange/emulator/dialects.ts';
import { describeVenueContract } from '../../contracts/venue-contract.ts';
import { type Account, again, openAccount, priceAt } from './account-kit.ts';
import { ManagedAccount } from './managed-account.ts';

describe.each(DIALECTS)('%s', (dialect) => {
  let account: Account;
  let bench: ManagedAccount | null = null;
  beforeAll(async () => {
    account = await openAccount(dialect);
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
    const { control } = account.emulator;
    control.clear();
    control.cancelOutside('main');
    control.closeOutside('main', account.market.symbol);
  });
  afterAll(() => account.close());

  describeVenueContract(`the account client of ${dialect}`, async () => {
    bench = new ManagedAccount(again(account));
    await bench.start();
    return bench.forContract();
  });

  const managed = async (): Promise<ManagedAccount> => {
    account.emulator.control.setPrice(account.market.symbol, 60_000);
    bench = new ManagedAccount(again(account));
    await bench.start();
    return bench;
  };
  const creates = () =>
    account.emulator.control
      .requests()
      .filter(({ method, path }) => method === 'POST' && /AddOrder$|\/order$/.test(path)).length;
  /** What the exchange has of an order of ours, by our id. */
  const there = ({ id }: Readonly<Order>) => {
    const known = account.connection.row.clientIds.encode(id);
    const { orders } = account.emulator.control.dump('main');
    return required(
      orders.find((one) => one.clientOrderId === known),
      `order ${id}`,
    );
  };
  const resting = (of: ManagedAccount) =>
    of.create({ type: 'limit', price: priceAt(account, 0.9), quantity: decimal('0.002') });

  test('an order whose answer was lost is found, booked and sent once', async () => {
    const at = await managed();
    const before = creates();
    account.emulator.control.fault({
      fault: 'reset',
      method: 'POST',
      path: dialect === 'binance' ? '/order' : 'AddOrder',
    });
    const order = at.create({ type: 'market', quantity: decimal('0.002') });
    at.gateway.submit(order);
    await until(() => expect(at.order(order.id).status).toBe('filled'));
    expect(creates()).toBe(before + 1);
    expect(at.told(order.id).filter((kind) => kind === 'fill').length).toBeGreaterThan(0);
    expect(toText(at.order(order.id).filled)).toBe('0.002');
    expect(there(order).status).toBe('filled');
  });

  test('what filled while the stream was away is booked once when it is back', async () => {
    const at = await managed();
    const order = resting(at);
    at.gateway.submit(order);
    await at.settle();
    const { control } = account.emulator;
    control.refuseUpgrades(1);
    control.dropSockets('terminate');
    control.fillPart('main', there(order).venueOrderId, '0.0005');
    await until(() => expect(toText(at.order(order.id).filled)).toBe('0.0005'));
    at.gateway.cancel(order.id);
    await until(() => expect(at.order(order.id).status).toBe('canceled'));
    await until(() => {
      const links = at.events.filter((event) => event.kind === 'link').map(({ up }) => up);
      expect(links).toEqual([false, true]);
    });
    expect(at.told(order.id).filter((kind) => kind === 'fill')).toHaveLength(1);
    expect(there(order)).toMatchObject({ status: 'canceled', filled: '0.0005' });
    expect(at.alarms).toEqual([]);
  });

  test('an order that a person canceled on the web ends here with what it filled', async () => {
    const at = await managed();
    const order = resting(at);
    at.gateway.submit(order);
    await at.settle();
    const { control } = account.emulator;
    control.fillPart('main', there(order).venueOrderId, '0.0005');
    control.cancelOutside('main', there(order).venueOrderId);
    await until(() => expect(at.order(order.id).status).toBe('canceled'));
    expect(toText(at.order(order.id).filled)).toBe('0.0005');
  });

  test('an exit waits for the canceled stop that holds its coins, and fills', async () => {
    const at = await managed();
    const buy = at.create({ type: 'market', quantity: decimal('0.002') });
    at.gateway.submit(buy);
    await until(() => expect(at.order(buy.id).status).toBe('filled'));
    // What fees in the coin have left of it.
    const sell = { side: 'sell', quantity: decimal('0.001') } as const;
    const triggerPrice = priceAt(account, 0.8);
    const stop = at.create({
      ...sell,
      role: 'protective',
      type: 'stop',
      triggerPrice,
      price: null,
    });
    at.gateway.submit(stop);
    await at.settle();
    expect(there(stop).status).toBe('open');
    const { control } = account.emulator;
    const rest = control.dump('main').balances.find(({ asset }) => asset === account.market.base);
    const free = quantize(decimal(rest?.free ?? '0'), account.market.stepSize, 'down');
    const exit = at.create({
      ...sell,
      role: 'exit',
      type: 'market',
      quantity: add(free, sell.quantity),
    });
    const slow = dialect === 'binance' ? { method: 'DELETE' } : { path: 'CancelOrder' };
    control.fault({ fault: 'delay', ms: 200, ...slow });
    at.gateway.cancel(stop.id);
    at.gateway.submit(exit);
    await until(() => expect(at.told(exit.id).length).toBeGreaterThan(1));
    expect(at.order(exit.id).status).toBe('filled');
    expect(at.order(stop.id).status).toBe('canceled');
  });

  test('the request limit of the exchange is kept and shown', async () => {
    const at = await managed();
    expect(at.gateway.budgetView()).toMatchObject({ limit: 10_000, waitingMs: 0 });
    expect(account.client.budget?.burst).toBe(dialect === 'kraken' ? 15 : 1_000);
  });
});

/** Finds a hang; what is waited for comes within moments. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 5 });
