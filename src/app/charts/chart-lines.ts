/** Indicator values along the candles of a chart. */
import type { Candle } from '../../domain/candle.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../../domain/time.ts';
import type { StrategyRuntime } from '../../engine/state.ts';
import { findIndicator } from '../../indicators/registry.ts';
import type {
  CandleIndicator,
  IndicatorOutput,
  IndicatorParams,
  IndicatorSpec,
} from '../../indicators/spec.ts';
import type { CandleSeries } from '../../market/series.ts';
import { KEPT_CANDLES, type SymbolCandles } from './chart-history.ts';
import type { ChartLine } from '../session-types.ts';

/** The candles that are shown, and what is drawn along them. */
export interface LinesRequest {
  readonly history: SymbolCandles;
  readonly timeframe: Timeframe;
  readonly candles: readonly Candle[];
  /** The newest candle is still forming. */
  readonly forming: boolean;
  /** The strategy on this symbol; null for none. */
  readonly runtime: StrategyRuntime | null;
  /** Catalog names, with their default parameters. */
  readonly indicators: readonly string[];
}

interface Wanted {
  readonly spec: IndicatorSpec;
  readonly params: IndicatorParams;
  /** Whose candles it is fed with. */
  readonly timeframe: Timeframe;
}

/**
 * Lines of a chart. Each indicator is fed once with every finished candle there is, so its values
 * begin long before the first candle shown; the forming candle is tried on a fresh instance, which
 * costs a pass over the kept candles. A strategy's indicators are of its own timeframe: on another
 * one a candle shows the newest value that was known at its close.
 */
export class ChartLines {
  #tracks = new Map<string, Track>();
  /** Copies of the kept candles, made anew when one was added. */
  #kept = new Map<CandleSeries, KeptCandles>();

  lines(of: LinesRequest): readonly ChartLine[] {
    const used = new Map<string, Track>();
    const kept = new Map<CandleSeries, KeptCandles>();
    const lines = wantedOf(of).flatMap((wanted) => {
      const series = of.history.series(wanted.timeframe);
      const key = `${wanted.timeframe} ${wanted.spec.name} ${JSON.stringify(wanted.params)}`;
      if (series === null || used.has(key)) return [];
      const known = this.#tracks.get(key);
      const track = known?.series === series ? known : new Track(series, wanted);
      used.set(key, track);
      track.catchUp();
      const open = of.forming ? of.history.forming(wanted.timeframe) : null;
      if (open === null) return linesOf(of, wanted, { track });
      const copy = kept.get(series) ?? this.#kept.get(series);
      const candles = copy?.total === series.total ? copy : copyOf(series);
      kept.set(series, candles);
      return linesOf(of, wanted, { track, newest: tryOut(wanted, [...candles.candles, open]) });
    });
    // What is not drawn any more is forgotten.
    this.#tracks = used;
    this.#kept = kept;
    return [...lines, ...levelLines(of)];
  }
}

/** The strategy's own indicators, then those asked for by name. */
function wantedOf({ runtime, indicators, timeframe }: LinesRequest): readonly Wanted[] {
  const own = runtime?.definition.chart?.(runtime.params) ?? [];
  const ofStrategy = own.flatMap(({ indicator, params }) => {
    const spec = findIndicator(indicator);
    return spec && runtime ? { spec, params, timeframe: runtime.timeframe } : [];
  });
  const byName = indicators.flatMap((name) => {
    const spec = findIndicator(name);
    if (spec === null) return [];
    const params = Object.fromEntries(spec.params.map((one) => [one.name, one.default]));
    return { spec, params, timeframe };
  });
  return [...ofStrategy, ...byName];
}

interface KeptCandles {
  readonly total: number;
  readonly candles: readonly Candle[];
}

const copyOf = (series: CandleSeries): KeptCandles => {
  return { total: series.total, candles: series.newest(Infinity) };
};

/** What an indicator would say if the last of these candles ended as it is now. */
function tryOut({ spec, params }: Wanted, candles: readonly Candle[]): IndicatorOutput | null {
  const indicator = spec.create(params);
  for (const candle of candles) indicator.update(candle);
  return indicator.value;
}

/** One line per output that is drawn. */
function linesOf(
  of: LinesRequest,
  wanted: Wanted,
  from: { readonly track: Track; readonly newest?: IndicatorOutput | null },
): readonly ChartLine[] {
  const { spec, params, timeframe } = wanted;
  const { track, newest } = from;
  const places = placesOf(of, track, timeframe);
  const words = [nameOf(spec), ...spec.params.map(({ name }) => String(params[name]))];
  if (timeframe !== of.timeframe) words.push(timeframe);
  const outputs = spec.outputs.length === 0 ? [null] : (spec.drawn ?? spec.outputs);
  return outputs.map((output) => {
    const values = places.map((place) => valueOf(track.values[place], output));
    if (newest !== undefined && values.length > 0)
      values[values.length - 1] = valueOf(newest, output);
    return {
      label: output === null ? words.join(' ') : `${words.join(' ')} ${output}`,
      scale: spec.scale,
      values,
    };
  });
}

/** For each candle shown, the place of the newest value that was known at its close; else -1. */
function placesOf(of: LinesRequest, track: Track, timeframe: Timeframe): readonly number[] {
  const closeAfter = timeframeMs(of.timeframe);
  const knownAfter = timeframeMs(timeframe);
  let place = -1;
  return of.candles.map(({ openTime }) => {
    const close = openTime + closeAfter;
    while ((track.openTimes[place + 1] ?? Infinity) + knownAfter <= close) place += 1;
    return place;
  });
}

/** Prices the strategy waits at now, along all candles. */
function levelLines({ runtime, candles }: LinesRequest): readonly ChartLine[] {
  const levels = runtime?.strategy.levels?.() ?? [];
  return levels.map(({ label, price }) => {
    return { label, scale: 'price', values: candles.map(() => price) };
  });
}

function valueOf(output: IndicatorOutput | null | undefined, name: string | null): number | null {
  if (output === null || output === undefined) return null;
  if (typeof output === 'number') return output;
  return name === null ? null : (output[name] ?? null);
}

/** Abbreviations in capitals, words as words: `SMA`, `Standard deviation`. */
function nameOf({ name }: IndicatorSpec): string {
  if (name.length <= 4) return name.toUpperCase();
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

/** One indicator along the finished candles of one series. */
class Track {
  readonly series: CandleSeries;
  /** Of every candle fed, oldest first. */
  openTimes: EpochMs[] = [];
  values: (IndicatorOutput | null)[] = [];
  readonly #wanted: Wanted;
  #indicator: CandleIndicator;
  /** Candles the series had ever been given when this one was fed last. */
  #total: number;

  constructor(series: CandleSeries, wanted: Wanted) {
    this.series = series;
    this.#wanted = wanted;
    this.#indicator = wanted.spec.create(wanted.params);
    this.#total = series.total - series.length;
  }

  /** Feeds the candles that finished since the last call. */
  catchUp(): void {
    const missing = this.series.total - this.#total;
    if (missing > this.series.length) this.#startAgain();
    for (const candle of this.series.newest(this.series.total - this.#total)) {
      this.openTimes.push(candle.openTime);
      this.values.push(this.#indicator.update(candle));
    }
    this.#total = this.series.total;
    if (this.values.length <= 2 * KEPT_CANDLES) return;
    this.openTimes = this.openTimes.slice(-KEPT_CANDLES);
    this.values = this.values.slice(-KEPT_CANDLES);
  }

  /** More candles finished than are kept: what came between is not known. */
  #startAgain(): void {
    this.#indicator = this.#wanted.spec.create(this.#wanted.params);
    this.openTimes = [];
    this.values = [];
    this.#total = this.series.total - this.series.length;
  }
}
