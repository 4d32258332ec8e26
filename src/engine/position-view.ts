import { type Decimal, ZERO, abs, add, isZero, toNumber } from '../domain/decimal.ts';
import { priceDigits, quantityDigits, type Market } from '../domain/market.ts';
import type { Order } from '../domain/order.ts';
import { type Position, entryPrice, positionSide } from '../domain/position.ts';
import { type Ledger, type OpenTrip, openLedgers } from '../execution/money.ts';
import { isDust } from '../execution/dust.ts';
import { nearestProtection } from '../execution/protection.ts';
import { watchedOf } from '../execution/watched-parts.ts';
import { holdingNotional } from '../portfolio/exposure.ts';
import { symbolLook } from './breaker-looks.ts';
import { knownExcursion } from './excursion.ts';
import { findStop } from './review-context.ts';
import type { EngineState, SymbolState } from './state.ts';
import type { PositionView, ProtectionView } from './view.ts';

/** The account's holding in a market; nothing while flat. */
export function positionView(state: EngineState, symbol: SymbolState): PositionView[] {
  const position = state.money.positions.get(symbol.market.symbol);
  if (!position || isZero(position.quantity)) return [];
  const mark = symbol.markPrice === 0 ? null : symbol.markPrice;
  const quantity = toNumber(position.quantity);
  const unrealized = mark === null ? null : quantity * mark - toNumber(position.cost);
  const ledgers = openLedgers(state.money).filter(({ symbol: own }) => own === position.symbol);
  const risk = initialRisk(ledgers);
  return [
    {
      symbol: position.symbol,
      positionSide: positionSide(position),
      ...digits(symbol.market),
      quantity: abs(position.quantity),
      entryPrice: entryPrice(position) ?? ZERO,
      markPrice: mark,
      unrealizedPnl: unrealized,
      rMultiple: risk === null || unrealized === null ? null : unrealized / risk,
      openedTime: position.openedTime,
      feesPaid: sumOf(ledgers, (trip) => trip.feesPaid),
      fundingPaid: sumOf(ledgers, (trip) => trip.fundingPaid),
      strategyIds: ledgers.map((ledger) => ledger.strategyId),
      protection: protectionView(state, { position, ledgers, mark, symbol }),
      ...excursionOf(symbol, ledgers),
      exposureFraction: exposureFraction(state, symbol),
      isDust: ledgers.every(({ position: { quantity } }) =>
        isDust(
          { money: state.money, lastPrice: () => symbol.lastPrice },
          { symbol: symbol.name, quantity },
        ),
      ),
    },
  ];
}

/** Notional at mark over equity; null before the first mark, and when nothing is left. */
function exposureFraction({ market }: EngineState, symbol: SymbolState): number | null {
  if (symbol.markPrice === 0 || market.equity <= 0) return null;
  return Math.abs(holdingNotional(symbol)) / market.equity;
}

/** Sum over the round trips that are open: what this position has cost so far. */
function sumOf(ledgers: readonly Ledger[], pick: (trip: OpenTrip) => Decimal): Decimal {
  return ledgers.reduce((sum, { trip }) => (trip ? add(sum, pick(trip)) : sum), ZERO);
}

/** Digits that prices and quantities of a market are written with. */
export const digits = (market: Market) => ({
  priceDigits: priceDigits(market),
  quantityDigits: quantityDigits(market),
});

/** Quote that what is held put at risk by its entries' stops; null where one had none. */
function initialRisk(ledgers: readonly Ledger[]): number | null {
  let risk = 0;
  for (const { initialStop, position } of ledgers) {
    if (!initialStop) return null;
    const stopValue = toNumber(initialStop) * toNumber(position.quantity);
    risk += toNumber(position.cost) - stopValue;
  }
  return risk > 0 ? risk : null;
}

/** The same for everything these round trips opened, the part that is closed again included. */
function openedRisk(ledgers: readonly Ledger[]): number | null {
  let risk = 0;
  for (const { initialStop, trip } of ledgers) {
    if (!initialStop || !trip) return null;
    const lost = toNumber(trip.entryNotional) - toNumber(initialStop) * toNumber(trip.quantity);
    risk += trip.positionSide === 'long' ? lost : -lost;
  }
  return risk > 0 ? risk : null;
}

/** How far the position went, in quote and in units of the risk it was opened with. */
function excursionOf(symbol: SymbolState, ledgers: readonly Ledger[]) {
  const { maxFavorable, maxAdverse } = knownExcursion(symbol.excursion);
  const risk = openedRisk(ledgers);
  const inR = (pnl: number | null) => (risk === null || pnl === null ? null : pnl / risk);
  return {
    maxFavorable,
    maxAdverse,
    maxFavorableR: inR(maxFavorable),
    maxAdverseR: inR(maxAdverse),
  };
}

/** Protection of a position; with several ledgers the nearest stop and target are shown. */
function protectionView(
  state: EngineState,
  of: {
    readonly position: Position;
    readonly ledgers: readonly Ledger[];
    readonly mark: number | null;
    readonly symbol: SymbolState;
  },
): ProtectionView {
  const { working } = state.money;
  const stops = of.ledgers.map((ledger) => ({ ledger, order: findStop(working.values(), ledger) }));
  const { stop, target } = nearestProtection(state.money, of.position);
  const here = watchedHere(state, of.ledgers, of.symbol.market);
  return {
    stopPrice: stop?.triggerPrice ?? here.stopPrice,
    targetPrice: target?.price ?? here.targetPrice,
    watchesTarget: target === null && here.targetPrice !== null,
    trailFraction: stop?.trailFraction ?? here.trailFraction,
    rests: stop === null && here.stopPrice !== null ? 'engine' : restsAt(stops, stop ?? target),
    worstCase: worstCase(stops, of.mark),
    slippageBps: symbolLook(state, of.symbol).slippageBps,
  };
}

/** Stop, target and trail of the first holding that has them and that this program watches. */
function watchedHere(
  { market: { abilities } }: EngineState,
  ledgers: readonly Ledger[],
  market: Market,
): Pick<ProtectionView, 'stopPrice' | 'targetPrice' | 'trailFraction'> {
  for (const { bracket } of ledgers) {
    if (bracket === null || abilities === null) continue;
    const watched = watchedOf(bracket, { abilities, market });
    if (!watched.stop && !watched.target && !watched.trail) continue;
    return {
      stopPrice: watched.stop ? bracket.stopPrice : null,
      targetPrice: watched.target ? bracket.targetPrice : null,
      trailFraction: watched.trail ? bracket.trailFraction : null,
    };
  }
  return { stopPrice: null, targetPrice: null, trailFraction: null };
}

/** Sent is not there: an answer that is missing, or was lost, is never taken for a stop. */
function restsAt(
  stops: readonly { readonly order: Order | null }[],
  shown: Order | null,
): ProtectionView['rests'] {
  if (shown === null) return null;
  const isOpen = ({ status }: Order): boolean => status !== 'submitted' && status !== 'unknown';
  return isOpen(shown) && stops.every(({ order }) => order === null || isOpen(order))
    ? 'venue'
    : 'unknown';
}

/** Loss against now when every stop of the position fills at its price; null if one is missing. */
function worstCase(
  stops: readonly { readonly ledger: Ledger; readonly order: Order | null }[],
  mark: number | null,
): number | null {
  let loss = 0;
  for (const { ledger, order } of stops) {
    if (!order?.triggerPrice || mark === null) return null;
    loss += (toNumber(order.triggerPrice) - mark) * toNumber(ledger.position.quantity);
  }
  return Math.min(0, loss);
}
