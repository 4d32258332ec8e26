import type { Candle } from '../../../src/domain/candle.ts';
import { type Decimal, ZERO, add, decimal, gte, mul } from '../../../src/domain/decimal.ts';
import type { MarketEvent } from '../../../src/domain/event.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { Market } from '../../../src/domain/market.ts';
import { type Order, isWorking, nextStatus } from '../../../src/domain/order.ts';
import { type Position } from '../../../src/domain/position.ts';
import type { AccountRecord } from '../../../src/domain/record.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import type { Trade } from '../../../src/domain/trade.ts';
import type { SimModel } from '../../../src/exchange/sim/models.ts';
import { type SimBooks, createSimVenue } from '../../../src/exchange/sim/venue.ts';
import type { MatchPhase, Venue } from '../../../src/ports.ts';
import { market, request } from '../../support/builders.ts';

/** Test builders and a small driver around the simulated venue; a stand-in for the engine. */

export const SPOT: Market = market({
  stepSize: decimal('0.0001'),
  minQuantity: decimal('0.0001'),
  minNotional: decimal('5'),
  makerFeeRate: decimal('0.0005'),
  takerFeeRate: decimal('0.001'),
});

export const PERPETUAL: Market = {
  ...SPOT,
  symbol: 'BTC/USDT:USDT',
  kind: 'perpetual',
  maxLeverage: 20,
  maintenanceMarginFraction: decimal('0.005'),
};

export const MODEL: SimModel = {
  fill: 'next-open',
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  leverage: 1,
};

export type OrderText = Partial<
  Omit<Order, 'id' | 'quantity' | 'price' | 'triggerPrice' | 'filled' | 'filledNotional'>
> & { id?: string; quantity?: string; price?: string; triggerPrice?: string };

const optional = (text: string | undefined): Decimal | null =>
  text === undefined ? null : decimal(text);

/** An order from decimal text; a market buy of 1 BTC where nothing else is said. */
export function orderOf(text: OrderText, time: number): Order {
  const { id = 'o1', quantity = '1', price, triggerPrice, ...rest } = text;
  return {
    ...request(),
    id: id as OrderId,
    status: 'submitted',
    venueOrderId: null,
    createdTime: time,
    updatedTime: time,
    statusReason: null,
    decisionPrice: 100,
    fillIds: [],
    quantity: decimal(quantity),
    price: optional(price),
    triggerPrice: optional(triggerPrice),
    filled: ZERO,
    filledNotional: ZERO,
    ...rest,
  };
}

/** Applies one venue answer to the engine's copy of its orders. */
export function foldRecord(orders: Map<string, Order>, record: AccountRecord): void {
  if (!('orderId' in record)) return;
  const order = orders.get(record.orderId);
  if (!order) return;
  switch (record.kind) {
    case 'accepted':
      order.status = nextStatus(order.status, 'accept');
      order.venueOrderId = record.venueOrderId;
      break;
    case 'rejected':
      order.status = nextStatus(order.status, 'reject');
      break;
    case 'canceled':
      order.status = nextStatus(order.status, 'cancel');
      break;
    case 'amended':
      if (record.quantity !== null) order.quantity = record.quantity;
      if (record.price !== null) order.price = record.price;
      if (record.triggerPrice !== null) order.triggerPrice = record.triggerPrice;
      break;
    case 'fill':
      order.filled = add(order.filled, record.quantity);
      order.filledNotional = add(order.filledNotional, mul(record.price, record.quantity));
      order.fillIds.push(record.id);
      order.status = nextStatus(
        order.status,
        gte(order.filled, order.quantity) ? 'fullFill' : 'partialFill',
      );
      break;
    default:
      break;
  }
}

export interface HarnessOptions {
  readonly markets?: readonly Market[];
  readonly model?: Partial<SimModel>;
  readonly balances?: Readonly<Record<string, string>>;
  readonly positions?: readonly Position[];
  readonly openOrders?: readonly Order[];
  readonly time?: number;
}

/** A venue with a clock, timers and an inbox that are moved by hand. */
export class Harness {
  readonly answers: AccountRecord[] = [];
  /** The engine's copies, folded from the answers. */
  readonly orders = new Map<string, Order>();
  readonly venue: Venue;
  time: number;
  private timers: { at: number; fire: () => void }[] = [];
  private sequence = 0;
  private read = 0;

  constructor(options: HarnessOptions = {}) {
    this.time = options.time ?? 0;
    for (const order of options.openOrders ?? []) this.orders.set(order.id, order);
    const balances = new Map<string, Decimal>();
    for (const [asset, text] of Object.entries(options.balances ?? { USDT: '10000' })) {
      balances.set(asset, decimal(text));
    }
    const books: SimBooks = {
      balances,
      positions: options.positions ?? [],
      openOrders: options.openOrders ?? [],
    };
    this.venue = createSimVenue({
      accountId: 'main',
      markets: options.markets ?? [SPOT, PERPETUAL],
      clock: { now: () => this.time },
      scheduler: { after: (ms, fire) => this.after(ms, fire) },
      post: (event) => {
        this.answers.push(event.record);
        foldRecord(this.orders, event.record);
      },
      model: { ...MODEL, ...options.model },
      books,
    });
  }

  submit(text: OrderText): Order {
    const order = orderOf({ id: `o${++this.sequence}`, ...text }, this.time);
    this.orders.set(order.id, order);
    this.venue.submit(order);
    return order;
  }

  cancel(order: Order): void {
    order.status = nextStatus(order.status, 'requestCancel');
    this.venue.cancel(order.id);
  }

  market(event: MarketEvent, phase: MatchPhase = 'close'): void {
    this.venue.onMarket?.(event, phase);
  }

  /** One minute candle `[open, high, low, close]` in its three phases. */
  candle(
    ohlc: readonly [number, number, number, number],
    between: { afterOpen?: () => void; afterExtremes?: () => void; symbol?: string } = {},
  ): void {
    const [open, high, low, close] = ohlc;
    const candle: Candle = { openTime: this.time, open, high, low, close, volume: 1 };
    this.time += MINUTE_MS;
    const symbol = between.symbol ?? SPOT.symbol;
    const event = { kind: 'candle', symbol, time: this.time, timeframe: '1m', candle } as const;
    this.market(event, 'open');
    between.afterOpen?.();
    this.market(event, 'extremes');
    between.afterExtremes?.();
    this.market(event, 'close');
  }

  /** A whole book from `[price, quantity]` pairs, best first. */
  book(
    bids: readonly (readonly [number, number])[],
    asks: readonly (readonly [number, number])[],
    symbol = SPOT.symbol,
  ): void {
    const level = ([price, quantity]: readonly [number, number]) => ({ price, quantity });
    const levels = { bids: bids.map(level), asks: asks.map(level) };
    this.market({ kind: 'book', symbol, time: this.time, levels });
  }

  trade(price: number, quantity = 1, side: Trade['side'] = 'buy', symbol = SPOT.symbol): void {
    const trades = [{ time: this.time, price, quantity, side }];
    this.market({ kind: 'trades', symbol, time: this.time, trades });
  }

  /** Moves the clock and fires what is due. */
  advance(ms: number): void {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.fire();
  }

  /** Answers since the last call. */
  take(): AccountRecord[] {
    const fresh = this.answers.slice(this.read);
    this.read = this.answers.length;
    return fresh;
  }

  kinds(): string[] {
    return this.take().map((record) => record.kind);
  }

  fills(): Extract<AccountRecord, { kind: 'fill' }>[] {
    return this.answers.filter((record) => record.kind === 'fill');
  }

  rejection(): Extract<AccountRecord, { kind: 'rejected' }> | undefined {
    return this.answers.findLast((record) => record.kind === 'rejected');
  }

  openOrders(): Order[] {
    return [...this.orders.values()].filter(isWorking);
  }

  private after(ms: number, fire: () => void): () => void {
    if (ms <= 0) {
      fire();
      return () => undefined;
    }
    const timer = { at: this.time + ms, fire };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
}
