import type { RequestBudget } from '../../ports.ts';

/** Every time and bound of the order manager in one table, each with its reason. Times in ms. */
export const LIMITS = {
  /** Answer to any request; venues drop a request after their own 5 s window (`receiveWindowMs`). */
  deadlineMs: 10_000,
  /** How long a venue may hold a request before it takes or drops it. */
  receiveWindowMs: 5_000,
  /** Largest difference of clocks that trading goes on with. */
  skewMs: 2_500,
  /** Queues inside a venue and on the way to it have been seen to take tens of seconds. */
  lateAcceptMs: 30_000,
  /** Targeted not-found answers before an order is concluded never placed. */
  denials: 4,
  /** First wait of every repetition; doubled each time up to `retryMostMs`. */
  retryMs: 1_000,
  retryMostMs: 8_000,
  /** Part of a wait that is drawn at random, so that many consoles do not ask in step. */
  jitter: 0.2,
  /** The stream normally tells the end of a cancel or the fills of an order within this time. */
  streamGraceMs: 500,
  /** A cancel without an end after this long is an alarm (RELIABILITY F11). */
  cancelAlarmMs: 10_000,
  /** Longest wait of an order for the rate budget: a price decided earlier is not today's price. */
  entryWaitMs: 5_000,
  /** An exit waits so long for the end of canceled orders that hold its coins. */
  coinsMs: 3_000,
  /** The engine hears what such an order filled before the exit leaves: it may take it back. */
  coinsGraceMs: 20,
  /** Exits and protection are worth sending late. */
  exitWaitMs: 60_000,
  /** Requests that wait; far more than one account can have in flight. */
  queued: 1_000,
  /** Whole report by itself, and while the stream is down. */
  reportEveryMs: 30_000,
  pollEveryMs: 5_000,
  /** Two reports are at least this far apart, whatever asks for them (reconnect storms). */
  reportGapMs: 1_000,
  /** Rounds of one report while own fills move; then it is told with a doubt. */
  reportRounds: 5,
  /** Reports that fail one after the other before the link counts as lost. */
  reportFailures: 2,
  /**
   * Fills are asked again from this far before the newest report: venues list them late, by more
   * than a minute at bad times, and of an order that has ended nothing else tells them.
   */
  fillOverlapMs: 300_000,
  /** Fills asked for by the first report of a run, beside the life of its open orders. */
  firstFillsMs: 3_600_000,
  /** So many empty lists before it is believed that the time before the run had no fills (F16). */
  firstLists: 5,
  /** Empty or short lists of fills before the missing part is inferred from an order's totals. */
  fillLists: 3,
  /** The real fills of an inferred one are looked for this long. */
  inferredKeepMs: 86_400_000,
  /** Fills of an order whose id is not known yet (RELIABILITY F12). */
  strayFillMs: 60_000,
  strayFills: 1_000,
  /** Ended orders kept to recognize repeated messages; older ones are looked up in the books. */
  ended: 2_000,
  /** Doubts named in one report; more are counted. */
  doubts: 20,
  /** A stream that came back counts as up after this long, so that flapping asks for nothing. */
  linkSteadyMs: 500,
  /** An amend nobody answered is concluded refused when the order is unchanged after this long. */
  amendWindowMs: 15_000,
  /** A planned stop waits so long for the dead-man switch to be off. */
  disarmMs: 2_000,
  /** Attempts to cancel an order that is not ours. */
  externalCancels: 5,
} as const;

/** Below what the strictest large venue grants one key; for a client that names no limit. */
export const BUDGET: RequestBudget = { perSecond: 10, burst: 60, reserve: 30 };

/** Wait before the n-th repetition (from 0): doubled each time, capped, jittered. */
export function backoffMs(attempt: number, rng: { next(): number }): number {
  const wait = Math.min(LIMITS.retryMs * 2 ** attempt, LIMITS.retryMostMs);
  return wait * (1 + LIMITS.jitter * rng.next());
}
