import { scopeName } from '../execution/stop-states.ts';
import { clustersInUse } from './clusters.ts';
import { exposure } from './review-context.ts';
import type { EngineState } from './state.ts';
import type { ClusterView, ScopeView } from './view.ts';

/** Strategies and symbols with a state of their own, newest last. */
export function scopeViews({ money }: EngineState): ScopeView[] {
  return [...money.scopes.values()].map(({ scope, state, since, reason, by }) => ({
    kind: 'symbol' in scope ? 'symbol' : 'strategy',
    name: scopeName(scope),
    state,
    since,
    reason,
    by,
  }));
}

/** Markets in use that move together, and how much of equity each cluster may reach. */
export function clusterViews(state: EngineState): ClusterView[] {
  const { bySymbol } = exposure(state);
  const { equity } = state.market;
  // One market makes no cluster.
  if (bySymbol.size < 2) return [];
  return clustersInUse(state, bySymbol).map(({ members, bought, sold }) => {
    const reach = Math.max(Math.abs(bought), Math.abs(sold));
    return { symbols: members, exposureFraction: equity > 0 ? reach / equity : null };
  });
}
