/** What the screen shows at this moment, in one place outside React. */
import { isDeepStrictEqual } from 'node:util';

import type {
  HistoryLine,
  Notice,
  Session,
  SessionView,
  WatchRequest,
} from '../app/session-types.ts';
import type { TicketPreview } from './slices.ts';
import type { Scene } from './scene.ts';
import { handleKey } from './input/handle-key.ts';
import { KEYMAP, type Keymap } from './input/keymap.ts';
import { type KeyPress, type KeyResult, type Model, createModel } from './model.ts';
import { type PreferenceStorage, preferencesOf, withPreferences } from './preferences.ts';
import type { RowScene } from './panes/definition.ts';
import type { Size } from './text/rows.ts';
import { toTicket } from './edit/ticket.ts';
import { storyOf, watchRequest } from './watching.ts';

/** How long an answer stays below the panes; it stays in the log. */
const NOTICE_MS = 12_000;
/** A frame may take this share of the loop; costly frames (large screens) come less often. */
const FRAME_SHARE = 0.25;
const MOST_GAP_MS = 1_000;

export interface ConsoleStore {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something changed. */
  readonly scene: () => Scene;
  readonly size: () => Size;
  readonly resize: (size: Size) => void;
  /** Dispatches what the key asks for before anything is drawn. */
  readonly press: (key: KeyPress) => KeyResult['effect'];
  /** Once a second: ages grow, answers leave. */
  readonly tick: () => void;
  /** What drawing the last frame cost, in milliseconds. */
  readonly painted: (costMs: number) => void;
  readonly close: () => void;
}

interface StoreOptions {
  readonly size: Size;
  /** Asked for every key and frame: a reload of the configuration may change it. */
  readonly keymap?: () => Keymap;
  readonly theme?: string;
  readonly themes?: readonly string[];
  /** Without it every console starts with the same looks. */
  readonly storage?: PreferenceStorage;
  /** Monotonic wall time: the screen's own clock (DECISIONS 9). */
  readonly wallMs: () => number;
  readonly pressPrefix: string;
  readonly fps: number;
  /** While the terminal does not read, nothing is drawn; keys and ages go on. */
  readonly isStalled?: () => boolean;
}

export function createConsoleStore(session: Session, of: StoreOptions): ConsoleStore {
  const listeners = new Set<() => void>();
  const keymapNow = of.keymap ?? (() => KEYMAP);
  const { storage } = of;
  const fresh: Model = { ...createModel(), ...(of.theme === undefined ? {} : { theme: of.theme }) };
  let model = startModel(fresh, of);
  let kept = preferencesOf(model, fresh.theme);
  const keep = (): void => {
    const text = preferencesOf(model, fresh.theme);
    if (text === kept) return;
    kept = text;
    storage?.save(text);
  };
  const themes = of.themes ?? [];
  let size = of.size;
  let asked: WatchRequest | null = null;
  let view = session.view();
  let viewTime = of.wallMs();
  let noticeTime = viewTime;
  let shownTime = -Infinity;
  // A little less than a frame, so that a punctual session is never skipped.
  const leastGapMs = 900 / of.fps;
  let gapMs = leastGapMs;
  let current: Scene | null = null;

  const notify = (): void => {
    if (of.isStalled?.() === true) return;
    current = null;
    shownTime = of.wallMs();
    for (const listener of listeners) listener();
  };
  const refresh = (): boolean => {
    const next = session.view();
    if (next === view) return false;
    if (lastNotice(next)?.id !== lastNotice(view)?.id) noticeTime = of.wallMs();
    view = next;
    viewTime = of.wallMs();
    return true;
  };
  const watch = (): void => {
    const wanted = watchRequest({ view, model }, size);
    if (wanted === null || isDeepStrictEqual(wanted, asked)) return;
    asked = wanted;
    session.watch(wanted);
    refresh();
  };
  watch();
  const unsubscribe = session.subscribe(() => {
    // What is skipped here comes with the next change, or with the next second.
    if (of.wallMs() - shownTime >= gapMs && refresh()) notify();
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    scene() {
      current ??= {
        view,
        model,
        keymap: keymapNow(),
        themes,
        ageMs: ageOf(view, of.wallMs() - viewTime),
        notice: of.wallMs() - noticeTime < NOTICE_MS ? lastNotice(view) : null,
        preview: previewOf(session, model),
        story: storyFor(session, { view, model }),
      };
      return current;
    },
    size: () => size,
    resize(next) {
      size = next;
      watch();
      notify();
    },
    press(key) {
      refresh();
      const { pressPrefix } = of;
      const preview = session.preview.bind(session);
      const done = handleKey(model, key, {
        view,
        preview,
        pressPrefix,
        keymap: keymapNow(),
        themes,
      });
      for (const command of done.commands) session.dispatch(command);
      model = done.model;
      refresh();
      watch();
      notify();
      return done.effect;
    },
    tick() {
      keep();
      refresh();
      notify();
    },
    painted(costMs) {
      gapMs = Math.min(MOST_GAP_MS, Math.max(leastGapMs, costMs / FRAME_SHARE));
    },
    close() {
      keep();
      unsubscribe();
      listeners.clear();
    },
  };
}

function startModel(fresh: Model, { themes, storage }: StoreOptions): Model {
  if (storage === undefined) return fresh;
  const model = withPreferences(fresh, storage);
  return themes?.includes(model.theme) === true ? model : { ...model, theme: fresh.theme };
}

/** Asked anew for every screen: prices move under an open ticket. */
function previewOf(session: Session, { dialog }: Model): TicketPreview | string | null {
  if (dialog?.kind !== 'ticket') return null;
  const made = toTicket(dialog.fields, session.view());
  return made.ok ? session.preview(made.ticket) : made.problem;
}

function storyFor(session: Session, scene: RowScene): readonly HistoryLine[] {
  const of = storyOf(scene);
  return of === null ? [] : session.history(of);
}

const lastNotice = (view: SessionView): Notice | null => view.notices.at(-1) ?? null;

/** Ages go on while no new view arrives: that is when they matter. */
function ageOf(view: SessionView, sinceView: number): number | null {
  return view.dataAgeMs === null ? null : view.dataAgeMs + Math.max(0, sinceView);
}
