import type { SettingValue } from '../domain/command.ts';
import { ledgerKey } from '../execution/money.ts';
import { describeRequest } from './judge.ts';
import { ledgerNet } from './pnl-view.ts';
import type { Decision, EngineState, StrategyRuntime } from './state.ts';
import type { DecisionView, ParamInfo, StrategyStatus } from './view.ts';

/** Every strategy of the run, its markets together. */
export function strategyViews(state: EngineState): StrategyStatus[] {
  const byId = new Map<string, StrategyRuntime[]>();
  for (const runtime of state.market.runtimes) {
    byId.set(runtime.id, [...(byId.get(runtime.id) ?? []), runtime]);
  }
  return [...byId].map(([id, runtimes]) => strategyView(state, id, runtimes));
}

function strategyView(
  state: EngineState,
  id: string,
  runtimes: readonly StrategyRuntime[],
): StrategyStatus {
  const [first] = runtimes;
  const ledgers = runtimes.flatMap(
    ({ symbol }) => state.money.ledgers.get(ledgerKey(id, symbol)) ?? [],
  );
  const decisions = runtimes.flatMap(({ lastDecision }) => lastDecision ?? []);
  return {
    id,
    name: first?.definition.name ?? id,
    summary: first?.definition.summary ?? '',
    symbols: runtimes.map(({ symbol }) => symbol),
    timeframe: first?.timeframe ?? '1m',
    enabled: first?.enabled ?? false,
    warmingUp: Math.max(0, ...runtimes.map(({ warmup, seen }) => warmup - seen)),
    params: { ...(first?.params as object) },
    paramInfo: first ? paramInfo(first) : [],
    previousParams: state.money.strategies.get(id)?.change?.previousParams ?? null,
    thoughts: runtimes.flatMap(({ strategy, symbol }) => {
      const thought = strategy.explain?.();
      return thought ? [{ ...thought, symbol }] : [];
    }),
    positions: ledgers.map(({ symbol, position }) => ({ symbol, quantity: position.quantity })),
    netPnl: ledgers.reduce((sum, ledger) => sum + ledgerNet(state, ledger), 0),
    roundTrips: ledgers.reduce((sum, ledger) => sum + ledger.roundTrips, 0),
    lastDecision: decisionView(decisions.toSorted((a, b) => b.time - a.time)[0]),
  };
}

/** Values that the schema completed; what it does not name is not shown. */
function paramInfo({ params, paramSpecs }: StrategyRuntime): ParamInfo[] {
  const values = params as Readonly<Record<string, SettingValue>>;
  return paramSpecs.map((spec) => ({ ...spec, value: values[spec.name] ?? spec.standard }));
}

function decisionView(decision: Decision | undefined): DecisionView | null {
  if (!decision) return null;
  const { request, ...rest } = decision;
  const { symbol, reason } = request;
  return { symbol, what: describeRequest(request), reason, ...rest };
}
