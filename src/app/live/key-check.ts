/** `keys check`: what an exchange says of a key, before anything is traded with it. */
import type { UnsafeStart } from '../../config/secrets.ts';
import { InputError } from '../../domain/errors.ts';
import { createWallClock } from '../../engine/clock.ts';
import { findExchange } from '../../exchange/ccxt/catalog.ts';
import { createServerClock } from '../../exchange/ccxt/clock.ts';
import { createInstance, type Instance } from '../../exchange/ccxt/instance.ts';
import { fetchKeyPermissions } from '../../exchange/ccxt/permissions.ts';
import type { Credentials, ExchangePlan, KeyPermissions } from '../../exchange/ccxt/plan.ts';
import { asRefusal } from '../../exchange/ccxt/refused.ts';
import type { ExchangeRow } from '../../exchange/ccxt/row.ts';
import { LIMITS } from '../../exchange/gateway/limits.ts';
import { Board } from '../emergency/board.ts';
import type { GateCheck } from '../session-types.ts';
import { connectionChecks } from './gate-checks.ts';

export interface KeyReport {
  readonly permissions: KeyPermissions;
  /** Our clock minus the exchange's; null where it has none to ask. */
  readonly skewMs: number | null;
  /** The gate's own checks of connection and key. */
  readonly checks: readonly GateCheck[];
}

/**
 * Signs in at the exchange and asks. Throws InputError: exit 2 for an exchange that is not known,
 * 3 where it refuses the key, 4 where it does not answer.
 */
export async function checkKey(of: {
  readonly plan: ExchangePlan;
  readonly credentials: Credentials;
  readonly unsafe: UnsafeStart;
}): Promise<KeyReport> {
  const { plan, credentials, unsafe } = of;
  const row = findExchange(plan.id);
  if (row === undefined) {
    throw new InputError(`exchange ${plan.id} is not known: its keys cannot be asked about`);
  }
  if (row.needsPassphrase && credentials.passphrase === null) {
    throw new InputError(`a key of ${plan.id} has three parts; the passphrase is missing`);
  }
  const board = new Board();
  const instance = await createInstance({
    plan,
    row,
    credentials,
    purpose: 'trading',
    // As a session counts: a number of the exchange's time may be below its newest one.
    nonce: () => board.nextNonce(),
  });
  try {
    const { permissions, skewMs } = await ask(instance, row);
    const hosts = plan.venue === 'testnet' ? row.hosts.testnet : row.hosts.live;
    const checks = connectionChecks({
      plan,
      hosts: { used: hosts, allowed: hosts },
      receiveWindowMs: row.recvWindowMs ?? LIMITS.receiveWindowMs,
      unsafe,
      answer: { permissions, skewMs },
    });
    return { permissions, skewMs, checks };
  } catch (error) {
    throw asRefusal(error, { instance, row }, 'it is revoked or mistyped: make a new one there');
  } finally {
    await instance.close();
  }
}

async function ask(instance: Instance, row: ExchangeRow) {
  const wall = createWallClock();
  const clock = createServerClock({
    row,
    data: instance,
    signers: [instance],
    symbol: null,
    now: () => wall.now(),
    log: () => undefined,
  });
  try {
    // First, so that a clock that is wrong here is not taken for a key that is.
    await clock.measure();
    await instance.fetchBalance();
    return { permissions: await fetchKeyPermissions(instance, row), skewMs: clock.skewMs() };
  } finally {
    clock.close();
  }
}
