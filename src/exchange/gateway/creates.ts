import type { OrderId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import type { RejectCode } from '../../domain/record.ts';
import type { VenueFault, VenueOrder, VenueResult } from '../../domain/venue.ts';
import type { Core } from './core.ts';
import { LIMITS } from './limits.ts';
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
  /** Orders whose coins another one holds until its cancel has ended it. */
  private readonly held = new Map<Tracked, () => void>();

  constructor(core: Core, observer: Observer, unknowns: Unknowns) {
    this.core = core;
    this.observer = observer;
    this.unknowns = unknowns;
    core.registry.onEnd = () => this.releaseHeld();
  }

  submit(order: Readonly<Order>): void {
    const tracked = this.core.registry.add(order);
    if (!tracked) {
      this.core.alarm(`order ${order.id} was to be sent a second time: not sent`);
      return;
    }
    if (this.isHeld(tracked)) this.hold(tracked);
    else this.send(tracked);
  }

  private send(tracked: Tracked): void {
    const { order } = tracked;
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

  /** Does an order that is being canceled hold the coins this one sells? */
  private isHeld({ order }: Tracked): boolean {
    const { registry, client } = this.core;
    if (client.abilities.holdsCoins !== true || order.side !== 'sell') return false;
    for (const other of registry.live()) {
      const isThere = other.isCancelAsked && other.order.side === 'sell';
      if (isThere && other.order.symbol === order.symbol) return true;
    }
    return false;
  }

  /** Waits for the end of what holds its coins; what waits too long is tried all the same. */
  private hold(tracked: Tracked): void {
    const release = () => {
      cancelTimer();
      this.held.delete(tracked);
      this.waiting.delete(tracked.id);
      this.send(tracked);
    };
    const cancelTimer = this.core.after(LIMITS.coinsMs, release);
    this.held.set(tracked, release);
    this.waiting.set(tracked.id, () => {
      cancelTimer();
      return this.held.delete(tracked);
    });
  }

  private releaseHeld(): void {
    if (this.held.size === 0) return;
    this.core.after(LIMITS.coinsGraceMs, () => {
      for (const [tracked, release] of Array.from(this.held)) {
        if (!this.isHeld(tracked)) release();
      }
    });
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
