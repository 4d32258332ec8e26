/** What the screen shows at this moment, in one place outside React. */
import { isDeepStrictEqual } from 'node:util';

import type {
  HistoryLine,
  Notice,
  Session,
  SessionView,
  WatchRequest,
} from '../app/session-types.ts';
import type { Scene } from './scene.ts';
import { lastScroll } from './dialogs/registry.ts';
import { handleKey } from './input/handle-key.ts';
import { KEYMAP, type Keymap } from './input/keymap.ts';
import type { KeyPress, KeyResult } from './input/action.ts';
import { isHalt } from './input/urgent.ts';
import { type Model, createModel, forgetRun } from './model.ts';
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

export const createConsoleStore = (session: Session, of: StoreOptions): ConsoleStore =>
  new SessionStore(session, of);

class SessionStore implements ConsoleStore {
  readonly #session: Session;
  readonly #of: StoreOptions;
  readonly #newest: NewestView;
  readonly #keep: (model: Model) => void;
  readonly #unsubscribe: () => void;
  readonly #listeners = new Set<() => void>();
  #model: Model;
  #size: Size;
  #asked: WatchRequest | null = null;
  #gapMs: number;
  #shownTime = -Infinity;
  #scene: Scene | null = null;

  constructor(session: Session, of: StoreOptions) {
    this.#session = session;
    this.#of = of;
    const start = createModel();
    const fresh: Model = { ...start, theme: of.theme ?? start.theme };
    this.#model = startModel(fresh, of);
    this.#keep = createKeeper(this.#model, fresh.theme, of.storage);
    this.#newest = new NewestView(session, of.wallMs);
    this.#size = of.size;
    this.#gapMs = leastGapMs(of);
    this.#watch();
    this.#unsubscribe = session.subscribe(() => {
      // What is skipped here comes with the next change, or with the next second.
      const isDue = of.wallMs() - this.#shownTime >= this.#gapMs;
      if (isDue && this.#refresh()) this.#notify();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly scene = (): Scene => {
    this.#scene ??= this.#newScene();
    return this.#scene;
  };

  readonly resize = (size: Size): void => {
    this.#size = size;
    this.#watch();
    this.#notify();
  };

  readonly press = (key: KeyPress): KeyResult['effect'] => {
    const { dialog } = this.#model;
    this.#refresh();
    // What was typed into a dialog that just went away is not meant for the panes below it.
    if (dialog !== null && this.#model.dialog === null && !isHalt(key, this.#keymap())) {
      this.#notify();
      return 'none';
    }
    const { pressPrefix, themes = [] } = this.#of;
    const done = handleKey(this.#model, key, {
      view: this.#newest.view,
      preview: (ticket) => this.#session.preview(ticket),
      lastScroll: () => lastScroll(this.#newScene(), this.#size),
      pressPrefix,
      keymap: this.#keymap(),
      themes,
    });
    for (const command of done.commands) this.#session.dispatch(command);
    this.#model = done.model;
    this.#refresh();
    this.#watch();
    this.#notify();
    return done.effect;
  };

  readonly tick = (): void => {
    this.#keep(this.#model);
    this.#refresh();
    this.#notify();
  };

  readonly painted = (costMs: number): void => {
    this.#gapMs = Math.min(MOST_GAP_MS, Math.max(leastGapMs(this.#of), costMs / FRAME_SHARE));
  };

  readonly close = (): void => {
    this.#keep(this.#model);
    this.#unsubscribe();
    this.#listeners.clear();
  };

  #keymap(): Keymap {
    return this.#of.keymap?.() ?? KEYMAP;
  }

  #newScene(): Scene {
    const { view, ageMs, notice } = this.#newest;
    const [session, model] = [this.#session, this.#model];
    return {
      view,
      model,
      keymap: this.#keymap(),
      themes: this.#of.themes ?? [],
      ageMs,
      notice,
      preview: previewOf(session, { view, model }),
      story: storyFor(session, { view, model }),
    };
  }

  #notify(): void {
    if (this.#of.isStalled?.() === true) return;
    this.#scene = null;
    this.#shownTime = this.#of.wallMs();
    for (const listener of this.#listeners) listener();
  }

  /** A market that went back begins a new run: rows and dialogs of the old one mean others there. */
  #refresh(): boolean {
    const { now } = this.#newest.view;
    const isOther = this.#newest.refresh();
    if (this.#newest.view.now < now) this.#model = forgetRun(this.#model);
    return isOther;
  }

  #watch(): void {
    const wanted = watchRequest({ view: this.#newest.view, model: this.#model }, this.#size);
    if (wanted === null || isDeepStrictEqual(wanted, this.#asked)) return;
    this.#asked = wanted;
    this.#session.watch(wanted);
    this.#newest.refresh();
  }
}

/** A little less than a frame, so that a punctual session is never skipped. */
const leastGapMs = ({ fps }: StoreOptions): number => 900 / fps;

/** What the session shows, and how old it and its newest answer are. */
class NewestView {
  readonly #session: Session;
  readonly #wallMs: () => number;
  #view: SessionView;
  #viewTime: number;
  #noticeTime: number;

  constructor(session: Session, wallMs: () => number) {
    this.#session = session;
    this.#wallMs = wallMs;
    this.#view = session.view();
    this.#viewTime = wallMs();
    this.#noticeTime = this.#viewTime;
  }

  get view(): SessionView {
    return this.#view;
  }

  /** Ages go on while no new view arrives: that is when they matter. */
  get ageMs(): number | null {
    const { dataAgeMs } = this.#view;
    return dataAgeMs === null ? null : dataAgeMs + Math.max(0, this.#wallMs() - this.#viewTime);
  }

  /** The newest answer, as long as it is news. */
  get notice(): Notice | null {
    return this.#wallMs() - this.#noticeTime < NOTICE_MS ? lastNotice(this.#view) : null;
  }

  /** Is there another view than before? */
  refresh(): boolean {
    const next = this.#session.view();
    if (next === this.#view) return false;
    this.#viewTime = this.#wallMs();
    if (lastNotice(next)?.id !== lastNotice(this.#view)?.id) this.#noticeTime = this.#viewTime;
    this.#view = next;
    return true;
  }
}

function startModel(fresh: Model, { themes, storage }: StoreOptions): Model {
  if (storage === undefined) return fresh;
  const model = withPreferences(fresh, storage);
  return themes?.includes(model.theme) === true ? model : { ...model, theme: fresh.theme };
}

/** Saves the looks where they are others than those it saw last. */
function createKeeper(
  start: Model,
  configuredTheme: string,
  storage: PreferenceStorage | undefined,
): (model: Model) => void {
  let kept = preferencesOf(start, configuredTheme);
  return (model) => {
    const text = preferencesOf(model, configuredTheme);
    if (text === kept) return;
    kept = text;
    storage?.save(text);
  };
}

/** Asked anew for every screen: prices move under an open ticket. */
function previewOf(session: Session, { view, model }: RowScene): Scene['preview'] {
  if (model.dialog?.kind !== 'ticket') return null;
  const made = toTicket(model.dialog.fields, view);
  return made.ok ? session.preview(made.ticket) : made.problem;
}

function storyFor(session: Session, scene: RowScene): readonly HistoryLine[] {
  const of = storyOf(scene);
  return of === null ? [] : session.history(of);
}

const lastNotice = (view: SessionView): Notice | null => view.notices.at(-1) ?? null;
