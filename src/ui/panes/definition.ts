/** What a pane is to the console; one file in this folder and a line in the registry each. */
import type { HistoryOf } from '../../app/session-types.ts';
import type { ActionId } from '../input/keymap.ts';
import type { PaneId } from '../layout/panes.ts';
import type { KeyContext, KeyResult } from '../input/action.ts';
import type { Model } from '../model.ts';
import type { Scene } from '../scene.ts';
import type { Pane, Row, Size } from '../text/rows.ts';

/** What is known when a key is pressed as well as when a frame is drawn. */
export type RowScene = Pick<Scene, 'view' | 'model'>;

export interface PaneDefinition {
  /** The pane without its border; the title without its number. `beside` are all on the screen. */
  readonly draw: (scene: Scene, size: Size, beside: readonly PaneId[]) => Pane;
  /**
   * Draws what is new at most once in so many milliseconds; keys are answered at once. For panes
   * whose every row moves with every line, or that are dear to draw: nobody sees the difference.
   */
  readonly calmMs?: number;
  /** Keys of the rows one can select, top to bottom, after the filter; empty without a cursor. */
  readonly rowKeys: (scene: RowScene) => readonly string[];
  /** Where the cursor is on no row of a list: what Enter explains; null without anything. */
  readonly cursorKey?: (scene: RowScene) => string | null;
  /** Where the row keys do not go through `rowKeys`: 1 is one down, Infinity the end. */
  readonly move?: (model: Model, context: KeyContext, by: number) => KeyResult;
  /**
   * Once a key was pressed here, the row under the cursor stays the one, whatever comes above it:
   * the next key means what the operator saw. Without it the first row is selected anew each time.
   */
  readonly holdsRow?: true;
  /** Its cursor chooses what other panes are about. */
  readonly leads?: true;
  /** What choosing a row does where it is more than a cursor on it; 0 is the first row. */
  readonly select?: (model: Model, key: string, index: number) => Model;
  /** The market a row is about; an order placed here is for that one. */
  readonly symbolOf?: (key: string, scene: RowScene) => string | null;
  /** Enter on a row: what it is and how it came to be; null when it is no longer there. */
  readonly why: (key: string, scene: Scene, width: number) => readonly Row[] | null;
  /** What stands over that; without it the row's key. */
  readonly whyTitle?: (key: string) => string;
  /** Why an action of this pane cannot work on its selected row now; null where it can. */
  readonly unavailable?: (
    action: ActionId,
    scene: RowScene,
    selected: string | null,
  ) => string | null;
  /** Whose journal steps belong to the answer. */
  readonly historyOf?: (key: string, scene: RowScene) => HistoryOf | null;
}

/** Of a pane's rows the selected one: the first where nothing, or nothing left, is selected. */
export function selectedOf(keys: readonly string[], selected: string | null): string | null {
  return selected !== null && keys.includes(selected) ? selected : (keys[0] ?? null);
}

/** What the keys of a pane work on. */
export const cursorOf = (
  pane: PaneDefinition,
  scene: RowScene,
  selected: string | null,
): string | null =>
  pane.cursorKey ? pane.cursorKey(scene) : selectedOf(pane.rowKeys(scene), selected);

/** Does a row pass the pane's filter? Case does not count; words may come in any order. */
export function passes(filter: string, ...texts: readonly string[]): boolean {
  if (filter === '') return true;
  const text = texts.join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word));
}
