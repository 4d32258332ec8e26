// The order ticket: an offered quantity gives way, hints are whole or not there, no false promise.
import { describe, expect, it } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { ticket } from '../../../src/ui/dialogs/ticket.ts';
import type { DialogOf } from '../../../src/ui/model.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { type TicketFields, emptyTicket } from '../../../src/ui/edit/ticket.ts';
import { aMarket, anOrder, orders } from '../account-fixture.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aPreview, aScene, aView } from '../session-fixture.ts';

const manual = anOrder({
  symbol: 'BTC/USDT',
  strategyId: 'manual',
  quantity: decimal('0.77'),
  quantityDigits: 4,
});
const view = aView({ orders: [...orders(), manual] });

function quantityAfter(...keys: readonly string[]): string {
  const { dialog } = pressKeys(['4', 'b', ...keys], { view }).model;
  return dialog?.kind === 'ticket' ? dialog.fields.quantity : 'no ticket';
}

function drawn(
  fields: Partial<TicketFields>,
  of: { width?: number; height?: number; active?: DialogOf<'ticket'>['active'] } = {},
): readonly string[] {
  const dialog: DialogOf<'ticket'> = {
    kind: 'ticket',
    fields: { ...emptyTicket('BTC/USDT'), ...fields },
    active: of.active ?? 'quantity',
    pressId: 'x',
    refused: false,
  };
  const market = aMarket({ symbol: 'BTC/USDT', bid: 100, ask: 101, lastPrice: 100 });
  const scene = aScene({ view: aView({ markets: [market] }), preview: aPreview() });
  const size = { width: of.width ?? 78, maxHeight: of.height ?? 28 };
  return ticket.draw(dialog, scene, size).rows.map(rowText);
}
const line = (rows: readonly string[], word: string): string =>
  rows.find((row) => row.includes(word)) ?? '';

describe('a quantity that the ladder offers', () => {
  it('is the last one, and what is typed takes its place', () => {
    expect(quantityAfter()).toBe('0.7700');
    expect(quantityAfter(...letters('0.02'))).toBe('0.02');
    expect(quantityAfter('2', '5')).toBe('25');
  });

  it('goes whole by backspace; letters leave it alone', () => {
    expect(quantityAfter('backspace')).toBe('');
    expect(quantityAfter('a')).toBe('0.7700');
    expect(quantityAfter('a', '1')).toBe('1');
  });

  it('is an own text once something was typed', () => {
    expect(quantityAfter('2', '5', 'backspace')).toBe('2');
    expect(quantityAfter('2', 'down', 'up', '5')).toBe('25');
  });
});

describe('a post-only price that crosses', () => {
  it.each([
    ['buy', '101', true],
    ['buy', '100.9', false],
    ['sell', '100', true],
    ['sell', '100.1', false],
  ] as const)('is named before it is sent: %s at %s', (side, price, crosses) => {
    const rows = drawn({ side, price, type: 'limit', quantity: '1', postOnly: true });
    expect(rows.join('\n').includes('the venue refuses it')).toBe(crosses);
    expect(line(rows, 'Post-only').includes('would take')).toBe(crosses);
  });

  it('is none without post-only', () => {
    const rows = drawn({ price: '150', type: 'limit', quantity: '1' });
    expect(rows.join('\n')).toContain('every rule agrees');
  });
});

describe('a narrow ticket', () => {
  it('shows the chosen one of choices, and whole hints or none', () => {
    for (const width of [28, 38, 46, 60]) {
      const fields = { type: 'trailingStop', quantity: '1', trail: '2', side: 'sell' } as const;
      const rows = drawn(fields, { width, active: 'type' });
      expect(line(rows, 'Type')).toContain('trailing');
      expect(line(rows, 'Side')).toContain('sell');
      const ofFields = rows.slice(0, rows.findIndex((row) => row.includes('Reduce-only')) + 1);
      expect(ofFields.join('\n'), String(width)).not.toContain('…');
    }
  });

  it('never cuts the units that an amount makes', () => {
    const rows = drawn({ unit: 'quote', quantity: '123456789012' }, { width: 78 });
    expect(line(rows, 'Quantity')).toMatch(/quote = [\d,]+\.\d+ *$/);
  });
});
