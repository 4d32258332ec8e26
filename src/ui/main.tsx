/** The console on stock Ink. */
import chalk from 'chalk';
import { type Instance, render } from 'ink';

import type { Session } from '../app/session-types.ts';

import { App } from './app.tsx';
import { endOpenPastes } from './input/open-paste.ts';
import { type ConsoleStore, createConsoleStore } from './store.ts';
import { END_SIGNALS, type TerminalStreams, createTerminal } from './screen/terminal.ts';
import {
  type TerminalEnvironment,
  colorLevel,
  createPainter,
  loadTheme,
  needsAscii,
} from './theme.ts';

export interface ConsoleOptions {
  readonly theme: string;
  /** Most frames a second; large screens, which cost more, get fewer. */
  readonly fps?: number;
  /** Forces ASCII glyphs; without it the locale decides. */
  readonly ascii?: boolean;
  /** What of the environment decides glyphs and color. */
  readonly environment?: TerminalEnvironment;
  /** The process's own unless a test brings others. */
  readonly streams?: TerminalStreams;
}

/** Ages are said in seconds. */
const TICK_MS = 1_000;
const FPS = 10;
const KEY_FRAMES = 3;
/** How long the last frame may stay unread. */
const UNREAD_MS = 1_000;

/**
 * Shows the session until the operator quits, a signal asks to end or the terminal is gone. The
 * terminal is restored by then; ending the session is the caller's. Throws InputError for an
 * unknown theme before the terminal is touched, and whatever a frame threw.
 */
export async function runConsole(session: Session, options: ConsoleOptions): Promise<'quit'> {
  const environment = options.environment ?? {};
  const fps = options.fps ?? FPS;
  const painter = createPainter({
    theme: loadTheme(options.theme),
    level: colorLevel(chalk.level, environment),
    ascii: options.ascii ?? needsAscii(environment),
  });
  const streams = options.streams ?? { stdin: process.stdin, stdout: process.stdout };
  const terminal = createTerminal(streams);
  const store = createConsoleStore(session, {
    size: { width: streams.stdout.columns, height: streams.stdout.rows },
    theme: options.theme,
    wallMs: () => performance.now(),
    pressPrefix: Date.now().toString(36),
    fps,
    isStalled: terminal.isStalled,
  });
  const release = onProcessEnd(terminal.leave);
  const ticker = setInterval(store.tick, TICK_MS);
  try {
    terminal.enter();
    await show({ store, painter, streams, fps, clear: terminal.clear });
  } finally {
    clearInterval(ticker);
    store.close();
    terminal.leave();
    release();
  }
  return 'quit';
}

/** Whatever ends the process, the terminal comes back first. */
function onProcessEnd(leave: () => void): () => void {
  process.on('exit', leave);
  process.on('uncaughtExceptionMonitor', leave);
  return () => {
    process.off('exit', leave);
    process.off('uncaughtExceptionMonitor', leave);
  };
}

interface Shown {
  readonly store: ConsoleStore;
  readonly painter: ReturnType<typeof createPainter>;
  readonly streams: TerminalStreams;
  readonly fps: number;
  readonly clear: () => void;
}

/** Resolves when the screen should end; rejects with what a frame threw. */
async function show({ store, painter, streams, fps, clear }: Shown): Promise<void> {
  const { stdin, stdout } = streams;
  const resize = (): void => store.resize({ width: stdout.columns, height: stdout.rows });
  let instance: Instance | null = null;
  let stopWatching: () => void = () => undefined;
  let giveUp: () => void = () => undefined;
  const unread = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const quit = (): void => {
    instance?.unmount();
    setTimeout(giveUp, UNREAD_MS).unref();
  };
  const app = (
    <App
      store={store}
      painter={painter}
      onQuit={quit}
      onRepaint={() => {
        instance?.clear();
        clear();
        store.tick();
      }}
    />
  );
  for (const signal of END_SIGNALS) process.on(signal, quit);
  stdin.on('end', quit).on('error', quit);
  stdout.on('error', quit).on('drain', store.tick).on('resize', resize);
  try {
    instance = render(app, {
      stdin,
      stdout,
      // With CI=true in the environment Ink would print the last frame only.
      interactive: true,
      // The other screen is ours: entered after raw mode, left by `terminal` in every case.
      alternateScreen: false,
      exitOnCtrlC: false,
      patchConsole: true,
      incrementalRendering: true,
      // A key is answered between two frames of data, so Ink may draw more often than those.
      maxFps: fps * KEY_FRAMES,
      onRender: ({ renderTime }) => {
        store.painted(renderTime);
      },
    });
    stopWatching = endOpenPastes(stdin);
    // Ink waits until its last frame is read; a stopped terminal must not keep the engine.
    await Promise.race([instance.waitUntilExit(), unread]);
  } finally {
    stopWatching();
    for (const signal of END_SIGNALS) process.off(signal, quit);
    stdin.off('end', quit).off('error', quit);
    stdout.off('error', quit).off('drain', store.tick).off('resize', resize);
  }
}
