import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { BUILD_OPTIONS } from '../../src/cli/build.ts';

const root = join(import.meta.dirname, '..', '..');

export interface FixtureProgram {
  /** For files of the tests, too. */
  readonly directory: string;
  /** What node runs: `program PID_FILE BEHAVIOR`. */
  readonly program: string;
  readonly remove: () => void;
}

/** The console on test data, built as the console itself is. */
export async function buildFixture(): Promise<FixtureProgram> {
  // Two levels below the root, as a build lies: themes are found relative to the program.
  const directory = mkdtempSync(join(root, 'node_modules', '.console-'));
  await build({
    ...BUILD_OPTIONS,
    entryPoints: [fileURLToPath(new URL('./console-fixture.ts', import.meta.url))],
    outdir: directory,
    splitting: true,
  });
  return {
    directory,
    program: join(directory, 'console-fixture.js'),
    // A program that is just ending may still write into it.
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }),
  };
}
