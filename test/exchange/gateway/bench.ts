// The order manager at a scripted exchange, with books that book what it posts.
import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { ControlEvent } from '../../../src/domain/event.ts';
import { type OrderId, type RunId, createOrderId } from '../../../src/domain/ids.ts';
import type { Order, OrderRequest } from '../../../src/domain/order.ts';
import type { AccountRecord, RecordBody } from '../../../src/domain/record.ts';
import { SeededRng } from '../../../src/domain/rng.ts';
import type { VenueReport } from '../../../src/domain/venue.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import type { GatewayPorts } from '../../../src/exchange/gateway/core.ts';
import { type Gateway, createGateway } from '../../../src/exchange/gateway/gateway.ts';
import { type MoneyState, createMoneyState, findOrder } from '../../../src/execution/money.ts';
import { reduceMoney } from '../../../src/execution/reduce-money.ts';
import { ACCOUNT, PERPETUAL, SPOT, START, request } from '../../support/builders.ts';
import { ScriptedClient } from './scripted-client.ts';

export const RUN = 'abcdefghijk' as RunId;

export interface BenchOptions {
  readonly ports?: Partial<GatewayPorts>;
  /** Books of a life before. */
  readonly money?: MoneyState;
  readonly client?: ScriptedClient;
  readonly clock?: SimulatedClock;
}

export class GatewayBench {
  readonly clock: SimulatedClock;
  readonly client: ScriptedClient;
  readonly gateway: Gateway;
  readonly money: MoneyState;
  readonly events: ControlEvent[] = [];
  readonly alarms: string[] = [];
  readonly logs: string[] = [];
  private n = 0;

  constructor(options: BenchOptions = {}) {
    this.clock = options.clock ?? createSimulatedClock(START);
    this.client = options.client ?? new ScriptedClient(this.clock);
    this.money = options.money ?? createMoneyState();
    const start = { version: 't', mode: 'live', accountId: ACCOUNT, currency: 'USDT', seed: 1 };
    const markets = [SPOT, PERPETUAL];
    if (!options.money) this.book({ kind: 'runStarted', run: RUN, ...start, markets });
    this.gateway = createGateway({
      client: this.client,
      post: (event) => this.take(event),
      books: () => this.money,
      knowsRun: (run) => run === RUN,
      accountId: ACCOUNT,
      transport: this.clock,
      clock: this.clock,
      rng: new SeededRng(7),
      log: ({ level, message }) => this.logs.push(`${level} ${message}`),
      alarm: (text) => this.alarms.push(text),
      ...options.ports,
    });
  }

  /** A started bench whose first report is told. */
  static started(options: BenchOptions = {}): GatewayBench {
    const bench = new GatewayBench(options);
    bench.gateway.start();
    bench.pass(1_000);
    return bench;
  }

  /** The same venue and books, a new process; the old one is gone. */
  restart(ports: Partial<GatewayPorts> = {}): GatewayBench {
    const { clock, client, money } = this;
    this.gateway.stop();
    return new GatewayBench({ clock, client, money, ports });
  }

  /** Time passes; every timer that falls due fires. */
  pass(ms: number): void {
    const end = this.clock.now() + ms;
    while (this.clock.nextDue() <= end) this.clock.fireNext();
    this.clock.observe(end);
  }

  /** Makes an order in the books without sending it: buys 1 BTC at 100. */
  create(change: Partial<OrderRequest> = {}): Readonly<Order> {
    const sequence = (this.money.run?.orders ?? 0) + 1;
    const made = request({ type: 'limit', price: decimal('100'), ...change });
    const orderId = createOrderId(RUN, sequence, made.role);
    this.book({ kind: 'orderCreated', orderId, request: made, decisionPrice: 100 });
    return this.order(orderId);
  }

  submit(change: Partial<OrderRequest> = {}): OrderId {
    const order = this.create(change);
    this.gateway.submit(order);
    return order.id;
  }

  /** Submits an order and waits for its acknowledgement. */
  open(change: Partial<OrderRequest> = {}): OrderId {
    const id = this.submit(change);
    this.pass(50);
    return id;
  }

  /** As the engine does it: recorded, then sent. */
  cancel(orderId: OrderId): void {
    this.book({ kind: 'cancelRequested', orderId, reason: 'test' });
    this.gateway.cancel(orderId);
  }

  order(id: OrderId): Readonly<Order> {
    const order = findOrder(this.money, id);
    if (!order) throw new Error(`no order ${id}`);
    return order;
  }

  /** Status and filled quantity: `filled 1`. */
  state(id: OrderId): string {
    const { status, filled } = this.order(id);
    return `${status} ${toText(filled)}`;
  }

  /** Kinds of the records posted about an order, in order. */
  told(id: OrderId): string[] {
    return this.records()
      .filter((record) => 'orderId' in record && record.orderId === id)
      .map(({ kind }) => kind);
  }

  records(): AccountRecord[] {
    return this.events.flatMap((event) => (event.kind === 'account' ? [event.record] : []));
  }

  of<K extends AccountRecord['kind']>(kind: K): Extract<AccountRecord, { kind: K }>[] {
    return this.records().filter(
      (record): record is Extract<AccountRecord, { kind: K }> => record.kind === kind,
    );
  }

  reports(): VenueReport[] {
    return this.events.flatMap((event) => (event.kind === 'report' ? [event.report] : []));
  }

  links(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'link' ? [event.up ? 'up' : 'down'] : [],
    );
  }

  commands(): string[] {
    return this.events.flatMap((event) => (event.kind === 'command' ? [event.command.kind] : []));
  }

  private take(event: ControlEvent): void {
    this.events.push(event);
    if (event.kind === 'account') this.book(event.record);
  }

  private book(body: RecordBody): void {
    this.n += 1;
    reduceMoney(this.money, body, { n: this.n, t: this.clock.now(), m: 0 });
  }
}
