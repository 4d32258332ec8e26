import { type AssembledRun, assembleRun } from '../app/assemble.ts';
import { EXIT } from '../app/failure.ts';
import { followConfig } from '../app/hot-reload.ts';
import { checkTheme } from '../app/themes.ts';
import type { Environment } from '../config/files.ts';
import { readEnvironment, type Started } from '../config/secrets.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { configuredKeys } from './configured-keys.ts';
import { withCredentials } from './exchange-keys.ts';
import { note, print, printJson, toPairs } from './output.ts';
import { addRunFlags, toRequest, type Values } from './run-flags.ts';

const EXAMPLES = [
  'tapedeck                                    console on the demo market',
  'tapedeck --symbols BTC/USDT --strategy rsi-reversion:period=10 --seed 7',
  'tapedeck run --replay FILE.csv --symbols BTC/USDT --speed 120',
  'tapedeck run --headless --start --for 60s --json',
];

/** Opens the console, or runs without one. */
export async function execute(args: readonly string[], started?: Started): Promise<number> {
  const command = createCommand({
    name: 'run',
    summary: 'Open the console, trading on paper on the demo market or a recorded file.',
    examples: EXAMPLES,
  });
  addRunFlags(command);
  let exitCode: number = EXIT.done;
  command.action(async (values: Values) => {
    exitCode = await run(values, started);
  });
  await runCommand(command, args);
  return exitCode;
}

async function run(values: Values, started?: Started): Promise<number> {
  const environment = readEnvironment();
  const asked = checkSurface(values);
  const whyLines = asked === 'console' ? whyNoConsole(environment) : null;
  const surface = whyLines === null ? asked : 'plain';
  const assembled = await assembleRun(toRequest(values), {
    environment,
    cwd: process.cwd(),
    ...(started === undefined ? {} : { started }),
  });
  checkTheme(assembled.config);
  const keymap = configuredKeys(assembled.config);
  const run = await withCredentials(assembled, values, started);
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
    default: {
      const { openConsole } = await import('./console.ts');
      return openConsole(run, keymap);
    }
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

async function runWithoutScreen(run: AssembledRun, json: boolean): Promise<number> {
  const [{ runHeadless }, { Emergency }, { wireOf }] = await Promise.all([
    import('../app/headless.ts'),
    import('../app/emergency/emergency.ts'),
    import('../app/emergency-wire.ts'),
  ]);
  const { summary, interrupted } = await runHeadless(run.options, {
    emergency: new Emergency(wireOf(run.options)),
    onProblem: (problem) => note(`tapedeck: ${problem}`),
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
