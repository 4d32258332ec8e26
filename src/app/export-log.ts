/** Writes the log lines a reader shows into a file of the state directory. */
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { safeText } from '../domain/safe-text.ts';
import type { EpochMs } from '../domain/time.ts';
import { EXPORTS_DIRECTORY } from '../store/state-dir.ts';
import type { Words } from './session-types.ts';

const MAX_BYTES = 10 * 1024 * 1024;
/** Characters of one line; a longer one ends in `…`. */
const MAX_LINE = 2000;

/**
 * Writes lines without control characters to a private file named by engine time, never over one
 * that exists. Says its path, or why there is none.
 */
export function exportLog(
  directory: string,
  of: { readonly lines: readonly string[]; readonly time: EpochMs },
): Words {
  const text = of.lines.map((line) => `${safeText(line, MAX_LINE)}\n`).join('');
  if (Buffer.byteLength(text) > MAX_BYTES) {
    const count = of.lines.length;
    return { level: 'warn', text: `${count} lines are more than 10 MB: filter them first` };
  }
  const folder = join(directory, EXPORTS_DIRECTORY);
  const stamp = new Date(of.time).toISOString().replace(/[-:]|\.\d+/g, '');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a directory`);
    return {
      level: 'info',
      text: `log written to ${writeNew(join(folder, `log-${stamp}`), text)}`,
    };
  } catch (error) {
    return { level: 'warn', text: `the log was not written: ${messageOf(error)}` };
  }
}

/** Two exports of one moment of a held market are two files. Returns the path. */
function writeNew(stem: string, text: string): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${stem}.txt` : `${stem}-${number}.txt`;
    try {
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}
