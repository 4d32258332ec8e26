// One fill through venue, portfolio and journal, and the whole way from intent to booked fill.
import type { Intent } from '../../src/domain/intent.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { StrategyDefinition } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { smaCross } from '../../src/strategies/sma-cross.ts';
import { backtestOptions, generatedCandles } from '../support/backtest-kit.ts';
import { calibrationMs, judge, quantile, say } from './kit.ts';

const CANDLES = 120_000;
const WARM = 30_000;
const ROUNDS = 4;
const SYMBOL = 'BTC/USDT:USDT';

/** Wants a side on every third candle, nothing on the others, alternating long and flat. */
const alternating: StrategyDefinition = {
  ...smaCross,
  name: 'alternating',
  warmup: () => 0,
  create: () => {
    let seen = 0;
    return {
      onCandle(): readonly Intent[] | undefined {
        seen += 1;
        if (seen % 3 !== 0) return undefined;
        const positionSide = seen % 2 === 0 ? 'long' : 'flat';
        return [{ kind: 'target', symbol: SYMBOL, positionSide, reason: 'bench' }];
      },
    };
  },
};

interface Figures {
  readonly fills: number;
  /** Means in microseconds: a candle without anything, and what comes on top of it. */
  readonly idle: number;
  readonly decide: number;
  readonly fill: number;
  readonly fillMedian: number;
}

say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  const { fills, idle, decide, fill, fillMedian } = measure(round);
  say(
    `${fills} fills; idle candle ${idle.toFixed(2)} µs; decision, review, order, acceptance ` +
      `${decide.toFixed(2)} µs; fill p50 ${fillMedian.toFixed(2)} µs, mean ${fill.toFixed(2)} µs`,
  );
  best = Math.min(best, fill);
}
judge({
  name: 'fill through venue, portfolio and journal, mean of the best round',
  value: best,
  unit: 'µs',
  target: 5,
  better: 'less',
});

/** Candle 3k decides, 3k + 1 fills at its open and nothing else, 3k + 2 is idle. */
function measure(seed: number): Figures {
  const file = generatedCandles(CANDLES, { seed, symbol: SYMBOL });
  const options = backtestOptions({ file, params: {}, definition: alternating });
  const feed = createFileFeed(file);
  const run = createAccountRun({
    ...options,
    feed,
    markets: [options.market],
    runtimes: [options.setup],
    start: true,
    journal: createMemoryJournal(createDigest()),
  });
  const micros = [0, 1, 2].map(() => new Float64Array((CANDLES - WARM) / 3));
  for (let i = 1; i <= CANDLES; i++) {
    const event = feed.next();
    if (event === null) break;
    const begun = performance.now();
    run.drive(event);
    const spent = (performance.now() - begun) * 1000;
    const kind = micros[i % 3];
    if (i > WARM && kind) kind[Math.floor((i - WARM - 1) / 3)] = spent;
  }
  const [decide = 0, fill = 0, idle = 0] = micros.map(mean);
  return {
    fills: run.state.money.counts.fills,
    idle,
    decide: decide - idle,
    fill: fill - idle,
    fillMedian: quantile(micros[1] ?? new Float64Array(0), 0.5) - idle,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
