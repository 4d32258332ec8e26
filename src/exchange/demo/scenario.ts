import { assert, BugError, InputError } from '../../domain/errors.ts';
import type { CandleEvent, MarketEvent } from '../../domain/event.ts';
import type { FeedCheckpoint } from '../../domain/record.ts';
import { type EpochMs, HOUR_MS, SECOND_MS } from '../../domain/time.ts';
import type { FeedCursor, PullFeed } from '../../ports.ts';
import { DemoMarket, isHourSecond, isMarkSecond } from './demo-market.ts';
import { mix } from './levels.ts';
import { DEMO_SPECS, PERPETUAL } from './markets.ts';
import { DemoMinutes } from './minutes.ts';
import { PricePath } from './price-path.ts';

/** Simulated time of every demo market's first event, unless another one is given. */
export const DEMO_START: EpochMs = Date.UTC(2026, 0, 5);

/** Hours of the market that lie before the first event. */
const FIRST_PAST_HOURS = 8;
/** Hours behind a checkpoint at most: a restart knows the change of a day. */
const PAST_HOURS = 25;
const PAST_SECONDS = PAST_HOURS * 3_600;
/** Finished minutes kept of each symbol: the past and the hour that is running. */
const PAST_MINUTES = (PAST_HOURS + 1) * 60;
/** An hour has at most 4 books and 4 prints a second, marks and one checkpoint. */
const MAX_HOUR_EVENTS = 3_600 * 9 + 1_201;
const FORMAT = 1;

/** A seeded, endless market that can be continued where it was left. */
export interface DemoFeed extends PullFeed {
  history(perSymbol: number): readonly CandleEvent[];
  /**
   * Candles that were open when the cursor was taken, so that a builder can go on with them;
   * a candle that is due is closed by the next event, as it would have been. Empty at a first
   * start.
   */
  unfinished(): readonly CandleEvent[];
}

/**
 * The demo market: about one book a second and symbol, its prints, mark prices and funding of the
 * perpetual, and a checkpoint at every full hour. The same seed and start time give the same
 * events, byte for byte, and a cursor continues with exactly the event after it.
 * Throws InputError when the cursor belongs to another seed or is damaged.
 */
export function createDemoFeed(of: {
  readonly seed: number;
  readonly startTime?: EpochMs;
  readonly cursor?: FeedCursor;
}): DemoFeed {
  const startTime = of.startTime ?? DEMO_START;
  assert(startTime % HOUR_MS === 0, `demo start ${startTime} is not a full hour`);
  return new SeededFeed(of.seed, startTime, of.cursor ?? { checkpoint: null, events: 0 });
}

/** The path at the start of an hour. */
interface HourState {
  readonly second: number;
  readonly path: readonly number[];
}

class SeededFeed implements DemoFeed {
  readonly length = null;
  readonly #seed: number;
  readonly #market: DemoMarket;
  /** Oldest first, at most PAST_HOURS before the running hour. */
  readonly #hours: HourState[] = [];
  readonly #minutes = new DemoMinutes(PAST_MINUTES);
  #queue: MarketEvent[] = [];
  #taken = 0;
  /** Events handed out since the beginning of the session, the queue's rest not counted. */
  #events: number;

  constructor(seed: number, startTime: EpochMs, cursor: FeedCursor) {
    this.#seed = seed;
    const from = cursor.checkpoint
      ? readCheckpoint(cursor.checkpoint, { seed, events: cursor.events })
      : beginning(startTime);
    this.#market = from.path
      ? new DemoMarket({ seed, path: PricePath.resume(from.path), second: from.pastSecond })
      : DemoMarket.start(seed, from.pastSecond);
    while (this.#market.nextSecond < from.second) this.#skim();
    this.#events = from.events;
    if (cursor.events > 0) this.#skipTo(cursor.events);
    else this.#minutes.close(startTime);
  }

  next(): MarketEvent {
    for (;;) {
      const event = this.#queue[this.#taken];
      if (event !== undefined) {
        this.#taken += 1;
        this.#events += 1;
        return event;
      }
      this.#startSecond();
      this.#publish();
    }
  }

  history(perSymbol: number): readonly CandleEvent[] {
    return this.#minutes.newest(perSymbol);
  }

  unfinished(): readonly CandleEvent[] {
    return this.#minutes.unfinished;
  }

  /** Remembers the path at full hours and moves the market by a second. */
  #startSecond(): void {
    const second = this.#market.nextSecond;
    if (isHourSecond(second)) {
      this.#hours.push({ second, path: this.#market.path.state() });
      if (this.#hours.length > PAST_HOURS + 1) this.#hours.shift();
    }
    this.#market.advance();
  }

  /** A second nobody looks at: only its candles stay. */
  #skim(): void {
    this.#startSecond();
    this.#minutes.close((this.#market.nextSecond - 1) * SECOND_MS);
    this.#minutes.addSecond(this.#market);
  }

  /**
   * Leaves out events until `target` of them are done. A candle is over when an event of its own
   * symbol came after it, as for the engine: what nobody saw end is still open.
   */
  #skipTo(target: number): void {
    while (this.#events < target) {
      this.#startSecond();
      const count = this.#market.eventCount;
      if (this.#events + count <= target) {
        this.#minutes.close((this.#market.nextSecond - 1) * SECOND_MS);
        this.#minutes.addSecond(this.#market);
        this.#events += count;
        continue;
      }
      this.#publish();
      while (this.#events < target) this.#skipEvent(this.next());
    }
  }

  #skipEvent(event: MarketEvent): void {
    const index = DEMO_SPECS.findIndex((spec) => spec.market.symbol === event.symbol);
    if (index < 0) return;
    this.#minutes.closeOne(index, event.time);
    if (event.kind === 'trades') this.#minutes.addPrints(this.#market, index);
  }

  /** Builds the events of the second just drawn, in time order. */
  #publish(): void {
    const market = this.#market;
    const second = market.nextSecond - 1;
    const time = second * SECOND_MS;
    const queue: MarketEvent[] = [];
    if (isHourSecond(second)) queue.push(this.#checkpoint(second));
    if (isMarkSecond(second)) queue.push(markEvent(market, time));
    for (const [i, book] of market.books.entries()) {
      const delay = 10 + 50 * i + (mix(this.#seed, i, second, 7) % 40);
      const { symbol } = book.spec.market;
      queue.push({ kind: 'book', symbol, time: time + delay, levels: book.levels() });
    }
    for (const [i, tape] of market.tapes.entries()) {
      if (tape.count === 0) continue;
      const trades = tape.trades(time + 250 + 170 * i + tape.delayMs);
      const symbol = DEMO_SPECS[i]?.market.symbol ?? '';
      queue.push({ kind: 'trades', symbol, time: trades.at(-1)?.time ?? time, trades });
    }
    this.#queue = queue;
    this.#taken = 0;
  }

  #checkpoint(second: number): MarketEvent {
    const oldest = this.#hours[0];
    assert(oldest !== undefined, 'demo market without a past');
    const checkpoint: FeedCheckpoint = {
      format: FORMAT,
      seed: this.#seed,
      second,
      // Itself included: the event after it is the next one.
      events: this.#events + 1,
      pastSecond: oldest.second,
      path: oldest.path,
    };
    return { kind: 'checkpoint', symbol: '', time: second * SECOND_MS, checkpoint };
  }
}

function markEvent(market: DemoMarket, time: EpochMs): MarketEvent {
  const mid = market.path.prices[PERPETUAL] ?? NaN;
  const symbol = DEMO_SPECS[PERPETUAL]?.market.symbol ?? '';
  const markPrice = Math.round(mid * 100) / 100;
  return { kind: 'mark', symbol, time, markPrice, fundingRate: market.fundingRate };
}

/** Where a feed begins: the past is generated from `pastSecond` up to `second`. */
interface Place {
  readonly pastSecond: number;
  readonly second: number;
  /** Events before `second`. */
  readonly events: number;
  readonly path: readonly number[] | null;
}

function beginning(startTime: EpochMs): Place {
  const second = startTime / SECOND_MS;
  return { pastSecond: second - FIRST_PAST_HOURS * 3_600, second, events: 0, path: null };
}

/** The place in a checkpoint that comes from disk. */
function readCheckpoint(
  checkpoint: FeedCheckpoint,
  expected: { readonly seed: number; readonly events: number },
): Place {
  const { format, seed, second, events, pastSecond, path } = checkpoint;
  const numbers = [second, events, pastSecond];
  const isSound =
    format === FORMAT &&
    numbers.every((one) => Number.isSafeInteger(one)) &&
    typeof second === 'number' &&
    typeof events === 'number' &&
    typeof pastSecond === 'number' &&
    Array.isArray(path) &&
    pastSecond <= second &&
    second - pastSecond <= PAST_SECONDS &&
    expected.events >= events &&
    expected.events - events <= MAX_HOUR_EVENTS;
  if (!isSound) throw new BugError(`damaged demo checkpoint at event ${expected.events}`);
  if (seed !== expected.seed) {
    throw new InputError(
      `this session's demo market has seed ${String(seed)}, not ${expected.seed}: ` +
        `use --seed ${String(seed)}, or another --state directory`,
    );
  }
  return { pastSecond, second, events: events - 1, path: path as readonly number[] };
}
