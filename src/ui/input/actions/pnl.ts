/** What the P&L pane breaks down by. */
import { type Action, BREAKDOWNS, result, withPane } from '../../model.ts';

const breakdown: Action = (model) => {
  const next = BREAKDOWNS[(BREAKDOWNS.indexOf(model.pnlBy) + 1) % BREAKDOWNS.length] ?? 'all';
  return result(withPane({ ...model, pnlBy: next }, 'pnl', { selected: null }));
};

export const PNL_ACTIONS = { breakdown } satisfies Readonly<Record<string, Action>>;
