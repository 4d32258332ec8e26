/** Kraken's public WebSocket: subscriptions to prices, trades, candles and books. */
import type { Candle } from '../../../domain/candle.ts';
import type { MarketEvent } from '../../../domain/event.ts';
import { type EpochMs, timeframeMs, type Timeframe } from '../../../domain/time.ts';
import type { DialectSocket, EmulatorCore, NumberedTrade } from '../dialect.ts';
import { BOOK_DEPTHS, BookView } from './book-channel.ts';
import { refuse } from './errors.ts';
import { stamp } from './execution-json.ts';
import type { Fields } from './fields.ts';
import type { KrakenNames, KrakenPair } from './names.ts';
import { INTERVALS } from './public.ts';
import { KrakenConnection, type SocketRequest, symbolsOf } from './socket.ts';

const SNAPSHOT_CANDLES = 100;
const SNAPSHOT_TRADES = 50;

/** One subscription: what it says at first, and of every event of its symbol. */
interface Subscription {
  readonly symbol: string;
  /** Null: it begins without a snapshot. */
  snapshot(): readonly unknown[] | null;
  /** Null: the event is none of its business. */
  update(event: MarketEvent): readonly unknown[] | null;
}

interface Listener {
  readonly connection: KrakenConnection;
  /** By channel, symbol and what else tells two apart. */
  readonly subscriptions: Map<string, { readonly channel: string; readonly of: Subscription }>;
}

/** See above. */
export class PublicSockets {
  private readonly core: EmulatorCore;
  private readonly names: KrakenNames;
  private readonly listeners = new Set<Listener>();
  private count = 0;

  constructor(core: EmulatorCore, names: KrakenNames) {
    this.core = core;
    this.names = names;
    core.market.listen((event) => this.hear(event));
  }

  serve(socket: DialectSocket): void {
    this.count += 1;
    const connection = new KrakenConnection({
      socket,
      core: this.core,
      number: this.count,
      serve: (request) => this.answer(request, listener),
    });
    const listener: Listener = { connection, subscriptions: new Map() };
    this.listeners.add(listener);
    socket.onClose(() => void this.listeners.delete(listener));
  }

  private hear(event: MarketEvent): void {
    for (const { connection, subscriptions } of this.listeners) {
      for (const { channel, of } of subscriptions.values()) {
        if (of.symbol !== event.symbol) continue;
        const data = of.update(event);
        if (data) connection.send({ channel, type: 'update', data });
      }
    }
  }

  private answer(request: SocketRequest, { connection, subscriptions }: Listener): void {
    const { method, params } = request;
    if (method !== 'subscribe' && method !== 'unsubscribe') refuse(`Unsupported method ${method}`);
    const channel = params.text('channel') ?? '';
    for (const symbol of symbolsOf(request)) {
      const act = (): void => {
        const pair = this.names.symbol(symbol) ?? refuse(`Currency pair not supported ${symbol}`);
        const { key, what, of } = this.open(channel, pair, params);
        const result = { channel, symbol, ...what };
        if (method === 'unsubscribe') {
          if (!subscriptions.delete(key)) refuse('Subscription Not Found');
          return connection.succeed(request, result);
        }
        if (subscriptions.has(key)) refuse('Already subscribed');
        connection.succeed(request, result);
        const data = of.snapshot();
        if (data) connection.send({ channel, type: 'snapshot', data });
        subscriptions.set(key, { channel, of });
        connection.beginHeartbeats();
      };
      connection.attempt(request, act, symbol);
    }
  }

  /** A subscription that has said nothing yet. Throws KrakenError. */
  private open(
    channel: string,
    pair: KrakenPair,
    params: Fields,
  ): { readonly key: string; readonly what: object; readonly of: Subscription } {
    const wants = (usual: boolean): boolean =>
      params.has('snapshot') ? params.isTrue('snapshot') : usual;
    const { symbol } = pair;
    switch (channel) {
      case 'ticker': {
        const trigger = params.text('event_trigger') ?? 'trades';
        if (trigger !== 'trades' && trigger !== 'bbo') refuse('Event trigger not supported');
        const of = this.ticker(pair, trigger, wants(true));
        return { key: `ticker ${symbol}`, what: { snapshot: true, event_trigger: trigger }, of };
      }
      case 'trade':
        return { key: `trade ${symbol}`, what: {}, of: this.trades(pair, wants(false)) };
      case 'ohlc': {
        const interval = params.number('interval') ?? 1;
        const timeframe = INTERVALS[String(interval)];
        if (!timeframe) refuse('Subscription ohlc interval not supported');
        const of = this.candles(pair, timeframe, wants(true));
        return { key: `ohlc ${symbol} ${interval}`, what: { interval, snapshot: true }, of };
      }
      case 'book': {
        const depth = params.number('depth') ?? 10;
        if (!BOOK_DEPTHS.includes(depth)) refuse('Subscription depth not supported');
        const of = this.book(pair, depth, wants(true));
        return { key: `book ${symbol} ${depth}`, what: { depth, snapshot: true }, of };
      }
      default:
        return refuse('Subscription name invalid');
    }
  }

  private ticker(pair: KrakenPair, trigger: 'trades' | 'bbo', wants: boolean): Subscription {
    const { symbol } = pair;
    let told = '';
    const row = (): unknown => {
      const { bids, asks } = this.core.market.book(symbol);
      told = `${bids[0]?.price}/${asks[0]?.price}`;
      return this.tickerRow(pair);
    };
    return {
      symbol,
      snapshot: () => (wants ? [row()] : null),
      update: (event) => {
        if (trigger === 'trades') return event.kind === 'trades' ? [row()] : null;
        if (event.kind !== 'book' && event.kind !== 'bookChange') return null;
        const { bids, asks } = this.core.market.book(symbol);
        return told === `${bids[0]?.price}/${asks[0]?.price}` ? null : [row()];
      },
    };
  }

  private tickerRow({ symbol, priceDigits }: KrakenPair): unknown {
    const { bids, asks } = this.core.market.book(symbol);
    const day = this.core.market.day(symbol);
    const round = (value: number, places: number): number => Number(value.toFixed(places));
    const change = day.last - day.open;
    return {
      symbol,
      bid: bids[0]?.price ?? 0,
      bid_qty: bids[0]?.quantity ?? 0,
      ask: asks[0]?.price ?? 0,
      ask_qty: asks[0]?.quantity ?? 0,
      last: day.last,
      low: day.low,
      high: day.high,
      volume: round(day.volume, 8),
      vwap: round(day.volume > 0 ? day.quoteVolume / day.volume : day.last, priceDigits),
      change: round(change, priceDigits),
      change_pct: round((change / day.open) * 100, 2),
      timestamp: stamp(this.core.clock.now()),
    };
  }

  private trades({ symbol }: KrakenPair, wants: boolean): Subscription {
    const row = ({ side, price, quantity, id, time }: NumberedTrade): unknown => ({
      symbol,
      side,
      price,
      qty: quantity,
      ord_type: 'market',
      trade_id: id,
      timestamp: stamp(time),
    });
    const newest = (count: number): readonly unknown[] =>
      this.core.market.trades(symbol, count).map(row);
    return {
      symbol,
      snapshot: () => (wants ? newest(SNAPSHOT_TRADES) : null),
      update: (event) => (event.kind === 'trades' ? newest(event.trades.length) : null),
    };
  }

  private candles({ symbol }: KrakenPair, timeframe: Timeframe, wants: boolean): Subscription {
    const newest = (limit: number): readonly unknown[] =>
      this.core.market
        .candles(symbol, timeframe, { since: null, until: null, limit })
        .map((candle) => candleRow(symbol, timeframe, candle));
    return {
      symbol,
      snapshot: () => (wants ? newest(SNAPSHOT_CANDLES) : null),
      update: (event) => (event.kind === 'trades' ? newest(1) : null),
    };
  }

  private book(pair: KrakenPair, depth: number, wants: boolean): Subscription {
    const { symbol } = pair;
    const view = new BookView(depth);
    const now = (): EpochMs => this.core.clock.now();
    return {
      symbol,
      snapshot: () => {
        const whole = view.snapshot(this.core.market.book(symbol), pair, now());
        return wants ? [whole] : null;
      },
      update: (event) => {
        if (event.kind !== 'book' && event.kind !== 'bookChange') return null;
        const change = view.update(this.core.market.book(symbol), pair, now());
        return change === null ? null : [change];
      },
    };
  }
}

function candleRow(symbol: string, timeframe: Timeframe, candle: Candle): unknown {
  const { openTime, open, high, low, close, volume } = candle;
  return {
    symbol,
    open,
    high,
    low,
    close,
    volume,
    trades: volume > 0 ? 1 : 0,
    vwap: (high + low + close) / 3,
    interval_begin: `${stamp(openTime).slice(0, -1)}000Z`,
    interval: timeframeMs(timeframe) / 6e4,
    timestamp: stamp(openTime + timeframeMs(timeframe)),
  };
}
