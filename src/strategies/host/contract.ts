/** What a user's strategy file exports, what it is given, and what is known of it outside. */
import { z } from 'zod';
import { toNumber } from '../../domain/decimal.ts';
import { InputError } from '../../domain/errors.ts';
import { isTimeframe } from '../../domain/time.ts';
import { findIndicator, listIndicators } from '../../indicators/registry.ts';
import type { CandleIndicator, IndicatorParams } from '../../indicators/spec.ts';
import type { Strategy, StrategyDefinition } from '../../ports.ts';
import { comparePrices } from '../compare-prices.ts';
import { Cross } from '../cross.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from '../define.ts';

/**
 * Everything a user's strategy may use: the argument of its exported function, because a file of
 * one's own imports nothing (DECISIONS 4).
 */
export interface StrategyApi {
  /** The library of parameter schemas. */
  readonly z: typeof z;
  /** An indicator of `tapedeck indicators`, fed with candles. Throws InputError. */
  readonly indicator: (name: string, params?: IndicatorParams) => CandleIndicator;
  /** Tells when one line crosses another, from their difference candle by candle. */
  readonly cross: () => Cross;
  /** a − b, and 0 where only the rounding of floats could have made the difference. */
  readonly comparePrices: typeof comparePrices;
  /** Exact numbers of markets and orders, such as `market.tickSize`, as floats. */
  readonly toNumber: typeof toNumber;
}

/** What `strategy(api)` returns: a built-in's definition, where most may be left out. */
export type UserDefinition<P = unknown> = Pick<
  StrategyDefinition<P>,
  'name' | 'summary' | 'params' | 'warmup' | 'create'
> &
  Partial<StrategyDefinition<P>>;

/** Calls the exported function and completes what it returns. Throws InputError. */
export function toDefinition(exported: unknown): StrategyDefinition {
  if (typeof exported !== 'function') {
    throw new InputError('it exports no function "strategy": export const strategy = (api) => …');
  }
  const make = exported as (api: StrategyApi) => unknown;
  const given = make(API);
  const fault = faultOf(given);
  if (fault !== null) throw new InputError(`strategy(api): ${fault}`);
  const own = given as UserDefinition;
  return defineStrategy({
    ...own,
    timeframes: own.timeframes ?? CANDLE_TIMEFRAMES,
    canShort: own.canShort ?? false,
  });
}

const API: StrategyApi = { z, indicator, cross: () => new Cross(), comparePrices, toNumber };

function indicator(name: string, params: IndicatorParams = {}): CandleIndicator {
  const spec = findIndicator(name);
  if (spec === null) {
    const known = listIndicators().map((one) => one.name);
    throw new InputError(`indicator "${name}" is unknown; known: ${known.join(', ')}`);
  }
  const standard = Object.fromEntries(spec.params.map((one) => [one.name, one.default]));
  return spec.create({ ...standard, ...params });
}

const method = (name: string) =>
  z.custom<unknown>((value) => typeof value === 'function', `${name} is not a function`);

/** Functions are only looked at: a strategy's own code says what they do. */
const DEFINITION = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower case, such as my-cross')
    .max(40),
  summary: z.string().min(1).max(200),
  params: z.custom<z.ZodType>((value) => value instanceof z.ZodType, 'must be a schema of api.z'),
  timeframes: z.array(z.string().refine(isTimeframe, 'is no timeframe')).min(1).optional(),
  canShort: z.boolean().optional(),
  warmup: method('warmup'),
  higherTimeframes: method('higherTimeframes').optional(),
  worstCaseFraction: z.number().gt(0).max(1).optional(),
  chart: method('chart').optional(),
  create: method('create'),
});

function faultOf(given: unknown): string | null {
  const result = DEFINITION.safeParse(given);
  if (result.success) return null;
  const issue = result.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  return place === '' ? (issue?.message ?? 'no definition') : `${place}: ${issue?.message ?? ''}`;
}

/** What a strategy wants to hear of, by its methods. */
export interface Handlers {
  readonly trades: boolean;
  readonly book: boolean;
  readonly fill: boolean;
}

export const handlersOf = (strategy: Strategy): Handlers => ({
  trades: strategy.onTrades !== undefined,
  book: strategy.onBook !== undefined,
  fill: strategy.onFill !== undefined,
});
