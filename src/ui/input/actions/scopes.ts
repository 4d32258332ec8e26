/** Strategies and markets that are stopped harder than the account, and let go again. */
import type { SessionView } from '../../../app/session-types.ts';
import type { StateScope } from '../../../domain/record.ts';
import { withDialog, withNote } from '../../model.ts';
import { type Action, result } from '../action.ts';
import { selectedRow } from './rows.ts';

type ScopeOf = (key: string) => StateScope;

const strategy: ScopeOf = (strategyId) => ({ strategyId });
const market: ScopeOf = (symbol) => ({ symbol });

const STRICTER = { running: 'paused', paused: 'reducing', reducing: 'halted' } as const;

const stateOf = (view: SessionView, name: string) =>
  view.scopes.find((one) => one.name === name)?.state ?? 'running';

/** One step stricter with every press: tightening asks nothing. */
const stop =
  (scopeOf: ScopeOf): Action =>
  (model, { view }) => {
    const key = selectedRow({ model, view });
    if (key === null) return result(model);
    const state = stateOf(view, key);
    const next = state in STRICTER ? STRICTER[state as keyof typeof STRICTER] : null;
    if (next === null) return result(withNote(model, `${key} is already ${state}`));
    const scope = scopeOf(key);
    return result(model, [
      { kind: 'tightenScope', scope, state: next, reason: `${next} by the operator` },
    ]);
  };

/** A pause ends with the key; what is stricter is released by its typed name. */
const release =
  (scopeOf: ScopeOf): Action =>
  (model, { view }) => {
    const key = selectedRow({ model, view });
    if (key === null) return result(model);
    const state = stateOf(view, key);
    if (state === 'running') return result(withNote(model, `${key} is not stopped by itself`));
    const scope = scopeOf(key);
    if (state === 'paused') return result(model, [{ kind: 'resumeScope', scope, phrase: null }]);
    const purpose = 'release' as const;
    return result(
      withDialog(model, { kind: 'phrase', purpose, scope, expects: key, typed: '', wrong: false }),
    );
  };

export const SCOPE_ACTIONS = {
  stopStrategy: stop(strategy),
  releaseStrategy: release(strategy),
  stopSymbol: stop(market),
  releaseSymbol: release(market),
} satisfies Readonly<Record<string, Action>>;
