/** What a key press is, what it can ask, and what it does. */
import type { SessionCommand, SessionView } from '../../app/session-types.ts';
import type { Command, Ticket } from '../../domain/command.ts';
import type { Model } from '../model.ts';
import type { TicketPreview } from '../slices.ts';
import type { Keymap } from './keymap.ts';

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
  readonly keymap: Keymap;
  /** Names of the themes that exist. */
  readonly themes: readonly string[];
  readonly preview: (ticket: Ticket) => TicketPreview;
  /** How far the open dialog scrolls at this size of the screen. */
  readonly lastScroll: () => number;
  /** Makes press ids of this console unlike those of any other run. */
  readonly pressPrefix: string;
}

export interface KeyResult {
  readonly model: Model;
  readonly commands: readonly (Command | SessionCommand)[];
  readonly effect: 'none' | 'quit' | 'repaint' | 'suspend';
}

export const result = (
  model: Model,
  commands: KeyResult['commands'] = [],
  effect: KeyResult['effect'] = 'none',
): KeyResult => ({ model, commands, effect });

/** Id of the next order or close this console asks for. */
export function nextPress(
  model: Model,
  context: KeyContext,
): { readonly model: Model; readonly pressId: string } {
  const presses = model.presses + 1;
  return {
    model: { ...model, presses },
    pressId: `${context.pressPrefix}-${String(presses)}`,
  };
}

/** What one action does to the model, and what it asks of the session. */
export type Action = (model: Model, context: KeyContext) => KeyResult;
