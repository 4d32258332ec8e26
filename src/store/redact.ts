/** Takes known secrets out of text, in the forms in which they tend to leak. */

/** Shorter ones would blank out half of every line. */
const SHORTEST_SECRET = 4;
const MASK = '***';

export type Redact = (text: string) => string;

/** Literal secrets as such, JSON-escaped, URL-encoded, base64, base64url and hex. */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    const bytes = Buffer.from(secret);
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(encodeURIComponent(secret));
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      forms.add(bytes.toString(encoding));
    }
  }
  // Longest first, so that no form leaves the rest of a longer one behind.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((clean, form) => clean.replaceAll(form, MASK), text);
}
