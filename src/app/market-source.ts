/** Where a simulated session's market comes from: the seeded demo market or a recorded file. */
import { openDataFile } from '../backtest/data-file.ts';
import { createFileFeed } from '../backtest/feed.ts';
import { finerThanTick } from '../backtest/price-grid.ts';
import { timeframeMs, type EpochMs } from '../domain/time.ts';
import { InputError, required } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import type { FeedCursor, FeedPast, PullFeed } from '../ports.ts';
import { type Pacer, type PacerPorts, createPacer } from './pacer.ts';
import type { RunOptions } from './run-options.ts';
import { fileMarket } from './simulation.ts';

export interface MarketSource {
  readonly past: FeedPast;
  /** Length of a recording in events, for progress; null when endless. */
  readonly length: number | null;
  /** Who holds events back until their moment; an exchange's come when they come. */
  createPacer(ports: Omit<PacerPorts, 'feed'>, speed: number | 'max'): Pacer;
  readonly markets: readonly Market[];
  /** Engine time of the first records. */
  readonly startTime: EpochMs;
  /** Engine time of the last event of a recording; null when endless. */
  readonly endTime: EpochMs | null;
  readonly hasBook: boolean;
  /** It tells public prints, not candles alone. */
  readonly hasTrades: boolean;
  /** What the operator has to know of the market before believing any figure; null: nothing. */
  readonly caution: string | null;
}

/** Opens the market at its beginning or behind a cursor. Throws InputError. */
export async function openMarket(options: RunOptions, cursor: FeedCursor): Promise<MarketSource> {
  return options.mode === 'demo' ? openDemo(options, cursor) : openFile(options, cursor);
}

async function openDemo(options: RunOptions, cursor: FeedCursor): Promise<MarketSource> {
  const { createDemoFeed, DEMO_START } = await import('../exchange/demo/scenario.ts');
  const { demoMarkets } = await import('../exchange/demo/markets.ts');
  const startTime = options.startTime ?? DEMO_START;
  const feed = createDemoFeed({ seed: options.seed, startTime, cursor });
  const { feeRate } = options.simulation;
  const markets = demoMarkets()
    .filter((market) => options.symbols.includes(market.symbol))
    .map((market) =>
      feeRate === null ? market : { ...market, makerFeeRate: feeRate, takerFeeRate: feeRate },
    );
  const known = { startTime, endTime: null, hasBook: true, hasTrades: true, caution: null };
  return { ...pulled(feed), markets, ...known };
}

function openFile(options: RunOptions, cursor: FeedCursor): MarketSource {
  const path = required(options.replayFile, 'replay file');
  const symbol = required(options.symbols[0], 'symbol');
  const file = openDataFile(path, { symbol, timeframe: options.timeframe });
  for (const { id, timeframe } of options.strategies) {
    if (file.kind === 'candles' && timeframeMs(timeframe) % timeframeMs(file.timeframe) !== 0) {
      throw new InputError(
        `strategy ${id} wants ${timeframe} candles; ${path} holds ${file.timeframe}: ` +
          'choose a multiple of it',
      );
    }
  }
  const feed = createFileFeed(file, { from: cursor.events });
  const startTime = file.firstTime;
  const market = fileMarket(symbol, options.simulation);
  const caution = finerThanTick(file, market.tickSize);
  const hasTrades = file.kind === 'trades';
  // A candle is an event of its close.
  const endTime = file.lastTime + (hasTrades ? 0 : timeframeMs(file.timeframe));
  return {
    ...pulled(feed),
    markets: [market],
    startTime,
    endTime,
    hasBook: false,
    hasTrades,
    caution,
  };
}

function pulled(feed: PullFeed): Pick<MarketSource, 'past' | 'length' | 'createPacer'> {
  return {
    past: feed,
    length: feed.length,
    createPacer: (ports, speed) => createPacer({ ...ports, feed }, speed),
  };
}
