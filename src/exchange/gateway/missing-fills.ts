import type { Core } from './core.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { Lists } from './lists.ts';
import type { Tracked } from './registry.ts';
import { type Settlement, isMissing } from './settlement.ts';

/**
 * Fills that an order's totals announce and nobody told: after a moment for the stream the venue's
 * list is asked for, for all such orders together; what no list explains is inferred.
 */
export class MissingFills {
  private readonly core: Core;
  private readonly lists: Lists;
  private readonly settlement: Settlement;
  /** Lists that were read in vain, by order. */
  private readonly read = new Map<Tracked, number>();
  private isRunning = false;

  constructor(core: Core, lists: Lists, settlement: Settlement) {
    this.core = core;
    this.lists = lists;
    this.settlement = settlement;
  }

  get size(): number {
    return this.read.size;
  }

  want(tracked: Tracked): void {
    if (!this.read.has(tracked)) this.read.set(tracked, 0);
    this.run(LIMITS.streamGraceMs);
  }

  private run(wait: number): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.core.after(wait, () => {
      this.dropFound();
      if (this.read.size > 0) this.ask();
      else this.isRunning = false;
    });
  }

  private ask(): void {
    const asked = [...this.read.keys()];
    const since = this.core.fillsFrom(asked);
    this.lists.fills(since, (isRead) => this.answered(isRead ? asked : []));
  }

  private answered(asked: readonly Tracked[]): void {
    this.isRunning = false;
    let most = 0;
    for (const tracked of asked) {
      const reads = (this.read.get(tracked) ?? 0) + 1;
      if (this.read.has(tracked)) this.read.set(tracked, reads);
      if (reads >= LIMITS.fillLists) this.settlement.infer(tracked);
      most = Math.max(most, reads);
    }
    this.dropFound();
    if (this.read.size > 0) this.run(backoffMs(most, this.core.ports.rng));
  }

  private dropFound(): void {
    for (const tracked of this.read.keys()) {
      if (!isMissing(tracked)) this.read.delete(tracked);
    }
  }
}
