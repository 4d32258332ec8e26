import type { Balances } from '../domain/account.ts';
import type { SettingValue } from '../domain/command.ts';
import { type Decimal, ZERO, isZero } from '../domain/decimal.ts';
import type { OrderId, RunId } from '../domain/ids.ts';
import type { Market } from '../domain/market.ts';
import type { Bracket, Order } from '../domain/order.ts';
import { type Position, createPosition } from '../domain/position.ts';
import type { FeedCheckpoint, RecordBody, StateScope } from '../domain/record.ts';
import { DAY_MS, type EpochMs } from '../domain/time.ts';
import type { Drift, ExternalOrder } from '../domain/venue.ts';
import type { TradingState } from '../domain/verdict.ts';

/**
 * Everything about money: changed by journaled records only, through `reduceMoney`, and what a
 * snapshot holds. All collections are bounded, so that writing it costs the same after a year.
 */
export interface MoneyState {
  run: RunState | null;
  /** Newest RUNS runs of this journal by id, with their start: orders of any other are not ours. */
  readonly runs: Map<RunId, EpochMs>;
  accountId: string;
  /** Currency that equity is counted in: quote and settle of every market. */
  currency: string;
  readonly markets: Map<string, Market>;
  readonly balances: Balances;
  /** Deposits so far: the equity a run starts with. */
  deposits: Decimal;
  /** Netted holdings of the account by symbol. */
  readonly positions: Map<string, Position>;
  /** Sub-ledgers by `ledgerKey`; their quantities and P&L sum to the account's. */
  readonly ledgers: Map<string, Ledger>;
  readonly working: Map<OrderId, Order>;
  /** Finished orders, oldest first: the newest CLOSED_ORDERS, and those of a day (CLOSED_MOST). */
  readonly closed: Map<OrderId, Order>;
  trading: TradingStateEntry;
  /** Stricter states of one strategy or symbol, by `scopeKey`. */
  readonly scopes: Map<string, ScopedState>;
  /** Orders that were concluded never placed, until a day after: they may appear yet. */
  readonly tombstones: Map<OrderId, EpochMs>;
  /** What was booked since a fill that was only inferred, by symbol: until its own fills come. */
  readonly provisional: Map<string, Provisional>;
  /** Open orders of the account that are not ours, by the venue's id. */
  readonly externals: Map<string, ExternalEntry>;
  /** Symbols whose holding our fills do not explain. */
  readonly drifts: Map<string, DriftEntry>;
  /** Tripped breakers by `breakerKey`. */
  readonly breakers: Map<string, TrippedBreaker>;
  /** When the operator last cleared a breaker: it measures from then on. */
  readonly cleared: Map<string, EpochMs>;
  /** Newest INCIDENTS troubles that breakers count, oldest first. */
  readonly incidents: Incident[];
  readonly strategies: Map<string, StrategyEntry>;
  /** Trading day that is open, and the equity it opened with. */
  day: { start: EpochMs; equity: number } | null;
  peak: number;
  /** Newest equity the journal knows, for readers of files. */
  equity: { value: number; time: EpochMs } | null;
  /** Equity at closed hours, newest EQUITY_SAMPLES. */
  readonly samples: [EpochMs, number][];
  /** Totals by trading day, newest DAYS. */
  readonly days: Map<EpochMs, Totals>;
  readonly totals: Totals;
  /** Newest ROUND_TRIPS closed round trips, oldest first. */
  readonly roundTrips: RoundTrip[];
  readonly counts: { orders: number; fills: number; denials: number };
  /** Where the simulated market continues. */
  cursor: { events: number; time: EpochMs; checkpoint: FeedCheckpoint | null };
}

/** Two restarts a day for three months and more; an older order is long closed. */
export const RUNS = 500;
export const CLOSED_ORDERS = 500;
/** Finished orders kept at most: a fill of one that ended within LATE_MS is booked when it comes. */
export const CLOSED_MOST = 1000;
/** How long after its end an order may still fill, or appear at the venue after all. */
export const LATE_MS = DAY_MS;
export const TOMBSTONES = 200;
/** Records since the oldest inferred fill of a symbol that can be put right exactly. */
export const PROVISIONAL_RECORDS = 200;
export const EXTERNAL_ORDERS = 200;
export const EQUITY_SAMPLES = 24 * 31;
export const DAYS = 400;
export const ROUND_TRIPS = 500;
/** More than any breaker lets happen. */
export const INCIDENTS = 200;
export const CLEARED_BREAKERS = 500;

export interface RunState {
  readonly id: RunId;
  readonly mode: string;
  readonly seed: number;
  /** Orders created in this run: the next order's sequence. */
  orders: number;
}

export interface ScopedState extends TradingStateEntry {
  readonly scope: StateScope;
}

/** Books of a symbol before its oldest inferred fill, and every record that moved them since. */
export interface Provisional {
  readonly position: Position;
  readonly ledgers: readonly Ledger[];
  readonly moves: readonly { readonly time: EpochMs; readonly record: MovingRecord }[];
}

/** A record that moves a position. */
export type MovingRecord = Extract<RecordBody, { kind: 'fill' | 'funding' | 'positionAdopted' }>;

export interface ExternalEntry extends ExternalOrder {
  readonly since: EpochMs;
  /** The operator leaves it as it is. */
  readonly ignored: boolean;
}

export interface DriftEntry extends Drift {
  readonly since: EpochMs;
  readonly explanation: string;
  /** The operator knows of it: a difference of just this size is no alarm. */
  readonly ignored: boolean;
}

export interface TradingStateEntry {
  state: TradingState;
  since: EpochMs;
  reason: string;
  by: 'operator' | 'breaker' | 'engine';
}

export interface TrippedBreaker {
  readonly time: EpochMs;
  readonly value: number;
  readonly limit: number;
  readonly clears: string;
  /** Left out: the whole account. */
  readonly scope?: StateScope;
  /** Earliest engine time at which the operator may clear it. */
  readonly cooldownUntil: EpochMs;
}

/** A refused order, an unknown outcome, a strategy that threw, a lost connection. */
export interface Incident {
  readonly time: EpochMs;
  readonly what: 'rejected' | 'unknown' | 'strategyError' | 'linkLost';
  readonly strategyId: string | null;
}

/** What is not as the configuration says: switched by the operator or its own errors, changed. */
export interface StrategyEntry {
  /** Null where nobody switched it: the configuration says. */
  readonly enabled: boolean | null;
  /** The newest change of its parameters. */
  readonly change: ParamChange | null;
}

export interface ParamChange {
  readonly strategy: string;
  readonly params: Readonly<Record<string, SettingValue>>;
  readonly previousParams: Readonly<Record<string, SettingValue>>;
  readonly configuredParams: Readonly<Record<string, SettingValue>>;
}

/** One strategy's (or the operator's) share of a market. */
export interface Ledger extends TripCounts {
  readonly strategyId: string;
  readonly symbol: string;
  readonly position: Position;
  /** Stop, target and trail of what is held; null when no entry brought any. */
  bracket: Bracket | null;
  /** Stop the entries brought: risk is counted from it wherever the stop was moved to since. */
  initialStop: Decimal | null;
  trip: OpenTrip | null;
}

/** Closed round trips, and their net P&L by outcome: unsigned sums in quote. */
export interface TripCounts {
  roundTrips: number;
  wins: number;
  grossProfit: number;
  grossLoss: number;
}

/** A round trip that is under way; money in quote. */
export interface OpenTrip {
  readonly openTime: EpochMs;
  readonly positionSide: 'long' | 'short';
  /** Everything opened so far, base units and quote. */
  quantity: Decimal;
  entryNotional: Decimal;
  closedQuantity: Decimal;
  exitNotional: Decimal;
  realizedPnl: Decimal;
  feesPaid: Decimal;
  fundingPaid: Decimal;
}

/** Flat → position → flat. `pnl` is net of fees and funding. */
export interface RoundTrip {
  readonly strategyId: string;
  readonly symbol: string;
  readonly openTime: EpochMs;
  readonly closeTime: EpochMs;
  readonly positionSide: 'long' | 'short';
  readonly quantity: Decimal;
  readonly entryNotional: Decimal;
  readonly exitNotional: Decimal;
  readonly realizedPnl: Decimal;
  readonly feesPaid: Decimal;
  readonly fundingPaid: Decimal;
  readonly reason: string;
}

export interface Totals extends TripCounts {
  realizedPnl: Decimal;
  feesPaid: Decimal;
  fundingPaid: Decimal;
}

/** Totals of nothing. */
export function createTotals(): Totals {
  return {
    realizedPnl: ZERO,
    feesPaid: ZERO,
    fundingPaid: ZERO,
    roundTrips: 0,
    wins: 0,
    grossProfit: 0,
    grossLoss: 0,
  };
}

/** State of a profile that never ran: nothing is held, entries are paused. */
export function createMoneyState(): MoneyState {
  return {
    run: null,
    runs: new Map(),
    accountId: '',
    currency: '',
    markets: new Map(),
    balances: new Map(),
    deposits: ZERO,
    positions: new Map(),
    ledgers: new Map(),
    working: new Map(),
    closed: new Map(),
    trading: { state: 'paused', since: 0, reason: 'not started yet', by: 'engine' },
    scopes: new Map(),
    tombstones: new Map(),
    provisional: new Map(),
    externals: new Map(),
    drifts: new Map(),
    breakers: new Map(),
    cleared: new Map(),
    incidents: [],
    strategies: new Map(),
    day: null,
    peak: 0,
    equity: null,
    samples: [],
    days: new Map(),
    totals: createTotals(),
    roundTrips: [],
    counts: { orders: 0, fills: 0, denials: 0 },
    cursor: { events: 0, time: 0, checkpoint: null },
  };
}

/** Name of a ledger. Symbols hold no space, so two ledgers never share one. */
export const ledgerKey = (strategyId: string, symbol: string): string => `${strategyId} ${symbol}`;

/** Name of a scope among the stricter states. */
export const scopeKey = (scope: StateScope): string =>
  'symbol' in scope ? `symbol ${scope.symbol}` : `strategy ${scope.strategyId}`;

/** Name of a breaker among the tripped ones: `drawdown`, `slippage symbol BTC/USDT`. */
export const breakerKey = (breaker: string, scope?: StateScope): string =>
  scope === undefined ? breaker : `${breaker} ${scopeKey(scope)}`;

/** Position of the account in a symbol, created flat when it is the first. */
export function positionOf(money: MoneyState, symbol: string): Position {
  let position = money.positions.get(symbol);
  if (!position) money.positions.set(symbol, (position = createPosition(symbol)));
  return position;
}

/**
 * Ledger of a strategy in a symbol, to be read; a flat one that is not kept when it holds nothing
 * yet. A reader that kept it would change the money without a record.
 */
export function ledgerOf(money: MoneyState, of: { strategyId: string; symbol: string }): Ledger {
  return money.ledgers.get(ledgerKey(of.strategyId, of.symbol)) ?? createLedger(of);
}

/** Ledgers that hold something. */
export function openLedgers(money: MoneyState): Ledger[] {
  return [...money.ledgers.values()].filter(({ position }) => !isZero(position.quantity));
}

/** The same ledger, kept from now on; for `reduceMoney` alone. */
export function keptLedgerOf(
  money: MoneyState,
  of: { strategyId: string; symbol: string },
): Ledger {
  const key = ledgerKey(of.strategyId, of.symbol);
  let ledger = money.ledgers.get(key);
  if (!ledger) money.ledgers.set(key, (ledger = createLedger(of)));
  return ledger;
}

function createLedger(of: { strategyId: string; symbol: string }): Ledger {
  return {
    strategyId: of.strategyId,
    symbol: of.symbol,
    position: createPosition(of.symbol),
    bracket: null,
    initialStop: null,
    trip: null,
    roundTrips: 0,
    wins: 0,
    grossProfit: 0,
    grossLoss: 0,
  };
}

/** An order of ours, working or among the newest closed ones. */
export function findOrder(money: MoneyState, id: OrderId): Order | undefined {
  return money.working.get(id) ?? money.closed.get(id);
}
