// The console on test data, as a program of its own: what a terminal test opens.
import { writeFileSync } from 'node:fs';

import { runConsole } from '../../src/ui/main.tsx';

import { createFakeSession } from './session-fixture.ts';

const [pidFile = '', behavior = 'stay'] = process.argv.slice(2);
const FAIL_AFTER_MS = 300;

const session = createFakeSession();
writeFileSync(pidFile, String(process.pid));
if (behavior === 'throw') {
  setTimeout(() => {
    throw new Error('thrown outside a frame');
  }, FAIL_AFTER_MS);
}
if (behavior === 'throw-in-frame') {
  setTimeout(() => {
    // A view that breaks its promise, as a bug would.
    session.show({ ...session.view(), markets: null as never });
  }, FAIL_AFTER_MS);
}
await runConsole(session, { theme: 'dark', environment: {} }).then(
  (end) => process.stdout.write(`ended by ${end}\n`),
  (error: unknown) => {
    process.stdout.write(`failed: ${String(error)}\n`);
    process.exitCode = 1;
  },
);
