/**
 * Child of gate-kill.test.ts: an engine on a slow disk whose venue is the parent, which survives
 * it. Arguments: state directory, and `open` to take the gate away.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

import { stateCodec } from '../../src/app/state/codec.ts';
import { toRuntimes } from '../../src/app/simulation.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { Order } from '../../src/domain/order.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { createSimulatedClock } from '../../src/engine/clock.ts';
import { createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { createEngineState } from '../../src/engine/state.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import type { PostAccount, Venue } from '../../src/ports.ts';
import { openStore } from '../../src/store/snapshot.ts';
import { instance } from '../support/session-kit.ts';
import { NO_LIMITS, fileMarket, generatedCandles } from '../support/backtest-kit.ts';
import { answersTo } from '../support/builders.ts';

// Nobody who is killed keeps at its end what was compiled; the next one starts sooner with it.
flushCompileCache();
const [dir = '', gate = ''] = process.argv.slice(2);
const SYMBOL = 'BTC/USDT';
const file = generatedCandles(100_000, { seed: 21 });
const markets = [fileMarket(SYMBOL, { fee: '0' })];
const { journal } = await openStore<MoneyState, RecordBody>({
  dir,
  codec: stateCodec(),
  // Without a gate the disk is far behind, so that every kill finds orders it does not have.
  fsyncDelayMs: gate === 'open' ? [2_000, 2_000] : [5, 30],
});
const state = createEngineState({
  markets,
  runtimes: toRuntimes(instance('sma-cross', { fast: 2, slow: 3 })),
  settings: { limits: NO_LIMITS, leverage: 1 },
  now: file.firstTime,
});

let post: PostAccount = () => undefined;
const venue: Venue = {
  // An in-process venue is not gated: claiming to be one takes the gate away.
  inProcess: gate === 'open',
  abilities: { stops: true, trailingStops: true, oco: true, amend: true },
  submit(order) {
    writeSync(1, `${order.id}\n`);
    answer(order);
  },
  cancel: () => undefined,
  amend: () => undefined,
  report: () => ({ openOrders: [], positions: new Map(), balances: new Map([['USDT', cash]]) }),
};
const cash = decimal('10000');

function answer(order: Readonly<Order>): void {
  const { now } = state.market;
  for (const record of answersTo(order, '20000', now)) post({ kind: 'account', time: now, record });
}

const run = createRun({
  state,
  journal,
  clock: createSimulatedClock(file.firstTime),
  venue: (given) => {
    post = given;
    return venue;
  },
  log: () => undefined,
});
const feed = { next: () => null, history: () => [], unfinished: () => [], length: 0 };
startRun(run, feed, {
  run: 'gatekill000' as RunId,
  version: 'test',
  mode: 'live',
  accountId: 'paper',
  currency: 'USDT',
  seed: 1,
  markets,
  cash,
  start: true,
});
for (let i = 0; i < file.length; i += 1) {
  const openTime = file.times[i] ?? 0;
  run.drive({
    kind: 'candle',
    symbol: SYMBOL,
    time: openTime + 60_000,
    timeframe: '1m',
    candle: {
      openTime,
      open: file.opens[i] ?? 0,
      high: file.highs[i] ?? 0,
      low: file.lows[i] ?? 0,
      close: file.closes[i] ?? 0,
      volume: 1,
    },
  });
  run.commit();
  await new Promise((resolve) => setTimeout(resolve, 1));
}
