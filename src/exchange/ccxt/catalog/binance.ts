import type { ExchangeRow } from '../row.ts';
import { LIMIT, LIMIT_FOK, MARKET, OFFERED, PLAIN_ROW, trigger, UNIFIED_IDS } from './parts.ts';

export const BINANCE: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'binance',
  title: 'Binance',
  proof: 'emulator',
  modes: { paper: OFFERED, testnet: OFFERED, live: OFFERED },
  hosts: {
    live: ['api.binance.com', 'stream.binance.com', 'ws-api.binance.com'],
    testnet: [
      'testnet.binance.vision',
      'stream.testnet.binance.vision',
      'ws-api.testnet.binance.vision',
    ],
  },
  urls: ['public', 'private', 'sapi', 'ws.spot', 'ws.ws-api.spot'],
  testUrls: ['public', 'private', 'ws.spot', 'ws.ws-api.spot'],
  // The word `stream` in the address is how the client tells spot streams from futures.
  endpointUrls: (http, ws) => ({
    public: `${http}/api/v3`,
    private: `${http}/api/v3`,
    v1: `${http}/api/v1`,
    sapi: `${http}/sapi/v1`,
    sapiV2: `${http}/sapi/v2`,
    sapiV3: `${http}/sapi/v3`,
    ws: { spot: `${ws}/stream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } },
  }),
  options: {
    defaultType: 'spot',
    fetchMarkets: { types: ['spot'] },
    fetchMargins: false,
    fetchCurrencies: false,
    recvWindow: 5000,
    streamLimits: { spot: 2 },
    fetchOpenOrders: { warnWithoutSymbol: false },
    watchBalance: { fetchBalanceSnapshot: false, awaitBalanceSnapshot: false },
  },
  clientIds: UNIFIED_IDS,
  shapes: [
    ...LIMIT,
    LIMIT_FOK,
    MARKET,
    trigger('stop', 'stopLossPrice'),
    trigger('stopLimit', 'stopLossPrice'),
    trigger('takeProfit', 'takeProfitPrice'),
    trigger('takeProfitLimit', 'takeProfitPrice'),
  ],
  abilities: { amend: 'replace', cancelAll: true, oco: false, deadMan: null },
  recvWindowMs: 5000,
  permissions: 'binanceRestrictions',
  candlesPerCall: 1000,
  fees: { maker: '0.001', taker: '0.001' },
  quirks: [
    'a client id may be used again once its order has ended: market orders are never sent again',
    'a market order never carries a price: it would be taken for an amount in quote',
    'an amendment cancels and places anew, with a new id',
    'after a success, a revoked key looks like an overloaded exchange; it is told by its code',
  ],
};
