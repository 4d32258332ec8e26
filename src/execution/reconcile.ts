import { type Decimal, ZERO, abs, gt, sub, toText } from '../domain/decimal.ts';
import type { VenueReport } from '../domain/venue.ts';
import type { ExecutionContext } from './context.ts';
import type { MoneyState } from './money.ts';

/** Differences named in one record; more are counted. */
const MAX_DIFFERENCES = 20;

/**
 * Compares the venue's word with our books: orders, positions (to one step of the market) and
 * balances (exactly). An order that has not been answered may be missing there. Journals the result
 * and returns the differences in words; an empty list is clean.
 */
export function reconcile(ctx: ExecutionContext, report: VenueReport): readonly string[] {
  const all = [
    ...orderDifferences(ctx.money, report),
    ...positionDifferences(ctx.money, report),
    ...balanceDifferences(ctx.money, report),
  ];
  const differences = all.slice(0, MAX_DIFFERENCES);
  if (all.length > differences.length) {
    differences.push(`and ${all.length - differences.length} more`);
  }
  ctx.record({ kind: 'reconciled', accountId: ctx.money.accountId, differences });
  return differences;
}

function orderDifferences(money: MoneyState, report: VenueReport): string[] {
  const open = new Set<string>(report.openOrders);
  const found: string[] = [];
  for (const order of money.working.values()) {
    if (order.status !== 'submitted' && !open.has(order.id)) {
      found.push(`order ${order.id} is ${order.status} here, unknown at the venue`);
    }
  }
  for (const id of report.openOrders) {
    if (!money.working.has(id)) found.push(`order ${id} is open at the venue, not here`);
  }
  return found;
}

function positionDifferences(money: MoneyState, report: VenueReport): string[] {
  const found: string[] = [];
  const symbols = new Set([...money.positions.keys(), ...report.positions.keys()]);
  for (const symbol of symbols) {
    const ours = money.positions.get(symbol)?.quantity ?? ZERO;
    const theirs = report.positions.get(symbol) ?? ZERO;
    const lot = money.markets.get(symbol)?.stepSize ?? ZERO;
    const difference = describe(`${symbol} position`, { ours, theirs, tolerance: lot });
    if (difference !== null) found.push(difference);
  }
  return found;
}

function balanceDifferences(money: MoneyState, report: VenueReport): string[] {
  const found: string[] = [];
  const assets = new Set([...money.balances.keys(), ...report.balances.keys()]);
  for (const asset of assets) {
    const ours = money.balances.get(asset)?.total ?? ZERO;
    const theirs = report.balances.get(asset) ?? ZERO;
    const difference = describe(`${asset} balance`, { ours, theirs, tolerance: ZERO });
    if (difference !== null) found.push(difference);
  }
  return found;
}

function describe(
  what: string,
  of: { readonly ours: Decimal; readonly theirs: Decimal; readonly tolerance: Decimal },
): string | null {
  if (!gt(abs(sub(of.ours, of.theirs)), of.tolerance)) return null;
  return `${what} is ${toText(of.ours)} here, ${toText(of.theirs)} at the venue`;
}
