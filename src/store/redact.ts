/** Takes known secrets out of text, in the forms in which they tend to leak. */

/** Shorter ones would blank out half of every line. */
const SHORTEST_SECRET = 4;
/** Of a secret's part inside base64 that holds more than the secret. */
const SHORTEST_FORM = 8;
const SHORTEST_LINE = 16;
const MASK = '***';

export type Redact = (text: string) => string;

/**
 * What signs or authorizes a request is masked whether or not we know its secret: values named so
 * in URLs and forms, in JSON, and in headers.
 */
const NAMED =
  /\b(signature|sign|api-?key|api-?secret|secret|passphrase|password|access[-_]?token)=[^&\s"'<>]+/gi;
const IN_JSON =
  /("(?:signature|sign|api-?key|(?:api-?)?secret|passphrase|password|(?:access[-_]?)?token)"\s*:\s*")(?:[^"\\]|\\.)*"/gi;
const HEADER =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-mbx-apikey|ok-access-(?:key|sign|passphrase)|kc-api-(?:key|sign|passphrase)|x-bapi-(?:api-key|sign)|api-(?:key|sign))(["']?\s*[:=]\s*["']?)[^\r\n"',}]+/gi;

/**
 * Literal secrets as such, JSON-escaped, URL-encoded, in hex, base64 and base64url, alone or
 * inside more; and whatever is named as a secret.
 */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of formsOf(secret)) forms.add(form);
    const lines = secret.split(/\s*\n\s*/);
    if (lines.length === 1) continue;
    // A private key is quoted by the line, too.
    for (const line of lines) if (line.length >= SHORTEST_LINE) forms.add(line);
  }
  // Longest first, so that no form leaves the rest of a longer one behind.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => {
    const clean = ordered.reduce((rest, form) => rest.replaceAll(form, MASK), text);
    return clean
      .replace(HEADER, `$1$2${MASK}`)
      .replace(IN_JSON, `$1${MASK}"`)
      .replace(NAMED, `$1=${MASK}`);
  };
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const url = encodeURIComponent(secret);
  const hex = bytes.toString('hex');
  const whole = bytes.toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    encodeURIComponent(whole),
    hex,
    hex.toUpperCase(),
    ...['base64' as const, 'base64url' as const].flatMap((encoding) => [
      bytes.toString(encoding),
      ...[1, 2].map((offset) => middleOf(bytes, offset, encoding)),
      middleOf(bytes, 0, encoding),
    ]),
  ].filter((form) => form.length >= SHORTEST_SECRET);
}

/** The characters of base64 that only the secret decides when `offset` bytes stand before it. */
function middleOf(bytes: Buffer, offset: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString(encoding);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + bytes.length) * 8) / 6);
  const middle = text.slice(from, to);
  return middle.length >= SHORTEST_FORM ? middle : '';
}

/** A secret that the cut went through is no longer known as one: so much is left out behind it. */
const LONGEST_FORM = 16 * 1024;

/** The clean text, of a long one its beginning; its end is `most` characters away or more. */
export function redactHead(redact: Redact, text: string, most: number): string {
  const enough = most + LONGEST_FORM;
  if (text.length <= enough) return redact(text);
  return redact(text.slice(0, enough + LONGEST_FORM)).slice(0, -LONGEST_FORM);
}

/** Of one reason; the page of megabytes that came with an error is not kept. */
const MAX_WORDS = 2_000;

/** Fields that carry words of people, venues and strategies; all others are ours. */
const WORDS: ReadonlySet<string> = new Set(['reason', 'statusReason', 'message', 'text', 'note']);

/**
 * A plain value with its words clean and bounded, at any depth; the same value where nothing was
 * to be done.
 * Numbers and ids stay as they are: a secret of digits must not change an amount.
 */
export function redactWords<T>(redact: Redact, value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  let changed: Record<string, unknown> | null = null;
  for (const [key, one] of Object.entries(value)) {
    const isWords = typeof one === 'string' && WORDS.has(key);
    const clean: unknown = isWords ? boundedWords(redact, one) : redactWords(redact, one);
    if (clean === one) continue;
    changed ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
      string,
      unknown
    >;
    changed[key] = clean;
  }
  return changed === null ? value : (changed as T);
}

const boundedWords = (redact: Redact, text: string): string =>
  redactHead(redact, text, MAX_WORDS).slice(0, MAX_WORDS);
