import { expect, test } from 'vitest';

import { lineOf, totalOf } from '../../../src/app/accounts/totals.ts';
import { aMarket, account } from '../../ui/account-fixture.ts';
import { aView } from '../../ui/session-fixture.ts';

const of = (accountId: string, currency: string, equity: number, dayPnl: number) =>
  aView({ account: { ...account(), accountId, currency, equity, dayPnl }, markets: [] });

test('accounts of one currency add up', () => {
  const total = totalOf([of('a:main', 'USDT', 100, 1), of('b:main', 'USDT', 50, -3)]);
  expect(total).toEqual({ currency: 'USDT', equity: 150, dayPnl: -2, missing: [] });
});

test('another currency is converted by a followed market, in either direction', () => {
  const first = of('a:main', 'USDT', 100, 0);
  const euro = of('b:main', 'EUR', 50, 10);
  const direct = { ...aMarket(), symbol: 'EUR/USDT', lastPrice: 1.25 };
  expect(totalOf([{ ...first, markets: [direct] }, euro])).toMatchObject({
    equity: 162.5,
    dayPnl: 12.5,
    missing: [],
  });
  const inverse = { ...aMarket(), symbol: 'USDT/EUR', lastPrice: 0.8 };
  expect(totalOf([first, { ...euro, markets: [inverse] }]).equity).toBeCloseTo(162.5, 12);
});

test('a currency that nothing converts is left out and named', () => {
  const none = { ...aMarket(), symbol: 'EUR/USDT', lastPrice: null };
  const total = totalOf([
    { ...of('a:main', 'USDT', 100, 1), markets: [none] },
    of('b:main', 'EUR', 50, 1),
  ]);
  expect(total).toEqual({ currency: 'USDT', equity: 100, dayPnl: 1, missing: ['b:main'] });
});

test('a line has what its account has', () => {
  const view = aView({ account: { ...account(), accountId: 'kraken:main' } });
  const line = lineOf(view);
  expect(line).toMatchObject({
    name: 'kraken:main',
    equity: view.account.equity,
    positions: view.positions.length,
    data: null,
    link: null,
  });
});
