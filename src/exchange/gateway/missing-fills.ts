import type { VenueFill } from '../../domain/venue.ts';
import type { Core } from './core.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { Observer } from './observer.ts';
import type { Tracked } from './registry.ts';
import { type Settlement, isMissing } from './settlement.ts';

/**
 * Fills that an order's totals announce and nobody told: after a moment for the stream the venue's
 * list is asked for, for all such orders together; what no list explains is inferred.
 */
export class MissingFills {
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly settlement: Settlement;
  /** Lists that were read in vain, by order. */
  private readonly lists = new Map<Tracked, number>();
  private isRunning = false;

  constructor(core: Core, observer: Observer, settlement: Settlement) {
    this.core = core;
    this.observer = observer;
    this.settlement = settlement;
  }

  get size(): number {
    return this.lists.size;
  }

  want(tracked: Tracked): void {
    if (!this.lists.has(tracked)) this.lists.set(tracked, 0);
    this.run(LIMITS.streamGraceMs);
  }

  private run(wait: number): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.core.after(wait, () => {
      this.dropFound();
      if (this.lists.size > 0) this.ask();
      else this.isRunning = false;
    });
  }

  private ask(): void {
    const asked = [...this.lists.keys()];
    const created = asked.map(({ order }) => order.createdTime);
    const since = Math.min(...created) - LIMITS.fillOverlapMs;
    this.core.wire.ask<readonly VenueFill[]>({
      lane: 'proof',
      send: (answer) => this.core.client.fetchFills(since, answer),
      answer: (result, isLate) => {
        if (result.ok) for (const fill of result.value) this.observer.fill(fill);
        if (!isLate) this.answered(result.ok ? asked : []);
      },
    });
  }

  private answered(asked: readonly Tracked[]): void {
    this.isRunning = false;
    let least = 0;
    for (const tracked of asked) {
      const lists = (this.lists.get(tracked) ?? 0) + 1;
      if (this.lists.has(tracked)) this.lists.set(tracked, lists);
      if (lists >= LIMITS.fillLists) this.settlement.infer(tracked);
      least = Math.max(least, lists);
    }
    this.dropFound();
    if (this.lists.size > 0) this.run(backoffMs(least, this.core.ports.rng));
  }

  private dropFound(): void {
    for (const tracked of this.lists.keys()) {
      if (!isMissing(tracked)) this.lists.delete(tracked);
    }
  }
}
