import { messageOf } from '../../domain/errors.ts';
import type { VenueFault, VenueResult } from '../../domain/venue.ts';
import type { Answer, BudgetView, RequestBudget, RequestKind } from '../../ports.ts';
import { LIMITS } from './limits.ts';
import { LANES, type Lane, RateBudget } from './rate-budget.ts';

/** Timers and durations of the transport: monotonic milliseconds, never the engine's clock. */
export interface Transport {
  now(): number;
  /** Calls `fire` after `ms`; returns a cancel function. */
  after(ms: number, fire: () => void): () => void;
}

/** One request: sent at most once, answered once, and once more where the answer comes late. */
export interface Request<T> {
  readonly lane: Lane;
  readonly kind: RequestKind;
  send(answer: Answer<T>): void;
  /** `isLate`: it was answered with `unknownOutcome` before, when its deadline passed. */
  answer(result: VenueResult<T>, isLate: boolean): void;
  /** Longest wait before it is sent; then it is answered `rateLimited` and never sent. */
  readonly mostWaitMs?: number;
}

interface Waiting {
  readonly lane: Lane;
  readonly kind: RequestKind;
  go(): void;
  refuse(fault: VenueFault): void;
}

/** Takes a request back that has not left; false when it has. */
export type Withdraw = () => boolean;

/**
 * The way to the client: sends each request once, holds it back for the rate budget and for what
 * the venue demands, and ends it at a deadline. Cancels wait for nothing but a ban.
 */
export class Wire {
  private readonly transport: Transport;
  private readonly onFault: (fault: VenueFault) => void;
  private readonly limits: RequestBudget;
  private readonly budget: RateBudget;
  private readonly queues: Readonly<Record<Lane, Waiting[]>> = {
    cancel: [],
    proof: [],
    exit: [],
    entry: [],
    rest: [],
  };
  /** Until when nothing but cancels, and until when nothing at all may leave. */
  private heldUntil = 0;
  private bannedUntil = 0;
  /** The same as `heldUntil` for requests with a limit of their own, which cost nothing here. */
  private freeHeldUntil = 0;
  private wake: (() => void) | null = null;
  private isClosed = false;

  constructor(transport: Transport, limits: RequestBudget, onFault: (fault: VenueFault) => void) {
    this.transport = transport;
    this.onFault = onFault;
    this.limits = limits;
    this.budget = new RateBudget(limits, transport.now());
  }

  /** Sends at once or as soon as it may; nothing is sent or answered after `close`. */
  ask<T>(request: Request<T>): Withdraw {
    if (this.isClosed) return () => false;
    const { lane, kind } = request;
    const queue = this.queues[lane];
    const waiting: Waiting = {
      lane,
      kind,
      go: () => this.send(request),
      refuse: (fault) => request.answer({ ok: false, fault }, false),
    };
    if (queue.length === 0 && this.waitMs(lane, kind) === 0 && this.take(lane, kind)) {
      waiting.go();
      return () => false;
    }
    if (queue.length >= LIMITS.queued) {
      waiting.refuse(notSent('too many requests wait'));
      return () => false;
    }
    queue.push(waiting);
    this.arm();
    const withdraw = () => remove(queue, waiting);
    if (request.mostWaitMs !== undefined) {
      this.transport.after(request.mostWaitMs, () => {
        if (!this.isClosed && withdraw()) waiting.refuse(notSent('the request limit is used up'));
      });
    }
    return withdraw;
  }

  budgetView(): BudgetView {
    const now = this.transport.now();
    const view = this.budget.view(now);
    return { ...view, waitingMs: Math.max(view.waitingMs, this.heldUntil - now, 0) };
  }

  close(): void {
    this.isClosed = true;
    this.wake?.();
    for (const lane of LANES) this.queues[lane].length = 0;
  }

  private send<T>(request: Request<T>): void {
    let state: 'open' | 'late' | 'done' = 'open';
    const cancelDeadline = this.transport.after(LIMITS.deadlineMs, () => {
      if (state !== 'open' || this.isClosed) return;
      state = 'late';
      request.answer(unknown(`no answer within ${LIMITS.deadlineMs / 1000} s`), false);
    });
    // What the engine throws while it takes an answer in is no fault of the client.
    const ours: unknown[] = [];
    const answer: Answer<T> = (result) => {
      if (state === 'done' || this.isClosed) return;
      const isLate = state === 'late';
      state = 'done';
      cancelDeadline();
      try {
        if (!result.ok) this.heed(result.fault, request.kind);
        request.answer(result, isLate);
      } catch (error) {
        ours.push(error);
        throw error;
      }
    };
    try {
      request.send(answer);
    } catch (error) {
      if (ours.includes(error)) throw error;
      answer(unknown(`the client failed: ${messageOf(error)}`));
    }
  }

  private heed(fault: VenueFault, kind: RequestKind): void {
    if (fault.kind === 'rateLimited') {
      const until = this.transport.now() + fault.waitMs;
      this.heldUntil = Math.max(this.heldUntil, until);
      if (fault.banned) this.bannedUntil = Math.max(this.bannedUntil, until);
      // A question too many does not hold orders back whose limit is another one.
      if (fault.banned || this.isFree(kind)) {
        this.freeHeldUntil = Math.max(this.freeHeldUntil, until);
      }
    }
    this.onFault(fault);
  }

  private waitMs(lane: Lane, kind: RequestKind): number {
    const now = this.transport.now();
    const held = this.isFree(kind) ? this.freeHeldUntil : this.heldUntil;
    const until = lane === 'cancel' ? this.bannedUntil : held;
    return Math.max(until - now, this.budget.waitMs(lane, kind, now), 0);
  }

  private isFree(kind: RequestKind): boolean {
    return this.limits.costs?.[kind] === 0;
  }

  private take(lane: Lane, kind: RequestKind): boolean {
    return this.budget.take(lane, kind, this.transport.now());
  }

  /** Sends what may leave by now, most urgent lane first. */
  private pump(): void {
    for (const lane of LANES) {
      const queue = this.queues[lane];
      for (let next = queue[0]; next; next = queue[0]) {
        if (this.waitMs(lane, next.kind) > 0 || !this.take(lane, next.kind)) break;
        queue.shift();
        next.go();
      }
    }
    this.arm();
  }

  private arm(): void {
    this.wake?.();
    this.wake = null;
    const waits = LANES.flatMap((lane) => {
      const next = this.queues[lane][0];
      return next ? [this.waitMs(lane, next.kind)] : [];
    });
    if (waits.length === 0 || this.isClosed) return;
    this.wake = this.transport.after(Math.max(1, Math.min(...waits)), () => {
      this.wake = null;
      if (!this.isClosed) this.pump();
    });
  }
}

const unknown = (reason: string) =>
  ({ ok: false, fault: { kind: 'unknownOutcome', reason } }) as const;

const notSent = (reason: string): VenueFault => ({
  kind: 'rateLimited',
  reason,
  waitMs: 0,
  banned: false,
});

function remove(queue: Waiting[], waiting: Waiting): boolean {
  const at = queue.indexOf(waiting);
  if (at >= 0) queue.splice(at, 1);
  return at >= 0;
}
