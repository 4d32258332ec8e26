// What is not certain, or not ours: a view in which everything of it happens.
import { decimal } from '../../src/domain/decimal.ts';
import type { SessionView } from '../../src/app/session-types.ts';
import { NOW, truth } from './account-fixture.ts';
import { aView } from './session-fixture.ts';

type Truth = SessionView['truth'];

export const anExternal = (
  change: Partial<Truth['externalOrders'][number]> = {},
): Truth['externalOrders'][number] => ({
  venueOrderId: '77',
  clientOrderId: 'web-1',
  symbol: 'ETH/USDT',
  side: 'sell',
  type: 'limit',
  quantity: decimal('0.5'),
  filled: decimal('0'),
  price: decimal('3600'),
  triggerPrice: null,
  reduceOnly: false,
  since: NOW - 60_000,
  ignored: false,
  ...change,
});

export const aDrift = (change: Partial<Truth['drifts'][number]> = {}): Truth['drifts'][number] => ({
  symbol: 'SOL/USDT',
  ours: decimal('12'),
  theirs: decimal('7.5'),
  since: NOW - 30_000,
  explanation: 'closed elsewhere, or fills were missed',
  ignored: false,
  ...change,
});

/** Every doubt at once. */
export const doubtful = (change: Partial<Truth> = {}): SessionView =>
  aView({
    truth: {
      ...truth(),
      externalOrders: [anExternal()],
      drifts: [aDrift()],
      unknownOrders: 2,
      ...change,
    },
  });
