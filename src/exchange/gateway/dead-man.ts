import type { Core } from './core.ts';
import { LIMITS } from './limits.ts';
import type { Reports } from './reports.ts';

/** Heartbeats in one window of the venue's timer. */
const BEATS = 3;

/**
 * The venue's own timer that cancels everything unless it is set again (RELIABILITY F74): set at a
 * third of its window, an alarm at half of it without success, and a report once it must have
 * fired, because the orders are gone then.
 */
export class DeadMan {
  private readonly core: Core;
  private readonly reports: Reports;
  /** Zero where it is not used. */
  private readonly windowMs: number;
  private setAt = 0;
  private isLate = false;
  private isFired = false;
  private isWaiting = false;

  constructor(core: Core, reports: Reports) {
    this.core = core;
    this.reports = reports;
    const { deadMan } = core.client.abilities;
    const asked = core.ports.deadManMs ?? 0;
    const isPossible = deadMan && core.client.setDeadMan !== undefined;
    this.windowMs = isPossible ? Math.min(asked, deadMan.longestMs) : 0;
    if (asked > 0 && !isPossible) core.alarm('this venue has no dead-man switch');
    if (this.windowMs > 0 && deadMan?.cancelsStops === true) {
      core.log('warn', 'the dead-man switch of this venue cancels protective stops too');
    }
  }

  start(): void {
    if (this.windowMs === 0) return;
    this.setAt = this.core.now();
    this.beat();
    this.watch();
  }

  /** Takes the timer away before a planned stop; `done` once that was tried. */
  disarm(done: () => void): void {
    if (this.windowMs === 0) return done();
    let isDone = false;
    const once = () => {
      if (!isDone) done();
      isDone = true;
    };
    this.core.after(LIMITS.disarmMs, once);
    this.set(0, once);
  }

  private beat(): void {
    this.core.after(this.windowMs / BEATS, () => this.beat());
    const sentAt = this.core.now();
    this.set(this.windowMs, (isSet) => {
      if (!isSet) return;
      // From the send on: the venue's timer started no earlier.
      this.setAt = Math.max(this.setAt, sentAt);
      if (this.isFired) this.reports.request('the dead-man switch had fired');
      this.isLate = false;
      this.isFired = false;
    });
  }

  private set(timeoutMs: number, done: (isSet: boolean) => void): void {
    // One that waits for the request limit says the same when it leaves.
    if (this.isWaiting && timeoutMs > 0) return;
    this.isWaiting = true;
    this.core.wire.ask<void>({
      lane: 'proof',
      kind: 'deadMan',
      send: (answer) => {
        this.isWaiting = false;
        this.core.client.setDeadMan?.(timeoutMs, answer);
      },
      answer: (result, isLate) => {
        if (!isLate || result.ok) done(result.ok);
      },
    });
  }

  private watch(): void {
    this.core.after(this.windowMs / (2 * BEATS), () => this.watch());
    const age = this.core.now() - this.setAt;
    if (!this.isLate && age >= this.windowMs / 2) {
      this.isLate = true;
      const left = Math.max(0, Math.round((this.windowMs - age) / 1000));
      this.core.alarm(`dead-man switch not set: the venue cancels everything in ${left} s`);
    }
    if (!this.isFired && age >= this.windowMs) {
      this.isFired = true;
      this.core.alarm('dead-man switch expired: the venue canceled what was open');
      this.reports.request('the dead-man switch expired');
    }
  }
}
