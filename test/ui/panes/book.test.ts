import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { WatchedBook } from '../../../src/app/session-types.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import { createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import { rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { NOW, anOrder } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { shown } from '../../support/rows.ts';
import { type PaneScene, drawn, pressIn, sceneOf, textOf } from './pane-kit.ts';

const cursorAt = (selected: string | null) => ({
  panes: { ...createModel().panes, book: { ...createModel().panes.book, selected } },
});

/** Quantities by hand: asks 1, 2, 4 from 101 up, bids 3, 1, 0.5 from 100 down. */
const BOOK: WatchedBook = {
  asks: [
    [101, 1],
    [102, 2],
    [103, 4],
  ],
  bids: [
    [100, 3],
    [99, 1],
    [98, 0.5],
  ],
  imbalance: -0.25,
  time: NOW - 100,
};
const SMALL = { book: BOOK, priceDigits: 1, quantityDigits: 1, tickSize: 0.5 };

const ours = (side: 'buy' | 'sell', price: string, quantity = '0.8') =>
  anOrder({ symbol: 'BTC/USDT', side, price: decimal(price), quantity: decimal(quantity) });

const ladder = (scene: PaneScene = {}, size = { width: 40, height: 9 }): readonly string[] =>
  textOf(drawn('book', size, { watched: { ...SMALL, trades: null, ...scene.watched }, ...scene }));

describe('the ladder', () => {
  test.each([
    [30, 19],
    [38, 26],
    [60, 40],
    [20, 6],
  ])('is drawn at %s×%s', async (width, height) => {
    const orders = [ours('buy', '67411'), ours('sell', '67414.1', '0.031')];
    const pane = drawn('book', { width, height }, { view: { orders, watched: aWatched() } });
    const title = `${pane.title}   ${rowText(pane.summary)}`;
    await expect(`\n${title}\n${shown(pane.rows)}\n`).toMatchFileSnapshot(
      `../screens/book-${String(width)}x${String(height)}.txt`,
    );
  });

  it('shows price, quantity, sum from the best price, and depth to an eighth', () => {
    // 1 marker, 5 price, 2 + 3 quantity, 2 + 5 sum, 1 blank: 21 cells of bar; 4 of 4 fill it.
    expect(ladder()).toEqual([
      '                                        ',
      ' 103.0  4.0  7.000 █████████████████████',
      ' 102.0  2.0  3.000 ██████████▌          ',
      ' 101.0  1.0  1.000 █████▎               ',
      '  spread 99.50 bp   imb −0.25           ',
      ' 100.0  3.0  3.000 ███████████████▊     ',
      '  99.0  1.0  4.000 █████▎               ',
      '  98.0  0.5  4.500 ██▋                  ',
      '                                        ',
    ]);
  });

  it('sums levels that are finer than the digits of the market', () => {
    const bids = [[100.04, 1], [99.96, 2], [99.94, 4]] as const; // prettier-ignore
    const book = { ...BOOK, bids };
    const rows = ladder({ watched: { ...SMALL, book, trades: null } });
    expect(rows.slice(5, 7).map((row) => row.slice(0, 19).trim())).toEqual([
      '100.0  3.0  3.000',
      '99.9  4.0  7.000',
    ]);
  });

  it('has depth bars as long as the quantities, rounded down to an eighth', () => {
    const quantity = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(quantity, { minLength: 1, maxLength: 8 }), (quantities) => {
        const bids = quantities.map((one, i) => [100 - i, one] as const);
        const book = { ...BOOK, bids, asks: [] };
        const rows = textOf(
          drawn('book', { width: 80, height: 20 }, { watched: { book, trades: null } }),
        ).filter((row) => /[█▏▎▍▌▋▊▉]/.test(row));
        const eighths = rows.map((row) => {
          const bar = row.replace(/^[^█▏▎▍▌▋▊▉]*/, '').trimEnd();
          return bar
            .split('')
            .reduce((sum, one) => sum + (one === '█' ? 8 : '▏▎▍▌▋▊▉'.indexOf(one) + 1), 0);
        });
        expect(rows).toHaveLength(quantities.length);
        const most = Math.max(...quantities);
        const longest = Math.max(...eighths);
        // The scale ends at most a quarter above the largest quantity.
        quantities.forEach((one, i) => {
          const scaled = ((eighths[i] ?? 0) / longest) * most;
          expect(Math.abs(scaled - one)).toBeLessThanOrEqual(most / 8 / 8 + 1e-9);
        });
      }),
    );
  });

  it('marks our orders at their price with what is left of them, also between the levels', () => {
    const partly = { ...ours('buy', '99'), filled: decimal('0.3') };
    const orders = [partly, ours('buy', '98.5', '0.2'), ours('sell', '103'), ours('buy', '90')];
    const rows = ladder({ view: { orders, watched: aWatched({ ...SMALL, trades: null }) } });
    expect(rows.find((row) => row.includes('  99.0'))).toMatch(/ 99\.0 +1\.0 .*◂0\.5$/);
    expect(rows.find((row) => row.includes('  98.5'))).toMatch(/^ +98\.5 +4\.000 +◂0\.2$/);
    expect(rows.find((row) => row.includes(' 103.0'))).toMatch(/◂0\.8$/);
    expect(rows.join('\n')).not.toContain('90.0');
  });

  it('shows no order that does not rest at a price', () => {
    const orders = [
      { ...ours('sell', '102'), triggerPrice: decimal('102') },
      { ...ours('sell', '101'), status: 'filled' as const },
      { ...ours('buy', '100'), symbol: 'ETH/USDT' },
      { ...ours('buy', '99'), price: null },
    ];
    const rows = ladder({ view: { orders, watched: aWatched({ ...SMALL, trades: null }) } });
    expect(rows.join('')).not.toContain('◂');
  });

  it('leaves its last line to the tape where that has no pane', () => {
    const size = { width: 30, height: 12 };
    const last = (beside: readonly ('book' | 'tape')[]): string =>
      rowText(PANE_TABLE.book.draw(sceneOf({}), size, beside).rows.at(-1) ?? []);
    expect(last(['book'])).toMatch(/^ tape ▼0\.01 ▲0\.355/);
    expect(last(['book', 'tape'])).not.toContain('tape');
  });
});

describe('the cursor of the ladder', () => {
  const watched = SMALL;

  it('begins at the best price of the way it goes, and steps through prices', () => {
    const at = (...keys: string[]) => pressIn('book', keys, { watched }).model.panes.book.selected;
    expect(at('up')).toBe('101.0');
    expect(at('down')).toBe('100.0');
    expect(at('up', 'up', 'k')).toBe('103.0');
    expect(at('up', 'j', 'down')).toBe('99.0');
    expect(at('pagedown')).toBe('98.0');
    expect(at('up', 'm')).toBe(null);
    expect(at('up', 'home')).toBe(null);
    expect(at('up', 'escape')).toBe(null);
  });

  it('keeps its price while the book moves away, with the market in sight', () => {
    const moved = {
      ...BOOK,
      asks: BOOK.asks.map(([price, quantity]) => [price + 50, quantity] as const),
      bids: BOOK.bids.map(([price, quantity]) => [price + 50, quantity] as const),
    };
    const size = { width: 40, height: 5 };
    const rows = ladder(
      { model: cursorAt('99.0'), watched: { ...SMALL, book: moved, trades: null } },
      size,
    );
    expect(rows.filter((row) => row.startsWith('›'))).toEqual([expect.stringContaining('99.0')]);
    expect(rows.join('\n')).toContain('spread');
    const below = pressIn('book', ['up'], {
      model: cursorAt('99.0'),
      watched: { ...SMALL, book: moved },
    });
    expect(below.model.panes.book.selected).toBe('148.0');
  });

  it('takes the window along at its edge', () => {
    const rows = ladder({ model: cursorAt('103.0') }, { width: 40, height: 5 });
    expect(rows[0]).toMatch(/^›103\.0/);
    expect(rows).toHaveLength(5);
  });
});

describe('orders from the ladder', () => {
  const watched = SMALL;
  const ticket = (...keys: string[]) => {
    const { dialog } = pressIn('book', keys, { watched }).model;
    return dialog?.kind === 'ticket' ? dialog.fields : null;
  };

  it('opens a limit ticket at the chosen price, post-only where it would rest', () => {
    expect(ticket('down', 'down', 'b')).toMatchObject({
      symbol: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      price: '99.0',
      postOnly: true,
    });
    expect(ticket('up', 'b')).toMatchObject({ side: 'buy', price: '101.0', postOnly: false });
    expect(ticket('up', 's')).toMatchObject({ side: 'sell', price: '101.0', postOnly: true });
    expect(ticket('down', 's')).toMatchObject({ side: 'sell', price: '100.0', postOnly: false });
  });

  it('joins the best price of its side without a cursor', () => {
    expect(ticket('b')).toMatchObject({ side: 'buy', price: '100.0', postOnly: true });
    expect(ticket('s')).toMatchObject({ side: 'sell', price: '101.0', postOnly: true });
  });

  it('is placed with two keys, in the quantity ordered last', () => {
    const manual = { symbol: 'BTC/USDT', strategyId: 'manual', quantityDigits: 4 } as const;
    const orders = [
      anOrder({ ...manual, quantity: decimal('0.5'), createdTime: NOW - 9 }),
      anOrder({ ...manual, quantity: decimal('0.031'), createdTime: NOW - 5 }),
      anOrder({ ...manual, symbol: 'ETH/USDT', quantity: decimal('7'), createdTime: NOW }),
      anOrder({ symbol: 'BTC/USDT', quantity: decimal('8'), createdTime: NOW }),
    ];
    const view = { orders, watched: aWatched(SMALL) };
    const { commands, model } = pressIn('book', ['b', 'enter'], { view });
    expect(model.dialog).toBe(null);
    expect(commands).toMatchObject([
      {
        kind: 'placeOrder',
        ticket: {
          side: 'buy',
          quantity: decimal('0.031'),
          price: decimal('100'),
          postOnly: true,
        },
      },
    ]);
  });

  it('cancels every order of ours at the chosen price, and says where there is none', () => {
    const [a, b] = [ours('buy', '99'), ours('buy', '99', '0.1')];
    const view = { orders: [a, ours('buy', '98'), b], watched: aWatched(SMALL) };
    const { commands } = pressIn('book', ['down', 'down', 'c'], { view });
    expect(commands).toEqual([
      { kind: 'cancelOrder', orderId: a.id },
      { kind: 'cancelOrder', orderId: b.id },
    ]);
    expect(pressIn('book', ['down', 'c'], { view }).model.note).toBe(
      'no order of ours rests at 100.0',
    );
    expect(pressIn('book', ['c'], { view }).model.note).toContain('choose a price');
  });

  it('explains a price: distance, what stands there, what taking it all would cost', () => {
    const view = { orders: [ours('sell', '102')], watched: aWatched(SMALL) };
    const { dialog } = pressIn('book', ['up', 'up', 'enter'], { view }).model;
    expect(dialog).toMatchObject({ kind: 'why', pane: 'book', key: '102.0' });
    const text = (PANE_TABLE.book.why('102.0', sceneOf({ view }), 70) ?? [])
      .map(rowText)
      .join('\n');
    // Mid is 100.5: 102 lies 1.5 / 100.5 above. One at 101 and two at 102 cost 305.
    expect(text).toContain('102.0   +149.3 bp from mid');
    expect(text).toContain('3.0 for 305.00');
    expect(text).toContain('all of it at 101.7 on average');
    expect(text).toContain('sell 0.8000 of 0.8000 left, accepted, by grid');
    expect(pressIn('book', ['enter']).model.note).toBe('no row to explain here');
  });
});

describe('states of the book', () => {
  const first = (scene: PaneScene): string =>
    textOf(drawn('book', { width: 44, height: 9 }, scene))[0]?.trim() ?? '';

  it('says what is missing', () => {
    expect(first({ view: { watched: null } })).toBe('loading the book');
    expect(first({ model: { symbol: 'ETH/USDT' } })).toBe('loading the book');
    expect(first({ watched: { book: null }, view: {} })).toBe('this market gives no book');
    const replay = { mode: 'replay', watched: aWatched({ book: null }) } as const;
    expect(first({ view: replay })).toBe('no book in this recording');
    const empty = { bids: [], asks: [], imbalance: null, time: null };
    expect(first({ watched: { book: empty } })).toBe('waiting for the first book');
    expect(pressIn('book', ['b'], { view: replay }).model.note).toContain('no book');
    expect(pressIn('book', ['up'], { view: replay }).model.note).toContain('no book');
  });

  it('says its age, and loses its colors when that is too old', () => {
    const size = { width: 30, height: 9 };
    expect(rowText(drawn('book', size).summary)).toBe('0.1 s');
    const view = aView({
      mode: 'paper',
      watched: aWatched({ book: { ...BOOK, time: NOW - 12_000 } }),
    });
    const old = drawn('book', size, { view });
    expect(rowText(old.summary)).toBe('stale 12 s');
    const tokens = old.rows.flatMap((row) => row.map(({ token }) => token));
    expect(new Set([...tokens, 'text.normal'])).toEqual(new Set(['text.muted', 'text.normal']));
    const held = drawn('book', size, { view: { ...view, feed: { ...view.feed, held: true } } });
    expect(rowText(held.summary)).toBe('held');
  });
});

describe('any size and value', () => {
  const number = fc.oneof(
    fc.constantFrom(0, -0, -5, 1e-12, 1e21, Number.MAX_VALUE, Number.NaN, Infinity),
    fc.double({ noNaN: true, min: 0.01, max: 1e6 }),
  );
  const levels = fc.array(fc.tuple(number, number), { maxLength: 40 });

  it('fills exactly its cells from 1×1 on', () => {
    const width = fc.integer({ min: 1, max: 90 });
    const height = fc.integer({ min: 1, max: 50 });
    const cursor = fc.option(fc.constantFrom('5.00', 'x', '-1', '67412.20'));
    fc.assert(
      fc.property(
        levels,
        levels,
        number,
        width,
        height,
        cursor,
        (asks, bids, imbalance, w, h, selected) => {
          const pane = drawn(
            'book',
            { width: w, height: h },
            {
              model: cursorAt(selected),
              watched: {
                book: { asks, bids, imbalance, time: NOW },
                priceDigits: 2,
                quantityDigits: 30,
              },
              view: {},
            },
          );
          expect(pane.rows).toHaveLength(h);
          for (const row of pane.rows) expect(rowWidth(row)).toBe(w);
        },
      ),
      { numRuns: 300 },
    );
  });
});
