// What is free: holdings and entries at work take their part, an exit that rests gives none back.
import { expect, test } from 'vitest';

import { decimal, neg, toNumber } from '../../src/domain/decimal.ts';
import { required } from '../../src/domain/errors.ts';
import { freeAfterExits, freeFunds } from '../../src/engine/review-context.ts';
import { createMoneyState, keptLedgerOf } from '../../src/execution/money.ts';
import { isAlone } from '../../src/execution/orders.ts';
import { Desk, ETH, PERPETUAL, SPOT } from '../support/builders.ts';

test('I10: an entry at work has taken its price and its fee', () => {
  const desk = new Desk();
  desk.candle(100);
  desk.order({ type: 'limit', quantity: decimal('10'), price: decimal('50') });
  const taken = 500 * (1 + toNumber(SPOT.takerFeeRate));
  expect(freeFunds(desk.run.state)).toBeCloseTo(10_000 - taken, 6);
});

test('I10: a position of a perpetual keeps its margin', () => {
  const desk = new Desk({ markets: [PERPETUAL], model: { leverage: 5 } });
  desk.candle(100, PERPETUAL.symbol);
  desk.order({ symbol: PERPETUAL.symbol, quantity: decimal('2') });
  desk.candle(100, PERPETUAL.symbol);
  const { market } = desk.run.state;
  const symbol = required(market.symbols.get(PERPETUAL.symbol), PERPETUAL.symbol);
  expect(symbol.quantity).toBe(2);
  expect(market.equity - freeFunds(desk.run.state)).toBeCloseTo((2 * symbol.markPrice) / 5, 6);
});

test('I10: an exit that rests brings nothing back yet', () => {
  const desk = new Desk();
  desk.candle(100);
  desk.order({ quantity: decimal('2') });
  desk.candle(100);
  desk.order({ side: 'sell', type: 'limit', quantity: decimal('2'), price: decimal('200') });
  const { state } = desk.run;
  const [exit] = state.money.working.values();
  expect(exit).toMatchObject({ role: 'exit', type: 'limit' });
  const symbol = required(state.market.symbols.get(SPOT.symbol), SPOT.symbol);
  expect(freeAfterExits(state, symbol)).toBe(freeFunds(state));
});

test('a ledger is alone unless another one holds the other side of its symbol', () => {
  const money = createMoneyState();
  const own = keptLedgerOf(money, { strategyId: 'a', symbol: SPOT.symbol });
  const other = keptLedgerOf(money, { strategyId: 'b', symbol: SPOT.symbol });
  own.position.quantity = decimal('2');
  expect(isAlone(money, own)).toBe(true);
  other.position.quantity = decimal('1');
  expect(isAlone(money, own)).toBe(true);
  other.position.quantity = neg(decimal('1'));
  expect(isAlone(money, own)).toBe(false);
  other.position.quantity = decimal('0');
  keptLedgerOf(money, { strategyId: 'b', symbol: ETH.symbol }).position.quantity = neg(
    decimal('9'),
  );
  expect(isAlone(money, own)).toBe(true);
});
