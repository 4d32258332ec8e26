/** Requests for market data, one after the other, slow enough for the exchange's budget. */
import type { Scheduler } from '../../ports.ts';

export interface PollerPorts {
  readonly after: Scheduler['after'];
  /** Least time between two requests. */
  readonly spacingMs: number;
}

export interface Job {
  readonly isUrgent: boolean;
  run(): Promise<void>;
}

/** An answer that takes longer is none: the library's own limit does not cover a body. */
const LONGEST_ANSWER_MS = 12_000;
/** Requests under way at once. */
const MOST_AT_ONCE = 3;

/**
 * Requests by name: one that waits or is under way is not taken twice, so that the queue is never
 * longer than there are names.
 */
export class Poller {
  private readonly ports: PollerPorts;
  private readonly waiting = new Map<string, Job>();
  private readonly running = new Set<string>();
  private cancelTimer: (() => void) | null = null;
  private isResting = false;
  private stopped = false;

  constructor(ports: PollerPorts) {
    this.ports = ports;
  }

  /** `run` says to whoever asked what came of it. Urgent ones go before the others. */
  request(name: string, job: Job): void {
    if (this.stopped || this.running.has(name) || this.waiting.has(name)) return;
    this.waiting.set(name, job);
    this.pump();
  }

  /** The exchange wants to be left alone: nothing leaves for this long. */
  rest(ms: number): void {
    if (this.stopped) return;
    this.isResting = true;
    this.cancelTimer?.();
    this.cancelTimer = this.ports.after(ms, () => {
      this.isResting = false;
      this.cancelTimer = null;
      this.pump();
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
    this.waiting.clear();
  }

  private pump(): void {
    if (this.stopped || this.isResting || this.cancelTimer) return;
    if (this.running.size >= MOST_AT_ONCE) return;
    const all = [...this.waiting];
    const next = all.find(([, { isUrgent }]) => isUrgent) ?? all[0];
    if (!next) return;
    const [name, job] = next;
    this.waiting.delete(name);
    this.start(name, job);
    this.cancelTimer = this.ports.after(this.ports.spacingMs, () => {
      this.cancelTimer = null;
      this.pump();
    });
  }

  private start(name: string, job: Job): void {
    this.running.add(name);
    const end = (): void => {
      cancelDeadline();
      this.running.delete(name);
      this.pump();
    };
    const cancelDeadline = this.ports.after(LONGEST_ANSWER_MS, end);
    job.run().then(end, end);
  }
}
