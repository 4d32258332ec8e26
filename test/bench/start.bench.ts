// Process start → first complete frame of the demo console, seen at a terminal.
import { calibrationMs, judge, quantile, say } from './kit.ts';
import { startToFrame } from './screen-start.ts';

const RUNS = 7;
const TARGET_MS = 500;

say(`calibration loop ${calibrationMs().toFixed(1)} ms`);
// The first start builds and fills Node's cache of compiled code; it is not counted. The cache is
// written some seconds into the run.
say(`cold start ${(await startToFrame(2_500)).toFixed(0)} ms`);
const samples = new Float64Array(RUNS);
for (let run = 0; run < RUNS; run += 1) samples[run] = await startToFrame();
say(`runs ${[...samples].map((one) => one.toFixed(0)).join(' ')} ms`);
judge({
  name: 'start to first frame, p50',
  value: quantile(samples, 0.5),
  unit: 'ms',
  target: TARGET_MS,
  better: 'less',
});
