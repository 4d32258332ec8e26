// The order ticket: an offered quantity gives way, hints are whole or not there, no false promise.
import { describe, expect, it } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { ticket } from '../../../src/ui/dialogs/ticket.ts';
import type { DialogOf } from '../../../src/ui/model.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { type TicketFields, emptyTicket, toTicket } from '../../../src/ui/edit/ticket.ts';
import { NOW, aMarket, anOrder, orders } from '../account-fixture.ts';
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

describe('an order good till a date', () => {
  const gtd = { type: 'limit', quantity: '1', price: '99', timeInForce: 'GTD' } as const;
  const made = (until: string) =>
    toTicket({ ...emptyTicket('BTC/USDT'), ...gtd, until }, aView({ markets: [aMarket()] }));

  it('asks until when, and only then', () => {
    expect(line(drawn(gtd), 'Until')).toContain('+2h, 14:30, 2026-03-02 14:30 UTC');
    expect(line(drawn({ ...gtd, timeInForce: 'GTC' }), 'Until')).toBe('');
    expect(line(drawn({ ...gtd, until: '+2h' }), 'Until')).toContain('2026-03-02 16:02:31 UTC');
    expect(line(drawn({ ...gtd, until: '2025-01-01' }), 'Until')).toContain(
      'no time in the future',
    );
  });

  it.each([
    ['', 'type until when, such as +2h or 14:30'],
    ['soon', 'until soon is no time; +2h, 14:30 or 2026-03-02 14:30, UTC'],
    ['2026-03-02 14:02', 'until 2026-03-02 14:02 is over: it must be in the future'],
    ['-5m', 'until -5m is over: it must be in the future'],
  ])('is not made of %j', (until, problem) => {
    expect(made(until)).toEqual({ ok: false, problem });
  });

  it('carries its date, and no other order does', () => {
    expect(made('+90s')).toMatchObject({
      ok: true,
      ticket: { timeInForce: 'GTD', expireTime: NOW + 90_000 },
    });
    const other = toTicket(
      { ...emptyTicket('BTC/USDT'), ...gtd, timeInForce: 'GTC', until: '+90s' },
      aView({ markets: [aMarket()] }),
    );
    expect(other.ok && 'expireTime' in other.ticket).toBe(false);
  });

  it('is typed letter by letter', () => {
    // Down to the time, three choices on, down to the field that appears.
    const to = ['o', '1', 'up', 'right', 'down', 'down', 'down', 'down', 'down'];
    const { dialog } = pressKeys(
      [...to, 'right', 'right', 'right', 'down', ...letters('+2h 30'), 'backspace'],
      { view },
    ).model;
    expect(dialog?.kind === 'ticket' ? dialog.fields : null).toMatchObject({
      timeInForce: 'GTD',
      until: '+2h 3',
      quantity: '1',
    });
  });
});
