import {
  type Decimal,
  decimalPlaces,
  isPositive,
  parseDecimal,
  quantize,
  toNumber,
} from '../../domain/decimal.ts';
import { InputError } from '../../domain/errors.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { oppositeSide } from '../../domain/trade.ts';
import type { VenueResult } from '../../domain/venue.ts';
import type { OutsideOrder } from '../practice/outside-order.ts';
import type { LiveCore } from './core.ts';
import type { Dialect, EmulatorAccount, KeyPermissions, MarketStatus } from './dialect.ts';
import type { FaultBoard, FaultRule, MessageRule, UserEventFaults } from './faults.ts';
import type { FloodKind } from './market.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Sockets } from './sockets.ts';
import { type AccountDump, dumpAccount } from './dump.ts';

/** Decimals an exchange of either dialect can say of a price times a quantity. */
const MOST_PLACES = 8;

/** Grids of a market as text; what is left out stays. */
export interface FilterChange {
  readonly tickSize?: string | undefined;
  readonly stepSize?: string | undefined;
  readonly minQuantity?: string | undefined;
  readonly minNotional?: string | undefined;
}

/**
 * Everything that can be done to the local exchange from outside its wire format: prices, clock,
 * faults, people who trade on an account, markets, keys, and what it knows. The HTTP control API
 * is a table of calls on this object (control-api.ts). Throws InputError for what does not exist.
 */
export class EmulatorControl {
  readonly faults: FaultBoard;
  private readonly core: LiveCore;
  private readonly dialect: Dialect;
  private readonly sockets: Sockets;
  private readonly log: RequestLog;
  private readonly instance: string;

  constructor(of: {
    core: LiveCore;
    dialect: Dialect;
    sockets: Sockets;
    log: RequestLog;
    faults: FaultBoard;
    instance: string;
  }) {
    this.instance = of.instance;
    this.core = of.core;
    this.dialect = of.dialect;
    this.sockets = of.sockets;
    this.log = of.log;
    this.faults = of.faults;
  }

  /** Jumps there, with one print: triggers and fills happen before this returns. */
  setPrice(symbol: string, price: number): void {
    this.known(symbol);
    const { low, high } = this.core.market.priceRange(symbol);
    if (!(price >= low && price <= high)) {
      throw new InputError(`price ${price} is not from ${low} to ${high}`);
    }
    if (this.core.market.status(symbol) !== 'trading') {
      throw new InputError(`${symbol} is not traded now: it has no price`);
    }
    this.core.market.setPrice(symbol, price);
  }

  /** Multiplies the quantities of the book, and its spread. */
  setLiquidity(symbol: string, factor: number, spread = 1): void {
    this.known(symbol);
    this.core.market.setLiquidity(symbol, { factor, spread });
  }

  /** The exchange's clock is off by so much (ahead above zero). */
  setSkew(ms: number): void {
    this.core.skewMs = ms;
  }

  /** A fault that waits for the next request that fits. */
  fault(rule: FaultRule): void {
    this.faults.add(rule);
  }

  /** A fault that waits for the next message on a WebSocket that fits. */
  spoilMessage(rule: MessageRule): void {
    this.faults.addMessage(rule);
  }

  /** Sends any text, also one that is no message, on connections; returns on how many. */
  pushText(text: string, path = ''): number {
    return this.sockets.push(text, path);
  }

  /** Nothing goes wrong any more. Clock, prices, markets and keys stay as they are. */
  clear(): void {
    this.faults.clear();
  }

  /** Ends connections whose path contains the text; returns how many. */
  dropSockets(how: 'close' | 'terminate', path = ''): number {
    return this.sockets.drop(how, path);
  }

  refuseUpgrades(count: number): void {
    this.faults.refusedUpgrades = count;
  }

  /** A hole in the numbers of a book's updates. */
  skipDepth(symbol: string, count: number): void {
    this.known(symbol);
    this.core.market.skipUpdates(symbol, count);
  }

  setAutoPong(on: boolean): void {
    this.faults.answersPings = on;
  }

  /** Half open: connections whose path contains the text stay, and nothing passes any more. */
  silence(path: string, on: boolean): void {
    if (on) this.faults.silent.add(path);
    else this.faults.silent.delete(path);
  }

  spoilUserEvents(change: Partial<UserEventFaults>): void {
    Object.assign(this.faults.userEvents, change);
  }

  /** Sends any message on the account's user streams, such as `eventStreamTerminated`. */
  pushUserEvent(accountId: string, event: unknown): void {
    this.dialect.pushUserEvent(this.account(accountId), event);
  }

  setMaintenance(on: boolean): void {
    this.faults.maintenance = on;
  }

  /** Everything is refused for so long, as for ignoring limits; 0 ends it. */
  ban(seconds: number): void {
    this.faults.bannedUntil = this.core.clock.now() + seconds * SECOND_MS;
  }

  /** Money comes, or goes (below zero), without a trade. */
  deposit(accountId: string, asset: string, amount: string): void {
    this.account(accountId).exchange.deposit(asset, toDecimal(amount));
  }

  /** A person on the web places an order. */
  placeOutside(accountId: string, order: OutsideOrder): string {
    this.known(order.symbol);
    return valueOf(this.account(accountId).exchange.placeOutside(order)).venueOrderId;
  }

  /** A person cancels one order, or all of them; returns how many. */
  cancelOutside(accountId: string, venueOrderId?: string): number {
    return this.account(accountId).exchange.cancelAll(
      (order) => venueOrderId === undefined || order.venueOrderId === venueOrderId,
    );
  }

  /** A person sells what the account has free of a market's coin; false when nothing is. */
  closeOutside(accountId: string, symbol: string): boolean {
    const { exchange } = this.account(accountId);
    const { base, stepSize } = this.known(symbol);
    const held = exchange.balances().find(({ asset }) => asset === base);
    if (!held) return false;
    const quantity = quantize(held.free, stepSize, 'down');
    if (!isPositive(quantity)) return false;
    return exchange.placeOutside({ symbol, side: 'sell', type: 'market', quantity }).ok;
  }

  /**
   * Fills a resting limit order in part, at its price: a print one tick beyond it, of so much, on
   * this account's book alone. False when there is no such resting order.
   */
  fillPart(accountId: string, venueOrderId: string, quantity: string): boolean {
    const { exchange } = this.account(accountId);
    const order = exchange.detail(venueOrderId);
    if (!order || order.status !== 'open' || !order.isWorking || order.price === null) return false;
    const { symbol, side } = order;
    const tick = toNumber(this.known(symbol).tickSize);
    const price = toNumber(order.price) + (side === 'buy' ? -tick : tick);
    const time = this.core.clock.now();
    const print = { time, price, quantity: Number(quantity), side: oppositeSide(side) };
    const before = order.filled;
    exchange.onMarket({ kind: 'trades', symbol, time, trades: [print] });
    return order.filled !== before;
  }

  /** The history of fills (not the stream) shows them so much later; 0: at once. */
  setFillLag(accountId: string, ms: number): void {
    this.account(accountId).exchange.fillLagMs = ms;
  }

  /** Fills more of an order than was asked for: the exchange's own error. */
  overfill(accountId: string, venueOrderId: string, quantity: string): boolean {
    return this.account(accountId).exchange.overfill(venueOrderId, toDecimal(quantity));
  }

  /** Halts, reopens or delists a market; delisting cancels its open orders. */
  setStatus(symbol: string, status: MarketStatus | 'delisted'): void {
    this.known(symbol);
    this.core.market.setStatus(symbol, status);
    if (status !== 'delisted') return;
    for (const { exchange } of this.core.accounts) {
      exchange.cancelAll((order) => order.symbol === symbol);
    }
  }

  /** Other grids and smallest orders from now on; open orders stay as they are. */
  setFilters(symbol: string, change: FilterChange): void {
    const market = this.known(symbol);
    const next = { ...market };
    for (const name of ['tickSize', 'stepSize', 'minQuantity', 'minNotional'] as const) {
      const text = change[name];
      if (text === undefined) continue;
      next[name] = toDecimal(text);
      if (!isPositive(next[name])) throw new InputError(`${name} ${text} is not above zero`);
    }
    const places = decimalPlaces(next.tickSize) + decimalPlaces(next.stepSize);
    if (places > MOST_PLACES) {
      throw new InputError(
        `tick and step have ${places} decimals together, at most ${MOST_PLACES}`,
      );
    }
    if (!this.core.market.setGrids(symbol, next)) {
      throw new InputError(
        `these grids are too fine or too coarse for what is traded in ${symbol}`,
      );
    }
  }

  /** A revoked key is refused everywhere. */
  setKey(
    accountId: string,
    change: Partial<KeyPermissions> & { readonly revoked?: boolean | undefined },
  ): void {
    const account = this.account(accountId);
    const { revoked = account.revoked, ...permissions } = change;
    account.revoked = revoked;
    account.permissions = { ...account.permissions, ...permissions };
  }

  /** So many small book changes and prints a second, over all markets in turn; 0 ends it. */
  flood(perSecond: number, what: FloodKind = 'both'): void {
    this.core.market.flood(perSecond, what);
  }

  /** What clients sent, newest last, without keys and signatures. */
  requests(limit?: number): readonly LoggedRequest[] {
    return this.log.newest(limit);
  }

  forgetRequests(): void {
    this.log.clear();
  }

  /** Orders, fills and balances of an account, exact. */
  dump(accountId: string): AccountDump {
    const account = this.account(accountId);
    return dumpAccount(account, this.dialect.wireIds?.(account));
  }

  /** Requests and messages of clients, and messages to them, since the start. */
  counts(): { readonly requests: number; readonly messagesSent: number } {
    return { requests: this.log.total, messagesSent: this.sockets.sent };
  }

  /** Figures of the whole exchange. */
  info(): Readonly<Record<string, unknown>> {
    const { core, sockets, faults, dialect } = this;
    return {
      emulator: true,
      instance: this.instance,
      dialect: dialect.name,
      seed: core.seed,
      time: core.clock.now(),
      skewMs: core.skewMs,
      sockets: sockets.count,
      ...this.counts(),
      accounts: core.accounts.map(({ id, permissions, revoked }) => ({ id, permissions, revoked })),
      markets: core.market.allMarkets.map(({ symbol }) => ({
        symbol,
        status: core.market.status(symbol) ?? 'delisted',
      })),
      faults: faults.waiting,
    };
  }

  private account(id: string): EmulatorAccount {
    const { accounts } = this.core;
    const found = accounts.find((account) => account.id === id);
    if (found) return found;
    const known = accounts.map((account) => account.id).join(', ');
    throw new InputError(`there is no account ${id}; known: ${known}`);
  }

  private known(symbol: string): LiveCore['market']['allMarkets'][number] {
    const { allMarkets } = this.core.market;
    const found = allMarkets.find((market) => market.symbol === symbol);
    if (found) return found;
    const known = allMarkets.map((market) => market.symbol).join(', ');
    throw new InputError(`there is no market ${symbol}; known: ${known}`);
  }
}

/** The number of a text of the control API. Throws InputError when it is none. */
export function toDecimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new InputError(`'${text}' is not a decimal number`);
  return value;
}

function valueOf<T>(result: VenueResult<T>): T {
  if (result.ok) return result.value;
  throw new InputError(`refused: ${result.fault.reason}`);
}
