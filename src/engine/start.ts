import { type Decimal, isZero } from '../domain/decimal.ts';
import { InputError } from '../domain/errors.ts';
import type { RunId } from '../domain/ids.ts';
import type { Market } from '../domain/market.ts';
import { isProtectiveStop } from '../domain/order.ts';
import { ledgerKey } from '../execution/money.ts';
import { setTradingState } from '../execution/stop-states.ts';
import { protect } from '../execution/protection.ts';
import { type EpochMs, timeframeMs } from '../domain/time.ts';
import type { FeedPast } from '../ports.ts';
import { rememberSlip } from './breaker-looks.ts';
import { recoverExcursions } from './excursion.ts';
import { settleParams } from './param-changes.ts';
import { refreshMirror, resumeCandle } from './reduce.ts';
import type { Run } from './run.ts';
import { RECENT_ORDERS_MS } from './review-context.ts';
import { type EngineState, SERIES_LENGTH } from './state.ts';

export interface StartOptions {
  readonly run: RunId;
  readonly version: string;
  readonly mode: string;
  readonly accountId: string;
  readonly currency: string;
  readonly seed: number;
  readonly markets: readonly Market[];
  /** Deposited when the account is new. */
  readonly cash: Decimal;
  /** Lifts PAUSED. */
  readonly start: boolean;
}

/**
 * The first events of every run, the same in every mode: who runs, what it has, in which state.
 * A start is a recovery: never looser than what was left, entries paused until the operator (or
 * `--start`) lifts it (DECISIONS 12). Nothing is opened before the venue's report agrees with the
 * books. Returns what keeps it from that, in words; null where they agree, or nothing came yet.
 */
export function startRun(run: Run, feed: FeedPast, options: StartOptions): string | null {
  const { money } = run.state;
  const left = money.trading.state;
  if (options.start) refuseStrictStart(left, money.trading.reason);
  refreshMirror(run.state);
  rememberPace(run.state);
  warmUp(run, feed);
  const { cash: amount, start, ...who } = options;
  const { accountId, currency: asset } = options;
  const time = run.state.market.now;
  const body = { kind: 'runStarted', ...who } as const;
  run.post({ kind: 'lifecycle', time, record: body });
  // Not "never ran": a first start that was cut off between its records still owes the deposit.
  // What an account outside has, only its venue knows.
  const isOwed = money.balances.size === 0 && !run.venue.requestReport;
  if (isOwed && !isZero(amount)) {
    const deposit = { kind: 'deposited', accountId, asset, amount } as const;
    run.post({ kind: 'lifecycle', time, record: deposit });
  }
  settleParams(run.context);
  refuseLostChanges(run, time);
  run.post({ kind: 'recover', time, reason: 'started' });
  const blocked = run.state.truth.recovering?.blocked ?? null;
  if (start) {
    setTradingState(run.context, { state: 'running', reason: 'started', by: 'operator' });
  } else if (left === 'running') {
    const reason = 'restarted; entries wait for the operator';
    setTradingState(run.context, { state: 'paused', reason, by: 'engine' });
  }
  run.state.truth.started = true;
  // Where the books are still in question, protection waits for the report that settles it.
  if (run.state.truth.recovering === null) {
    for (const ledger of money.ledgers.values()) protect(run.context, ledger);
  }
  run.settle();
  return blocked;
}

/**
 * A venue in this process was filled from our books: a change of an order that was on its way to
 * the old one is gone, and would block every other. What an exchange made of it only it can say.
 */
function refuseLostChanges(run: Run, time: EpochMs): void {
  if (!run.venue.inProcess) return;
  const nothing = { quantity: null, price: null, triggerPrice: null };
  const reason = 'refused: lost in the restart';
  for (const { id: orderId, amending } of run.state.money.working.values()) {
    if (!amending) continue;
    run.post({ kind: 'account', time, record: { kind: 'amended', orderId, ...nothing, reason } });
  }
}

function refuseStrictStart(state: string, reason: string): void {
  if (state === 'paused' || state === 'running') return;
  throw new InputError(
    `--start is refused: the account is ${state} (${reason}); open the console and resume it there`,
    3,
  );
}

/** Candles asked for at most: a month of minutes. Strategies that want more warm up live. */
const MAX_HISTORY = 43_200;

/**
 * Past candles that fill the charts and warm up every strategy, in candles of the feed. One of
 * its own timeframe more, because the oldest is not whole.
 */
function historyLength(run: Run, feed: FeedPast): number {
  const [newest] = feed.history(1);
  if (!newest) return 0;
  const needs = run.state.market.runtimes.map(({ warmup, timeframe }) => {
    return (warmup + 1) * Math.ceil(timeframeMs(timeframe) / timeframeMs(newest.timeframe));
  });
  return Math.min(MAX_HISTORY, Math.max(SERIES_LENGTH, ...needs));
}

/** Series and strategies see the past, open candles go on; nothing is decided. */
function warmUp(run: Run, feed: FeedPast): void {
  for (const event of feed.history(historyLength(run, feed))) run.warm(event);
  const unfinished = feed.unfinished();
  for (const event of unfinished) resumeCandle(run.state, event);
  recoverExcursions(run.state, unfinished);
  for (const runtime of run.state.market.runtimes) {
    const entry = run.state.money.strategies.get(runtime.id);
    runtime.enabled = entry?.enabled ?? runtime.enabled;
  }
}

/**
 * What the pace rules look back at is in the orders the books still hold: a restart is no way
 * around a rest after a stop-loss or the order rate.
 */
function rememberPace(state: EngineState): void {
  const { money, market } = state;
  const orders = [...money.closed.values(), ...money.working.values()];
  const since = market.now - RECENT_ORDERS_MS;
  for (const order of orders) {
    const { role, createdTime, updatedTime } = order;
    if (role !== 'protective' && createdTime > since) {
      market.recentOrders.push({ request: order, time: createdTime });
    }
    const stopped = isProtectiveStop(order) && !isZero(order.filled);
    const symbol = market.symbols.get(order.symbol);
    if (symbol) rememberSlip(state, symbol, order);
    if (stopped) market.stoppedAt.set(ledgerKey(order.strategyId, order.symbol), updatedTime);
  }
  market.recentOrders.sort((a, b) => a.time - b.time);
}

/** Reason of a run that played its recording to the end, whatever paced it. */
export const RECORDING_ENDED = 'the recording has ended';

/** The last record of a run. */
export function finishRun(run: Run, reason: string): void {
  run.post({
    kind: 'lifecycle',
    time: run.state.market.now,
    record: { kind: 'runStopped', reason, equity: run.state.market.equity },
  });
}
