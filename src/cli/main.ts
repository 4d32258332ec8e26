// The program: finds the command, loads it alone, turns failures into one line and an exit code.
import { type Started, takeSecrets, takeUnsafeStart } from '../config/secrets.ts';
import { endOnBug, ignoreDebugSignals, redactOf } from './guards.ts';
import { endWhenReaderLeaves, note, print } from './output.ts';
import { refuseSecretArguments } from './secret-arguments.ts';

interface CommandFile {
  /** Runs the command with its arguments; the result is the exit code. */
  readonly execute: (args: readonly string[], started?: Started) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, () => Promise<CommandFile>>> = {
  run: () => import('./run.ts'),
  backtest: () => import('./backtest.ts'),
  data: () => import('./data.ts'),
  strategies: () => import('./strategies.ts'),
  indicators: () => import('./indicators.ts'),
  status: () => import('./status.ts'),
  panic: () => import('./panic.ts'),
  resume: () => import('./resume.ts'),
  export: () => import('./export.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  verify: () => import('./verify.ts'),
  config: () => import('./config.ts'),
  doctor: () => import('./doctor.ts'),
  keys: () => import('./keys.ts'),
  emulator: () => import('./emulator.ts'),
};

const OVERVIEW = `Tapedeck: a trading console for the terminal.

Usage: tapedeck [command] [options]     (without a command: run)

Commands:
  run          open the console; demo market unless told otherwise
  backtest     run one strategy over a recorded file and report
  data         download candles of an exchange, list and check what is kept
  strategies   list the strategies, show one with its parameters
  indicators   compute an indicator over a recorded file
  status       what a running or stopped console holds, from its files
  panic        halt a console from outside, even a hung one; --flatten: close
  resume       let a halted console trade again; asks for the account name
  export       fills, orders, equity or journal as CSV or JSON
  backup       write the state of a console to one file, running or not
  restore      put a backup in place, or rebuild a damaged state
  verify       say what of a state or a backup can be read
  config       check the configuration, show it with sources, print schemas
  keys         keep the keys of exchanges in encrypted files
  emulator     run a practice exchange on this machine
  doctor       check this machine: Node, terminal, disk, state, configuration

Options:
  -h, --help   this help; tapedeck COMMAND --help for one command
  --version    print the version

Examples:
  tapedeck                                 trade on paper in the demo market
  tapedeck --mode replay --replay FILE.csv --symbols BTC/USDT --speed 120
  tapedeck backtest --strategy sma-cross:fast=10,slow=30 --data FILE.csv
  tapedeck run --headless --start --for 60s --json
  tapedeck strategies show sma-cross

In a clone of the repository, "npm run -s tapedeck --" stands for tapedeck.
Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 refused for safety,
4 the exchange or the network, 130 interrupted.
`;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  // Before anything else runs that could read, print or hand on what is in the environment.
  const started: Started = { secrets: takeSecrets(), unsafe: takeUnsafeStart() };
  endWhenReaderLeaves();
  ignoreDebugSignals();
  endOnBug(started);
  const { dropped } = started.unsafe;
  if (dropped.length > 0)
    note(`tapedeck: not passed on to Node, for safety: ${dropped.join(', ')}`);
  try {
    refuseSecretArguments(args);
    process.exitCode = await execute(args, started);
  } catch (error) {
    const { toFailure } = await import('../app/failure.ts');
    const { exitCode, line } = toFailure(error, await redactOf(started));
    note(`tapedeck: ${line}`);
    process.exitCode = exitCode;
  }
}

async function execute(args: readonly string[], started: Started): Promise<number> {
  const [first = 'run', ...rest] = args;
  if (first === '--version' || first === '-V') {
    const { programVersion } = await import('../app/assemble.ts');
    await print(programVersion());
    return 0;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    await print(OVERVIEW);
    return 0;
  }
  if (first === 'help') return execute([...rest.slice(0, 1), '--help'], started);
  if (first.startsWith('-')) return (await import('./run.ts')).execute(args, started);
  const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load === undefined) {
    const { unknownCommand } = await import('./command.ts');
    throw unknownCommand(first, Object.keys(COMMANDS));
  }
  return (await load()).execute(rest, started);
}
