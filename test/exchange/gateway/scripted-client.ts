// A small exchange behind the wire of the order manager: it answers by itself what the test does
// not script, and every request can be dropped, answered otherwise, or held until the test says so.
import {
  type Decimal,
  ZERO,
  add,
  decimal,
  div,
  gte,
  mul,
  sub,
} from '../../../src/domain/decimal.ts';
import type { Order } from '../../../src/domain/order.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFault,
  VenueFill,
  VenueOrder,
  VenueResult,
} from '../../../src/domain/venue.ts';
import type { SimulatedClock } from '../../../src/engine/clock.ts';
import type {
  Answer,
  OrderChange,
  VenueAbilities,
  VenueClient,
  VenueListener,
} from '../../../src/ports.ts';
import { ACCOUNT, SPOT } from '../../support/builders.ts';

export type RequestKind =
  'create' | 'cancel' | 'amend' | 'order' | 'openOrders' | 'fills' | 'account' | 'deadMan';

export interface Sent {
  readonly kind: RequestKind;
  readonly at: number;
  readonly ref: OrderRef | null;
  /** Works at the venue as if the request had arrived; the answer it would give. */
  readonly arrive: () => VenueResult<unknown>;
  /** Answers the request with this, at once. */
  readonly reply: (result: VenueResult<unknown>) => void;
}

/** What happens to one request instead of being answered. */
export type Script = (sent: Sent) => void;

export const refused = (fault: VenueFault): VenueResult<never> => ({ ok: false, fault });
export const lost = refused({ kind: 'unknownOutcome', reason: 'connection reset' });

/** The request is lost on its way; nobody ever answers. */
export const dropRequest: Script = () => undefined;
/** It arrives, and the answer is lost. */
export const dropAnswer: Script = (sent) => void sent.arrive();
/** It does not arrive, and this is the answer. */
export const answerWith =
  (result: VenueResult<unknown>): Script =>
  ({ reply }) =>
    reply(result);

export class ScriptedClient implements VenueClient {
  abilities: VenueAbilities = {
    stops: true,
    trailingStops: true,
    oco: true,
    amend: true,
    deadMan: { cancelsStops: false, longestMs: 120_000 },
  };
  isPolled = false;
  readonly sent: Sent[] = [];
  readonly orders = new Map<string, VenueOrder>();
  readonly fills: VenueFill[] = [];
  readonly positions = new Map<string, Decimal>();
  readonly balances = new Map<string, Decimal>([['USDT', decimal('10000')]]);
  listener: VenueListener | null = null;
  isClosed = false;
  /** One way of an answer. */
  latencyMs = 10;
  /** False: nothing is told on the stream. */
  streams = true;
  private readonly clock: SimulatedClock;
  private readonly scripts = new Map<RequestKind, Script[]>();
  private readonly always = new Map<RequestKind, Script>();
  private count = 0;
  private fillCount = 0;

  constructor(clock: SimulatedClock) {
    this.clock = clock;
  }

  /** Deals with the next requests of a kind, one script each; then it answers by itself again. */
  next(kind: RequestKind, ...scripts: readonly Script[]): void {
    this.scripts.set(kind, [...(this.scripts.get(kind) ?? []), ...scripts]);
  }

  /** Deals with every request of a kind; null ends it. */
  every(kind: RequestKind, script: Script | null): void {
    if (script) this.always.set(kind, script);
    else this.always.delete(kind);
  }

  sentOf(kind: RequestKind): Sent[] {
    return this.sent.filter((one) => one.kind === kind);
  }

  createOrder(order: Readonly<Order>, answer: Answer<VenueOrder>): void {
    this.request('create', null, answer, () => ({ ok: true, value: this.place(order) }));
  }

  cancelOrder(ref: OrderRef, answer: Answer<void>): void {
    this.request('cancel', ref, answer, () => {
      const order = this.find(ref);
      if (order?.status !== 'open') return NOT_FOUND;
      this.change(order, { status: 'canceled', reason: 'on request' });
      return { ok: true, value: undefined };
    });
  }

  amendOrder(ref: OrderRef, change: OrderChange, answer: Answer<VenueOrder>): void {
    this.request('amend', ref, answer, () => {
      const order = this.find(ref);
      if (order?.status !== 'open') return NOT_FOUND;
      return { ok: true, value: this.change(order, change) };
    });
  }

  fetchOrder(ref: OrderRef, answer: Answer<VenueOrder>): void {
    this.request('order', ref, answer, () => {
      const order = this.find(ref);
      return order ? { ok: true, value: order } : NOT_FOUND;
    });
  }

  fetchOpenOrders(answer: Answer<readonly VenueOrder[]>): void {
    this.request('openOrders', null, answer, () => {
      const value = [...this.orders.values()].filter(({ status }) => status === 'open');
      return { ok: true, value };
    });
  }

  fetchFills(since: number, answer: Answer<readonly VenueFill[]>): void {
    this.request('fills', null, answer, () => {
      return { ok: true, value: this.fills.filter(({ time }) => time >= since) };
    });
  }

  fetchAccount(answer: Answer<VenueAccount>): void {
    this.request('account', null, answer, () => {
      const positions = new Map(this.positions);
      const balances = new Map(this.balances);
      const time = this.clock.now();
      return { ok: true, value: { accountId: ACCOUNT, positions, balances, time } };
    });
  }

  setDeadMan(_timeoutMs: number, answer: Answer<void>): void {
    this.request('deadMan', null, answer, () => ({ ok: true, value: undefined }));
  }

  listen(listener: VenueListener): () => void {
    this.listener = listener;
    return () => {
      this.listener = null;
    };
  }

  close(): void {
    this.isClosed = true;
  }

  /** An order appears at the venue, by us or by anybody. */
  place(order: Readonly<Order>, change: Partial<VenueOrder> = {}): VenueOrder {
    this.count += 1;
    const placed: VenueOrder = {
      accountId: ACCOUNT,
      symbol: order.symbol,
      venueOrderId: `v${this.count}`,
      clientOrderId: order.id,
      side: order.side,
      type: order.type,
      quantity: order.quantity,
      price: order.price,
      triggerPrice: order.triggerPrice,
      reduceOnly: order.reduceOnly,
      status: 'open',
      filled: ZERO,
      averagePrice: null,
      updatedTime: this.clock.now(),
      reason: null,
      ...change,
    };
    this.orders.set(placed.venueOrderId, placed);
    if (this.streams) this.listener?.onOrder(placed);
    return placed;
  }

  /** The newest order of a client id. */
  orderOf(clientOrderId: string): VenueOrder {
    const order = [...this.orders.values()].findLast((one) => one.clientOrderId === clientOrderId);
    if (!order) throw new Error(`no order ${clientOrderId} at the venue`);
    return order;
  }

  change(order: VenueOrder, change: Partial<VenueOrder>): VenueOrder {
    const current = this.orders.get(order.venueOrderId) ?? order;
    const changed = { ...current, ...change, updatedTime: this.clock.now() };
    this.orders.set(order.venueOrderId, changed);
    if (this.streams) this.listener?.onOrder(changed);
    return changed;
  }

  /** Executes a part of an order. `isListed` false: its totals say so, its fills do not. */
  fill(clientOrderId: string, quantity: string, of: FillOptions = {}): VenueFill {
    const order = this.orderOf(clientOrderId);
    this.fillCount += 1;
    const fill = venueFill(order, {
      id: `x${this.fillCount}`,
      price: decimal(of.price ?? '100'),
      quantity: decimal(quantity),
      time: this.clock.now(),
    });
    if (of.isListed !== false) this.fills.push(fill);
    if (this.streams && of.isListed !== false) this.listener?.onFill(fill);
    const filled = add(order.filled, fill.quantity);
    const before = mul(order.averagePrice ?? ZERO, order.filled);
    const averagePrice = div(add(before, mul(fill.price, fill.quantity)), filled);
    const status = gte(filled, order.quantity) ? 'filled' : order.status;
    this.move(fill);
    this.change(order, { filled, averagePrice, status });
    return fill;
  }

  /** Positions and balances of a market without fees, as spot has them. */
  private move(fill: VenueFill): void {
    const signed = fill.side === 'buy' ? fill.quantity : sub(ZERO, fill.quantity);
    const cash = sub(this.balances.get('USDT') ?? ZERO, mul(fill.price, signed));
    const { symbol } = fill;
    this.positions.set(symbol, add(this.positions.get(symbol) ?? ZERO, signed));
    this.balances.set('USDT', cash);
    const base = symbol.split('/')[0] ?? '';
    this.balances.set(base, add(this.balances.get(base) ?? ZERO, signed));
  }

  private find(ref: OrderRef): VenueOrder | undefined {
    const byVenueId = ref.venueOrderId === null ? undefined : this.orders.get(ref.venueOrderId);
    if (byVenueId) return byVenueId;
    return [...this.orders.values()].findLast((one) => one.clientOrderId === ref.orderId);
  }

  private request<T>(
    kind: RequestKind,
    ref: OrderRef | null,
    answer: Answer<T>,
    arrive: () => VenueResult<T>,
  ): void {
    // The cast is the test's: a script may answer with anything a broken wire could carry.
    const reply = (result: VenueResult<unknown>) => answer(result as VenueResult<T>);
    const sent: Sent = { kind, at: this.clock.now(), ref, arrive, reply };
    this.sent.push(sent);
    const script = this.scripts.get(kind)?.shift() ?? this.always.get(kind);
    if (script) return script(sent);
    const result = arrive();
    this.clock.after(this.latencyMs, () => answer(result));
  }
}

export interface FillOptions {
  readonly price?: string;
  readonly isListed?: boolean;
}

const NOT_FOUND = refused({ kind: 'notFound', reason: 'unknown order' });

/** A fill of an order at the venue: 1 at 100 without a fee where nothing else is said. */
export function venueFill(order: VenueOrder, change: Partial<VenueFill> = {}): VenueFill {
  return {
    id: 'x',
    accountId: ACCOUNT,
    symbol: order.symbol,
    venueOrderId: order.venueOrderId,
    clientOrderId: order.clientOrderId,
    side: order.side,
    price: decimal('100'),
    quantity: decimal('1'),
    fee: ZERO,
    feeAsset: SPOT.settle,
    feeQuote: ZERO,
    liquidity: 'taker',
    time: order.updatedTime,
    ...change,
  };
}
