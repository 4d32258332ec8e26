/** The account's own stream: orders, fills and balances as the exchange tells them. */
import type { Decimal } from '../../domain/decimal.ts';
import { SeededRng } from '../../domain/rng.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { VenueOrder } from '../../domain/venue.ts';
import type { Log, VenueListener } from '../../ports.ts';
import { hasOpenSocket } from './data-client.ts';
import type { Instance } from './instance-type.ts';
import { Unreadable } from './foreign.ts';
import { type MapContext, toVenueAccount, toVenueFill, toVenueOrder } from './map.ts';
import { reasonOf } from './reason.ts';
import type { ExchangeRow } from './row.ts';
import { WatchLoop } from './watch-loop.ts';

export interface AccountStreamOptions {
  readonly instance: Instance;
  readonly row: ExchangeRow;
  readonly context: MapContext;
  /** Every order that was heard of, before it is told. */
  readonly seen: (order: VenueOrder) => void;
  readonly tell: (what: (listener: VenueListener) => void) => void;
  readonly log: Log;
  /** How often what is watched is asked for anew. */
  readonly rearmMs?: number;
}

/**
 * A subscription that the exchange ended leaves the call that waits for it waiting for ever; a new
 * call subscribes again (EXCHANGE 7).
 */
const REARM_MS = 45 * SECOND_MS;
/** Newest calls that are listened to: the library may answer the one before, too. */
const LISTENED = 2;
/** Whether the sockets are open again is looked at so often while they are not. */
const LOOK_MS = 250;
/** A socket that stays open so long is one that can be relied on. */
const STEADY_MS = SECOND_MS;

/** One kind of news: how it is asked for, and what becomes of one piece of it. */
interface Subject {
  readonly name: string;
  readonly watch: () => Promise<unknown>;
  readonly take: (raw: unknown) => void;
}

/**
 * Watches what the row says is streamed, from `start` to `stop`. Nothing here is the truth: the
 * order manager verifies, and reads the account itself after every drop and on a timer. What cannot
 * be read is logged and left to that.
 */
export class AccountStream {
  private readonly of: AccountStreamOptions;
  private readonly rng: SeededRng;
  private readonly ends: (() => void)[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private isUp = true;
  private upSince: number | null = null;
  private isRunning = false;
  /** Balance totals by asset, as told last. */
  private readonly totals = new Map<string, Decimal>();
  private isQuestioned = false;
  private filledAt = -Infinity;

  constructor(options: AccountStreamOptions) {
    this.of = options;
    const letters = Array.from(options.context.accountId, (letter) => letter.charCodeAt(0));
    this.rng = new SeededRng(letters.reduce((sum, code) => (sum * 31 + code) % 2 ** 32, 7));
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    for (const subject of this.subjects()) this.follow(subject);
  }

  stop(): void {
    this.isRunning = false;
    for (const end of this.ends.splice(0)) end();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private subjects(): Subject[] {
    const { instance, row } = this.of;
    const { orders, fills, balance } = row.sources;
    const found: Subject[] = [];
    if (orders === 'stream') {
      const take = (raw: unknown) => this.takeOrder(raw);
      found.push({ name: 'orders', watch: () => instance.watchOrders(), take: each(take) });
    }
    if (fills === 'stream') {
      const take = (raw: unknown) => this.takeFill(raw);
      found.push({ name: 'fills', watch: () => instance.watchMyTrades(), take: each(take) });
    }
    if (balance === 'stream') {
      const take = (raw: unknown) => this.takeBalance(raw);
      found.push({ name: 'balance', watch: () => instance.watchBalance(), take });
    }
    return found;
  }

  /** Keeps asking. Of a quiet account many calls wait, and one message answers all of them. */
  private follow(subject: Subject): void {
    let loop: WatchLoop | null = null;
    let newest = 0;
    const arm = () => {
      loop?.stop();
      const turn = (newest += 1);
      loop = new WatchLoop({
        watch: async () => {
          const news = await subject.watch();
          if (this.isRunning && newest - turn < LISTENED) this.hear(subject, news);
        },
        take: () => true,
        onFault: (error) => this.lose(subject, error),
        after: (ms, fire) => this.after(ms, fire),
        random: () => this.rng.next(),
      });
      this.after(this.of.rearmMs ?? REARM_MS, arm);
    };
    arm();
    this.ends.push(() => loop?.stop());
  }

  private hear(subject: Subject, news: unknown): void {
    try {
      subject.take(news);
    } catch (error) {
      if (!(error instanceof Unreadable)) return bug(error);
      this.note(`${subject.name} of the stream not believed: ${error.message}`);
    }
    this.rise();
  }

  private takeOrder(raw: unknown): void {
    const order = toVenueOrder(raw, this.of.context);
    if (!order) return;
    this.of.seen(order);
    this.of.tell((listener) => listener.onOrder(order));
  }

  private takeFill(raw: unknown): void {
    const fill = toVenueFill(raw, this.of.context);
    if (!fill) return;
    this.filledAt = performance.now();
    this.of.tell((listener) => listener.onFill(fill));
  }

  /**
   * Money that came or went without a trade: every order moves balances too, but not their totals,
   * and every fill is heard of by itself. What comes beside a fill is left to the next report.
   */
  private takeBalance(raw: unknown): void {
    const account = toVenueAccount(raw, this.of.context);
    let isMoved = false;
    for (const [asset, total] of account.balances) {
      if (this.totals.get(asset) !== total) isMoved = true;
      this.totals.set(asset, total);
    }
    if (!isMoved || this.isQuestioned) return;
    this.isQuestioned = true;
    this.after(STEADY_MS, () => {
      this.isQuestioned = false;
      if (performance.now() - this.filledAt < 2 * STEADY_MS) return;
      this.of.tell((listener) => listener.onAccount(account));
    });
  }

  private lose(subject: Subject, error: unknown): void {
    const reason = `stream of ${subject.name}: ${reasonOf(error, this.of.instance)}`;
    this.upSince = null;
    if (!this.isUp) return;
    this.isUp = false;
    this.of.tell((listener) => listener.onLink(false, reason));
    this.lookForLink();
  }

  /** No message tells that a quiet account is connected again: its sockets do. */
  private lookForLink(): void {
    this.after(LOOK_MS, () => {
      if (this.isUp) return;
      const now = performance.now();
      if (!hasOpenSocket(this.of.instance)) this.upSince = null;
      else this.upSince ??= now;
      if (this.upSince !== null && now - this.upSince >= STEADY_MS) this.rise();
      else this.lookForLink();
    });
  }

  private rise(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.of.tell((listener) => listener.onLink(true, 'the stream is connected again'));
  }

  private note(message: string): void {
    this.of.log({ level: 'warn', category: 'trading', message: `${this.of.row.id}: ${message}` });
  }

  private after(ms: number, fire: () => void): () => void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.isRunning) fire();
    }, ms);
    timer.unref();
    this.timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.timers.delete(timer);
    };
  }
}

/** Of a list each piece on its own: one that cannot be read must not hide the others. */
function each(take: (raw: unknown) => void): (list: unknown) => void {
  return (list) => {
    let fault: Unreadable | null = null;
    // A copy: the library changes its lists and what is in them at any time.
    for (const raw of structuredClone(Array.isArray(list) ? Array.from(list) : [])) {
      try {
        take(raw);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        fault = error;
      }
    }
    if (fault !== null) throw fault;
  };
}

/** A fault of whoever listens is none of the stream: it ends the process like any other. */
function bug(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
