/** Stops as the emergency thread carries them out: gate first, then cancels, then words. */
import type { OrderId } from '../../domain/ids.ts';
import { inSeconds } from '../../domain/time.ts';
import type { OrderRef } from '../../domain/venue.ts';
import type { Board } from './board.ts';
import { Clearance, type Cleared } from './clearance.ts';
import type { EmergencyClient } from './client.ts';
import type { StopOutcome } from './control-protocol.ts';
import type { Books, FromThread, StopKind } from './messages.ts';

/** A main loop that turns hears of a stop within milliseconds; after this the thread is alone. */
export const ALONE_MS = 300;
/** A main loop that was only late still tells its books; later ones are not waited for. */
const AWAY_MS = 5_000;
/** Books that settle take no longer: the last cancels are answered and on disk. */
const BOOKS_MS = 20_000;

export interface StopsPorts {
  readonly board: Board;
  readonly client: EmergencyClient | null;
  readonly post: (message: FromThread) => void;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly now: () => number;
  /** The main loop does not answer: the next start has to know. Why it could not, or null. */
  readonly record: (stop: StopKind, by: string) => string | null;
}

interface Case {
  readonly id: number;
  readonly stop: StopKind;
  readonly by: string;
  readonly tell: (outcome: StopOutcome) => void;
  isHeard: boolean;
  stopFile: StopOutcome['stopFile'];
  books: Books | null | 'due';
  cleared: Cleared | null | 'due';
}

interface KnownOrder {
  readonly symbol: string;
  /** Made by the engine after the newest stop, by its rules: a close, a stop put back. */
  isLater: boolean;
}

/** Cases kept at once: more than anybody asks for. */
const MOST_CASES = 32;

export class Stops {
  private readonly ports: StopsPorts;
  private readonly known = new Map<OrderId, KnownOrder>();
  private readonly cases = new Map<number, Case>();
  private clearance: Clearance | null = null;
  private last = 0;
  /** The newest stop has reached the main loop: what it sends from then on obeys that stop. */
  private isHeard = false;

  constructor(ports: StopsPorts) {
    this.ports = ports;
  }

  get knownOrders(): number | null {
    return this.ports.client === null ? null : this.known.size;
  }

  mayExist(orderId: OrderId, symbol: string): void {
    this.known.set(orderId, { symbol, isLater: this.isHeard });
  }

  gone(orderId: OrderId): void {
    this.known.delete(orderId);
  }

  /**
   * Closes the gate and sends the cancels before it returns; `tell` hears how it ended. `by` says
   * in words who asked.
   */
  stop(stop: StopKind, by: string, tell: (outcome: StopOutcome) => void = () => undefined): void {
    const { board, after } = this.ports;
    board.closeGate();
    const isFirst = this.begin();
    const id = ++this.last;
    const one: Case = {
      id,
      stop,
      by,
      tell,
      isHeard: false,
      stopFile: 'notNeeded',
      books: 'due',
      cleared: isFirst ? 'due' : null,
    };
    if (this.cases.size < MOST_CASES) this.cases.set(id, one);
    this.ports.post({ kind: 'stop', id, stop, by, wallMs: Date.now() });
    after(ALONE_MS, () => this.goAlone(one));
    after(AWAY_MS, () => {
      if (!one.isHeard) this.giveUpBooks(one);
    });
    after(BOOKS_MS, () => this.giveUpBooks(one));
  }

  /** A main loop that stands still can neither hear a stop nor look after its orders. */
  stopForStall(silentMs: number): void {
    this.ports.post({ kind: 'stalled', silentMs });
    this.stop('halt', `the console stood still for ${inSeconds(silentMs)}`);
  }

  heard(id: number): void {
    const one = this.cases.get(id);
    if (one) one.isHeard = true;
    if (id === this.last) this.isHeard = true;
  }

  stopped(id: number, books: Books): void {
    const one = this.cases.get(id);
    if (!one) return;
    one.books = books;
    this.settle(one);
  }

  close(): void {
    this.clearance?.abandon();
    this.ports.client?.close();
  }

  /** True where there is a wire to send cancels on. */
  private begin(): boolean {
    const { client, after, now } = this.ports;
    this.isHeard = false;
    for (const order of this.known.values()) order.isLater = false;
    if (client === null) return false;
    this.clearance?.abandon();
    this.clearance = new Clearance({
      client,
      known: [...this.known].map(([orderId, { symbol }]): OrderRef => {
        return { orderId, symbol, venueOrderId: null };
      }),
      isLater: (orderId) => this.known.get(orderId)?.isLater === true,
      after,
      now,
      onDone: (cleared) => this.cleared(cleared),
    });
    this.clearance.start();
    return true;
  }

  /** An earlier stop that still waits ends with what the newest one came to. */
  private cleared(cleared: Cleared): void {
    const waiting = [...this.cases.values()].filter((one) => one.cleared === 'due');
    const newest = waiting.at(-1);
    if (newest) {
      const isAlone = newest.stopFile !== 'notNeeded';
      this.ports.post({ kind: 'cleared', stop: newest.stop, cleared, isAlone });
    }
    for (const one of waiting) {
      one.cleared = cleared;
      this.settle(one);
    }
  }

  private goAlone(one: Case): void {
    if (one.isHeard) return;
    if (one.stop === 'flatten') this.clearance?.closeAll();
    const problem = this.ports.record(one.stop, one.by);
    one.stopFile = problem === null ? 'written' : { problem };
    this.settle(one);
  }

  private giveUpBooks(one: Case): void {
    if (one.books === 'due') one.books = null;
    this.settle(one);
  }

  private settle(one: Case): void {
    const { books, cleared, stopFile } = one;
    if (books === 'due' || cleared === 'due' || !this.cases.delete(one.id)) return;
    one.tell({ books, cleared, stopFile });
  }
}
