import { type KeyBinding, type Scope, keyNames } from '../input/keymap.ts';
import { PANES, PANE_NAMES, type PaneId } from '../layout/panes.ts';
import { hasMarketClock } from '../mode.ts';
import type { Scene } from '../scene.ts';
import { type Row, muted, span } from '../text/rows.ts';
import { linesOf } from '../why/facts.ts';
import type { DialogDefinition } from './definition.ts';
import { lastScroll, pressReading, readingPane } from './reading.ts';

const KEY_CELLS = 15;
const LEAST_TEXT_CELLS = 8;
const MOST_LINES = 8;

/** All keys from the table, where they work: those of the focused pane first. */
export const help: DialogDefinition<'help'> = {
  width: 84,
  draw: ({ scroll }, scene, room) =>
    readingPane({ title: 'Keys', rows: rowsOf(scene, room.width), scroll }, room),
  lastScroll: (_dialog, scene, room) => lastScroll(rowsOf(scene, room.width), room),
  press: pressReading,
};

function rowsOf({ keymap, view, model }: Scene, width: number): readonly Row[] {
  const rows = scopes(model.focus, hasMarketClock(view)).flatMap(({ scope, title }): Row[] => {
    const own = keymap.filter((one) => one.scope === scope && one.keys.length > 0);
    if (own.length === 0) return [];
    return [[span(`  ${title}`, 'title')], ...own.flatMap((one) => keyRows(one, width)), []];
  });
  return rows.slice(0, -1);
}

interface Section {
  readonly scope: Scope;
  readonly title: string;
}

/** What works here, what works everywhere, then the other panes. */
function scopes(focus: PaneId, hasClock: boolean): readonly Section[] {
  const others = PANES.filter((pane) => pane !== focus);
  return [
    { scope: focus, title: `${PANE_NAMES[focus]}, this pane` },
    { scope: 'global', title: 'Everywhere' },
    ...(hasClock ? [{ scope: 'market clock', title: 'Market clock' } as const] : []),
    ...others.map((scope) => ({ scope, title: PANE_NAMES[scope] })),
  ];
}

function keyRows(binding: KeyBinding, width: number): readonly Row[] {
  const { danger } = binding;
  const token = danger === 'none' || danger === 'asks' ? 'key' : 'key.danger';
  const names = `  ${keyNames(binding)}`.padEnd(KEY_CELLS - 1);
  const room = Math.max(LEAST_TEXT_CELLS, width - KEY_CELLS);
  return linesOf(binding.text, room, MOST_LINES).map((line, i) => [
    i === 0 ? span(`${names} `, token) : muted(' '.repeat(KEY_CELLS)),
    span(line),
  ]);
}
