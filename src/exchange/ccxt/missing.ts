import { ForbiddenHost } from './guard.ts';
import type { Instance } from './instance-type.ts';

/** Statuses of a server that has no such page, or none for this method. */
const STATUSES: ReadonlySet<number | undefined> = new Set([404, 405, 410, 501]);

/**
 * The exchange, or a smaller one in its place, does not have this question at all: nothing was
 * refused, and asking again changes nothing.
 */
export function isMissing(error: unknown, instance: Instance): boolean {
  if (error instanceof ForbiddenHost || error instanceof instance.errors.NotSupported) return true;
  if (STATUSES.has(instance.answerOf(error)?.status)) return true;
  return error instanceof instance.errors.BaseError && error.message.includes('Unknown method');
}
