/** Dialogs that are only read: they scroll, and any other key closes them. */
import type { KeyContext, KeyPress, KeyResult } from '../input/action.ts';
import { type DialogOf, type Model, withDialog } from '../model.ts';
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

/** To its end and no further, so that the first key back is seen. */
export function pressReading(
  dialog: DialogOf<'help' | 'why'>,
  key: KeyPress,
  of: { readonly model: Model; readonly context: KeyContext },
): KeyResult {
  const { model, context } = of;
  const step = STEPS[key.name];
  if (step === undefined) return isText(key) ? stay(model) : leave(model);
  const scroll = Math.max(0, Math.min(context.lastScroll(), dialog.scroll + step));
  return stay(withDialog(model, { ...dialog, scroll }));
}

/** Rows shown at once: the last line says the keys. */
const shownRows = ({ maxHeight }: DialogRoom): number => Math.max(1, maxHeight - 1);

/** Rows to be skipped until the last one is in sight. */
export const lastScroll = (rows: readonly Row[], room: DialogRoom): number =>
  Math.max(0, rows.length - shownRows(room));

/** The part of the rows that the offset shows, with how to see the rest. */
export function readingPane(
  of: { readonly title: string; readonly rows: readonly Row[]; readonly scroll: number },
  size: DialogRoom,
): Pane {
  const { title, rows } = of;
  const room = shownRows(size);
  const start = Math.min(of.scroll, lastScroll(rows, size));
  const more = rows.length > room ? '  ↑ ↓ more   any other key closes' : '  any key closes';
  const shown: Row[] = [...rows.slice(start, start + room), [muted(more)]];
  return { title, summary: [], rows: fitRows(shown, { width: size.width, height: shown.length }) };
}
