/** What Kraken knows of an account's orders beside what the exchange behind it keeps. */
import { type Decimal, ZERO, add, div, isZero, mul } from '../../../domain/decimal.ts';
import { required } from '../../../domain/errors.ts';
import { isTriggerType } from '../../../domain/order.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { VenueFill, VenueOrder } from '../../../domain/venue.ts';
import type { Clock } from '../../../ports.ts';
import type { PracticeExchange } from '../../practice/exchange.ts';
import type { KrakenIds } from './ids.ts';
import type { KrakenPair } from './names.ts';
import { type OrderTerms, termsOf } from './terms.ts';

export interface KrakenOrder {
  /** Such as `OQCLML-BW3P3-BUCMWZ`. */
  readonly txid: string;
  readonly venueOrderId: string;
  readonly pair: KrakenPair;
  readonly terms: OrderTerms;
  readonly openTime: EpochMs;
  /** Newest word of the exchange behind. Its filled quantity may lag a fill: see `filled`. */
  latest: VenueOrder;
  closeTime: EpochMs | null;
  /** Last change on request, or `openTime`. */
  restingSince: EpochMs;
  filled: Decimal;
  /** Quote. */
  cost: Decimal;
  fee: Decimal;
  readonly trades: KrakenTrade[];
  /** A stop whose trigger has fired. */
  triggered: boolean;
  amended: boolean;
}

export interface KrakenTrade {
  /** Such as `TQCLML-BW3P3-BUCMWZ`. */
  readonly id: string;
  /** Number within the account, rising. */
  readonly number: number;
  readonly order: KrakenOrder;
  readonly fill: VenueFill;
  /** Totals of the order with this trade. */
  readonly filled: Decimal;
  readonly cost: Decimal;
}

/** What happened to an order. */
export type OrderNews =
  | { readonly kind: 'new' | 'triggered' | 'ended'; readonly order: KrakenOrder }
  | { readonly kind: 'changed'; readonly order: KrakenOrder; readonly byUser: boolean }
  | { readonly kind: 'trade'; readonly order: KrakenOrder; readonly trade: KrakenTrade };

/** Ended orders and trades remembered at least; twice as many at most. */
const REMEMBERED = 20_000;
const FIRST_TRADE = 1_000_000;

/**
 * Orders and trades of one account under Kraken's ids. It hears the exchange behind, so orders
 * that came another way (a person on the web) are in it too.
 */
export class AccountRecords {
  private readonly exchange: PracticeExchange;
  private readonly ids: KrakenIds;
  private readonly clock: Clock;
  private readonly orders = new Map<string, KrakenOrder>();
  private readonly byVenueId = new Map<string, KrakenOrder>();
  private tradeList: KrakenTrade[] = [];
  private tradeCount = 0;
  /** Terms of the order being placed, and what is heard until it is certain that it stands. */
  private arriving: { readonly terms: OrderTerms; readonly news: OrderNews[] } | null = null;
  private readonly listeners = new Set<(news: OrderNews) => void>();

  constructor(of: {
    readonly exchange: PracticeExchange;
    readonly ids: KrakenIds;
    readonly clock: Clock;
  }) {
    this.exchange = of.exchange;
    this.ids = of.ids;
    this.clock = of.clock;
    this.exchange.listen({
      onOrder: (order) => this.hearOrder(order),
      onFill: (fill) => this.hearFill(fill),
      onAccount: () => undefined,
      onLink: () => undefined,
    });
  }

  listen(hear: (news: OrderNews) => void): () => void {
    this.listeners.add(hear);
    return () => void this.listeners.delete(hear);
  }

  /** Hears an order being placed: `place` returns whether it stands. Else nothing was. */
  placing(terms: OrderTerms, place: () => VenueOrder | null): KrakenOrder | null {
    const arriving = { terms, news: new Array<OrderNews>() };
    this.arriving = arriving;
    const placed = place();
    this.arriving = null;
    const order =
      placed && (this.byVenueId.get(placed.venueOrderId) ?? this.addOrder(placed, terms));
    const gone = new Set<KrakenOrder>();
    if (!order) for (const news of arriving.news) if (news.kind === 'new') gone.add(news.order);
    for (const one of gone) this.forget(one);
    for (const news of arriving.news) if (!gone.has(news.order)) this.tell(news);
    return order;
  }

  byId(txid: string): KrakenOrder | undefined {
    return this.orders.get(txid);
  }

  /** Newest first. */
  all(): KrakenOrder[] {
    return [...this.orders.values()].toReversed();
  }

  open(): KrakenOrder[] {
    return this.all().filter(isOpen);
  }

  ended(): KrakenOrder[] {
    return this.all().filter((order) => !isOpen(order));
  }

  /** Newest first. */
  trades(): readonly KrakenTrade[] {
    return this.tradeList.toReversed();
  }

  private hearOrder(latest: VenueOrder): void {
    const order = this.byVenueId.get(latest.venueOrderId);
    if (!order) {
      if (latest.status === 'open') this.addOrder(latest, this.arriving?.terms);
      return;
    }
    const before = order.latest;
    order.latest = latest;
    if (latest.status !== 'open') {
      order.closeTime ??= this.clock.now();
      return this.news({ kind: 'ended', order });
    }
    if (isChanged(before, latest)) {
      // What the exchange itself moves (a trail, a reduce-only order) is no amend.
      const byUser = latest.reason === 'amended on request';
      if (byUser) order.restingSince = this.clock.now();
      order.amended ||= byUser;
      return this.news({ kind: 'changed', order, byUser });
    }
    const detail = this.exchange.detail(latest.venueOrderId);
    if (!isTriggerType(latest.type) || order.triggered || !detail?.isWorking) return;
    order.triggered = true;
    this.news({ kind: 'triggered', order });
  }

  private hearFill(fill: VenueFill): void {
    const order = this.byVenueId.get(fill.venueOrderId);
    if (!order) return;
    this.tradeCount += 1;
    order.filled = add(order.filled, fill.quantity);
    order.cost = add(order.cost, mul(fill.price, fill.quantity));
    order.fee = add(order.fee, fill.feeQuote);
    const { filled, cost } = order;
    const number = FIRST_TRADE + this.tradeCount;
    const trade = { id: this.ids.of('T', fill.id), number, order, fill, filled, cost };
    order.trades.push(trade);
    this.tradeList.push(trade);
    if (this.tradeList.length > 2 * REMEMBERED) this.tradeList = this.tradeList.slice(-REMEMBERED);
    this.news({ kind: 'trade', order, trade });
  }

  private addOrder(latest: VenueOrder, asked: OrderTerms | undefined): KrakenOrder {
    const { venueOrderId, symbol } = latest;
    const market = required(this.exchange.markets.get(symbol), `market ${symbol}`);
    const detail = this.exchange.detail(venueOrderId);
    const terms = asked ?? termsOf(latest, detail, market);
    const openTime = detail?.createdTime ?? this.clock.now();
    const order: KrakenOrder = {
      txid: this.ids.of('O', venueOrderId),
      venueOrderId,
      terms,
      pair: terms.pair,
      openTime,
      latest,
      closeTime: null,
      restingSince: openTime,
      filled: ZERO,
      cost: ZERO,
      fee: ZERO,
      trades: [],
      triggered: false,
      amended: false,
    };
    this.orders.set(order.txid, order);
    this.byVenueId.set(venueOrderId, order);
    if (this.orders.size > 2 * REMEMBERED) this.forgetOld();
    this.news({ kind: 'new', order });
    return order;
  }

  private news(news: OrderNews): void {
    if (this.arriving) this.arriving.news.push(news);
    else this.tell(news);
  }

  private tell(news: OrderNews): void {
    for (const hear of this.listeners) hear(news);
  }

  private forget(order: KrakenOrder): void {
    this.orders.delete(order.txid);
    this.byVenueId.delete(order.venueOrderId);
  }

  private forgetOld(): void {
    for (const order of this.orders.values()) {
      if (this.orders.size <= REMEMBERED) return;
      if (!isOpen(order)) this.forget(order);
    }
  }
}

const isOpen = (order: KrakenOrder): boolean => order.latest.status === 'open';

/** Average price of what is filled, quote; zero before the first trade. */
export const averagePrice = (of: { readonly filled: Decimal; readonly cost: Decimal }): Decimal =>
  isZero(of.filled) ? ZERO : div(of.cost, of.filled);

function isChanged(before: VenueOrder, after: VenueOrder): boolean {
  return (['quantity', 'price', 'triggerPrice'] as const).some(
    (name) => before[name] !== after[name],
  );
}
