import type { OrderId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import type { RejectCode } from '../../domain/record.ts';
import type { VenueFault, VenueOrder, VenueResult } from '../../domain/venue.ts';
import type { Core } from './core.ts';
import type { Observer } from './observer.ts';
import { longestWaitMs } from './rate-budget.ts';
import type { Tracked } from './registry.ts';
import type { Unknowns } from './unknowns.ts';
import type { Withdraw } from './wire.ts';

/** Sends new orders: each id once, for ever; every answer that proves nothing is unknown. */
export class Creates {
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly unknowns: Unknowns;
  /** Ways to take back what waits for the request limit. */
  private readonly waiting = new Map<OrderId, Withdraw>();

  constructor(core: Core, observer: Observer, unknowns: Unknowns) {
    this.core = core;
    this.observer = observer;
    this.unknowns = unknowns;
  }

  submit(order: Readonly<Order>): void {
    const tracked = this.core.registry.add(order);
    if (!tracked) {
      this.core.alarm(`order ${order.id} was to be sent a second time: not sent`);
      return;
    }
    const withdraw = this.core.wire.ask<VenueOrder>({
      lane: order.role === 'entry' ? 'entry' : 'exit',
      kind: 'create',
      mostWaitMs: longestWaitMs(order.role),
      send: (answer) => {
        this.waiting.delete(order.id);
        // What protects a position is let through, as by the engine's own gate.
        const isStopped = order.role !== 'protective' && this.core.ports.isGateClosed?.();
        if (isStopped === true) return answer(GATE_CLOSED);
        tracked.phase = 'sent';
        tracked.sentAt = this.core.now();
        this.core.client.createOrder(order, answer);
      },
      answer: (result) => this.answered(tracked, result),
    });
    if (tracked.phase === 'queued') this.waiting.set(order.id, withdraw);
  }

  /** Takes back an order that has not left. False when it has. */
  withdraw(tracked: Tracked): boolean {
    const isBack = this.waiting.get(tracked.id)?.() ?? false;
    this.waiting.delete(tracked.id);
    if (isBack) this.neverSent(tracked, 'canceled before it was sent');
    return isBack;
  }

  private answered(tracked: Tracked, result: VenueResult<VenueOrder>): void {
    this.waiting.delete(tracked.id);
    if (result.ok) {
      if (this.observer.order(result.value) === tracked) return;
      return this.lose(tracked, 'the answer was about another order');
    }
    const { fault } = result;
    if (tracked.phase === 'queued') return this.neverSent(tracked, fault.reason);
    if (!isProof(fault)) return this.lose(tracked, fault.reason);
    // It was seen there already: the refusal is of a second copy, or not true.
    if (tracked.phase === 'open') return this.observer.look(tracked, 'proof', () => undefined);
    if (tracked.phase !== 'sent' && tracked.phase !== 'unknown') return;
    this.core.registry.end(tracked, 'ended');
    const { reason } = fault;
    this.core.post({ kind: 'rejected', orderId: tracked.id, code: codeOf(fault), reason });
    this.unknowns.settle(tracked);
  }

  /** No certain answer; where the stream has shown it meanwhile, none is needed. */
  private lose(tracked: Tracked, reason: string): void {
    if (tracked.phase === 'sent') this.unknowns.begin(tracked, reason, tracked.sentAt);
  }

  private neverSent(tracked: Tracked, reason: string): void {
    this.core.registry.end(tracked, 'ended');
    this.core.post({ kind: 'neverSent', orderId: tracked.id, reason });
  }
}

const GATE_CLOSED = {
  ok: false,
  fault: { kind: 'rateLimited', reason: 'the emergency stop', waitMs: 0, banned: false },
} as const;

/**
 * Does this refusal prove that the order is not there? A duplicate id does not: the first copy of
 * the one request may have been taken.
 */
function isProof(fault: VenueFault): boolean {
  switch (fault.kind) {
    case 'rejected':
      return fault.code !== 'DUPLICATE_ID';
    case 'auth':
    case 'rateLimited':
    case 'down':
      return true;
    case 'notFound':
    case 'unknownOutcome':
      return false;
    default:
      return fault satisfies never;
  }
}

function codeOf(fault: VenueFault): RejectCode {
  switch (fault.kind) {
    case 'rejected':
      return fault.code;
    case 'auth':
      return 'AUTH';
    case 'rateLimited':
      return 'RATE_LIMITED';
    default:
      return 'VENUE_DOWN';
  }
}
