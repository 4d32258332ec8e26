import { monotonicMs } from '../engine/clock.ts';
import type { CandleEvent, MarketEvent } from '../domain/event.ts';
import type { EpochMs } from '../domain/time.ts';
import type { PullFeed } from '../ports.ts';

/** Time one turn may pump before it yields to keys and screen (ENGINE 1). */
const TURN_MS = 8;
/** Longest wall time a gap in a recording is waited for: nights and weekends pass quickly. */
const MAX_WAIT_MS = 2_000;
/** Timers of the platform are not finer than this. */
const MIN_WAIT_MS = 5;
/** How soon a pump that had to stop for the disk looks again. */
const DISK_WAIT_MS = 20;

export interface PacerPorts {
  readonly feed: PullFeed;
  drive(event: MarketEvent): void;
  /** Time passes; and a candle that says nothing about now. Only where the wall paces it. */
  advance(time: EpochMs): void;
  warm(event: CandleEvent): void;
  /** After each turn in which something was driven. */
  onTurn(): void;
  onEnd(): void;
  /** A seek has arrived, or was given up. */
  onSought(): void;
  /** A throw inside the engine: the run cannot go on. */
  onCrash(error: unknown): void;
  /** True while the disk is behind: the market waits, so that nothing piles up. */
  isBlocked(): boolean;
}

/** Holds market events back until their moment; what `drive` does never depends on it. */
export interface Pacer {
  start(): void;
  stop(): void;
  /** Something that comes by itself, between two market events; it may be what was waited for. */
  between(act: () => void): void;
  setSpeed(speed: number | 'max'): void;
  hold(held: boolean): void;
  /** Drives one event; only while held. */
  step(): void;
  /** As fast as it goes up to this time, then on as before; holding gives it up. */
  seek(time: EpochMs): void;
  readonly speed: number | 'max';
  readonly held: boolean;
  readonly ended: boolean;
  /** A seek is under way to this time. */
  readonly seeking: EpochMs | null;
}

export function createPacer(ports: PacerPorts, initialSpeed: number | 'max'): Pacer {
  return new FeedPacer(ports, initialSpeed);
}

class FeedPacer implements Pacer {
  speed: number | 'max';
  held = false;
  ended = false;
  seeking: EpochMs | null = null;
  private readonly ports: PacerPorts;
  private running = false;
  private pending: MarketEvent | null = null;
  private timer: NodeJS.Timeout | null = null;
  private turn: NodeJS.Immediate | null = null;
  /** The newest pump found itself blocked. */
  private isWaiting = false;
  /** Wall and feed time that belong together; null until the next event sets them. */
  private origin: { readonly wall: number; readonly time: number } | null = null;

  constructor(ports: PacerPorts, speed: number | 'max') {
    this.ports = ports;
    this.speed = speed;
  }

  start(): void {
    this.running = true;
    this.schedule(0);
  }

  stop(): void {
    this.running = false;
    this.cancelTimers();
  }

  setSpeed(speed: number | 'max'): void {
    this.speed = speed;
    this.rebase();
  }

  between(act: () => void): void {
    this.guarded(() => {
      act();
      this.ports.onTurn();
    });
    if (!this.isWaiting) return;
    this.cancelTimers();
    this.schedule(0);
  }

  hold(held: boolean): void {
    this.held = held;
    this.endSeek();
    this.rebase();
  }

  seek(time: EpochMs): void {
    if (this.ended) return;
    this.seeking = time;
    this.rebase();
  }

  private endSeek(): void {
    if (this.seeking === null) return;
    this.seeking = null;
    this.origin = null;
    this.ports.onSought();
  }

  private get atRest(): boolean {
    return !this.running || this.ended || (this.held && this.seeking === null);
  }

  step(): void {
    if (!this.held || this.ended || this.seeking !== null) return;
    this.guarded(() => {
      const event = this.peek();
      if (event) this.take(event);
      this.ports.onTurn();
      if (this.ended) this.ports.onEnd();
    });
  }

  private rebase(): void {
    this.origin = null;
    this.cancelTimers();
    this.schedule(0);
  }

  private cancelTimers(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.turn) clearImmediate(this.turn);
    this.timer = null;
    this.turn = null;
  }

  private schedule(waitMs: number): void {
    if (this.atRest) return;
    const pump = (): void => this.guarded(() => this.pump());
    if (waitMs <= 0) this.turn = setImmediate(pump);
    else this.timer = setTimeout(pump, Math.max(MIN_WAIT_MS, waitMs));
  }

  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.stop();
      this.ports.onCrash(error);
    }
  }

  private pump(): void {
    const begun = monotonicMs();
    let wait = 0;
    this.isWaiting = false;
    while (!this.atRest && monotonicMs() - begun < TURN_MS) {
      if (this.ports.isBlocked()) {
        wait = DISK_WAIT_MS;
        this.isWaiting = true;
        break;
      }
      const event = this.peek();
      if (!event) break;
      if (this.seeking !== null && event.time > this.seeking) this.endSeek();
      if (this.atRest) break;
      wait = this.waitFor(event);
      if (wait > 0) break;
      this.take(event);
    }
    this.ports.onTurn();
    if (!this.ended) return this.schedule(wait);
    this.endSeek();
    this.ports.onEnd();
  }

  private peek(): MarketEvent | null {
    if (this.pending) return this.pending;
    this.pending = this.ports.feed.next();
    if (this.pending === null) this.ended = true;
    return this.pending;
  }

  private take(event: MarketEvent): void {
    this.pending = null;
    this.ports.drive(event);
  }

  /** Wall milliseconds until the event is due. A long gap moves the origin instead of waiting. */
  private waitFor(event: MarketEvent): number {
    if (this.speed === 'max' || this.seeking !== null) return 0;
    const wall = monotonicMs();
    this.origin ??= { wall, time: event.time };
    const due = this.origin.wall + (event.time - this.origin.time) / this.speed;
    const wait = due - wall;
    if (wait > MAX_WAIT_MS) {
      this.origin = { wall: wall + MAX_WAIT_MS, time: event.time };
      return MAX_WAIT_MS;
    }
    // Far behind (a stalled machine, a stopped process): go on from here, without a rush.
    if (wait < -MAX_WAIT_MS) this.origin = { wall, time: event.time };
    return wait;
  }
}
