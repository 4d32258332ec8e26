/** Moving through the rows of the focused pane. */
import type { SessionView } from '../../../app/session-types.ts';
import { type Action, result } from '../action.ts';
import { type Model, withDialog, withNote, withPane } from '../../model.ts';
import { type RowScene, cursorOf } from '../../panes/definition.ts';
import { PANE_TABLE } from '../../panes/registry.ts';

const PAGE = 10;

/** What the focused pane's cursor is on; null where it has none. */
export function selectedRow(scene: RowScene): string | null {
  const { focus, panes } = scene.model;
  return cursorOf(PANE_TABLE[focus], scene, panes[focus].selected);
}

const moveBy =
  (by: number): Action =>
  (model, context) => {
    const { move, rowKeys, select } = PANE_TABLE[model.focus];
    if (move) return move(model, context, by);
    const scene = { model, view: context.view };
    const keys = rowKeys(scene);
    const current = selectedRow(scene);
    const index = current === null ? 0 : keys.indexOf(current);
    const next = Math.min(keys.length - 1, Math.max(0, index + by));
    const key = keys[next];
    if (key === undefined) return result(withPane(model, model.focus, { selected: null }));
    return result(select?.(model, key, next) ?? withPane(model, model.focus, { selected: key }));
  };

/** The row under the cursor becomes the selected one, so that it stays it while rows come. */
export function holdRow(model: Model, view: SessionView): Model {
  if (PANE_TABLE[model.focus].holdsRow !== true || model.dialog !== null) return model;
  const selected = selectedRow({ model, view });
  return selected === null || selected === model.panes[model.focus].selected
    ? model
    : withPane(model, model.focus, { selected });
}

const why: Action = (model, { view }) => {
  const key = selectedRow({ model, view });
  if (key === null) return result(withNote(model, 'no row to explain here'));
  return result(withDialog(model, { kind: 'why', pane: model.focus, key, scroll: 0 }));
};

export const ROW_ACTIONS = {
  up: moveBy(-1),
  down: moveBy(1),
  pageUp: moveBy(-PAGE),
  pageDown: moveBy(PAGE),
  top: moveBy(-Infinity),
  bottom: moveBy(Infinity),
  why,
} satisfies Readonly<Record<string, Action>>;
