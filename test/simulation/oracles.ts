/**
 * What must hold whatever happens (RELIABILITY 3). The oracles look at the exchange's truth on one
 * side and at the journal and what leaves our process on the other; the first thing that is broken
 * is kept in words.
 */
import { createHash } from 'node:crypto';

import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  isOnGrid,
  isPositive,
  lt,
  neg,
  sub,
  toNumber,
  toText,
} from '../../src/domain/decimal.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import { MANUAL, type Order, type OrderRequest } from '../../src/domain/order.ts';
import type { Envelope, RecordBody } from '../../src/domain/record.ts';
import type { VenueFill, VenueOrder } from '../../src/domain/venue.ts';
import { type MoneyState, ledgerKey, scopeKey } from '../../src/execution/money.ts';
import { flatFaults, protectionFaults } from './holdings.ts';
import type { Watcher } from './process.ts';
import { WatchOracles } from './watch-oracles.ts';
import type { World } from './world.ts';

/** Records that fills, entries and adoptions can be read from; what a crash lost is dropped. */
interface Kept {
  readonly n: number;
  readonly t: number;
  readonly body: RecordBody;
}

const TOLD: ReadonlySet<string> = new Set([
  'inferred', 'fillsReplaced', 'outcomeUnknown', 'neverPlaced', 'resurfaced', 'drifted',
  'positionAdopted', 'orderAdopted', 'denied', 'rejected', 'breakerTripped',
]); // prettier-ignore

const isOurs = (id: string | null): id is string => id?.startsWith('td') ?? false;

export class Oracles implements Watcher {
  readonly notices: string[] = [];
  /** Hard cases that were met, by the name of their record. */
  readonly happened = new Map<string, number>();
  /** Creates that left, by role. */
  readonly created = new Map<string, number>();
  /** The newest records, newest last. */
  readonly bodies: RecordBody[] = [];
  /** The first thing that is broken; null while all holds. */
  fault: string | null = null;
  readonly watch: WatchOracles;
  private readonly world: World;
  private readonly limits: RiskLimits;
  /** Every line that was given to the disk, by its number. */
  private readonly lines = new Map<number, string>();
  private kept: Kept[] = [];
  private lastN = 0;
  /** Ids of fills in the journal, and those that were only inferred and not replaced yet. */
  private readonly journaled = new Set<string>();
  private readonly inferred = new Map<string, Fill>();
  private readonly venueFills = new Map<string, VenueFill>();
  private readonly venueIds = new Map<string, Set<string>>();
  /** Engine times of entries in the last minute. */
  private entries: number[] = [];
  private recovered: string[] = [];
  /** Requests by order, and ledgers whose protection the operator canceled. */
  private readonly ledgers = new Map<string, OrderRequest>();
  private readonly bare = new Set<string>();
  /** Newest record that the process before this one was told to be safe. */
  private durable = 0;
  private readonly hash = createHash('sha256');

  constructor(world: World, limits: RiskLimits) {
    this.world = world;
    this.limits = limits;
    this.watch = new WatchOracles(world, this);
    world.exchange.listen({
      onOrder: (order) => this.onVenueOrder(order),
      onFill: (fill) => {
        if (isOurs(fill.clientOrderId)) this.venueFills.set(fill.id, fill);
      },
      onAccount: () => undefined,
      onLink: () => undefined,
    });
  }

  broken(words: string): void {
    this.fault ??= `${new Date(this.world.clock.now()).toISOString()} ${words}`;
  }

  count(name: string): void {
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
  }

  get fills(): number {
    return this.venueFills.size;
  }

  get orders(): number {
    return this.venueIds.size;
  }

  onNotice(level: string, text: string): void {
    const time = new Date(this.world.clock.now()).toISOString().slice(11, 23);
    this.notices.push(`${time} ${level}: ${text}`);
    if (this.notices.length > 2_000) this.notices.splice(0, 1_000);
  }

  onLine(n: number, text: string): void {
    this.lines.set(n, text);
    this.lastN = n;
    this.hash.update(text);
  }

  onRecord(body: RecordBody, at: Envelope, money: MoneyState): void {
    const name = body.kind === 'fill' && body.inferred ? 'inferred' : body.kind;
    if (TOLD.has(name)) this.count(name);
    this.watch.onRecord(body, money);
    this.bodies.push(body);
    if (this.bodies.length > 2_000) this.bodies.splice(0, 1_000);
    if (body.kind === 'tradingState' && body.reason.startsWith('flat')) {
      for (const words of flatFaults(money, this.world)) this.broken(`${words} ("${body.reason}")`);
    }
    if (TRUTH.has(body.kind)) {
      this.kept.push({ n: at.n, t: at.t, body });
      this.read(body, at.t, true);
    }
  }

  onRecovered(text: string): void {
    this.recovered.push(text);
  }

  /** What a process that is gone was told to be safe. */
  acknowledged(n: number): void {
    this.durable = n;
  }

  /** Somebody put an old backup back: what came after its record `n` is as good as never written. */
  restored(n: number): void {
    this.durable = n;
    this.rewind(n);
  }

  /** Of every line that was written and every fill of the exchange. */
  digest(): string {
    const fills = Array.from(this.venueFills.values(), ({ id, time }) => `${id} ${time}`);
    return this.hash.copy().update(fills.join('\n')).digest('hex');
  }

  /** Recovery is about to read; what it reads is compared by `afterRecovery`. */
  beforeRecovery(): void {
    this.recovered = [];
  }

  /** I4: what was acknowledged is there, and what is there is a prefix of what was written. */
  afterRecovery(recoveredN: number): void {
    const { durable: acknowledged } = this;
    if (recoveredN < acknowledged) {
      this.broken(`I4: ${acknowledged} records were acknowledged, ${recoveredN} came back`);
    }
    if (recoveredN > this.lastN) {
      this.broken(`I4: ${recoveredN} records came back of ${this.lastN} that were written`);
    }
    this.recovered.forEach((text, index) => {
      const n = recoveredN - this.recovered.length + 1 + index;
      if (this.lines.get(n) !== text) this.broken(`I4: record ${n} came back changed`);
    });
    this.rewind(recoveredN);
  }

  /** What a crash lost was never said: the journal's view begins again at record `n`. */
  private rewind(n: number): void {
    for (let lost = n + 1; lost <= this.lastN; lost++) this.lines.delete(lost);
    this.lastN = n;
    this.kept = this.kept.filter((one) => one.n <= n);
    this.journaled.clear();
    this.inferred.clear();
    this.bare.clear();
    this.entries = [];
    for (const { body, t } of this.kept) this.read(body, t, false);
  }

  private read(body: RecordBody, time: number, checks: boolean): void {
    switch (body.kind) {
      case 'fill':
        this.bare.delete(this.ledgerOf(body.orderId));
        if (body.inferred) this.inferred.set(body.id, body);
        else this.countFill(body);
        return;
      case 'fillsReplaced':
        if (!this.inferred.delete(body.inferredId)) {
          this.broken(`I2: ${body.inferredId} was replaced and is no inferred fill`);
        }
        for (const fill of body.fills) this.countFill(fill);
        return;
      case 'cancelRequested':
        return this.countCancel(body);
      case 'orderCreated':
        this.ledgers.set(body.orderId, body.request);
        if (body.request.role === 'entry') this.countEntry(time, checks);
        return;
      default:
        return;
    }
  }

  private ledgerOf(orderId: string): string {
    const { strategyId = '', symbol = '' } = this.ledgers.get(orderId) ?? {};
    return ledgerKey(strategyId, symbol);
  }

  /** Protection that the operator took away stays away until the next fill. */
  private countCancel(body: Extract<RecordBody, { readonly kind: 'cancelRequested' }>): void {
    const isByHand = body.reason === 'canceled by the operator';
    const isProtection = this.ledgers.get(body.orderId)?.role === 'protective';
    if (isByHand && isProtection) this.bare.add(this.ledgerOf(body.orderId));
  }

  /** I2: once, and only what the exchange executed. */
  private countFill(fill: Fill): void {
    if (this.journaled.has(fill.id)) this.broken(`I2: fill ${fill.id} was journaled twice`);
    this.journaled.add(fill.id);
    const real = this.venueFills.get(fill.id);
    if (!real) return this.broken(`I2: fill ${fill.id} is unknown at the exchange`);
    const same =
      real.clientOrderId === fill.orderId &&
      real.symbol === fill.symbol &&
      real.side === fill.side &&
      real.quantity === fill.quantity &&
      real.price === fill.price;
    if (!same) this.broken(`I2: fill ${fill.id} is not what the exchange executed`);
  }

  /** I10: the order rate holds over restarts. */
  private countEntry(time: number, checks: boolean): void {
    this.entries.push(time);
    this.entries = this.entries.filter((one) => one > time - 60_000);
    if (checks && this.entries.length > this.limits.maxOrdersPerMinute) {
      this.broken(`I10: ${this.entries.length} entries within a minute`);
    }
  }

  /** I1: one order of one intent. */
  private onVenueOrder(order: VenueOrder): void {
    const id = order.clientOrderId;
    if (!isOurs(id)) return;
    let known = this.venueIds.get(id);
    if (!known) this.venueIds.set(id, (known = new Set()));
    known.add(order.venueOrderId);
    if (known.size > 1) this.broken(`I1: ${id} is ${[...known].join(' and ')} at the exchange`);
  }

  onCreate(order: Readonly<Order>, money: MoneyState): void {
    this.created.set(order.role, (this.created.get(order.role) ?? 0) + 1);
    this.checkState(order, money);
    this.checkNumbers(order);
    if (order.role === 'entry') this.checkLimits(order, money);
  }

  /** I5: halted sends nothing but what makes smaller or protects; reducing nothing that grows. */
  private checkState(order: Readonly<Order>, money: MoneyState): void {
    const { state } = money.trading;
    const what = `${order.role} ${order.side} ${order.id} leaves while ${state}`;
    if (order.role === 'entry' && state !== 'running' && state !== 'paused') {
      this.broken(`I5: ${what}`);
    }
    for (const { scope, state: own } of money.scopes.values()) {
      const isOwn =
        'symbol' in scope ? scope.symbol === order.symbol : scope.strategyId === order.strategyId;
      if (!isOwn || order.role !== 'entry' || own === 'paused') continue;
      this.broken(`I5: ${order.role} ${order.id} leaves while ${scopeKey(scope)} is ${own}`);
    }
    const isExit = order.role === 'exit' && order.strategyId !== MANUAL;
    const byEngine = order.reason === 'flatten' || order.reason.includes('operator');
    if (state === 'halted' && isExit && !byEngine) this.broken(`I5: ${what} (${order.reason})`);
  }

  /** I6: on the grids, positive, near the price where it would match. */
  private checkNumbers(order: Readonly<Order>): void {
    const market = this.world.exchange.markets.get(order.symbol);
    const id = `${order.id} (${order.type} ${toText(order.quantity)})`;
    if (!market) return this.broken(`I6: ${id} for unknown ${order.symbol}`);
    const isSized = isOnGrid(order.quantity, market.stepSize) && isPositive(order.quantity);
    if (!isSized || lt(order.quantity, market.minQuantity)) this.broken(`I6: quantity of ${id}`);
    for (const price of [order.price, order.triggerPrice]) {
      if (price === null) continue;
      if (!isPositive(price) || !isOnGrid(price, market.tickSize)) {
        this.broken(`I6: price ${toText(price)} of ${id}`);
      }
    }
    const last = this.world.market.last.get(order.symbol) ?? 0;
    if (order.price === null || last === 0 || order.role !== 'entry') return;
    const beyond = ((toNumber(order.price) - last) / last) * (order.side === 'buy' ? 1 : -1);
    // The price may have moved while the record was on its way to the disk.
    if (beyond > this.limits.priceBandFraction + 0.05) this.broken(`I6: ${id} is out of the band`);
  }

  /** I10: what the exchange holds and works of ours, with this order, stays within the limits. */
  private checkLimits(order: Readonly<Order>, money: MoneyState): void {
    const { exchange, market } = this.world;
    const account = exchange.account();
    const open = exchange.openOrders();
    if (!account.ok || !open.ok) return;
    let equity = toNumber(account.value.balances.get('USDT') ?? ZERO);
    let gross = 0;
    for (const [symbol, quantity] of account.value.positions) {
      const value = toNumber(quantity) * (market.last.get(symbol) ?? 0);
      gross += Math.abs(value);
      if (!symbol.includes(':')) equity += value;
    }
    const notional = (
      of: { quantity: Decimal; filled: Decimal; price: Decimal | null },
      symbol: string,
    ) =>
      toNumber(sub(of.quantity, of.filled)) *
      (of.price === null ? (market.last.get(symbol) ?? 0) : toNumber(of.price));
    for (const one of open.value) {
      const isEntry = isOurs(one.clientOrderId) && one.clientOrderId.endsWith('e');
      if (isEntry && one.clientOrderId !== order.id) gross += notional(one, one.symbol);
    }
    const own = notional(order, order.symbol);
    const slack = 1.25;
    if (own > this.limits.maxNotionalFraction * equity * slack) {
      this.broken(`I10: ${order.id} is worth ${own.toFixed(0)} of ${equity.toFixed(0)}`);
    }
    // Where the books are known to be wrong the operator decides what counts.
    if (money.drifts.size > 0) return;
    if (gross + own > this.limits.grossExposureFraction * equity * slack) {
      this.broken(`I10: ${order.id} brings the exposure to ${(gross + own).toFixed(0)}`);
    }
  }

  /** I2 and I3 when nothing is under way any more. */
  checkQuiet(money: MoneyState): void {
    for (const fill of this.venueFills.values()) {
      if (this.journaled.has(fill.id)) continue;
      this.broken(`I2: fill ${fill.id} of ${fill.clientOrderId ?? ''} was never journaled`);
    }
    for (const id of this.inferred.keys()) this.broken(`I2: ${id} was never replaced`);
    this.checkOrders(money);
    for (const words of protectionFaults(money, this.world, this.bare)) this.broken(words);
    const account = this.world.exchange.account();
    if (!account.ok) return;
    for (const symbol of this.world.exchange.markets.keys()) {
      this.checkPosition(money, symbol, account.value.positions.get(symbol) ?? ZERO);
    }
  }

  private checkOrders(money: MoneyState): void {
    const open = this.world.exchange.openOrders();
    if (!open.ok) return;
    const theirs = new Set(open.value.map((order) => order.clientOrderId).filter(isOurs));
    for (const id of theirs) {
      if (!money.working.has(id as Order['id'])) this.broken(`I3: ${id} is open, and not ours`);
    }
    // An order that was taken over has an id of ours that the exchange does not know.
    const byVenueId = new Set(open.value.map((order) => order.venueOrderId));
    for (const { id, status, venueOrderId } of money.working.values()) {
      if (venueOrderId !== null && byVenueId.has(venueOrderId)) continue;
      if (!theirs.has(id)) this.broken(`I3: ${id} is ${status} here and not open there`);
    }
  }

  private checkPosition(money: MoneyState, symbol: string, theirs: Decimal): void {
    const ours = money.positions.get(symbol)?.quantity ?? ZERO;
    let sum = ZERO;
    for (const { body } of this.kept) {
      if (body.kind === 'fill' && body.symbol === symbol) sum = add(sum, signed(body));
      if (body.kind === 'positionAdopted' && body.symbol === symbol) sum = add(sum, body.quantity);
    }
    if (sum !== ours) {
      this.broken(`I3: ${symbol} is ${toText(ours)}, its fills make ${toText(sum)}`);
    }
    const lot = money.markets.get(symbol)?.stepSize ?? ZERO;
    if (!gt(abs(sub(ours, theirs)), lot)) return;
    const drift = money.drifts.get(symbol);
    const { state } = money.trading;
    const isAlarmed = drift !== undefined && (drift.ignored || state !== 'running');
    const isStopped = money.scopes.has(`symbol ${symbol}`) || isAlarmed;
    if (drift && isStopped) return;
    this.broken(`I3: ${symbol} is ${toText(ours)} here, ${toText(theirs)} there, no alarm`);
  }
}

const signed = (fill: Fill): Decimal => (fill.side === 'buy' ? fill.quantity : neg(fill.quantity));

const TRUTH: ReadonlySet<string> = new Set([
  'fill', 'fillsReplaced', 'orderCreated', 'cancelRequested', 'positionAdopted',
]); // prettier-ignore
