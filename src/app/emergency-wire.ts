/** Which wire the emergency thread gets of its own. */
import { exchangeSocket } from './drill/launch.ts';
import type { WirePlan } from './emergency/client.ts';
import type { RunOptions } from './run-options.ts';

/** The wire of a session's venue; null where the venue lives in the process. */
export function wireOf(
  options: Pick<RunOptions, 'drill' | 'exchange' | 'stateDirectory'>,
): WirePlan | null {
  const { drill = null, exchange = null, stateDirectory } = options;
  if (exchange !== null) return exchange.plan.venue === 'data' ? null : { kind: 'exchange' };
  return drill === null ? null : { kind: 'practice', socket: exchangeSocket(stateDirectory) };
}
