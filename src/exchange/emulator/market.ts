import type { Candle } from '../../domain/candle.ts';
import { type Decimal, quantizeNumber, toNumber } from '../../domain/decimal.ts';
import { required } from '../../domain/errors.ts';
import type { MarketEvent } from '../../domain/event.ts';
import type { Market } from '../../domain/market.ts';
import { SeededRng } from '../../domain/rng.ts';
import {
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  type Timeframe,
  candleOpenTime,
  timeframeMs,
} from '../../domain/time.ts';
import type { Side, Trade } from '../../domain/trade.ts';
import type { Clock, Scheduler } from '../../ports.ts';
import { BOOK_DEPTH, mix } from '../demo/levels.ts';
import { PricePath } from '../demo/price-path.ts';
import type {
  BookUpdate,
  DayStats,
  EmulatorMarket,
  MarketStatus,
  NumberedTrade,
} from './dialect.ts';
import { type Listing, createListings } from './listing.ts';
import { LISTED_SINCE } from './past.ts';
import { SymbolLine } from './symbol-line.ts';

/** Seconds that a sleeping machine's exchange tells one by one; older ones are only counted. */
const TOLD_SECONDS = 60;
/** Candles of one answer at most. */
const MOST_CANDLES = 5_000;
const FLOOD_TICK_MS = 10;
/** Ticks and steps are counted in 32 bits (tape.ts). */
const MOST_COUNTED = 2_000_000_000;
const WIDEST_SPREAD = 0.1;
/** Levels a side that must fit between the price and nothing, spread and moves included. */
const ROOM = 2 * BOOK_DEPTH;

export type FloodKind = 'books' | 'trades' | 'both';

/**
 * The demo market's spot symbols as a live exchange, one second of market a second of the clock.
 *
 * The same for the same seed: candles that ended before the start, at any start (past.ts); and
 * everything after it (books, prints, candles) as a function of the minute of the start and the
 * time since, as long as nobody sets prices or liquidity. The clock is the exchange's true time:
 * a skew of the control API moves what accounts and answers say, not the market.
 */
export class LiveMarket implements EmulatorMarket {
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly path: PricePath;
  private readonly start: EpochMs;
  private readonly lines: readonly SymbolLine[];
  private readonly bySymbol: ReadonlyMap<string, SymbolLine>;
  private readonly listeners = new Set<(event: MarketEvent) => void>();
  /** The next slot: every symbol has one in every second. */
  private slot = 0;
  private stopTimer: () => void = () => undefined;
  private stopFlood: () => void = () => undefined;
  private isQuiet = true;

  constructor(of: {
    readonly seed: number;
    readonly clock: Clock;
    readonly scheduler: Scheduler;
    readonly listings?: readonly Listing[] | undefined;
  }) {
    this.clock = of.clock;
    this.scheduler = of.scheduler;
    // A minute has been printed before anybody looks: lists of prints are never empty.
    this.start = Math.floor(of.clock.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    this.path = new PricePath(new SeededRng(of.seed));
    const { start } = this;
    this.lines = (of.listings ?? createListings()).map((listing, i) => {
      const seed = mix(Math.floor(new SeededRng(of.seed).next() * 4_294_967_296), i, 3, 1);
      return new SymbolLine({ listing, seed, start });
    });
    this.bySymbol = new Map(this.lines.map((line) => [line.listing.market.symbol, line]));
    for (const line of this.lines) this.anchor(line, line.lastPrice);
    this.run();
    for (const line of this.lines) this.showBook(line);
    this.isQuiet = false;
  }

  /** Ends its timers. */
  close(): void {
    this.stopTimer();
    this.stopFlood();
  }

  get markets(): readonly Market[] {
    return this.lines.flatMap(({ listing }) => (listing.delisted ? [] : [listing.market]));
  }

  /** Also those that are not listed any more. */
  get allMarkets(): readonly Market[] {
    return this.lines.map(({ listing }) => listing.market);
  }

  status(symbol: string): MarketStatus | undefined {
    const listing = this.bySymbol.get(symbol)?.listing;
    return listing === undefined || listing.delisted ? undefined : listing.status;
  }

  book(symbol: string): ReturnType<EmulatorMarket['book']> {
    return this.line(symbol).levels.state;
  }

  lastUpdate(symbol: string): BookUpdate {
    return this.line(symbol).levels.lastUpdate;
  }

  quantityFor(symbol: string, side: Side, quote: Decimal): Decimal {
    const line = this.line(symbol);
    const { bids, asks } = line.levels.state;
    let rest = toNumber(quote);
    let quantity = 0;
    for (const level of side === 'buy' ? asks : bids) {
      const taken = Math.min(level.quantity, rest / level.price);
      quantity += taken;
      rest -= taken * level.price;
      if (rest <= 0) break;
    }
    return quantizeNumber(quantity, line.listing.market.stepSize, 'down');
  }

  trades(symbol: string, limit: number): readonly NumberedTrade[] {
    return this.line(symbol).newestTrades(limit);
  }

  candles(
    symbol: string,
    timeframe: Timeframe,
    of: { readonly since: EpochMs | null; readonly until: EpochMs | null; readonly limit: number },
  ): readonly Candle[] {
    const line = this.line(symbol);
    const now = this.clock.now();
    line.reach(now);
    const length = timeframeMs(timeframe);
    const limit = Math.min(of.limit, MOST_CANDLES);
    const last = candleOpenTime(Math.min(of.until ?? now, now), length);
    const first = candleOpenTime(LISTED_SINCE + length - 1, length);
    let time =
      of.since === null
        ? last - (limit - 1) * length
        : candleOpenTime(of.since + length - 1, length);
    time = Math.max(time, first);
    const found: Candle[] = [];
    for (; time <= last && found.length < limit; time += length) {
      const candle = line.candle(time, length, now);
      if (candle) found.push(candle);
    }
    return found;
  }

  day(symbol: string): DayStats {
    const now = this.clock.now();
    const line = this.line(symbol);
    line.reach(now);
    return line.day(now);
  }

  listen(hear: (event: MarketEvent) => void): () => void {
    this.listeners.add(hear);
    return () => void this.listeners.delete(hear);
  }

  /** The price jumps there, with a print: triggers and crossed orders happen within this call. */
  setPrice(symbol: string, price: number): void {
    const line = this.line(symbol);
    this.anchor(line, price);
    this.place(line);
    const time = this.clock.now();
    const { tradeQuantity, ticksPerUnit } = line.listing.spec;
    const onTick = Math.max(1, Math.round(price * ticksPerUnit)) / ticksPerUnit;
    this.tellTrades(line, [{ time, price: onTick, quantity: tradeQuantity, side: 'buy' }], time);
  }

  /** Multiplies what rests at every level, and the spread. */
  setLiquidity(symbol: string, of: { readonly factor: number; readonly spread: number }): void {
    const line = this.line(symbol);
    const { market, spec } = line.listing;
    const most = toNumber(market.stepSize) * MOST_COUNTED;
    spec.levelQuantity = Math.min(most, spec.levelQuantity * of.factor);
    spec.spreadFraction = Math.min(WIDEST_SPREAD, spec.spreadFraction * of.spread);
    this.place(line);
  }

  /** Above it prices have more ticks than the market counts, below it the book has no room. */
  priceRange(symbol: string): { readonly low: number; readonly high: number } {
    const { levelTicks, ticksPerUnit } = this.line(symbol).listing.spec;
    return { low: (levelTicks * ROOM) / ticksPerUnit, high: MOST_COUNTED / ticksPerUnit };
  }

  /**
   * Other grids and smallest orders, in the market object that everybody holds. False when prices
   * or prints of this market would have more ticks or steps than it counts, or its book no room.
   */
  setGrids(symbol: string, to: Market): boolean {
    const line = this.line(symbol);
    const { market, spec } = line.listing;
    const { tickSize, stepSize, minQuantity, minNotional } = to;
    const ticks = line.lastPrice / toNumber(tickSize);
    const steps = (spec.tradeQuantity * 20) / toNumber(stepSize);
    if (!(2 * ticks <= MOST_COUNTED && steps <= MOST_COUNTED)) return false;
    if (ticks < spec.levelTicks * ROOM) return false;
    Object.assign(market, { tickSize, stepSize, minQuantity, minNotional });
    spec.ticksPerUnit = 1 / toNumber(tickSize);
    spec.stepsPerUnit = 1 / toNumber(stepSize);
    if (line.listing.status !== 'trading' || line.listing.delisted) return true;
    this.place(line);
    const { bids, asks } = line.levels.state;
    this.tell({ kind: 'book', symbol, time: this.clock.now(), levels: { bids, asks } });
    return true;
  }

  /** Leaves out numbers of updates: who follows the book has missed something. */
  skipUpdates(symbol: string, count: number): void {
    this.line(symbol).levels.skip(count);
  }

  setStatus(symbol: string, status: MarketStatus | 'delisted'): void {
    const { listing } = this.line(symbol);
    listing.delisted = status === 'delisted';
    listing.status = status === 'trading' ? 'trading' : 'halted';
  }

  /** Tells so many small book changes and prints a second, in turn over all symbols; 0 ends it. */
  flood(perSecond: number, what: FloodKind = 'both'): void {
    this.stopFlood();
    this.stopFlood = () => undefined;
    if (perSecond <= 0) return;
    const begun = this.clock.now();
    let told = 0;
    const step = (): void => {
      const due = ((this.clock.now() - begun) * perSecond) / SECOND_MS;
      // A machine that slept does not make up for it.
      told = Math.max(told, Math.floor(due - perSecond));
      for (; told < due; told += 1) this.tellSmall(told, what);
      this.stopFlood = this.scheduler.after(FLOOD_TICK_MS, step);
    };
    step();
  }

  /** The line of a symbol that exists or existed. Throws BugError for any other. */
  line(symbol: string): SymbolLine {
    return required(this.bySymbol.get(symbol), `market ${symbol}`);
  }

  /** Does everything that is due, and waits for the next slot. */
  private run(): void {
    const slotMs = SECOND_MS / this.lines.length;
    const dueOf = (slot: number): EpochMs => this.start + Math.floor(slot * slotMs);
    const wasQuiet = this.isQuiet;
    for (; dueOf(this.slot) <= this.clock.now(); this.slot += 1) {
      const due = dueOf(this.slot);
      this.isQuiet = wasQuiet || this.clock.now() - due > TOLD_SECONDS * SECOND_MS;
      this.play(this.slot, due);
    }
    this.isQuiet = wasQuiet;
    const wait = dueOf(this.slot) - this.clock.now();
    this.stopTimer = this.scheduler.after(wait, () => this.run());
  }

  private play(slot: number, time: EpochMs): void {
    const place = slot % this.lines.length;
    const second = Math.floor(slot / this.lines.length);
    if (place === 0) this.path.advance(second);
    const line = this.lines[place];
    if (!line || line.listing.status !== 'trading' || line.listing.delisted) return;
    line.reach(time);
    this.place(line, second, time);
    const { volatility, pushes } = this.path;
    line.tape.draw({ second, push: pushes[line.listing.follows] ?? 0, volatility });
    if (line.tape.count > 0) this.tellTrades(line, line.tape.trades(time), time);
  }

  /** The price is `price` now, and moves on from there as the path does. */
  private anchor(line: SymbolLine, price: number): void {
    line.scale = price / (this.path.prices[line.listing.follows] ?? price);
  }

  private place(line: SymbolLine, second = this.second, time = this.clock.now()): void {
    const { follows } = line.listing;
    const mid = (this.path.prices[follows] ?? 0) * line.scale;
    line.book.place({ second, mid, volatility: this.path.volatility });
    // Nobody hears: the levels are drawn once it is over.
    if (!this.isQuiet) this.showBook(line, time);
  }

  private showBook(line: SymbolLine, time = this.clock.now()): void {
    if (line.listing.status !== 'trading' || line.listing.delisted) return;
    this.tellBook(line, line.levels.set(line.book.levels()), time);
  }

  private get second(): number {
    return Math.floor(this.slot / this.lines.length);
  }

  private tellSmall(turn: number, what: FloodKind): void {
    const open = this.lines.filter(
      ({ listing }) => this.status(listing.market.symbol) === 'trading',
    );
    const line = open[turn % open.length];
    if (!line) return;
    const time = this.clock.now();
    const { bids, asks } = line.levels.state;
    const [best, ...deeper] = bids;
    if (!best) return;
    const round = Math.floor(turn / open.length);
    if (what === 'books' || (what === 'both' && round % 2 === 0)) {
      const step = 1 / line.listing.spec.stepsPerUnit;
      const quantity = toStep(best.quantity + (round % 4 < 2 ? step : -step), line);
      const level = { price: best.price, quantity };
      this.tellBook(line, line.levels.set({ bids: [level, ...deeper], asks }), time);
    } else {
      const quantity = 1 / line.listing.spec.stepsPerUnit;
      this.tellTrades(line, [{ time, price: best.price, quantity, side: 'sell' }], time);
    }
  }

  private tellBook(line: SymbolLine, update: BookUpdate | null, time: EpochMs): void {
    if (update === null) return;
    const { symbol } = line.listing.market;
    this.tell({ kind: 'bookChange', symbol, time, bids: update.bids, asks: update.asks });
  }

  private tellTrades(line: SymbolLine, trades: readonly Trade[], time: EpochMs): void {
    const { symbol } = line.listing.market;
    // Nobody is told of what has not happened yet: the prints of a sweep share its moment.
    const now = trades.map((trade) => ({ ...trade, time }));
    this.tell({ kind: 'trades', symbol, time, trades: line.print(now) });
  }

  private tell(event: MarketEvent): void {
    if (this.isQuiet) return;
    for (const hear of this.listeners) hear(event);
  }
}

/** On the grid, one step at least. */
const toStep = (quantity: number, line: SymbolLine): number => {
  const { stepsPerUnit } = line.listing.spec;
  return Math.max(1, Math.round(quantity * stepsPerUnit)) / stepsPerUnit;
};
