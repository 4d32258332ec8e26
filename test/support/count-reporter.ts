import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

import { SHARED_DATA_MARK } from './shared-data.ts';

/** Where the counts of the last run are left for the script that prints the closing line. */
export const COUNTS_FILE = join(
  import.meta.dirname,
  '../../node_modules/.cache/tapedeck/counts.json',
);

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Says how many tests of shared data ran, and leaves all counts in a file. */
export function createCountReporter(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]) {
      const all = { passed: 0, failed: errors.length, skipped: 0 };
      const data = { passed: 0, failed: 0, skipped: 0 };
      for (const module of modules) {
        const before = all.failed;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          if (state === 'pending') continue;
          all[state] += 1;
          if (test.fullName.includes(SHARED_DATA_MARK)) data[state] += 1;
        }
        // A file that cannot be loaded, or a hook that throws, fails no single test.
        if (module.state() === 'failed' && all.failed === before) all.failed += 1;
      }
      const ran = data.passed + data.failed;
      if (ran + data.skipped > 0) {
        const why = data.skipped > 0 ? ' (files absent from ../shared/data)' : '';
        process.stdout.write(
          `\n shared data: ${String(ran)} tests ran, ${String(data.skipped)} suites skipped${why}\n`,
        );
      }
      mkdirSync(dirname(COUNTS_FILE), { recursive: true });
      writeFileSync(COUNTS_FILE, JSON.stringify(all satisfies Counts));
    },
  };
}
