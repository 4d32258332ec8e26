/**
 * `numerator / denominator`, or `otherwise` where the quotient is not a finite number (nothing
 * divided by nothing, or a divisor so small that the result overflows).
 */
export function ratioOr(numerator: number, denominator: number, otherwise: number): number {
  const quotient = numerator / denominator;
  return Number.isFinite(quotient) ? quotient : otherwise;
}
