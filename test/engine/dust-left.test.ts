// A fee in coins leaves a rest that no order can close: the next holding does not inherit from it.
import { expect, test } from 'vitest';

import { ZERO, decimal, toText } from '../../src/domain/decimal.ts';
import { SPOT } from '../support/builders.ts';
import { Outside } from './outside.ts';

/** Bought at 100 with stop and target, closed but for the half step that the fee left. */
function withRest(): Outside {
  const at = Outside.ready();
  const entry = at.order({ stopPrice: decimal('95'), targetPrice: decimal('110') });
  at.accept(entry);
  at.fill(entry, { fee: '0.0005', feeAsset: SPOT.base, feeQuote: '0.05' });
  at.command({ kind: 'closePosition', symbol: SPOT.symbol, pressId: 'x' });
  const exit = at.working().find(({ role }) => role === 'exit');
  if (!exit) throw new Error('no exit');
  at.accept(exit);
  at.fill(exit, { quantity: '0.999' });
  for (const { id: orderId } of at.working()) {
    at.tell({ kind: 'canceled', orderId, reason: 'asked for' });
  }
  return at;
}

const levels = (at: Outside): string[] =>
  at
    .working()
    .filter(({ role }) => role === 'protective')
    .map(({ type, triggerPrice, price }) => `${type} ${toText(triggerPrice ?? price ?? ZERO)}`);

test('a new holding has the stop of its own entry, not one above its price', () => {
  const at = withRest();
  at.candle(80);
  const entry = at.order({ stopPrice: decimal('75') });
  at.accept(entry);
  at.fill(entry, { price: '80' });
  expect(levels(at)).toEqual(['stop 75']);
});

test('a new holding without stop and target gets none', () => {
  const at = withRest();
  at.candle(120);
  const entry = at.order();
  at.accept(entry);
  at.fill(entry, { price: '120' });
  expect(levels(at)).toEqual([]);
});

test('a holding that grows keeps its stop', () => {
  const at = Outside.ready();
  const first = at.order({ stopPrice: decimal('95') });
  at.accept(first);
  at.fill(first);
  const second = at.order();
  at.accept(second);
  at.fill(second);
  expect(levels(at)).toEqual(['stop 95']);
});
