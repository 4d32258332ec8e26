import type { Decimal } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { ControlEvent } from '../domain/event.ts';
import { type RunId, simulatedRunId } from '../domain/ids.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Market } from '../domain/market.ts';
import type { EpochMs } from '../domain/time.ts';
import { createSimulatedClock } from '../engine/clock.ts';
import { type OnBody, type OnNotice, type Run, createRun } from '../engine/run.ts';
import { startRun } from '../engine/start.ts';
import { type EngineState, type RuntimeSetup, createEngineState } from '../engine/state.ts';
import type { SimModel } from '../exchange/sim/models.ts';
import { createSimVenue } from '../exchange/sim/venue.ts';
import type { Clock, FeedPast, Journal, Log, SendGuard, Venue } from '../ports.ts';

export interface OutsideVenue {
  readonly run: RunId;
  /** The run has started: from now on the venue may speak. */
  start(): void;
  connect(of: {
    readonly state: EngineState;
    readonly clock: Clock;
    readonly post: (event: ControlEvent) => void;
    /** The emergency stop: once true, what still waits to be sent must not leave. */
    readonly isGateClosed: () => boolean;
  }): Venue;
}

/** An account and everything it trades with, in every mode. */
export interface AccountRunOptions {
  /** Warms charts and strategies up; who drives the run has the rest of the feed. */
  readonly feed: FeedPast;
  readonly markets: readonly Market[];
  readonly runtimes: readonly RuntimeSetup[];
  readonly limits: RiskLimits;
  readonly model: SimModel;
  /** Deposit of a new account, in the currency of the first market. */
  readonly cash: Decimal;
  readonly accountId: string;
  readonly mode: string;
  readonly seed: number;
  readonly version: string;
  /** Engine time of the first records. */
  readonly startTime: EpochMs;
  /** See `createEngineState`. */
  readonly candlesFrom?: 'trades' | 'feed';
  /** See `RunPorts`. */
  readonly feedTime?: () => EpochMs;
  /** Names the run of a simulated account on a real market; left out: from seed and journal. */
  readonly run?: RunId;
  /** Lifts PAUSED (DECISIONS 12). */
  readonly start: boolean;
  readonly journal: Journal;
  /** A venue outside this process in the place of the simulated one, and the id of its run. */
  readonly outside?: OutsideVenue;
  /** Recovered state; a new account without it. */
  readonly money?: EngineState['money'];
  readonly log?: Log;
  readonly onRecord?: OnBody;
  readonly onNotice?: OnNotice;
  /** The gate before every order; without it nothing but the engine's state stops one. */
  readonly guard?: SendGuard;
}

/**
 * A run against the in-process venue, started. The same options and events give the same records
 * whatever the journal and the pace are (DECISIONS 1, 2).
 */
export function createAccountRun(options: AccountRunOptions): Run {
  const { markets, runtimes, limits, model, accountId, journal, startTime, money } = options;
  const { outside } = options;
  const currency = required(markets[0], 'market').settle;
  const settings = { limits, leverage: model.leverage };
  const recovered = money === undefined ? {} : { money };
  const now = Math.max(startTime, money?.cursor.time ?? 0);
  const { candlesFrom = 'trades', feedTime } = options;
  const state = createEngineState({ markets, runtimes, settings, now, candlesFrom, ...recovered });
  const clock = createSimulatedClock(now);
  const { onRecord, onNotice, log, guard } = options;
  const run = createRun({
    state,
    journal,
    clock,
    venue: (post, scheduler) => {
      const isGateClosed = () => guard?.isClosed === true;
      if (outside) return outside.connect({ state, clock, post, isGateClosed });
      const books = booksOf(state, { currency, cash: options.cash });
      return createSimVenue({ accountId, markets, clock, scheduler, post, model, books });
    },
    ...(feedTime === undefined ? {} : { feedTime }),
    ...(log === undefined ? {} : { log }),
    ...(onRecord === undefined ? {} : { onRecord }),
    ...(onNotice === undefined ? {} : { onNotice }),
    ...(guard === undefined ? {} : { guard }),
  });
  const { version, mode, seed, cash, start } = options;
  const id = outside?.run ?? options.run ?? simulatedRunId(seed, journal.last);
  const who = { run: id, version, mode, accountId, currency, seed, markets };
  startRun(run, options.feed, { ...who, cash, start });
  outside?.start();
  return run;
}

/** The venue begins with our books (DECISIONS 10); of a new account, with the coming deposit. */
function booksOf(state: EngineState, of: { readonly currency: string; readonly cash: Decimal }) {
  const { money } = state;
  const isNew = money.balances.size === 0;
  const balances = isNew
    ? new Map([[of.currency, of.cash]])
    : new Map([...money.balances].map(([asset, { total }]) => [asset, total] as const));
  return { balances, positions: money.positions.values(), openOrders: money.working.values() };
}
