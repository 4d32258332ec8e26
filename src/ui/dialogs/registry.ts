import type { Dialog, DialogKind, KeyContext, KeyPress, KeyResult, Model } from '../model.ts';
import type { Scene } from '../scene.ts';
import type { Pane } from '../text/rows.ts';
import { amend } from './amend.ts';
import { ask } from './ask.ts';
import { close } from './close.ts';
import { type DialogDefinition, type DialogRoom, leave } from './definition.ts';
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
export const DIALOG_TABLE: { readonly [K in DialogKind]: DialogDefinition<K> } = {
  help,
  ticket,
  close,
  amend,
  params,
  limit,
  ask,
  why,
  indicators,
  quit,
  palette,
  saveWorkspace,
  seek,
  phrase,
};

/** The definition under the type of any dialog: the table is keyed by the dialog's own kind. */
const definitionOf = (dialog: Dialog): DialogDefinition<DialogKind> =>
  DIALOG_TABLE[dialog.kind] as DialogDefinition<DialogKind>;

export const dialogWidth = (dialog: Dialog): number => definitionOf(dialog).width ?? DIALOG_WIDTH;

export const drawDialog = (dialog: Dialog, scene: Scene, of: DialogRoom): Pane =>
  definitionOf(dialog).draw(dialog, scene, of);

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
