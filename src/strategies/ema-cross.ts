import { Ema } from '../indicators/ema.ts';
import { AverageCross, averageCrossParams } from './average-cross.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';

/**
 * Like sma-cross, with exponential averages: they weigh the newest candles more and turn sooner.
 *
 * Worst case 5 %, as for sma-cross: after an adverse move of that size on intraday candles the
 * fast average has long crossed back.
 */
export const emaCross = defineStrategy({
  name: 'ema-cross',
  summary: 'Follows the cross of two exponential moving averages of the close',
  params: averageCrossParams({ name: 'EMA', fast: 12, slow: 26 }),
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // The slow average needs `slow` candles, and a cross compares two of its values.
  warmup: (params) => params.slow + 1,
  worstCaseFraction: 0.05,
  chart: ({ fast, slow }) =>
    [fast, slow].map((period) => ({ indicator: 'ema', params: { period } })),
  create: (params, context) =>
    new AverageCross({ name: 'EMA', average: (period) => new Ema(period), params }, context),
});
