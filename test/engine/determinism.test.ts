import { type ChildProcess, spawn } from 'node:child_process';

import { afterAll, describe, expect, test } from 'vitest';

import { openDataFile } from '../../src/backtest/data-file.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import { runBacktest } from '../../src/backtest/run.ts';
import { type DiskSeams, openSession } from '../../src/app/build.ts';
import { runHeadless } from '../../src/app/headless.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import { SIMULATED_ACCOUNT, fileMarket, toRuntimes, toSimModel } from '../../src/app/simulation.ts';
import { required } from '../../src/domain/errors.ts';
import { createDigest } from '../../src/store/digest.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { describeWithData, sharedDataPath } from '../support/shared-data.ts';
import {
  instance,
  journalRecords,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

/** Compaction only at the end, so that the whole journal can be read. */
const NEVER = { compactAt: { records: 1e9, bytes: 1e9 } };

const path = writeCandles(generatedCandles(3_000, { seed: 11 }));
const strategies = [
  instance('sma-cross', { fast: 5, slow: 20 }, { stopFraction: 0.001, targetFraction: 0.002 }),
  instance('rsi-reversion', {}, { trailFraction: 0.002 }),
  instance('breakout', {}, { timeframe: '5m', stopFraction: 0.002 }),
];

const options = (change: Partial<RunOptions> = {}) =>
  replayOptions(path, { strategies, ...change });

async function play(change: Partial<RunOptions> = {}, seams: DiskSeams = NEVER) {
  const run = options(change);
  const { summary } = await runHeadless(run, { seams });
  return { summary, records: journalRecords(run.stateDirectory) };
}

let kept: ReturnType<typeof play> | null = null;
/** The run that all others are compared with. */
const plain = () => (kept ??= play());

describe('the same recording and seed give the same journal, byte for byte', () => {
  test('and it is worth comparing: all three strategies trade', async () => {
    const { summary, records } = await plain();
    expect(summary).toMatchObject({ events: 3_000, candles: 3_000, errors: 0 });
    expect(summary.fills).toBeGreaterThan(200);
    for (const { id } of strategies) {
      expect(
        records.filter((text) => text.includes(`"strategyId":"${id}"`)).length,
      ).toBeGreaterThan(10);
    }
  });

  test('a second time', async () => {
    expect(await play()).toMatchObject({ records: (await plain()).records });
  });

  test('with a disk that acknowledges 0 to 50 ms late', async () => {
    const { summary, records } = await plain();
    for (const speed of ['max', 300_000] as const) {
      const slow = await play({ speed }, { ...NEVER, fsyncDelayMs: [0, 50] });
      expect(slow.records).toEqual(records);
      expect(slow.summary.digest).toBe(summary.digest);
    }
  });

  test('on a busy machine', async () => {
    const { records } = await plain();
    const busy = [0, 1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;) {}']));
    try {
      expect((await play()).records).toEqual(records);
    } finally {
      busy.forEach((child: ChildProcess) => child.kill('SIGKILL'));
    }
  });

  test('with a compaction every 50 records', async () => {
    const { summary } = await plain();
    const often = await play({}, { compactAt: { records: 50, bytes: 1e9 }, fsyncDelayMs: [0, 2] });
    expect(often.summary.digest).toBe(summary.digest);
    const { durationMs: _a, eventsPerSecond: _b, ...figures } = summary;
    expect(often.summary).toMatchObject(figures);
  });

  test('paced by the wall', async () => {
    const { records } = await plain();
    // 3,000 minutes in about 1.5 s of wall time.
    expect((await play({ speed: 120_000 })).records).toEqual(records);
  });

  test('held, stepped, slowed and hurried', async () => {
    const { records } = await plain();
    const run = options();
    const session = await openSession(run, NEVER);
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    for (let i = 0; i < 700; i += 1) session.dispatch({ kind: 'stepFeed' });
    expect(session.view().feed.events).toBe(700);
    session.dispatch({ kind: 'setSpeed', speed: 1_000_000 });
    session.dispatch({ kind: 'holdFeed', held: false });
    await until(() => session.view().feed.events > 1_500);
    session.dispatch({ kind: 'holdFeed', held: true });
    while (!session.view().feed.ended) session.dispatch({ kind: 'stepFeed' });
    expect(await session.done).toBe('ended');
    await session.close('the recording has ended');
    expect(journalRecords(run.stateDirectory)).toEqual(records);
  });

  test('another seed gives other order ids and the same trades', async () => {
    const { summary, records } = await plain();
    const other = await play({ seed: 2 });
    expect(other.records).not.toEqual(records);
    expect(other.summary.equityFinal).toBe(summary.equityFinal);
  });
});

/** One strategy on one file through `backtest`, from the same options as a replay. */
function backtest(of: RunOptions) {
  const file = openDataFile(required(of.replayFile, 'file'), {
    symbol: of.symbols[0] ?? '',
    timeframe: of.timeframe,
  });
  const [setup] = of.strategies.flatMap(toRuntimes);
  return runBacktest({
    feed: createFileFeed(file),
    loadMs: 0,
    setup: required(setup, 'strategy'),
    market: fileMarket(file.symbol, of.simulation),
    cash: of.simulation.cash,
    model: toSimModel(of.simulation),
    limits: of.risk,
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: of.seed,
    version: of.version,
    startTime: file.firstTime,
    digest: createDigest(),
  });
}

async function expectParity(of: RunOptions): Promise<number> {
  const session = await openSession({ ...of, tradesFile: 'collected' });
  session.start();
  await session.done;
  await session.close('the recording has ended');
  const replayed = session.summary();
  const tested = backtest(of);
  expect(session.trades).toEqual(tested.trades);
  expect(replayed.digest).toBe(tested.figures.digest);
  expect(replayed.equityFinal).toBe(tested.figures.equityFinal);
  return tested.trades.length;
}

describe('backtest and replay at full speed are one engine', () => {
  test.each([
    ['next-open', { fill: 'next-open' as const, slippageBps: 0 }],
    ['close with slippage', { fill: 'close' as const, slippageBps: 2 }],
  ])('on a made file: %s', async (_name, model) => {
    const one = strategies.slice(0, 1);
    const base = options({ strategies: one });
    const simulation = { ...base.simulation, ...model };
    expect(await expectParity({ ...base, simulation })).toBeGreaterThan(50);
  });

  describeWithData('on real minutes', ['btc-perp-1m.csv'], () => {
    test('every trade of 45,031 minutes', async () => {
      const symbols = ['BTC/USDT:USDT'];
      const params = { fast: 10, slow: 30, direction: 'both' };
      const strategies = [instance('sma-cross', params, { symbols })];
      const file = sharedDataPath('btc-perp-1m.csv');
      const of = replayOptions(file, { symbols, strategies });
      expect(await expectParity(of)).toBeGreaterThan(1_000);
    });
  });
});
