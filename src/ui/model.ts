/** What the screen remembers: focus, cursor, dialog. Nothing of the engine. */
import type { PacerCommand, SessionView } from '../app/session-types.ts';
import type { Command, Ticket } from '../domain/command.ts';
import type { TicketPreview } from './slices.ts';
import { PANES, type PaneId } from './layout/layout.ts';
import { type FieldId, type TicketFields, isTextField } from './ticket.ts';

export type Dialog =
  | { readonly kind: 'help'; readonly scroll: number }
  | {
      readonly kind: 'ticket';
      readonly fields: TicketFields;
      readonly active: FieldId;
      /** One per opened ticket: the engine takes each only once. */
      readonly pressId: string;
      /** Set when Enter could not submit. */
      readonly refused: boolean;
    }
  | { readonly kind: 'close'; readonly symbol: string; readonly pressId: string }
  | {
      readonly kind: 'why';
      readonly pane: PaneId;
      readonly key: string;
      readonly scroll: number;
    }
  | { readonly kind: 'quit' }
  | {
      readonly kind: 'phrase';
      readonly purpose: 'resume' | 'flatten';
      /** Exact text that confirms. */
      readonly expects: string;
      readonly typed: string;
      readonly wrong: boolean;
    };

export interface Model {
  readonly focus: PaneId;
  /** Keys of the selected rows; the log's is its first visible line. */
  readonly selected: Readonly<Record<PaneId, string | null>>;
  readonly pnlScroll: number;
  readonly dialog: Dialog | null;
  /** Why the last key did nothing; the next key clears it. */
  readonly note: string | null;
  /** A ticket was just sent: further Enters belong to that press, until another key. */
  readonly submitted: boolean;
  /** Orders and closes asked for so far; makes press ids. */
  readonly presses: number;
  /** Did the operator start or order anything yet? Until then the footer offers a first step. */
  readonly touched: boolean;
}

export function createModel(): Model {
  return {
    focus: 'markets',
    selected: {
      markets: null,
      strategies: null,
      positions: null,
      orders: null,
      pnl: null,
      log: null,
    },
    pnlScroll: 0,
    dialog: null,
    note: null,
    submitted: false,
    presses: 0,
    touched: false,
  };
}

export const withNote = (model: Model, note: string): Model => ({ ...model, note });

export const withDialog = (model: Model, dialog: Dialog | null): Model => ({ ...model, dialog });

export const select = (model: Model, pane: PaneId, key: string | null): Model => ({
  ...model,
  selected: { ...model.selected, [pane]: key },
});

/** The pane `step` places further, around the end. */
export function cycleFocus(model: Model, step: 1 | -1): Model {
  const index = PANES.indexOf(model.focus);
  const focus = PANES[(index + step + PANES.length) % PANES.length] ?? model.focus;
  return { ...model, focus };
}

/** Would a letter land in a text? */
export function isTyping({ dialog }: Model): boolean {
  if (dialog === null) return false;
  return dialog.kind === 'phrase' || (dialog.kind === 'ticket' && isTextField(dialog.active));
}

/** Name of text from the clipboard. Like text without a name, it fires no key. */
export const PASTE = 'paste';

/**
 * One key press. Several characters that arrive at once (typed fast on a slow line) have an empty
 * name: they may fill a field, but never fire a key.
 */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
}

export interface KeyContext {
  readonly view: SessionView;
  readonly preview: (ticket: Ticket) => TicketPreview;
  /** Makes press ids of this console unlike those of any other run. */
  readonly pressPrefix: string;
}

export interface KeyResult {
  readonly model: Model;
  readonly commands: readonly (Command | PacerCommand)[];
  readonly effect: 'none' | 'quit' | 'repaint';
}
