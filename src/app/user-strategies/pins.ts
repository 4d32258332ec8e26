/** Which code ran last time: hashes of user strategies, in the state directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../domain/errors.ts';
import { safeText } from '../../domain/safe-text.ts';
import { STRATEGY_PINS_FILE } from '../../store/state-dir.ts';
import { replaceFile } from '../../store/whole-file.ts';
import type { UserFile } from '../../strategies/host/user-file.ts';
import type { Words } from '../session-types.ts';

interface Used {
  readonly strategyId: string;
  readonly file: UserFile;
}

const PINS = z.record(z.string().max(60), z.strictObject({ path: z.string(), hash: z.string() }));
type Pins = z.infer<typeof PINS>;

/** Characters of a hash that a person compares. */
const SHOWN = 12;

/** Says which file each strategy is, and what changed since it last ran here; then remembers it. */
export function comparePins(directory: string, used: readonly Used[]): Words[] {
  const path = join(directory, STRATEGY_PINS_FILE);
  const before = readPins(path);
  const words = used.map(({ strategyId, file }) => wordsOf(strategyId, file, before?.[strategyId]));
  const pins = used.map(({ strategyId, file: { path: at, hash } }) => [
    strategyId,
    { path: at, hash },
  ]);
  try {
    replaceFile(path, JSON.stringify({ ...before, ...Object.fromEntries(pins) }));
  } catch (error) {
    words.push({
      level: 'warn',
      text: `which strategy files ran is not kept: ${messageOf(error)}`,
    });
  }
  return words;
}

function wordsOf(id: string, file: UserFile, before: Pins[string] | undefined): Words {
  const { path, link, hash } = file;
  const from = link === null ? '' : `, asked for as ${link}`;
  const is = `${id} is ${path}${from}, sha256 ${hash.slice(0, SHOWN)}`;
  if (before === undefined) return { level: 'info', text: safeText(is) };
  const moved = before.path === path ? '' : `; last time it was ${before.path}`;
  if (before.hash === hash)
    return { level: moved === '' ? 'info' : 'warn', text: safeText(is + moved) };
  const changed = `; its code changed since it last ran here (${before.hash.slice(0, SHOWN)})`;
  return { level: 'warn', text: safeText(is + changed + moved) };
}

/** Null where nothing is kept, or not by us. */
function readPins(path: string): Pins | null {
  try {
    const result = PINS.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return result.success ? result.data : null;
  } catch {
    return null; // the first run here, or a file that was cut short: everything is new then
  }
}
