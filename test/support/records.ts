// One record of every kind, decimals and all.
import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId, RunId } from '../../src/domain/ids.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { ACCOUNT, PERPETUAL, SPOT, START, fill, request } from './builders.ts';

const orderId = 'td0000000000000001e' as OrderId;
const accountId = ACCOUNT;
const price = decimal('67412.123456789012345678');
const quantity = decimal('0.000000000000000001');

/** One record of every kind with real decimals: a kind that is missing does not compile. */
export const RECORDS: { readonly [K in RecordBody['kind']]: Extract<RecordBody, { kind: K }> } = {
  runStarted: {
    kind: 'runStarted',
    run: '00000000000' as RunId,
    version: '1',
    mode: 'demo',
    accountId,
    currency: 'USDT',
    seed: 7,
    markets: [
      SPOT,
      { ...PERPETUAL, makerFeeRate: decimal('-0.00005'), takerFeeRate: decimal('0.0005') },
    ],
  },
  runStopped: { kind: 'runStopped', reason: 'quit', equity: 10_012.5 },
  deposited: { kind: 'deposited', accountId, asset: 'USDT', amount: price },
  accepted: { kind: 'accepted', orderId, venueOrderId: '12.50' },
  rejected: { kind: 'rejected', orderId, code: 'TICK_SIZE', reason: '1' },
  canceled: { kind: 'canceled', orderId, reason: '' },
  expired: { kind: 'expired', orderId, reason: 'day' },
  cancelRejected: { kind: 'cancelRejected', orderId, reason: 'gone' },
  amended: { kind: 'amended', orderId, quantity, price, triggerPrice: null, reason: 'moved' },
  outcomeUnknown: { kind: 'outcomeUnknown', orderId, reason: 'timeout' },
  neverSent: { kind: 'neverSent', orderId, reason: 'crash' },
  fill: {
    kind: 'fill',
    ...fill({
      orderId,
      price: '0.1',
      quantity: '3',
      fee: '-0.00000001',
      feeAsset: 'BNB',
      feeQuote: '-0.02',
    }),
  },
  funding: {
    kind: 'funding',
    accountId,
    symbol: PERPETUAL.symbol,
    asset: 'USDT',
    amount: decimal('-0.123456789'),
    rate: -0.0001,
  },
  orderCreated: {
    kind: 'orderCreated',
    orderId,
    request: request({
      type: 'takeProfitLimit',
      quantity,
      price,
      triggerPrice: decimal('5'),
      trailFraction: 0.02,
      groupId: '1.5',
      tag: '12',
      bracket: { stopPrice: decimal('1.10'), targetPrice: null, trailFraction: 0.5 },
      reason: 'price 3 above 2',
    }),
    decisionPrice: 67412.3,
  },
  cancelRequested: { kind: 'cancelRequested', orderId, reason: 'x' },
  denied: {
    kind: 'denied',
    accountId,
    strategyId: 's',
    symbol: SPOT.symbol,
    code: 'EXIT_TOO_LARGE',
    value: '1.50',
    limit: 0.1,
    setting: null,
    what: 'sell 1.50',
    repeated: 3,
  },
  amendRequested: {
    kind: 'amendRequested',
    orderId,
    quantity,
    price: null,
    triggerPrice: price,
    reason: 'by the operator',
  },
  tradingState: { kind: 'tradingState', accountId, state: 'halted', reason: 'x', by: 'operator' },
  breakerTripped: {
    kind: 'breakerTripped',
    accountId,
    breaker: 'drawdown',
    value: 0.151,
    limit: 0.15,
    clears: 'r',
  },
  breakerCleared: { kind: 'breakerCleared', accountId, breaker: 'drawdown' },
  strategyToggled: { kind: 'strategyToggled', strategyId: 's', enabled: false, note: 'off' },
  paramsChanged: {
    kind: 'paramsChanged',
    strategyId: 's',
    strategy: 'grid',
    params: { price: 'close', quantity: '0.50', cost: null, levels: 3, total: ['1', '2'] },
    previousParams: { price: 'open', quantity: '0.5', cost: null, levels: 2, total: [] },
    configuredParams: { price: 'open', quantity: '0.50', cost: null, levels: 2, total: [] },
  },
  riskChanged: {
    kind: 'riskChanged',
    changes: { maxPositions: 3, symbols: ['a', 'b'], amount: 'all' },
  },
  dayOpened: { kind: 'dayOpened', accountId, day: START, equity: 10_000.1 },
  equityPeak: { kind: 'equityPeak', accountId, equity: 10_000.123456789 },
  equitySample: { kind: 'equitySample', accountId, hour: START, equity: 1e-7 },
  feedCursor: { kind: 'feedCursor', checkpoint: { price: '67412.10', at: 3, levels: [1, 2.5] } },
  reconciled: { kind: 'reconciled', accountId, differences: ['USDT balance is 1 here, 2 there'] },
  commandRefused: { kind: 'commandRefused', command: 'resume', reason: 'phrase' },
};
