import { safeText } from '../../domain/safe-text.ts';
import type { DialogOf } from '../model.ts';
import { PANE_TABLE } from '../panes/registry.ts';
import type { Scene } from '../scene.ts';
import { type Row, muted } from '../text/rows.ts';
import { storyRows } from '../why/facts.ts';
import type { DialogDefinition } from './definition.ts';
import { lastScroll, pressReading, readingPane } from './reading.ts';

/** Enter on a row: what it is, where it came from, what was decided and by which rule. */
export const why: DialogDefinition<'why'> = {
  draw(dialog, scene, room) {
    const { pane, key, scroll } = dialog;
    const title = safeText(PANE_TABLE[pane].whyTitle?.(key) ?? key, 40);
    return readingPane({ title, rows: rowsOf(dialog, scene, room.width), scroll }, room);
  },
  lastScroll: (dialog, scene, room) => lastScroll(rowsOf(dialog, scene, room.width), room),
  press: pressReading,
};

function rowsOf({ pane, key }: DialogOf<'why'>, scene: Scene, width: number): readonly Row[] {
  const rows = PANE_TABLE[pane].why(key, scene, width) ?? [[muted('  no longer there')]];
  const story = storyRows(scene.story, { width, now: scene.view.now });
  return story.length === 0 ? rows : [...rows, [], [muted('  from the journal')], ...story];
}
