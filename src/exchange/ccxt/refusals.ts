import type { RejectCode } from '../../domain/record.ts';

/**
 * What an exchange's own word means, where it is proven that it says so before an order is
 * matched; `unknown` where the library takes for a refusal what is none.
 */
export type Meaning =
  'auth' | 'clock' | 'rate' | 'ban' | 'down' | 'notFound' | 'unknown' | RejectCode;

/** How the word begins (`-1013 Filter failure: LOT_SIZE`), or the library's class; first fits. */
export type Refusals = readonly (readonly [beginning: string, meaning: Meaning])[];

/** What the exchange itself said in an error of the library, as one line; '' where it did not. */
export function wordOf(message: string): string {
  const open = message.indexOf('{');
  const said = open < 0 ? null : parse(message.slice(open));
  if (said === null) return '';
  const { code, msg, message: text, error, reason } = said;
  if (Array.isArray(error)) return error.filter((one) => typeof one === 'string').join(', ');
  return [code, reason, msg ?? text].filter((one) => isWord(one)).join(' ');
}

/** The meaning of a word, or of the class of the error; undefined where neither is known. */
export function meaningOf(
  refusals: Refusals,
  of: { readonly word: string; readonly name: string },
): Meaning | undefined {
  return refusals.find(([begins]) => isBeginning(begins, of.word) || begins === of.name)?.[1];
}

/** `-2010` begins `-2010 Duplicate`, but not `-20101`. */
function isBeginning(begins: string, word: string): boolean {
  return word.startsWith(begins) && !/^[\w.-]/.test(word.slice(begins.length));
}

const isWord = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function parse(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Cut off or followed by something: nothing that the exchange said for certain.
    return null;
  }
}
