/** A practice exchange with the rules of a real one: coins that orders hold, grids that change. */
import {
  type Decimal,
  ZERO,
  add,
  decimal,
  gt,
  mul,
  sub,
  toText,
} from '../../src/domain/decimal.ts';
import type { Market } from '../../src/domain/market.ts';
import type { Order, OrderType } from '../../src/domain/order.ts';
import type { RejectCode } from '../../src/domain/record.ts';
import type { OrderRef, VenueOrder, VenueResult } from '../../src/domain/venue.ts';
import { PracticeExchange } from '../../src/exchange/practice/exchange.ts';
import { refused } from '../../src/exchange/practice/rules.ts';
import { checkPrices, checkQuantity } from '../../src/exchange/sim/validate.ts';
import type { OrderChange } from '../../src/ports.ts';

/** A coarse grid is so many times the usual one, so that it lies on it. */
const COARSE = decimal('10');

export class VenueExchange extends PracticeExchange {
  /** Requests that no client of such an exchange sends. */
  readonly impossible: string[] = [];
  /** Types of orders that it takes; empty: all of them. */
  readonly types = new Set<OrderType>();
  private readonly coarse = new Map<string, Market>();
  /** Symbols whose grid was changed once. */
  private readonly changed = new Set<string>();
  private readonly shut = new Set<string>();

  /** Markets as the exchange lists them now. */
  listed(): Market[] {
    const markets = Array.from(this.markets.values(), (one) => this.coarse.get(one.symbol) ?? one);
    return markets.filter(({ symbol }) => !this.shut.has(symbol));
  }

  /** Takes prices and quantities on a coarser grid only, or on the usual one again. */
  setCoarse(symbol: string, on: boolean): void {
    const market = this.markets.get(symbol);
    this.coarse.delete(symbol);
    this.changed.add(symbol);
    if (!market || !on) return;
    const [tickSize, stepSize] = [mul(market.tickSize, COARSE), mul(market.stepSize, COARSE)];
    this.coarse.set(symbol, { ...market, tickSize, stepSize, minQuantity: stepSize });
  }

  /** Base units by which orders may miss what is held once the grid was another one. */
  slack(symbol: string): Decimal {
    const step = this.markets.get(symbol)?.stepSize;
    return step && this.changed.has(symbol) ? mul(step, COARSE) : ZERO;
  }

  isCoarse(symbol: string): boolean {
    return this.coarse.has(symbol);
  }

  /** Takes no orders of a symbol any more; what is open stays. */
  setClosed(symbol: string, on: boolean): void {
    if (on) this.shut.add(symbol);
    else this.shut.delete(symbol);
  }

  override create(
    order: Readonly<Order>,
    clientOrderId: string | null = order.id,
  ): VenueResult<VenueOrder> {
    this.checkAbilities(order);
    const isKnown = clientOrderId !== null && this.detailByClient(clientOrderId) !== undefined;
    const refusal = isKnown ? null : this.refusalOf(order);
    if (refusal) return refused(refusal.code, refusal.reason);
    return super.create(order, clientOrderId);
  }

  override amend(ref: OrderRef, change: OrderChange): VenueResult<VenueOrder> {
    if (!this.rules.abilities.amend) this.impossible.push('a change of an order');
    return super.amend(ref, change);
  }

  private checkAbilities({ type, id, groupId }: Readonly<Order>): void {
    const { stops, trailingStops, oco } = this.rules.abilities;
    if (this.types.size > 0 && !this.types.has(type)) this.impossible.push(`${type} ${id}`);
    if (!stops && (type === 'stop' || type === 'stopLimit')) this.impossible.push(`${type} ${id}`);
    if (!trailingStops && type === 'trailingStop') this.impossible.push(`${type} ${id}`);
    if (!oco && groupId !== null) this.impossible.push(`group of ${id}`);
  }

  private refusalOf(order: Readonly<Order>): { code: RejectCode; reason: string } | null {
    const { symbol, quantity } = order;
    if (this.shut.has(symbol)) return { code: 'UNKNOWN_SYMBOL', reason: 'market is closed' };
    const market = this.coarse.get(symbol);
    if (market) {
      const fault = checkQuantity({ quantity }, market) ?? checkPrices(order, market);
      if (fault) return fault;
    }
    if (this.rules.abilities.holdsCoins !== true || order.side !== 'sell') return null;
    const free = this.freeCoins(symbol);
    if (free === null || !gt(quantity, free)) return null;
    const words = `${toText(quantity)} of ${toText(free)} free coins`;
    return { code: order.reduceOnly ? 'REDUCE_ONLY' : 'INSUFFICIENT_FUNDS', reason: words };
  }

  /** Coins that no open order would sell; null where there are no coins. */
  private freeCoins(symbol: string): Decimal | null {
    if (this.markets.get(symbol)?.kind !== 'spot') return null;
    const [account, open] = [this.account(), this.openOrders()];
    if (!account.ok || !open.ok) return null;
    const held = open.value
      .filter((one) => one.symbol === symbol && one.side === 'sell')
      .reduce((sum, one) => add(sum, sub(one.quantity, one.filled)), ZERO);
    return sub(account.value.positions.get(symbol) ?? ZERO, held);
  }
}
