import { totalOf } from '../domain/account.ts';
import {
  type Decimal,
  ZERO,
  abs,
  add,
  decimal,
  gt,
  isPositive,
  isZero,
  sign,
  sub,
} from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import { type Drift, type VenueReport, describeDrift, differenceOf } from '../domain/venue.ts';
import type { MoneyState } from './money.ts';
import { isUnheard } from './orders.ts';

/** Differences named in one record; more are counted. */
const MAX_DIFFERENCES = 20;
/** What rounding at the venue may take from a balance: its ledgers hold eight decimals or more. */
const BALANCE_DUST = decimal('0.0000001');

/** What the venue's word and our books say differently; empty lists are clean. */
export interface Comparison {
  /** In words: an order is open on one side only. */
  readonly orders: readonly string[];
  /** Beyond one lot. */
  readonly positions: readonly Drift[];
  /** Assets that no position explains: theirs less ours. */
  readonly balances: readonly { readonly asset: string; readonly difference: Decimal }[];
}

/**
 * Compares a report with our books: orders, positions (to one step of the market) and balances.
 * An order whose outcome is not known may be missing there. The holding of a spot market is our
 * balance of its coin: fees taken in that coin are in it, wherever they were paid (F23).
 */
export function compareBooks(money: MoneyState, report: VenueReport): Comparison {
  return {
    orders: orderDifferences(money, report),
    positions: positionDifferences(money, report),
    balances: balanceDifferences(money, report),
  };
}

/** All differences in words, at most twenty. */
export function differencesOf(money: MoneyState, report: VenueReport): readonly string[] {
  return describeDifferences(money, compareBooks(money, report));
}

/** A comparison in words, at most twenty. */
export function describeDifferences(money: MoneyState, found: Comparison): readonly string[] {
  const all = [
    ...found.orders,
    ...found.positions.map((drift) => `${drift.symbol} position is ${describeDrift(drift)}`),
    ...found.balances.map(({ asset, difference }) => {
      const ours = totalOf(money.balances, asset);
      const theirs = add(ours, difference);
      return `${asset} balance is ${describeDrift({ ours, theirs })}`;
    }),
  ];
  const differences = all.slice(0, MAX_DIFFERENCES);
  if (all.length > differences.length) {
    differences.push(`and ${all.length - differences.length} more`);
  }
  return differences;
}

function orderDifferences(money: MoneyState, report: VenueReport): string[] {
  const open = new Set<string>(report.openOrders);
  const found: string[] = [];
  for (const order of money.working.values()) {
    // One that is not answered yet, or on its way out, may be on either side.
    if (order.status === 'submitted' || isUnheard(order) || open.has(order.id)) continue;
    if (order.status === 'pendingCancel') continue;
    found.push(`order ${order.id} is ${order.status} here, unknown at the venue`);
  }
  for (const id of report.openOrders) {
    if (!money.working.has(id)) found.push(`order ${id} is open at the venue, not here`);
  }
  return found;
}

function positionDifferences(money: MoneyState, report: VenueReport): Drift[] {
  const found: Drift[] = [];
  for (const symbol of new Set([...money.positions.keys(), ...report.positions.keys()])) {
    const market = money.markets.get(symbol);
    const ours = holdingOf(money, symbol, market);
    const theirs = report.positions.get(symbol) ?? ZERO;
    const drift = { symbol, ours, theirs };
    if (gt(abs(differenceOf(drift)), market?.stepSize ?? ZERO)) found.push(drift);
  }
  return found;
}

/** What we hold by our books: of a spot market the coins, whatever moved them. */
function holdingOf(money: MoneyState, symbol: string, market: Market | undefined): Decimal {
  if (market?.kind === 'spot') return totalOf(money.balances, market.base);
  return money.positions.get(symbol)?.quantity ?? ZERO;
}

function balanceDifferences(money: MoneyState, report: VenueReport) {
  const coins = new Set<string>();
  for (const { kind, base } of money.markets.values()) if (kind === 'spot') coins.add(base);
  const found: { asset: string; difference: Decimal }[] = [];
  for (const asset of new Set([...money.balances.keys(), ...report.balances.keys()])) {
    const difference = sub(report.balances.get(asset) ?? ZERO, totalOf(money.balances, asset));
    if (coins.has(asset) || !gt(abs(difference), BALANCE_DUST)) continue;
    found.push({ asset, difference });
  }
  return found;
}

/** What may have happened to a holding that our fills do not explain, in words. */
export function explainDrift({ ours, theirs }: Drift, market: Market | undefined): string {
  const isSpot = market?.kind === 'spot';
  const missed = 'or a fill never reached us';
  if (isZero(ours)) {
    return isSpot
      ? `bought or deposited outside this program, ${missed}`
      : `opened outside this program, ${missed}`;
  }
  if (isZero(theirs)) {
    return isSpot
      ? `sold or withdrawn outside this program, ${missed}`
      : `closed outside this program or liquidated, ${missed}`;
  }
  if (sign(ours) !== sign(theirs)) return `turned outside this program, ${missed}`;
  const isMore = isPositive(sub(abs(theirs), abs(ours)));
  if (isMore) {
    const how = isSpot ? 'bought or deposited' : 'opened';
    return `more was ${how} outside this program, ${missed}`;
  }
  const how = isSpot ? 'sold or withdrawn' : 'closed';
  return `a part was ${how} outside this program, ${missed}`;
}
