/** Kraken's private REST calls but those that place and change orders (orders.ts). */
import { isZero, mul, decimalOfInteger, toFixedText, toText } from '../../../domain/decimal.ts';
import { type EpochMs, SECOND_MS } from '../../../domain/time.ts';
import type { EmulatorCore, KeyPermissions } from '../dialect.ts';
import { type KrakenAccount, TOKEN_LIFE_SECONDS } from './account.ts';
import { invalid, refuse } from './errors.ts';
import type { Fields } from './fields.ts';
import { isOrderId } from './ids.ts';
import { type KrakenNames, assetId } from './names.ts';
import type { KrakenOrder, KrakenTrade } from './records.ts';
import { inSeconds, restOrder, restTrade } from './rest-json.ts';

/** Rows of a page of a history; `ofs` goes on from there. */
const PAGE = 50;
const MOST_QUERIED_ORDERS = 50;
const MOST_QUERIED_TRADES = 20;
const HUNDRED = decimalOfInteger(100);

export interface PrivateRequest {
  readonly who: KrakenAccount;
  readonly fields: Fields;
}

export type PrivateCall = (request: PrivateRequest) => unknown;

/** The calls that only look, by their names. */
export function lookingCalls(
  core: EmulatorCore,
  names: KrakenNames,
): Readonly<Record<string, PrivateCall>> {
  const now = (): EpochMs => core.clock.now();
  return {
    Balance: ({ who }) => balances(who, (total) => total),
    BalanceEx: ({ who }) => balances(who, (balance, hold_trade) => ({ balance, hold_trade })),
    TradeBalance: ({ who }) => tradeBalance(who),
    OpenOrders: openOrders,
    ClosedOrders: closedOrders,
    QueryOrders: queryOrders,
    TradesHistory: (request) => tradesHistory(request, now()),
    QueryTrades: queryTrades,
    OpenPositions: () => ({}),
    TradeVolume: ({ fields }) => tradeVolume(fields, names),
    GetWebSocketsToken: ({ who }) => ({ token: who.newToken(), expires: TOKEN_LIFE_SECONDS }),
    GetApiKeyInfo: ({ who }) => keyInfo(who, now()),
  };
}

function balances(who: KrakenAccount, row: (total: string, locked: string) => unknown): unknown {
  const rows = who.account.exchange
    .balances()
    .filter(({ total, locked }) => !isZero(total) || !isZero(locked))
    .map(({ asset, total, locked }) => [assetId(asset), row(tenDigits(total), tenDigits(locked))]);
  return Object.fromEntries(rows);
}

/** Balances have ten digits, more where it needs them. */
function tenDigits(amount: Parameters<typeof toText>[0]): string {
  const exact = toText(amount);
  const fixed = toFixedText(amount, 10);
  return exact.length > fixed.length ? exact : fixed;
}

/** In USDT, and without what is held in coins. */
function tradeBalance(who: KrakenAccount): unknown {
  const quote = who.account.exchange.balances().find(({ asset }) => asset === 'USDT');
  const total = quote ? toFixedText(quote.total, 4) : '0.0000';
  const free = quote ? toFixedText(quote.free, 4) : '0.0000';
  const none = '0.0000';
  return { eb: total, tb: total, m: none, n: none, c: none, v: none, e: total, mf: free };
}

function openOrders({ who, fields }: PrivateRequest): unknown {
  const rows = pickNamed(who.records.open(), fields);
  return { open: ordersById(rows, fields) };
}

function closedOrders({ who, fields }: PrivateRequest): unknown {
  const times = {
    open: ({ openTime }: KrakenOrder) => openTime,
    close: ({ closeTime, openTime }: KrakenOrder) => closeTime ?? openTime,
  };
  const timeOf = fields.text('closetime') === 'open' ? times.open : times.close;
  const named = pickNamed(who.records.ended(), fields);
  const { page, count } = pageOf(named, fields, timeOf);
  return { closed: ordersById(page, fields), count };
}

function queryOrders({ who, fields }: PrivateRequest): unknown {
  const ids = fields.text('txid')?.split(',') ?? invalid('txid');
  if (ids.length > MOST_QUERIED_ORDERS) invalid('txid');
  if (!ids.every(isOrderId)) refuse('EOrder:Invalid order');
  const found = ids.flatMap((id) => who.records.byId(id) ?? []);
  return ordersById(pickNamed(found, fields), fields);
}

function ordersById(orders: readonly KrakenOrder[], fields: Fields): Record<string, unknown> {
  const withTrades = fields.isTrue('trades');
  return Object.fromEntries(orders.map((order) => [order.txid, restOrder(order, withTrades)]));
}

/** Orders of a client id or a reference, where the request names one. */
function pickNamed(orders: readonly KrakenOrder[], fields: Fields): readonly KrakenOrder[] {
  const clOrdId = fields.text('cl_ord_id');
  const userref = fields.text('userref');
  if (userref !== undefined && !/^-?\d+$/.test(userref)) invalid('userref');
  return orders.filter(
    ({ terms }) =>
      (clOrdId === undefined || terms.clOrdId === clOrdId) &&
      (userref === undefined || terms.userref === Number(userref)),
  );
}

/** The history may be behind what has happened (control API). */
function tradesHistory({ who, fields }: PrivateRequest, now: EpochMs): unknown {
  const until = now - who.account.exchange.fillLagMs;
  const known = who.records.trades().filter(({ fill }) => fill.time <= until);
  const { page, count } = pageOf(known, fields, ({ fill }) => fill.time);
  return { trades: tradesById(page), count };
}

function queryTrades({ who, fields }: PrivateRequest): unknown {
  // An empty list is what a client asks for whose ids end at a page's end.
  const ids = fields.text('txid')?.split(',') ?? [];
  if (ids.length > MOST_QUERIED_TRADES) invalid('txid');
  const known = new Map(who.records.trades().map((trade) => [trade.id, trade]));
  return tradesById(ids.map((id) => known.get(id) ?? refuse('EQuery:Invalid trade')));
}

const tradesById = (trades: readonly KrakenTrade[]): unknown =>
  Object.fromEntries(trades.map((trade) => [trade.id, restTrade(trade)]));

/** One page of a history, newest first, between `start` (not with it) and `end` (with it). */
function pageOf<T>(
  rows: readonly T[],
  fields: Fields,
  timeOf: (row: T) => EpochMs,
): { readonly page: readonly T[]; readonly count: number } {
  const start = (fields.number('start') ?? Number.NEGATIVE_INFINITY) * SECOND_MS;
  const end = (fields.number('end') ?? Number.POSITIVE_INFINITY) * SECOND_MS;
  const ofs = fields.number('ofs') ?? 0;
  if (Number.isNaN(start)) invalid('start');
  if (Number.isNaN(end)) invalid('end');
  if (!Number.isInteger(ofs) || ofs < 0) invalid('ofs');
  const chosen = rows
    .filter((row) => timeOf(row) > start && timeOf(row) <= end)
    .toSorted((a, b) => timeOf(b) - timeOf(a));
  return { page: chosen.slice(ofs, ofs + PAGE), count: chosen.length };
}

function tradeVolume(fields: Fields, names: KrakenNames): unknown {
  const asked = fields.text('pair')?.split(',') ?? [];
  const pairs = asked.map((name) => names.pair(name) ?? refuse('EQuery:Unknown asset pair'));
  const rates = (side: 'takerFeeRate' | 'makerFeeRate'): unknown =>
    Object.fromEntries(
      pairs.map(({ id, market }) => {
        const fee = toFixedText(mul(market[side], HUNDRED), 4);
        const tier = { nextfee: null, nextvolume: null, tiervolume: '0.0000' };
        return [id, { fee, minfee: fee, maxfee: fee, ...tier }];
      }),
    );
  return {
    currency: 'ZUSD',
    volume: '0.0000',
    fees: rates('takerFeeRate'),
    fees_maker: rates('makerFeeRate'),
  };
}

const LOOKING = ['query-funds', 'query-open-trades', 'query-closed-trades', 'query-ledger'];

function permissionNames({ trade, withdraw, transfer }: KeyPermissions): readonly string[] {
  return [
    ...LOOKING,
    ...(trade ? ['modify-trades', 'close-trades'] : []),
    ...(withdraw ? ['withdraw-funds'] : []),
    ...(transfer ? ['add-funds'] : []),
  ];
}

/** What the key may do (https://docs.kraken.com/api-reference/account-data/get-api-key-info). */
function keyInfo({ account, highestNonce }: KrakenAccount, now: EpochMs): unknown {
  const seconds = String(Math.floor(inSeconds(now)));
  return {
    apiKeyName: account.id,
    apiKey: account.key,
    nonce: highestNonce,
    nonceWindow: 0,
    permissions: permissionNames(account.permissions),
    iban: 'AA00 EMUL ATOR 0000',
    validUntil: '0',
    queryFrom: '0',
    queryTo: '0',
    createdTime: seconds,
    modifiedTime: seconds,
    ipAllowlist: account.permissions.ipRestricted ? ['127.0.0.1'] : [],
    lastUsed: seconds,
  };
}
