import { z } from 'zod';

/** As for indicators: a week of minutes; it bounds memory and the warm-up. */
const LONGEST = 10_000;

/** A whole number of candles. */
export function candles(byDefault: number, describe: string, min = 1) {
  return z.int().min(min).max(LONGEST).default(byDefault).describe(describe);
}

/** A number in a range, both ends included. */
export function number(
  byDefault: number,
  describe: string,
  range: { readonly min: number; readonly max: number },
) {
  return z.number().min(range.min).max(range.max).default(byDefault).describe(describe);
}

/** Which sides a strategy may hold. */
export const direction = z
  .enum(['both', 'long', 'short'])
  .default('long')
  .describe('sides it may hold; on a spot market a short signal is an exit');
export type Direction = z.infer<typeof direction>;

interface Pair {
  readonly fast: number;
  readonly slow: number;
}

/** Schema check: the fast window is the shorter one. The message names both. */
export function fastBelowSlow(payload: z.core.ParsePayload<Pair>): void {
  const { fast, slow } = payload.value;
  if (fast < slow) return;
  const message = `fast ${fast} must be below slow ${slow}`;
  payload.issues.push({ code: 'custom', message, input: payload.value });
}
