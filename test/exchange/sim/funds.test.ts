import { describe, expect, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import { Harness, PERPETUAL, SPOT } from './harness.ts';

const PERP = { symbol: PERPETUAL.symbol } as const;

const balance = (of: Harness, asset: string): string =>
  toText(of.venue.report().balances.get(asset) ?? decimal('0'));
const position = (of: Harness, symbol: string): string =>
  toText(of.venue.report().positions.get(symbol) ?? decimal('0'));

describe('spot funds', () => {
  test('resting orders hold them with the fee, and give them back', () => {
    const harness = new Harness({ balances: { USDT: '150' } });
    const first = harness.submit({ type: 'limit', price: '100' });
    harness.submit({ type: 'limit', price: '100' });
    expect(harness.rejection()?.reason).toBe('needs 100.1 USDT, free 49.9');
    harness.cancel(first);
    expect(harness.submit({ type: 'limit', price: '100' }).status).toBe('accepted');
  });

  test('a market order that cannot be paid at its fill is refused there', () => {
    const harness = new Harness({ balances: { USDT: '100' } });
    const order = harness.submit({});
    expect(order.status).toBe('accepted');
    harness.candle([100, 100, 100, 100]);
    expect(harness.rejection()).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(balance(harness, 'USDT')).toBe('100');
  });

  test('one to be cut buys what free funds pay, amended before it fills', () => {
    const harness = new Harness({ balances: { USDT: '100' } });
    harness.submit({ quantity: '5', cutToFunds: true });
    harness.candle([100, 100, 100, 100]);
    expect(harness.kinds()).toEqual(['accepted', 'amended', 'fill']);
    // 100 / (100 × 1.001) = 0.99900…, down to the step.
    expect(toText(harness.fills()[0]?.quantity ?? SPOT.stepSize)).toBe('0.999');
    expect(balance(harness, 'USDT')).toBe('0.0001');
  });

  test('one to be cut is not cut when it can be paid, and refused when nothing can', () => {
    const harness = new Harness({ balances: { USDT: '1000' } });
    harness.submit({ quantity: '5', cutToFunds: true });
    harness.candle([100, 100, 100, 100]);
    expect(harness.kinds()).toEqual(['accepted', 'fill']);
    const poor = new Harness({ balances: { USDT: '4' } });
    poor.submit({ quantity: '5', cutToFunds: true });
    poor.candle([100, 100, 100, 100]);
    expect(poor.rejection()?.code).toBe('MIN_NOTIONAL');
  });

  test('one to be cut walks the book with what it has', () => {
    const harness = new Harness({ balances: { USDT: '250' } });
    harness.book([[99, 1]], [[100, 1], [110, 5]]); // prettier-ignore
    const order = harness.submit({ quantity: '4', cutToFunds: true });
    expect(order.status).toBe('filled');
    expect(Number(balance(harness, 'USDT'))).toBeGreaterThanOrEqual(0);
    expect(harness.fills()).toHaveLength(2);
  });

  test('an exit and the entry after it fill at one open: the exit pays for the entry', () => {
    const harness = new Harness({ balances: { USDT: '100' } });
    harness.submit({ quantity: '5', cutToFunds: true });
    harness.candle([100, 100, 100, 100]);
    harness.submit({ side: 'sell', quantity: '0.999', reduceOnly: true, role: 'exit' });
    harness.submit({ quantity: '5', cutToFunds: true });
    harness.candle([100, 100, 100, 100]);
    expect(harness.fills().map((fill) => fill.side)).toEqual(['buy', 'sell', 'buy']);
  });
});

describe('perpetual margin', () => {
  test('is notional over leverage, with the fee', () => {
    const harness = new Harness({ model: { leverage: 10 }, balances: { USDT: '100' } });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, type: 'limit', price: '100', quantity: '10' });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
    expect(harness.submit({ ...PERP, type: 'limit', price: '100', quantity: '9.9' }).status).toBe(
      'accepted',
    );
  });

  test('of buys and sells only the worse side counts', () => {
    const harness = new Harness({ balances: { USDT: '101' } });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, type: 'limit', price: '100' });
    harness.submit({ ...PERP, type: 'limit', price: '100', side: 'sell' });
    expect(harness.rejection()).toBeUndefined();
    harness.submit({ ...PERP, type: 'limit', price: '100', side: 'sell' });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
  });

  test('reducing needs none, reversing needs it for what is new', () => {
    const harness = new Harness({ balances: { USDT: '101' } });
    harness.submit(PERP);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, side: 'sell', quantity: '3' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
    harness.submit({ ...PERP, side: 'sell', quantity: '1.9' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    expect(position(harness, PERPETUAL.symbol)).toBe('-0.9');
  });

  test('an order to be cut takes free × leverage / (price × (1 + fee × leverage))', () => {
    const harness = new Harness({ model: { leverage: 10 }, balances: { USDT: '100' } });
    harness.submit({ ...PERP, quantity: '50', cutToFunds: true });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    expect(position(harness, PERPETUAL.symbol)).toBe('9.9009');
  });

  test('losses stop new exposure', () => {
    const harness = new Harness({ model: { leverage: 10 }, balances: { USDT: '100' } });
    harness.submit({ ...PERP, quantity: '5' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.candle([82, 82, 82, 82], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, type: 'limit', price: '80' });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
  });

  test('losses and margin of a perpetual are not there for a spot order', () => {
    const harness = new Harness({ balances: { USDT: '200' } });
    harness.submit(PERP);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.candle([90, 90, 90, 90], { symbol: PERPETUAL.symbol });
    harness.submit({ type: 'limit', price: '100' });
    // 199.9 less the loss of 10 and the margin of 90.
    expect(harness.rejection()?.reason).toBe('needs 100.1 USDT, free 99.9');
  });

  test('markets share it', () => {
    const other = { ...PERPETUAL, symbol: 'ETH/USDT:USDT', base: 'ETH' };
    const harness = new Harness({ markets: [PERPETUAL, other], balances: { USDT: '150' } });
    harness.submit(PERP);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ symbol: other.symbol });
    harness.candle([100, 100, 100, 100], { symbol: other.symbol });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
  });

  test('of a stop entry is reserved for it and pays for it', () => {
    const harness = new Harness({ balances: { USDT: '101' } });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, type: 'stop', triggerPrice: '100.5' });
    harness.candle([100, 101, 100, 101], { symbol: PERPETUAL.symbol });
    expect(position(harness, PERPETUAL.symbol)).toBe('1');
  });

  test('an order that takes back what is open may rest without any', () => {
    const harness = new Harness({ balances: { USDT: '100.2' } });
    harness.submit(PERP);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.candle([60, 60, 60, 60], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, type: 'limit', price: '101', side: 'sell' });
    expect(harness.rejection()).toBeUndefined();
  });

  test('a reversal to be cut closes first and opens with the rest', () => {
    const harness = new Harness({ balances: { USDT: '1000' } });
    harness.submit(PERP);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit({ ...PERP, side: 'sell', quantity: '50', cutToFunds: true });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    // (999.9 - 0.1) / 100.1 = 9.98801…, down to the step.
    expect(position(harness, PERPETUAL.symbol)).toBe('-9.988');
  });

  test('the market caps the leverage', () => {
    const harness = new Harness({ model: { leverage: 1000 }, balances: { USDT: '100' } });
    harness.submit({ ...PERP, quantity: '21' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_MARGIN');
  });
});

describe('funding', () => {
  test('is no matter of spot markets', () => {
    const harness = new Harness();
    harness.submit({});
    harness.candle([100, 100, 100, 100]);
    harness.take();
    const { symbol } = SPOT;
    harness.market({ kind: 'mark', symbol, time: 0, markPrice: 100, fundingRate: 0.01 });
    expect(harness.kinds()).toEqual([]);
  });

  const mark = (harness: Harness, fundingRate: number | null): void =>
    harness.market({ kind: 'mark', ...PERP, time: 0, markPrice: 200.5, fundingRate });

  test.each([
    ['buy', 0.0001, '0.0401'],
    ['sell', 0.0001, '-0.0401'],
    ['buy', -0.0001, '-0.0401'],
  ] as const)('a %s at rate %d pays %s', (side, rate, paid) => {
    const harness = new Harness();
    mark(harness, rate);
    harness.submit({ ...PERP, side, quantity: '2' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    const before = Number(balance(harness, 'USDT'));
    harness.take();
    mark(harness, null);
    mark(harness, rate);
    const [record, ...more] = harness.take();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ kind: 'funding', asset: 'USDT', rate, amount: decimal(paid) });
    expect(Number(balance(harness, 'USDT'))).toBeCloseTo(before - Number(paid), 12);
  });
});
