/**
 * The sequence of a stop, from a thread that only has a wire and the ids it was told: cancel what
 * is known, at once and in parallel, then ask the venue until none of ours is open twice, at least
 * a second apart (RELIABILITY 4). Protective orders stay, except in a flatten without a main loop.
 */
import { type Decimal, isZero } from '../../domain/decimal.ts';
import { type OrderId, roleOf } from '../../domain/ids.ts';
import type { OrderRef, VenueFault, VenueOrder, VenueResult } from '../../domain/venue.ts';
import type { EmergencyClient } from './client.ts';

/** What a stop came to. `open` is what was still open of ours at the last look. */
export interface Cleared {
  readonly canceled: number;
  readonly open: number;
  /** Protective orders that were left on purpose. */
  readonly kept: number;
  /** Cancels without an answer that no later look has settled. */
  readonly unknown: number;
  /** The venue said twice, a second apart, that none of ours is open. */
  readonly verified: boolean;
  /** Holdings left, in words; null where nobody looked. */
  readonly holdings: readonly string[] | null;
  /** Why it could not be verified, in words. */
  readonly problem: string | null;
}

export interface ClearanceOptions {
  readonly client: EmergencyClient;
  /** Orders that may exist now. */
  readonly known: Iterable<OrderRef>;
  /** Is this order one the engine made after the stop, a close for example? It is let be. */
  readonly isLater: (orderId: OrderId) => boolean;
  readonly after: (ms: number, run: () => void) => void;
  readonly now: () => number;
  readonly onDone: (cleared: Cleared) => void;
}

/** Between two looks that both must find nothing. */
const APART_MS = 1_000;
/** Between a look that found something, or failed, and the next. */
const AGAIN_MS = 300;
/** After this the stop is reported as it is; the operator decides. */
const GIVE_UP_MS = 15_000;
/** Each begins with what is really held, so none of them can turn a position around. */
const MOST_CLOSES = 3;

export class Clearance {
  private readonly of: ClearanceOptions;
  private readonly begun: number;
  private readonly asked = new Map<string, 'asked' | 'done' | 'unknown'>();
  /** Markets that were closed: their protective orders have nothing left to protect. */
  private closesAll = false;
  private closes = 0;
  private readonly unclosed = new Set<string>();
  /** Markets whose protective orders hold the coins that are to be sold: they make way. */
  private readonly held = new Set<string>();
  private isOver = false;
  private open = 0;
  private kept = 0;
  private emptySince: number | null = null;
  private holdings: readonly string[] | null = null;
  private problem: string | null = null;

  constructor(options: ClearanceOptions) {
    this.of = options;
    this.begun = options.now();
  }

  /** Sends the first cancels before it returns. */
  start(): void {
    for (const ref of this.of.known) if (!isProtective(ref)) this.cancel(ref);
    // The first look comes with the cancels: it finds what nobody told us of.
    this.look();
  }

  /** Closes every holding, then takes the protective orders along: nobody else will. */
  closeAll(): void {
    this.closes += 1;
    this.emptySince = null;
    this.of.client.fetchAccount((result) => {
      if (!result.ok) return this.fail('positions', result.fault);
      const held = [...result.value.positions].filter(([, quantity]) => !isZero(quantity));
      this.unclosed.clear();
      for (const [symbol] of held) this.unclosed.add(symbol);
      for (const [symbol, quantity] of held) this.close(symbol, quantity);
      this.closesAll = true;
    });
  }

  /** The end of the thread, or a newer stop that begins from all that is known. */
  abandon(): void {
    this.isOver = true;
  }

  private close(symbol: string, quantity: Decimal): void {
    this.of.client.closePosition({ symbol, quantity }, (result) => {
      if (result.ok) return void this.unclosed.delete(symbol);
      if (isShort(result.fault)) this.held.add(symbol);
      this.fail(`closing ${symbol}`, result.fault);
    });
  }

  private cancel(ref: OrderRef): void {
    const key = ref.orderId ?? ref.venueOrderId ?? '';
    if (this.asked.get(key) === 'asked') return;
    this.asked.set(key, 'asked');
    this.of.client.cancelOrder(ref, (result) => this.asked.set(key, outcomeOf(result)));
  }

  private look(): void {
    if (this.isOver) return;
    this.of.client.fetchOpenOrders((result) => {
      if (this.isOver) return;
      if (!result.ok) {
        this.fail('open orders', result.fault);
        this.emptySince = null;
        return this.lookAgain(AGAIN_MS);
      }
      this.judge(result.value);
    });
  }

  private judge(orders: readonly VenueOrder[]): void {
    const ours = orders.filter((order) => this.isOurs(order));
    const due = ours.filter((order) => !this.mayStay(order));
    this.open = due.length;
    this.kept = ours.length - due.length;
    if (due.length > 0) {
      this.emptySince = null;
      for (const order of due) this.cancel(toRef(order));
      return this.lookAgain(AGAIN_MS);
    }
    const now = this.of.now();
    this.emptySince ??= now;
    if (now - this.emptySince >= APART_MS) return this.takeStock(true);
    this.lookAgain(APART_MS - (now - this.emptySince));
  }

  /** A stop stays as long as what it protects may still be held. */
  private mayStay(order: VenueOrder): boolean {
    const { symbol } = order;
    const isClosed = this.closesAll && (!this.unclosed.has(symbol) || this.held.has(symbol));
    return isProtective(toRef(order)) && !isClosed;
  }

  private isOurs({ clientOrderId, status }: VenueOrder): boolean {
    if (clientOrderId === null || roleOf(clientOrderId) === null || status !== 'open') return false;
    return !this.of.isLater(clientOrderId as OrderId);
  }

  private lookAgain(ms: number): void {
    if (this.of.now() - this.begun >= GIVE_UP_MS) return this.takeStock(false);
    this.of.after(ms, () => this.look());
  }

  /** What is still held, for whoever has to know whether the account is flat; then the end. */
  private takeStock(verified: boolean): void {
    if (this.closes === 0) return this.finish(verified);
    this.of.client.fetchAccount((result) => {
      if (this.isOver) return;
      if (!result.ok) this.fail('positions', result.fault);
      else this.holdings = holdingsOf(result.value.positions);
      const isFlat = this.holdings?.length === 0;
      const mayTry = this.closes < MOST_CLOSES && this.of.now() - this.begun < GIVE_UP_MS;
      if (verified && !isFlat && mayTry) return this.of.after(AGAIN_MS, () => this.closeAgain());
      this.finish(verified);
    });
  }

  private closeAgain(): void {
    if (this.isOver) return;
    this.closeAll();
    this.of.after(AGAIN_MS, () => this.look());
  }

  private finish(verified: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    const states = [...this.asked.values()];
    this.of.onDone({
      canceled: states.filter((state) => state === 'done').length,
      open: this.open,
      kept: this.kept,
      unknown: verified ? 0 : states.filter((state) => state !== 'done').length,
      verified,
      holdings: this.holdings,
      problem: verified ? null : (this.problem ?? 'orders of ours are still open'),
    });
  }

  private fail(what: string, fault: VenueFault): void {
    this.problem = `${what}: ${fault.reason}`;
  }
}

const toRef = ({ symbol, clientOrderId, venueOrderId }: VenueOrder): OrderRef => ({
  symbol,
  orderId: clientOrderId as OrderId | null,
  venueOrderId,
});

const isProtective = ({ orderId }: OrderRef): boolean =>
  orderId !== null && roleOf(orderId) === 'protective';

/** Not open any more is as good as canceled; anything else is asked of the venue again. */
function outcomeOf(result: VenueResult<void>): 'done' | 'unknown' {
  if (result.ok || result.fault.kind === 'notFound') return 'done';
  return 'unknown';
}

/** On a spot market a stop locks the coins it would sell. */
const isShort = (fault: VenueFault): boolean =>
  fault.kind === 'rejected' &&
  (fault.code === 'INSUFFICIENT_FUNDS' || fault.code === 'REDUCE_ONLY');

const holdingsOf = (positions: ReadonlyMap<string, Decimal>): readonly string[] =>
  [...positions].filter(([, quantity]) => !isZero(quantity)).map(([symbol]) => symbol);
