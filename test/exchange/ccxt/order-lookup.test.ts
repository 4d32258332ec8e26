import { afterEach, describe, expect, test } from 'vitest';

import type { VenueOrder } from '../../../src/domain/venue.ts';
import { valueOf } from '../practice/practice-kit.ts';
import { answered, openAccountOf, OUR_ID, type Scripted } from './golden-kit.ts';

const opened: Scripted[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ instance }) => instance.close()));
});

const UNKNOWN = { error: ['EGeneral:Unknown method'], result: null };

/** Kraken where nothing is open and the pages answer like this. */
async function kraken(answers: Readonly<Record<string, unknown>>): Promise<Scripted> {
  const account = await openAccountOf('kraken', answers);
  account.hideOpen();
  opened.push(account);
  return account;
}

const find = ({ client, symbol }: Scripted) =>
  answered<VenueOrder>((answer) =>
    client.fetchOrder({ symbol, orderId: OUR_ID, venueOrderId: null }, answer),
  );

describe('an order that is sought by our id, at an exchange without a list of ended orders', () => {
  test('is found by its fills', async () => {
    const account = await kraken({ 'POST /0/private/ClosedOrders': UNKNOWN });
    const order = valueOf(await find(account));
    expect(order).toMatchObject({ venueOrderId: '4242', clientOrderId: OUR_ID });
    const paths = account.requests.map(({ url }) => url.pathname.split('/').at(-1));
    expect(paths.slice(-2)).toEqual(['TradesHistory', 'QueryOrders']);
  });

  test('is not there where no fill is of an order that is not known yet', async () => {
    const account = await kraken({
      'POST /0/private/ClosedOrders': UNKNOWN,
      'POST /0/private/TradesHistory': { error: [], result: { trades: {}, count: 0 } },
    });
    expect(await find(account)).toMatchObject({ ok: false, fault: { kind: 'notFound' } });
  });

  test.each([
    ['a page that cannot be had now', 'POST /0/private/ClosedOrders', 'EService:Unavailable'],
    ['fills that cannot be had either', 'POST /0/private/TradesHistory', 'EGeneral:Unknown method'],
  ])('stays unknown after %s', async (_what, page, error) => {
    const account = await kraken({
      'POST /0/private/ClosedOrders': UNKNOWN,
      [page]: { error: [error], result: null },
    });
    const found = await find(account);
    expect(found.ok).toBe(false);
    expect(found).not.toMatchObject({ fault: { kind: 'notFound' } });
  });
});
