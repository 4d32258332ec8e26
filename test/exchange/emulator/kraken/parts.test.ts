import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { BookLevel } from '../../../../src/domain/book.ts';
import { BookView, bookChecksum } from '../../../../src/exchange/emulator/kraken/book-channel.ts';
import { DecayingCounter, tradingCost } from '../../../../src/exchange/emulator/kraken/counters.ts';
import { KrakenIds, isOrderId } from '../../../../src/exchange/emulator/kraken/ids.ts';
import { KrakenNames, toPair } from '../../../../src/exchange/emulator/kraken/names.ts';
import { checkClientId } from '../../../../src/exchange/emulator/kraken/order-request.ts';
import { apiSign } from '../../../../src/exchange/emulator/kraken/sign.ts';
import { BTC } from '../../ccxt/kit.ts';

const PAIR = toPair(BTC);

test('signs as the documentation of the exchange shows', () => {
  const sign = apiSign({
    path: '/0/private/AddOrder',
    nonce: '1616492376594',
    body: 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25',
    secret:
      'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==',
  });
  expect(sign).toBe(
    '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  );
});

describe('names', () => {
  test.each([
    ['BTC/USDT', 'XBTUSDT', 'XBTUSDT', 'XBT/USDT'],
    ['SOL/USDT', 'SOLUSDT', 'SOLUSDT', 'SOL/USDT'],
    ['BTC/USD', 'XXBTZUSD', 'XBTUSD', 'XBT/USD'],
    ['ETH/EUR', 'XETHZEUR', 'ETHEUR', 'ETH/EUR'],
    ['LUNA/USDT', 'LUNA2USDT', 'LUNA2USDT', 'LUNA2/USDT'],
  ])('%s is %s, %s and %s', (symbol, id, altname, wsname) => {
    const [base = '', quote = ''] = symbol.split('/');
    const names = new KrakenNames({ markets: [{ ...BTC, symbol, base, quote, settle: quote }] });
    for (const name of [symbol, id, altname, wsname]) {
      expect(names.pair(name)).toMatchObject({ symbol, id, altname, wsname });
    }
    expect(names.pair('nothing')).toBeUndefined();
  });

  test('perpetuals are not among them', () => {
    expect(new KrakenNames({ markets: [{ ...BTC, kind: 'perpetual' }] }).pairs).toEqual([]);
  });

  test.each([
    ['td0123456789abcdefe', false],
    ['t0123456789abcdefe', true],
    ['6d47a5f0-6fd4-4b84-b56e-c23f0f689c20', true],
    ['6d47a5f06fd44b84b56ec23f0f689c20', true],
    ['6d47a5f0-6fd44b84b56ec23f0f689c20', false],
    ['two words', false],
    ['', false],
  ])('%s as a client id: %s', (text, isFine) => {
    const check = (): string => checkClientId(text);
    if (isFine) expect(check()).toBe(text);
    else expect(check).toThrow('EGeneral:Invalid arguments:cl_ord_id');
  });
});

test("ids look like the exchange's, differ, and are the same every time", () => {
  const of = (seed: number, accountId: string): string[] => {
    const ids = new KrakenIds({ seed, accountId });
    return Array.from({ length: 2_000 }, (_, n) => ids.of('O', String(n)));
  };
  const ids = of(7, 'main');
  expect(ids.every(isOrderId)).toBe(true);
  expect(new Set([...ids, ...of(7, 'second'), ...of(8, 'main')]).size).toBe(6_000);
  expect(of(7, 'main')).toEqual(ids);
});

describe('counters', () => {
  test('run down with time and never below nothing', () => {
    const counter = new DecayingCounter({ max: 3, decayPerSecond: 1 });
    const taken = [0, 0, 0, 0, 1_000, 1_000, 9_000, 9_000, 9_000, 9_000].map((at) =>
      counter.add(1, at),
    );
    expect(taken).toEqual([true, true, true, false, true, false, true, true, true, false]);
  });

  test('a young order costs more to cancel or change', () => {
    const ages = [0, 5_000, 10_000, 15_000, 45_000, 90_000, 300_000];
    const costs = (kind: 'amend' | 'edit' | 'cancel') => ages.map((age) => tradingCost(kind, age));
    expect(costs('cancel')).toEqual([8, 6, 5, 4, 2, 1, 0]);
    expect(costs('edit')).toEqual([7, 6, 5, 3, 2, 1, 1]);
    expect(costs('amend')).toEqual([4, 3, 2, 1, 1, 1, 1]);
    expect(tradingCost('add', 0)).toBe(1);
  });
});

describe('books', () => {
  /** Prices in ticks around 100, both sides apart. */
  const side = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 10, maxLength: 30 });
  const quantities = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 30, maxLength: 30 });
  const books = fc.array(
    fc.record({ bids: side, asks: side, quantities }).map(({ bids, asks, quantities: some }) => ({
      bids: levels(bids, some, -1),
      asks: levels(asks, some, 1),
    })),
    { minLength: 2, maxLength: 8 },
  );

  test("whoever applies the changes and cuts at the depth has the exchange's book", () => {
    fc.assert(
      fc.property(books, (list) => {
        const [first, ...rest] = list;
        if (!first) return;
        const view = new BookView(10);
        const mine = apply({ bids: [], asks: [] }, view.snapshot(first, PAIR, 0));
        let held = mine;
        for (const book of rest) {
          const change = view.update(book, PAIR, 0);
          if (change !== null) held = apply(held, change);
          const truth = { bids: book.bids.slice(0, 10), asks: book.asks.slice(0, 10) };
          expect(held).toEqual(truth);
          if (change !== null) {
            expect(change).toMatchObject({ checksum: bookChecksum(truth, PAIR) });
          }
        }
      }),
    );
  });

  test('an unchanged book is not told again', () => {
    const book = { bids: levels([1], [2], -1), asks: levels([1], [2], 1) };
    const view = new BookView(10);
    view.snapshot(book, PAIR, 0);
    expect(view.update(book, PAIR, 0)).toBeNull();
  });

  /** The rule is the documentation's; the digits are worked out by hand. */
  test('the checksum is over digits without points and leading zeros', () => {
    const book = {
      bids: [{ price: 0.5, quantity: 0.00012 }],
      asks: [{ price: 45.2, quantity: 2 }],
    };
    // CRC32 of "4520200000" + "5012".
    expect(bookChecksum(book, PAIR)).toBe(crcOf('45202000005012'));
  });

  type Sides = { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] };

  function levels(ticks: readonly number[], some: readonly number[], sign: 1 | -1): BookLevel[] {
    return ticks
      .toSorted((a, b) => a - b)
      .map((tick, at) => ({
        price: Number((100 + sign * tick * 0.01).toFixed(2)),
        quantity: some[at] ?? 1,
      }));
  }

  /** What a client does. */
  function apply(held: Sides, data: unknown): Sides {
    const told = data as Record<'bids' | 'asks', { price: number; qty: number }[]>;
    const next = (name: 'bids' | 'asks'): BookLevel[] => {
      const map = new Map(held[name].map(({ price, quantity }) => [price, quantity]));
      for (const { price, qty } of told[name]) {
        if (qty === 0) map.delete(price);
        else map.set(price, qty);
      }
      const sorted = Array.from(map, ([price, quantity]) => ({ price, quantity })).toSorted(
        (a, b) => (name === 'bids' ? b.price - a.price : a.price - b.price),
      );
      return sorted.slice(0, 10);
    };
    return { bids: next('bids'), asks: next('asks') };
  }

  /** CRC32 bit by bit, apart from the library the exchange uses. */
  function crcOf(text: string): number {
    let crc = 0xffffffff;
    for (const letter of text) {
      crc ^= letter.charCodeAt(0);
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
  }
});
