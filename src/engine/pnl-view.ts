import { type Decimal, toNumber } from '../domain/decimal.ts';
import { type Position, netPnl } from '../domain/position.ts';
import type { Ledger, MoneyState, Totals } from '../execution/money.ts';
import { profitFactor } from '../portfolio/trade-stats.ts';
import { curveStats } from './curve-stats.ts';
import type { EngineState, SymbolState } from './state.ts';
import type { PnlRow, PnlView } from './view.ts';

/** Days shown. */
const SHOWN_DAYS = 31;

/** What was made and lost, by day, symbol and strategy. */
export function pnlView(state: EngineState): PnlView {
  const { money, market } = state;
  const { totals } = money;
  const stats = curveStats(state);
  // What is open now may be deeper than any closed hour.
  const deepest = stats.maxDrawdownFraction;
  let unrealized = 0;
  for (const position of money.positions.values()) {
    const mark = state.market.symbols.get(position.symbol)?.markPrice || null;
    if (mark === null) continue;
    unrealized += toNumber(position.quantity) * mark - toNumber(position.cost);
  }
  return {
    realizedPnl: totals.realizedPnl,
    unrealizedPnl: unrealized,
    feesPaid: totals.feesPaid,
    fundingPaid: totals.fundingPaid,
    netPnl: unrealized + toNumber(netPnl(totals)),
    roundTrips: totals.roundTrips,
    winRate: totals.roundTrips === 0 ? null : totals.wins / totals.roundTrips,
    profitFactor: profitFactor(totals),
    sharpe: stats.sharpe,
    valueAtRisk: stats.valueAtRisk,
    maxDrawdownFraction: deepest === null ? null : Math.max(deepest, market.drawdownFraction),
    ...pnlRows(state),
    equityCurve: money.samples.slice(),
  };
}

function pnlRows(state: EngineState): Pick<PnlView, 'bySymbol' | 'byStrategy' | 'byDay'> {
  const { money } = state;
  const bySymbol = [...money.positions.values()].map((position) => ({
    ...rowOf(position.symbol, position, 0),
    netPnl: positionNet(position, state.market.symbols.get(position.symbol)),
    roundTrips: tripsOf(money, (ledger) => ledger.symbol === position.symbol),
  }));
  const strategies = new Set([...money.ledgers.values()].map((ledger) => ledger.strategyId));
  const byStrategy = [...strategies].map((id) => strategyRow(state, id));
  const byDay = [...money.days]
    .slice(-SHOWN_DAYS)
    .map(([day, totals]) => rowOf(new Date(day).toISOString().slice(0, 10), totals));
  return { bySymbol, byStrategy, byDay };
}

function strategyRow(state: EngineState, id: string): PnlRow {
  const own = [...state.money.ledgers.values()].filter((ledger) => ledger.strategyId === id);
  const sum = (pick: (position: Position) => Decimal): number =>
    own.reduce((total, ledger) => total + toNumber(pick(ledger.position)), 0);
  return {
    key: id,
    realizedPnl: sum((position) => position.realizedPnl),
    feesPaid: sum((position) => position.feesPaid),
    fundingPaid: sum((position) => position.fundingPaid),
    netPnl: own.reduce((total, ledger) => total + ledgerNet(state, ledger), 0),
    roundTrips: own.reduce((total, ledger) => total + ledger.roundTrips, 0),
  };
}

function rowOf(
  key: string,
  totals: Pick<Totals, 'realizedPnl' | 'feesPaid' | 'fundingPaid'> & { roundTrips?: number },
  roundTrips = totals.roundTrips ?? 0,
): PnlRow {
  return {
    key,
    realizedPnl: toNumber(totals.realizedPnl),
    feesPaid: toNumber(totals.feesPaid),
    fundingPaid: toNumber(totals.fundingPaid),
    netPnl: toNumber(netPnl(totals)),
    roundTrips,
  };
}

function tripsOf(money: MoneyState, pick: (ledger: Ledger) => boolean): number {
  let count = 0;
  for (const ledger of money.ledgers.values()) if (pick(ledger)) count += ledger.roundTrips;
  return count;
}

/** Realized and open P&L of a ledger less fees and funding, in quote. */
export function ledgerNet(state: EngineState, ledger: Ledger): number {
  return positionNet(ledger.position, state.market.symbols.get(ledger.symbol));
}

/** Realized and open P&L less fees and funding, in quote. */
function positionNet(position: Position, symbol: SymbolState | undefined): number {
  const mark = symbol?.markPrice || null;
  const open = mark === null ? 0 : toNumber(position.quantity) * mark - toNumber(position.cost);
  return open + toNumber(netPnl(position));
}
