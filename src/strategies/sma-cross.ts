import { Sma } from '../indicators/sma.ts';
import { AverageCross, averageCrossParams } from './average-cross.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';

/**
 * Long after the fast simple average crossed above the slow one, out or short after it crossed
 * below. With direction `both` it is always in the market after the first cross.
 *
 * Worst case 5 %: there is no stop, but with windows of minutes to hours the averages turn within
 * a few candles of a move that size. On daily candles attach a stop instead of trusting it.
 */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  summary: 'Follows the cross of two simple moving averages of the close',
  params: averageCrossParams({ name: 'SMA', fast: 10, slow: 30 }),
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // The slow average needs `slow` candles, and a cross compares two of its values.
  warmup: (params) => params.slow + 1,
  worstCaseFraction: 0.05,
  chart: ({ fast, slow }) =>
    [fast, slow].map((period) => ({ indicator: 'sma', params: { period } })),
  create: (params, context) =>
    new AverageCross({ name: 'SMA', average: (period) => new Sma(period), params }, context),
});
