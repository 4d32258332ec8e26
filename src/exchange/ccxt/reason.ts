import { safeText } from '../../domain/safe-text.ts';
import type { Instance } from './instance-type.ts';
import { wordOf } from './refusals.ts';

const LONGEST = 200;
/** Nothing behind it is looked at: a page of megabytes is no reason. */
const LOOKED_AT = 4_000;
const ADDRESS = /\b(?:https?|wss?):\/\/([^\s/?#"'<>]+)[^\s"'<>]*/gi;
const NAMED_SECRET =
  /((?:signature|sign|api[-_]?key|apikey|secret|token|passphrase|password|authorization|payload)["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi;
/** Long runs with a digit: keys, signatures, hashes. Our own ids are shorter. */
const LONG_RUN = /(?=[A-Za-z+/=_-]{0,400}\d)[A-Za-z0-9+/=_-]{24,}/g;

/**
 * Why something failed, for people: the exchange's own words where it said any. No address, key or
 * signature, no control character, at most 200 characters.
 */
export function reasonOf(error: unknown, instance: Instance | null = null): string {
  const message = textOf(error).slice(0, LOOKED_AT);
  return harmless(wordOf(message) || wordless(error, message), instance);
}

/** The same cleaning for any text that may come from an exchange. */
export function harmless(text: string, instance: Instance | null): string {
  const known = instance === null ? text : instance.withoutKeys(text);
  const clean = known
    .slice(0, LOOKED_AT)
    .replace(ADDRESS, '$1')
    .replace(NAMED_SECRET, '$1***')
    .replace(LONG_RUN, '***');
  return safeText(clean, LONGEST).trim();
}

/** Not everything that is thrown can be made a text. */
function textOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error ? error.message : '';
}

/** What the library, the network or nobody said. */
function wordless(error: unknown, message: string): string {
  if (/<(?:!doctype|html|head|body)\b/i.test(message)) {
    const status = /\s([1-5]\d\d)\s/.exec(message)?.[1];
    return `a web page instead of an answer${status === undefined ? '' : ` (status ${status})`}`;
  }
  const timedOut = /request timed out \((\d+) ms\)/.exec(message)?.[1];
  if (timedOut !== undefined) return `no answer within ${Number(timedOut) / 1000} s`;
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return 'an answer that cannot be read';
  }
  // `binance POST https://… fetch failed: other side closed`
  const said = message.replace(/^\w+ (?:GET|POST|PUT|DELETE|PATCH) \S+ /, '').trim();
  return said === '' ? 'an answer without words' : said;
}
