import {
  DEFAULT_EMULATOR_PORT,
  EMULATOR_DIALECTS,
  type EmulatorFacts,
  openEmulator,
} from '../app/emulator/run.ts';
import { EXIT } from '../app/failure.ts';
import { hearSignals } from '../app/signals.ts';
import { nearOrKnown, quoted } from '../config/nearest.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { note, print, toPairs } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

const LAST_PORT = 65_535;

/** `emulator`: serves until a signal ends it, then exit code 130. */
export async function execute(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const command = createCommand({
    name: 'emulator',
    summary:
      'Run a practice exchange on this machine that speaks as a real one: no real money, no ' +
      'connection to anywhere. Reachable from this machine only. Ctrl+C ends it.',
    examples: [
      'tapedeck emulator',
      'tapedeck emulator --dialect kraken --port 8778 --seed 42',
      'curl -s http://127.0.0.1:8777/_control',
    ],
  });
  command
    .option('--dialect <NAME>', 'binance or kraken', 'binance')
    .option('--port <N>', 'port on 127.0.0.1, 0 for any', String(DEFAULT_EMULATOR_PORT))
    .option('--seed <N>', 'the same market and keys for the same number', '7')
    .option('--json', 'one line of JSON with endpoint and practice keys, instead of text');
  command.action(async (values: Values) => {
    const signals = hearSignals();
    const emulator = await openEmulator(optionsOf(values));
    const { facts } = emulator;
    await print(values['json'] === true ? JSON.stringify(facts) : toText(facts));
    const signal = await signals.first;
    await emulator.close();
    signals.release();
    note(`tapedeck: ended by ${signal}`);
    exitCode = EXIT.interrupted;
  });
  await runCommand(command, args);
  return exitCode;
}

function optionsOf(values: Values): { dialect: string; port: number; seed: number } {
  const dialect = textOf(values, 'dialect') ?? '';
  if (!EMULATOR_DIALECTS.includes(dialect)) {
    const near = nearOrKnown(dialect, EMULATOR_DIALECTS);
    throw new UsageError(`--dialect ${quoted(dialect)} is unknown${near}`);
  }
  const port = wholeNumber(values, 'port', LAST_PORT);
  return { dialect, port, seed: wholeNumber(values, 'seed', Number.MAX_SAFE_INTEGER) };
}

function wholeNumber(values: Values, name: string, most: number): number {
  const text = textOf(values, name) ?? '';
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value <= most) return value;
  throw new UsageError(`--${name} ${quoted(text)} is not a whole number from 0 to ${most}`);
}

function toText({ dialect, seed, endpoint, control, accounts }: EmulatorFacts): string {
  const keys = accounts.flatMap(({ id, summary, key, secret }) => [
    `account ${id}: ${summary}`,
    toPairs([
      ['  key', key],
      ['  secret', secret],
    ]),
  ]);
  const file = JSON.stringify({ id: dialect, account: 'main', endpoint });
  const price = `curl -d '{"symbol":"BTC/USDT","price":60000}' ${control}/price`;
  const facts = toPairs([
    ['endpoint', endpoint],
    ['seed', String(seed)],
  ]);
  return [
    `EMULATOR of ${dialect}: a practice exchange on this machine, without real money.`,
    facts,
    ['Practice keys, good for nothing but this emulator:', ...keys].join('\n'),
    ['Point the console at it: config/exchanges/' + `${dialect}.json`, `  ${file}`].join('\n'),
    toPairs([
      ['Keep a practice key', `tapedeck keys add practice --exchange ${dialect}`],
      ['or set', `TAPEDECK_${dialect.toUpperCase()}_KEY and _SECRET`],
      ['Then trade', `tapedeck run --mode live --exchange ${dialect}`],
    ]),
    [`What can go wrong, and how to make it:  curl -s ${control}`, `  ${price}`].join('\n'),
    'Ctrl+C ends it; orders and money end with it.',
  ].join('\n\n');
}
