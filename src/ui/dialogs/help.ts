import { hasMarketClock, keyNames } from '../input/keymap.ts';
import { type Row, muted, span } from '../text/rows.ts';
import type { DialogDefinition } from './definition.ts';
import { pressReading, readingPane } from './reading.ts';

/** All keys from the table, and where they work. */
export const help: DialogDefinition<'help'> = {
  draw(dialog, { keymap, view }, size) {
    const known = keymap.filter(
      ({ keys, scope }) => keys.length > 0 && (scope !== 'market clock' || hasMarketClock(view)),
    );
    const rows = known.map((binding): Row => {
      const { scope, danger } = binding;
      const where = scope === 'global' || scope === 'market clock' ? '' : ` (${scope})`;
      const token = danger === 'none' || danger === 'asks' ? 'key' : 'key.danger';
      return [span(`  ${keyNames(binding).padEnd(13)}`, token), span(binding.text), muted(where)];
    });
    return readingPane({ title: 'Keys', rows, scroll: dialog.scroll }, size);
  },
  press: (dialog, key, { model }) => pressReading(dialog, key, model),
};
