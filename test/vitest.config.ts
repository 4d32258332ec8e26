import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { createCountReporter } from './support/count-reporter.ts';
import { FileOrder } from './support/file-order.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const FILES = '*.test.{ts,tsx}';
/**
 * Rooms whose files share a process and its modules, which saves starting and loading for each:
 * nothing of theirs outlives a test, and no module of `src` has a state of its own.
 */
const SHARED = [
  `test/{domain,market,portfolio,risk,indicators,execution,contracts,backtest,config}/**/${FILES}`,
  `test/{engine,exchange/{ccxt,demo,emulator,gateway,practice,sim}}/**/${FILES}`,
  `test/strategies/${FILES}`,
  `test/ui/{compose,dialogs,edit,input,layout,panes,screen,text}/**/${FILES}`,
];

// Processes that tests start find compiled what another one has loaded.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/tapedeck/compiled');

// Order is shuffled so that no test can lean on another; vitest prints the seed, and
// `npm test -- --sequence.seed=N` repeats an order.
export default defineConfig({
  root,
  test: {
    environment: 'node',
    globalSetup: ['test/support/fresh-build.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    reporters: [createCountReporter(), 'default'],
    // A third of the time is waiting, for terminals, disks, killed processes: one above the cores.
    maxWorkers: availableParallelism() + 1,
    sequence: { shuffle: true, sequencer: FileOrder },
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Limits that find a hang. Nothing is proved by them, so a busy machine may take its time.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, isolate: false } },
      { extends: true, test: { name: 'alone', include: [`test/**/${FILES}`], exclude: SHARED } },
    ],
  },
});
