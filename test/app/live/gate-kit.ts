// A live gate on test data: what the exchange answers and what the session shows are given.
import { createLiveGate, type LiveGate, type LiveGateOptions } from '../../../src/app/live-gate.ts';
import type { SessionView } from '../../../src/app/session-types.ts';
import type { ExchangePlan, KeyPermissions } from '../../../src/exchange/ccxt/plan.ts';
import { WIDE } from '../../support/wide-limits.ts';
import { truth } from '../../ui/account-fixture.ts';
import { aView } from '../../ui/session-fixture.ts';

export const PLAN: ExchangePlan = {
  id: 'binance',
  account: 'main',
  venue: 'live',
  endpoint: null,
  symbols: ['BTC/USDT'],
};

/** What a key for trading alone may do. */
export const TRADES_ONLY: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
};

/** Books that agree with the exchange. */
export const calmView = (change: Partial<SessionView['truth']> = {}): SessionView =>
  aView({ mode: 'live', truth: { ...truth(), ...change } });

export function aGate(change: Partial<LiveGateOptions> = {}): LiveGate {
  return createLiveGate({
    plan: PLAN,
    hosts: { used: ['api.binance.com'], allowed: ['api.binance.com'] },
    receiveWindowMs: 5_000,
    unsafe: { dropped: [], inForce: [] },
    permissions: () => Promise.resolve(TRADES_ONLY),
    skewMs: () => Promise.resolve(120),
    view: () => calmView(),
    limits: () => WIDE,
    onChange: () => undefined,
    ...change,
  });
}

/** The gate once the exchange has answered. */
export async function anAskedGate(change: Partial<LiveGateOptions> = {}): Promise<LiveGate> {
  const gate = aGate(change);
  await gate.ask();
  return gate;
}
