import { safeText } from '../../domain/safe-text.ts';
import { PANE_NAMES } from '../layout/panes.ts';
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
    const title = pane === 'log' ? 'Log line' : pane === 'orders' ? `Order ${key}` : key;
    const story = storyRows(scene.story);
    const all = story.length === 0 ? rows : [...rows, [muted('  from the journal')], ...story];
    return readingPane({ title: safeText(title || PANE_NAMES[pane], 40), rows: all, scroll }, size);
  },
  press: (dialog, key, { model }) => pressReading(dialog, key, model),
};
