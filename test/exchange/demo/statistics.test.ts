import { describe, expect, test } from 'vitest';

import { DemoMarket } from '../../../src/exchange/demo/demo-market.ts';
import { DEMO_SYMBOLS } from '../../../src/exchange/demo/markets.ts';
import { DemoMinutes } from '../../../src/exchange/demo/minutes.ts';
import { DEMO_START } from '../../../src/exchange/demo/scenario.ts';

// Prints and candles without building events; that both show the same market is proved by
// scenario.test.ts ("history equals the candles built of the events").

const DAYS = 7;
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

const mean = (values: readonly number[]): number =>
  values.reduce((total, one) => total + one, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((one, i) => (one - meanA) * ((b[i] ?? NaN) - meanB)));
  const variance = (of: readonly number[], middle: number): number =>
    mean(of.map((one) => (one - middle) ** 2));
  return product / Math.sqrt(variance(a, meanA) * variance(b, meanB));
}

function kurtosis(values: readonly number[]): number {
  const middle = mean(values);
  const variance = mean(values.map((one) => (one - middle) ** 2));
  return mean(values.map((one) => (one - middle) ** 4)) / variance ** 2;
}

function absoluteMemory(values: readonly number[]): number {
  const sizes = values.map(Math.abs);
  return correlation(sizes.slice(1), sizes.slice(0, -1));
}

/** Minute log returns of every symbol over the week. */
function minuteReturns(seed: number): Map<string, number[]> {
  const second = DEMO_START / 1_000;
  const market = DemoMarket.start(seed, second);
  const minutes = new DemoMinutes(DAYS * 1_440);
  for (let i = 0; i < DAYS * 86_400; i++) {
    market.advance();
    minutes.close((market.nextSecond - 1) * 1_000);
    minutes.addSecond(market);
  }
  minutes.close(market.nextSecond * 1_000);
  const closes = Map.groupBy(minutes.newest(DAYS * 1_440), (event) => event.symbol);
  return new Map(
    [...closes].map(([symbol, events]) => [
      symbol,
      events.slice(1).map((one, i) => Math.log(one.candle.close / (events[i]?.candle.close ?? 0))),
    ]),
  );
}

describe('demo market over seven days', () => {
  test.each(SEEDS)('seed %i moves like a market', (seed) => {
    const returns = minuteReturns(seed);
    expect([...returns.keys()].sort()).toEqual([...DEMO_SYMBOLS].sort());
    for (const [symbol, values] of returns) {
      expect(values, symbol).toHaveLength(DAYS * 1_440 - 1);
      expect(kurtosis(values), `kurtosis of ${symbol}`).toBeGreaterThan(4);
      expect(absoluteMemory(values), `memory of sizes of ${symbol}`).toBeGreaterThan(0.1);
    }
    const [btc, eth, perpetual] = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT'].map(
      (symbol) => returns.get(symbol) ?? [],
    );
    const together = correlation(btc ?? [], eth ?? []);
    expect(together, 'BTC and ETH').toBeGreaterThan(0.4);
    expect(together, 'BTC and ETH').toBeLessThan(0.9);
    expect(correlation(btc ?? [], perpetual ?? []), 'spot and perpetual').toBeGreaterThan(0.95);
  });
});
