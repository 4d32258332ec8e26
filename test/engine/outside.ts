// An engine against a venue outside the process that only says what a test lets it say.
import type { Command } from '../../src/domain/command.ts';
import { type Decimal, ZERO, decimal, sub } from '../../src/domain/decimal.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Market } from '../../src/domain/market.ts';
import { type Order, isWorking } from '../../src/domain/order.ts';
import type { AccountRecord, RecordBody } from '../../src/domain/record.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { OrderRef, VenueReport } from '../../src/domain/venue.ts';
import { createSimulatedClock } from '../../src/engine/clock.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { type Run, createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { type RuntimeSetup, createEngineState } from '../../src/engine/state.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import type { Journal, SendGuard, Venue, VenueAbilities } from '../../src/ports.ts';
import { ACCOUNT, SPOT, START, WIDE, fill, ticket } from '../support/builders.ts';

interface OutsideOptions {
  readonly markets?: readonly Market[];
  readonly runtimes?: readonly RuntimeSetup[];
  readonly money?: MoneyState;
  readonly guard?: SendGuard;
  readonly journal?: Journal;
  readonly start?: boolean;
  readonly abilities?: Partial<VenueAbilities>;
  /** Called by every create. */
  readonly onSubmit?: (order: Readonly<Order>) => void;
}

/** An order that somebody else placed. */
export const EXTERNAL = {
  venueOrderId: '9',
  clientOrderId: 'web-1',
  symbol: SPOT.symbol,
  side: 'sell',
  type: 'limit',
  quantity: decimal('0.5'),
  filled: decimal('0.1'),
  price: decimal('120'),
  triggerPrice: null,
  reduceOnly: false,
} as const;

const CAN_ALL: VenueAbilities = { stops: true, trailingStops: true, oco: true, amend: true };

/** The engine, the wire's end, and what was said. */
export class Outside {
  readonly run: Run;
  readonly records: RecordBody[] = [];
  readonly notices: string[] = [];
  /** `submit td…`, `cancel td…`, `report reason`, `external 9`, in order. */
  readonly sent: string[] = [];
  time = START;
  private readonly clock = createSimulatedClock(START);
  private presses = 0;

  constructor(options: OutsideOptions = {}) {
    const markets = options.markets ?? [SPOT];
    const state = createEngineState({
      markets,
      runtimes: options.runtimes ?? [],
      settings: { limits: WIDE, leverage: 1 },
      now: START,
      ...(options.money ? { money: options.money } : {}),
    });
    const venue: Venue = {
      inProcess: false,
      abilities: { ...CAN_ALL, ...options.abilities },
      submit: (order) => {
        this.sent.push(`submit ${order.id}`);
        options.onSubmit?.(order);
      },
      cancel: (id) => void this.sent.push(`cancel ${id}`),
      amend: (id) => void this.sent.push(`amend ${id}`),
      report: () => this.books(),
      requestReport: (reason) => void this.sent.push(`report ${reason}`),
      cancelExternal: (order: OrderRef) => void this.sent.push(`external ${order.venueOrderId}`),
    };
    this.run = createRun({
      state,
      journal: options.journal ?? createMemoryJournal({ update: () => undefined, hex: () => '' }),
      clock: this.clock,
      venue: () => venue,
      ...(options.guard ? { guard: options.guard } : {}),
      onRecord: (body) => void this.records.push(body),
      onNotice: ({ level, text }) => void this.notices.push(`${level} ${text}`),
    });
    const feed = { next: () => null, history: () => [], unfinished: () => [], length: null };
    startRun(this.run, feed, {
      run: '00000000abc' as never,
      version: 'test',
      mode: 'testnet',
      accountId: ACCOUNT,
      currency: 'USDT',
      seed: 1,
      markets,
      cash: decimal('10000'),
      start: options.start ?? true,
    });
  }

  /** Started, and the first report came: 10,000 USDT, nothing held. */
  static ready(options: OutsideOptions = {}): Outside {
    const outside = new Outside(options);
    outside.candle(100);
    if (!options.money) outside.report({ balances: new Map([['USDT', decimal('10000')]]) });
    else outside.report();
    return outside;
  }

  get money(): MoneyState {
    return this.run.state.money;
  }

  get recovering() {
    return this.run.state.truth.recovering;
  }

  /** What a venue says that agrees with the books as they are. */
  books(): VenueReport {
    const { money } = this;
    const open = [...money.working.values()].filter(({ venueOrderId }) => venueOrderId !== null);
    return {
      openOrders: open.map(({ id }) => id),
      positions: new Map([...money.positions].map(([symbol, own]) => [symbol, own.quantity])),
      balances: new Map([...money.balances].map(([asset, { total }]) => [asset, total])),
    };
  }

  report(change: Partial<VenueReport> = {}): void {
    this.run.post({ kind: 'report', time: this.time, report: { ...this.books(), ...change } });
  }

  /** The venue holds this much of the spot market, and what the books say otherwise. */
  reportHolding(quantity: string, symbol = SPOT.symbol): void {
    this.report({ positions: new Map([...this.books().positions, [symbol, decimal(quantity)]]) });
  }

  recover(reason = 'test'): void {
    this.run.post({ kind: 'recover', time: this.time, reason });
  }

  tell(record: AccountRecord): void {
    this.run.post({ kind: 'account', time: this.time, record });
  }

  command(command: Command): void {
    this.run.post({ kind: 'command', time: this.time, command });
  }

  /** A manual order; the order as it is in the books. */
  order(change: Parameters<typeof ticket>[0] = {}): Order {
    this.presses += 1;
    const pressId = `press-${this.presses}`;
    const before = new Set(this.money.working.keys());
    this.command({ kind: 'placeOrder', ticket: ticket(change), pressId });
    const made = [...this.money.working.values()].find(({ id }) => !before.has(id));
    if (!made) throw new Error(`no order was made: ${this.notices.at(-1) ?? ''}`);
    return made;
  }

  accept(order: Order): void {
    this.tell({ kind: 'accepted', orderId: order.id, venueOrderId: `v-${order.id}` });
  }

  fill(order: Order, change: Parameters<typeof fill>[0] = {}): Fill {
    const { id: orderId, symbol, side, fillIds } = order;
    const id = `${orderId}-${fillIds.length + 1}`;
    const made = fill({ id, orderId, symbol, side, time: this.time, ...change });
    this.tell({ kind: 'fill', ...made });
    return made;
  }

  /** Bought one whole coin at 100. */
  hold(quantity: Decimal = decimal('1')): Order {
    const order = this.order({ quantity });
    this.accept(order);
    this.tell({
      kind: 'fill',
      ...fill({ id: `${order.id}-1`, orderId: order.id, time: this.time }),
      quantity: sub(quantity, ZERO),
    });
    return order;
  }

  candle(price: number, symbol = SPOT.symbol): void {
    const candle = {
      openTime: this.time,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 1,
    };
    this.time += MINUTE_MS;
    this.run.drive({ kind: 'candle', symbol, time: this.time, timeframe: '1m', candle });
  }

  /** Engine time passes; timers of the engine fire. */
  wait(ms: number): void {
    this.time += ms;
    while (this.clock.nextDue() <= this.time) {
      this.clock.fireNext();
      this.run.settle();
    }
    this.clock.observe(this.time);
  }

  /** Everything that left since the last look. */
  take(): string[] {
    return this.sent.splice(0);
  }

  of<K extends RecordBody['kind']>(kind: K): Extract<RecordBody, { kind: K }>[] {
    return this.records.filter(
      (body): body is Extract<RecordBody, { kind: K }> => body.kind === kind,
    );
  }

  working(): Order[] {
    return [...this.money.working.values()].filter(isWorking);
  }

  scope(name: string): string | undefined {
    return this.money.scopes.get(name)?.state;
  }

  find(id: OrderId): Order | undefined {
    return this.money.working.get(id) ?? this.money.closed.get(id);
  }
}
