/** Which pane has the keys, what it shows, and whether it stands alone. */
import { neighbor } from '../../edit/choice.ts';
import { editText, typeWords } from '../../edit/text-field.ts';
import { emptyPanes } from '../../layout/layout.ts';
import { PANES, type PaneId } from '../../layout/panes.ts';
import { type Action, type KeyPress, type KeyResult, result } from '../action.ts';
import { type Model, withNote, withPane } from '../../model.ts';
import { PANE_TABLE } from '../../panes/registry.ts';

const focus =
  (pane: PaneId): Action =>
  (model) =>
    result({ ...model, focus: pane });

const cycle =
  (step: 1 | -1): Action =>
  (model, { view }) => {
    // Panes that this market never fills are passed by; their own keys still bring them up.
    const empty = emptyPanes(view);
    const panes = PANES.filter((pane) => pane === model.focus || !empty.includes(pane));
    return result({ ...model, focus: neighbor(panes, model.focus, step) });
  };

const filter: Action = (model, { view }) => {
  const pane = model.panes[model.focus];
  const empty = PANE_TABLE[model.focus].rowKeys({ model, view }).length === 0;
  if (empty && pane.filter === '') return result(withNote(model, 'no rows to filter here'));
  return result({ ...model, filtering: { before: pane.filter } });
};

const typeFilter = typeWords(40);

/** Keys while the filter is typed: rows follow every letter; Enter keeps it, Esc takes it back. */
export function pressFilter(model: Model, key: KeyPress): KeyResult {
  const { filter: text } = model.panes[model.focus];
  const set = (next: string, done = false): KeyResult =>
    result({
      ...withPane(model, model.focus, { filter: next }),
      ...(done ? { filtering: null } : {}),
    });
  switch (key.name) {
    case 'enter':
      return set(text, true);
    case 'escape':
      return set(model.filtering?.before ?? '', true);
    default:
      return set(editText(text, key, typeFilter));
  }
}

export const PANE_ACTIONS = {
  filter,
  zoom: (model) => result({ ...model, zoomed: !model.zoomed }),
  nextPane: cycle(1),
  previousPane: cycle(-1),
  markets: focus('markets'),
  strategies: focus('strategies'),
  chart: focus('chart'),
  book: focus('book'),
  tape: focus('tape'),
  positions: focus('positions'),
  orders: focus('orders'),
  log: focus('log'),
  pnl: focus('pnl'),
  risk: focus('risk'),
  alerts: focus('alerts'),
} satisfies Readonly<Record<string, Action>>;
