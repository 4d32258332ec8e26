/** The console: a session's screen on a terminal, and the keys that come back. */
import chalk from 'chalk';

import type { Session } from '../app/session-types.ts';
import { messageOf } from '../domain/errors.ts';

import { App } from './app.tsx';
import { isTyping } from './dialogs/registry.ts';
import type { KeyThread } from './input/byte-source.ts';
import { isHeldDown } from './input/held-down.ts';
import { KEYMAP, type Keymap } from './input/keymap.ts';
import { haltKeys } from './input/urgent.ts';
import { type MountedScreen, mountScreen } from './screen/host.tsx';
import type { PreferenceStorage } from './preferences.ts';
import { type ConsoleStore, createConsoleStore } from './store.ts';
import type { TerminalStreams } from './screen/terminal.ts';
import { Visit } from './screen/visit.ts';
import { type TerminalEnvironment, colorLevel, needsAscii } from './screen/environment.ts';
import { type Painter, createPainter } from './screen/painter.ts';
import { loadTheme, themeNames } from './theme.ts';

export interface ConsoleOptions {
  readonly theme: string;
  /** The keys of this console now; the table's own unless the configuration says otherwise. */
  readonly keymap?: () => Keymap;
  /** Most frames a second; large screens, which cost more, get fewer. */
  readonly fps?: number;
  /** Forces ASCII glyphs; without it the locale decides. */
  readonly ascii?: boolean;
  /** What of the environment decides glyphs and color. */
  readonly environment?: TerminalEnvironment;
  /** Where the console keeps its looks. */
  readonly storage?: PreferenceStorage;
  /** Reads the keyboard and stops trading where this thread cannot. */
  readonly keyThread?: KeyThread;
  /** The process's own unless a test brings others. */
  readonly streams?: TerminalStreams;
  /** Takes what anybody else tried to print onto the screen. */
  readonly onPrinted?: (line: string) => void;
  /** A theme that was chosen cannot be had, and why; the looks stay as they are. */
  readonly onBrokenTheme?: (problem: string) => void;
  /** The process was stopped for so long (Ctrl+Z, a signal); null: no shell to stop for. */
  readonly onResumed?: (awayMs: number | null) => void;
  /** Takes how to end this screen with an error that was thrown outside a frame. */
  readonly onFailing?: (fail: (error: unknown) => void) => void;
}

const FPS = 10;
const KEY_FRAMES = 3;
/** How long the last frame may stay unread. */
const UNREAD_MS = 1_000;

/**
 * Shows the session until the operator quits or a signal asks to end (`quit`), or the terminal is
 * gone (`lost`). The terminal is restored by then; ending the session is the caller's. Throws
 * InputError for an unknown theme before the terminal is touched, and whatever a frame threw or
 * `options.onFailing` was told.
 */
export async function runConsole(
  session: Session,
  options: ConsoleOptions,
): Promise<'quit' | 'lost'> {
  const { fps = FPS, keymap = () => KEYMAP } = options;
  // Before the terminal is touched: the configured theme may not exist.
  const painterOf = keepPainters(options);
  const streams = options.streams ?? { stdin: process.stdin, stdout: process.stdout };
  let screen: MountedScreen | null = null;
  const end = Promise.withResolvers<void>();
  options.onFailing?.(end.reject);
  let isQuitting = false;
  let isLost = false;
  const quit = (): void => {
    // A terminal that is gone says so at every write, also at the last one of unmounting.
    if (isQuitting) return;
    isQuitting = true;
    screen?.unmount();
    // The last frame may never be read; a stopped terminal must not keep the engine.
    setTimeout(end.resolve, UNREAD_MS).unref();
  };
  const visit = new Visit({
    streams,
    bytes: (direct) => options.keyThread?.bytes(direct) ?? direct,
    press: (key) => store.press(key),
    repeats: (character) => isHeldDown(keymap(), character),
    repaint: () => screen?.repaint(),
    resize: (size) => store.resize(size),
    tick: () => store.tick(),
    quit,
    lost() {
      isLost = true;
      quit();
    },
    print: options.onPrinted ?? (() => undefined),
    resumed: options.onResumed ?? (() => undefined),
  });
  const store = createConsoleStore(session, {
    size: { width: streams.stdout.columns, height: streams.stdout.rows },
    theme: options.theme,
    themes: themeNames(),
    ...(options.storage === undefined ? {} : { storage: options.storage }),
    keymap,
    wallMs: () => performance.now(),
    pressPrefix: Date.now().toString(36),
    fps,
    isStalled: visit.isStalled,
  });
  try {
    visit.enter();
    let { theme } = store.scene().model;
    screen = mountScreen(<App store={store} />, {
      stdout: streams.stdout,
      painter: painterOf(theme),
      isStalled: visit.isStalled,
      onPaint: store.painted,
      // A key is answered between two frames of data, so Ink may draw more often than those.
      maxFps: fps * KEY_FRAMES,
    });
    keepTold(options.keyThread, { store, keymap });
    store.subscribe(() => {
      const { model } = store.scene();
      if (model.theme === theme) return;
      ({ theme } = model);
      screen?.setPainter(painterOf(theme));
    });
    await Promise.race([screen.done, end.promise]);
  } finally {
    store.close();
    visit.end();
    // A frame that failed leaves its tree mounted; the next screen begins with none.
    screen?.unmount();
  }
  return isLost ? 'lost' : 'quit';
}

/** Keeps the keyboard's owner up to date: which keys stop, and whether a letter is one. */
function keepTold(
  keyThread: KeyThread | undefined,
  of: { readonly store: ConsoleStore; readonly keymap: () => Keymap },
): void {
  if (keyThread === undefined) return;
  let told: Keymap | null = null;
  const tell = (): void => {
    keyThread.setTyping(isTyping(of.store.scene().model));
    const keymap = of.keymap();
    if (keymap === told) return;
    told = keymap;
    keyThread.setKeys(haltKeys(keymap));
  };
  tell();
  of.store.subscribe(tell);
}

/**
 * The painter of a theme by name. One with an error is not worth the end of a run that trades: it
 * is told, and the painter asked for last stays. Throws InputError for the configured theme.
 */
function keepPainters(options: ConsoleOptions): (theme: string) => Painter {
  const { environment = {} } = options;
  const create = (theme: string): Painter =>
    createPainter({
      theme: loadTheme(theme),
      level: colorLevel(chalk.level, environment),
      ascii: options.ascii ?? needsAscii(environment),
    });
  let name = options.theme;
  let painter = create(name);
  return (theme) => {
    if (theme === name) return painter;
    try {
      painter = create(theme);
      name = theme;
    } catch (error) {
      options.onBrokenTheme?.(messageOf(error));
    }
    return painter;
  };
}
