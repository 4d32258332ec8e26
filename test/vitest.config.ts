import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { createCountReporter } from './support/count-reporter.ts';

// Order is shuffled so that no test can lean on another; vitest prints the seed, and
// `npm test -- --sequence.seed=N` repeats an order.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    globalSetup: ['test/support/fresh-build.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    reporters: [createCountReporter(), 'default'],
    // Half of the tests wait for terminals, disks and killed processes: two cores serve two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { shuffle: true },
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Limits that find a hang. Nothing is proved by them, so a busy machine may take its time.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
