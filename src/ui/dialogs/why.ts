import { safeText } from '../../domain/safe-text.ts';
import { PANE_TABLE } from '../panes/registry.ts';
import { muted } from '../text/rows.ts';
import { storyRows } from '../why/facts.ts';
import type { DialogDefinition } from './definition.ts';
import { pressReading, readingPane } from './reading.ts';

/** Enter on a row: what it is, where it came from, what was decided and by which rule. */
export const why: DialogDefinition<'why'> = {
  draw(dialog, scene, size) {
    const { pane, key, scroll } = dialog;
    const rows = PANE_TABLE[pane].why(key, scene, size.width) ?? [[muted('  no longer there')]];
    const story = storyRows(scene.story, { width: size.width, now: scene.view.now });
    const all = story.length === 0 ? rows : [...rows, [], [muted('  from the journal')], ...story];
    const title = PANE_TABLE[pane].whyTitle?.(key) ?? key;
    return readingPane({ title: safeText(title, 40), rows: all, scroll }, size);
  },
  press: (dialog, key, { model }) => pressReading(dialog, key, model),
};
