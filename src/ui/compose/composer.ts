/** Screens one after the other: what may stay as it was is not drawn again. */
import { composeLayers, paneLayer } from './compose.ts';
import { PANES, type PaneId } from '../layout/panes.ts';
import type { Layer } from './layer.ts';
import { type Model, createModel } from '../model.ts';
import { PANE_TABLE } from '../panes/registry.ts';
import type { Scene } from '../scene.ts';
import type { Rect } from '../text/frame.ts';
import type { Size } from '../text/rows.ts';

interface Drawn {
  readonly layer: Layer;
  readonly model: Model;
  readonly atMs: number;
}

/** `composeLayers` for one console: panes that ask for calm keep their rows until it is over. */
export function createComposer(
  wallMs: () => number,
): (scene: Scene, size: Size) => readonly Layer[] {
  const drawn = new Map<PaneId, Drawn>();
  return (scene, size) => {
    const now = wallMs();
    return composeLayers(scene, size, (of, place, beside) => {
      const { calmMs = 0 } = PANE_TABLE[place.id];
      const last = drawn.get(place.id);
      const isFresh =
        last !== undefined &&
        now - last.atMs < calmMs &&
        isSame(last.layer, place.rect) &&
        looksAlike(place.id, last.model, of.model);
      if (isFresh) return last.layer;
      const layer = paneLayer(of, place, beside);
      drawn.set(place.id, { layer, model: of.model, atMs: now });
      return layer;
    });
  };
}

/** What no pane shows, and what is looked at pane by pane. */
const NOT_IN_PANES = new Set(['note', 'submitted', 'presses', 'touched', 'panes']);
const IN_PANES = (Object.keys(createModel()) as (keyof Model)[]).filter(
  (field) => !NOT_IN_PANES.has(field),
);

/** Would a pane look the same? The cursors of other lists do not show in it, unless they lead. */
function looksAlike(id: PaneId, a: Model, b: Model): boolean {
  if (a === b) return true;
  const lists = [id, ...LEADERS];
  return (
    IN_PANES.every((field) => a[field] === b[field]) &&
    lists.every((list) => a.panes[list] === b.panes[list])
  );
}

const LEADERS = PANES.filter((id) => PANE_TABLE[id].leads === true);

const isSame = (a: Rect, b: Rect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
