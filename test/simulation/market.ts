/** A lean seeded market: a book and a few prints of every symbol every half minute. */
import type { BookLevel } from '../../src/domain/book.ts';
import {
  type Decimal,
  ONE,
  ZERO,
  decimal,
  decimalPlaces,
  toNumber,
} from '../../src/domain/decimal.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import type { Market } from '../../src/domain/market.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { Dice } from './dice.ts';

const COMMON = {
  quote: 'USDT',
  settle: 'USDT',
  contractSize: ONE,
  minNotional: decimal('5'),
} as const;

export const BTC: Market = {
  ...COMMON,
  symbol: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  tickSize: decimal('0.1'),
  stepSize: decimal('0.0001'),
  minQuantity: decimal('0.0001'),
  makerFeeRate: decimal('0.001'),
  takerFeeRate: decimal('0.001'),
  maxLeverage: 1,
  maintenanceMarginFraction: ZERO,
};

export const ETH_PERPETUAL: Market = {
  ...COMMON,
  symbol: 'ETH/USDT:USDT',
  kind: 'perpetual',
  base: 'ETH',
  tickSize: decimal('0.01'),
  stepSize: decimal('0.001'),
  minQuantity: decimal('0.001'),
  makerFeeRate: decimal('0.0002'),
  takerFeeRate: decimal('0.0005'),
  maxLeverage: 20,
  maintenanceMarginFraction: decimal('0.005'),
};

/** A grid of prices or quantities, with the digits of its values. */
interface Grid {
  readonly size: number;
  readonly digits: number;
}

interface Path {
  readonly market: Market;
  readonly tick: Grid;
  readonly step: Grid;
  mid: number;
}

export const TICK_MS = 30_000;
/** Usual move of one tick of time, as a fraction; a day is about 2.5 %. */
const MOVE = 0.0005;
const LEVELS = 4;
/** Base units of a level are worth about so much quote. */
const LEVEL_QUOTE = 3_000;

/** Market events in time order, without end. */
export interface MarketSource {
  /** Time of the next event. */
  readonly nextTime: EpochMs;
  take(): MarketEvent;
  /** Last prices by symbol. */
  readonly last: ReadonlyMap<string, number>;
}

/** A seeded walk of both markets. */
export class SimulatedMarket implements MarketSource {
  readonly last = new Map<string, number>();
  private readonly paths: Path[];
  private readonly dice: Dice;
  private readonly queue: MarketEvent[] = [];
  private time: EpochMs;

  constructor(of: { readonly seed: number; readonly start: EpochMs }) {
    this.dice = new Dice(of.seed);
    this.time = of.start;
    const from = [
      [BTC, 20_000],
      [ETH_PERPETUAL, 1_500],
    ] as const;
    this.paths = from.map(([market, mid]) => {
      return { market, mid, tick: gridOf(market.tickSize), step: gridOf(market.stepSize) };
    });
  }

  get nextTime(): EpochMs {
    return this.head().time;
  }

  take(): MarketEvent {
    const event = this.head();
    this.queue.shift();
    if (event.kind === 'trades') this.last.set(event.symbol, event.trades[0]?.price ?? 0);
    return event;
  }

  private head(): MarketEvent {
    if (this.queue.length === 0) this.tick();
    const [event] = this.queue;
    if (!event) throw new Error('the market has ended');
    return event;
  }

  private tick(): void {
    this.time += TICK_MS;
    // Symbols do not speak in the same moment.
    this.paths.forEach((path, index) => this.speak(path, this.time + index * 7_000));
  }

  private speak(path: Path, time: EpochMs): void {
    const { dice } = this;
    const { symbol } = path.market;
    const jump = dice.chance(0.002) ? 15 : 1;
    path.mid *= Math.exp(MOVE * jump * dice.rng.normal());
    const half = Math.max(path.tick.size, path.mid * 0.0001);
    const bids = this.side(path, path.mid - half, -1);
    const asks = this.side(path, path.mid + half, 1);
    this.queue.push({ kind: 'book', symbol, time, levels: { bids, asks } });
    const side = dice.chance(0.5) ? 'buy' : 'sell';
    const price = (side === 'buy' ? asks : bids)[0]?.price ?? path.mid;
    const quantity = round((LEVEL_QUOTE / path.mid) * (0.1 + 2 * dice.next()), path.step);
    const trades = [{ time: time + 50, price, quantity, side } as const];
    this.queue.push({ kind: 'trades', symbol, time: time + 50, trades });
  }

  private side(path: Path, best: number, direction: 1 | -1): BookLevel[] {
    const levels: BookLevel[] = [];
    for (let i = 0; i < LEVELS; i++) {
      const price = round(best + direction * i * path.mid * 0.0002, path.tick);
      const quote = LEVEL_QUOTE * (0.2 + 1.6 * this.dice.next());
      levels.push({
        price,
        quantity: Math.max(path.step.size, round(quote / path.mid, path.step)),
      });
    }
    return levels;
  }
}

const gridOf = (size: Decimal): Grid => ({ size: toNumber(size), digits: decimalPlaces(size) });

/** On the grid, without binary noise. */
function round(value: number, { size, digits }: Grid): number {
  return Number((Math.round(value / size) * size).toFixed(digits));
}
