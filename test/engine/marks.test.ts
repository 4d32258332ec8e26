import { describe, expect, it } from 'vitest';
import { Desk, PERPETUAL, hold, puppet } from '../support/builders.ts';

describe('valuing a fill inside a candle', () => {
  it('sees no profit in a gap between the close it decided at and the open it filled at', () => {
    const strategy = puppet();
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [{ id: 'one', puppet: strategy, symbol: PERPETUAL.symbol }],
    });
    desk.candle(100, PERPETUAL.symbol);
    strategy.next = [hold('short', { symbol: PERPETUAL.symbol })];
    desk.candle(100, PERPETUAL.symbol);
    desk.candle([140, 140, 140, 140], PERPETUAL.symbol);
    expect(desk.held('one', PERPETUAL.symbol)).toBe(-1);
    const { market } = desk.run.state;
    expect(market.equity).toBe(10_000);
    expect(market.peak, 'a short opened at 140 and marked at 100 would raise the peak').toBe(
      10_000,
    );
    expect(market.maxDrawdownFraction).toBe(0);
  });
});

describe('valuing a fill at a close', () => {
  it('marks the position at the close, so that its spread and slippage are seen at once', () => {
    const strategy = puppet();
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [{ id: 'one', puppet: strategy, symbol: PERPETUAL.symbol }],
      model: { fill: 'close', spreadFraction: 0.01, slippageBps: 100 },
    });
    desk.candle(100, PERPETUAL.symbol);
    strategy.next = [hold('long', { symbol: PERPETUAL.symbol })];
    desk.candle(100, PERPETUAL.symbol);
    expect(desk.held('one', PERPETUAL.symbol)).toBe(1);
    const { market } = desk.run.state;
    expect(market.symbols.get(PERPETUAL.symbol)?.markPrice).toBe(100);
    expect(market.equity, 'bought at 102.01').toBeCloseTo(10_000 - 2.01, 9);
  });
});
