// The console on test data, as a program of its own: what a terminal test opens.
import { appendFileSync, writeFileSync, writeSync } from 'node:fs';

import { runConsole } from '../../src/ui/main.tsx';
import { createModel } from '../../src/ui/model.ts';
import { preferencesOf } from '../../src/ui/preferences.ts';

import { aView, createFakeSession } from './session-fixture.ts';

const [pidFile = '', behavior = 'stay'] = process.argv.slice(2);
const FAIL_AFTER_MS = 300;
const BLOCK_MS = 1_500;

// Without an age of the data, two frames of one view are the same frame.
const session = createFakeSession(aView({ dataAgeMs: behavior === 'still' ? null : 120 }));
const say = (line: string): void => appendFileSync(`${pidFile}.said`, `${line}\n`);

const BEHAVIORS: Readonly<Record<string, () => void>> = {
  throw() {
    throw new Error('thrown outside a frame');
  },
  reject() {
    void Promise.reject(new Error('rejected by nobody'));
  },
  exit() {
    process.exit(3);
  },
  'throw-in-frame'() {
    // A view that breaks its promise, as a bug would.
    session.show({ ...session.view(), markets: null as never });
  },
  noise() {
    globalThis.console.log('noise by log');
    globalThis.console.error('noise by error');
    process.emitWarning('noise by warning');
    process.stderr.write('noise by stderr\n');
    setTimeout(() => say('noise is over'), FAIL_AFTER_MS);
  },
  block() {
    say('blocked');
    const end = performance.now() + BLOCK_MS;
    while (performance.now() < end);
    process.exit(0);
  },
  busy() {
    let shown = 0;
    setInterval(() => {
      shown += 1;
      const { account } = aView();
      session.show(aView({ account: { ...account, equity: 10_000 + shown } }));
      const waiting = process.stdout.writableLength;
      writeFileSync(`${pidFile}.busy`, JSON.stringify({ shown, waiting }));
    }, 5);
  },
};

/** Looks of an earlier run, whose theme has an error by now. */
const remembered =
  behavior === 'remember'
    ? {
        place: 'console.json',
        load: () => preferencesOf({ ...createModel(), theme: 'broken' }, 'dark'),
        save: () => undefined,
      }
    : null;

// Whoever has last words, and asked for them before us, still finds the terminal as it was.
process.on('uncaughtExceptionMonitor', () => void writeSync(1, 'last words\n'));
writeFileSync(pidFile, String(process.pid));
const act = BEHAVIORS[behavior];
if (act) setTimeout(act, FAIL_AFTER_MS);
await runConsole(session, {
  theme: 'dark',
  environment: {},
  onPrinted: (line) => say(`printed ${line}`),
  onBrokenTheme: (problem) => say(`broken ${problem}`),
  ...(remembered === null ? {} : { storage: remembered }),
}).then(
  (end) => process.stdout.write(`ended by ${end}\n`),
  (error: unknown) => {
    process.stdout.write(`failed: ${String(error)}\n`);
    process.exitCode = 1;
  },
);
