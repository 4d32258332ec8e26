import type { Candle } from '../domain/candle.ts';

/** (high + low + close) / 3 in quote per base. */
export function typicalPrice(candle: Candle): number {
  return (candle.high + candle.low + candle.close) / 3;
}
