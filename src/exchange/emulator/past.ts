/** Candles of the time before the local exchange was started: made per day, when asked for. */
import { dropOldest } from '../../domain/bounded.ts';
import type { Candle } from '../../domain/candle.ts';
import { SeededRng } from '../../domain/rng.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { mix, mixFraction } from '../demo/levels.ts';
import type { DemoSpec } from '../demo/markets.ts';
import { mergeCandles } from './live-candles.ts';

/** Nothing was listed before: a Monday, so that weeks are whole. */
export const LISTED_SINCE: EpochMs = Date.UTC(2024, 0, 1);

const MINUTES = DAY_MS / MINUTE_MS;
const HOURS = DAY_MS / HOUR_MS;
/** Standard deviation of a minute's return. */
const DEVIATION = 5e-4;
/** Where prices stand at midnight, as waves of [days, size of its logarithm]. */
const WAVES = [
  [45, 0.14],
  [11, 0.06],
  [4, 0.03],
  [1, 0.012],
] as const;
/** Days of minutes kept, of all symbols, and days of hours. */
const KEPT_DAYS = 64;
const KEPT_HOURS = 6_000;

/**
 * Minute candles of one symbol, a pure function of seed, symbol and absolute time: whoever asks
 * again, also after a restart, gets the same ones. Each day is a bridge between two midnights
 * whose prices follow from the seed alone, so no day needs another one.
 */
export class Past {
  private readonly spec: DemoSpec;
  private readonly seed: number;
  private readonly days = new Map<number, readonly Candle[]>();
  private readonly hours = new Map<number, readonly Candle[]>();

  constructor(spec: DemoSpec, seed: number) {
    this.spec = spec;
    this.seed = seed;
  }

  /** The minute that opens at this time; undefined before anything was listed. */
  minute(openTime: EpochMs): Candle | undefined {
    const day = Math.floor(openTime / DAY_MS);
    return this.minutes(day)[Math.floor((openTime - day * DAY_MS) / MINUTE_MS)];
  }

  /** The hour that opens at this time. */
  hour(openTime: EpochMs): Candle | undefined {
    const day = Math.floor(openTime / DAY_MS);
    const known = this.hours.get(day) ?? this.sumHours(day);
    return known[Math.floor((openTime - day * DAY_MS) / HOUR_MS)];
  }

  private sumHours(day: number): readonly Candle[] {
    const minutes = this.minutes(day);
    const hours: Candle[] = [];
    for (let hour = 0; hour < HOURS && minutes.length > 0; hour += 1) {
      const sum = mergeCandles(minutes.slice(hour * 60, (hour + 1) * 60));
      if (sum) hours.push(sum);
    }
    this.hours.set(day, hours);
    dropOldest(this.hours, KEPT_HOURS);
    return hours;
  }

  private minutes(day: number): readonly Candle[] {
    const known = this.days.get(day);
    if (known) return known;
    const made = day * DAY_MS < LISTED_SINCE ? [] : this.draw(day);
    this.days.set(day, made);
    dropOldest(this.days, KEPT_DAYS);
    return made;
  }

  private draw(day: number): Candle[] {
    const { spec } = this;
    const rng = new SeededRng(mix(this.seed, day, 1, 77));
    const steps = Float64Array.from({ length: MINUTES }, () => DEVIATION * rng.normal());
    const drift = steps.reduce((sum, step) => sum + step, 0) / MINUTES;
    const from = this.midnight(day);
    const slope = (this.midnight(day + 1) - from) / MINUTES;
    const candles: Candle[] = [];
    let log = from;
    let open = this.toPrice(log);
    for (let i = 0; i < MINUTES; i += 1) {
      log += slope + (steps[i] ?? 0) - drift;
      const close = this.toPrice(log);
      const [above, below] = [reachOf(rng), reachOf(rng)];
      const high = Math.max(open, close, this.onTick(Math.max(open, close) * (1 + above)));
      const low = Math.min(open, close, this.onTick(Math.min(open, close) * (1 - below)));
      const busy = (0.2 + 1.6 * rng.next() * rng.next()) * spec.tradeRate * 60;
      const inSteps = Math.max(1, Math.round(busy * spec.tradeQuantity * spec.stepsPerUnit));
      const volume = inSteps / spec.stepsPerUnit;
      candles.push({ openTime: day * DAY_MS + i * MINUTE_MS, open, high, low, close, volume });
      open = close;
    }
    return candles;
  }

  /** Logarithm of the price at the start of a day, relative to where the demo market begins. */
  private midnight(day: number): number {
    let log = 0;
    for (const [wave, [days, size]] of WAVES.entries()) {
      const place = day / days;
      const slot = Math.floor(place);
      const part = place - slot;
      const smooth = part * part * (3 - 2 * part);
      const at = (one: number): number => 2 * mixFraction(this.seed, 31 + wave, one, 5) - 1;
      log += size * (at(slot) * (1 - smooth) + at(slot + 1) * smooth);
    }
    return log * this.spec.beta;
  }

  private toPrice(log: number): number {
    return this.onTick(this.spec.startPrice * Math.exp(log));
  }

  private onTick(price: number): number {
    const { ticksPerUnit } = this.spec;
    return Math.max(1, Math.round(price * ticksPerUnit)) / ticksPerUnit;
  }
}

/** How far a minute went beyond where it began and ended, as a fraction. */
const reachOf = (rng: SeededRng): number => 0.6 * DEVIATION * rng.next();
