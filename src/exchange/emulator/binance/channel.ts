/** One market stream: what it hears of the market and what its subscribers are sent. */
import type { BookLevel } from '../../../domain/book.ts';
import type { MarketEvent } from '../../../domain/event.ts';
import type { Market } from '../../../domain/market.ts';
import {
  type EpochMs,
  type Timeframe,
  candleOpenTime,
  isTimeframe,
  timeframeMs,
} from '../../../domain/time.ts';
import type { BookUpdate, EmulatorCore, NumberedTrade } from '../dialect.ts';
import {
  aggregateEvent,
  bookTickerEvent,
  depthEvent,
  depthOf,
  klineEvent,
  miniTickerEvent,
  tickerEvent,
  tradeEvent,
} from './market-shapes.ts';

/** What a stream does with what happens in the market. */
export interface Channel {
  hear(event: MarketEvent): void;
}

export type Send = (message: unknown) => void;

interface Outlet {
  readonly core: EmulatorCore;
  readonly send: Send;
}

interface Of extends Outlet {
  readonly market: Market;
}

const SLOW_MS = 1_000;
const FAST_MS = 100;

/** The channel of a stream's name without its symbol, such as `kline_1m`; null: none is so called. */
export function createChannel(name: string, of: Of): Channel | null {
  const depth = /^depth(5|10|20)?(?:@(100|1000)ms)?$/.exec(name);
  if (depth) {
    const every = depth[2] === '100' ? FAST_MS : SLOW_MS;
    return depth[1] === undefined ? changes(of, every) : topOfBook(of, Number(depth[1]), every);
  }
  const timeframe = /^kline_(.+)$/.exec(name)?.[1];
  if (timeframe !== undefined) return isTimeframe(timeframe) ? klines(of, timeframe) : null;
  switch (name) {
    case 'trade':
      return prints(of, tradeEvent);
    case 'aggTrade':
      return prints(of, aggregateEvent);
    case 'bookTicker':
      return bestPrices(of);
    case 'ticker':
      return days(of, tickerEvent);
    case 'miniTicker':
      return days(of, miniTickerEvent);
    default:
      return null;
  }
}

/** The channel of a stream of all symbols: the tickers that changed; null: none is so called. */
export function createChannelOfAll(name: string, of: Outlet): Channel | null {
  const { core, send } = of;
  if (name !== '!ticker@arr' && name !== '!miniTicker@arr') return null;
  const shape = name === '!ticker@arr' ? tickerEvent : miniTickerEvent;
  const changed = new Set<string>();
  const tell = throttle(of, SLOW_MS, () => {
    const markets = core.market.markets.filter(({ symbol }) => changed.has(symbol));
    changed.clear();
    send(markets.map((market) => shape(core.market, market, core.clock.now())));
  });
  return {
    hear: (event) => {
      if (event.kind !== 'trades') return;
      changed.add(event.symbol);
      tell();
    },
  };
}

/** Calls `fire` at once, and then no more often than every `ms`, last of all for the newest. */
function throttle({ core }: Outlet, ms: number, fire: () => void): () => void {
  let isResting = false;
  let isDue = false;
  const rest = (): void => {
    isResting = true;
    core.scheduler.after(ms, () => {
      isResting = false;
      if (!isDue) return;
      isDue = false;
      fire();
      rest();
    });
  };
  return () => {
    if (isResting) {
      isDue = true;
      return;
    }
    fire();
    rest();
  };
}

type PrintShape = (trade: NumberedTrade, market: Market, now: number) => unknown;

function prints({ core, market, send }: Of, shape: PrintShape): Channel {
  return {
    hear: (event) => {
      if (event.kind !== 'trades') return;
      const now = core.clock.now();
      for (const trade of core.market.trades(market.symbol, event.trades.length)) {
        send(shape(trade, market, now));
      }
    },
  };
}

const isBook = (event: MarketEvent): boolean =>
  event.kind === 'book' || event.kind === 'bookChange';

function bestPrices({ core, market, send }: Of): Channel {
  let last = '';
  return {
    hear: (event) => {
      if (!isBook(event)) return;
      const { bids, asks } = core.market.book(market.symbol);
      const best = JSON.stringify([bids[0], asks[0]]);
      if (best === last) return;
      last = best;
      send(bookTickerEvent(core.market, market));
    },
  };
}

function days(of: Of, shape: typeof tickerEvent | typeof miniTickerEvent): Channel {
  const { core, market, send } = of;
  const tell = throttle(of, SLOW_MS, () => send(shape(core.market, market, core.clock.now())));
  return {
    hear: (event) => {
      if (event.kind === 'trades') tell();
    },
  };
}

function topOfBook(of: Of, levels: number, every: number): Channel {
  const { core, market, send } = of;
  const tell = throttle(of, every, () => send(depthOf(core.market, market, levels)));
  return {
    hear: (event) => {
      if (isBook(event)) tell();
    },
  };
}

/** Changed levels, several updates in one message: later quantities replace earlier ones. */
function changes(of: Of, every: number): Channel {
  const { core, market, send } = of;
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  let first: number | null = null;
  let last = 0;
  const take = (levels: Map<number, number>): BookLevel[] => {
    const taken = Array.from(levels, ([price, quantity]) => ({ price, quantity }));
    levels.clear();
    return taken;
  };
  const tell = throttle(of, every, () => {
    if (first === null) return;
    const { bids, asks } = sides;
    const update: BookUpdate = {
      firstUpdateId: first,
      updateId: last,
      bids: take(bids),
      asks: take(asks),
    };
    first = null;
    send(depthEvent(update, market, core.clock.now()));
  });
  return {
    hear: (event) => {
      if (!isBook(event)) return;
      const update = core.market.lastUpdate(market.symbol);
      first ??= update.firstUpdateId;
      last = update.updateId;
      for (const side of ['bids', 'asks'] as const) {
        for (const { price, quantity } of update[side]) sides[side].set(price, quantity);
      }
      tell();
    },
  };
}

/** The open candle, and each once more when it has closed. */
function klines(of: Of, timeframe: Timeframe): Channel {
  const { core, market, send } = of;
  const length = timeframeMs(timeframe);
  let open: EpochMs | null = null;
  const say = (since: EpochMs, isClosed: boolean): void => {
    const asked = { since, until: null, limit: 1 };
    const candle = core.market.candles(market.symbol, timeframe, asked)[0];
    if (candle) send(klineEvent({ candle, timeframe, isClosed }, market, core.clock.now()));
  };
  const tell = throttle(of, SLOW_MS, () => {
    if (open !== null) say(open, false);
  });
  return {
    hear: (event) => {
      if (event.kind !== 'trades') return;
      const now = candleOpenTime(event.time, length);
      if (open !== null && now > open) say(open, true);
      open = now;
      tell();
    },
  };
}
