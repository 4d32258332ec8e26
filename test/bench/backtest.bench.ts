// 1,000,000 generated candles through the engine's own step, with fills, fees, equity, drawdown.
// The best pass counts: others on the machine only ever slow one down.
import { runBacktest } from '../../src/backtest/run.ts';
import { backtestOptions, generatedCandles } from '../support/backtest-kit.ts';
import { calibrationMs, judge, say } from './kit.ts';

const CANDLES = 1_000_000;
const PASSES = 6;

say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
const file = generatedCandles(CANDLES, { seed: 42 });
let best = 0;
for (let pass = 0; pass < PASSES; pass++) {
  const before = process.threadCpuUsage();
  const { figures } = runBacktest(backtestOptions({ file, params: { fast: 10, slow: 30 } }));
  const { candlesPerSecond, roundTrips, maxDrawdownFraction, equityFinal } = figures;
  const spent = process.threadCpuUsage(before);
  best = Math.max(best, candlesPerSecond ?? 0);
  say(
    `pass ${pass + 1}: ${((candlesPerSecond ?? 0) / 1e6).toFixed(2)} M candles/s, ` +
      `${roundTrips} round trips, equity ${equityFinal}, drawdown ${maxDrawdownFraction.toFixed(4)}; ` +
      `${Math.round((spent.user + spent.system) / 1000)} ms of this thread with its digest`,
  );
}
judge({ name: 'backtest', value: best, unit: 'candles/s', target: 2e6, better: 'more' });
