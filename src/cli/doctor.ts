import { supportsColor } from 'chalk';
import { findCredentials } from '../app/account-keys.ts';
import { type Check, runDoctor } from '../app/doctor.ts';
import { DEFAULT_EMULATOR_PORT } from '../app/emulator/run.ts';
import { chooseExchanges } from '../app/exchange/choice.ts';
import { EXIT } from '../app/failure.ts';
import { findState } from '../app/state/reader.ts';
import { keysDirectory } from '../config/files.ts';
import { loadConfig } from '../config/load.ts';
import { readEnvironment, type Started } from '../config/secrets.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { passphrasesOf } from './exchange-keys.ts';
import { colors, print, printJson, toTable } from './output.ts';
import { addIdentity, addPlaces, settingFlags, textOf, type Values } from './run-flags.ts';

/** Checks that decide whether a console can run at all; the others only advise. */
const NEEDED: ReadonlySet<string> = new Set([
  'node',
  'configuration',
  'state directory',
  'stored state',
  'disk space',
]);

/** The same of an exchange: without them it cannot be traded from here. */
const NEEDED_THERE: ReadonlySet<string> = new Set(['network', 'key', 'key works']);

/** `doctor`: exit code 1 when something needed fails. */
export async function execute(args: readonly string[], started?: Started): Promise<number> {
  let exitCode: number = EXIT.done;
  const command = createCommand({
    name: 'doctor',
    summary: 'Check Node, terminal, disk, state and configuration; say what to do.',
    examples: ['tapedeck doctor', 'tapedeck doctor --json', 'tapedeck doctor --exchange binance'],
  });
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document').action(async (values: Values) => {
    const isOfExchange = textOf(values, 'exchange') !== null;
    exitCode = await (isOfExchange ? exchangeDoctor(values, started) : doctor(values));
  });
  await runCommand(command, args);
  return exitCode;
}

async function doctor(values: Values): Promise<number> {
  const around = { environment: readEnvironment(), cwd: process.cwd() };
  const config = textOf(values, 'config');
  const { stdout } = process;
  const checks = runDoctor({
    place: placeOf(values, around),
    config,
    around,
    terminal: {
      isTty: stdout.isTTY === true,
      columns: stdout.isTTY ? stdout.columns : null,
      rows: stdout.isTTY ? stdout.rows : null,
      colorLevel: supportsColor === false ? 0 : supportsColor.level,
    },
  });
  return tell(values, checks, NEEDED);
}

async function tell(
  values: Values,
  checks: readonly Check[],
  needed: ReadonlySet<string>,
): Promise<number> {
  if (values['json'] === true) await printJson(checks);
  else await print(toText(checks));
  return checks.some(({ check, ok }) => !ok && needed.has(check)) ? EXIT.failed : EXIT.done;
}

/** `doctor --exchange ID`: the exchange as a paper session would reach it, and a key of here. */
async function exchangeDoctor(values: Values, started: Started | undefined): Promise<number> {
  const environment = readEnvironment();
  const loaded = loadConfig({
    environment,
    cwd: process.cwd(),
    directory: textOf(values, 'config'),
    flags: settingFlags(values),
  });
  const [choice] = chooseExchanges(loaded, 'paper');
  if (choice === undefined) throw new UsageError('--exchange ID, such as binance');
  const { plan, ownEmulator } = choice;
  const secrets = started?.secrets ?? new Map();
  const credentials = secrets.has(plan.id)
    ? await findCredentials({
        exchange: plan.id,
        keyName: null,
        secrets,
        keysDirectory: keysDirectory(environment),
        passphrases: passphrasesOf(values),
      })
    : null;
  // Loads the library behind real exchanges, which no other check needs.
  const { runExchangeDoctor } = await import('../app/exchange/doctor.ts');
  const local = `http://127.0.0.1:${DEFAULT_EMULATOR_PORT}`;
  const checks = await runExchangeDoctor({
    id: plan.id,
    plan: ownEmulator ? { ...plan, endpoint: local } : plan,
    credentials,
    unsafe: started?.unsafe ?? { dropped: [], inForce: [] },
  });
  return tell(values, checks, NEEDED_THERE);
}

/** A broken configuration is one of the findings: the place is then that of the defaults. */
function placeOf(values: Values, around: Parameters<typeof findState>[1]) {
  const of = { config: textOf(values, 'config'), state: textOf(values, 'state') };
  const flags = settingFlags(values);
  try {
    return findState({ ...of, flags }, around);
  } catch {
    const { HOME = '/', XDG_STATE_HOME = '' } = around.environment;
    return findState(
      { ...of, config: null, flags: [] },
      {
        cwd: '/',
        environment: { HOME, XDG_STATE_HOME },
      },
    );
  }
}

function toText(checks: readonly Check[]): string {
  const { green, red } = colors();
  const marked = toTable(checks, [
    { title: '', cell: ({ ok }) => (ok ? 'ok' : 'NO') },
    { title: 'check', cell: ({ check }) => check },
    { title: 'found', cell: ({ value }) => (value === null ? '-' : String(value)) },
    { title: 'wanted', cell: ({ limit }) => (limit === null ? '' : String(limit)) },
    { title: 'advice', cell: ({ advice }) => advice },
  ]);
  return marked.replace(/^ok/gm, green('ok')).replace(/^NO/gm, red('NO'));
}
