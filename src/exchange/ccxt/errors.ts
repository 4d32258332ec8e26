import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { VenueFault } from '../../domain/venue.ts';
import { ForbiddenHost } from './guard.ts';
import type { ErrorClasses, HttpAnswer, Instance } from './instance-type.ts';
import { reasonOf } from './reason.ts';
import { type Meaning, meaningOf, wordOf } from './refusals.ts';
import type { ExchangeRow } from './row.ts';

/** What was asked: a question has no outcome that could be unknown, a change has. */
export type RequestKind = 'create' | 'cancel' | 'query';

interface Of {
  readonly instance: Instance;
  readonly row: ExchangeRow;
  readonly kind: RequestKind;
}

/** Waits where the exchange does not say how long. */
const WAIT_MS = { rate: 10 * SECOND_MS, ban: 2 * MINUTE_MS, clock: SECOND_MS } as const;
/** Longest wait that is believed: bans last up to three days. */
const LONGEST_WAIT_MS = 3 * DAY_MS;

/**
 * What a thrown error means, by what to do about it (EXCHANGE 3.4 and 6, RELIABILITY 3). The
 * exchange's own word decides before the library's class: a revoked key comes as an overload. An
 * answer of 500 or more proves nothing of a change, and whatever is not proven is
 * `unknownOutcome`: broken connections, unreadable answers, errors that are not the library's.
 * A request refused for its time was not carried out; it is `rateLimited` for a second, in which
 * the clock is measured again (`onClockRefused`).
 */
export function toFault(error: unknown, of: Of): VenueFault {
  const reason = reasonOf(error, of.instance);
  // Nothing was sent.
  if (error instanceof ForbiddenHost) return { kind: 'down', reason };
  if (!(error instanceof of.instance.errors.BaseError)) return { kind: 'unknownOutcome', reason };
  const answer = of.instance.answerOf(error);
  const status = answer?.status ?? 0;
  if (status === 429) return limited('rate', answer, reason);
  if (status === 418) return limited('ban', answer, reason);
  const meaning = understood(error, of);
  if (status >= 500 && of.kind !== 'query') return { kind: 'unknownOutcome', reason };
  if (isByStatus(error.message)) return byStatus(status, reason, of.kind);
  return toKind(meaning, answer, reason);
}

/** The library made the error of the status alone: nobody read an answer of the exchange. */
const isByStatus = (message: string): boolean =>
  /^\w+ (?:GET|POST|PUT|DELETE|PATCH) https?:/.test(message);

function byStatus(status: number, reason: string, kind: RequestKind): VenueFault {
  if (status === 401 && kind === 'query') return { kind: 'auth', reason };
  return { kind: 'unknownOutcome', reason };
}

function understood(error: Error, { instance, row }: Of): Meaning {
  const word = wordOf(error.message) || withoutName(error.message, row.id);
  return (
    meaningOf(row.refusals, { word, name: error.name }) ?? byClass(error, word, instance.errors)
  );
}

/** `gemini Invalid signature`: exchanges whose words come without their code. */
const withoutName = (message: string, id: string): string =>
  message.startsWith(`${id} `) ? message.slice(id.length + 1) : message;

/** What the library's class proves. Order matters: classes lie within classes. */
function byClass(error: Error, word: string, errors: ErrorClasses): Meaning {
  const is = (name: keyof ErrorClasses) => error instanceof errors[name];
  if (is('OrderNotFound')) return 'notFound';
  if (is('InsufficientFunds')) return 'INSUFFICIENT_FUNDS';
  if (is('OrderImmediatelyFillable')) {
    return /trigger/i.test(word) ? 'WOULD_TRIGGER' : 'POST_ONLY_WOULD_TAKE';
  }
  if (is('OrderNotFillable')) return 'FOK_NOT_FILLABLE';
  if (is('DuplicateOrderId') || /duplicate/i.test(word)) return 'DUPLICATE_ID';
  if (is('OnMaintenance') || is('MarketClosed')) return 'down';
  if (is('AuthenticationError')) return 'auth';
  if (is('BadSymbol')) return 'UNKNOWN_SYMBOL';
  if (is('ArgumentsRequired') || is('NotSupported')) return 'UNSUPPORTED';
  if (is('InvalidOrder') || is('BadRequest') || is('OperationRejected')) return 'INVALID_ORDER';
  return 'unknown';
}

function toKind(meaning: Meaning, answer: HttpAnswer | undefined, reason: string): VenueFault {
  switch (meaning) {
    case 'auth':
      return { kind: 'auth', reason };
    case 'notFound':
      return { kind: 'notFound', reason };
    case 'down':
      return { kind: 'down', reason };
    case 'unknown':
      return { kind: 'unknownOutcome', reason };
    case 'rate':
    case 'ban':
      return limited(meaning, answer, reason);
    case 'clock':
      return { kind: 'rateLimited', reason, waitMs: WAIT_MS.clock, banned: false };
    default:
      return { kind: 'rejected', code: meaning, reason };
  }
}

function limited(
  meaning: 'rate' | 'ban',
  answer: HttpAnswer | undefined,
  reason: string,
): VenueFault {
  const waitMs = retryAfterMs(answer) ?? WAIT_MS[meaning];
  return { kind: 'rateLimited', reason, waitMs, banned: meaning === 'ban' };
}

/** The wait that the answer asks for, in seconds or until a date of its own clock. */
function retryAfterMs(answer: HttpAnswer | undefined): number | null {
  const said = answer?.headers['retry-after'];
  if (said === undefined) return null;
  const ms = /^\d{1,9}$/.test(said)
    ? Number(said) * SECOND_MS
    : Date.parse(said) - Date.parse(answer?.headers['date'] ?? '');
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : null;
}
