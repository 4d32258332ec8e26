/** What the log shows, whether it follows, and how it leaves the screen. */
import { neighbor } from '../../edit/choice.ts';
import { type Action, result } from '../action.ts';
import { withNote, withPane } from '../../model.ts';
import { CATEGORIES, LEVELS, exportText, shownLines } from '../../panes/log.ts';

const logLevel: Action = (model) => {
  const level = neighbor(LEVELS, model.log.level);
  return result({ ...model, log: { ...model.log, level } });
};

/** After the last category all of them. */
const logCategory: Action = (model) => {
  const index = CATEGORIES.findIndex((one) => one === model.log.category);
  return result({ ...model, log: { ...model.log, category: CATEGORIES[index + 1] ?? null } });
};

/** Holding still keeps the line that is the newest now. */
const follow: Action = (model, { view }) => {
  if (model.panes.log.selected !== null) {
    return result(withPane(model, 'log', { selected: null }));
  }
  const [newest] = shownLines({ model, view });
  return result(withPane(model, 'log', { selected: newest?.key ?? null }));
};

/** Oldest first, as one reads a file. */
const exportLog: Action = (model, { view }) => {
  const lines = shownLines({ model, view });
  if (lines.length === 0) return result(withNote(model, 'no line is shown that could be exported'));
  return result(model, [{ kind: 'exportLog', lines: lines.toReversed().map(exportText) }]);
};

export const LOG_ACTIONS = {
  logLevel,
  logCategory,
  follow,
  exportLog,
} satisfies Readonly<Record<string, Action>>;
