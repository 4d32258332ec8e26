import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { messageOf } from '../domain/errors.ts';
import type { Log } from '../ports.ts';

const PRIVATE = 0o600;
const MAX_BYTES = 256 * 1024;

/**
 * The file in the state directory where the console keeps its looks. A disk that refuses costs the
 * looks, never the console: the reason goes to the log, once.
 */
export function createConsoleFile(stateDir: string, log: Log) {
  const file = join(stateDir, 'console.json');
  let isRefused = false;
  return {
    place: 'console.json',
    load(): string | null {
      try {
        const text = readFileSync(file, 'utf8');
        return text.length > MAX_BYTES ? '' : text;
      } catch {
        return null;
      }
    },
    save(text: string): void {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(`${file}.new`, text, { mode: PRIVATE });
        renameSync(`${file}.new`, file);
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
