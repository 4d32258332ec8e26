/** How a failed command ends: one line and the exit code of PRODUCT 9. */
import { InputError } from '../domain/errors.ts';
import type { EnvironmentSecrets } from '../config/secrets.ts';
import { safeText } from '../domain/safe-text.ts';
import { createRedact, type Redact } from '../store/redact.ts';
import { StoreError, type StoreErrorCode } from '../store/schema.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  network: 4,
  interrupted: 130,
} as const;

export interface Failure {
  readonly exitCode: number;
  /** One line without control characters. */
  readonly line: string;
}

/** State that is somebody's, somebody's now, or damaged: nothing was touched, for safety. */
const REFUSALS: ReadonlySet<StoreErrorCode> = new Set([
  'corruptJournal',
  'sequenceGap',
  'corruptSnapshot',
  'missingSnapshot',
  'missingJournal',
  'newerSchema',
  'badRecord',
  'badState',
  'restoreUnfinished',
  'badBackup',
  'nothingLeft',
  'directoryNotOurs',
  'locked',
]);

/** Takes out of a line whatever the environment held as a secret. */
export function redactorOf(secrets: EnvironmentSecrets): Redact {
  const all = [...secrets.values()].flatMap((parts) => [...parts.values()]);
  return createRedact(all.map((secret) => secret.reveal()));
}

/** Exit code and line of whatever a command threw; `redact` takes secrets out of the line. */
export function toFailure(error: unknown, redact: Redact = (text) => text): Failure {
  const oneLine = (text: string): string => safeText(redact(text), LONGEST_LINE);
  if (error instanceof InputError)
    return { exitCode: error.exitCode, line: oneLine(error.message) };
  if (error instanceof StoreError) {
    const exitCode = REFUSALS.has(error.code) ? EXIT.refused : EXIT.failed;
    return { exitCode, line: oneLine(error.message) };
  }
  // Mistakes on the command line say so themselves; `cli` lies above this folder.
  if (error instanceof Error && error.name === 'UsageError') {
    return { exitCode: EXIT.usage, line: oneLine(error.message) };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { exitCode: EXIT.failed, line: oneLine(message) };
}

/** What a session that failed ends its command with. */
export const failedSession = (why: string): InputError => new InputError(why, EXIT.failed);

const LONGEST_LINE = 1000;
const MOST_FRAMES = 20;

/** The places of a bug, for whoever mends it: a line each, without control characters. */
export function framesOf(error: unknown, redact: Redact): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^ +at /.test(line));
  return frames.slice(0, MOST_FRAMES).map((line) => safeText(redact(line), LONGEST_LINE));
}
