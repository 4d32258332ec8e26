import { credit } from '../../domain/account.ts';
import type { VenueReport } from '../../domain/venue.ts';
import {
  type Decimal,
  decimal,
  gt,
  isZero,
  mul,
  quantizeNumber,
  toText,
} from '../../domain/decimal.ts';
import { assertNever } from '../../domain/errors.ts';
import type { MarkEvent, MarketEvent } from '../../domain/event.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Market } from '../../domain/market.ts';
import { type Order, hasLimitPrice, isTriggerType, isWorking } from '../../domain/order.ts';
import type { Position } from '../../domain/position.ts';
import { OrderBook } from '../../market/order-book.ts';
import type { Clock, MatchPhase, OrderChange, PostAccount, Scheduler, Venue } from '../../ports.ts';
import { matchCandle, matchCandleArrival } from './candle-matching.ts';
import { matchBook, matchDepthArrival, matchTrade } from './depth-matching.ts';
import { type Desk, Executor, hasDepth, refuseShortage } from './desk.ts';
import { Ledger } from './ledger.ts';
import { createDesks, seedPositions } from './desks.ts';
import { ExpiryTimer } from './expiry.ts';
import { isTradedThrough } from './matching.ts';
import type { SimModel } from './models.ts';
import { type SimOrder, toSimOrder } from './sim-order.ts';
import { type Refusal, checkOrder, checkPrices, checkQuantity, refuse } from './validate.ts';

/** Our own recovered truth: an in-process venue has no other (DECISIONS 10). */
export interface SimBooks {
  readonly balances: ReadonlyMap<string, Decimal>;
  readonly positions: Iterable<Position>;
  readonly openOrders: Iterable<Readonly<Order>>;
}

export interface SimVenueOptions {
  readonly accountId: string;
  readonly markets: readonly Market[];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly post: PostAccount;
  readonly model: SimModel;
  readonly books: SimBooks;
}

/** As on real venues: a smaller size alone keeps its place in the queue, anything else loses it. */
function isOnlySmaller(order: SimOrder, change: OrderChange): boolean {
  const { quantity, price, triggerPrice } = change;
  return !price && !triggerPrice && quantity !== undefined && !gt(quantity, order.quantity);
}

/** Working orders per market, as venues limit them. */
const MAX_ORDERS = 200;
/** Funding arithmetic: a rate and a mark price as feeds print them, no binary noise. */
const RATE_GRID = decimal('0.000000000001');
const MARK_GRID = decimal('0.00000001');

/**
 * The simulated venue of demo, replay, paper and backtest. It answers inside the call (after
 * `latencyMs` of engine time where there is a book or a tape) and matches by what the market
 * shows: candle-matching.ts and depth-matching.ts state the two models.
 *
 * Trigger orders are never refused for triggering at once (WOULD_TRIGGER): after a gap that would
 * leave a position bare; they fire at the next match instead. An id that is working is answered
 * with its acceptance again, an id that has ended is refused (DUPLICATE_ID).
 *
 * Not simulated: liquidation (losses beyond the margin stop new exposure by INSUFFICIENT_MARGIN,
 * open positions stay open), a volume limit of candles, and the queue position over a restart
 * (the whole displayed level counts as before us again).
 */
export function createSimVenue(options: SimVenueOptions): MatchingVenue {
  return new SimVenue(options);
}

/** The simulated venue for whoever owns it: its market always hears prices, money may come and go. */
export interface MatchingVenue extends Venue {
  onMarket(event: MarketEvent, phase: MatchPhase): void;
  /** A signed change of a balance that no trade explains: a deposit, a withdrawal, dust. */
  credit(asset: string, amount: Decimal): void;
  /** What of a balance no order and no margin holds. */
  free(asset: string): Decimal;
}

class SimVenue implements MatchingVenue {
  readonly inProcess = true;
  readonly abilities = { stops: true, trailingStops: true, oco: true, amend: true, gtd: true };
  private readonly accountId: string;
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly model: SimModel;
  private readonly ledger: Ledger;
  private readonly x: Executor;
  private readonly desks: Map<string, Desk>;
  private readonly expiry: ExpiryTimer;
  /** The desk of the newest event: most markets speak several times in a row. */
  private newest: Desk | null = null;

  constructor(options: SimVenueOptions) {
    this.accountId = options.accountId;
    this.clock = options.clock;
    this.scheduler = options.scheduler;
    this.model = options.model;
    this.desks = createDesks(options.markets, options.model);
    seedPositions(this.desks, options.books.positions);
    const lines = [...this.desks.values()].map((desk) => desk.line);
    const { model, clock, post } = options;
    this.ledger = new Ledger({ lines, balances: options.books.balances, fees: model.fees });
    this.x = new Executor({ model, ledger: this.ledger, clock, post });
    const { orders } = this.x;
    const end = (order: SimOrder): void => this.endExpired(order);
    this.expiry = new ExpiryTimer({ clock, scheduler: options.scheduler, orders, end });
    for (const order of options.books.openOrders) this.restore(order);
  }

  submit(order: Readonly<Order>): void {
    const copy = toSimOrder(order);
    const latency = this.latencyOf(order.symbol);
    if (latency > 0) this.scheduler.after(latency, () => this.arrive(order, copy));
    else this.arrive(order, copy);
  }

  cancel(orderId: OrderId): void {
    const latency = this.latencyOf(this.x.orders.get(orderId)?.symbol ?? '');
    if (latency > 0) this.scheduler.after(latency, () => this.arriveCancel(orderId));
    else this.arriveCancel(orderId);
  }

  /** Answers `amended`; with nothing but a reason when it refuses. */
  amend(orderId: OrderId, change: OrderChange): void {
    const latency = this.latencyOf(this.x.orders.get(orderId)?.symbol ?? '');
    if (latency > 0) this.scheduler.after(latency, () => this.arriveAmend(orderId, change));
    else this.arriveAmend(orderId, change);
  }

  onMarket(event: MarketEvent, phase: MatchPhase): void {
    if (event.kind === 'checkpoint') return;
    const desk =
      this.newest?.market.symbol === event.symbol ? this.newest : this.find(event.symbol);
    if (!desk) return;
    switch (event.kind) {
      case 'candle':
        if (hasDepth(desk)) return;
        desk.candle = event.candle;
        desk.phase = phase;
        desk.line.mark = phase === 'close' ? event.candle.close : event.candle.open;
        if (desk.orders.length > 0) matchCandle(this.x, desk, event, phase);
        return;
      case 'trades':
        desk.hasTape = true;
        for (const trade of event.trades) {
          desk.line.mark = trade.price;
          if (desk.orders.length > 0) matchTrade(this.x, desk, trade);
        }
        return;
      case 'book':
        desk.book ??= new OrderBook();
        desk.book.replace(event.levels);
        this.afterBook(desk);
        return;
      case 'bookChange':
        desk.book?.change(event.bids, event.asks);
        this.afterBook(desk);
        return;
      case 'mark':
        this.payFunding(desk, event);
        return;
      default:
        assertNever(event);
    }
  }

  report(): VenueReport {
    const positions = new Map<string, Decimal>();
    for (const { line } of this.desks.values()) {
      if (!isZero(line.position.quantity)) {
        positions.set(line.market.symbol, line.position.quantity);
      }
    }
    const balances = new Map<string, Decimal>();
    for (const { asset, total } of this.ledger.balances.values()) balances.set(asset, total);
    return { openOrders: [...this.x.orders.keys()], positions, balances };
  }

  credit(asset: string, amount: Decimal): void {
    credit(this.ledger.balances, { asset, amount });
  }

  free(asset: string): Decimal {
    return this.ledger.free(asset);
  }

  private find(symbol: string): Desk | undefined {
    const desk = this.desks.get(symbol);
    if (desk) this.newest = desk;
    return desk;
  }

  /** Below a candle time has no meaning: latency needs a book or a tape. */
  private latencyOf(symbol: string): number {
    if (this.model.latencyMs <= 0) return 0;
    const desk = this.desks.get(symbol);
    // An id we do not know may still be on its way: its cancel must not overtake it.
    return !desk || hasDepth(desk) ? this.model.latencyMs : 0;
  }

  private arrive(asked: Readonly<Order>, order: SimOrder): void {
    const known = this.x.orders.get(order.id);
    if (known) {
      this.x.accept(known);
      return;
    }
    const desk = this.desks.get(order.symbol);
    const refusal = desk
      ? this.check(desk, order)
      : refuse('UNKNOWN_SYMBOL', `no market ${asked.symbol}`);
    if (!desk || refusal) {
      if (refusal) this.x.post({ kind: 'rejected', orderId: order.id, ...refusal });
      return;
    }
    this.x.insert(desk, order);
    this.x.accept(order);
    this.match(desk, order);
    if (order.open) this.expiry.watch(order);
  }

  private endExpired(order: SimOrder): void {
    const desk = this.desks.get(order.symbol);
    if (desk && order.open) this.x.expire(desk, order);
  }

  private check(desk: Desk, order: SimOrder): Refusal | null {
    const { market, line } = desk;
    if (this.x.isFinished(order.id)) return refuse('DUPLICATE_ID', `id ${order.id} was used`);
    if (order.accountId !== this.accountId) {
      return refuse('INVALID_ORDER', `account ${order.accountId} is not ${this.accountId}`);
    }
    const fault = checkOrder(order, market, line.mark);
    if (fault) return fault;
    if (order.timeInForce === 'GTD' && !(order.expireTime > this.clock.now())) {
      return refuse('INVALID_ORDER', 'an order good till a date needs one in the future');
    }
    if (desk.orders.length >= MAX_ORDERS) {
      return refuse(
        'TOO_MANY_ORDERS',
        `${desk.orders.length} working orders, at most ${MAX_ORDERS}`,
      );
    }
    if (this.x.isForeignGroup(order)) {
      return refuse('INVALID_ORDER', `group ${order.groupId} belongs to another market`);
    }
    if (order.reduceOnly && isZero(this.ledger.reducible(line, order.side))) {
      const held = toText(line.position.quantity);
      return refuse('REDUCE_ONLY', `nothing a ${order.side} reduces: position ${held}`);
    }
    const wouldTake = order.postOnly ? this.priceToTake(desk, order) : null;
    if (wouldTake !== null) {
      return refuse('POST_ONLY_WOULD_TAKE', `price ${order.limit} would take ${wouldTake}`);
    }
    const shortage = this.x.shortageToRest(desk, order);
    return shortage ? refuseShortage(shortage, market) : null;
  }

  /** Price at which a limit order would take now; null when it would rest or nothing is known. */
  private priceToTake(desk: Desk, order: SimOrder): number | null {
    const price = desk.book ? desk.book.bestFor(order.side) : desk.line.mark;
    if (price === null) return null;
    return price === order.limit || isTradedThrough(order, price) ? price : null;
  }

  private match(desk: Desk, order: SimOrder): void {
    if (hasDepth(desk)) matchDepthArrival(this.x, desk, order);
    else matchCandleArrival(this.x, desk, order);
  }

  private arriveCancel(orderId: OrderId): void {
    const order = this.x.orders.get(orderId);
    const desk = order && this.desks.get(order.symbol);
    if (order && desk) this.x.cancel(desk, order, 'canceled on request');
    else this.x.post({ kind: 'cancelRejected', orderId, reason: 'no such working order' });
  }

  private arriveAmend(orderId: OrderId, change: OrderChange): void {
    const order = this.x.orders.get(orderId);
    const desk = order && this.desks.get(order.symbol);
    const fault = order && desk ? this.checkAmend(desk, order, change) : 'no such working order';
    if (!order || !desk || fault !== null) {
      const nothing = { quantity: null, price: null, triggerPrice: null };
      this.x.post({ kind: 'amended', orderId, ...nothing, reason: `refused: ${fault}` });
      return;
    }
    const keepsPlace = isOnlySmaller(order, change);
    this.x.amend(desk, order, change, 'amended on request');
    if (keepsPlace) return;
    this.x.requeue(desk, order);
    this.match(desk, order);
  }

  private checkAmend(desk: Desk, order: SimOrder, change: OrderChange): string | null {
    const price = change.price ?? order.price;
    const triggerPrice = change.triggerPrice ?? order.triggerPrice;
    const quantity = change.quantity ?? order.quantity;
    const changed = { ...order, price, triggerPrice, quantity };
    if (change.price && !hasLimitPrice(order.type)) return `a ${order.type} has no limit price`;
    if (change.triggerPrice) {
      if (!isTriggerType(order.type)) return `a ${order.type} has no trigger price`;
      if (order.active) return 'its trigger has fired';
    }
    if (!gt(quantity, order.filled)) return `quantity ${toText(quantity)} has filled already`;
    const fault =
      (change.quantity ? checkQuantity({ quantity }, desk.market) : null) ??
      checkPrices({ price, triggerPrice }, desk.market);
    if (fault) return `${fault.code}: ${fault.reason}`;
    changed.limit = price === null ? Number.NaN : Number(toText(price));
    const wouldTake = order.postOnly ? this.priceToTake(desk, changed) : null;
    if (wouldTake !== null) return `POST_ONLY_WOULD_TAKE: would take ${wouldTake}`;
    const shortage = this.x.shortageToRest(desk, changed);
    return shortage ? refuseShortage(shortage, desk.market).reason : null;
  }

  private afterBook(desk: Desk): void {
    const { book } = desk;
    if (!book) return;
    if (!desk.hasTape && book.bestBid !== null && book.bestAsk !== null) {
      desk.line.mark = (book.bestBid + book.bestAsk) / 2;
    }
    if (desk.orders.length > 0) matchBook(this.x, desk);
  }

  /** Position × mark × rate in the settle asset: longs pay when the rate is above zero. */
  private payFunding(desk: Desk, event: MarkEvent): void {
    const { line, market } = desk;
    if (event.fundingRate === null || market.kind !== 'perpetual') return;
    if (isZero(line.position.quantity)) return;
    const mark = quantizeNumber(event.markPrice, MARK_GRID, 'nearest');
    const rate = quantizeNumber(event.fundingRate, RATE_GRID, 'nearest');
    const amount = mul(mul(line.position.quantity, mark), rate);
    this.ledger.payFunding(line, amount);
    this.x.post({
      kind: 'funding',
      accountId: this.accountId,
      symbol: market.symbol,
      asset: market.settle,
      amount,
      rate: event.fundingRate,
    });
  }

  /** Takes over one of our open orders after a restart. */
  private restore(order: Readonly<Order>): void {
    const desk = this.desks.get(order.symbol);
    if (!desk || !isWorking(order)) return;
    const copy = toSimOrder(order);
    copy.waiting = order.status === 'submitted' || order.status === 'unknown';
    copy.announced = copy.active;
    this.x.insert(desk, copy);
    if (order.status === 'pendingCancel') this.x.cancel(desk, copy, 'canceled on request');
    else if (copy.waiting) this.x.accept(copy);
    if (copy.open) this.expiry.watch(copy);
  }
}
