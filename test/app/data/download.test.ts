import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  downloadCandles,
  type DownloadPlan,
  refuseCutBeginning,
} from '../../../src/app/data/download.ts';
import { candlePageFile, timeOf } from '../../../src/app/data/place.ts';
import { BINANCE } from '../../../src/exchange/ccxt/catalog/binance.ts';
import { KRAKEN } from '../../../src/exchange/ccxt/catalog/kraken.ts';
import { EMULATOR_START, openEmulator, type TestEmulator } from '../../support/emulator.ts';
import { temporaryDirectory } from '../../support/config-directory.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/domain/time.ts';
import { addToSeries } from '../../../src/store/candles.ts';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openEmulator({ dialect: 'binance' });
});
afterAll(() => emulator.close());

const FROM = EMULATOR_START - 60 * HOUR_MS;
const TO = EMULATOR_START - 10 * HOUR_MS;

const planOf = (change: Partial<DownloadPlan> = {}): DownloadPlan => ({
  key: { exchange: 'binance-emulator', symbol: 'BTC/USDT', timeframe: '1m' },
  exchange: 'binance',
  endpoint: emulator.endpoint,
  from: FROM,
  to: TO,
  out: null,
  directory: temporaryDirectory(),
  ...change,
});

function hooks(onPage: (done: number) => void = () => undefined) {
  const said: string[] = [];
  const stop = new AbortController();
  return {
    said,
    stop,
    signal: stop.signal,
    say: (text: string) => void said.push(text),
    onProgress: ({ done }: { readonly done: number }) => onPage(done),
  };
}

describe('a download', () => {
  test('has every finished candle of the exchange; the second time it asks for none', async () => {
    const directory = temporaryDirectory();
    const out = join(directory, 'btc.csv.gz');
    const first = await downloadCandles(planOf({ directory, out }), hooks());
    expect(first).toMatchObject({ candles: 3_000, gaps: [], requests: 3, dropped: 0 });
    const bytes = readFileSync(out);
    const truth = emulator.core.market.candles('BTC/USDT', '1m', {
      since: FROM,
      until: TO - 1,
      limit: 5_000,
    });
    const rows = gunzipSync(bytes).toString().trim().split('\n').slice(1);
    expect(rows.map((row) => row.split(',').slice(0, 5).map(Number))).toEqual(
      truth.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close]),
    );
    const second = await downloadCandles(planOf({ directory, out }), hooks());
    expect(second).toEqual({ ...first, requests: 0 });
    expect(readFileSync(out).equals(bytes), 'byte for byte').toBe(true);
  });

  test('goes on after it was interrupted, and comes to the same', async () => {
    const directory = temporaryDirectory();
    const heard = hooks(() => heard.stop.abort());
    const cut = await downloadCandles(planOf({ directory }), heard);
    expect(cut).toMatchObject({ interrupted: true, candles: 1_000, gaps: [] });
    const rest = await downloadCandles(planOf({ directory }), hooks());
    const whole = await downloadCandles(planOf(), hooks());
    expect(rest.requests).toBe(2);
    expect(rest.sha256).toBe(whole.sha256);
  });

  test('goes on with the pages that a killed one left', async () => {
    const directory = temporaryDirectory();
    const plan = planOf({ directory });
    const heard = hooks();
    const pages = candlePageFile(directory, plan.key);
    pages.append({ from: FROM, to: FROM + 1_500 * MINUTE_MS }, []);
    const result = await downloadCandles(plan, heard);
    expect(heard.said.join()).toContain('going on after 0 candles of an earlier attempt');
    expect(result).toMatchObject({ requests: 2, candles: 1_500 });
    expect(result.gaps).toEqual([{ from: FROM, to: FROM + 1_500 * MINUTE_MS, candles: 1_500 }]);
  });

  test('of a local exchange with another market never mixes with what was kept', async () => {
    const plan = planOf({ directory: temporaryDirectory(), to: FROM + 10 * MINUTE_MS });
    const other = { openTime: FROM, open: 1, high: 1, low: 1, close: 1, volume: 1 };
    const range = { from: FROM, to: FROM + 5 * MINUTE_MS };
    addToSeries(plan.directory, plan.key, { ranges: [range], candles: [other] }, null);
    const heard = hooks();
    const result = await downloadCandles(plan, heard);
    expect(heard.said.join()).toContain('its candles are kept anew');
    expect(result).toMatchObject({ candles: 10, gaps: [] });
    const anew = await downloadCandles({ ...plan, directory: temporaryDirectory() }, hooks());
    expect(result.sha256).toBe(anew.sha256);
  });

  test('tries a failed page again and keeps what it has when that is in vain', async () => {
    emulator.control.fault({ fault: 'status', path: '/klines', status: 503, times: 1 });
    const heard = hooks();
    const result = await downloadCandles(planOf(), heard);
    expect(result.candles).toBe(3_000);
    expect(heard.said.join()).toMatch(/does not answer as it should.*trying again in 1.0 s/);
  });

  test('never keeps the open candle', async () => {
    const plan = planOf({ from: EMULATOR_START - 10 * MINUTE_MS, to: null });
    const result = await downloadCandles(plan, hooks());
    const end = Math.floor((emulator.core.clock.now() - 2_000) / MINUTE_MS) * MINUTE_MS;
    expect(result.to).toBe(end);
    expect(result.gaps).toEqual([]);
  });

  test('says in one line what is unknown', async () => {
    const key = { exchange: 'binance-emulator', symbol: 'BTC/USTD', timeframe: '1m' } as const;
    await expect(downloadCandles(planOf({ key }), hooks())).rejects.toMatchObject({ exitCode: 2 });
    await expect(
      downloadCandles(planOf({ exchange: 'binanse', endpoint: null }), hooks()),
    ).rejects.toThrow('did you mean "binance"?');
  });
});

test('an exchange that has its newest candles alone says so instead of leaving a hole', () => {
  const oldest = timeOf('--from', '2026-11-20T00:01Z');
  const page = { from: oldest - 5 * MINUTE_MS, oldest };
  expect(() => refuseCutBeginning(page, KRAKEN, '1m')).toThrow(
    'Kraken gives its newest candles only: of 1m from 2026-11-20T00:01Z on; ' +
      'use --from 2026-11-20T00:01Z, or a longer --timeframe',
  );
  // Elsewhere it is the time before the market was listed.
  refuseCutBeginning(page, BINANCE, '1m');
  refuseCutBeginning({ ...page, from: oldest }, KRAKEN, '1m');
});
