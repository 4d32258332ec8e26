// Process start → first complete frame of the demo console, seen at a terminal.
import { createHome, openRobot } from '../support/robot.ts';

import { calibrationMs, judge, quantile, say } from './kit.ts';

const RUNS = 7;
/** Header, prices and footer: the frame a person can read and act on. */
const FRAME = /DEMO 60×[^]*PAUSED[^]*BTC\/USDT +\d[^]*H HALT/;
const TARGET_MS = 700;

say(`calibration loop ${calibrationMs().toFixed(1)} ms`);
// The first start builds and fills Node's cache of compiled code; it is not counted. The cache is
// written some seconds into the run.
say(`cold start ${(await start(2_500)).toFixed(0)} ms`);
const samples = new Float64Array(RUNS);
for (let run = 0; run < RUNS; run += 1) samples[run] = await start(0);
say(`runs ${[...samples].map((one) => one.toFixed(0)).join(' ')} ms`);
judge({
  name: 'start to first frame, p50',
  value: quantile(samples, 0.5),
  unit: 'ms',
  target: TARGET_MS,
  better: 'less',
});

async function start(lingerMs: number): Promise<number> {
  const { home, remove } = createHome();
  const begun = performance.now();
  const robot = openRobot({ home, args: [] });
  await robot.waitFor(FRAME);
  const elapsed = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, lingerMs));
  robot.kill('SIGTERM');
  await robot.exited();
  remove();
  return elapsed;
}
