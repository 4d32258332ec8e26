import type { KeyContext, KeyPress, KeyResult } from '../input/action.ts';
import type { Dialog, DialogKind, Model } from '../model.ts';
import type { Scene } from '../scene.ts';
import type { Pane, Size } from '../text/rows.ts';
import { accounts } from './accounts.ts';
import { amend } from './amend.ts';
import { ask } from './ask.ts';
import { close } from './close.ts';
import { decide } from './decide.ts';
import { type DialogDefinition, type DialogRoom, leave } from './definition.ts';
import { gate } from './gate.ts';
import { help } from './help.ts';
import { indicators } from './indicators.ts';
import { limit } from './limit.ts';
import { palette } from './palette.ts';
import { params } from './params.ts';
import { phrase } from './phrase.ts';
import { quit } from './quit.ts';
import { saveWorkspace } from './save-workspace.ts';
import { seek } from './seek.ts';
import { ticket } from './ticket.ts';
import { why } from './why.ts';

const DIALOG_WIDTH = 72;

/** Every dialog of the console. */
const DIALOG_TABLE: { readonly [K in DialogKind]: DialogDefinition<K> } = {
  help,
  ticket,
  close,
  amend,
  decide,
  params,
  limit,
  ask,
  why,
  indicators,
  accounts,
  quit,
  gate,
  palette,
  saveWorkspace,
  seek,
  phrase,
};

/** The definition under the type of any dialog: the table is keyed by the dialog's own kind. */
const definitionOf = (dialog: Dialog): DialogDefinition<DialogKind> =>
  DIALOG_TABLE[dialog.kind] as DialogDefinition<DialogKind>;

/** Inside its border; the header and the keys that stop everything stay visible behind it. */
export const dialogRoom = (dialog: Dialog, size: Size): DialogRoom => ({
  width: Math.min(definitionOf(dialog).width ?? DIALOG_WIDTH, size.width) - 2,
  maxHeight: Math.max(1, size.height - 4),
});

export const drawDialog = (dialog: Dialog, scene: Scene, of: DialogRoom): Pane =>
  definitionOf(dialog).draw(dialog, scene, of);

/** How far the open dialog scrolls; 0 where nothing does. */
export function lastScroll(scene: Scene, size: Size): number {
  const { dialog } = scene.model;
  if (dialog === null) return 0;
  return definitionOf(dialog).lastScroll?.(dialog, scene, dialogRoom(dialog, size)) ?? 0;
}

/** A key while a dialog is open. Esc always leaves without doing anything. */
export function pressDialog(model: Model, key: KeyPress, context: KeyContext): KeyResult {
  const { dialog } = model;
  if (dialog === null || key.name === 'escape') return leave(model);
  return definitionOf(dialog).press(dialog, key, { model, context });
}

/** Would a letter land in a text? */
export function isTyping({ dialog, filtering }: Model): boolean {
  if (dialog === null) return filtering !== null;
  return definitionOf(dialog).isTyping?.(dialog) ?? false;
}
