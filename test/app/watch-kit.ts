/** Sessions that are watched, and their raw market events counted a second time. */
import { openSession } from '../../src/app/build.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import type { RunningSession } from '../../src/app/session.ts';
import type { WatchRequest, WatchedView } from '../../src/app/session-types.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { required } from '../../src/domain/errors.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import type { Trade } from '../../src/domain/trade.ts';
import { type DemoFeed, createDemoFeed } from '../../src/exchange/demo/scenario.ts';

export const MINUTE = 60_000;

export const REQUEST: WatchRequest = {
  symbol: 'BTC/USDT',
  timeframe: '1m',
  candles: 100,
  until: null,
  bookLevels: 10,
  trades: 20,
  strategyId: null,
  indicators: [],
  patterns: false,
};

const opened: RunningSession[] = [];

/** A held session with a reader; nothing has been played yet. */
export async function openHeld(options: RunOptions): Promise<RunningSession> {
  const session = await openSession(options);
  opened.push(session);
  session.subscribe(() => undefined);
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  return session;
}

export async function closeAll(): Promise<void> {
  for (const session of opened.splice(0)) await session.close('the test is over');
}

export function play(session: RunningSession, events: number): void {
  for (let i = 0; i < events; i += 1) session.dispatch({ kind: 'stepFeed' });
}

export function look(session: RunningSession, request: Partial<WatchRequest> = {}): WatchedView {
  session.watch({ ...REQUEST, ...request });
  return required(session.view().watched, 'watched view');
}

/** The first events of the demo market, from a feed of their own. */
export function demoEvents(seed: number, count: number): { feed: DemoFeed; events: MarketEvent[] } {
  const feed = createDemoFeed({ seed });
  const events = Array.from({ length: count }, () => required(feed.next(), 'event'));
  return { feed, events };
}

export const printsOf = (events: readonly MarketEvent[], symbol: string): Trade[] =>
  events.flatMap((event) =>
    event.kind === 'trades' && event.symbol === symbol ? event.trades : [],
  );

/** Candles of any length from prints: slots by division, nothing of the program's own. */
export function candlesFromPrints(prints: readonly Trade[], lengthMs: number): Candle[] {
  const slots = Map.groupBy(prints, ({ time }) => Math.floor(time / lengthMs));
  return [...slots].map(([slot, trades]) => {
    const prices = trades.map(({ price }) => price);
    return {
      openTime: slot * lengthMs,
      open: prices[0] ?? NaN,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1) ?? NaN,
      volume: trades.reduce((sum, { quantity }) => sum + quantity, 0),
    };
  });
}

/** The same from minutes. */
export function candlesFromMinutes(minutes: readonly Candle[], lengthMs: number): Candle[] {
  const slots = Map.groupBy(minutes, ({ openTime }) => Math.floor(openTime / lengthMs));
  return [...slots].map(([slot, candles]) => ({
    openTime: slot * lengthMs,
    open: candles[0]?.open ?? NaN,
    high: Math.max(...candles.map(({ high }) => high)),
    low: Math.min(...candles.map(({ low }) => low)),
    close: candles.at(-1)?.close ?? NaN,
    volume: candles.reduce((sum, { volume }) => sum + volume, 0),
  }));
}

/** Equal but for the rounding of sums of volumes. */
export function closeTo(candles: readonly Candle[]): Candle[] {
  return candles.map((candle) => ({ ...candle, volume: Math.round(candle.volume * 1e8) / 1e8 }));
}
