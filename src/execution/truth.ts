/** What the engine knows of how far its books can be trusted; of this process, never journaled. */
import type { Decimal } from '../domain/decimal.ts';
import type { EpochMs } from '../domain/time.ts';
import { type TradingState, stricter } from '../domain/verdict.ts';
import { type MoneyState, scopeKey } from './money.ts';

export interface TruthState {
  /** Nothing is opened until a report agrees with the books; null: they are trusted. */
  recovering: Recovering | null;
  /** Differences that the newest report showed for the first time or in a row, by symbol. */
  readonly suspects: Map<string, Suspect>;
  /** Differences of balances that the newest report showed, by asset: theirs less ours. */
  readonly stray: Map<string, Decimal>;
  /** Ledgers whose protection could not be placed or changed: tried again with the next report. */
  readonly unprotected: Map<string, FailedProtection>;
  /** Looks after a halt or a flattening of an account outside; null: nothing is under way. */
  stop: StopWatch | null;
  /** The journal is gone: nothing can be recorded, and nothing is loosened, until a new start. */
  unsaved: boolean;
  /** The run has begun: from now on a clean report restores protection itself. */
  started: boolean;
  /** Books and venue agreed once since the start: what differs from now on came meanwhile. */
  compared: boolean;
}

/** Refusals in a row, and the engine time of the next try. */
export interface FailedProtection {
  readonly refusals: number;
  readonly due: EpochMs;
}

export interface Recovering {
  readonly since: EpochMs;
  readonly reason: string;
  /** What keeps it from ending, in words; null before the first report. */
  blocked: string | null;
}

export interface Suspect {
  readonly difference: Decimal;
  /** Reports in a row that showed the symbol apart. */
  readonly seen: number;
}

/** A stop that is looked after until the venue shows nothing of ours twice. */
export interface StopWatch {
  readonly since: EpochMs;
  /** Orders that the stop asked to cancel. */
  readonly canceled: number;
  /** Until no order of ours is open; while positions are closed; until none is shown; proven. */
  phase: 'orders' | 'closing' | 'holdings' | 'proven';
  /** Reports in a row without an order of ours, and when the newest of them came. */
  clear: number;
  clearTime: EpochMs;
  /** Looks so far: they come less often while nothing changes. */
  looks: number;
  alarmed: boolean;
  /** Reports after the last close that still showed a holding. */
  notFlat: number;
  /** What the venue still holds at the end, in words; null: nothing. */
  left: string | null;
}

/** Books that nobody has doubted yet. */
export function createTruth(): TruthState {
  return {
    recovering: null,
    suspects: new Map(),
    stray: new Map(),
    unprotected: new Map(),
    stop: null,
    unsaved: false,
    started: false,
    compared: false,
  };
}

/**
 * The strictest of the states that hold for an order: the account's, its strategy's, its symbol's,
 * and RECOVERING of this process (RELIABILITY 4).
 */
export function effectiveState(
  money: Pick<MoneyState, 'trading' | 'scopes'>,
  of: { readonly strategyId: string; readonly symbol: string },
  recovering: boolean,
): TradingState {
  const { state } = money.trading;
  const account = recovering ? stricter(state, 'recovering') : state;
  if (money.scopes.size === 0) return account;
  const own = money.scopes.get(scopeKey({ strategyId: of.strategyId }))?.state ?? 'running';
  const symbol = money.scopes.get(scopeKey({ symbol: of.symbol }))?.state ?? 'running';
  return stricter(account, stricter(own, symbol));
}
