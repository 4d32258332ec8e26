/** From the bytes of the halt key to an engine that refuses new orders, on a real demo session. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assembleRun } from '../../src/app/assemble.ts';
import { openSession } from '../../src/app/build.ts';
import type { Session } from '../../src/app/session-types.ts';
import { toRequest } from '../../src/cli/run-flags.ts';
import { runConsole } from '../../src/ui/main.tsx';

import { createMemoryTerminal } from './screen-memory-terminal.ts';
import type { HaltSample } from './screen-sample.ts';

const WARM_MS = 2_000;
const PAUSE_MS = 30;
const PATIENCE_MS = 10_000;

export async function measureHalt(count: number): Promise<HaltSample> {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-halt-'));
  try {
    return await measureIn(home, count);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function measureIn(home: string, count: number): Promise<HaltSample> {
  const around = { environment: { HOME: home }, cwd: home };
  const run = await assembleRun(toRequest({ start: true, state: join(home, 'state') }), around);
  const session = await openSession(run.options);
  const terminal = createMemoryTerminal(200, 50);
  let pressed = 0;
  let wake: (delayMs: number) => void = () => undefined;
  const watched: Session = {
    view: () => session.view(),
    subscribe: (listener) => session.subscribe(listener),
    watch: (request) => session.watch(request),
    history: (of) => session.history(of),
    preview: (ticket) => session.preview(ticket),
    close: (reason) => session.close(reason),
    dispatch(command) {
      session.dispatch(command);
      if (command.kind !== 'halt') return;
      const delay = performance.now() - pressed;
      if (stateOf(session) !== 'halted') throw new Error('the halt did not halt');
      wake(delay);
    },
  };
  session.start();
  const over = runConsole(watched, {
    theme: 'dark',
    environment: { LANG: 'C.UTF-8' },
    streams: terminal.streams,
  });
  await pause(WARM_MS);
  const delaysMs: number[] = [];
  for (let i = 0; i < count; i += 1) {
    if (stateOf(session) !== 'running') throw new Error(`it is ${stateOf(session)}, not running`);
    const halted = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the key did not halt')), PATIENCE_MS);
      wake = (delayMs) => {
        clearTimeout(timer);
        resolve(delayMs);
      };
    });
    pressed = performance.now();
    terminal.press('H');
    delaysMs.push(await halted);
    session.dispatch({ kind: 'resume', phrase: session.view().account.accountId });
    // The market goes on meanwhile, and no two halts meet it at the same moment.
    await pause(PAUSE_MS + ((i * 7) % 23));
  }
  process.emit('SIGTERM');
  await over;
  await session.close('measured');
  return { delaysMs };
}

const stateOf = (session: Session): string => session.view().account.tradingState;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
