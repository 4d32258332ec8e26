import { afterEach, expect, test } from 'vitest';

import { loadMarkets } from '../../../src/exchange/ccxt/markets.ts';
import { answersOf } from './answers-kit.ts';
import { withMarkets } from './markets-kit.ts';
import { openScripted, type ScriptedInstance } from './wire-kit.ts';

const opened: ScriptedInstance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ instance }) => instance.close()));
});

async function kraken(): Promise<ScriptedInstance> {
  const answers = withMarkets(
    'kraken',
    answersOf('kraken', () => true),
  );
  const scripted = await openScripted({ id: 'kraken', symbols: ['BTC/USD'] }, answers);
  opened.push(scripted);
  return scripted;
}

test("Kraken's orders, which name XBTUSD, are of BTC/USD in a client that was given the markets", async () => {
  const data = await kraken();
  await loadMarkets(data.instance, data.plan, data.row);
  for (const currencies of [[data.instance.currencies], []]) {
    const { instance } = await kraken();
    instance.setMarkets(data.instance.markets, ...currencies);
    expect(await instance.fetchOpenOrders('BTC/USD')).toMatchObject([{ symbol: 'BTC/USD' }]);
    expect(await instance.fetchOrder('4242', 'BTC/USD')).toMatchObject({ symbol: 'BTC/USD' });
    const fee = { currency: 'USD' };
    expect(await instance.fetchMyTrades()).toMatchObject([{ symbol: 'BTC/USD', fee }]);
    expect(await instance.fetchBalance()).toMatchObject({ BTC: {}, USD: {} });
  }
});
