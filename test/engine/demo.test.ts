import { expect, test } from 'vitest';

import { assembleRun } from '../../src/app/assemble.ts';
import { SIMULATED_ACCOUNT, toRuntimes, toSimModel } from '../../src/app/simulation.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { DEMO_START, createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import { createDigest } from '../../src/store/digest.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

const SEEDS = 20;
/** What `--start --for 60s` plays at the default speed of 60. */
const MINUTES = 60;

const REQUEST = {
  flags: [],
  config: null,
  state: null,
  strategies: [],
  sizing: null,
  risk: null,
  replay: null,
  continueReplay: false,
  lot: null,
  tick: null,
  start: true,
  duration: null,
  trades: null,
  record: false,
};

/** An hour of the demo market with everything as a new user gets it. */
async function playDemo(seed: number) {
  const home = temporaryDirectory();
  const { options } = await assembleRun(REQUEST, { environment: { HOME: home }, cwd: home });
  expect(options).toMatchObject({ mode: 'demo', speed: 60 });
  const feed = createDemoFeed({ seed });
  const run = createAccountRun({
    feed,
    markets: demoMarkets().filter((market) => options.symbols.includes(market.symbol)),
    runtimes: options.strategies.flatMap(toRuntimes),
    limits: options.risk,
    model: toSimModel(options.simulation),
    cash: options.simulation.cash,
    accountId: SIMULATED_ACCOUNT,
    mode: 'demo',
    seed,
    version: 'test',
    startTime: DEMO_START,
    start: true,
    journal: createMemoryJournal(createDigest()),
  });
  const end = DEMO_START + MINUTES * MINUTE_MS;
  for (let event = feed.next(); event && event.time < end; event = feed.next()) run.drive(event);
  return { fills: run.state.money.counts.fills, errors: run.state.market.errors };
}

test(`at least one fill in an hour of the demo market, in 19 of ${SEEDS} seeds`, async () => {
  const fills: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const played = await playDemo(seed);
    expect(played.errors).toBe(0);
    fills.push(played.fills);
  }
  process.stdout.write(
    `fills in ${MINUTES} simulated minutes, seeds 1 to ${SEEDS}: ${fills.join(' ')}\n`,
  );
  expect(fills.filter((count) => count > 0).length, fills.join(' ')).toBeGreaterThanOrEqual(19);
});
