import type { CandleEvent, MarketEvent } from '../domain/event.ts';
import { type EpochMs, timeframeMs } from '../domain/time.ts';
import type { PushFeed } from '../ports.ts';
import type { Pacer, PacerPorts } from './pacer.ts';

/** Time one turn may drive events before it yields to keys and screen (ENGINE 1). */
const TURN_MS = 8;
/** How often engine time moves where no data come: timers, staleness, schedules. */
const TICK_MS = 100;
/** How soon a turn that had to stop for the disk looks again. */
const DISK_WAIT_MS = 20;
/** Prints that wait of one symbol while the disk is behind; the oldest beyond it are dropped. */
const MOST_TRADES = 5_000;
/** Candles that wait; more than a day of minutes of every market come at no start. */
const MOST_CANDLES = 5_000;

interface LivePacerPorts extends Omit<PacerPorts, 'feed'> {
  readonly feed: PushFeed;
  /** Engine time: the machine's clock. */
  now(): EpochMs;
  monotonicMs(): number;
}

/**
 * Drives what an exchange sends as it comes. Engine time is the machine's; a turn is bounded, and
 * what comes faster than it is driven is merged by market: the newest book, all prints in order.
 * Nothing here can be held, sought or hurried.
 */
export function createLivePacer(ports: LivePacerPorts): Pacer {
  return new LivePacer(ports);
}

class LivePacer implements Pacer {
  readonly speed = 1;
  readonly held = false;
  readonly ended = false;
  readonly seeking = null;
  private readonly ports: LivePacerPorts;
  private readonly lane = new MarketLane();
  private isRunning = false;
  private turn: NodeJS.Immediate | null = null;
  private wait: NodeJS.Timeout | null = null;
  private tick: NodeJS.Timeout | null = null;
  private unlisten: () => void = () => undefined;

  constructor(ports: LivePacerPorts) {
    this.ports = ports;
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.unlisten = this.ports.feed.listen({
      onEvent: (event) => {
        this.lane.add(event);
        this.schedule();
      },
      onStatus: () => this.ports.onTurn(),
    });
    this.tick = setInterval(() => this.guarded(() => this.passTime()), TICK_MS);
  }

  stop(): void {
    this.isRunning = false;
    this.unlisten();
    if (this.turn) clearImmediate(this.turn);
    if (this.wait) clearTimeout(this.wait);
    if (this.tick) clearInterval(this.tick);
    this.turn = null;
    this.wait = null;
    this.tick = null;
  }

  between(act: () => void): void {
    this.guarded(() => {
      this.ports.advance(this.ports.now());
      act();
      this.ports.onTurn();
    });
  }

  setSpeed(): void {
    // The market of an exchange has one speed.
  }

  hold(): void {
    // Nor does it wait.
  }

  step(): void {
    // Nor does it come one by one.
  }

  seek(): void {
    // Nor does it begin again.
  }

  private schedule(): void {
    if (!this.isRunning || this.turn !== null || this.wait !== null) return;
    this.turn = setImmediate(() => {
      this.turn = null;
      this.guarded(() => this.pump());
    });
  }

  private passTime(): void {
    this.ports.advance(this.ports.now());
    this.ports.onTurn();
  }

  private pump(): void {
    const { ports, lane } = this;
    const begun = ports.monotonicMs();
    const now = ports.now();
    ports.advance(now);
    while (this.isRunning && ports.monotonicMs() - begun < TURN_MS) {
      if (ports.isBlocked()) return this.waitForDisk();
      const event = lane.take();
      if (event === null) break;
      if (event.kind === 'candle' && isOld(event, now)) ports.warm(event);
      else ports.drive(event);
    }
    ports.onTurn();
    if (!lane.isEmpty) this.schedule();
  }

  private waitForDisk(): void {
    this.ports.onTurn();
    this.wait = setTimeout(() => {
      this.wait = null;
      this.schedule();
    }, DISK_WAIT_MS);
  }

  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.stop();
      this.ports.onCrash(error);
    }
  }
}

/** A candle that closed longer ago than it lasted fills a gap; nobody decides on it any more. */
function isOld(event: CandleEvent, now: EpochMs): boolean {
  return event.time < now - timeframeMs(event.timeframe);
}

/** What waits to be driven, by market: bounded whatever comes. */
class MarketLane {
  /** In the order of arrival; a book that was replaced meanwhile is taken in its newest form. */
  private queue: MarketEvent[] = [];
  private taken = 0;
  private readonly books = new Map<string, MarketEvent>();
  private readonly trades = new Map<string, MarketEvent & { kind: 'trades' }>();

  get isEmpty(): boolean {
    return this.taken >= this.queue.length;
  }

  add(event: MarketEvent): void {
    if (event.kind === 'book') this.addBook(event);
    else if (event.kind === 'trades') this.addTrades(event);
    else if (this.queue.length - this.taken < MOST_CANDLES) this.queue.push(event);
  }

  take(): MarketEvent | null {
    const event = this.queue[this.taken];
    if (event === undefined) return null;
    this.taken += 1;
    if (this.taken === this.queue.length) {
      this.queue = [];
      this.taken = 0;
    }
    if (event.kind === 'book') return this.takeFrom(this.books, event);
    if (event.kind === 'trades') return this.takeFrom(this.trades, event);
    return event;
  }

  private addBook(event: MarketEvent & { kind: 'book' }): void {
    if (!this.books.has(event.symbol)) this.queue.push(event);
    this.books.set(event.symbol, event);
  }

  private addTrades(event: MarketEvent & { kind: 'trades' }): void {
    const waiting = this.trades.get(event.symbol);
    if (waiting === undefined) this.queue.push(event);
    const all = waiting === undefined ? event.trades : [...waiting.trades, ...event.trades];
    this.trades.set(event.symbol, { ...event, trades: all.slice(-MOST_TRADES) });
  }

  private takeFrom<E extends MarketEvent>(waiting: Map<string, E>, event: E): MarketEvent {
    const newest = waiting.get(event.symbol) ?? event;
    waiting.delete(event.symbol);
    return newest;
  }
}
