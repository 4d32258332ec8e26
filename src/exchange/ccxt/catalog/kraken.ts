import { SHORT_IDS } from '../client-ids.ts';
import type { ExchangeRow } from '../row.ts';
import { LIMIT, MARKET, not, OFFERED, PLAIN_ROW, trigger } from './parts.ts';

export const KRAKEN: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'kraken',
  title: 'Kraken',
  proof: 'emulator',
  modes: { paper: OFFERED, testnet: not('the exchange has no test system'), live: OFFERED },
  hosts: { live: ['api.kraken.com', 'ws.kraken.com', 'ws-auth.kraken.com'], testnet: [] },
  urls: ['public', 'private', 'ws.public', 'ws.private', 'ws.publicV2', 'ws.privateV2'],
  endpointUrls: (http, ws) => ({
    public: http,
    private: http,
    ws: {
      public: `${ws}/ws/public`,
      private: `${ws}/ws/private`,
      publicV2: `${ws}/ws/public/v2`,
      privateV2: `${ws}/ws/private/v2`,
    },
  }),
  clientIds: {
    ...SHORT_IDS,
    createParam: 'clientOrderId',
    // The stream puts `order_userref` into the unified field.
    rawField: 'cl_ord_id',
    // fetchOrder would send it as `userref`.
    fetchBy: 'lists',
    fetchParam: 'clientOrderId',
    cancelParam: 'clientOrderId',
  },
  shapes: [
    ...LIMIT,
    MARKET,
    trigger('stop', 'stopLossPrice'),
    trigger('stopLimit', 'stopLossPrice'),
    trigger('takeProfit', 'takeProfitPrice'),
    trigger('takeProfitLimit', 'takeProfitPrice'),
  ],
  // Fees in quote on both sides: its history tells amounts of fees without their asset.
  orderParams: { oflags: 'fciq' },
  abilities: {
    amend: 'native',
    cancelAll: true,
    oco: false,
    deadMan: { longestMs: 86_400_000, cancelsStops: true },
  },
  hasNonce: true,
  serverTime: 'fetchSeconds',
  permissions: 'krakenKeyInfo',
  candlesPerCall: 720,
  missingTimeframes: ['1s', '3m', '2h', '6h', '8h', '12h'],
  fees: { maker: '0.0025', taker: '0.004' },
  refusals: [
    ['EAPI:Invalid nonce', 'clock'],
    ['EAPI:Invalid key', 'auth'],
    ['EAPI:Invalid signature', 'auth'],
    ['EGeneral:Permission denied', 'auth'],
    ['EAPI:Rate limit exceeded', 'rate'],
    ['EOrder:Rate limit exceeded', 'rate'],
    ['EGeneral:Too many requests', 'rate'],
    ['EGeneral:Temporary lockout', 'ban'],
    // The library calls it an invalid order.
    ['EOrder:Unknown order', 'notFound'],
    ['EOrder:Invalid order', 'INVALID_ORDER'],
    ['EOrder:Insufficient funds', 'INSUFFICIENT_FUNDS'],
    ['EOrder:Order minimum not met', 'MIN_QUANTITY'],
    // Our one request may be the one that is there: no proof of anything.
    ['EGeneral:Invalid arguments:cl_ord_id', 'DUPLICATE_ID'],
    ['EGeneral:Invalid arguments:volume minimum not met', 'MIN_QUANTITY'],
    ['EOrder:Cost minimum not met', 'MIN_NOTIONAL'],
    ['EOrder:Tick size check failed', 'TICK_SIZE'],
    ['EOrder:Post only order', 'POST_ONLY_WOULD_TAKE'],
    ['EOrder:Orders limit exceeded', 'TOO_MANY_ORDERS'],
    ['EOrder:Domain rate limit exceeded', 'rate'],
    ['EGeneral:Invalid arguments', 'INVALID_ORDER'],
    ['EOrder:Insufficient liquidity', 'NO_LIQUIDITY'],
    ['EOrder:Reduce only', 'REDUCE_ONLY'],
    ['EQuery:Unknown asset pair', 'UNKNOWN_SYMBOL'],
    ['EService:Market in cancel_only mode', 'down'],
    ['EService:Market in post_only mode', 'down'],
    ['EService:Market in limit_only mode', 'down'],
  ],
  quirks: [
    'our ids have 18 characters there: `t` for `td`',
    'the answer to a new order has neither status nor amount',
    'every request carries a number that must rise: one key for one program',
    'only the newest 720 candles of a timeframe can be had',
  ],
};
