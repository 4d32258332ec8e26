/** A live session as the console opens it, at a local exchange of its own, and what goes wrong. */
import { rmSync } from 'node:fs';

import { openSession } from '../../../src/app/build.ts';
import type { RunOptions } from '../../../src/app/run-options.ts';
import type { RunningSession } from '../../../src/app/session.ts';
import type { SessionCommand, SessionView } from '../../../src/app/session-types.ts';
import type { Command, Ticket } from '../../../src/domain/command.ts';
import { decimal, quantizeNumber, toText } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import type { RiskLimits } from '../../../src/domain/limits.ts';
import type { Market } from '../../../src/domain/market.ts';
import type { Order } from '../../../src/domain/order.ts';
import type { JournalRecord, RecordBody } from '../../../src/domain/record.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import type { ExchangeRow } from '../../../src/exchange/ccxt/row.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import type { FaultRule } from '../../../src/exchange/emulator/faults.ts';
import type { LoggedRequest } from '../../../src/exchange/emulator/request-log.ts';
import { liveOptions } from '../../app/live/live-kit.ts';
import { Dice, mixSeed } from '../../simulation/dice.ts';
import { WIDE, ticket } from '../../support/builders.ts';
import { type TestEmulator, openEmulator } from '../../support/emulator.ts';
import { readState } from '../../support/session-kit.ts';
import { sleep } from './fast-time.ts';
import { agreed, letTrade, openPatiently } from './trading.ts';
import { checkQuiet, checkWire } from './wire-oracles.ts';

export interface WireOptions {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly limits?: Partial<RiskLimits>;
  readonly options?: Partial<RunOptions>;
}

export const SYMBOL = 'BTC/USDT';
/** Finds a hang: everything is found out far sooner, in the faster time. */
const LONGEST_MS = 240_000;
const LOOK_MS = 50;
const MOST_PRESSES = 5;
const PATIENCE_MS = 30_000;
const LAST_NOTICES = 6;

/** Where each request goes, by dialect: method and part of the path. */
const PATHS = {
  create: { binance: ['POST', '/api/v3/order'], kraken: ['POST', 'AddOrder'] },
  cancel: { binance: ['DELETE', '/api/v3/order'], kraken: ['POST', 'CancelOrder'] },
  order: { binance: ['GET', '/api/v3/order'], kraken: ['POST', 'OpenOrders'] },
  fills: { binance: ['GET', 'myTrades'], kraken: ['POST', 'TradesHistory'] },
  account: { binance: ['GET', '/api/v3/account'], kraken: ['POST', 'Balance'] },
} as const;
export type WireOp = keyof typeof PATHS;

export class WireScenario {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly dice: Dice;
  readonly emulator: TestEmulator;
  readonly row: ExchangeRow;
  readonly market: Market;
  readonly options: RunOptions;
  /** What left while it must not: kept by the gate that every order passes. */
  readonly broken: string[] = [];
  private readonly journal = new Map<number, JournalRecord>();
  private readonly endings: (() => void)[] = [];
  private current: RunningSession | null = null;
  private presses = 0;
  private lives = 0;
  private readonly firstMarkets: readonly Market[];

  private constructor(of: WireOptions, emulator: TestEmulator) {
    this.dialect = of.dialect;
    this.seed = of.seed;
    this.dice = new Dice(mixSeed(of.seed, 7));
    this.emulator = emulator;
    this.row = required(findExchange(of.dialect), of.dialect);
    this.firstMarkets = emulator.core.market.allMarkets;
    this.market = required(
      this.firstMarkets.find(({ symbol }) => symbol === SYMBOL),
      SYMBOL,
    );
    const risk = { ...WIDE, ...of.limits };
    this.options = liveOptions(emulator, of.dialect, { risk, seed: of.seed, ...of.options });
  }

  /** An exchange and a session there: its gate passed, reconciled, running. */
  static async begin(of: WireOptions): Promise<WireScenario> {
    const scenario = await WireScenario.beside(of);
    try {
      await scenario.open();
      return scenario;
    } catch (error) {
      await scenario.end();
      throw error;
    }
  }

  /** The exchange alone: whoever trades there comes later. */
  static async beside(of: WireOptions): Promise<WireScenario> {
    const { dialect, seed } = of;
    const emulator = await openEmulator({ dialect, seed, time: 'real' });
    return new WireScenario(of, emulator);
  }

  get control(): TestEmulator['control'] {
    return this.emulator.control;
  }

  get session(): RunningSession {
    return required(this.current, 'a session');
  }

  get view(): SessionView {
    return this.session.view();
  }

  /** The account's trading state; `recovering` while its books are not trusted. */
  get state(): string {
    return this.view.account.tradingState;
  }

  /** Opens the session (again), passes its gate and lets it trade. */
  async open(): Promise<void> {
    await this.openShut();
    await letTrade(this.session, this.dialect);
  }

  /** Opens the session; nobody stands at its gate yet. */
  async openShut(): Promise<void> {
    this.lives += 1;
    const guard = {
      isClosed: false,
      mayExist: (order: Readonly<Order>) => this.leaving(order),
      gone: () => undefined,
    };
    this.current = await openPatiently(() => openSession(this.options, {}, 0, guard));
    this.session.start();
    await agreed(this.session);
  }

  /** I5: what leaves while the account may not open anything. */
  private leaving(order: Readonly<Order>): void {
    // What a crash left open is told anew while the session opens.
    if (this.current === null) return;
    // What was decided and written before the books were doubted may still leave.
    const { heldState: state } = this.view.truth;
    const isStopped = state !== 'running' && state !== 'paused';
    if (order.role === 'entry' && isStopped) {
      this.broken.push(`I5: entry ${order.id} leaves while ${state}`);
    }
  }

  check(holds: boolean, words: string): void {
    if (holds) return;
    const said = this.current?.view().notices.slice(-LAST_NOTICES) ?? [];
    throw new Error(`${words} (${said.map(({ text }) => text).join(' | ')})`);
  }

  /** Milliseconds of the faster time. */
  run(ms: number): Promise<void> {
    return sleep(ms);
  }

  /** Waits until it is so; false when it is not after `ms` of the faster time. */
  async until(isSo: () => boolean, ms = LONGEST_MS): Promise<boolean> {
    const end = performance.now() + ms;
    while (!isSo()) {
      if (performance.now() > end) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  /** Waits for what must come. */
  async expect(isSo: () => boolean, otherwise: string, ms = LONGEST_MS): Promise<void> {
    this.check(await this.until(isSo, ms), otherwise);
  }

  send(command: Command | SessionCommand): void {
    this.session.dispatch(command);
  }

  /** The next request of a kind meets this. */
  fault(op: WireOp, rule: Omit<FaultRule, 'method' | 'path'>): void {
    const [method, path] = PATHS[op][this.dialect];
    this.control.fault({ method, path, ...rule });
  }

  /** A buy at the market of a little, where nothing else is said. */
  async order(change: Partial<Ticket> = {}): Promise<Order> {
    const made = await this.press(change);
    this.check(made !== null, 'no order was made');
    return required(made, 'an order');
  }

  /** A buy that rests below the price. */
  limit(change: Partial<Ticket> = {}, factor = 0.9): Promise<Order> {
    return this.order({ type: 'limit', price: this.priceAt(factor), ...change });
  }

  /**
   * An order asked for by somebody who waits while books are compared: a machine with much to do
   * looks, in the faster time, like one that stood still. Null when it was denied for more.
   */
  async press(change: Partial<Ticket> = {}): Promise<Order | null> {
    for (let tries = 0; tries < MOST_PRESSES; tries++) {
      await this.until(() => this.state === 'running', PATIENCE_MS);
      const made = this.tryOrder(change);
      if (made !== null || this.state === 'running') return made;
    }
    return null;
  }

  /** An order asked for now; null when it was denied. */
  tryOrder(change: Partial<Ticket> = {}): Order | null {
    this.presses += 1;
    const before = new Set(this.view.orders.map(({ id }) => id));
    const asked = ticket({ symbol: SYMBOL, quantity: decimal('0.002'), ...change });
    const pressId = `key-${this.lives}-${this.presses}`;
    this.send({ kind: 'placeOrder', ticket: asked, pressId });
    return this.view.orders.find(({ id }) => !before.has(id)) ?? null;
  }

  /** A price on the grid, as a part of the price now. */
  priceAt(factor: number) {
    return quantizeNumber(this.price * factor, this.market.tickSize, 'nearest');
  }

  /** Worth so much quote, on the grid. */
  quantityFor(quote: number) {
    return quantizeNumber(quote / this.price, this.market.stepSize, 'up');
  }

  get price(): number {
    return required(this.emulator.core.market.book(SYMBOL).bids[0], 'a bid').price;
  }

  /** An order as it is here now. */
  here({ id }: Pick<Order, 'id'>): Order {
    return required(
      this.view.orders.find((order) => order.id === id),
      `order ${id}`,
    );
  }

  async expectStatus(order: Pick<Order, 'id'>, ...statuses: readonly string[]): Promise<void> {
    const isSo = () => statuses.includes(this.here(order).status);
    await this.expect(isSo, `${order.id} does not become ${statuses.join(' or ')}`);
  }

  /** What the exchange has of one of our orders. */
  there({ id }: Pick<Order, 'id'>) {
    const known = this.row.clientIds.encode(id);
    return this.control.dump('main').orders.find(({ clientOrderId }) => clientOrderId === known);
  }

  /** The same, of one that it must have. */
  known(order: Pick<Order, 'id'>) {
    return required(this.there(order), `order ${order.id} at the exchange`);
  }

  /** An order that rests at the exchange and is known to here. */
  async resting(change: Partial<Ticket> = {}): Promise<Order> {
    const order = await this.limit(change);
    await this.expectStatus(order, 'accepted');
    return order;
  }

  fillPart(order: Pick<Order, 'id'>, quantity: string): void {
    const isFilled = this.control.fillPart('main', this.known(order).venueOrderId, quantity);
    this.check(isFilled, 'the exchange did not fill it');
  }

  held(symbol = SYMBOL): string {
    const position = this.view.positions.find((one) => one.symbol === symbol);
    return position ? toText(position.quantity) : '0';
  }

  sent(op: WireOp): readonly LoggedRequest[] {
    const [method, path] = PATHS[op][this.dialect];
    return this.control
      .requests()
      .filter((one) => one.method === method && one.path.endsWith(path));
  }

  said(words: RegExp): boolean {
    const { notices, log } = this.view;
    return notices.some(({ text }) => words.test(text)) || log.some((l) => words.test(l.message));
  }

  /** Records that are on the disk, of every life. */
  records<K extends RecordBody['kind']>(kind: K): Extract<JournalRecord, { kind: K }>[] {
    this.readJournal();
    return [...this.journal.values()].filter(
      (record): record is Extract<JournalRecord, { kind: K }> => record.kind === kind,
    );
  }

  /** A new generation leaves out what it holds: every record is kept as long as it is there. */
  private readJournal(): void {
    for (const record of readState(this.options.stateDirectory).records) {
      this.journal.set(record.n, record);
    }
  }

  /** Ends the session; what lies at the exchange lives on. */
  async close(): Promise<void> {
    const session = this.current;
    if (session === null) return;
    await this.until(() => this.view.store.waiting === 0);
    this.readJournal();
    this.current = null;
    await session.close('done');
  }

  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  /**
   * Nothing goes wrong any more: everything is found out, the session ends, and its journal is
   * compared with the exchange's own records to the last digit. `differs`: assets and symbols that
   * were moved by others and wait for the operator's decision.
   */
  async settle(of: { readonly differs?: readonly string[] } = {}): Promise<void> {
    this.control.clear();
    this.control.setSkew(0);
    this.session.recover('the proof looks at both sides');
    await this.expect(() => {
      const { truth, orders } = this.view;
      const isOpen = orders.some(({ status, amending }) => {
        return status === 'submitted' || status === 'pendingCancel' || Boolean(amending);
      });
      const { recovering, unknownOrders, inferredFills } = truth;
      return recovering === null && unknownOrders + inferredFills === 0 && !isOpen;
    }, 'it is never quiet');
    await this.close();
    const { differs = [] } = of;
    const dump = this.control.dump('main');
    const markets = [...this.firstMarkets, ...this.emulator.core.market.allMarkets];
    const { money } = readState(this.options.stateDirectory);
    const records = [...this.journal.values()];
    this.broken.push(
      ...checkQuiet({ money, records, dump, row: this.row, differs }),
      ...checkWire({ creates: this.sent('create'), row: this.row, markets }),
    );
    this.check(this.broken.length === 0, this.broken.join('; '));
  }

  /** What the exchange did for this scenario: it is not empty. */
  figures(): { readonly orders: number; readonly fills: number; readonly requests: number } {
    const { orders, fills } = this.control.dump('main');
    const { requests } = this.control.counts();
    return { orders: orders.length, fills: fills.length, requests };
  }

  /** Something that must not outlive the scenario. */
  atEnd(act: () => void): void {
    this.endings.push(act);
  }

  /** Everything that was opened ends, whatever happened. */
  async end(): Promise<void> {
    for (const act of this.endings) act();
    try {
      await this.close();
    } finally {
      await this.emulator.close();
      rmSync(this.options.stateDirectory, { recursive: true, force: true });
    }
  }
}
