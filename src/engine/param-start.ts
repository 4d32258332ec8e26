import type { ParamChange } from '../execution/money.ts';
import type { StrategyDefinition } from '../ports.ts';

/**
 * Parameters a restart begins with: the operator's, as long as the configuration still says what
 * it said when they were changed. An edit made since is newer, and counts.
 */
export function startParams(
  change: ParamChange | null | undefined,
  of: { readonly definition: StrategyDefinition; readonly configured: unknown },
): unknown {
  if (!change || !isSame(change.configuredParams, of.configured)) return of.configured;
  if (change.strategy !== of.definition.name) return of.configured;
  const checked = of.definition.params.safeParse(change.params);
  return checked.success ? checked.data : of.configured;
}

/** Parameters are plain JSON whose keys stand in the order of the schema. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
