/** Candlestick patterns along the finished candles of a chart. */
import type { Candle } from '../../domain/candle.ts';
import type { EpochMs } from '../../domain/time.ts';
import type * as Patterns from '../../indicators/library/patterns.ts';
import type { CandleSeries } from '../../market/series.ts';
import { KEPT_CANDLES } from './chart-history.ts';
import type { PatternMark } from '../session-types.ts';

type Library = typeof Patterns;

/** The first frame comes first. */
const LOAD_AFTER_MS = 300;

/** Looks each candle up once. The library is loaded with the first use: most runs never need it. */
export class PatternMarks {
  readonly #onLoaded: (trouble: unknown) => void;
  #library: Library | 'asked' | null = null;
  #series: CandleSeries | null = null;
  readonly #known = new Map<EpochMs, PatternMark | null>();

  /** `onLoaded` is called once marks can be given, with null, or with what prevents it. */
  constructor(onLoaded: (trouble: unknown) => void) {
    this.#onLoaded = onLoaded;
  }

  /** Marks of these finished candles of a series, oldest first; none while the library loads. */
  marks(series: CandleSeries | null, candles: readonly Candle[]): readonly PatternMark[] {
    if (this.#library === null) this.#load();
    if (series === null || this.#library === null || this.#library === 'asked') return [];
    if (series !== this.#series || this.#known.size > 4 * KEPT_CANDLES) this.#known.clear();
    this.#series = series;
    const library = this.#library;
    const newest = candles.at(-1)?.openTime ?? 0;
    let back = 0;
    while (series.openTimeAt(back) > newest) back += 1;
    back += candles.length;
    return candles.flatMap(({ openTime }) => {
      back -= 1;
      let mark = this.#known.get(openTime);
      if (mark === undefined) {
        mark = markAt(library, series, back);
        this.#known.set(openTime, mark);
      }
      return mark ?? [];
    });
  }

  #load(): void {
    this.#library = 'asked';
    const load = async (): Promise<void> => {
      try {
        this.#library = await import('../../indicators/library/patterns.ts');
        this.#onLoaded(null);
      } catch (error) {
        this.#onLoaded(error);
      }
    };
    setTimeout(() => void load(), LOAD_AFTER_MS).unref();
  }
}

/** The pattern that the candle this many places before the newest completes. */
function markAt(library: Library, series: CandleSeries, back: number): PatternMark | null {
  const window: Candle[] = [];
  for (let at = back + library.PATTERN_WINDOW - 1; at >= back; at -= 1) {
    const candle = series.at(at);
    if (candle) window.push(candle);
  }
  const pattern = library.findPattern(window);
  const openTime = series.openTimeAt(back);
  return pattern && { openTime, ...pattern };
}
