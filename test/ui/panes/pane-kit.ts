// A pane on its own: its rows, and keys that reach it.
import type { SessionView, WatchedView } from '../../../src/app/session-types.ts';
import type { PaneId } from '../../../src/ui/layout/panes.ts';
import { type ChartState, type Model, createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import type { Scene } from '../../../src/ui/scene.ts';
import { type Pane, type Size, rowText } from '../../../src/ui/text/rows.ts';
import { NOW } from '../account-fixture.ts';
import { type Pressed, pressKeys } from '../press-kit.ts';
import { aScene, aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';

export interface PaneScene {
  readonly model?: Partial<Model>;
  readonly view?: Partial<SessionView>;
  readonly watched?: Partial<WatchedView>;
  readonly ageMs?: number | null;
}

export const aModel = (change: Partial<Model> = {}): Model => ({ ...createModel(), ...change });

export function sceneOf({ model = {}, view = {}, watched = {}, ageMs = 120 }: PaneScene): Scene {
  const shown = aView({ watched: aWatched(watched), ...view });
  return aScene({ view: shown, model: aModel(model), ageMs });
}

export const chartOf = (change: Partial<ChartState>) => ({
  chart: { ...createModel().chart, ...change },
});

/** A candle so many minutes after this one: open, high, low, close. */
export const candle = (i: number, [open, high, low, close]: readonly number[]) => ({
  openTime: NOW - (NOW % 60_000) + i * 60_000,
  open: open ?? 0,
  high: high ?? 0,
  low: low ?? 0,
  close: close ?? 0,
  volume: 1 + i,
});

/** The pane without its border, on a screen of its own. */
export const drawn = (id: PaneId, size: Size, scene: PaneScene = {}): Pane =>
  PANE_TABLE[id].draw(sceneOf(scene), size, [id]);

export const textOf = (pane: Pane): readonly string[] => pane.rows.map(rowText);

/** Presses keys one after another with this pane focused. */
export const pressIn = (pane: PaneId, keys: readonly string[], scene: PaneScene = {}): Pressed =>
  pressKeys(keys, { view: sceneOf(scene).view, model: { ...scene.model, focus: pane } });
