import { describe, expect, test } from 'vitest';

import { type Decimal, ONE, decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { VenueReport } from '../../src/domain/venue.ts';
import { Desk, SPOT } from '../support/builders.ts';

/** A venue that agrees with the books of an account that holds 1 BTC and works one order. */
function traded() {
  const desk = new Desk();
  desk.candle(100);
  desk.order({});
  desk.candle(100);
  desk.order({ type: 'limit', price: decimal('90') });
  const { venue } = desk.run;
  const truth = venue.report();
  const differ = (change: Partial<VenueReport>): readonly string[] => {
    venue.report = () => ({ ...truth, ...change });
    return desk.run.reconcile();
  };
  return { desk, differ, truth };
}

const map = (entries: Readonly<Record<string, string>>): Map<string, Decimal> =>
  new Map(Object.entries(entries).map(([name, text]) => [name, decimal(text)]));

describe('our books against the venue’s word', () => {
  test('agree after ordinary trading, and say so in the journal', () => {
    const { desk, differ } = traded();
    expect(differ({})).toEqual([]);
    desk.run.post({ kind: 'recover', time: 0, reason: 'a look' });
    expect(desk.of('reconciled').at(-1)?.differences).toEqual([]);
  });

  test('an order that only one of both knows is named', () => {
    const { desk, differ } = traded();
    const [ours] = desk.working();
    expect(differ({ openOrders: [] })).toEqual([
      `order ${ours?.id ?? ''} is accepted here, unknown at the venue`,
    ]);
    const { differ: second, truth } = traded();
    expect(second({ openOrders: [...truth.openOrders, 'web1' as OrderId] })).toEqual([
      'order web1 is open at the venue, not here',
    ]);
  });

  test('a position may differ by one lot and no more', () => {
    const { differ } = traded();
    expect(differ({ positions: map({ [SPOT.symbol]: '1.001' }) })).toEqual([]);
    expect(differ({ positions: map({ [SPOT.symbol]: '1.0011' }) })).toEqual([
      'BTC/USDT position is 1 here, 1.0011 at the venue',
    ]);
    expect(differ({ positions: new Map() })).toEqual([
      'BTC/USDT position is 1 here, 0 at the venue',
    ]);
    expect(differ({ positions: map({ [SPOT.symbol]: '1', 'ETH/USDT': '2' }) })).toEqual([
      'ETH/USDT position is 0 here, 2 at the venue',
    ]);
  });

  test('a balance may differ by what a ledger of eight decimals rounds away, and no more', () => {
    const { differ } = traded();
    expect(differ({ balances: map({ USDT: '9900.0000001', BTC: '1' }) })).toEqual([]);
    expect(differ({ balances: map({ USDT: '9900.00000011', BTC: '1' }) })).toEqual([
      'USDT balance is 9900 here, 9900.00000011 at the venue',
    ]);
  });

  test('coins of a spot market are its position, wherever their fees were paid', () => {
    const { desk, differ } = traded();
    const balance = desk.money.balances.get('BTC');
    if (balance) balance.total = decimal('0.9');
    expect(differ({ positions: map({ [SPOT.symbol]: '0.9' }) })).toEqual([]);
    expect(differ({ positions: map({ [SPOT.symbol]: '1' }) })).toEqual([
      'BTC/USDT position is 0.9 here, 1 at the venue',
    ]);
  });

  test('names twenty differences and counts the rest', () => {
    const { differ } = traded();
    const strange = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`C${n}`, '1']));
    const found = differ({ balances: map({ USDT: '9900', BTC: '1', ...strange }) });
    expect([found.length, found.at(-1)]).toEqual([21, 'and 10 more']);
  });

  test('an order that is still on its way is no difference', () => {
    const { desk, truth, differ } = traded();
    desk.run.venue.submit = () => undefined;
    desk.order({ type: 'limit', price: decimal('80') });
    expect(desk.working().map(({ status }) => status)).toEqual(['accepted', 'submitted']);
    expect(differ({ openOrders: truth.openOrders })).toEqual([]);
    expect(desk.money.positions.get(SPOT.symbol)?.quantity).toBe(ONE);
  });
});
