import { type Core, describe } from './core.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { Lists } from './lists.ts';
import type { Observer } from './observer.ts';
import type { Tracked } from './registry.ts';

/** After this long since the send a request can no longer be taken by the venue. */
const WINDOW_MS = LIMITS.receiveWindowMs + LIMITS.skewMs + LIMITS.lateAcceptMs;

interface Proof {
  /** Monotonic time from which the order could have arrived. */
  readonly since: number;
  attempt: number;
  /** Complete answers that denied the order: by its id, among the open ones, among the fills. */
  denials: number;
}

/**
 * Orders whose outcome is not known: asked for until the venue shows them, or has denied them
 * often enough and late enough. Nothing is ever sent again (RELIABILITY F1–F3).
 */
export class Unknowns {
  /** An order was found or given up: the account is worth a report. */
  onResolved: (tracked: Tracked) => void = () => undefined;
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly lists: Lists;
  private readonly proofs = new Map<Tracked, Proof>();

  constructor(parts: { readonly core: Core; readonly observer: Observer; readonly lists: Lists }) {
    this.core = parts.core;
    this.observer = parts.observer;
    this.lists = parts.lists;
  }

  /** The create of this order has no certain answer. `since`: monotonic time of the request. */
  begin(tracked: Tracked, reason: string, since: number): void {
    if (this.proofs.has(tracked) || tracked.phase === 'ended' || tracked.phase === 'buried') return;
    tracked.phase = 'unknown';
    this.core.post({ kind: 'outcomeUnknown', orderId: tracked.id, reason });
    this.core.log('warn', `outcome unknown (${reason}): ${describe(tracked.order)}`);
    this.resume(tracked, since);
  }

  /** The same for an order whose outcome the journal knows to be unknown. */
  resume(tracked: Tracked, since: number): void {
    const proof: Proof = { since, attempt: 0, denials: 0 };
    this.proofs.set(tracked, proof);
    this.schedule(tracked, proof);
  }

  /** It was seen, or its end is known: no more questions. */
  settle(tracked: Tracked): void {
    if (this.proofs.delete(tracked)) this.onResolved(tracked);
  }

  private schedule(tracked: Tracked, proof: Proof): void {
    const wait = backoffMs(proof.attempt, this.core.ports.rng);
    proof.attempt += 1;
    this.core.after(wait, () => {
      if (this.isOpen(tracked, proof)) this.askByIds(tracked, proof);
    });
  }

  private isOpen(tracked: Tracked, proof: Proof): boolean {
    return this.proofs.get(tracked) === proof;
  }

  private askByIds(tracked: Tracked, proof: Proof): void {
    const askedAt = this.core.now();
    this.observer.look(tracked, 'proof', (look) => {
      if (!this.isOpen(tracked, proof)) return;
      if (look === 'notFound') this.askOpen(tracked, proof, askedAt);
      else this.schedule(tracked, proof);
    });
  }

  private askOpen(tracked: Tracked, proof: Proof, askedAt: number): void {
    this.lists.open((isRead) => {
      if (!this.isOpen(tracked, proof)) return;
      if (isRead) this.askFills(tracked, proof, askedAt);
      else this.schedule(tracked, proof);
    });
  }

  private askFills(tracked: Tracked, proof: Proof, askedAt: number): void {
    this.lists.fills(this.core.fillsFrom([tracked]), (isRead) => {
      if (!this.isOpen(tracked, proof)) return;
      if (isRead) this.deny(tracked, proof, askedAt);
      else this.schedule(tracked, proof);
    });
  }

  /** Only a denial that was asked for after the window proves anything. */
  private deny(tracked: Tracked, proof: Proof, askedAt: number): void {
    proof.denials += 1;
    if (proof.denials < LIMITS.denials || askedAt < proof.since + WINDOW_MS) {
      return this.schedule(tracked, proof);
    }
    const seconds = Math.round((this.core.now() - proof.since) / 1000);
    const reason = `the venue denied to know it ${proof.denials} times in ${seconds} s`;
    this.core.registry.end(tracked, 'buried');
    // One that was seen there was placed, and can only have been canceled since.
    const kind = tracked.venueOrderId === null ? 'neverPlaced' : 'canceled';
    this.core.post({ kind, orderId: tracked.id, reason });
    this.settle(tracked);
  }
}
