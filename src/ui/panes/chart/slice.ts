/** What a chart is drawn from. */
import type { WatchedView } from '../../../app/session-types.ts';
import type { EpochMs } from '../../../domain/time.ts';
import { currentSymbol, currentWatched } from '../../model.ts';
import type { ChartState } from '../../model.ts';
import type { RowScene } from '../definition.ts';
import type { MarketView, OrderView, PnlView, PositionView } from '../../slices.ts';
import { staleAge } from '../stale.ts';

export interface ChartSlice {
  /** Null before there is any market. */
  readonly symbol: string | null;
  /** Null until what was asked for is there. */
  readonly watched: WatchedView | null;
  readonly chart: ChartState;
  readonly market: MarketView | undefined;
  readonly position: PositionView | undefined;
  readonly orders: readonly OrderView[];
  readonly pnl: PnlView;
  /** Now, as the newest value of the equity curve. */
  readonly equity: number;
  readonly equityStart: number;
  readonly now: EpochMs;
  /** Age of data that is older than its limit; null while it is fresh. */
  readonly staleMs: number | null;
}

export function chartSlice({ view, model }: RowScene): ChartSlice {
  const symbol = currentSymbol(model, view);
  const market = view.markets.find((one) => one.symbol === symbol);
  return {
    symbol,
    watched: currentWatched(model, view),
    chart: model.chart,
    market,
    position: view.positions.find((one) => one.symbol === symbol),
    orders: view.orders.filter((one) => one.symbol === symbol),
    pnl: view.pnl,
    equity: view.account.equity,
    equityStart: view.account.equityStart,
    now: view.now,
    staleMs: view.feed.held || view.feed.ended ? null : staleAge(market, view),
  };
}
