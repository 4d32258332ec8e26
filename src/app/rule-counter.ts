import type { RecordBody } from '../domain/record.ts';
import type { EngineState } from '../engine/state.ts';
import type { RuleSummary } from './summary.ts';

type Counted = { -readonly [K in keyof RuleSummary]: RuleSummary[K] };

/** Counts which risk rule denied whom how often. Repeats are journaled with the next denial. */
export interface RuleCounter {
  readonly onRecord: (body: RecordBody) => void;
  summary(state: EngineState): readonly RuleSummary[];
}

export function createRuleCounter(): RuleCounter {
  const rules = new Map<string, Counted>();
  /** Newest rule by strategy and symbol: later repeats are its. */
  const newest = new Map<string, Counted>();
  return {
    onRecord(body) {
      if (body.kind !== 'denied') return;
      const { code, strategyId, symbol, value, limit, setting } = body;
      const who = `${strategyId} ${symbol}`;
      const before = newest.get(who);
      if (before) before.count += body.repeated;
      const key = `${who} ${code}`;
      const rule = rules.get(key) ?? { code, strategyId, symbol, count: 0, value, limit, setting };
      Object.assign(rule, { value, limit, setting, count: rule.count + 1 });
      rules.set(key, rule);
      newest.set(who, rule);
    },
    summary(state) {
      return [...rules.values()].map((rule) => {
        const who = `${rule.strategyId} ${rule.symbol}`;
        const pending = newest.get(who) === rule ? state.market.denials.get(who)?.repeated : 0;
        return { ...rule, count: rule.count + (pending ?? 0) };
      });
    },
  };
}
