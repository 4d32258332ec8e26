import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..', '..');

// Tests of one mutant: the order of the file, and nothing built, because none of them starts the
// program. What a mutant only delays for ever fails sooner than in `npm test`.
export default defineConfig({
  root,
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    setupFiles: ['test/support/property-seed.ts'],
    // Goes with the copy: nothing of a mutant is left where other test runs look.
    fsModuleCachePath: join(root, '.vitest-cache'),
    maxWorkers: 1,
    bail: 1,
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
  },
});
