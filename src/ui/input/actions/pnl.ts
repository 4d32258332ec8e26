/** What the P&L pane breaks down by. */
import { neighbor } from '../../edit/choice.ts';
import { type Action, result } from '../action.ts';
import { BREAKDOWNS, withPane } from '../../model.ts';

const breakdown: Action = (model) => {
  const next = neighbor(BREAKDOWNS, model.pnlBy);
  return result(withPane({ ...model, pnlBy: next }, 'pnl', { selected: null }));
};

export const PNL_ACTIONS = { breakdown } satisfies Readonly<Record<string, Action>>;
