/** Everything a frame is a function of, its size apart. */
import type { HistoryLine, Notice, SessionView } from '../app/session-types.ts';
import type { Keymap } from './input/keymap.ts';
import type { Model } from './model.ts';
import type { TicketPreview } from './slices.ts';

export interface Scene {
  readonly view: SessionView;
  readonly model: Model;
  readonly keymap: Keymap;
  /** Names of the themes that exist. */
  readonly themes: readonly string[];
  /** Wall milliseconds since the feed last delivered, as of now. */
  readonly ageMs: number | null;
  /** The newest answer, as long as it is news. */
  readonly notice: Notice | null;
  /** For an open ticket: what it would do, or what is missing. */
  readonly preview: TicketPreview | string | null;
  /** For an open "why": the journal's steps of what is explained, oldest first. */
  readonly story: readonly HistoryLine[];
}
