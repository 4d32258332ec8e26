import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { Desk, ETH, PERPETUAL, SPOT, market, request } from '../support/builders.ts';

const SOL = market({ symbol: 'SOL/USDT', base: 'SOL' });

/** A market of so many minutes in which ETH goes with BTC, and SOL its own way. */
function moved(minutes: number, limits: { clusterExposureFraction?: number } = {}) {
  const desk = new Desk({
    markets: [SPOT, ETH, SOL],
    limits: { clusterCorrelation: 0.8, ...limits },
  });
  for (let n = 0; n < minutes; n += 1) {
    const wave = Math.sin(n / 3) / 100;
    const own = Math.cos(n * 1.7) / 100;
    // All three speak of the same minute.
    const time = desk.run.state.market.now + 60_000;
    for (const [symbol, price] of [
      [SPOT.symbol, 100 * (1 + wave)],
      [ETH.symbol, 10 * (1 + 0.9 * wave + 0.0001 * (n % 2))],
      [SOL.symbol, 1 * (1 + own)],
    ] as const) {
      const candle = { open: price, high: price, low: price, close: price, volume: 1 };
      desk.drive({
        kind: 'candle',
        symbol,
        time,
        timeframe: '1m',
        candle: { openTime: time - 60_000, ...candle },
      });
    }
  }
  return desk;
}

const buy = (desk: Desk, symbol: string, quote: number): void => {
  const price = desk.run.state.market.symbols.get(symbol)?.lastPrice ?? 1;
  desk.order({ symbol, quantity: decimal((quote / price).toFixed(3)) });
};
const clusterVerdict = (desk: Desk, symbol: string) =>
  desk.run.context
    .review(request({ strategyId: 'x', symbol, quantity: decimal('0.001') }))
    .verdicts.find(({ code }) => code === 'CLUSTER_EXPOSURE');

describe('markets that move together', () => {
  test('share one limit: what the first uses is not there for the second', () => {
    const desk = moved(100, { clusterExposureFraction: 0.5 });
    buy(desk, SPOT.symbol, 3000);
    buy(desk, ETH.symbol, 2500);
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({
        code: 'CLUSTER_EXPOSURE',
        symbol: ETH.symbol,
        limit: 0.5,
        setting: 'risk.clusterExposureFraction',
      }),
    ]);
    expect(desk.of('denied')[0]?.value).toBeCloseTo(0.55, 3);
    buy(desk, ETH.symbol, 1900);
    buy(desk, SOL.symbol, 4900);
    expect(desk.of('denied'), 'the rest has room, and SOL goes its own way').toHaveLength(1);
  });

  test('are shown with what they may reach, orders at work included', () => {
    const desk = moved(100);
    buy(desk, SPOT.symbol, 3000);
    buy(desk, ETH.symbol, 1000);
    buy(desk, SOL.symbol, 500);
    const { clusters, limits } = makeView(desk.run.state);
    expect(clusters.map(({ symbols }) => symbols)).toEqual([[SPOT.symbol, ETH.symbol]]);
    expect(clusters[0]?.exposureFraction).toBeCloseTo(0.4, 3);
    const limit = limits.find(({ code }) => code === 'CLUSTER_EXPOSURE');
    expect(limit?.value).toBeCloseTo(0.4, 3);
  });

  test('a hedge within a cluster makes it smaller', () => {
    const perpetual = market({ ...PERPETUAL, symbol: 'BTC/USDT:USDT' });
    const desk = new Desk({
      markets: [SPOT, perpetual],
      limits: { clusterExposureFraction: 0.35 },
    });
    for (let n = 0; n < 100; n += 1) {
      const price = 100 + Math.sin(n);
      const time = desk.run.state.market.now + 60_000;
      for (const { symbol } of [SPOT, perpetual]) {
        const candle = { open: price, high: price, low: price, close: price, volume: 1 };
        const openTime = time - 60_000;
        desk.drive({
          kind: 'candle',
          symbol,
          time,
          timeframe: '1m',
          candle: { openTime, ...candle },
        });
      }
    }
    buy(desk, SPOT.symbol, 3000);
    desk.candle(100);
    desk.order({ symbol: perpetual.symbol, side: 'sell', quantity: decimal('30') });
    expect(desk.of('denied')).toEqual([]);
    desk.order({ symbol: perpetual.symbol, side: 'buy', quantity: decimal('6') });
    expect(desk.denials()).toEqual(['CLUSTER_EXPOSURE']);
  });

  test('nothing is denied for what is not known yet, and the verdict says so', () => {
    const desk = moved(50, { clusterExposureFraction: 0.5 });
    buy(desk, SPOT.symbol, 3000);
    buy(desk, ETH.symbol, 3000);
    expect(desk.of('denied')).toEqual([]);
    expect(clusterVerdict(desk, ETH.symbol)).toMatchObject({
      ok: true,
      value: 'not known yet',
      limit: `more shared candles with ${SPOT.symbol}`,
    });
    expect(makeView(desk.run.state).clusters).toEqual([]);
  });
});
