import { afterEach, describe, expect, it, vi } from 'vitest';
import { toText } from '../../../src/domain/decimal.ts';
import { InputError } from '../../../src/domain/errors.ts';
import { loadMarkets } from '../../../src/exchange/ccxt/markets.ts';
import { alikeSymbols } from '../../../src/exchange/ccxt/symbols.ts';
import { SYMBOL, withMarkets } from './markets-kit.ts';
import { type AnswerRequest, openScripted, type ScriptedInstance } from './wire-kit.ts';

const opened: ScriptedInstance[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map(({ instance }) => instance.close()));
});

const nothing: AnswerRequest = ({ url }) => {
  throw new Error(`nobody answers ${url.pathname}`);
};

async function open(id: string, symbols: readonly string[], answer = withMarkets(id, nothing)) {
  const scripted = await openScripted({ id, symbols, purpose: 'data' }, answer);
  opened.push(scripted);
  return scripted;
}

async function marketsOf(id: string, symbols: readonly string[]) {
  const { instance, plan, row } = await open(id, symbols);
  return loadMarkets(instance, plan, row);
}

const figures = (market: Awaited<ReturnType<typeof marketsOf>>[number] | undefined) =>
  market && {
    tick: toText(market.tickSize),
    step: toText(market.stepSize),
    least: toText(market.minQuantity),
    cost: toText(market.minNotional),
    maker: toText(market.makerFeeRate),
    taker: toText(market.takerFeeRate),
  };

describe('markets of an exchange', () => {
  it.each([
    [
      'binance',
      {
        tick: '0.01',
        step: '0.00001',
        least: '0.00001',
        cost: '5',
        maker: '0.001',
        taker: '0.001',
      },
    ],
    [
      'kraken',
      {
        tick: '0.1',
        step: '0.00000001',
        least: '0.00005',
        cost: '0.5',
        maker: '0.0025',
        taker: '0.004',
      },
    ],
    [
      'gemini',
      {
        tick: '0.01',
        step: '0.00000001',
        least: '0.00001',
        cost: '0',
        maker: '0.002',
        taker: '0.004',
      },
    ],
    [
      'cryptocom',
      {
        tick: '0.01',
        step: '0.00001',
        least: '0',
        cost: '0',
        maker: '0.0025',
        taker: '0.005',
      },
    ],
  ])('of %s have their grids and fees exactly', async (id, expected) => {
    const [market] = await marketsOf(id, [SYMBOL[id] ?? '']);
    expect(figures(market)).toEqual(expected);
    expect(market).toMatchObject({ kind: 'spot', base: 'BTC', settle: market?.quote });
  });

  it('keep a tick of eight places', async () => {
    const [market] = await marketsOf('binance', ['PEPE/USDT']);
    expect(figures(market)).toMatchObject({ tick: '0.00000001', step: '1' });
  });

  it.each([
    ['BTC/USD', 'is unknown there; did you mean BTC/USDT?'],
    ['btcusdt', 'is unknown there; did you mean BTC/USDT?'],
    ['XYZ/USDT', 'is unknown there'],
    ['OLD/USDT', 'is not traded there now'],
    ['__proto__', 'is unknown there'],
    ['BTC/USDT:USDT', 'is unknown there; did you mean BTC/USDT?'],
  ])('of which %s is none are refused in one line', async (symbol, words) => {
    const error = await marketsOf('binance', [symbol]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain('\n');
  });

  it('of derivatives are refused with the reason', async () => {
    const error = await marketsOf('gemini', ['BTC/GUSD:GUSD']).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('no spot market');
  });

  it('ask gemini for the markets that are used, never a web page', async () => {
    const { instance, plan, row, requests } = await open('gemini', ['BTC/USD']);
    await loadMarkets(instance, plan, row);
    expect(requests.map(({ url }) => url.pathname)).toEqual([
      '/v1/symbols',
      '/v1/symbols/details/btcusd',
    ]);
  });

  it('are asked for anew after a failure, which the library would keep', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let asked = 0;
    const good = withMarkets('binance', nothing);
    const { instance, plan, row } = await open('binance', ['BTC/USDT'], (request) => {
      asked++;
      return asked < 3 ? { status: 503, body: '' } : good(request);
    });
    const loading = loadMarkets(instance, plan, row);
    const tried = async () => {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked).toBe(3);
    };
    await vi.waitFor(tried, { timeout: 60_000, interval: 1 });
    expect(await loading).toHaveLength(1);
  });

  it('are given up where what answers is no exchange', async () => {
    const { instance, plan, row, requests } = await open('binance', ['BTC/USDT'], () => ({
      body: '<html>Sign in</html>',
    }));
    await expect(loadMarkets(instance, plan, row)).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  it('show a filter that has changed when they are loaded again', async () => {
    let tick = '0.01000000';
    const { instance, plan, row } = await open('binance', ['BTC/USDT'], (request) => {
      const { body } = withMarkets('binance', nothing)(request);
      return { body: JSON.stringify(body).replaceAll('0.01000000', tick) };
    });
    const before = await loadMarkets(instance, plan, row);
    tick = '0.10000000';
    const after = await loadMarkets(instance, plan, row);
    expect([before, after].map(([one]) => figures(one)?.tick)).toEqual(['0.01', '0.1']);
  });

  it('of bitfinex have the grid of the price now', async () => {
    const conf = [['BTC', 'UST'], [], [], [], [], [], [], [], [], [], []];
    const info = [['BTCUST', [null, null, null, '0.00004', '2000', null, null, null, null, null]]];
    const { instance, plan, row } = await open('bitfinex', ['BTC/USDT'], ({ url }) => {
      const path = decodeURIComponent(url.pathname);
      if (path.startsWith('/v2/conf/pub:list:currency,')) return { body: conf };
      if (path.startsWith('/v2/conf/')) return { body: [info, [], ['BTCUST']] };
      const ticker = [50_000, 1, 50_001, 1, 0, 0, 50_123, 100, 51_000, 49_000];
      return { body: path.includes('tickers') ? [['tBTCUST', ...ticker]] : ticker };
    });
    const [market] = await loadMarkets(instance, plan, row);
    expect(figures(market)).toMatchObject({ tick: '1', step: '0.00000001' });
  });
});

describe('symbols that may be meant', () => {
  it('are the common ones of the same asset first', () => {
    const known = ['BTC/TRY', 'BTC/USDC', 'BTC/USDT', 'BTC/USDT:USDT', 'ETH/USDT', 'BTC/EUR'];
    expect(alikeSymbols('BTC/USD', known)).toEqual(['BTC/USDT', 'BTC/USDC', 'BTC/EUR']);
    expect(alikeSymbols('DOGE/USD', known)).toEqual([]);
  });
});
