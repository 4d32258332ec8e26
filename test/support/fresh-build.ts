import { join } from 'node:path';

import { ensureBuild } from '../../src/cli/build.ts';

/** Runs once before the tests, so that those that start the program never wait for a build. */
export async function setup(): Promise<void> {
  await ensureBuild(join(import.meta.dirname, '..', '..'));
}
