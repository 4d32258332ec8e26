import { expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { Desk, SPOT, START } from '../support/builders.ts';

test('after a step that threw nothing is stepped any more', () => {
  const desk = new Desk();
  desk.candle(100);
  desk.order({ type: 'limit', price: decimal('90') });
  const bogus = { kind: 'bogus', symbol: SPOT.symbol, time: START } as unknown as MarketEvent;
  expect(() => desk.drive(bogus)).toThrow(/unexpected/);
  const before = desk.records.length;
  desk.order({ type: 'limit', price: decimal('91') });
  desk.candle(80);
  desk.run.settle();
  expect(desk.records).toHaveLength(before);
  expect(desk.held('manual')).toBe(0);
});
