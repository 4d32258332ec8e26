// First file of every start, run from source by the launcher: makes sure the build is fresh, then
// becomes the program. Nothing heavy may be imported here.
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ensureBuild, mainFile } from './build.ts';

/** The modules of a start are loaded by then; a process killed later leaves its cache behind. */
const FLUSH_DELAY_MS = 2000;

const root = join(import.meta.dirname, '..', '..');
const directory = await ensureBuild(root).catch((error: unknown) => {
  process.stderr.write(`tapedeck: build failed\n${String(error)}\n`);
  process.exit(1);
});
setTimeout(flushCompileCache, FLUSH_DELAY_MS).unref();
await import(pathToFileURL(mainFile(directory)).href);
