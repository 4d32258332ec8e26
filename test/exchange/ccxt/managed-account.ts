/** The order manager over an account client, with books that book what it posts. */
import { toNumber } from '../../../src/domain/decimal.ts';
import type { ControlEvent } from '../../../src/domain/event.ts';
import { type OrderId, type RunId, createOrderId } from '../../../src/domain/ids.ts';
import type { Order, OrderRequest } from '../../../src/domain/order.ts';
import { required } from '../../../src/domain/errors.ts';
import type { AccountRecord, RecordBody } from '../../../src/domain/record.ts';
import { SeededRng } from '../../../src/domain/rng.ts';
import type { VenueReport } from '../../../src/domain/venue.ts';
import { createWallClock } from '../../../src/engine/clock.ts';
import { type Gateway, createGateway } from '../../../src/exchange/gateway/gateway.ts';
import { createMoneyState, findOrder } from '../../../src/execution/money.ts';
import { reduceMoney } from '../../../src/execution/reduce-money.ts';
import type { VenueBench } from '../../contracts/venue-contract.ts';
import { request } from '../../support/builders.ts';
import type { Account } from './account-kit.ts';

/** Waits below a deadline pass so much faster; a deadline finds a hang and nothing else. */
const FASTER = 50;
const DEADLINE_MS = 10_000;
const BUDGET = { perSecond: 10_000, burst: 10_000, reserve: 100 };

/** Runs of this process: ids never repeat at one exchange. */
let runs = 0;

export class ManagedAccount {
  readonly account: Account;
  readonly gateway: Gateway;
  readonly money = createMoneyState();
  readonly events: ControlEvent[] = [];
  readonly alarms: string[] = [];
  private readonly clock = createWallClock();
  private readonly run: RunId;
  private readonly timers = new Set<NodeJS.Timeout>();
  private onReport: () => void = () => undefined;
  private n = 0;

  constructor(account: Account) {
    this.account = account;
    runs += 1;
    this.run = `run${String(runs).padStart(8, '0')}` as RunId;
    const { accountId, connection, client } = account;
    const start = { version: 't', mode: 'live', accountId, currency: 'USDT', seed: 1 };
    const { markets } = connection;
    this.book({ kind: 'runStarted', run: this.run, ...start, markets });
    this.gateway = createGateway({
      client,
      post: (event) => this.take(event),
      books: () => this.money,
      knowsRun: (run) => run === this.run,
      accountId,
      transport: {
        now: () => performance.now(),
        after: (ms, fire) => this.after(ms < DEADLINE_MS ? ms / FASTER : ms, fire),
      },
      clock: this.clock,
      rng: new SeededRng(7),
      log: () => undefined,
      alarm: (text) => this.alarms.push(text),
      budget: BUDGET,
    });
  }

  /** Resolves with the first report. */
  start(): Promise<void> {
    const told = this.nextReport();
    this.gateway.start();
    return told;
  }

  /** Makes an order in the books without sending it. */
  create(change: Partial<OrderRequest>): Readonly<Order> {
    const { market, accountId } = this.account;
    const sequence = (this.money.run?.orders ?? 0) + 1;
    const made = request({ symbol: market.symbol, accountId, ...change });
    const orderId = createOrderId(this.run, sequence, made.role);
    this.book({ kind: 'orderCreated', orderId, request: made, decisionPrice: 100 });
    return this.order(orderId);
  }

  order(id: OrderId): Readonly<Order> {
    return required(findOrder(this.money, id), `order ${id}`);
  }

  records(): AccountRecord[] {
    return this.events.flatMap((event) => (event.kind === 'account' ? [event.record] : []));
  }

  /** Kinds of the records posted about an order, in order. */
  told(id: OrderId): string[] {
    const about = this.records().filter((record) => 'orderId' in record && record.orderId === id);
    return about.map(({ kind }) => kind);
  }

  reports(): VenueReport[] {
    return this.events.flatMap((event) => (event.kind === 'report' ? [event.report] : []));
  }

  /** Everything that was asked before is answered and reported after this. */
  async settle(): Promise<void> {
    // The first may have been under way before.
    for (let report = 0; report < 2; report += 1) {
      const told = this.nextReport();
      this.gateway.requestReport('the test looks');
      await told;
    }
  }

  forContract(): VenueBench {
    const { account, gateway } = this;
    const records = () => this.records();
    return {
      venue: gateway,
      market: account.market,
      get answers() {
        return records();
      },
      order: ({ price, ...rest }) => ({ ...this.create({ price: price ?? null, ...rest }) }),
      trade: (price) => {
        account.emulator.control.setPrice(account.market.symbol, toNumber(price));
        return this.settle();
      },
      settle: () => this.settle(),
    };
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.gateway.stop(resolve));
    for (const timer of this.timers) clearTimeout(timer);
    await this.account.close();
  }

  private nextReport(): Promise<void> {
    return new Promise((resolve) => {
      this.onReport = resolve;
    });
  }

  private after(ms: number, fire: () => void): () => void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      fire();
    }, ms);
    this.timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.timers.delete(timer);
    };
  }

  private take(event: ControlEvent): void {
    this.events.push(event);
    if (event.kind === 'account') this.book(event.record);
    if (event.kind === 'report') this.onReport();
  }

  private book(body: RecordBody): void {
    this.n += 1;
    reduceMoney(this.money, body, { n: this.n, t: this.clock.now(), m: 0 });
  }
}
