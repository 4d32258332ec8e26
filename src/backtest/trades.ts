import { div, isZero, toNumber, toText } from '../domain/decimal.ts';
import { netPnl } from '../domain/position.ts';
import type { EpochMs } from '../domain/time.ts';
import type { OnBody } from '../engine/run.ts';
import type { EngineState } from '../engine/state.ts';
import type { TradeResult } from '../portfolio/trade-stats.ts';

/** A closed round trip of the engine: flat → position → flat. */
export type ClosedRoundTrip = EngineState['money']['roundTrips'][number];

/**
 * A closed round trip as `backtest --json` and `--trades` show it; decimals as text. `pnl` is net
 * of fees and funding, `fees` the fees of entry and exit, both in quote. Prices are averages over
 * the fills.
 */
export interface TradeEntry {
  readonly openTime: EpochMs;
  readonly closeTime: EpochMs;
  readonly positionSide: 'long' | 'short';
  readonly quantity: string;
  readonly entryPrice: string;
  readonly exitPrice: string;
  readonly pnl: string;
  readonly fees: string;
  readonly reason: string;
}

export function toTradeEntry(trip: ClosedRoundTrip): TradeEntry {
  const average = (notional: ClosedRoundTrip['quantity']): string =>
    isZero(trip.quantity) ? '0' : toText(div(notional, trip.quantity));
  return {
    openTime: trip.openTime,
    closeTime: trip.closeTime,
    positionSide: trip.positionSide,
    quantity: toText(trip.quantity),
    entryPrice: average(trip.entryNotional),
    exitPrice: average(trip.exitNotional),
    pnl: toText(netPnl(trip)),
    fees: toText(trip.feesPaid),
    reason: trip.reason,
  };
}

/** The round trip as the statistics need it. */
export function toTradeResult(trip: ClosedRoundTrip): TradeResult {
  return { netPnl: toNumber(netPnl(trip)), entryNotional: toNumber(trip.entryNotional) };
}

export interface TripCollector {
  readonly closed: readonly ClosedRoundTrip[];
  readonly onRecord: OnBody;
  /** Starts watching; trips that closed before are not its. */
  readonly follow: (state: EngineState) => void;
}

/** Keeps every closed round trip: the engine itself remembers the newest only. */
export function createTripCollector(): TripCollector {
  const closed: ClosedRoundTrip[] = [];
  let money: EngineState['money'] | null = null;
  let seen = 0;
  const onRecord: OnBody = (body) => {
    if (body.kind !== 'fill' || money === null || money.totals.roundTrips === seen) return;
    seen = money.totals.roundTrips;
    const newest = money.roundTrips.at(-1);
    if (newest) closed.push(newest);
  };
  const follow = (state: EngineState): void => {
    money = state.money;
    seen = money.totals.roundTrips;
  };
  return { closed, onRecord, follow };
}
