/** The whole screen as rows: a pure function of scene and size. */
import { dialogRoom, drawDialog } from '../dialogs/registry.ts';
import { bindingOf } from '../input/keymap.ts';
import { type Layout, emptyPanes, layout } from '../layout/layout.ts';
import type { PaneId } from '../layout/panes.ts';
import type { Layer } from './layer.ts';
import { isLive } from '../mode.ts';
import { footerLine, noticeLine } from '../panes/footer.ts';
import { headerLine, statusLine, tabLine, tinyLine } from '../panes/header.ts';
import { PANE_TABLE } from '../panes/registry.ts';
import type { Scene } from '../scene.ts';
import { framed } from '../text/frame.ts';
import { type Pane, type Row, type Size, fitRow, fitRows, sliceRow } from '../text/rows.ts';

type PanePlace = Layout['panes'][number];
export type DrawPane = (scene: Scene, place: PanePlace, beside: readonly PaneId[]) => Layer;

/** Rectangles that tile the screen, bottom to top; a dialog lies over them. */
export function composeLayers(
  scene: Scene,
  size: Size,
  drawPane: DrawPane = paneLayer,
): readonly Layer[] {
  const { view, model } = scene;
  const { width, height } = size;
  const plan = layout(size, model, emptyPanes(view));
  const line = (key: string, y: number, row: Row): Layer => ({
    key, x: 0, y, width, height: 1, rows: [fitRow(row, width)],
  }); // prettier-ignore
  if (plan.kind === 'tiny') {
    const rows = fitRows([tinyLine(view, width)], size);
    return [{ key: 'tiny', x: 0, y: 0, width, height, rows }];
  }
  const beside = plan.panes.map(({ id }) => id);
  const second = plan.tabs ? tabLine(scene, width) : statusLine(view, scene.ageMs, width);
  const layers = [
    line('header', 0, headerLine(view, scene.ageMs, width)),
    line('second', 1, second),
    ...plan.panes.map((place) => drawPane(scene, place, beside)),
    line('notice', height - 2, noticeLine(scene, width)),
    line('footer', height - 1, footerLine(scene, width)),
  ];
  const dialog = dialogLayer(scene, size);
  return dialog === null ? layers : [...layers, dialog];
}

/** A pane in its border. */
export function paneLayer(scene: Scene, { id, rect }: PanePlace, beside: readonly PaneId[]): Layer {
  const { model, view } = scene;
  const inner = { width: Math.max(0, rect.width - 2), height: Math.max(0, rect.height - 2) };
  const rows = framed(paneOf(id, scene, inner, beside), {
    width: rect.width,
    height: rect.height,
    focused: id === model.focus,
    ...(isLive(view) ? { token: 'border.live' as const } : {}),
  });
  return { key: id, ...rect, rows };
}

/** One pane's content for its inner size, its key before the title and its filter after it. */
export function paneOf(
  id: PaneId,
  scene: Scene,
  inner: Size,
  beside: readonly PaneId[] = [id],
): Pane {
  const pane = PANE_TABLE[id].draw(scene, inner, beside);
  const key = bindingOf(scene.keymap, id)?.keys[0];
  const { filter } = scene.model.panes[id];
  const typing = scene.model.filtering !== null && scene.model.focus === id;
  const shown = filter === '' && !typing ? '' : ` /${filter}${typing ? '▏' : ''}`;
  return { ...pane, title: `${key === undefined ? '' : `${key} `}${pane.title}${shown}` };
}

function dialogLayer(scene: Scene, size: Size): Layer | null {
  const { dialog } = scene.model;
  if (dialog === null) return null;
  const room = dialogRoom(dialog, size);
  const pane = drawDialog(dialog, scene, room);
  const width = room.width + 2;
  const height = Math.min(pane.rows.length + 2, Math.max(3, size.height - 2));
  const x = Math.max(0, Math.floor((size.width - width) / 2));
  const y = Math.max(1, Math.floor((size.height - 1 - height) / 2));
  const rows = framed(pane, { width, height, focused: true });
  return { key: 'dialog', x, y, width, height, rows };
}

/** Exactly `height` rows of exactly `width` cells: the layers over one another. */
export function compose(scene: Scene, size: Size): readonly Row[] {
  const rows: Row[] = fitRows([], size).slice();
  for (const layer of composeLayers(scene, size)) {
    layer.rows.forEach((row, i) => {
      const under = rows[layer.y + i];
      if (under === undefined) return;
      const right = sliceRow(under, layer.x + layer.width, size.width);
      rows[layer.y + i] = fitRow([...sliceRow(under, 0, layer.x), ...row, ...right], size.width);
    });
  }
  return rows;
}
