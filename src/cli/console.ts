/** The console on a terminal: opened, drawn anew when a screen fails, kept when the terminal goes. */
import type { AssembledRun } from '../app/assemble.ts';
import { AccountsSession, type OpenedSession } from '../app/accounts/accounts-session.ts';
import { openAccounts } from '../app/accounts/open.ts';
import { createConsoleFile } from '../app/console-file.ts';
import { markDetached, openOrTakeOver } from '../app/detached.ts';
import { Emergency, openGuarded } from '../app/emergency/emergency.ts';
import { EXIT, failedSession, toFailure } from '../app/failure.ts';
import { followConfig } from '../app/hot-reload.ts';
import { type ScreenEnd, drawWhilePossible } from '../app/redraw.ts';
import { hearSignals } from '../app/signals.ts';
import { wireOf } from '../app/emergency-wire.ts';
import { readEnvironment } from '../config/secrets.ts';
import type { ConsoleOptions } from '../ui/main.tsx';
import type { Keymap } from '../ui/input/keymap.ts';
import { configuredKeys } from './configured-keys.ts';
import { note } from './output.ts';

/** Trades and draws until the operator or a signal ends it. Returns the exit code. */
export async function openConsole(run: AssembledRun, keymap: Keymap): Promise<number> {
  const { loadTheme } = await import('../ui/theme.ts');
  // Before anything is opened: a theme with an error costs no session.
  loadTheme(run.config.settings.ui.theme);
  const { stateDirectory } = run.options;
  // The screen is loaded while the session waits for its disk.
  const emergency = new Emergency(wireOf(run.options));
  const opening = openGuarded(emergency, () => openWaited(run, emergency));
  const [found, { logPath }, { runConsole }] = await Promise.all([
    opening,
    import('../app/build.ts'),
    import('../ui/main.tsx'),
  ]);
  if (found === 'quit') return EXIT.done;
  const { opened: session, tookOver } = found;
  if (tookOver !== null) {
    const text = `took over from process ${tookOver.pid}, without a terminal since ${tookOver.since}`;
    session.notice('info', text);
  }
  const log = logPath(run.options);
  const faults = hearFaults(session, log);
  let keys = keymap;
  const stopFollowing = followConfig(run, session, {
    check: configuredKeys,
    use: (config) => {
      keys = configuredKeys(config);
    },
  });
  const signals = hearSignals(['SIGINT', 'SIGTERM', 'SIGQUIT']);
  process.on('SIGHUP', ignore);
  // A file that may not grow fails one write; Ink's exit hook would make it the end of us.
  process.on('SIGXFSZ', ignore);
  try {
    emergency.serve(stateDirectory, session instanceof AccountsSession ? session.lead : session);
    session.start();
    emergency.start();
    const options = consoleOptions(run, session, () => keys);
    const end = await drawWhilePossible(session, () =>
      runConsole(session, { ...options, keyThread: emergency, onFailing: faults.use }),
    );
    if (end !== 'quit' && signals.heard() === null) {
      await goOnWithout(session, run, { end, signal: signals.first });
    }
  } finally {
    stopFollowing();
    const signal = signals.heard();
    // Its socket goes before the lock does: the next console's would be taken away with it.
    await emergency.close();
    await session.close(signal === null ? 'the operator quit' : `ended by ${signal}`);
    signals.release();
    faults.release();
    if (signal !== null) note(`tapedeck: ended by ${signal}; log: ${log}`);
  }
  if (session.failed !== null) throw failedSession(`${session.failed}; log: ${log}`);
  return signals.heard() === null ? EXIT.done : EXIT.interrupted;
}

type Opened = Awaited<ReturnType<typeof openOrTakeOver<OpenedSession>>>;

/** Opens the session; where an exchange is asked first, a screen says how far that is. */
async function openWaited(run: AssembledRun, emergency: Emergency): Promise<Opened | 'quit'> {
  const { options } = run;
  const { stateDirectory, exchange = null } = options;
  const open = (of: AssembledRun['options']): Promise<Opened> =>
    openOrTakeOver(stateDirectory, () => openAccounts(of, run.others, emergency));
  if (exchange === null) return open(options);
  const [{ Connecting }, { runWaiting }] = await Promise.all([
    import('../app/exchange/connecting.ts'),
    import('../ui/waiting.tsx'),
  ]);
  const connecting = new Connecting(options, exchange);
  const opened = connecting.open(open);
  const { theme } = run.config.settings.ui;
  const end = await runWaiting(connecting, opened, {
    theme,
    environment: readEnvironment(),
    keyThread: emergency,
  });
  if (end === 'ready') return opened;
  connecting.stop();
  await endOpened(opened);
  await emergency.close();
  return 'quit';
}

/** The operator left before it was open: what opens after all is closed again. */
async function endOpened(opened: Promise<Opened>): Promise<void> {
  try {
    await (await opened).opened.close('the operator left before it began');
  } catch (error) {
    note(`tapedeck: ${toFailure(error).line}`);
  }
}

const ignore = (): void => undefined;

function consoleOptions(
  run: AssembledRun,
  session: OpenedSession,
  keymap: () => Keymap,
): ConsoleOptions {
  return {
    theme: run.config.settings.ui.theme,
    keymap,
    storage: createConsoleFile(run.options.stateDirectory, session.log.bind(session)),
    environment: readEnvironment(),
    onPrinted: (message) => session.log({ level: 'warn', category: 'system', message }),
    onBrokenTheme: (problem) => session.notice('warn', `the looks stay as they are: ${problem}`),
    onResumed: (awayMs) => session.notice('warn', awayText(run.options.mode, awayMs)),
  };
}

/** Errors that nobody caught: of the engine they end the run, of the screen only the screen. */
function hearFaults(session: OpenedSession, log: string) {
  let fail: (error: unknown) => void = ignore;
  const hear = (error: unknown): void => {
    session.onUncaught(error);
    if (session.failed !== null) {
      note(`tapedeck: stopped by a bug; a restart recovers from the journal; log: ${log}`);
    }
    fail(error);
  };
  process.on('uncaughtException', hear).on('unhandledRejection', hear);
  return {
    use: (next: (error: unknown) => void): void => {
      fail = next;
    },
    release: (): void => {
      process.off('uncaughtException', hear).off('unhandledRejection', hear);
    },
  };
}

/** No screen: the policy is carried out, and trading goes on until somebody ends the process. */
async function goOnWithout(
  session: OpenedSession,
  run: AssembledRun,
  of: { readonly end: ScreenEnd; readonly signal: Promise<NodeJS.Signals> },
): Promise<void> {
  const policy = run.config.settings.general.onTerminalLoss;
  const what = of.end === 'lost' ? 'the terminal is gone' : 'the screen failed again and again';
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  if (policy !== 'keep') {
    const command = { kind: policy, reason: what } as const;
    if (session instanceof AccountsSession) session.dispatchToAll(command);
    else session.dispatch(command);
  }
  const text = `${what}: trading goes on without a screen (general.onTerminalLoss: ${policy}); start tapedeck again to take over`;
  session.notice('warn', text);
  if (of.end === 'failed') note(`tapedeck: ${text}, or end it with Ctrl+C`);
  const unmark = markDetached(run.options.stateDirectory, new Date().toISOString());
  try {
    await Promise.race([of.signal, session.done]);
  } finally {
    unmark();
  }
}

/** What a stop means for trading: a stopped process does nothing at all. */
function awayText(mode: string, awayMs: number | null): string {
  if (awayMs === null) return 'not suspended: no shell is there to bring us back';
  const seconds = Math.round(awayMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const away =
    minutes === 0
      ? `${seconds} s`
      : minutes < 60
        ? `${minutes} min ${seconds % 60} s`
        : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const simulated = mode === 'demo' || mode === 'replay';
  const meanwhile = simulated ? 'simulated time stood still' : 'the market went on without us';
  return `was suspended for ${away}; ${meanwhile}`;
}
