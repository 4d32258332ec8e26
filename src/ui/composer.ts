/** Screens one after the other: what may stay as it was is not drawn again. */
import { composeLayers, paneLayer } from './compose.ts';
import type { PaneId } from './layout/panes.ts';
import type { Layer } from './layers.ts';
import type { Model } from './model.ts';
import { PANE_TABLE } from './panes/registry.ts';
import type { Scene } from './scene.ts';
import type { Rect } from './text/frame.ts';
import type { Size } from './text/rows.ts';

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
        last?.model === of.model && isSame(last.layer, place.rect) && now - last.atMs < calmMs;
      if (isFresh) return last.layer;
      const layer = paneLayer(of, place, beside);
      drawn.set(place.id, { layer, model: of.model, atMs: now });
      return layer;
    });
  };
}

const isSame = (a: Rect, b: Rect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
