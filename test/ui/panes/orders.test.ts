// Orders while one looks elsewhere, and what is told of those that are over.
import { describe, expect, it } from 'vitest';

import { ZERO, decimal } from '../../../src/domain/decimal.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import { orderRows } from '../../../src/ui/why/order.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { anOrder } from '../account-fixture.ts';
import { withPane } from '../../../src/ui/model.ts';
import { aView } from '../session-fixture.ts';
import { aModel, drawn, textOf } from './pane-kit.ts';

const orders = [
  anOrder({ id: 'w' as OrderId, symbol: 'BTC/USDT', status: 'accepted' }),
  ...Array.from({ length: 30 }, (_, i) =>
    anOrder({ id: `c${String(i)}` as OrderId, symbol: 'ETH/USDT', status: 'canceled' }),
  ),
];

function shown(focus: 'orders' | 'chart', selected: string): string {
  const model = { ...withPane(aModel(), 'orders', { selected }), focus };
  return textOf(drawn('orders', { width: 82, height: 5 }, { model, view: { orders } })).join('\n');
}

describe('the list of orders', () => {
  it('shows what works while one looks elsewhere, whatever was selected last', () => {
    expect(shown('chart', 'c20')).toContain('BTC/USDT');
    expect(shown('chart', 'c20')).not.toContain('›');
    expect(shown('chart', 'c1')).toContain('›');
  });

  it('keeps the selected row in sight while it is focused', () => {
    expect(shown('orders', 'c20')).toContain('›ETH/USDT');
    expect(shown('orders', 'c20')).not.toContain('BTC/USDT');
  });
});

describe('why an order', () => {
  const told = (change: Parameters<typeof anOrder>[0]): string =>
    orderRows(anOrder({ quantity: decimal('2'), ...change }), aView(), 70)
      .map(rowText)
      .join('\n');

  it('calls open only what still works', () => {
    expect(told({ status: 'accepted', filled: ZERO })).toMatch(/; 2\.0+ open/);
    expect(told({ status: 'canceled', filled: ZERO })).toMatch(/; 2\.0+ never filled/);
    expect(told({ status: 'filled', filled: decimal('2') })).not.toMatch(/open|never filled/);
  });

  it('says no slippage where nothing was filled', () => {
    expect(told({ status: 'canceled', filled: ZERO })).not.toContain('slippage');
  });
});
