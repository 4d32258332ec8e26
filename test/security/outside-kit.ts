// A busy account in which every word is the same hostile one, drawn on every pane and dialog.
import type { SessionView } from '../../src/app/session-types.ts';
import { compose } from '../../src/ui/compose/compose.ts';
import { PANES } from '../../src/ui/layout/panes.ts';
import type { Dialog } from '../../src/ui/model.ts';
import { PANE_TABLE } from '../../src/ui/panes/registry.ts';
import { rowText } from '../../src/ui/text/rows.ts';
import { DIALOGS } from '../ui/dialog-states.ts';
import { aScene, aView } from '../ui/session-fixture.ts';
import { aWatched } from '../ui/watched-fixture.ts';
import { aModel } from '../ui/panes/pane-kit.ts';

/** Fields whose text comes from venues, files, strategies or people. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'symbol',
  'symbols',
  'strategyId',
  'strategyIds',
  'reason',
  'statusReason',
  'stateReason',
  'stateClears',
  'clears',
  'text',
  'message',
  'summary',
  'description',
  'setting',
  'what',
  'failed',
  'profile',
]);

function spoiled(value: unknown, key: string, text: string): unknown {
  if (typeof value === 'string') return OUTSIDE.has(key) ? text : value;
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((one) => spoiled(one, key, text));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, spoiled(one, name, text)]),
  );
}

const SIZE = { width: 120, height: 40 };

export interface Checked {
  readonly view: SessionView;
  /** Rows as text by pane and dialog. */
  readonly screens: ReadonlyMap<string, readonly string[]>;
  /** Draws the whole screen once. */
  readonly frame: () => void;
}

export function createChecked(text: string): Checked {
  const failed = { failed: text, commitMs: null, waiting: 0 };
  const plain = aView({ watched: aWatched({}), store: failed });
  const view = spoiled(plain, '', text) as SessionView;
  const notice = { id: 1, time: view.now, level: 'error' as const, text };
  const scene = aScene({
    view: { ...view, notices: [notice] },
    model: aModel({ note: text }),
    ageMs: 1,
  });
  const screens = new Map<string, readonly string[]>();
  for (const id of PANES) {
    const pane = PANE_TABLE[id].draw(scene, SIZE, [id]);
    screens.set(id, [pane.title, rowText(pane.summary), ...pane.rows.map(rowText)]);
  }
  const dialogs: readonly (Dialog | null)[] = [null, ...DIALOGS, ...about(text)];
  for (const [index, dialog] of dialogs.entries()) {
    const rows = compose({ ...scene, model: { ...scene.model, dialog } }, SIZE);
    screens.set(`${dialog?.kind ?? 'screen'} ${String(index)}`, rows.map(rowText));
  }
  return { view, screens, frame: () => void compose(scene, SIZE) };
}

/** Dialogs about things of that name. */
function about(text: string): readonly Dialog[] {
  return [
    { kind: 'close', symbol: text, pressId: 'x-1' },
    { kind: 'why', pane: 'positions', key: text, scroll: 0 },
    { kind: 'why', pane: 'orders', key: text, scroll: 0 },
    { kind: 'phrase', purpose: 'resume', expects: text, typed: text, wrong: true },
  ];
}
