import type { Order } from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFault,
  VenueFill,
  VenueOrder,
  VenueResult,
} from '../../domain/venue.ts';
import type {
  Answer,
  Clock,
  OrderChange,
  Scheduler,
  VenueAbilities,
  VenueClient,
  VenueListener,
} from '../../ports.ts';
import type { PracticeExchange } from './exchange.ts';
import type { RequestKind } from './rules.ts';
import type { FaultPlan, WireFault, WireOp } from './faults.ts';
import { strangeAccount, strangeFill, strangeOrder } from './strangers.ts';

export interface WireOptions {
  readonly exchange: PracticeExchange;
  readonly plan: FaultPlan;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** One way, least and most. */
  readonly travelMs?: readonly [number, number];
  /** After this the client gives an answer up: outcome unknown. */
  readonly timeoutMs?: number;
}

/** Longest wait of a request that arrives late (F3). */
const LATEST_ARRIVAL_MS = 60_000;
const LATEST_MESSAGE_MS = 20_000;
/** The stream's usual way; the same for all, so that it keeps the order. */
const STREAM_MS = 15;

/**
 * The way between our process and the practice exchange: it outlives the process. Requests and
 * answers travel with a delay and meet the plan's faults; what is on its way arrives even when the
 * process that sent it is gone.
 */
export class PracticeWire {
  readonly exchange: PracticeExchange;
  readonly plan: FaultPlan;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly travelMs: readonly [number, number];
  readonly timeoutMs: number;
  /** Requests by kind that left a client. */
  readonly sent = new Map<WireOp, number>();
  /** Requests sent although the exchange had told to wait (F28, F29). */
  offenses = 0;
  /** Until when nothing (cancels: nothing while banned) may be sent; told to the newest client. */
  told: { readonly until: EpochMs; readonly banned: boolean } = { until: 0, banned: false };
  private readonly clients = new Set<FaultyClient>();
  private isUp = true;
  private silent = false;

  constructor(options: WireOptions) {
    this.exchange = options.exchange;
    this.plan = options.plan;
    this.clock = options.clock;
    this.scheduler = options.scheduler;
    this.travelMs = options.travelMs ?? [10, 60];
    this.timeoutMs = options.timeoutMs ?? 10_000;
  }

  /** A client of its own for every process. */
  connect(): VenueClient {
    const client = new FaultyClient(this, (gone) => this.clients.delete(gone));
    this.clients.add(client);
    return client;
  }

  /** Do messages reach the other end? Without anybody being told, while it is `silent`. */
  get carries(): boolean {
    return this.isUp && !this.silent;
  }

  /** The stream breaks or comes back, and both ends know. */
  setLink(up: boolean, reason: string): void {
    if (this.isUp === up) return;
    this.isUp = up;
    for (const client of this.clients) client.tellLink(up, reason);
  }

  /** The stream is half open: no message, no close (F34). */
  setSilent(on: boolean): void {
    this.silent = on;
  }

  countSent(op: WireOp): void {
    this.sent.set(op, (this.sent.get(op) ?? 0) + 1);
    const mustWait = this.clock.now() < this.told.until;
    if (mustWait && (this.told.banned || op !== 'cancel')) this.offenses += 1;
  }

  hearLimit(fault: VenueFault): void {
    if (fault.kind !== 'rateLimited') return;
    this.told = { until: this.clock.now() + fault.waitMs, banned: fault.banned };
  }
}

const KIND_OF: Partial<Readonly<Record<WireOp, RequestKind>>> = {
  create: 'create',
  cancel: 'cancel',
};

/** One process's end of the wire. Every request is answered once, unless the process is gone. */
class FaultyClient implements VenueClient {
  readonly abilities: VenueAbilities;
  private readonly wire: PracticeWire;
  private readonly onGone: (client: FaultyClient) => void;
  private readonly listeners = new Map<VenueListener, () => void>();
  private closed = false;

  constructor(wire: PracticeWire, onGone: (client: FaultyClient) => void) {
    this.wire = wire;
    this.onGone = onGone;
    this.abilities = wire.exchange.rules.abilities;
  }

  createOrder(order: Readonly<Order>, answer: Answer<VenueOrder>): void {
    const { exchange, plan } = this.wire;
    const copy = { ...order };
    this.send(
      'create',
      () => exchange.create(copy),
      answer,
      (value) => strangeOrder(value, plan),
    );
  }

  cancelOrder(ref: OrderRef, answer: Answer<void>): void {
    this.send('cancel', () => this.wire.exchange.cancel(ref), answer);
  }

  amendOrder(ref: OrderRef, change: OrderChange, answer: Answer<VenueOrder>): void {
    this.send('amend', () => this.wire.exchange.amend(ref, change), answer);
  }

  fetchOrder(ref: OrderRef, answer: Answer<VenueOrder>): void {
    const { exchange, plan } = this.wire;
    this.send(
      'order',
      () => exchange.order(ref),
      answer,
      (value) => strangeOrder(value, plan),
    );
  }

  fetchOpenOrders(answer: Answer<readonly VenueOrder[]>): void {
    const { exchange, plan } = this.wire;
    this.send(
      'openOrders',
      () => exchange.openOrders(),
      answer,
      (orders) => orders.map((order, at) => (at === 0 ? strangeOrder(order, plan) : order)),
    );
  }

  fetchFills(since: EpochMs, answer: Answer<readonly VenueFill[]>): void {
    const { exchange, plan } = this.wire;
    this.send(
      'fills',
      () => exchange.fills(since),
      answer,
      (fills) => fills.flatMap((fill, at) => (at === 0 ? [fill, strangeFill(fill, plan)] : [fill])),
    );
  }

  fetchAccount(answer: Answer<VenueAccount>): void {
    this.send('account', () => this.wire.exchange.account(), answer, strangeAccount);
  }

  setDeadMan(timeoutMs: number, answer: Answer<void>): void {
    this.send('deadMan', () => this.wire.exchange.setDeadMan(timeoutMs), answer);
  }

  listen(listener: VenueListener): () => void {
    const { exchange, plan } = this.wire;
    const stop = exchange.listen({
      onOrder: (order) => {
        this.carry(
          () => listener.onOrder(order),
          () => listener.onOrder(strangeOrder(order, plan)),
        );
      },
      onFill: (fill) => {
        this.carry(
          () => listener.onFill(fill),
          () => listener.onFill(strangeFill(fill, plan)),
        );
      },
      onAccount: (account) => {
        this.carry(
          () => listener.onAccount(account),
          () => listener.onAccount(strangeAccount(account)),
        );
      },
      onLink: () => undefined,
    });
    this.listeners.set(listener, stop);
    return () => this.forget(listener);
  }

  close(): void {
    this.closed = true;
    for (const listener of Array.from(this.listeners.keys())) this.forget(listener);
    this.onGone(this);
  }

  tellLink(up: boolean, reason: string): void {
    for (const listener of this.listeners.keys()) listener.onLink(up, reason);
  }

  private forget(listener: VenueListener): void {
    this.listeners.get(listener)?.();
    this.listeners.delete(listener);
  }

  /** One request on its way there and its answer on the way back, with what may happen to both. */
  private send<T>(
    op: WireOp,
    carryOut: () => VenueResult<T>,
    answer: Answer<T>,
    estrange: (value: T) => T = (value) => value,
  ): void {
    const { wire } = this;
    const { plan, scheduler } = wire;
    wire.countSent(op);
    const fault = plan.onRequest(op);
    const [least, most] = wire.travelMs;
    const there = plan.between(least, most);
    const back = plan.between(least, most);
    const arrive = (): VenueResult<T> => {
      const refusal = wire.exchange.admit(KIND_OF[op] ?? 'other');
      return refusal ? { ok: false, fault: refusal } : carryOut();
    };
    const reply = (afterMs: number, result: VenueResult<T>): void => {
      scheduler.after(afterMs, () => this.deliver(result, answer));
    };
    if (fault === 'requestLost') return reply(wire.timeoutMs, unknown('timeout: no answer'));
    if (fault === 'rateLimited') return reply(there + back, { ok: false, fault: limited(plan) });
    if (fault === 'answerGarbled' && plan.chance(0.5)) return reply(there + back, garbled(plan));
    if (fault === 'answerLost') reply(wire.timeoutMs, unknown('timeout: no answer'));
    if (fault === 'lateAccept') {
      reply(wire.timeoutMs, unknown('timeout: no answer'));
      return void scheduler.after(plan.between(0, LATEST_ARRIVAL_MS), () => void arrive());
    }
    scheduler.after(slowed(there, fault, wire), () => {
      const first = arrive();
      const repeats = fault === 'requestTwice' && (op !== 'create' || !reusesIds(wire));
      const second = repeats ? arrive() : first;
      if (fault === 'answerLost') return;
      if (fault === 'answerGarbled') return reply(back, garbled(plan));
      reply(back, altered(plan.chance(0.5) ? first : second, fault, estrange));
    });
  }

  private deliver<T>(result: VenueResult<T>, answer: Answer<T>): void {
    if (this.closed) return;
    if (!result.ok) this.wire.hearLimit(result.fault);
    answer(result);
  }

  private carry(say: () => void, saySomethingStrange: () => void): void {
    const { plan, scheduler } = this.wire;
    if (!this.wire.carries) return;
    const fault = plan.onMessage();
    if (fault === 'messageLost') return;
    const heard = (): void => {
      if (!this.closed) say();
    };
    scheduler.after(STREAM_MS, () => {
      if (this.closed) return;
      if (fault === 'foreignMessage') saySomethingStrange();
      if (fault === 'messageLate') scheduler.after(plan.between(50, LATEST_MESSAGE_MS), heard);
      else say();
      if (fault === 'messageTwice') scheduler.after(plan.between(1, LATEST_MESSAGE_MS), heard);
    });
  }
}

/** A box that repeats creates where ids may be used again would make two orders of one. */
const reusesIds = (wire: PracticeWire): boolean => wire.exchange.rules.reusesIds;

function slowed(there: number, fault: WireFault | null, wire: PracticeWire): number {
  if (fault !== 'slow') return there;
  return there + wire.plan.between(500, wire.timeoutMs - 2_000);
}

function altered<T>(
  result: VenueResult<T>,
  fault: WireFault | null,
  estrange: (value: T) => T,
): VenueResult<T> {
  if (!result.ok) return result;
  if (fault === 'foreignAnswer') return { ok: true, value: estrange(result.value) };
  if (fault === 'noFills') return { ok: true, value: [] as T };
  return result;
}

const unknown = (reason: string): { ok: false; fault: VenueFault } => ({
  ok: false,
  fault: { kind: 'unknownOutcome', reason },
});

/** Bodies as gateways in front of exchanges send them; none proves that nothing was done. */
const GARBAGE: readonly string[] = [
  '500 Internal Server Error',
  '502 Bad Gateway: <html><head><title>502</title></head></html>',
  '503 Service Unavailable',
  '504 Gateway Time-out',
  '520 web server returned an unknown error',
  '200 with an empty body',
  '200 with HTML: <!DOCTYPE html>',
  '200 with half a JSON: {"orderId":12',
  '200: null',
  '-1006 UNEXPECTED_RESP: execution status unknown',
  '-1007 TIMEOUT: send status unknown; execution status unknown',
  '404 <html>not found</html>',
  'socket hang up',
  'ECONNRESET',
  'TypeError: Cannot read properties of undefined',
];

function garbled(plan: FaultPlan): { ok: false; fault: VenueFault } {
  return unknown(GARBAGE[plan.between(0, GARBAGE.length - 1)] ?? 'garbage');
}

function limited(plan: FaultPlan): VenueFault {
  const waitMs = plan.between(1, 20) * 1_000;
  return { kind: 'rateLimited', reason: '429: too many requests', waitMs, banned: false };
}
