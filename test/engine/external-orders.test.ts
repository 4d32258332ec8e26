// Orders at the venue that are not ours: shown, left alone, and the operator's to decide.
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { required } from '../../src/domain/errors.ts';
import { MANUAL } from '../../src/domain/order.ts';
import { ACCOUNT } from '../support/builders.ts';
import { EXTERNAL as order, Outside } from './outside.ts';

describe('orders of somebody else (F21)', () => {
  test('are listed and named once, and never canceled by a halt', () => {
    const outside = Outside.ready();
    outside.report({ externalOrders: [order] });
    outside.report({ externalOrders: [order] });
    expect(outside.of('externalOrders')).toHaveLength(1);
    expect(outside.notices.at(-1)).toBe('warn not ours, left alone: sell 0.5 BTC/USDT limit 120');
    outside.command({ kind: 'flatten', reason: 'x' });
    expect(outside.sent.filter((what) => what.startsWith('external'))).toEqual([]);
    outside.report({ externalOrders: [] });
    expect(outside.money.externals.size).toBe(0);
  });

  test('is taken over once, though a report that was on its way lists it again', () => {
    const outside = Outside.ready();
    outside.report({ externalOrders: [order] });
    const adopt = (): void => {
      const decision = { ledger: MANUAL };
      outside.command({ kind: 'decideExternal', venueOrderId: '9', decision });
    };
    adopt();
    outside.report({ externalOrders: [order] });
    expect(outside.money.externals.size).toBe(0);
    const [own] = outside.working();
    outside.tell({ kind: 'canceled', orderId: required(own, 'own order').id, reason: 'gone' });
    outside.report({ externalOrders: [order] });
    adopt();
    expect(outside.of('orderAdopted')).toHaveLength(1);
    expect(outside.notices.at(-1)).toContain('9 is our order');
  });

  test('can be left alone, canceled by name, or taken over', () => {
    const outside = Outside.ready();
    outside.report({ externalOrders: [order] });
    const decide = (decision: 'ignore' | 'cancel' | { ledger: string }): void => {
      outside.command({ kind: 'decideExternal', venueOrderId: '9', decision });
    };
    decide('ignore');
    expect(outside.money.externals.get('9')?.ignored).toBe(true);
    decide('cancel');
    expect(outside.sent).toContain('external 9');
    decide({ ledger: 'nobody' });
    expect(outside.notices.at(-1)).toMatch(/no strategy nobody trades BTC\/USDT/);
    decide({ ledger: MANUAL });
    expect(outside.money.externals.size).toBe(0);
    const [own] = outside.working();
    expect(own).toMatchObject({
      venueOrderId: '9',
      status: 'partiallyFilled',
      filled: decimal('0.1'),
      strategyId: MANUAL,
      accountId: ACCOUNT,
    });
    if (own) outside.command({ kind: 'cancelOrder', orderId: own.id });
    expect(outside.sent).toContain(`cancel ${own?.id ?? ''}`);
  });
});
