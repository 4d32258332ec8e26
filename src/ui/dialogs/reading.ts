/** Dialogs that are only read: they scroll, and any other key closes them. */
import { type DialogOf, type KeyPress, type KeyResult, type Model, withDialog } from '../model.ts';
import { type Pane, type Row, fitRows, muted } from '../text/rows.ts';
import { type DialogRoom, isText, leave, stay } from './definition.ts';

const STEPS: Readonly<Record<string, number>> = {
  down: 1,
  j: 1,
  up: -1,
  k: -1,
  pagedown: 10,
  'ctrl+d': 10,
  space: 10,
  pageup: -10,
  'ctrl+u': -10,
};

/** More lines than any of them has. */
const MAX_SCROLL = 400;

export function pressReading(
  dialog: DialogOf<'help' | 'why'>,
  key: KeyPress,
  model: Model,
): KeyResult {
  const step = STEPS[key.name];
  if (step === undefined) return isText(key) ? stay(model) : leave(model);
  const scroll = Math.min(MAX_SCROLL, Math.max(0, dialog.scroll + step));
  return stay(withDialog(model, { ...dialog, scroll }));
}

/** The part of the rows that the offset shows, with how to see the rest. */
export function readingPane(
  of: { readonly title: string; readonly rows: readonly Row[]; readonly scroll: number },
  size: DialogRoom,
): Pane {
  const { title, rows } = of;
  const room = Math.max(1, size.maxHeight - 1);
  const start = Math.min(of.scroll, Math.max(0, rows.length - room));
  const more = rows.length > room ? '  ↑ ↓ more   any other key closes' : '  any key closes';
  const shown: Row[] = [...rows.slice(start, start + room), [muted(more)]];
  return { title, summary: [], rows: fitRows(shown, { width: size.width, height: shown.length }) };
}
