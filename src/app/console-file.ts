import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { errnoOf, messageOf } from '../domain/errors.ts';
import type { Log } from '../ports.ts';
import { CONSOLE_FILE } from '../store/state-dir.ts';
import { replaceFile } from '../store/whole-file.ts';

const MAX_BYTES = 256 * 1024;

/**
 * The file in the state directory where the console keeps its looks. A disk that refuses costs the
 * looks, never the console: the reason goes to the log, once.
 */
export function createConsoleFile(stateDir: string, log: Log) {
  const file = join(stateDir, CONSOLE_FILE);
  let isRefused = false;
  return {
    place: CONSOLE_FILE,
    /** Null where nothing is kept; empty, which is no valid text, where it cannot be read. */
    load(): string | null {
      try {
        const found = statSync(file);
        // A pipe would be waited for, a device read without end.
        return found.isFile() && found.size <= MAX_BYTES ? readFileSync(file, 'utf8') : '';
      } catch (error) {
        return errnoOf(error) === 'ENOENT' ? null : '';
      }
    },
    save(text: string): void {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        replaceFile(file, text);
        isRefused = false;
      } catch (error) {
        if (!isRefused) {
          const message = `the console's looks are not kept: ${messageOf(error)}`;
          log({ level: 'warn', category: 'system', message });
        }
        isRefused = true;
      }
    },
  };
}
