import { monotonicMs } from '../engine/clock.ts';
import type { MarketEvent } from '../domain/event.ts';
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
  /** After each turn in which something was driven. */
  onTurn(): void;
  onEnd(): void;
  /** A throw inside the engine: the run cannot go on. */
  onCrash(error: unknown): void;
  /** True while the disk is behind: the market waits, so that nothing piles up. */
  isBlocked(): boolean;
}

/** Holds market events back until their moment; what `drive` does never depends on it. */
export interface Pacer {
  start(): void;
  stop(): void;
  setSpeed(speed: number | 'max'): void;
  hold(held: boolean): void;
  /** Drives one event; only while held. */
  step(): void;
  readonly speed: number | 'max';
  readonly held: boolean;
  readonly ended: boolean;
}

export function createPacer(ports: PacerPorts, initialSpeed: number | 'max'): Pacer {
  return new FeedPacer(ports, initialSpeed);
}

class FeedPacer implements Pacer {
  speed: number | 'max';
  held = false;
  ended = false;
  private readonly ports: PacerPorts;
  private running = false;
  private pending: MarketEvent | null = null;
  private timer: NodeJS.Timeout | null = null;
  private turn: NodeJS.Immediate | null = null;
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

  hold(held: boolean): void {
    this.held = held;
    this.rebase();
  }

  step(): void {
    if (!this.held || this.ended) return;
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
    if (this.running && !this.held) this.schedule(0);
  }

  private cancelTimers(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.turn) clearImmediate(this.turn);
    this.timer = null;
    this.turn = null;
  }

  private schedule(waitMs: number): void {
    if (!this.running || this.held || this.ended) return;
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
    while (this.running && monotonicMs() - begun < TURN_MS) {
      if (this.ports.isBlocked()) {
        wait = DISK_WAIT_MS;
        break;
      }
      const event = this.peek();
      if (!event) break;
      wait = this.waitFor(event);
      if (wait > 0) break;
      this.take(event);
    }
    this.ports.onTurn();
    if (this.ended) this.ports.onEnd();
    else this.schedule(wait);
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
    if (this.speed === 'max') return 0;
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
