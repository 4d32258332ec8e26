import { type Balances, credit, settleFill, totalOf } from '../../domain/account.ts';
import {
  type Decimal,
  ONE,
  ZERO,
  abs,
  add,
  div,
  gt,
  isNegative,
  isPositive,
  isZero,
  lte,
  max,
  min,
  mul,
  neg,
  quantize,
  quantizeNumber,
  sub,
} from '../../domain/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import type { Market } from '../../domain/market.ts';
import { type Position, applyFill, isAgainst, unrealizedPnl } from '../../domain/position.ts';
import type { Side } from '../../domain/trade.ts';
import { type FeeRule, buyFeeRate } from './models.ts';
import { type SimOrder, remainingOf } from './sim-order.ts';

/** One market in the ledger. */
export interface Line {
  readonly market: Market;
  readonly position: Position;
  /** Granted leverage: what the account asks for, capped by the market. */
  readonly leverage: Decimal;
  /** Newest price, float in quote; NaN before the first. */
  mark: number;
  /** Perpetuals: notional of working orders that may grow a position, by side, in quote. */
  buys: Decimal;
  sells: Decimal;
}

/** What a fill or a resting order would need and what is there, both in one asset. */
export interface Shortage {
  readonly asset: string;
  readonly needed: Decimal;
  readonly available: Decimal;
}

/**
 * Balances, positions and reservations of one account, exact. Spot orders hold quote (with the
 * taker fee) or base. Perpetuals share the settle asset as cross margin: per market the worse of
 * "all buys fill" and "all sells fill" at the newest price, divided by the leverage, plus fees.
 * Reduce-only orders hold nothing; they are cut to the position when they fill.
 */
export class Ledger {
  readonly balances: Balances = new Map();
  private readonly held = new Map<string, Decimal>();
  private readonly lines: Line[];
  private readonly perpetuals: Line[];

  private readonly fees: FeeRule | undefined;

  constructor(of: {
    readonly lines: Line[];
    readonly balances: ReadonlyMap<string, Decimal>;
    readonly fees: FeeRule | undefined;
  }) {
    this.lines = of.lines;
    this.fees = of.fees;
    this.perpetuals = this.lines.filter((line) => line.market.kind === 'perpetual');
    for (const [asset, total] of of.balances) this.balances.set(asset, { asset, total });
  }

  /** Books one fill on balances and position, as the engine does with the same functions. */
  apply(line: Line, fill: Fill): void {
    const effect = applyFill(line.position, fill, line.market);
    settleFill(this.balances, {
      fill,
      market: line.market,
      realizedPnl: effect.realizedPnl,
    });
  }

  /** Pays (above zero) or receives funding in the settle asset. */
  payFunding(line: Line, amount: Decimal): void {
    credit(this.balances, { asset: line.market.settle, amount: neg(amount) });
    line.position.fundingPaid = add(line.position.fundingPaid, amount);
  }

  /** Total less what spot orders hold and what perpetuals need as margin or have lost. */
  free(asset: string): Decimal {
    let free = sub(totalOf(this.balances, asset), this.held.get(asset) ?? ZERO);
    for (const line of this.perpetuals) {
      if (line.market.settle !== asset || isIdle(line)) continue;
      const price = markOf(line);
      free = add(free, min(ZERO, unrealizedPnl(line.position, price)));
      free = sub(free, marginOf(line, { price, quantity: line.position.quantity }));
    }
    return free;
  }

  /** Base units by which an order of this side could reduce the position, on the step grid. */
  reducible(line: Line, side: Side): Decimal {
    const held = line.position.quantity;
    if (!isAgainst(line.position, side)) return ZERO;
    const most = abs(held);
    const { market } = line;
    if (market.kind === 'perpetual') return quantize(most, market.stepSize, 'down');
    return quantize(max(ZERO, min(most, this.free(market.base))), market.stepSize, 'down');
  }

  /** Sets what is reserved for an order; the difference moves at once. */
  hold(line: Line, order: SimOrder, amount: Decimal): void {
    if (amount === order.hold) return;
    const change = sub(amount, order.hold);
    order.hold = amount;
    const { market } = line;
    if (market.kind === 'spot') {
      const asset = order.side === 'buy' ? market.quote : market.base;
      this.held.set(asset, add(this.held.get(asset) ?? ZERO, change));
    } else if (order.side === 'buy') {
      line.buys = add(line.buys, change);
    } else {
      line.sells = add(line.sells, change);
    }
  }

  /**
   * What is missing for filling `quantity` at `price` now; null when it can be paid. The order's
   * own hold counts as available. A fill that only makes a position smaller needs nothing.
   */
  shortageToFill(
    line: Line,
    order: SimOrder,
    of: { readonly quantity: Decimal; readonly price: Decimal },
  ): Shortage | null {
    const { market, position } = line;
    const value = mul(of.price, of.quantity);
    if (market.kind === 'spot') {
      const cost = add(value, mul(value, buyFeeRate(market, this.fees)));
      return this.spotShortage(line, order, cost, of.quantity);
    }
    const fee = mul(value, market.takerFeeRate);
    const change = order.side === 'buy' ? of.quantity : neg(of.quantity);
    const after = add(position.quantity, change);
    if (!gt(abs(after), abs(position.quantity))) return null;
    const own = order.hold;
    const needed = marginOf(line, {
      price: of.price,
      quantity: after,
      buys: order.side === 'buy' ? sub(line.buys, own) : line.buys,
      sells: order.side === 'sell' ? sub(line.sells, own) : line.sells,
    });
    return this.marginShortage(line, of.price, add(needed, fee));
  }

  /** What is missing for letting an order rest that reserves `amount`; null when it may. */
  shortageToRest(line: Line, order: SimOrder, amount: Decimal): Shortage | null {
    const { market, position } = line;
    if (!gt(amount, order.hold)) return null;
    if (market.kind === 'spot') return this.spotShortage(line, order, amount, amount);
    const more = sub(amount, order.hold);
    const { quantity } = position;
    const price = Number.isNaN(line.mark) ? (order.price ?? order.triggerPrice) : markOf(line);
    if (price === null) return null;
    const without = marginOf(line, { price, quantity });
    const needed = marginOf(line, {
      price,
      quantity,
      buys: order.side === 'buy' ? add(line.buys, more) : line.buys,
      sells: order.side === 'sell' ? add(line.sells, more) : line.sells,
    });
    const growth = sub(needed, without);
    // Only its fee: the order takes back what is open, the worst case does not grow.
    if (lte(growth, mul(more, market.takerFeeRate))) return null;
    return this.marginShortage(line, price, needed);
  }

  /**
   * Largest quantity on the step grid that free funds pay at `price` with the taker fee:
   * free × leverage / (price × (1 + fee rate × leverage)), plus what it closes first.
   */
  affordable(line: Line, order: SimOrder, price: Decimal): Decimal {
    const { market, position, leverage } = line;
    const step = market.stepSize;
    if (market.kind === 'spot' && order.side === 'sell') {
      return quantize(max(ZERO, add(this.free(market.base), order.hold)), step, 'down');
    }
    let funds: Decimal;
    let closes = ZERO;
    if (market.kind === 'spot') {
      funds = add(this.free(market.quote), order.hold);
    } else {
      if (isAgainst(position, order.side)) closes = abs(position.quantity);
      const kept = isZero(closes) ? position.quantity : ZERO;
      const closingFee = mul(mul(price, closes), market.takerFeeRate);
      const used = marginOf(line, { price, quantity: kept });
      funds = sub(sub(this.marginFunds(line, price), used), closingFee);
    }
    if (isNegative(funds)) funds = ZERO;
    const feeRate = market.kind === 'spot' ? buyFeeRate(market, this.fees) : market.takerFeeRate;
    const unit = mul(price, add(ONE, mul(feeRate, leverage)));
    let most = quantize(add(closes, div(mul(funds, leverage), unit)), step, 'down');
    // The quotient was cut at the 18th decimal; one step less is the most it can be off.
    if (isPositive(most) && this.shortageToFill(line, order, { quantity: most, price })) {
      most = max(ZERO, sub(most, step));
    }
    return most;
  }

  private spotShortage(line: Line, order: SimOrder, cost: Decimal, base: Decimal): Shortage | null {
    const { market } = line;
    const asset = order.side === 'buy' ? market.quote : market.base;
    const needed = order.side === 'buy' ? cost : base;
    const available = add(this.free(asset), order.hold);
    return gt(needed, available) ? { asset, needed, available } : null;
  }

  private marginShortage(line: Line, price: Decimal, needed: Decimal): Shortage | null {
    const available = this.marginFunds(line, price);
    return gt(needed, available) ? { asset: line.market.settle, needed, available } : null;
  }

  /** Equity of the settle asset, this line valued at `price`, less other lines' margin. */
  private marginFunds(line: Line, price: Decimal): Decimal {
    const asset = line.market.settle;
    let funds = sub(totalOf(this.balances, asset), this.held.get(asset) ?? ZERO);
    for (const other of this.perpetuals) {
      if (other.market.settle !== asset || isIdle(other)) continue;
      const at = other === line ? price : markOf(other);
      funds = add(funds, unrealizedPnl(other.position, at));
      if (other === line) continue;
      funds = sub(funds, marginOf(other, { price: at, quantity: other.position.quantity }));
    }
    return funds;
  }
}

/**
 * What an order reserves while it works: nothing when reduce-only or a market order (checked at
 * its fill), base for a spot sell, quote with the taker fee for a spot buy, its notional on a
 * perpetual (the margin is computed over all of them). A trailing stop moves its own price: like
 * a market order it reserves no money and is checked at its fill.
 */
export function reservationOf(order: SimOrder, market: Market, fees: FeeRule | undefined): Decimal {
  if (order.reduceOnly || order.type === 'market') return ZERO;
  const rest = remainingOf(order);
  if (market.kind === 'spot' && order.side === 'sell') return rest;
  const price = order.price ?? order.triggerPrice;
  if (price === null || order.type === 'trailingStop') return ZERO;
  const value = mul(price, rest);
  return market.kind === 'spot' ? add(value, mul(value, buyFeeRate(market, fees))) : value;
}

/** Newest price on the tick grid; the entry price of a position that has not seen one. */
function markOf(line: Line): Decimal {
  const { market, position, mark } = line;
  if (!Number.isNaN(mark)) return quantizeNumber(mark, market.tickSize, 'nearest');
  return isZero(position.quantity) ? ZERO : abs(div(position.cost, position.quantity));
}

function isIdle(line: Line): boolean {
  return isZero(line.position.quantity) && isZero(line.buys) && isZero(line.sells);
}

/** Initial margin of a perpetual in the settle asset: worst net exposure and the orders' fees. */
function marginOf(
  line: Line,
  of: {
    readonly price: Decimal;
    readonly quantity: Decimal;
    readonly buys?: Decimal;
    readonly sells?: Decimal;
  },
): Decimal {
  const buys = of.buys ?? line.buys;
  const sells = of.sells ?? line.sells;
  const held = mul(of.price, of.quantity);
  const worst = max(abs(add(held, buys)), abs(sub(held, sells)));
  return add(div(worst, line.leverage), mul(add(buys, sells), line.market.takerFeeRate));
}
