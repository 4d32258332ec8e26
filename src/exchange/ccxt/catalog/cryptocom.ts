import { PLAIN_IDS } from '../client-ids.ts';
import type { ExchangeRow } from '../row.ts';
import { LIMIT, LIMIT_FOK, MARKET, OFFERED, PLAIN_ROW } from './parts.ts';

export const CRYPTOCOM: ExchangeRow = {
  ...PLAIN_ROW,
  id: 'cryptocom',
  title: 'Crypto.com',
  proof: 'golden',
  modes: { paper: OFFERED, testnet: OFFERED, live: OFFERED },
  hosts: { live: ['api.crypto.com', 'stream.crypto.com'], testnet: ['uat-api.3ona.co'] },
  urls: ['v1', 'ws.public', 'ws.private'],
  // The library has the addresses of its streams in the wrong place: questions alone.
  testUrls: ['v1'],
  options: { defaultType: 'spot', fetchCurrencies: { skipFetchCurrencies: true } },
  unsent: ['broker_id'],
  clientIds: {
    ...PLAIN_IDS,
    // `clientOrderId` is dropped in silence.
    createParam: 'client_oid',
    rawField: 'client_oid',
    fetchBy: 'order',
    fetchParam: 'client_oid',
    cancelParam: 'client_oid',
  },
  // Orders with a trigger have moved to another page of the exchange (2025-12-17), which the
  // library does not know: they are our own to watch.
  shapes: [...LIMIT, LIMIT_FOK, MARKET],
  abilities: { amend: 'none', cancelAll: true, oco: false, deadMan: null },
  testStreams: false,
  serverTime: 'dateHeader',
  candlesPerCall: 300,
  missingTimeframes: ['1s', '3m', '2h', '8h'],
  fees: { maker: '0.0025', taker: '0.005' },
  refusals: [
    ['10007', 'clock'],
    ['40102', 'clock'],
    ['10006', 'rate'],
    ['42901', 'rate'],
    ['306', 'INSUFFICIENT_FUNDS'],
    ['213', 'STEP_SIZE'],
    ['415', 'MIN_QUANTITY'],
    ['204', 'DUPLICATE_ID'],
    ['43003', 'FOK_NOT_FILLABLE'],
    // Of an order that was taken and filled in part, perhaps.
    ['43004', 'unknown'],
    ['40801', 'unknown'],
    ['10001', 'unknown'],
    ['50001', 'unknown'],
    ['43005', 'POST_ONLY_WOULD_TAKE'],
    ['212', 'notFound'],
    ['40401', 'notFound'],
  ],
  quirks: [
    'no orders with a trigger: the page that the library sends them to takes none any more',
    'the answer to a new order is its id alone; its state is asked for',
    'the test system has no streams that the library can use: it is polled',
    'the clock is told in whole seconds',
  ],
};
