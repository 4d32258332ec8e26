import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { EXCHANGES } from '../../../src/exchange/ccxt/catalog.ts';
import { loadExchangeClass } from '../../../src/exchange/ccxt/load.ts';

describe('the class of an exchange', () => {
  it.each(EXCHANGES.map(({ id }) => [id]))('of %s is the one of the whole library', async (id) => {
    const loaded = await loadExchangeClass(id);
    const { pro } = ccxt as unknown as { pro: Readonly<Record<string, unknown>> };
    expect(loaded?.Exchange).toBe(pro[id]);
    // Otherwise no error would be known for what it is.
    expect(loaded?.errors.InvalidOrder).toBe(ccxt.InvalidOrder);
  });

  it('has every class of errors that decides something', async () => {
    const errors = (await loadExchangeClass('binance'))?.errors ?? {};
    const { InvalidNonce, DDoSProtection, OrderNotFound, BaseError } = ccxt;
    expect(errors).toMatchObject({ InvalidNonce, DDoSProtection, OrderNotFound, BaseError });
  });

  it('is that of requests alone where the library has no streams', async () => {
    const { exchanges, pro } = ccxt as unknown as {
      exchanges: readonly string[];
      pro: Readonly<Record<string, unknown>>;
    };
    const plain = exchanges.find((id) => !Object.hasOwn(pro, id)) ?? '';
    const loaded = await loadExchangeClass(plain);
    expect(loaded?.Exchange.name).toBe(plain);
  });

  it.each([['nosuch'], ['../binance'], ['binance.js'], [''], ['__proto__'], ['constructor']])(
    'is none for %j',
    async (id) => {
      expect(await loadExchangeClass(id)).toBeNull();
    },
  );
});
