import type { VenueFault } from '../../domain/venue.ts';
import { safeText } from '../../domain/safe-text.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Instance } from './instance-type.ts';
import type { ExchangeRow } from './row.ts';

/** What was asked: a create can be unknown where a question has only no answer. */
export type RequestKind = 'create' | 'cancel' | 'query';

/**
 * What a thrown error means, by what to do about it (EXCHANGE 6). Whatever is no proven refusal is
 * `unknownOutcome`, and so is everything the library did not make itself.
 */
export function toFault(
  error: unknown,
  of: { readonly instance: Instance; readonly row: ExchangeRow; readonly kind: RequestKind },
): VenueFault {
  void of;
  return { kind: 'unknownOutcome', reason: reasonOf(error) };
}

/** Why it failed, harmless and short: no signature, no key, no control character. */
export function reasonOf(error: unknown): string {
  return safeText(messageOf(error).replace(/https?:\/\/\S+/g, 'a request'), 200);
}
