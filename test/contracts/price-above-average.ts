import { z } from 'zod';
import { Sma } from '../../src/indicators/sma.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from '../../src/strategies/define.ts';

export const priceAboveAverage = defineStrategy({
  name: 'price-above-average',
  summary: 'Long while the close is above its average',
  params: z.strictObject({ period: z.int().min(2).max(500).default(50).describe('Candles.') }),
  timeframes: CANDLE_TIMEFRAMES,
  canShort: false,
  worstCaseFraction: 0.05,
  warmup: ({ period }) => period,
  create: ({ period }, { symbol }) => {
    const average = new Sma(period);
    return {
      onCandle({ candle }, view) {
        const mean = average.update(candle.close);
        if (mean === null) return undefined;
        const positionSide = candle.close > mean ? 'long' : 'flat';
        if ((positionSide === 'long') === view.expected > 0) return undefined;
        return [{ kind: 'target', symbol, positionSide, reason: `close ${candle.close}` }];
      },
      explain: () => ({ text: `average ${average.value ?? '-'}`, inputs: { mean: average.value } }),
    };
  },
});
