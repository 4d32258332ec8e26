import { PLAIN_IDS } from '../client-ids.ts';
import type {
  ClientIdRule,
  ExchangeRow,
  FillPages,
  ModeOffer,
  OrderShape,
  RequestCosts,
  Source,
} from '../row.ts';

export const OFFERED: ModeOffer = { offered: true };

/** Not offered, and why, as a sentence goes on after "is not offered: ". */
export const not = (why: string): ModeOffer => ({ offered: false, why });

export const UNPROVEN = 'orders of this exchange are not proven yet';
const NO_SANDBOX = 'the exchange has no test system';

/** Paper only: public market data, and orders in the simulated venue. */
export const PAPER_ONLY = {
  paper: OFFERED,
  testnet: not(NO_SANDBOX),
  live: not(UNPROVEN),
} as const;

const STREAM: Source = 'stream';
const POLL: Source = 'poll';
/** Everything comes by WebSocket. */
export const ALL_STREAMS = {
  ticker: STREAM,
  trades: STREAM,
  candles: STREAM,
  book: STREAM,
  orders: STREAM,
  fills: STREAM,
  balance: STREAM,
} as const;

const plain = (
  type: OrderShape['type'],
  timeInForce: OrderShape['timeInForce'] = 'GTC',
): OrderShape => ({ type, timeInForce, postOnly: false, trigger: null });

export const LIMIT: readonly OrderShape[] = [
  plain('limit'),
  { ...plain('limit'), postOnly: true },
  plain('limit', 'IOC'),
];
export const LIMIT_FOK = plain('limit', 'FOK');
export const MARKET = plain('market');

/** A trigger order that rests at the exchange, its trigger in the parameter of this name. */
export const trigger = (
  type: OrderShape['type'],
  parameter: NonNullable<OrderShape['trigger']>,
): OrderShape => ({ ...plain(type), trigger: parameter });

/** Nothing does. */
export const ALL_POLLED = {
  ticker: POLL,
  trades: POLL,
  candles: POLL,
  book: POLL,
  orders: POLL,
  fills: POLL,
  balance: POLL,
} as const;

/** The id as it is, in the parameter that ccxt documents. */
export const UNIFIED_IDS: ClientIdRule = {
  ...PLAIN_IDS,
  createParam: 'clientOrderId',
  rawField: null,
  fetchBy: 'order',
  fetchParam: 'clientOrderId',
  cancelParam: 'clientOrderId',
};

/** Below what the strictest of those grants whose limits nobody has read. */
const STRICT: RequestCosts = {
  perSecond: 5,
  burst: 60,
  reserve: 30,
  order: 1,
  cancel: 1,
  question: 1,
  account: 1,
  openOrders: { one: 1, all: 1 },
  fills: 1,
};
const BY_SYMBOL: FillPages = { by: 'symbol', size: 100, turn: 'time', mostMs: null };

/** What a row is without further knowledge: market data, nothing proven. */
export const PLAIN_ROW: Omit<ExchangeRow, 'id' | 'title' | 'hosts' | 'urls'> = {
  proof: 'none',
  modes: PAPER_ONLY,
  testUrls: [],
  endpointUrls: null,
  options: {},
  unsent: [],
  listedPages: [],
  clientIds: UNIFIED_IDS,
  shapes: [],
  orderParams: {},
  abilities: { amend: 'none', cancelAll: false, oco: false, deadMan: null },
  needsPassphrase: false,
  hasNonce: false,
  recvWindowMs: null,
  serverTime: 'fetchTime',
  permissions: 'none',
  sources: ALL_STREAMS,
  testStreams: true,
  marketsBy: 'list',
  candlesPerCall: 1000,
  hasOldCandles: true,
  bookDepth: null,
  requests: STRICT,
  fillPages: BY_SYMBOL,
  missingTimeframes: [],
  marketOrders: 'base',
  fees: { maker: '0.001', taker: '0.001' },
  refusals: [],
  quirks: [],
};
