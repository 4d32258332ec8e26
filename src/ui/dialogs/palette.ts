import type { KeyResult } from '../input/action.ts';
import { withDialog } from '../model.ts';
import { editText, typeWords } from '../edit/text-field.ts';
import { type PaletteEntry, paletteEntries, search } from './palette/entries.ts';
import {
  type Row,
  fit,
  fitRight,
  fitRow,
  fitRows,
  muted,
  span,
  textWidth,
  windowStart,
} from '../text/rows.ts';
import { type DialogDefinition, keysRow, leave, stay } from './definition.ts';

/** Rows of entries shown at once; the dialog keeps its height while one types. */
const SHOWN = 16;
const KIND_CELLS = 10;
/** Keys and values take what the longest shown one needs, up to this. */
const MOST_HINT_CELLS = 14;
const typeSearch = typeWords(60);

/** One list for every action, symbol, strategy, limit and workspace. */
export const palette: DialogDefinition<'palette'> = {
  draw(dialog, { view, model, keymap, themes }, { width, maxHeight }) {
    const found = search(paletteEntries({ view, model, keymap, themes }), dialog.text);
    const height = Math.max(1, Math.min(SHOWN, maxHeight - 2));
    const index = Math.min(dialog.index, found.length - 1);
    const start = windowStart({ selected: Math.max(0, index), count: found.length, height });
    const shown = found.slice(start, start + height);
    const hint = Math.min(MOST_HINT_CELLS, Math.max(0, ...found.map((one) => textWidth(one.hint))));
    const rows =
      found.length === 0
        ? [[muted('  nothing of that name')]]
        : shown.map((entry, i) => entryRow(entry, start + i === index, { width, hint }));
    const input: Row = [span(' : ', 'accent'), span(fit(`${dialog.text}▏`, width - 4), 'field')];
    return {
      title: 'Palette',
      summary: [muted(`${String(found.length)} found`)],
      rows: fitRows([fitRow(input, width), ...fitRows(rows, { width, height }), KEYS], {
        width,
        height: height + 2,
      }),
    };
  },
  isTyping: () => true,
  width: 100,
  press(dialog, key, { model, context }) {
    switch (key.name) {
      case 'enter': {
        const found = search(paletteEntries({ ...context, model }), dialog.text);
        const chosen = found[Math.min(dialog.index, found.length - 1)];
        return chosen ? chosen.run(withDialog(model, null), context) : leave(model);
      }
      case 'up':
      case 'shift+tab':
      case 'ctrl+p':
        return move(-1);
      case 'down':
      case 'tab':
      case 'ctrl+n':
        return move(1);
      case 'backspace':
        return dialog.text === '' ? leave(model) : edit();
      default:
        return edit();
    }
    function move(step: 1 | -1): KeyResult {
      const count = search(paletteEntries({ ...context, model }), dialog.text).length;
      const index = Math.max(0, Math.min(count - 1, dialog.index + step));
      return stay(withDialog(model, { ...dialog, index }));
    }
    function edit(): KeyResult {
      const text = editText(dialog.text, key, typeSearch);
      // What was chosen stays so until the list is another one.
      return stay(text === dialog.text ? model : withDialog(model, { ...dialog, text, index: 0 }));
    }
  },
};

function entryRow(
  entry: PaletteEntry,
  selected: boolean,
  cells: { readonly width: number; readonly hint: number },
): Row {
  const { width, hint } = cells;
  const room = Math.max(0, width - KIND_CELLS - hint - 5);
  const token = selected ? 'selected' : 'text.normal';
  return fitRow(
    [
      span(selected ? '›' : ' ', 'accent'),
      span(` ${fit(entry.place ?? entry.kind, KIND_CELLS)} `, selected ? token : 'text.muted'),
      span(fit(entry.text, room), token),
      span(` ${fitRight(entry.hint, hint)} `, selected ? token : 'key'),
    ],
    width,
  );
}

const KEYS = keysRow(['enter', 'do it'], ['↑ ↓', 'choose'], ['esc', 'back']);
