import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { type Decimal, decimal, lte, toNumber, toText } from '../../../src/domain/decimal.ts';
import { type SizeRequest, unitsOf } from '../../../src/ui/edit/ticket-size.ts';
import { emptyTicket, toTicket, turnField } from '../../../src/ui/edit/ticket.ts';
import { aMarket } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';

const market = aMarket({ quantityDigits: 4, bid: 100, ask: 101, lastPrice: 100.5 });
const view = aView({ account: { ...aView().account, equity: 10_000 }, markets: [market] });

const size = (change: Partial<SizeRequest>): string => {
  const made = unitsOf(
    { unit: 'units', amount: decimal('5'), side: 'buy', price: null, stop: null, ...change },
    market,
    view,
  );
  return made.ok ? toText(made.quantity) : made.problem;
};

describe('the size of a ticket', () => {
  test.each<[string, Partial<SizeRequest>, string]>([
    ['units are taken as typed', { amount: decimal('0.123456789') }, '0.123456789'],
    ['quote buys at the ask', { unit: 'quote', amount: decimal('1010') }, '10'],
    ['quote sells at the bid', { unit: 'quote', amount: decimal('1010'), side: 'sell' }, '10.1'],
    [
      'a limit is measured at its price',
      { unit: 'quote', amount: decimal('90'), price: decimal('90') },
      '1',
    ],
    ['percent is of equity', { unit: '%', amount: decimal('10'), price: decimal('50') }, '20'],
    [
      'risk is what the stop would lose: 1 % of 10,000 over a distance of 4',
      { unit: 'risk %', amount: decimal('1'), price: decimal('100'), stop: decimal('96') },
      '25',
    ],
    ['is rounded down', { unit: 'quote', amount: decimal('100'), price: decimal('3') }, '33.3333'],
    [
      'risk needs a stop',
      { unit: 'risk %', amount: decimal('1') },
      'type a stop: the risk is measured to it',
    ],
    [
      'a stop at the price has no distance',
      { unit: 'risk %', price: decimal('96'), stop: decimal('96') },
      'the stop is at the price: no distance to risk',
    ],
    [
      'too little is said, not sent',
      { unit: 'quote', amount: decimal('0.001') },
      'that is less than the smallest quantity of this market',
    ],
  ])('%s', (_name, change, expected) => {
    expect(size(change)).toBe(expected);
  });

  it('never costs, and never risks, more than was asked for', () => {
    const positive = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(positive, positive, positive, (amount, priceCents, stopCents) => {
        fc.pre(priceCents !== stopCents);
        const price = decimal(String(priceCents / 100));
        const stop = decimal(String(stopCents / 100));
        const percent = amount / 10_000;
        const units = (unit: SizeRequest['unit'], of: number): Decimal | null => {
          const wanted = { unit, amount: decimal(String(of)), side: 'buy', price, stop } as const;
          const made = unitsOf(wanted, market, view);
          return made.ok ? made.quantity : null;
        };
        const quote = units('quote', amount);
        if (quote)
          expect(toNumber(quote) * toNumber(price)).toBeLessThanOrEqual(amount * (1 + 1e-12));
        const risk = units('risk %', percent);
        const distance = Math.abs(priceCents - stopCents) / 100;
        if (risk) {
          expect(toNumber(risk) * distance).toBeLessThanOrEqual(percent * 100 * (1 + 1e-12));
        }
        const share = units('%', percent);
        if (share && quote && percent * 100 <= amount) expect(lte(share, quote)).toBe(true);
      }),
    );
  });

  it('says what is missing where nothing is known', () => {
    const none = aMarket({ lastPrice: null, bid: null, ask: null });
    const fields = { ...emptyTicket('BTC/USDT'), quantity: '50', unit: 'quote' } as const;
    expect(toTicket(fields, aView({ markets: [none] }))).toEqual({
      ok: false,
      problem: 'no price yet to measure the quantity at',
    });
    expect(toTicket(fields, aView({ markets: [] }))).toMatchObject({ ok: false });
    const broke = aView({ account: { ...aView().account, equity: Number.NaN } });
    expect(toTicket({ ...fields, unit: '%' }, broke)).toMatchObject({
      problem: 'no equity to take a share of',
    });
  });

  it('is switched by the arrows on the quantity', () => {
    const turn = (unit: 'units' | 'risk %', step: 1 | -1) =>
      turnField({ ...emptyTicket('BTC/USDT'), unit }, { field: 'quantity', step, symbols: [] })
        .unit;
    expect(turn('units', 1)).toBe('quote');
    expect(turn('units', -1)).toBe('risk %');
    expect(turn('risk %', 1)).toBe('units');
  });
});
