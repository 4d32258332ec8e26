// From a candle event read to the order effects it causes: 10 strategies on each of 10 symbols.
// Two ways to count: from the moment the event is read, which includes the simulated venue's fills
// of older orders, and from the moment the engine itself steps the candle, as with a real venue.
import { decimal } from '../../src/domain/decimal.ts';
import { simulatedRunId } from '../../src/domain/ids.ts';
import { createSimulatedClock } from '../../src/engine/clock.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { createEngineState } from '../../src/engine/state.ts';
import { createSimVenue } from '../../src/exchange/sim/venue.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import type { Venue } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import {
  NEXT_OPEN,
  NO_LIMITS,
  backtestOptions,
  fileMarket,
  generatedCandles,
} from '../support/backtest-kit.ts';
import { calibrationMs, judge, quantile, say } from './kit.ts';

const MINUTES = 15_000;
const WARM_MINUTES = 3_000;
const ROUNDS = 3;
const STRATEGIES = 10;
const symbols = Array.from({ length: 10 }, (_, i) => `C${i}/USDT:USDT`);

const MOST_EFFECTS = 1_000_000;

/** Microseconds from two moments of the newest candle to each order it caused. */
class Stopwatch {
  isOn = false;
  #readAt = 0;
  #matchedAt = 0;
  #count = 0;
  readonly #fromRead = new Float64Array(MOST_EFFECTS);
  readonly #fromStep = new Float64Array(MOST_EFFECTS);

  read(): void {
    this.#readAt = performance.now();
  }

  matched(): void {
    this.#matchedAt = performance.now();
  }

  effect(): void {
    if (!this.isOn || this.#count === MOST_EFFECTS) return;
    const now = performance.now();
    this.#fromRead[this.#count] = (now - this.#readAt) * 1000;
    this.#fromStep[this.#count] = (now - this.#matchedAt) * 1000;
    this.#count += 1;
  }

  samples() {
    return {
      fromRead: this.#fromRead.subarray(0, this.#count),
      fromStep: this.#fromStep.subarray(0, this.#count),
    };
  }
}

say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
const files = symbols.map((symbol, i) => generatedCandles(MINUTES, { seed: 100 + i, symbol }));
const markets = symbols.map((symbol) => fileMarket(symbol, { fee: '0.0001' }));
const runtimes = files.flatMap((file) =>
  Array.from({ length: STRATEGIES }, (_, i) => {
    const params = { fast: 3 + i, slow: 20 + 2 * i, direction: 'both' };
    const { setup } = backtestOptions({ file, params, sizing: 'percent:0.5' });
    return { ...setup, id: `sma-cross-${i}` };
  }),
);
const startTime = files[0]?.firstTime ?? 0;
// Every rule is asked: limits wide enough that orders pass.
const limits = {
  ...NO_LIMITS,
  enabled: true,
  maxPositions: 100,
  maxOrdersPerMinute: 10_000,
  duplicateSeconds: 0,
  riskPerTradeFraction: 1,
  openRiskFraction: 10,
  grossExposureFraction: 10,
  netExposureFraction: 10,
  maxAccountPositionFraction: 10,
  dailyLossFraction: 1,
  drawdownFraction: 1,
};
const cash = decimal('1000000');
const idle = { next: () => null, history: () => [], unfinished: () => [], length: 0 };

let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  const { counts, fromRead, fromStep } = measure();
  const texts = [fromRead, fromStep].map((samples) =>
    [0.5, 0.9, 0.99, 0.999].map((at) => quantile(samples, at).toFixed(0)).join(' / '),
  );
  say(`${counts.orders} orders, ${counts.fills} fills, ${counts.denials} denials`);
  say(`candle read to order effect p50 / p90 / p99 / p99.9: ${texts[0]} µs`);
  say(`candle stepped to order effect: ${texts[1]} µs`);
  best = Math.min(best, quantile(fromRead, 0.99));
}
judge({
  name: 'candle read to order effect, p99 of the best round',
  value: best,
  unit: 'µs',
  target: 200,
  better: 'less',
});

function measure() {
  const state = createEngineState({
    markets,
    runtimes,
    settings: { limits, leverage: 1 },
    now: startTime,
  });
  const clock = createSimulatedClock(startTime);
  const stopwatch = new Stopwatch();
  const run = createRun({
    state,
    clock,
    journal: createMemoryJournal(createDigest()),
    venue: (post, scheduler) => {
      const books = { balances: new Map([['USDT', cash]]), positions: [], openOrders: [] };
      const model = NEXT_OPEN;
      const accountId = 'bench';
      const venue = createSimVenue({ accountId, markets, clock, scheduler, post, model, books });
      return timed(venue, stopwatch);
    },
  });
  startRun(run, idle, {
    run: simulatedRunId(1, 0),
    version: 'bench',
    mode: 'bench',
    accountId: 'bench',
    currency: 'USDT',
    seed: 1,
    markets,
    cash,
    start: true,
  });
  const feeds = files.map((file) => createFileFeed(file));
  for (let minute = 0; minute < MINUTES; minute++) {
    stopwatch.isOn = minute >= WARM_MINUTES;
    for (const feed of feeds) {
      const event = feed.next();
      if (event === null) continue;
      stopwatch.read();
      run.drive(event);
    }
  }
  const { fromRead, fromStep } = stopwatch.samples();
  return { counts: state.money.counts, fromRead, fromStep };
}

/** The venue, noting when it has matched and when each order reaches it. */
function timed(venue: Venue, stopwatch: Stopwatch): Venue {
  return {
    inProcess: venue.inProcess,
    abilities: venue.abilities,
    submit(order) {
      stopwatch.effect();
      venue.submit(order);
    },
    cancel: (orderId) => venue.cancel(orderId),
    amend: (orderId, change) => venue.amend(orderId, change),
    onMarket(event, phase) {
      venue.onMarket?.(event, phase);
      if (phase === 'close') stopwatch.matched();
    },
    report: () => venue.report(),
  };
}
