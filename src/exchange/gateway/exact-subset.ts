import { type Decimal, ZERO, gt, sub } from '../../domain/decimal.ts';

/** Candidates looked at: an order rarely has more fills between two totals. */
const MOST = 16;

/**
 * The first of the parts, in their order, that add up to exactly this quantity; where their order
 * does not fit, any that do. Null when none of the first 16 do.
 */
export function exactSubset<T extends { readonly quantity: Decimal }>(
  parts: readonly T[],
  quantity: Decimal,
): T[] | null {
  return choose(parts.slice(0, MOST), quantity, 0);
}

function choose<T extends { readonly quantity: Decimal }>(
  parts: readonly T[],
  rest: Decimal,
  from: number,
): T[] | null {
  if (rest === ZERO) return [];
  for (let at = from; at < parts.length; at += 1) {
    const part = parts[at];
    if (!part || gt(part.quantity, rest)) continue;
    const others = choose(parts, sub(rest, part.quantity), at + 1);
    if (others) return [part, ...others];
  }
  return null;
}
