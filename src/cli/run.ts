import { type AssembledRun, assembleRun } from '../app/assemble.ts';
import { EXIT, failedSession } from '../app/failure.ts';
import { createConsoleFile } from '../app/console-file.ts';
import { followConfig } from '../app/hot-reload.ts';
import { hearSignals } from '../app/signals.ts';
import { checkTheme } from '../app/themes.ts';
import type { Environment } from '../config/files.ts';
import { readEnvironment } from '../config/secrets.ts';
import type { Keymap } from '../ui/input/keymap.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { configuredKeys } from './keys.ts';
import { note, print, printJson, toPairs } from './output.ts';
import { addRunFlags, toRequest, type Values } from './run-flags.ts';

const EXAMPLES = [
  'tapedeck                                    console on the demo market',
  'tapedeck --symbols BTC/USDT --strategy rsi-reversion:period=10 --seed 7',
  'tapedeck run --replay FILE.csv --symbols BTC/USDT --speed 120',
  'tapedeck run --headless --start --for 60s --json',
];

/** Opens the console, or runs without one. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'run',
    summary: 'Open the console, trading on paper on the demo market or a recorded file.',
    examples: EXAMPLES,
  });
  addRunFlags(command);
  let exitCode: number = EXIT.done;
  command.action(async (values: Values) => {
    exitCode = await run(values);
  });
  await runCommand(command, args);
  return exitCode;
}

async function run(values: Values): Promise<number> {
  const environment = readEnvironment();
  const asked = checkSurface(values);
  const whyLines = asked === 'console' ? whyNoConsole(environment) : null;
  const surface = whyLines === null ? asked : 'plain';
  const run = await assembleRun(toRequest(values), {
    environment,
    cwd: process.cwd(),
  });
  checkTheme(run.config);
  const keymap = configuredKeys(run.config);
  if (whyLines !== null) note(`tapedeck: ${whyLines}: lines as with --plain, no console`);
  if (surface !== 'console') run.notes.forEach((text) => note(`tapedeck: ${text}`));
  switch (surface) {
    case 'headless':
      return runWithoutScreen(run, values['json'] === true);
    case 'plain': {
      const { runPlain } = await import('./plain.ts');
      return runPlain(run);
    }
    case 'once': {
      const { runOnce } = await import('./plain.ts');
      return runOnce(run, environment);
    }
    default:
      return openConsole(run, keymap);
  }
}

type Surface = 'console' | 'headless' | 'plain' | 'once';

/** What the run shows itself on. Throws UsageError where flags contradict each other. */
function checkSurface(values: Values): Surface {
  const asked = (['headless', 'plain', 'once'] as const).filter((name) => values[name] === true);
  const [surface = 'console', second] = asked;
  if (second !== undefined) throw new UsageError(`--${surface} and --${second} exclude each other`);
  if (surface !== 'headless') {
    for (const name of ['json', 'for', 'trades']) {
      if (values[name] !== undefined) throw new UsageError(`--${name} needs --headless; add it`);
    }
  }
  return surface;
}

/** Where no console can be drawn, or read aloud, lines say what happens. */
function whyNoConsole(environment: Environment): string | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'not a terminal';
  if (environment['TERM'] === 'dumb') return 'TERM=dumb';
  return environment['INK_SCREEN_READER'] === 'true' ? 'INK_SCREEN_READER' : null;
}

async function openConsole(run: AssembledRun, keymap: Keymap): Promise<number> {
  const [{ openConsoleSession }, { loadTheme }] = await Promise.all([
    import('../app/console-session.ts'),
    import('../ui/theme.ts'),
  ]);
  // Before anything is opened: a theme with an error costs no session.
  loadTheme(run.config.settings.ui.theme);
  // The screen is loaded while the session waits for its disk.
  const [session, { logPath }, { runConsole }] = await Promise.all([
    openConsoleSession(run.options),
    import('../app/build.ts'),
    import('../ui/main.tsx'),
  ]);
  const log = logPath(run.options);
  // The terminal has been given back by then: the screen hears of it first.
  process.on('uncaughtExceptionMonitor', (error) => {
    session.lastWords(error);
    note(`tapedeck: stopped by a bug; a restart recovers from the journal; log: ${log}`);
  });
  let keys = keymap;
  const stopFollowing = followConfig(run, session, {
    check: configuredKeys,
    use: (config) => {
      keys = configuredKeys(config);
    },
  });
  const { theme } = run.config.settings.ui;
  const environment = readEnvironment();
  const signals = hearSignals();
  // A file that may not grow fails one write; Ink's exit hook would make it the end of us.
  process.on('SIGXFSZ', () => undefined);
  try {
    session.start();
    await runConsole(session, {
      theme,
      keymap: () => keys,
      storage: createConsoleFile(run.options.stateDirectory, session.log.bind(session)),
      environment,
      onPrinted: (message) => session.log({ level: 'warn', category: 'system', message }),
      onBrokenTheme: (problem) => session.notice('warn', `the looks stay as they are: ${problem}`),
      onResumed: (awayMs) => session.notice('warn', awayText(run.options.mode, awayMs)),
    });
  } catch (error) {
    session.lastWords(error);
    note(`tapedeck: the screen failed, the session is saved; log: ${log}`);
    throw error;
  } finally {
    stopFollowing();
    const signal = signals.heard();
    await session.close(signal === null ? 'the operator quit' : `ended by ${signal}`);
    signals.release();
    if (signal !== null) note(`tapedeck: ended by ${signal}; log: ${log}`);
  }
  if (session.failed !== null) throw failedSession(`${session.failed}; log: ${log}`);
  return signals.heard() === null ? EXIT.done : EXIT.interrupted;
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

async function runWithoutScreen(run: AssembledRun, json: boolean): Promise<number> {
  const { runHeadless } = await import('../app/headless.ts');
  const { summary, interrupted } = await runHeadless(run.options, {
    onOpen: (session) => {
      if (session.caution !== null) note(`tapedeck: ${session.caution}`);
      return followConfig(run, session);
    },
  });
  if (json) await printJson(summary);
  else await print(toPairs(Object.entries(summary).map(([name, value]) => [name, shown(value)])));
  return interrupted ? EXIT.interrupted : EXIT.done;
}

function shown(value: unknown): string {
  if (value === null) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
