/** A process beside the console that outlives it: the exchange that somebody practices on. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { InputError, messageOf } from '../domain/errors.ts';
import { LOG_DIRECTORY } from '../store/state-dir.ts';

/** A busy machine may take its time to start a process. */
const START_MS = 30_000;
const LOOK_MS = 50;
/** A console that restarts is back long before. */
const LONELY_MS = 10 * 60_000;

/**
 * Starts the script in a process of its own and tries `connect` until it succeeds. What the process
 * says on stderr goes to the log file. Throws InputError when it does not come up.
 */
export async function startCompanion<T>(of: {
  /** In words, for the error. */
  readonly what: string;
  readonly script: URL;
  /** JSON on its command line; no secrets. */
  readonly plan: string;
  /** State directory of the session. */
  readonly directory: string;
  readonly log: string;
  readonly connect: () => Promise<T>;
}): Promise<T> {
  const logs = join(of.directory, LOG_DIRECTORY);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const log = openSync(join(logs, of.log), 'a', 0o600);
  const child = spawn(process.execPath, [fileURLToPath(of.script), of.plan], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
    env: {},
  });
  closeSync(log);
  child.unref();
  let problem = 'it did not start';
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    try {
      return await of.connect();
    } catch (error) {
      problem = messageOf(error);
    }
    await sleep(LOOK_MS);
  }
  throw new InputError(`${of.what} cannot be reached: ${problem}`, 1);
}

/** Calls `act` once nobody has been connected for a while; takes the number of connections. */
export function untilLonely(act: () => void): (connections: number) => void {
  let lonely: NodeJS.Timeout | undefined;
  return (connections) => {
    clearTimeout(lonely);
    if (connections === 0) lonely = setTimeout(act, LONELY_MS);
  };
}
