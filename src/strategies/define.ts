import type { Timeframe } from '../domain/time.ts';
import type { StrategyDefinition } from '../ports.ts';

/** Where candles mean something to a rule about closes; below a minute the spread rules. */
export const CANDLE_TIMEFRAMES: readonly Timeframe[] = [
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '1w',
];

/**
 * Forgets the type of a strategy's parameters, so that all fit into one list. Nothing is cast:
 * whatever comes in is parsed once more by the definition's own schema, which completes defaults
 * and throws a ZodError on anything else.
 */
export function defineStrategy<P>(definition: StrategyDefinition<P>): StrategyDefinition {
  const { params, higherTimeframes, chart, ...rest } = definition;
  return {
    ...rest,
    params,
    warmup: (raw) => definition.warmup(params.parse(raw)),
    ...(higherTimeframes && { higherTimeframes: (raw) => higherTimeframes(params.parse(raw)) }),
    ...(chart && { chart: (raw) => chart(params.parse(raw)) }),
    create: (raw, context) => definition.create(params.parse(raw), context),
  };
}
