import { PLAIN_IDS } from '../client-ids.ts';
import type { ExchangeRow } from '../row.ts';
import { ALL_STREAMS, LIMIT, LIMIT_FOK, OFFERED, PLAIN_ROW, trigger } from './parts.ts';

export const GEMINI: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'gemini',
  title: 'Gemini',
  proof: 'golden',
  modes: { paper: OFFERED, testnet: OFFERED, live: OFFERED },
  hosts: { live: ['api.gemini.com'], testnet: ['api.sandbox.gemini.com'] },
  urls: ['public', 'private', 'ws'],
  testUrls: ['public', 'private', 'ws'],
  // The library would read web pages for assets and grids.
  marketsBy: 'details',
  options: { fetchCurrencies: { webApiEnable: false }, fetchMarkets: { webApiEnable: false } },
  // Asked by our own id it may show every order that has it.
  listedPages: ['/v1/order/status'],
  clientIds: {
    ...PLAIN_IDS,
    createParam: 'clientOrderId',
    rawField: null,
    fetchBy: 'order',
    fetchParam: 'client_order_id',
    cancelParam: null,
  },
  // A stop order has a limit there; nothing sells at the market.
  shapes: [...LIMIT, LIMIT_FOK, trigger('stopLimit', 'triggerPrice')],
  abilities: { amend: 'none', cancelAll: false, oco: false, deadMan: null },
  hasNonce: true,
  serverTime: 'dateHeader',
  permissions: 'geminiRoles',
  sources: { ...ALL_STREAMS, ticker: 'poll', fills: 'poll', balance: 'poll' },
  candlesPerCall: 500,
  hasOldCandles: false,
  missingTimeframes: ['1s', '3m', '2h', '4h', '8h', '12h', '1w'],
  marketOrders: 'none',
  fees: { maker: '0.002', taker: '0.004' },
  refusals: [
    ['InvalidNonce', 'clock'],
    ['Out-of-sequence nonce', 'clock'],
  ],
  quirks: [
    'no market orders: a limit order that does not rest, at most 5 % beyond the price',
    'an order is canceled by its own id only',
    'fills and balances come by question, the number of candles in an answer is fixed',
    'a key must begin with account-; master keys are not used',
    'the clock is told in whole seconds',
  ],
};
