/** Candles of what was printed while the local exchange runs. */
import type { Candle } from '../../domain/candle.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import type { Changeable } from './listing.ts';

/** One candle over all of them, oldest first; undefined when there are none. */
export function mergeCandles(candles: readonly Candle[]): Candle | undefined {
  const [first] = candles;
  if (!first) return undefined;
  const whole: Changeable<Candle> = { ...first };
  for (let i = 1; i < candles.length; i += 1) {
    const next = candles[i];
    if (!next) continue;
    if (next.high > whole.high) whole.high = next.high;
    if (next.low < whole.low) whole.low = next.low;
    whole.close = next.close;
    whole.volume += next.volume;
  }
  return whole;
}

/** Candles of one length without a gap, the newest one open. Keeps the newest `keep` at least. */
export class LiveCandles {
  readonly firstOpen: EpochMs;
  private readonly lengthMs: number;
  private readonly keep: number;
  private readonly candles: Changeable<Candle>[] = [];
  private dropped = 0;

  constructor(of: { lengthMs: number; openTime: EpochMs; price: number; keep: number }) {
    this.lengthMs = of.lengthMs;
    this.firstOpen = of.openTime;
    this.keep = of.keep;
    this.candles.push(flat(of.openTime, of.price));
  }

  /** Opens candles up to the one that contains this time; those without a print are flat. */
  reach(time: EpochMs): void {
    for (;;) {
      const newest = this.candles.at(-1);
      if (!newest || newest.openTime + this.lengthMs > time) break;
      this.candles.push(flat(newest.openTime + this.lengthMs, newest.close));
    }
    const extra = this.candles.length - this.keep;
    if (extra < this.keep) return;
    this.candles.splice(0, extra);
    this.dropped += extra;
  }

  print(trade: Trade): void {
    this.reach(trade.time);
    const candle = this.candles.at(-1);
    if (!candle) return;
    const { price } = trade;
    if (candle.volume === 0) candle.open = candle.high = candle.low = price;
    if (price > candle.high) candle.high = price;
    if (price < candle.low) candle.low = price;
    candle.close = price;
    candle.volume += trade.quantity;
  }

  /** A copy of the candle that opens at this time; undefined when it is not known (any more). */
  at(openTime: EpochMs): Candle | undefined {
    const index = (openTime - this.firstOpen) / this.lengthMs - this.dropped;
    const found = this.candles[index];
    return found ? { ...found } : undefined;
  }
}

function flat(openTime: EpochMs, price: number): Changeable<Candle> {
  return { openTime, open: price, high: price, low: price, close: price, volume: 0 };
}
