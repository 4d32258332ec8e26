// From a finished candle told to a strategy in its own process until its intents are an event here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StrategyHost } from '../../src/strategies/host.ts';
import { askUserFile, readUserFile } from '../../src/strategies/host/user-file.ts';
import type { StrategyView } from '../../src/ports.ts';
import { fileMarket } from '../support/backtest-kit.ts';
import { calibrationMs, judge, quantile, say } from './kit.ts';

const WARM = 2_000;
const ROUNDS = 10_000;
const CODE = `export const strategy = ({ z, indicator }) => ({
  name: 'bench', summary: 'Speaks at every candle', params: z.strictObject({}),
  warmup: () => 1,
  create: (_params, { symbol }) => {
    const average = indicator('sma', { period: 20 });
    return {
      onCandle({ candle }) {
        average.update(candle);
        return [{ kind: 'target', symbol, positionSide: 'long', reason: 'every candle' }];
      },
    };
  },
});
`;

say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
const dir = mkdtempSync(join(tmpdir(), 'tapedeck-host-bench-'));
writeFileSync(join(dir, 'bench.ts'), CODE);
const file = readUserFile('./bench.ts', dir);
const begun = performance.now();
const known = await askUserFile(file, () => ({}));
say(`asked what it is, process and all: ${(performance.now() - begun).toFixed(0)} ms`);

const market = fileMarket('BTC/USDT', { fee: '0.001' });
const samples = { async: new Float64Array(ROUNDS), lockStep: new Float64Array(ROUNDS) };
let candle = { openTime: 0, open: 100, high: 101, low: 99, close: 100, volume: 1 };
const view: StrategyView = {
  get now() {
    return candle.openTime + 60_000;
  },
  market,
  lastPrice: 100,
  position: 0,
  entryPrice: null,
  expected: 0,
  working: [],
  candle: (_timeframe, back) => (back === 0 ? candle : undefined),
  book: null,
};
const context = { symbol: market.symbol, timeframe: '1m', market } as const;
const next = () => {
  candle = { ...candle, openTime: candle.openTime + 60_000 };
  return {
    kind: 'candle',
    symbol: market.symbol,
    timeframe: '1m',
    time: view.now,
    candle,
  } as const;
};

const host = new StrategyHost({ isLockStep: false });
const strategy = host.define('bench', file, known).create({}, context);
let answered = (): void => undefined;
host.attach({ post: () => answered(), notice: (_level, text) => say(text), wake: () => undefined });
while (host.isBehind) await wait(5);
for (let i = -WARM; i < ROUNDS; i++) {
  const from = performance.now();
  await new Promise<void>((done) => {
    answered = done;
    strategy.onCandle?.(next(), view);
  });
  if (i >= 0) samples.async[i] = (performance.now() - from) * 1000;
}
host.close();

const waiting = new StrategyHost({ isLockStep: true });
const inStep = waiting.define('bench', file, known).create({}, context);
for (let i = -WARM; i < ROUNDS; i++) {
  const from = performance.now();
  inStep.onCandle?.(next(), view);
  if (i >= 0) samples.lockStep[i] = (performance.now() - from) * 1000;
}
waiting.close();
rmSync(dir, { recursive: true });

for (const [name, values] of Object.entries(samples)) {
  const texts = [0.5, 0.9, 0.99, 0.999].map((at) => quantile(values, at).toFixed(0)).join(' / ');
  say(`${name} round trip p50 / p90 / p99 / p99.9: ${texts} µs`);
}
judge({
  name: 'candle to intents of a strategy in its own process, p99',
  value: quantile(samples.async, 0.99),
  unit: 'µs',
  target: 5_000,
  better: 'less',
});
