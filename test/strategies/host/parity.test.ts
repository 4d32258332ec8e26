import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { assembleRun } from '../../../src/app/assemble.ts';
import { backtest } from '../../../src/app/backtest-command.ts';
import { runHeadless } from '../../../src/app/headless.ts';
import { generatedCandles } from '../../support/backtest-kit.ts';
import { UserStrategies, askStrategy } from '../../../src/app/user-strategies/user-strategies.ts';
import {
  instance,
  makeDirectory,
  removeAll,
  replayOptions,
  writeCandles,
} from '../../support/session-kit.ts';
import { PATIENT, writeStrategy } from './host-kit.ts';

afterAll(removeAll);

const OURS = join(import.meta.dirname, 'examples', 'my-cross.ts');
const path = writeCandles(generatedCandles(3_000, { seed: 3 }));
const around = { environment: { HOME: makeDirectory() }, cwd: '/' };
const nothing = { config: null, sizing: null, lot: null, tick: null } as const;

const tested = (strategy: string) =>
  backtest(
    {
      ...nothing,
      flags: [],
      strategy,
      params: ['fast=5', 'slow=20'],
      data: path,
      symbol: null,
      timeframe: null,
      risk: 'none',
    },
    around,
  );

/** Round trips without the words of the strategy. */
const bare = (trades: readonly { readonly reason: string }[]) =>
  trades.map(({ reason: _reason, ...trade }) => trade);

async function replayed(strategy: string) {
  const trades = join(makeDirectory(), 'trades.csv');
  const run = await assembleRun(
    {
      ...nothing,
      flags: [{ flag: '--speed', path: 'general.speed', text: 'max' }],
      state: join(makeDirectory(), 'state'),
      strategies: [`${strategy}:fast=5,slow=20`],
      risk: 'none',
      replay: path,
      continueReplay: false,
      start: true,
      duration: null,
      trades,
      record: false,
      headless: true,
    },
    around,
  );
  const { summary } = await runHeadless(run.options);
  return { summary, rows: rowsOf(trades) };
}

const rowsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((row) => row.split(',').slice(0, 8).join());

test('a backtest of a copy of a built-in gives the same trades and the same equity', async () => {
  const [ours, builtIn] = await Promise.all([tested(OURS), tested('sma-cross')]);
  expect(ours.trades.length).toBeGreaterThan(50);
  expect(bare(ours.trades)).toEqual(bare(builtIn.trades));
  expect(ours.curve).toEqual(builtIn.curve);
  expect(ours.figures).toMatchObject({ strategy: 'my-cross', params: { fast: 5, slow: 20 } });
});

test('a replay as fast as it goes is the backtest, journal and all, and the built-in in trades', async () => {
  const [ours, builtIn, backtested] = [
    await replayed(OURS),
    await replayed('sma-cross'),
    await tested(OURS),
  ];
  expect(ours.rows).toEqual(builtIn.rows);
  expect(ours.summary.digest).toBe(backtested.figures.digest);
  expect(ours.summary.equityFinal).toBe(backtested.figures.equityFinal);
});

test('beside a console the market waits for each answer: the same trades again', async () => {
  const userStrategies = new UserStrategies({ isLockStep: false, limits: PATIENT });
  const params = { fast: 5, slow: 20 };
  const asked = await askStrategy({ name: OURS, params }, '/');
  const definition = userStrategies.define('my-cross', asked);
  const ours = instance('my-cross', params, definition === null ? {} : { definition });
  const tradesFile = join(makeDirectory(), 'trades.csv');
  const options = replayOptions(path, { strategies: [ours], userStrategies, tradesFile });
  const { summary } = await runHeadless(options);
  expect(summary.errors).toBe(0);
  expect(rowsOf(tradesFile)).toEqual((await replayed('sma-cross')).rows);
});

test('a backtest that makes no progress is ended and says how far it came', async () => {
  const file = writeStrategy(`onCandle() { count += 1; if (count === 100) for (;;); }`);
  await expect(
    backtest(
      {
        ...nothing,
        flags: [],
        strategy: file.path,
        params: [],
        data: path,
        symbol: null,
        timeframe: null,
        risk: 'none',
      },
      around,
      2_000,
    ),
  ).rejects.toThrow(/mine\.ts: no progress for 2 s after \d+ candles/);
});
