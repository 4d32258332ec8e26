/** The practice accounts of the local exchange, with keys that follow from the seed. */
import { createHash } from 'node:crypto';

import { type Decimal, decimal } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Clock, Scheduler } from '../../ports.ts';
import { createPracticeExchange } from '../practice/exchange.ts';
import { type PracticeRules, USUAL_RULES } from '../practice/rules.ts';
import type { FeeRule } from '../sim/models.ts';
import type { DialectName, EmulatorAccount, KeyPermissions } from './dialect.ts';

export interface AccountPlan {
  readonly id: string;
  readonly summary: string;
  readonly balances: Readonly<Record<string, string>>;
  readonly permissions: KeyPermissions;
  /** Orders and fills numbered before, by a process that is gone; 0 when left out. */
  readonly numbered?: number | undefined;
}

const TRADES: KeyPermissions = {
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
};

/** What a new exchange has; the first one is the usual one. */
export const USUAL_ACCOUNTS: readonly AccountPlan[] = [
  {
    id: 'main',
    summary: 'may trade, cannot withdraw',
    balances: { USDT: '10000' },
    permissions: TRADES,
  },
  {
    id: 'second',
    summary: 'may trade, cannot withdraw, holds coins',
    balances: { USDT: '25000', BTC: '0.25', ETH: '3' },
    permissions: TRADES,
  },
  {
    id: 'withdraw',
    summary: 'may withdraw: a key that live trading refuses',
    balances: { USDT: '10000' },
    permissions: { ...TRADES, withdraw: true, ipRestricted: false },
  },
  {
    id: 'readonly',
    summary: 'may look, not trade',
    balances: { USDT: '10000' },
    permissions: { ...TRADES, trade: false },
  },
];

/** What the exchange of a dialect does differently from others. */
interface VenueCustoms {
  readonly fees: FeeRule;
  readonly rules: Partial<PracticeRules>;
}

const CENT_OF_A_MILLIONTH = decimal('0.00000001');
const { abilities } = USUAL_RULES;

const CUSTOMS: Readonly<Record<DialectName, VenueCustoms>> = {
  // A client id is free again once its order has ended; no amend, no dead-man timer on spot.
  binance: {
    fees: { asset: 'received', grid: CENT_OF_A_MILLIONTH },
    rules: { reusesIds: true, abilities: { ...abilities, amend: false, deadMan: null } },
  },
  kraken: {
    fees: { asset: 'quote', grid: CENT_OF_A_MILLIONTH },
    rules: { reusesIds: true, abilities: { ...abilities, oco: false } },
  },
};

/** Ids of one account never look like another's. */
const IDS_APART = 100_000_000;

/** An account of the plan, with the exchange's own matching; it hears no prices yet. */
export function openAccount(
  plan: AccountPlan,
  of: {
    readonly dialect: DialectName;
    readonly seed: number;
    readonly place: number;
    readonly markets: readonly Market[];
    readonly clock: Clock;
    readonly scheduler: Scheduler;
  },
): EmulatorAccount {
  const { dialect, seed, place, markets, clock, scheduler } = of;
  const { fees, rules } = CUSTOMS[dialect];
  const balances = new Map<string, Decimal>();
  for (const [asset, total] of Object.entries(plan.balances)) balances.set(asset, decimal(total));
  const exchange = createPracticeExchange({
    accountId: plan.id,
    markets,
    clock,
    scheduler,
    balances,
    rules,
    model: { ...MODEL, fees },
    numbering: { order: '', fill: '', from: (place + 1) * IDS_APART + (plan.numbered ?? 0) },
  });
  const { id, permissions } = plan;
  const key = keyOf(`key ${dialect} ${seed} ${id}`, id);
  const secret = createHash('sha512').update(`secret ${dialect} ${seed} ${id}`).digest('base64');
  return { id, key, secret, permissions, revoked: false, exchange };
}

/** Books are walked: nothing is assumed. */
const MODEL = {
  fill: 'close',
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  leverage: 1,
} as const;

/** 64 letters and digits, and nobody takes it for a real one. */
function keyOf(text: string, id: string): string {
  const digits = createHash('sha256').update(text).digest('hex');
  return `EMULATORpractice${id}${digits}`.slice(0, 64);
}
