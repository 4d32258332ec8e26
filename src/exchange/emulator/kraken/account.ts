/** One account as Kraken keeps it: its orders by Kraken's ids, its limits, its keys' numbers. */
import { isPositive, sub } from '../../../domain/decimal.ts';
import type { Order } from '../../../domain/order.ts';
import { type EpochMs, SECOND_MS } from '../../../domain/time.ts';
import type { VenueFault } from '../../../domain/venue.ts';
import type { OrderChange } from '../../../ports.ts';
import { checkOrder } from '../../sim/validate.ts';
import type { EmulatorAccount, EmulatorCore } from '../dialect.ts';
import { DecayingCounter, type KrakenLimits, tradingCost } from './counters.ts';
import { faultWords, invalid, refuse } from './errors.ts';
import { KrakenIds } from './ids.ts';
import { AccountRecords, type KrakenOrder } from './records.ts';
import { type OrderTerms, toEngineOrder } from './terms.ts';

/** Names orders the way requests do; one of them is set. */
export interface OrderNaming {
  /** The exchange's id, or a user reference, which may name many. */
  readonly txid?: string | undefined;
  readonly clOrdId?: string | undefined;
}

/** Private WebSocket connections may begin with a token so long after it was given. */
export const TOKEN_LIFE_SECONDS = 900;
const LONGEST_TIMER_SECONDS = 86_400;

/** See above. Everything it refuses it throws as KrakenError. */
export class KrakenAccount {
  readonly account: EmulatorAccount;
  readonly ids: KrakenIds;
  readonly records: AccountRecords;
  private readonly core: EmulatorCore;
  private readonly limits: KrakenLimits;
  private readonly requests: DecayingCounter;
  private readonly trading = new Map<string, DecayingCounter>();
  private lastNonce = 0n;
  private refusals = 0;
  private lockedUntil: EpochMs = 0;
  private tokenCount = 0;
  private readonly tokens = new Map<string, EpochMs>();
  private amendCount = 0;
  private stopTimer: (() => void) | null = null;

  constructor(account: EmulatorAccount, core: EmulatorCore, limits: KrakenLimits) {
    this.account = account;
    this.core = core;
    this.limits = limits;
    this.requests = new DecayingCounter(limits.private);
    this.ids = new KrakenIds({ seed: core.seed, accountId: account.id });
    const { exchange } = account;
    this.records = new AccountRecords({ exchange, ids: this.ids, clock: core.clock });
  }

  /** Takes the number of a request, which must be higher than any before. */
  takeNonce(text: string): void {
    if (!/^\d{1,20}$/.test(text) || BigInt(text) <= this.lastNonce) refuse('EAPI:Invalid nonce');
    this.lastNonce = BigInt(text);
  }

  get highestNonce(): string {
    return this.lastNonce.toString();
  }

  /** Counts a request against the key; too many in a row lock it. */
  countRequest(cost: number): void {
    const now = this.core.clock.now();
    if (now < this.lockedUntil) refuse('EGeneral:Temporary lockout');
    if (this.requests.add(cost, now)) {
      this.refusals = 0;
      return;
    }
    this.refusals += 1;
    if (this.refusals > this.limits.patience) this.lockedUntil = now + this.limits.lockoutMs;
    refuse('EAPI:Rate limit exceeded');
  }

  newToken(): string {
    this.tokenCount += 1;
    const token = this.ids.token(this.tokenCount);
    this.tokens.set(token, this.core.clock.now() + TOKEN_LIFE_SECONDS * SECOND_MS);
    return token;
  }

  /** Was this token given, and is its time not over? */
  knowsToken(token: string): boolean {
    for (const [one, until] of this.tokens) {
      if (until < this.core.clock.now()) this.tokens.delete(one);
    }
    return this.tokens.has(token);
  }

  /** Places an order; null when it was only checked. */
  add(terms: OrderTerms, of: { readonly validate: boolean }): KrakenOrder | null {
    const { symbol } = terms.pair;
    this.countTrading(symbol, tradingCost('add', 0));
    this.checkMarket(symbol);
    const { clOrdId } = terms;
    if (clOrdId !== null && this.records.open().some((one) => one.terms.clOrdId === clOrdId)) {
      invalid('cl_ord_id not unique');
    }
    const order = this.toEngine(terms);
    if (of.validate) {
      const fault = checkOrder(order, terms.pair.market, this.core.market.day(symbol).last);
      if (fault) refuse(faultWords({ kind: 'rejected', ...fault }));
      return null;
    }
    return this.place(terms, order);
  }

  /** Changes a working order; returns the id of the change. */
  amend(naming: OrderNaming, read: (order: KrakenOrder) => OrderChange): string {
    const order = this.one(naming);
    const { symbol } = order.pair;
    this.countTrading(symbol, tradingCost('amend', this.ageOf(order)));
    this.checkMarket(symbol);
    const ref = { symbol, orderId: null, venueOrderId: order.venueOrderId };
    const result = this.account.exchange.amend(ref, read(order));
    if (!result.ok) refuse(faultWords(result.fault));
    this.amendCount += 1;
    return this.ids.of('T', `amend:${this.amendCount}`);
  }

  /** Cancels an order and places another in its stead. Checked before anything is done. */
  edit(naming: OrderNaming, read: (order: KrakenOrder) => OrderTerms): [KrakenOrder, KrakenOrder] {
    const before = this.one(naming);
    const { symbol, market } = before.pair;
    this.countTrading(symbol, tradingCost('edit', this.ageOf(before)));
    this.checkMarket(symbol);
    const terms = read(before);
    const order = this.toEngine(terms);
    const fault = checkOrder(order, market, this.core.market.day(symbol).last);
    if (fault) refuse(faultWords({ kind: 'rejected', ...fault }));
    if (!isPositive(sub(terms.volume, before.filled))) invalid('volume');
    this.end(before);
    return [before, this.place(terms, order)];
  }

  /** Cancels every open order that is so named; returns how many. */
  cancel(naming: OrderNaming): number {
    const named = this.named(naming).filter(({ latest }) => latest.status === 'open');
    if (named.length === 0) refuse('EOrder:Unknown order');
    for (const order of named) {
      const cost = tradingCost('cancel', this.ageOf(order));
      this.counterOf(order.pair.symbol).charge(cost, this.core.clock.now());
      this.end(order);
    }
    return named.length;
  }

  cancelAll(): number {
    return this.account.exchange.cancelAll();
  }

  /** Cancels everything so many seconds from now; 0 takes the timer away. */
  cancelAllAfter(seconds: number): { readonly now: EpochMs; readonly due: EpochMs | null } {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_TIMER_SECONDS) {
      invalid('timeout');
    }
    this.stopTimer?.();
    this.stopTimer = null;
    const now = this.core.clock.now();
    if (seconds === 0) return { now, due: null };
    const wait = seconds * SECOND_MS;
    this.stopTimer = this.core.scheduler.after(wait, () => {
      this.stopTimer = null;
      this.cancelAll();
    });
    return { now, due: now + wait };
  }

  /** Orders of these names, newest first: one, or all of a user reference. */
  named({ txid, clOrdId }: OrderNaming): KrakenOrder[] {
    if (clOrdId !== undefined) {
      return this.records.all().filter(({ terms }) => terms.clOrdId === clOrdId);
    }
    if (txid === undefined) return invalid('txid');
    const order = this.records.byId(txid);
    if (order) return [order];
    if (!/^-?\d+$/.test(txid)) return [];
    return this.records.all().filter(({ terms }) => terms.userref === Number(txid));
  }

  private one(naming: OrderNaming): KrakenOrder {
    const order = this.named(naming).find(({ latest }) => latest.status === 'open');
    return order ?? refuse('EOrder:Unknown order');
  }

  private place(terms: OrderTerms, order: Order): KrakenOrder {
    let fault: VenueFault | null = null;
    const placed = this.records.placing(terms, () => {
      const result = this.account.exchange.create(order, terms.clOrdId);
      if (!result.ok) fault = result.fault;
      return result.ok ? result.value : null;
    });
    return placed ?? refuse(fault ? faultWords(fault) : 'EGeneral:Internal error');
  }

  private end({ pair, venueOrderId }: KrakenOrder): void {
    const ref = { symbol: pair.symbol, orderId: null, venueOrderId };
    const result = this.account.exchange.cancel(ref);
    if (!result.ok) refuse(faultWords(result.fault));
  }

  private toEngine(terms: OrderTerms): Order {
    const lastPrice = this.core.market.day(terms.pair.symbol).last;
    const now = this.core.clock.now();
    return toEngineOrder(terms, { accountId: this.account.exchange.accountId, now, lastPrice });
  }

  private checkMarket(symbol: string): void {
    const status = this.core.market.status(symbol);
    if (status === undefined) refuse('EQuery:Unknown asset pair');
    if (status !== 'trading') refuse('EService:Market in cancel_only mode');
  }

  private ageOf(order: KrakenOrder): number {
    return this.core.clock.now() - order.restingSince;
  }

  private countTrading(symbol: string, cost: number): void {
    const isLeft = this.counterOf(symbol).add(cost, this.core.clock.now());
    if (!isLeft) refuse('EOrder:Rate limit exceeded');
  }

  private counterOf(symbol: string): DecayingCounter {
    let counter = this.trading.get(symbol);
    if (!counter) this.trading.set(symbol, (counter = new DecayingCounter(this.limits.trading)));
    return counter;
  }
}
