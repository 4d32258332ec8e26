/** A broken invariant of ours: trading halts, the process ends non-zero. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** 1 the run failed, 2 usage or configuration, 3 refused for safety, 4 venue or network. */
type ExitCode = 1 | 2 | 3 | 4;

/**
 * Bad input at an edge (option, config, data file, state): one line with place, value and fix.
 * `exitCode` is the process's answer (PRODUCT 9).
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Throws BugError with the message when the condition does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** Ends an exhaustive switch: a new kind that is not handled does not compile. */
export function assertNever(value: never): never {
  throw new BugError(`unexpected ${JSON.stringify(value)}`);
}

/** The value, or a BugError naming what is missing. */
export function required<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new BugError(`missing ${what}`);
  return value;
}

/** What a thrown value says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The operating system's code of an error, such as `ENOENT`; `UNKNOWN` without one. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
