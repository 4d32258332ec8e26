/** What a dialog is to the console; one file in this folder and a line in the registry each. */
import { safeText } from '../../domain/safe-text.ts';
import { type KeyContext, type KeyPress, type KeyResult, PASTE, result } from '../input/action.ts';
import { type DialogKind, type DialogOf, type Model, withDialog } from '../model.ts';
import type { Scene } from '../scene.ts';
import { type Pane, type Row, type Token, fitRows, muted, span } from '../text/rows.ts';

/** Inside the border: this wide, and at most this high. */
export interface DialogRoom {
  readonly width: number;
  readonly maxHeight: number;
}

export interface DialogDefinition<K extends DialogKind> {
  /** The dialog without its border: rows of `width` cells, at most `maxHeight` of them. */
  readonly draw: (dialog: DialogOf<K>, scene: Scene, of: DialogRoom) => Pane;
  /** A key while it is open. Esc, Ctrl+C and the emergency stop never come here. */
  readonly press: (
    dialog: DialogOf<K>,
    key: KeyPress,
    of: { readonly model: Model; readonly context: KeyContext },
  ) => KeyResult;
  /** How many rows can be skipped at its beginning until its end is in sight; 0 without it. */
  readonly lastScroll?: (dialog: DialogOf<K>, scene: Scene, of: DialogRoom) => number;
  /** Would a letter land in a text? */
  readonly isTyping?: (dialog: DialogOf<K>) => boolean;
  /** Cells with the border; 72 unless said. */
  readonly width?: number;
}

/** Text that came without one key's name: typed fast, coalesced or pasted. */
export const isText = (key: KeyPress): boolean => key.name === '' || key.name === PASTE;

export const stay = (model: Model): KeyResult => result(model);
export const leave = (model: Model): KeyResult => result(withDialog(model, null));

export function box(title: string, rows: readonly Row[], width: number): Pane {
  return { title, summary: [], rows: fitRows(rows, { width, height: rows.length }) };
}

type KeyHint = readonly [key: string, does: string, token?: Token];

/** `enter save   esc back`: the keys of a dialog, at its end. */
export const keysRow = (...keys: readonly KeyHint[]): Row =>
  keys.flatMap(([key, does, token = 'key'], i) => [
    muted(i === 0 ? '  ' : '   '),
    span(key, token),
    muted(` ${does}`),
  ]);

/** `y closes it   esc keeps it` */
export const yesNo = (yes: string, no: string): Row =>
  keysRow(['y', yes, 'key.danger'], ['esc', no]);

/** What the dialog was about is no longer there. */
export const goneBox = (title: string, why: string, width: number): Pane =>
  box(title, [[span(`  ${safeText(why, 120)}`, 'warn')], keysRow(['esc', 'back'])], width);
