/** When market, pump and disk last moved, by the monotonic clock of the process. */
import { monotonicMs } from '../engine/clock.ts';

export class Pulse {
  /** How long the newest commit took; null before the first. */
  commitMs: number | null = null;
  private lastEvent = monotonicMs();
  private lastTurn = monotonicMs();
  private commitBegun: number | null = null;

  /** The feed delivered. */
  event(): void {
    this.lastEvent = monotonicMs();
  }

  /** The pump turned, whether it found something or not. */
  turn(): void {
    this.lastTurn = monotonicMs();
  }

  /** Records are on their way to the disk; what joins them there waits no longer than they. */
  commitBegins(): void {
    this.commitBegun ??= monotonicMs();
  }

  commitEnds(): void {
    if (this.commitBegun === null) return;
    this.commitMs = monotonicMs() - this.commitBegun;
    this.commitBegun = null;
  }

  /** Since the feed last delivered. */
  get silentMs(): number {
    return monotonicMs() - this.lastEvent;
  }

  /** How long the pump has turned without an event: a hold or a stopped process is no silence. */
  get stalledMs(): number {
    return Math.max(0, this.lastTurn - this.lastEvent);
  }
}
