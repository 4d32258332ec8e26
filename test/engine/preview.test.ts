// The figures of a ticket, against hand-made books and against what the order then does.
import { describe, expect, test } from 'vitest';

import type { Ticket } from '../../src/domain/command.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { previewTicket } from '../../src/engine/preview.ts';
import { Desk, ETH, PERPETUAL, market, ticket } from '../support/builders.ts';

const FEES = { takerFeeRate: decimal('0.001'), makerFeeRate: decimal('0.0004') };
const preview = (desk: Desk, change: Partial<Ticket>) =>
  previewTicket(desk.run.context, ticket(change));
const size = (text: string) => ({ quantity: decimal(text) });

/** A market whose last price is known, with three levels on each side. */
function bookDesk(options: ConstructorParameters<typeof Desk>[0] = {}): Desk {
  const desk = new Desk({ markets: [market(FEES)], ...options });
  const time = desk.run.state.market.now + 1;
  const trades = [{ time, price: 100, quantity: 1, side: 'buy' }] as const;
  desk.drive({ kind: 'trades', symbol: 'BTC/USDT', time, trades });
  desk.book([[99, 1], [98, 2], [96, 5]], [[101, 1], [102, 2], [104, 5]]); // prettier-ignore
  return desk;
}

describe('slippage', () => {
  test.each(['0.5', '1', '2', '3', '7.5', '8'])('of a market buy of %s is what it pays', (text) => {
    const desk = bookDesk();
    const told = preview(desk, size(text)).slippageBps;
    desk.order(size(text));
    const [first] = desk.of('fill');
    const paid = desk.of('fill').map((fill) => toNumber(fill.price) * toNumber(fill.quantity));
    const average = paid.reduce((a, b) => a + b, 0) / Number(text);
    expect(told).toBeCloseTo((average / toNumber(first?.price ?? decimal('1')) - 1) * 10_000, 6);
  });

  test('of a sell counts down the bids; beyond what the book shows nobody knows', () => {
    const desk = bookDesk();
    desk.order(size('4'));
    // 1 at 99, 2 at 98, 1 at 96: 391 for 4, 97.75 each.
    const sell = preview(desk, { side: 'sell', ...size('4') });
    expect(sell.slippageBps).toBeCloseTo((1 - 97.75 / 99) * 10_000, 9);
    expect(preview(desk, size('40')).slippageBps).toBeNull();
    expect(preview(new Desk(), size('1')).slippageBps).toBeNull();
  });
});

test('notional, fee and risk to the stop are those of the price it asks for', () => {
  const desk = bookDesk();
  const limit = { type: 'limit', price: decimal('90'), stopPrice: decimal('85') } as const;
  expect(preview(desk, { ...limit, ...size('2') })).toMatchObject({
    notional: 180,
    feeKind: 'maker',
    fee: 180 * 0.0004,
    margin: null,
    riskQuote: 10,
    riskFraction: 10 / 10_000,
  });
  expect(preview(desk, size('2'))).toMatchObject({
    notional: 202,
    feeKind: 'taker',
    fee: 202 * 0.001,
    riskQuote: null,
    riskFraction: null,
  });
});

describe('exposure after the fill', () => {
  /** Gross of positions alone at their marks, as a fraction of equity. */
  const grossNow = (desk: Desk): number =>
    makeView(desk.run.state).positions.reduce((sum, one) => sum + (one.exposureFraction ?? 0), 0);

  test.each([
    { side: 'buy', ...size('3') },
    { side: 'sell', ...size('3') },
    { side: 'sell', ...size('10') },
  ] as const)('of $side is what is there once it has filled', (order) => {
    const { symbol } = PERPETUAL;
    const desk = new Desk({ markets: [PERPETUAL, ETH], model: { leverage: 5 } });
    desk.candle(50, ETH.symbol);
    desk.order({ symbol: ETH.symbol, ...size('20') });
    desk.candle(50, ETH.symbol);
    desk.candle(100, symbol);
    desk.order({ symbol, ...size('10') });
    desk.candle(100, symbol);
    const told = preview(desk, { symbol, ...order }).grossAfterFraction;
    desk.order({ symbol, ...order });
    desk.candle(100, symbol);
    expect(told).toBeCloseTo(grossNow(desk), 9);
  });

  test('of an exit far from the market goes by what is held, not by its price', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order(size('10'));
    desk.candle(100);
    const exit = { side: 'sell', type: 'limit', price: decimal('180'), ...size('5') } as const;
    // 500 of 1,000 at 100 stay, of 10,000.
    expect(preview(desk, exit)).toMatchObject({
      grossAfterFraction: 0.05,
      riskQuote: 0,
      riskFraction: 0,
    });
  });

  test('is what the rule that limits it measures', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('90'), ...size('10') });
    const told = preview(desk, size('5'));
    const verdict = told.verdicts.find(({ code }) => code === 'EXPOSURE_GROSS');
    expect(told.grossAfterFraction).toBeCloseTo(0.09 + 0.05, 9);
    expect(verdict?.value).toBeCloseTo(0.14, 9);
  });

  test('takes margin only where it opens', () => {
    const { symbol } = PERPETUAL;
    const desk = new Desk({ markets: [PERPETUAL], model: { leverage: 5 } });
    desk.candle(100, symbol);
    expect(preview(desk, { symbol, ...size('10') }).margin).toBe(200);
    desk.order({ symbol, ...size('10') });
    desk.candle(100, symbol);
    expect(preview(desk, { symbol, side: 'sell', ...size('10') }).margin).toBeNull();
  });
});
