import { safeText } from '../../domain/safe-text.ts';
import { PANE_NAMES, type PaneId } from '../layout/panes.ts';
import { PANE_TABLE } from '../panes/registry.ts';
import { muted } from '../text/rows.ts';
import { ruleName } from '../text/verdicts.ts';
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
    return readingPane({ title: safeText(titleOf(pane, key), 40), rows: all, scroll }, size);
  },
  press: (dialog, key, { model }) => pressReading(dialog, key, model),
};

function titleOf(pane: PaneId, key: string): string {
  switch (pane) {
    case 'log':
      return 'Log line';
    case 'alerts':
      return 'Alert';
    case 'chart':
      return 'Candle';
    case 'book':
      return 'Price level';
    case 'tape':
      return 'Trade';
    case 'orders':
      return `Order ${key}`;
    case 'risk':
      return `Limit: ${ruleName(key)}`;
    default:
      return key || PANE_NAMES[pane];
  }
}
