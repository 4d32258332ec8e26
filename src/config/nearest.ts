import { editDistance } from '../domain/edit-distance.ts';
import { escapeUnseen } from '../domain/safe-text.ts';

/** `; did you mean "x"?` when a known name is near the given one, else the empty text. */
export function didYouMean(given: string, known: readonly string[]): string {
  const near = nearestName(given, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}

/** The near name as `didYouMean` says it, or else all of them: `; known: a, b`. */
export function nearOrKnown(given: string, known: readonly string[]): string {
  return didYouMean(given, known) || `; known: ${known.join(', ')}`;
}

/** The known name that a slip of a few letters would turn into the given one; null if none. */
export function nearestName(given: string, known: readonly string[]): string | null {
  if (known.length === 0 || given === '') return null;
  const lower = given.toLowerCase();
  const same = known.find((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  const begins = known.filter((name) => name.toLowerCase().startsWith(lower));
  if (lower.length >= 3 && begins.length === 1) return begins[0] ?? null;
  const swapped = known.find((name) => letters(name.toLowerCase()) === letters(lower));
  if (swapped !== undefined) return swapped;
  const slipsOf = (name: string): number => editDistance(lower, name.toLowerCase());
  const near = known.reduce((best, name) => (slipsOf(name) < slipsOf(best) ? name : best));
  const allowed = Math.max(1, Math.floor(Math.max(lower.length, near.length) * 0.4));
  return slipsOf(near) <= allowed ? near : null;
}

const letters = (text: string): string => text.split('').sort().join('');

/** Text from outside as a message may carry it: quoted, escaped, cut. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const harmless = escapeUnseen(text);
  return harmless.length > 80 ? `${harmless.slice(0, 77)}…` : harmless;
}
