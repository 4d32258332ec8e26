// What the screen's bench runs in a process of its own, bundled as the product is:
//   screen FILE   the console on workload W at the terminal it finds
//   bare FILE     the workload with a reader that draws nothing: the simulator's own share
//   heap FRAMES   the console on a terminal in memory, as fast as it goes, its heap weighed
//   halt COUNT    the console on a real demo session, halted again and again by its key
// `screen` and `bare` add a line of figures to FILE at each SIGUSR2: since the last one.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { runConsole } from '../../src/ui/main.tsx';

import { measureHalt } from './screen-halt.ts';
import { measureHeap } from './screen-heap.ts';
import type { ChildSample } from './screen-sample.ts';
import { createWorkload } from './screen-workload.ts';

const LOOP_RESOLUTION_MS = 10;

const [mode = '', argument = ''] = process.argv.slice(2);
if (mode === 'heap') process.stdout.write(JSON.stringify(await measureHeap(Number(argument))));
else if (mode === 'halt') process.stdout.write(JSON.stringify(await measureHalt(Number(argument))));
else await watch(argument, mode === 'screen');

async function watch(file: string, withScreen: boolean): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  let begun = performance.now();
  let spent = process.cpuUsage();
  process.on('SIGUSR2', () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(spent);
    const sample: ChildSample = {
      wallMs: now - begun,
      cpuMs: (user + system) / 1000,
      // The monitor's own interval is no delay.
      loopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS),
      loopMaxMs: Math.max(0, loop.max / 1e6 - LOOP_RESOLUTION_MS),
    };
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
    begun = performance.now();
    spent = process.cpuUsage();
    loop.reset();
  });
  const session = createWorkload();
  const stop = session.run();
  if (withScreen) {
    await runConsole(session, { theme: 'dark', environment: { LANG: 'C.UTF-8' } });
  } else {
    session.subscribe(() => void session.view());
    await new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
  }
  stop();
  loop.disable();
}
