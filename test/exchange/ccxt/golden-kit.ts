/** What the real client asks of an exchange, written down so that a change of it is seen. */
import { format } from 'prettier';
import { decimal } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import { createOrderId, type RunId } from '../../../src/domain/ids.ts';
import type { Order } from '../../../src/domain/order.ts';
import type { VenueResult } from '../../../src/domain/venue.ts';
import { createAccountClient } from '../../../src/exchange/ccxt/client.ts';
import type { Connection } from '../../../src/exchange/ccxt/connection.ts';
import { loadMarkets } from '../../../src/exchange/ccxt/markets.ts';
import { fetchKeyPermissions } from '../../../src/exchange/ccxt/permissions.ts';
import type { OrderShape } from '../../../src/exchange/ccxt/row.ts';
import { shapeName } from '../../../src/exchange/ccxt/shapes.ts';
import type { Answer, VenueClient } from '../../../src/ports.ts';
import { ours } from '../practice/practice-kit.ts';
import { MARKET } from '../../../src/exchange/ccxt/catalog/parts.ts';
import type { Side } from '../../../src/domain/trade.ts';
import { answersOf } from './answers-kit.ts';
import { SYMBOL, withMarkets } from './markets-kit.ts';
import { openScripted, type ScriptedInstance, type WireRequest } from './wire-kit.ts';

/** 2026-11-20 10:00 UTC, the exchange's and ours. */
export const NOW = Date.UTC(2026, 10, 20, 10);
export const OUR_ID = createOrderId('abcdefghijk' as RunId, 7, 'entry');

export interface Scripted extends ScriptedInstance {
  readonly client: VenueClient;
  readonly symbol: string;
  /** From now on no order is open. */
  hideOpen(): void;
}

/** An account of one of the four exchanges, over recorded answers and others by method and path. */
export async function openAccountOf(
  id: string,
  answers: Readonly<Record<string, unknown>> = {},
): Promise<Scripted> {
  const symbol = required(SYMBOL[id], `symbol of ${id}`);
  let hasOpen = true;
  const scripted = await openScripted(
    { id, symbols: [symbol] },
    withMarkets(id, (request) => {
      const body = answers[`${request.method} ${request.url.pathname}`];
      return body === undefined ? answersOf(id, () => hasOpen)(request) : { body };
    }),
  );
  const { instance, plan, row } = scripted;
  const markets = await loadMarkets(instance, plan, row);
  const connection: Connection = {
    row,
    plan,
    markets,
    data: instance,
    trading: instance,
    clock: {
      skewMs: () => 0,
      doubtMs: () => 0,
      now: () => NOW,
      measure: () => Promise.resolve(),
      close: () => undefined,
    },
    refreshMarkets: () => Promise.resolve(markets),
    close: () => instance.close(),
  };
  const now = (): number => NOW;
  const accountId = `${id}:main`;
  const client = createAccountClient({ connection, plan, accountId, now, log: () => undefined });
  return { ...scripted, client, symbol, hideOpen: () => (hasOpen = false) };
}

/** The answer of one request of the client. */
export const answered = <T>(ask: (answer: Answer<T>) => void): Promise<VenueResult<T>> =>
  new Promise((resolve) => ask(resolve));

/** Trigger and limit of a stop-like order that sells; its mirror buys. */
const BELOW = { trigger: '45000', limit: '44900' } as const;
const ABOVE = { trigger: '55000', limit: '55100' } as const;

/** An order of a shape at prices that fit it. */
export function orderOf(
  { type, timeInForce, postOnly }: Omit<OrderShape, 'trigger'>,
  of: { readonly symbol: string; readonly side: Side },
): Order {
  const isStop = type === 'stop' || type === 'stopLimit';
  const hasTrigger = isStop || type === 'takeProfit' || type === 'takeProfitLimit';
  const place = isStop === (of.side === 'sell') ? BELOW : ABOVE;
  const limit = type === 'limit' ? '50000' : type.endsWith('Limit') ? place.limit : null;
  return {
    ...ours(OUR_ID, {
      ...of,
      type,
      timeInForce,
      postOnly,
      role: hasTrigger ? 'protective' : 'entry',
      quantity: decimal('0.0125'),
      price: limit === null ? null : decimal(limit),
      triggerPrice: hasTrigger ? decimal(place.trigger) : null,
    }),
    decisionPrice: 50_000,
  };
}

/** One request as it is kept: what changes with every run is left out. */
export type GoldenRequest = Readonly<Record<string, unknown>>;

const CHANGING = new Set(['timestamp', 'nonce', 'signature', 'sig', 'id', 'api_key']);
/** Headers that every library sends. */
const COMMON = /^(user-agent|content-type|origin|cache-control|content-length)$/i;

function golden({ method, url, body, headers }: WireRequest): GoldenRequest {
  const payload = headers['X-GEMINI-PAYLOAD'];
  const signing = Object.keys(headers).filter((name) => !COMMON.test(name));
  return {
    method,
    url: `${url.origin}${url.pathname}`,
    ...named('query', [...url.searchParams]),
    ...(body === '' ? {} : bodyOf(body)),
    ...(payload === undefined ? {} : { payload: steady(JSON.parse(atob(payload))) }),
    ...(signing.length === 0 ? {} : { headers: signing.sort().join(', ') }),
  };
}

function bodyOf(body: string): object {
  if (body.startsWith('{')) return { json: steady(JSON.parse(body)) };
  return named('form', [...new URLSearchParams(body)]);
}

function named(name: string, entries: readonly (readonly [string, string])[]): object {
  return entries.length === 0 ? {} : { [name]: steady(Object.fromEntries(entries)) };
}

/** The same for every run: `*` stands for what is made anew each time. */
function steady(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, CHANGING.has(key) ? '*' : steady(one)]),
  );
}

/** Every request of an exchange by what is asked for, as JSON text. */
export async function goldenText(id: string): Promise<string> {
  const account = await openAccountOf(id);
  const { instance, client, row, symbol, requests } = account;
  const kept: Record<string, readonly GoldenRequest[]> = {};
  const record = async (name: string, ask: () => Promise<unknown>): Promise<void> => {
    const before = requests.length;
    await ask();
    kept[name] = requests.slice(before).map(golden);
  };
  kept['markets'] = requests.map(golden);
  const asked = row.shapes.filter(({ type }) => type !== 'market');
  // Also where there are no market orders: what is sent instead.
  for (const shape of [...asked, MARKET]) {
    for (const side of ['buy', 'sell'] as const) {
      const order = orderOf(shape, { symbol, side });
      await record(`${shapeName(shape)}, ${side}`, () =>
        answered((answer) => client.createOrder(order, answer)),
      );
    }
  }
  const byId = { symbol, orderId: OUR_ID, venueOrderId: '4242' };
  const byOurs = { symbol, orderId: OUR_ID, venueOrderId: null };
  await record('cancel', () => answered((answer) => client.cancelOrder(byId, answer)));
  await record('cancel by our id', () => answered((answer) => client.cancelOrder(byOurs, answer)));
  if (client.abilities.amend) {
    const change = { price: decimal('50100'), quantity: decimal('0.01') };
    await record('amend', () => answered((answer) => client.amendOrder(byId, change, answer)));
  }
  if (row.abilities.cancelAll) await record('cancel all', () => instance.cancelAllOrders(symbol));
  await record('order', () => answered((answer) => client.fetchOrder(byId, answer)));
  await record('order by our id', () => answered((answer) => client.fetchOrder(byOurs, answer)));
  if (row.clientIds.fetchBy !== 'order') {
    account.hideOpen();
    await record('ended order by our id', () =>
      answered((answer) => client.fetchOrder(byOurs, answer)),
    );
  }
  await record('open orders', () => answered((answer) => client.fetchOpenOrders(answer)));
  await record('fills', () => answered((answer) => client.fetchFills(NOW - 3_600_000, answer)));
  await record('account', () => answered((answer) => client.fetchAccount(answer)));
  if (client.abilities.deadMan) {
    await record('dead-man timer', () =>
      answered<void>((answer) => client.setDeadMan?.(60_000, answer)),
    );
  }
  await record('key', () => fetchKeyPermissions(instance, row));
  await instance.close();
  return format(JSON.stringify(kept), { parser: 'json', printWidth: 100 });
}
