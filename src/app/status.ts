/** What `status` tells: from files alone, whether or not a console runs (DECISIONS 17). */
import { totalOf } from '../domain/account.ts';
import { isZero, toNumber, toText } from '../domain/decimal.ts';
import { entryPrice, positionSide, type Position } from '../domain/position.ts';
import type { MoneyState } from '../execution/money.ts';
import { nearestProtection } from '../execution/protection.ts';
import type { StatePlace, StoredState } from './state/reader.ts';

export interface Status {
  readonly mode: string;
  readonly account: string | null;
  readonly tradingState: string | null;
  /** Engine time, epoch ms. */
  readonly since: number | null;
  readonly reason: string | null;
  readonly equity: number | null;
  readonly dayPnl: number | null;
  readonly drawdownFraction: number | null;
  readonly openOrders: number;
  readonly positions: readonly PositionStatus[];
  readonly feeds: readonly FeedStatus[];
  /** Wall milliseconds since the running console last wrote; null when none runs. */
  readonly dataAgeMs: number | null;
  readonly pid: number | null;
}

export interface PositionStatus {
  readonly symbol: string;
  readonly positionSide: string;
  readonly quantity: string;
  readonly entryPrice: string | null;
  /** Trigger of the stop that fires first; null where none rests. */
  readonly stopPrice: string | null;
  readonly realizedPnl: string;
}

export interface FeedStatus {
  readonly symbol: string;
  /** Engine time of the newest record. */
  readonly time: number;
  readonly events: number;
}

/** `wallTime` (epoch ms) dates the newest write of a running console. */
export function toStatus(place: StatePlace, stored: StoredState, wallTime: number): Status {
  const { money } = stored;
  const known = stored.lastRecord > 0;
  const equity = known ? equityOf(stored) : null;
  const running = stored.pid !== null && stored.writtenAt !== null;
  return {
    mode: money.run?.mode ?? place.mode,
    account: known ? money.accountId : null,
    tradingState: known ? money.trading.state : null,
    since: known ? money.trading.since : null,
    reason: known ? money.trading.reason : null,
    equity,
    dayPnl: equity === null || money.day === null ? null : equity - money.day.equity,
    drawdownFraction:
      equity === null || money.peak <= 0 ? null : Math.max(0, 1 - equity / money.peak),
    openOrders: money.working.size,
    positions: [...money.positions.values()]
      .filter(({ quantity }) => !isZero(quantity))
      .map((position) => positionStatus(money, position)),
    feeds: [...money.markets.keys()].map((symbol) => ({
      symbol,
      time: money.cursor.time,
      events: money.cursor.events,
    })),
    dataAgeMs: running ? Math.max(0, Math.round(wallTime - (stored.writtenAt ?? 0))) : null,
    pid: stored.pid,
  };
}

/**
 * Exact while nothing is held. With open positions the files hold no prices of the moment, so it
 * is the newest equity that was journaled.
 */
function equityOf({ money }: StoredState): number | null {
  const positions = [...money.positions.values()];
  if (positions.some(({ quantity }) => !isZero(quantity))) return money.equity?.value ?? null;
  return toNumber(totalOf(money.balances, money.currency));
}

function positionStatus(money: MoneyState, position: Position): PositionStatus {
  const { symbol, quantity, realizedPnl } = position;
  const entry = entryPrice(position);
  const { stop } = nearestProtection(money, position);
  return {
    symbol,
    positionSide: positionSide(position),
    quantity: toText(quantity),
    entryPrice: entry === null ? null : toText(entry),
    stopPrice: stop?.triggerPrice ? toText(stop.triggerPrice) : null,
    realizedPnl: toText(realizedPnl),
  };
}
