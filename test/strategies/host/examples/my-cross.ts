import type { StrategyApi } from '../../../../src/strategies/host/contract.ts';
import type { Strategy, StrategyContext } from '../../../../src/ports.ts';

/** Long while the fast average is above the slow one: from cross to cross. */
export const strategy = ({ z, indicator, cross, comparePrices }: StrategyApi) => ({
  name: 'my-cross',
  summary: 'Long after the fast average crossed above the slow one',
  params: z.strictObject({
    fast: z.int().min(1).max(500).default(10).describe('candles of the fast average'),
    slow: z.int().min(2).max(500).default(30).describe('candles of the slow average'),
  }),
  worstCaseFraction: 0.05,
  warmup: ({ slow }: Params) => slow + 1,
  create({ fast, slow }: Params, { symbol }: StrategyContext): Strategy {
    const fastLine = indicator('sma', { period: fast });
    const slowLine = indicator('sma', { period: slow });
    const crossing = cross();
    const value = (line: typeof fastLine) => (typeof line.value === 'number' ? line.value : null);
    return {
      onCandle({ candle }, view) {
        fastLine.update(candle);
        slowLine.update(candle);
        const [a, b] = [value(fastLine), value(slowLine)];
        if (a === null || b === null) return undefined;
        const way = crossing.update(comparePrices(a, b));
        if (way === 0 || way > 0 === view.expected > 0) return undefined;
        const positionSide = way > 0 ? 'long' : 'flat';
        return [
          { kind: 'target', symbol, positionSide, reason: `averages crossed ${crossing.word}` },
        ];
      },
      explain: () => ({
        text: `fast is ${crossing.word}`,
        inputs: { fast: value(fastLine), slow: value(slowLine) },
      }),
    };
  },
});

interface Params {
  readonly fast: number;
  readonly slow: number;
}
