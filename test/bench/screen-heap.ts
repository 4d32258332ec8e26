/** Heap of the console over frames that each show changed data, as fast as they can be drawn. */
import { runConsole } from '../../src/ui/main.tsx';

import { createMemoryTerminal } from './screen-memory-terminal.ts';
import type { HeapSample } from './screen-sample.ts';
import { createWorkload } from './screen-workload.ts';

const FRAME_MS = 100;
const SAMPLES = 60;
/** A frame that was skipped is asked for again. */
const PATIENCE_MS = 20;

export async function measureHeap(frames: number): Promise<readonly HeapSample[]> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  const realNow = performance.now.bind(performance);
  // One frame is a tenth of a second of the screen's clock too: ages and answers come and go.
  let simulated = realNow();
  performance.now = () => simulated;
  const session = createWorkload();
  const terminal = createMemoryTerminal(200, 50);
  const over = runConsole(session, {
    theme: 'dark',
    environment: { LANG: 'C.UTF-8' },
    fps: 1_000,
    streams: terminal.streams,
  });
  const samples: HeapSample[] = [];
  const every = Math.max(1, Math.floor(frames / SAMPLES));
  for (let frame = 1; frame <= frames; frame += 1) {
    simulated += FRAME_MS;
    session.advance(FRAME_MS);
    let tries = 0;
    let drawn = false;
    while (!drawn) {
      if ((tries += 1) > 100) throw new Error(`frame ${frame} was never drawn`);
      const written = terminal.written(PATIENCE_MS);
      session.notify();
      drawn = await written;
    }
    // Timers and streams get their turn, as between real frames.
    await new Promise((resolve) => setImmediate(resolve));
    if (frame % every !== 0) continue;
    for (let i = 0; i < 2; i += 1) gc();
    samples.push({ frames: frame, heapBytes: process.memoryUsage().heapUsed });
  }
  performance.now = realNow;
  process.emit('SIGTERM');
  await over;
  return samples;
}
