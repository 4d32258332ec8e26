import { describe, expect, it, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { OrderView } from '../../../src/engine/view.ts';
import { toAmendment } from '../../../src/ui/edit/amend.ts';
import { differenceText } from '../../../src/ui/dialogs/amend.ts';
import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import { shown } from '../../support/rows.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const order = anOrder({ price: decimal('3470'), quantity: decimal('0.2') });
const view = aView({ orders: [order] });
const model: Partial<Model> = { focus: 'orders' };
const press = (...keys: Parameters<typeof pressKeys>[0]) => pressKeys(keys, { model, view });
const typed = (value: string) => ['ctrl+u', ...letters(value)];

describe('amending an order', () => {
  it('sends what was changed and nothing else, once', () => {
    for (const enters of [['enter'], ['enter', 'enter'], ['enter', 'enter', 'enter']]) {
      const done = press('a', ...typed('3465.5'), ...enters);
      expect(done.commands).toEqual([
        {
          kind: 'amendOrder',
          orderId: order.id,
          price: decimal('3465.5'),
          triggerPrice: null,
          quantity: null,
          pressId: 'run-1',
        },
      ]);
      expect(done.model.dialog).toBeNull();
    }
  });

  it('gives each opened dialog its own press id', () => {
    const done = press('a', '1', 'enter', 'a', '1', 'enter');
    expect(done.commands).toMatchObject([{ pressId: 'run-1' }, { pressId: 'run-2' }]);
  });

  it('starts with the price as it stands, and goes from field to field', () => {
    const { model: open } = press('a');
    expect(open.dialog).toMatchObject({
      active: 'price',
      texts: { price: '3470', quantity: '0.2' },
    });
    expect(press('a', 'down', ...typed('0.3'), 'enter').commands).toMatchObject([
      { price: null, quantity: decimal('0.3') },
    ]);
    expect(press('a', 'tab', 'tab').model.dialog).toMatchObject({ active: 'price' });
  });

  it('sends nothing while nothing is changed, or what is typed is no number above zero', () => {
    for (const keys of [[], typed('3470.00'), ['ctrl+u'], typed('0'), typed('.')]) {
      expect(press('a', ...keys, 'enter', 'enter').commands).toEqual([]);
    }
  });

  it.each([
    { name: '', text: '3465' },
    { name: PASTE, text: '3465\n' },
  ])('is filled but not sent by text that came at once: %o', (key) => {
    const done = press('a', 'ctrl+u', key);
    expect(done.commands).toEqual([]);
    expect(done.model.dialog).toMatchObject({ texts: { price: '3465' } });
  });

  it.each(['filled', 'canceled', 'rejected', 'expired', 'pendingCancel', 'unknown'] as const)(
    'does not open for an order that is %s, and closes without a command when it becomes so',
    (status) => {
      const now: OrderView = { ...order, status };
      const over = aView({ orders: [now] });
      const refused = pressKeys(['a'], { model, view: over });
      expect(refused.model.dialog).toBeNull();
      expect(refused.model.note).not.toBeNull();
      const open = press('a', ...typed('3465')).model;
      expect(pressKeys(['enter'], { model: open, view: over }).commands).toEqual([]);
    },
  );

  it('offers only what can be changed of an order', () => {
    const fields = (change: Partial<OrderView>) => {
      const one = anOrder(change);
      const { model: open } = pressKeys(['a'], { model, view: aView({ orders: [one] }) });
      return open.dialog?.kind === 'amend' ? Object.keys(open.dialog.from) : open.note;
    };
    const guard = { role: 'protective', price: null, triggerPrice: decimal('3400') } as const;
    expect(fields({ type: 'stopLimit', triggerPrice: decimal('3480') })).toEqual([
      'price',
      'trigger',
      'quantity',
    ]);
    expect(fields({ ...guard, type: 'stop' })).toEqual(['trigger']);
    expect(fields({ ...guard, type: 'trailingStop' })).toBe('a trailing stop moves by itself');
    expect(fields({ type: 'market', price: null })).toBe('a market order has no price to amend');
    const amending = { quantity: decimal('1'), price: null, triggerPrice: null };
    expect(fields({ amending })).toBe('another change of this order is on its way');
  });

  it('does not shrink an order below what is filled', () => {
    const part = { filled: decimal('0.1') };
    const amended = (quantity: string) =>
      toAmendment({ from: { quantity: '0.2' }, texts: { quantity } }, part);
    expect(amended('0.1').ok).toBe(false);
    expect(amended('0.11').ok).toBe(true);
  });

  it('shows old and new with the difference in words and numbers', () => {
    const { dialog } = press('a', ...typed('3465.5')).model;
    const rows = dialog
      ? drawDialog(dialog, aScene({ view, model: { ...createModel(), dialog } }), {
          width: 70,
          maxHeight: 20,
        }).rows
      : [];
    expect(shown(rows)).toContain('3465.5▏            was 3,470.00: 4.50 lower, 0.13 %');
    expect(shown(rows)).toContain('last 3,481.07   this is −0.45 % from it');
  });
});

describe('a difference', () => {
  test.each([
    ['3470', '3465.5', 'price'],
    ['100', '125', 'trigger'],
    ['0.2', '0.05', 'quantity'],
    ['0.2', '0.3', 'quantity'],
  ] as const)('from %s to %s is told as it is', (from, to, field) => {
    const [before, after] = [Number(from), Number(to)];
    const words = {
      price: ['higher', 'lower'],
      trigger: ['higher', 'lower'],
      quantity: ['more', 'less'],
    };
    const percent = Math.abs((after - before) / before) * 100;
    expect(differenceText({ before: decimal(from), after: decimal(to) }, field, 2)).toBe(
      `${Math.abs(after - before).toFixed(2)} ${words[field][after > before ? 0 : 1] ?? ''}, ${percent.toFixed(2)} %`,
    );
  });

  it('reads amounts to the last digit', () => {
    const made = toAmendment(
      { from: { price: '1' }, texts: { price: '0.000000000000000001' } },
      order,
    );
    expect(made.ok && made.amendment.price !== null && toText(made.amendment.price)).toBe(
      '0.000000000000000001',
    );
  });
});
