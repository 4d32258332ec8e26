import { type Decimal, toText } from '../../domain/decimal.ts';
import type { ControlEvent } from '../../domain/event.ts';
import type { RunId } from '../../domain/ids.ts';
import type { AccountRecord } from '../../domain/record.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { VenueFault } from '../../domain/venue.ts';
import type { Clock, Log, RequestBudget, VenueClient } from '../../ports.ts';
import { BUDGET, LIMITS } from './limits.ts';
import { type GatewayBooks, Registry, type Tracked } from './registry.ts';
import { Timers } from './timers.ts';
import { type Transport, Wire } from './wire.ts';

export interface GatewayPorts {
  readonly client: VenueClient;
  /** To the engine's inbox, in order. */
  readonly post: (event: ControlEvent) => void;
  /** The books as they are now; recovered ones must be there when the gateway is created. */
  readonly books: () => GatewayBooks;
  /** Is this a run of our own journal? */
  readonly knowsRun: (run: RunId) => boolean;
  readonly accountId: string;
  readonly transport: Transport;
  /** Engine time of what is posted. */
  readonly clock: Clock;
  /** Spreads repetitions; seeded. */
  readonly rng: { next(): number };
  readonly log: Log;
  /** What the operator must see now, in one line. */
  readonly alarm?: (text: string) => void;
  /** Instead of the limit that the client names. */
  readonly budget?: RequestBudget;
  /** The emergency stop: asked right before every create; what waited until then is never sent. */
  readonly isGateClosed?: () => boolean;
  /** Window of the venue's dead-man switch; null or left out: it is not used. */
  readonly deadManMs?: number | null;
}

/** What every part of the order manager shares: the wire, the orders, the way to the engine. */
export class Core {
  readonly ports: GatewayPorts;
  readonly client: VenueClient;
  readonly wire: Wire;
  readonly registry: Registry;
  /** Counts what changes money: a report that saw it change is taken again. */
  moves = 0;
  /** The venue's time up to which all fills were read. */
  readUntil: EpochMs;
  /** Hears of every refusal before whoever asked does. */
  onFault: (fault: VenueFault) => void = () => undefined;
  private readonly doubts = new Set<string>();
  private readonly timers: Timers;
  private hasBegun = false;
  private isStopped = false;

  constructor(ports: GatewayPorts) {
    this.ports = ports;
    this.client = ports.client;
    this.readUntil = ports.clock.now() - LIMITS.firstFillsMs;
    this.registry = new Registry(ports.books, () => this.readUntil);
    this.timers = new Timers(ports.transport);
    const budget = ports.budget ?? ports.client.budget ?? BUDGET;
    this.wire = new Wire(this.timers, budget, (fault) => this.onFault(fault));
  }

  get books(): GatewayBooks {
    return this.ports.books();
  }

  now(): number {
    return this.ports.transport.now();
  }

  /** Venue time from which the fills of these orders must be asked for. */
  fillsFrom(orders: Iterable<Tracked>): EpochMs {
    let from = this.readUntil;
    for (const one of orders) from = Math.min(from, one.fillsFrom);
    return from - LIMITS.fillOverlapMs;
  }

  /**
   * The venue's clock in its first answer of this run. Ours may be ahead, and may have been when
   * what is open was made: its fills are looked for in the hour before at least.
   */
  beginAt(time: EpochMs): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const from = time - LIMITS.firstFillsMs;
    this.readUntil = Math.min(this.readUntil, from);
    for (const tracked of this.registry.live()) {
      tracked.fillsFrom = Math.min(tracked.fillsFrom, from);
    }
  }

  /** A timer that ends with the gateway. Returns a cancel function. */
  after(ms: number, fire: () => void): () => void {
    return this.timers.after(ms, () => {
      if (!this.isStopped) fire();
    });
  }

  post(record: AccountRecord): void {
    if (record.kind === 'fill' || record.kind === 'fillsReplaced') this.moves += 1;
    this.postEvent({ kind: 'account', time: this.ports.clock.now(), record });
  }

  postEvent(event: ControlEvent): void {
    if (!this.isStopped) this.ports.post(event);
  }

  log(level: 'info' | 'warn' | 'error', message: string): void {
    this.ports.log({ level, category: 'trading', message: safeText(message) });
  }

  alarm(message: string): void {
    this.log('error', message);
    this.ports.alarm?.(safeText(message));
  }

  /** Something the next report cannot vouch for; it is said once, there and in the log. */
  doubt(text: string): void {
    const line = safeText(text);
    if (this.doubts.has(line) || this.doubts.size >= LIMITS.doubts) return;
    this.doubts.add(line);
    this.log('error', line);
  }

  /** The doubts since they were last taken. */
  takeDoubts(): string[] {
    const taken = [...this.doubts];
    this.doubts.clear();
    return taken;
  }

  stop(): void {
    this.isStopped = true;
    this.wire.close();
    this.timers.cancelAll();
  }
}

/** An order in words, for log lines. */
export function describe(of: {
  readonly id: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: Decimal;
}): string {
  return `${of.side} ${toText(of.quantity)} ${of.symbol} ${of.id}`;
}
