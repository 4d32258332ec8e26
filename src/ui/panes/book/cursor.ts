/** The cursor of the ladder: a price, which it keeps while the book moves. */
import { type KeyContext, type KeyResult, result } from '../../input/action.ts';
import { type Model, currentWatched, withNote, withPane } from '../../model.ts';
import type { RowScene } from '../definition.ts';
import { type Ladder, type LadderRow, fromTop, shownLadder } from './ladder.ts';

/** The ladder of the market one looks at, with the cursor's price in it; null without a book. */
export function ladderIn({ model, view }: RowScene): Ladder | null {
  return currentWatched(model, view) === null ? null : shownLadder(view, model.panes.book.selected);
}

/** The row under the cursor; null without one. */
export function rowAtCursor(scene: RowScene): LadderRow | null {
  const ladder = ladderIn(scene);
  const { selected } = scene.model.panes.book;
  if (ladder === null || selected === null) return null;
  return fromTop(ladder).find((row) => row.key === selected) ?? null;
}

export const centered = (model: Model): Model => withPane(model, 'book', { selected: null });

/** Up from nowhere is the best ask, down the best bid; both ends are the middle again. */
export function moveInLadder(model: Model, { view }: KeyContext, by: number): KeyResult {
  if (!Number.isFinite(by)) return result(centered(model));
  const ladder = ladderIn({ model, view });
  if (ladder === null) return result(withNote(model, 'there is no book here'));
  const keys = fromTop(ladder).map((row) => row.key);
  const { selected } = model.panes.book;
  const at = selected === null ? -1 : keys.indexOf(selected);
  const from = at >= 0 ? at : by < 0 ? ladder.asks.length : ladder.asks.length - 1;
  const next = keys[Math.min(keys.length - 1, Math.max(0, from + by))];
  return result(next === undefined ? model : withPane(model, 'book', { selected: next }));
}
