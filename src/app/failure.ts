/** How a failed command ends: one line and the exit code of PRODUCT 9. */
import { InputError } from '../domain/errors.ts';
import { safeText } from '../domain/safe-text.ts';
import { StoreError, type StoreErrorCode } from '../store/schema.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
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
  'directoryNotOurs',
  'locked',
]);

/** Exit code and line of whatever a command threw. */
export function toFailure(error: unknown): Failure {
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

/** Nothing from outside may move the cursor or start a line. */
const oneLine = (text: string): string => safeText(text, LONGEST_LINE);
