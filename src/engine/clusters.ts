import { type Reach, reachOf } from '../portfolio/exposure.ts';
import { CORRELATION_RETURNS, clustersOf, correlation } from '../portfolio/correlation.ts';
import type { Cluster } from '../risk/rule.ts';
import type { EngineState } from './state.ts';

/**
 * Correlation of two markets by the newest candles of their feeds; null while too few are shared,
 * or where their candles are of different lengths. Measured once per pair of newest candles.
 */
export function correlationOf({ market }: EngineState, a: string, b: string): number | null {
  const [first, second] = a < b ? [a, b] : [b, a];
  const one = market.symbols.get(first)?.builder;
  const two = market.symbols.get(second)?.builder;
  const [left, right] = [one?.baseSeries, two?.baseSeries];
  if (!left || !right || one?.base !== two?.base) return null;
  if (left.length <= CORRELATION_RETURNS || right.length <= CORRELATION_RETURNS) return null;
  const key = `${first} ${second}`;
  const known = market.correlations.get(key);
  if (known?.left === left.total && known.right === right.total) return known.value;
  const value = correlation(left, right);
  market.correlations.set(key, { left: left.total, right: right.total, value });
  return value;
}

/**
 * The cluster a market is in, among those that are held or worked in: what all of it may reach
 * together, signed quote, if every working order of one side filled and none of the other.
 */
export function clusterOf(
  state: EngineState,
  symbol: string,
  bySymbol: ReadonlyMap<string, Reach>,
): Cluster {
  const limit = state.settings.limits.clusterCorrelation;
  const inUse = [...bySymbol].filter(([name, reach]) => name === symbol || reachOf(reach) > 0);
  const names = [...new Set([symbol, ...inUse.map(([name]) => name)])];
  const of = (a: string, b: string): number | null => correlationOf(state, a, b);
  const members = clustersOf(names, of, limit).find((one) => one.includes(symbol)) ?? [symbol];
  let [bought, sold] = [0, 0];
  for (const name of members) {
    bought += bySymbol.get(name)?.bought ?? 0;
    sold += bySymbol.get(name)?.sold ?? 0;
  }
  const others = names.filter((name) => !members.includes(name));
  const unknown = others.filter((name) => of(symbol, name) === null);
  return { members, bought, sold, unknown };
}

/** Clusters of at least two markets among those in use, for the screen. */
export function clustersInUse(
  state: EngineState,
  bySymbol: ReadonlyMap<string, Reach>,
): readonly Cluster[] {
  const names = [...bySymbol].flatMap(([name, reach]) => (reachOf(reach) > 0 ? [name] : []));
  const seen = new Set<string>();
  return names.flatMap((name) => {
    if (seen.has(name)) return [];
    const cluster = clusterOf(state, name, bySymbol);
    for (const member of cluster.members) seen.add(member);
    return cluster.members.length > 1 ? [cluster] : [];
  });
}
