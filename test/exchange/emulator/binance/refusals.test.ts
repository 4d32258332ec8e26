import { describe, expect, test } from 'vitest';

import { EMULATOR_START } from '../../../support/emulator.ts';
import { type Trading, near, openTrading } from './binance-kit.ts';

const BTC = 'BTC/USDT';

interface Row {
  readonly what: string;
  readonly is: string;
  readonly text: string;
  run(trading: Trading): Promise<unknown>;
}

const order =
  (of: {
    readonly type?: string;
    readonly side?: string;
    readonly amount?: string;
    /** Fraction of the last price. */
    readonly price?: number;
    readonly symbol?: string;
    readonly params?: Readonly<Record<string, unknown>>;
  }) =>
  async ({ client }: Trading): Promise<unknown> => {
    const { type = 'limit', side = 'buy', symbol = BTC, amount = '0.001', params } = of;
    const price = of.price === undefined ? undefined : await near(client, of.price);
    return client.createOrder(symbol, type, side, amount, price, params);
  };

/** A request that the library would not make by itself. */
const raw =
  (change: Readonly<Record<string, string>>) =>
  ({ client }: Trading): Promise<unknown> =>
    client.privatePostOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
      price: '60000',
      ...change,
    });

const ROWS: readonly Row[] = [
  {
    what: 'more than the account has',
    is: 'InsufficientFunds',
    text: 'Account has insufficient balance for requested action.',
    run: order({ amount: '9', price: 0.9 }),
  },
  {
    what: 'more than the account has, at the market',
    is: 'InsufficientFunds',
    text: 'Account has insufficient balance for requested action.',
    run: order({ type: 'market', side: 'sell', amount: '9' }),
  },
  {
    what: 'post-only that would take',
    is: 'OrderImmediatelyFillable',
    text: 'Order would immediately match and take.',
    run: order({ price: 1.1, params: { postOnly: true } }),
  },
  {
    what: 'a stop on the wrong side',
    is: 'OrderImmediatelyFillable',
    text: 'Stop price would trigger immediately.',
    run: async (of) => {
      const stopLossPrice = await near(of.client, 1.1);
      return order({ type: 'market', side: 'sell', params: { stopLossPrice } })(of);
    },
  },
  {
    what: 'a quantity off the grid',
    is: 'InvalidOrder',
    text: 'LOT_SIZE',
    run: raw({ quantity: '0.0010001' }),
  },
  {
    what: 'a price off the grid',
    is: 'InvalidOrder',
    text: 'PRICE_FILTER',
    run: raw({ price: '60000.001' }),
  },
  {
    what: 'too small an order',
    is: 'BadRequest',
    text: 'Filter failure: NOTIONAL',
    run: order({ amount: '0.00001', price: 0.9 }),
  },
  {
    what: 'an iceberg',
    is: 'InvalidOrder',
    text: 'Iceberg orders are not supported',
    run: order({ price: 0.9, params: { icebergQty: '0.0005' } }),
  },
  {
    what: 'a trailing target',
    is: 'InvalidOrder',
    text: 'Trailing stop orders are not',
    run: order({ type: 'TAKE_PROFIT', side: 'sell', params: { trailingDelta: 200 } }),
  },
  {
    what: 'a market that is halted',
    is: 'MarketClosed',
    text: 'Market is closed.',
    run: raw({ symbol: 'LUNAUSDT', quantity: '1', price: '70' }),
  },
  {
    what: 'a cancel of what is not there',
    is: 'OrderNotFound',
    text: '-2011',
    run: ({ client }) => client.cancelOrder('7', BTC),
  },
  {
    what: 'a question for what is not there',
    is: 'OrderNotFound',
    text: '-2013',
    run: ({ client }) => client.fetchOrder('7', BTC),
  },
  {
    what: 'an order of another symbol',
    is: 'OrderNotFound',
    text: '-2013',
    run: async (of) => {
      await order({ price: 0.9, params: { clientOrderId: 'tdother' } })(of);
      return of.client.fetchOrder(undefined, 'ETH/USDT', { clientOrderId: 'tdother' });
    },
  },
  {
    what: 'a symbol that is not listed',
    is: 'BadSymbol',
    text: 'Invalid symbol.',
    run: raw({ symbol: 'NOSUCH' }),
  },
  {
    what: 'an interval that does not exist',
    is: 'BadRequest',
    text: 'Invalid interval.',
    run: ({ client }) => client.publicGetKlines({ symbol: 'BTCUSDT', interval: '7m' }),
  },
  {
    what: 'a quantity that is no number',
    is: 'BadRequest',
    text: '-1100',
    run: raw({ quantity: '1e3' }),
  },
  {
    what: 'a side that is none',
    is: 'BadRequest',
    text: 'Invalid side.',
    run: raw({ side: 'LONG' }),
  },
  {
    what: 'a client id that is too long',
    is: 'BadRequest',
    text: '-1100',
    run: raw({ newClientOrderId: 'x'.repeat(37) }),
  },
  {
    what: 'a price beside a market order',
    is: 'BadRequest',
    text: '-1106',
    run: raw({ type: 'MARKET' }),
  },
  {
    what: 'a limit order without a time',
    is: 'BadRequest',
    text: '-1105',
    run: raw({ timeInForce: '' }),
  },
  {
    what: 'a clock that is too fast',
    is: 'InvalidNonce',
    text: '-1021',
    run: ({ client, emulator }) => {
      emulator.control.setSkew(-1_000);
      client.milliseconds = () => EMULATOR_START;
      return client.fetchBalance();
    },
  },
  {
    what: 'a clock that is too slow',
    is: 'InvalidNonce',
    text: '-1021',
    run: ({ client, emulator }) => {
      emulator.control.setSkew(5_001);
      client.milliseconds = () => EMULATOR_START;
      return client.fetchBalance();
    },
  },
  {
    what: 'a wrong secret',
    is: 'AuthenticationError',
    text: '-1022',
    run: ({ client }) => Object.assign(client, { secret: 'wrong' }).fetchBalance(),
  },
  {
    what: 'an unknown key',
    is: 'AuthenticationError',
    text: '-2015',
    run: ({ client }) => Object.assign(client, { apiKey: 'nobody' }).fetchBalance(),
  },
  {
    what: 'an order by a key that may only look',
    is: 'AuthenticationError',
    text: '-2015',
    run: (of) => {
      Object.assign(of.client, of.emulator.credentials('readonly'));
      return order({ price: 0.9 })(of);
    },
  },
  {
    what: 'a key that was revoked after it worked',
    is: 'DDoSProtection',
    text: '-2015',
    run: async ({ client, emulator }) => {
      await client.fetchBalance();
      const account = emulator.core.accounts.find(({ id }) => id === 'second');
      if (account) account.revoked = true;
      return client.fetchBalance();
    },
  },
  {
    what: 'too many requests',
    is: 'DDoSProtection',
    text: '429',
    run: async ({ client }) => {
      for (;;) await client.publicGetDepth({ symbol: 'BTCUSDT', limit: 5_000 });
    },
  },
  {
    what: 'a ban',
    is: 'DDoSProtection',
    text: '418',
    run: ({ client, emulator }) => {
      emulator.control.ban(60);
      return client.fetchTime();
    },
  },
  {
    what: 'maintenance',
    is: 'OnMaintenance',
    text: 'System is under maintenance.',
    run: ({ client, emulator }) => {
      emulator.control.setMaintenance(true);
      return client.fetchTime();
    },
  },
  {
    what: "the exchange's own timeout",
    is: 'RequestTimeout',
    text: '-1007',
    run: ({ client, emulator }) => {
      emulator.control.fault({ fault: 'timeoutCode', method: 'GET', path: '/time' });
      return client.fetchTime();
    },
  },
];

describe('what the local Binance refuses, and the class the unmodified client throws', () => {
  test.each(ROWS)('$what: $is', async (row) => {
    const trading = await openTrading();
    const error: unknown = await row.run(trading).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const message = expect.stringContaining(row.text) as string;
    expect(error).toMatchObject({ name: row.is, message });
    expect(await refusedOrders(trading)).toEqual([]);
  });
});

/** Orders that a refusal left behind; those a row placed on purpose are called `tdother`. */
async function refusedOrders({ emulator }: Trading): Promise<unknown[]> {
  const account = emulator.core.accounts.find(({ id }) => id === 'second');
  return (account?.exchange.history() ?? []).filter(
    ({ clientOrderId, status }) => clientOrderId !== 'tdother' && status === 'open',
  );
}
