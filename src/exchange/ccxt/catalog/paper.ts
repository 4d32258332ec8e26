/** Exchanges whose market data are used for paper trading; their orders are not proven. */
import type { ExchangeRow } from '../row.ts';
import { ALL_STREAMS, not, OFFERED, PLAIN_ROW, UNIFIED_IDS, UNPROVEN } from './parts.ts';

const UNPROVEN_TEST = {
  paper: OFFERED,
  testnet: not('its test system is not proven yet'),
  live: not(UNPROVEN),
} as const;

export const COINBASE: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'coinbase',
  title: 'Coinbase',
  hosts: { live: ['api.coinbase.com', 'advanced-trade-ws.coinbase.com'], testnet: [] },
  urls: ['rest', 'ws'],
  clientIds: {
    ...UNIFIED_IDS,
    createParam: 'client_order_id',
    fetchBy: 'scan',
    fetchParam: null,
    cancelParam: null,
  },
  permissions: 'coinbaseKeyPermissions',
  sources: { ...ALL_STREAMS, candles: 'poll', fills: 'poll', balance: 'poll' },
  candlesPerCall: 300,
  missingTimeframes: ['1s', '3m', '4h', '8h', '12h', '1w'],
  marketOrders: 'quote',
  fees: { maker: '0.006', taker: '0.012' },
  quirks: [
    'the documented client id is dropped in silence; only client_order_id is sent',
    'a trigger price of a sell becomes a stop on the wrong side',
    'no candles of 4 hours',
  ],
};

export const BITSTAMP: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'bitstamp',
  title: 'Bitstamp',
  hosts: { live: ['www.bitstamp.net', 'ws.bitstamp.net'], testnet: [] },
  urls: ['public', 'private', 'ws'],
  clientIds: { ...UNIFIED_IDS, cancelParam: 'client_order_id' },
  hasNonce: true,
  serverTime: 'dateHeader',
  sources: { ...ALL_STREAMS, ticker: 'poll', candles: 'poll', balance: 'poll' },
  candlesPerCall: 1000,
  missingTimeframes: ['1s', '8h'],
  fees: { maker: '0.004', taker: '0.004' },
  quirks: [
    'stop prices are ignored: such an order would be sent as a plain market or limit order',
    'post-only and time in force have no effect',
  ],
};

export const BITFINEX: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'bitfinex',
  title: 'Bitfinex',
  hosts: { live: ['api.bitfinex.com', 'api-pub.bitfinex.com'], testnet: [] },
  urls: ['v1', 'public', 'private', 'ws.public', 'ws.private'],
  clientIds: { ...UNIFIED_IDS, fetchBy: 'scan', fetchParam: null, cancelParam: null },
  hasNonce: true,
  serverTime: 'dateHeader',
  candlesPerCall: 10000,
  missingTimeframes: ['1s', '3m', '2h', '8h'],
  fees: { maker: '0.001', taker: '0.002' },
  quirks: [
    'prices have five significant digits, so the grid moves with the price',
    'client ids must be whole numbers',
    'a stop-loss price is ignored: the order would be sent as a plain one',
  ],
};

export const HTX: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'htx',
  title: 'HTX',
  hosts: { live: ['api.huobi.pro'], testnet: [] },
  urls: ['spot', 'public', 'private', 'v2Public', 'v2Private', 'ws.api.spot.public'],
  options: {
    defaultType: 'spot',
    fetchMarkets: { types: { spot: true, linear: false, inverse: false } },
  },
  permissions: 'none',
  sources: ALL_STREAMS,
  candlesPerCall: 1000,
  bookDepth: 150,
  missingTimeframes: ['1s', '3m', '2h', '6h', '8h', '12h'],
  marketOrders: 'quote',
  fees: { maker: '0.002', taker: '0.002' },
  quirks: ['a stop-loss price is ignored: the order would be sent as a plain one'],
};

export const OKX: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'okx',
  title: 'OKX',
  modes: UNPROVEN_TEST,
  hosts: { live: ['www.okx.com', 'ws.okx.com'], testnet: [] },
  urls: ['rest', 'ws'],
  options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  needsPassphrase: true,
  permissions: 'okxConfig',
  candlesPerCall: 300,
  missingTimeframes: ['1s', '8h'],
  fees: { maker: '0.001', taker: '0.0015' },
  quirks: ['stop orders go out on margin unless tdMode is set', 'keys have a passphrase'],
};

export const BYBIT: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'bybit',
  title: 'Bybit',
  modes: UNPROVEN_TEST,
  hosts: { live: ['api.bybit.com', 'stream.bybit.com'], testnet: [] },
  urls: ['public', 'private', 'ws.public.spot', 'ws.private.spot.unified', 'ws.private.trade'],
  options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  clientIds: { ...UNIFIED_IDS, fetchParam: 'orderLinkId', cancelParam: 'orderLinkId' },
  recvWindowMs: 5000,
  permissions: 'bybitKeyInfo',
  candlesPerCall: 1000,
  bookDepth: 200,
  missingTimeframes: ['1s', '8h'],
  fees: { maker: '0.001', taker: '0.001' },
  quirks: ['an order is found by its client id among the newest 500 only'],
};

export const KUCOIN: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'kucoin',
  title: 'KuCoin',
  hosts: {
    // The address of a stream comes with its token.
    live: [
      'api.kucoin.com',
      'ws-api-spot.kucoin.com',
      'x-push-spot.kucoin.com',
      'wsapi-push.kucoin.com',
    ],
    testnet: [],
  },
  urls: ['public', 'private'],
  options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  clientIds: { ...UNIFIED_IDS, fetchBy: 'scan', fetchParam: null },
  needsPassphrase: true,
  permissions: 'kucoinKeyInfo',
  candlesPerCall: 1500,
  missingTimeframes: ['1s'],
  fees: { maker: '0.001', taker: '0.001' },
  quirks: [
    'the address of its streams comes with a token; any other host than its own is refused',
    'keys have a passphrase',
  ],
};
