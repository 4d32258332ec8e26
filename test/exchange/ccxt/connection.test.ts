import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decimal } from '../../../src/domain/decimal.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createWallClock } from '../../../src/engine/clock.ts';
import { type Connection, connect } from '../../../src/exchange/ccxt/connection.ts';
import type { ExchangePlan } from '../../../src/exchange/ccxt/plan.ts';
import { openEmulator, type TestEmulator } from '../../support/emulator.ts';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openEmulator({ dialect: 'binance', time: 'real' });
});
afterAll(() => emulator.close());

const opened: Connection[] = [];
afterEach(async () => {
  emulator.core.skewMs = 0;
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
});

const wall = createWallClock();
const logs: string[] = [];

async function open(plan: Partial<ExchangePlan>): Promise<Connection> {
  const { apiKey, secret } = emulator.credentials();
  const connection = await connect({
    plan: {
      id: 'binance',
      account: 'main',
      venue: 'live',
      endpoint: emulator.endpoint,
      symbols: ['BTC/USDT'],
      ...plan,
    },
    credentials: { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null },
    now: () => wall.now(),
    log: ({ message }) => logs.push(message),
  });
  opened.push(connection);
  return connection;
}

const refusalOf = (plan: Partial<ExchangePlan>): Promise<string> =>
  open(plan).then(
    () => 'it was opened',
    (error: unknown) => String(error),
  );

describe('a connection to an exchange', () => {
  it('has markets, two clients and a measured clock', async () => {
    const { markets, data, trading, clock } = await open({});
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
    expect(trading).not.toBe(data);
    expect(Math.abs(clock.skewMs() ?? Infinity)).toBeLessThanOrEqual((clock.doubtMs() ?? 0) + 5);
  });

  it('knows what the account pays', async () => {
    const { markets, trading } = await open({});
    const said = (await trading?.fetchTradingFee('BTC/USDT')) as { taker: string };
    expect(markets[0]?.takerFeeRate).toBe(decimal(said.taker));
  });

  it('signs with the time of the exchange, and says that the clock is off', async () => {
    emulator.core.skewMs = 60_000;
    const { clock, trading } = await open({});
    expect(Math.abs((clock.skewMs() ?? 0) + 60_000)).toBeLessThanOrEqual(
      (clock.doubtMs() ?? 0) + 5,
    );
    expect(logs.join()).toContain('binance: the clock here differs by -');
    // Without it every request would be outside of the window.
    await expect(trading?.fetchBalance()).resolves.toBeDefined();
  });

  it('has no account where it is for data alone', async () => {
    const { trading } = await open({ venue: 'data' });
    expect(trading).toBeNull();
  });

  it('sees a new grid, and a market that is gone, whose orders can be canceled', async () => {
    const connection = await open({ symbols: ['BTC/USDT', 'SOL/USDT'] });
    const [, before] = connection.markets;
    emulator.control.setFilters('BTC/USDT', { minNotional: '11' });
    emulator.control.setStatus('SOL/USDT', 'delisted');
    try {
      const traded = await connection.refreshMarkets();
      expect(traded.map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
      expect(traded[0]?.minNotional).toBe(decimal('11'));
      expect(connection.markets).toEqual([traded[0], before]);
      const refused: unknown = await connection.trading
        ?.cancelOrder('1', 'SOL/USDT')
        .catch((error: unknown) => error);
      // The exchange's own word, not the library's that there is no such symbol.
      expect(connection.trading?.answerOf(refused)?.status).toBe(400);
    } finally {
      emulator.control.setStatus('SOL/USDT', 'trading');
    }
  });

  it('leaves out what nobody named, and refuses what somebody did', async () => {
    const symbols = ['BTC/USDT', 'NOSUCH/USDT'];
    const { markets } = await open({ symbols, isLenient: true });
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
    expect(await refusalOf({ symbols })).toContain('symbol NOSUCH/USDT is unknown there');
  });

  it.each([
    [{ id: 'coinbase', endpoint: null }, '--exchange coinbase: live is not offered'],
    [{ id: 'okx', endpoint: null, venue: 'testnet' as const }, 'testnet is not offered'],
    [{ id: 'kraken', endpoint: null, venue: 'testnet' as const }, 'has no test system'],
    [{ id: 'bitvavo', endpoint: null }, 'is unproven'],
    [{ id: 'binanse', endpoint: null }, 'no exchange of this name is known'],
    [{ endpoint: 'http://192.168.1.5:8777' }, 'is not on this machine'],
  ])('is refused for %j in one line', async (plan, words) => {
    const said = await refusalOf(plan);
    expect(said).toContain(words);
    expect(said).not.toContain('\n');
  });
});
