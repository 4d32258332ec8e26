import { afterEach, describe, expect, it } from 'vitest';
import type { VenueFault } from '../../../src/domain/venue.ts';
import { type RequestKind, toFault } from '../../../src/exchange/ccxt/errors.ts';
import { ForbiddenHost } from '../../../src/exchange/ccxt/guard.ts';
import {
  BINANCE,
  CRYPTOCOM,
  GEMINI,
  KRAKEN,
  page,
  type Reply,
  said,
  UNREADABLE,
} from './errors-table.ts';
import { loadMarkets } from '../../../src/exchange/ccxt/markets.ts';
import { SYMBOL, withMarkets } from './markets-kit.ts';
import { openScripted, type ScriptedInstance } from './wire-kit.ts';

const opened: ScriptedInstance[] = [];
afterEach(async () => {
  for (const { instance } of opened.splice(0)) await instance.close();
});

/** What a request of this kind comes to when the exchange answers it so. */
async function faultOf(id: string, reply: Reply, kind: RequestKind = 'create') {
  const scripted = await openScripted(
    { id, symbols: [SYMBOL[id] ?? ''] },
    withMarkets(id, () => (typeof reply === 'function' ? reply() : reply)),
  );
  opened.push(scripted);
  const { instance, plan, row } = scripted;
  await loadMarkets(instance, plan, row);
  const symbol = plan.symbols[0] ?? '';
  const ask = {
    create: () => instance.createOrder(symbol, 'limit', 'buy', '0.1', '100', {}),
    cancel: () => instance.cancelOrder('1', symbol),
    query: () => instance.fetchOrder('1', symbol),
  };
  const error: unknown = await ask[kind]().then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  return { error, fault: toFault(error, { instance, row, kind }) };
}

describe('what a refusal means', () => {
  for (const [id, table] of [
    ['binance', BINANCE],
    ['kraken', KRAKEN],
    ['gemini', GEMINI],
    ['cryptocom', CRYPTOCOM],
  ] as const) {
    for (const [name, reply, expected, kind] of table) {
      it(`${id}: ${name}`, async () => {
        const { fault, error } = await faultOf(id, reply, kind);
        expect(fault, String(error)).toMatchObject(expected);
      });
    }
  }

  it.each(UNREADABLE)('a new order answered by %s is unknown', async (_name, reply) => {
    const { fault } = await faultOf('binance', reply);
    expect(fault).toMatchObject({ kind: 'unknownOutcome' });
    expect(fault.reason).not.toMatch(/[<>]|https?:|signature/i);
    expect(fault.reason).not.toBe('');
  });

  it('is no empty list where a page comes in the place of one', async () => {
    const scripted = await openScripted(
      { id: 'binance' },
      withMarkets('binance', () => page(200)),
    );
    opened.push(scripted);
    const { instance, plan, row } = scripted;
    await loadMarkets(instance, plan, row);
    await expect(instance.fetchOpenOrders('BTC/USDT')).rejects.toThrow();
    await expect(instance.fetchMyTrades('BTC/USDT')).rejects.toThrow();
    await expect(instance.fetchBalance()).rejects.toThrow();
  });

  it('is auth for a key that is revoked after it has worked', async () => {
    let isRevoked = false;
    const scripted = await openScripted(
      { id: 'binance' },
      withMarkets('binance', () =>
        isRevoked
          ? said(-2015, 'Invalid API-key, IP, or permissions.', 401)
          : { body: { balances: [] } },
      ),
    );
    opened.push(scripted);
    const { instance, row } = scripted;
    await instance.fetchBalance();
    isRevoked = true;
    const error: unknown = await instance.fetchBalance().catch((thrown: unknown) => thrown);
    // The library takes it for an overload, which would be tried again.
    expect(error).toBeInstanceOf(instance.errors.DDoSProtection);
    expect(toFault(error, { instance, row, kind: 'query' }).kind).toBe('auth');
  });

  it('asks for the clock to be measured when a request is refused for its time', async () => {
    let asked = 0;
    const scripted = await openScripted(
      { id: 'binance', onClockRefused: () => asked++ },
      withMarkets('binance', () => said(-1021, 'Timestamp for this request was 5000ms ahead.')),
    );
    opened.push(scripted);
    await scripted.instance.fetchBalance().catch(() => undefined);
    expect(asked).toBe(1);
  });

  it('is no order where nothing was sent', async () => {
    const scripted = await openScripted({ id: 'binance' }, () => ({ body: '' }));
    opened.push(scripted);
    const { instance, row } = scripted;
    const error = new ForbiddenHost('example.com is not an address of this exchange: not asked');
    expect(toFault(error, { instance, row, kind: 'create' }).kind).toBe('down');
  });

  it.each([
    ['a bare library error', 'ExchangeError'],
    ['an error of nobody', null],
  ] as const)('is unknown for %s', async (_name, className) => {
    const scripted = await openScripted({ id: 'binance' }, () => ({ body: '' }));
    opened.push(scripted);
    const { instance, row } = scripted;
    const error =
      className === null
        ? (Object.create(null) as unknown)
        : new instance.errors[className]('binance odd');
    const fault: VenueFault = toFault(error, { instance, row, kind: 'create' });
    expect(fault.kind).toBe('unknownOutcome');
  });
});
