// Heap growth of a run that trades nothing: candles must leave no trace on the heap.
import { EquityCollector } from '../../src/backtest/equity.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { createDigest } from '../../src/store/digest.ts';
import { backtestOptions, candleFileOf } from '../support/backtest-kit.ts';
import { calibrationMs, judge, say } from './kit.ts';

const WARM = 200_000;
const CANDLES = 1_000_000;

say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
// A steady rise: the averages never cross.
const rows = Array.from({ length: WARM + CANDLES }, (_, i) => {
  const price = 20_000 + i / 100;
  return [price, price, price, price] as const;
});
const file = candleFileOf(rows);
rows.length = 0;
const options = { ...backtestOptions({ file, params: { fast: 10, slow: 30 } }) };
const feed = createFileFeed(file);
const run = createAccountRun({
  ...options,
  feed,
  markets: [options.market],
  runtimes: [options.setup],
  start: true,
  journal: createMemoryJournal(createDigest()),
});
const equity = new EquityCollector(file.length);
const play = (count: number): void => {
  for (let i = 0; i < count; i++) {
    const event = feed.next();
    if (event === null) return;
    run.drive(event);
    equity.add(event.time, run.state.market.equity, false);
  }
};
const heapAfterGc = (): number => {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
play(WARM);
const before = heapAfterGc();
play(CANDLES);
const grown = heapAfterGc() - before;
if (run.state.money.counts.orders !== 0) throw new Error('it traded');
say(`heap grew by ${grown} bytes over ${CANDLES} candles, ${equity.length} samples kept`);
judge({
  name: 'heap growth without trades',
  value: Math.max(0, grown / CANDLES),
  unit: 'bytes/candle',
  target: 1,
  better: 'less',
});
