/** The control socket's language: one JSON object a line, one request a line. */
import type { Cleared } from './clearance.ts';
import type { Books } from './messages.ts';

export type ControlRequest =
  | { readonly ask: 'status' }
  | { readonly ask: 'halt' }
  | { readonly ask: 'flatten' }
  | { readonly ask: 'resume'; readonly phrase: string };

export interface ControlStatus {
  readonly pid: number;
  readonly account: string;
  /** No order leaves. */
  readonly gateClosed: boolean;
  /** For how long; null while orders may leave. */
  readonly closedForMs: number | null;
  /** Milliseconds since the main loop last turned, as far as they count. */
  readonly silentMs: number;
  /** Orders the thread could cancel by itself; null where the venue lives in the process. */
  readonly knownOrders: number | null;
}

/** What a stop came to, from the two who can know. */
export interface StopOutcome {
  /** Null: the main loop did not answer. */
  readonly books: Books | null;
  /** Null where the venue lives in the process. */
  readonly cleared: Cleared | null;
  /** The stop file was written because the main loop did not answer; why not, in words. */
  readonly stopFile: 'notNeeded' | 'written' | { readonly problem: string };
}

/** `final`: the last answer to this request. */
export type ControlAnswer =
  | { readonly final: true; readonly ok: false; readonly problem: string }
  | { readonly final: true; readonly ok: true; readonly status: ControlStatus }
  /** Said at once: from here on no order leaves. */
  | { readonly final: false; readonly ok: true; readonly gate: 'closed' }
  | { readonly final: true; readonly ok: true; readonly stopped: StopOutcome }
  | { readonly final: true; readonly ok: true; readonly resumed: true };

/** A request is shorter than this, line end included. */
export const MAX_REQUEST_BYTES = 1_024;
const MAX_PHRASE = 128;
const ASKS = 'status, halt, flatten, resume';

export type ParsedRequest =
  | { readonly ok: true; readonly request: ControlRequest }
  | { readonly ok: false; readonly problem: string };

/** One line of a request. Whatever it is, the answer is a request or a problem in one line. */
export function parseRequest(line: string): ParsedRequest {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return { ok: false, problem: 'not JSON: send one object a line, such as {"ask":"status"}' };
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    return { ok: false, problem: 'not an object: send one a line, such as {"ask":"status"}' };
  }
  const { ask, phrase } = found as Partial<Record<'ask' | 'phrase', unknown>>;
  switch (ask) {
    case 'status':
    case 'halt':
    case 'flatten':
      return { ok: true, request: { ask } };
    case 'resume':
      if (typeof phrase !== 'string' || phrase.length > MAX_PHRASE) {
        return { ok: false, problem: 'resume needs "phrase": the account name as text' };
      }
      return { ok: true, request: { ask, phrase } };
    default:
      return { ok: false, problem: `"ask" must be one of ${ASKS}` };
  }
}

/** One line of an answer; null for anything else. */
export function parseAnswer(line: string): ControlAnswer | null {
  try {
    const found: unknown = JSON.parse(line);
    if (typeof found !== 'object' || found === null) return null;
    const { ok, final } = found as Partial<Record<'ok' | 'final', unknown>>;
    if (typeof ok !== 'boolean' || typeof final !== 'boolean') return null;
    // Both ends are the same program; a socket of ours is private to its user.
    return found as ControlAnswer;
  } catch {
    return null;
  }
}
