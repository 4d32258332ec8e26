import type { Candle } from '../domain/candle.ts';
import type { Indicator } from './indicator.ts';

/** One number a user may set. */
export interface IndicatorParam {
  readonly name: string;
  readonly description: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** A complete set of parameters by name, as parseIndicatorParams makes it. */
export type IndicatorParams = Readonly<Record<string, number>>;

/**
 * One number, or several by name; a named one is null while it has nothing to say (swing). Output
 * types of indicators are type aliases, not interfaces, so that they count as such a record.
 */
export type IndicatorOutput = number | Readonly<Record<string, number | null>>;

/** An indicator as the command line and the chart know it: fed with candles. */
export type CandleIndicator = Indicator<Candle, IndicatorOutput>;

/** One entry of the registry. */
export interface IndicatorSpec {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly IndicatorParam[];
  /** Names of the output's fields; empty where the output is one number. */
  readonly outputs: readonly string[];
  /** Outputs a chart draws, where it is not all of them. */
  readonly drawn?: readonly string[];
  /** Drawn over the candles, or on a scale of its own. */
  readonly scale: 'price' | 'own';
  /** What is wrong with a combination of parameters that are fine one by one; null if nothing. */
  readonly fault?: (params: IndicatorParams) => string | null;
  /** Throws where a parameter is missing or unusable; parse them first. */
  readonly create: (params: IndicatorParams) => CandleIndicator;
}
