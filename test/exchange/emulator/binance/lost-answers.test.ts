import { expect, test } from 'vitest';

import type { RequestFault } from '../../../../src/exchange/emulator/faults.ts';
import { type Trading, near, openTrading } from './binance-kit.ts';

const BTC = 'BTC/USDT';
const PARAMS = { clientOrderId: 'tdlost' };

/** Name of what the library throws at a create whose answer meets a fault. */
async function createUnder(
  { client, emulator }: Trading,
  fault: { readonly fault: RequestFault; readonly status?: number; readonly retryAfter?: number },
): Promise<string> {
  const price = await near(client, 0.9);
  emulator.control.fault({ ...fault, method: 'POST', path: '/order' });
  const patience = client.timeout;
  // What never comes is not waited for long; everything else may take its time.
  if (fault.fault === 'hang') client.timeout = 500;
  const made = client.createOrder(BTC, 'limit', 'buy', '0.001', price, PARAMS);
  const thrown = await made.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.name : 'something'),
  );
  client.timeout = patience;
  return thrown;
}

/** Faults after which the order stands, and what the library makes of each (EXCHANGE 3.4). */
const CARRIED_OUT: readonly (readonly [RequestFault, string])[] = [
  ['hang', 'RequestTimeout'],
  ['reset', 'NetworkError'],
  ['badGateway', 'ExchangeNotAvailable'],
  ['timeoutCode', 'RequestTimeout'],
  ['html', 'TypeError'],
  ['empty', 'TypeError'],
];

test.each(CARRIED_OUT)(
  'an order whose answer meets %s throws %s and is found',
  async (fault, is) => {
    // Only the hang waits for this long.
    const trading = await openTrading();
    expect(await createUnder(trading, { fault })).toBe(is);
    expect(await trading.client.fetchOrder(undefined, BTC, PARAMS)).toMatchObject({
      status: 'open',
    });
  },
);

test.each([
  [{ fault: 'drop' }, 'NetworkError'],
  [{ fault: 'status', status: 503 }, 'ExchangeNotAvailable'],
  [{ fault: 'status', status: 429, retryAfter: 7 }, 'DDoSProtection'],
  [{ fault: 'status', status: 418, retryAfter: 7 }, 'DDoSProtection'],
] as const)('an order refused by %o throws %s and is nowhere', async (fault, is) => {
  const trading = await openTrading();
  expect(await createUnder(trading, fault)).toBe(is);
  const { client } = trading;
  if ('retryAfter' in fault) expect(client.last_response_headers['Retry-After']).toBe('7');
  await expect(client.fetchOrder(undefined, BTC, PARAMS)).rejects.toThrow('Order does not exist.');
});
