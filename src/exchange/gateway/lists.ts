import type { VenueFill, VenueOrder } from '../../domain/venue.ts';
import type { Answer, RequestKind } from '../../ports.ts';
import type { Core } from './core.ts';
import type { Observer } from './observer.ts';

/** Hears whether the list was read and taken in. */
type Read = (isRead: boolean) => void;

/**
 * The account's lists, read for whoever looks for an order of ours: many questions that wait at
 * the same time are one request. One that has left answers nobody who asks later.
 */
export class Lists {
  private readonly core: Core;
  private readonly observer: Observer;
  private openReaders: Read[] = [];
  private fillReaders: Read[] = [];
  private fillsSince = Infinity;

  constructor(core: Core, observer: Observer) {
    this.core = core;
    this.observer = observer;
  }

  /** Reads the open orders. */
  open(read: Read): void {
    this.openReaders.push(read);
    if (this.openReaders.length > 1) return;
    const readers = this.openReaders;
    this.ask<VenueOrder>(readers, {
      kind: 'openOrders',
      send: (answer) => this.core.client.fetchOpenOrders(answer),
      close: () => {
        this.openReaders = [];
      },
      take: (order) => this.observer.order(order),
    });
  }

  /** Reads the fills from `since` (venue time) on, or from earlier where somebody asked for that. */
  fills(since: number, read: Read): void {
    this.fillReaders.push(read);
    this.fillsSince = Math.min(this.fillsSince, since);
    if (this.fillReaders.length > 1) return;
    const readers = this.fillReaders;
    let from = since;
    this.ask<VenueFill>(readers, {
      kind: 'fills',
      send: (answer) => this.core.client.fetchFills(from, answer),
      close: () => {
        from = this.fillsSince;
        this.fillReaders = [];
        this.fillsSince = Infinity;
      },
      take: (fill) => this.observer.fill(fill),
    });
  }

  /** `close`: from here on nobody joins any more. */
  private ask<T>(
    readers: readonly Read[],
    of: {
      readonly kind: RequestKind;
      readonly send: (answer: Answer<readonly T[]>) => void;
      readonly close: () => void;
      readonly take: (one: T) => void;
    },
  ): void {
    let isClosed = false;
    const close = () => {
      if (!isClosed) of.close();
      isClosed = true;
    };
    this.core.wire.ask<readonly T[]>({
      lane: 'proof',
      kind: of.kind,
      send: (answer) => {
        close();
        of.send(answer);
      },
      answer: (result, isLate) => {
        close();
        if (result.ok) for (const one of result.value) of.take(one);
        if (!isLate) for (const read of readers) read(result.ok);
      },
    });
  }
}
